#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/check.hpp"
#include "gateway/journal/room.hpp"
#include "simulation/disk/file.hpp"

// SQLite's side of the disk: its file and VFS methods (sqlite.org/vfs.html) in terms of Disk. No exception may cross
// into SQLite, and none is thrown but for want of memory.
namespace simulation {

struct DiskVfs {
  using File = Disk::File;

  // What SQLite holds of an open file. It gives the memory and knows only the base.
  struct Connection {
    sqlite3_file base;
    Disk* disk;
    std::string* name;  // empty for a temporary file
    std::shared_ptr<File>* file;
    bool syncs_folder;  // with its first sync, as SQLite does for journals on Unix (os_unix.c, UNIXFILE_DIRSYNC)
  };

  static Disk& disk(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

  // ---- files

  static int read(sqlite3_file* handle, void* into, int count, sqlite3_int64 offset) {
    Connection& at = connection(handle);
    if (at.disk->judge(Operation::read, *at.name, offset, static_cast<std::size_t>(count)) != Fault::none) {
      return SQLITE_IOERR_READ;
    }
    const std::string& bytes = inode(at).bytes();
    const std::int64_t there = std::clamp<std::int64_t>(static_cast<std::int64_t>(bytes.size()) - offset, 0, count);
    if (there > 0) std::memcpy(into, bytes.data() + offset, static_cast<std::size_t>(there));
    if (there == count) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + there, 0, static_cast<std::size_t>(count - there));
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* handle, const void* from, int count, sqlite3_int64 offset) {
    Connection& at = connection(handle);
    const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
    Fault fault = at.disk->judge(Operation::write, *at.name, offset, bytes.size());
    std::size_t written = fault == Fault::none || fault == Fault::cut_power ? bytes.size() : bytes.size() / 2;
    if (fault == Fault::io_error && (at.disk->read_only_ || !at.disk->has_power_)) written = 0;
    if (fault == Fault::none) {
      const std::int64_t room = at.disk->capacity_ - at.disk->used();
      const std::int64_t growth = offset + count - static_cast<std::int64_t>(inode(at).bytes().size());
      if (growth > 0 && growth > room) {
        written = static_cast<std::size_t>(
            std::clamp<std::int64_t>(count - growth + std::max<std::int64_t>(room, 0), 0, count));
        fault = Fault::no_room;
        at.disk->system_error_ = ENOSPC;
      }
    }
    if (written > 0) inode(at).write(offset, bytes.substr(0, written));
    switch (fault) {
      case Fault::none: return SQLITE_OK;
      case Fault::no_room: return SQLITE_FULL;
      default: return SQLITE_IOERR_WRITE;
    }
  }

  static int truncate(sqlite3_file* handle, sqlite3_int64 size) {
    Connection& at = connection(handle);
    const Fault fault = at.disk->judge(Operation::truncate, *at.name, size);
    if (fault == Fault::none || fault == Fault::cut_power) inode(at).truncate(size);
    return fault == Fault::none ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
  }

  static int sync(sqlite3_file* handle, int /*flags*/) {
    Connection& at = connection(handle);
    const Fault fault = at.disk->judge(Operation::sync, *at.name);
    if (fault == Fault::none) {
      inode(at).sync();
      if (!at.name->empty()) at.disk->sync_name(*at.name);
      if (std::exchange(at.syncs_folder, false)) at.disk->sync_folder();
      return SQLITE_OK;
    }
    if (at.disk->has_power_) inode(at).sync_failed();
    return SQLITE_IOERR_FSYNC;
  }

  static int file_size(sqlite3_file* handle, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(inode(connection(handle)).bytes().size());
    return SQLITE_OK;
  }

  static int close(sqlite3_file* handle) {
    Connection& at = connection(handle);
    (*at.file)->sharing.leave_memory(handle);
    (*at.file)->sharing.unlock(handle, SQLITE_LOCK_NONE);
    --at.disk->open_;
    delete at.name;
    delete at.file;
    return SQLITE_OK;
  }

  // ---- locks and shared memory

  static int lock(sqlite3_file* handle, int level) { return (*connection(handle).file)->sharing.lock(handle, level); }
  static int unlock(sqlite3_file* handle, int level) {
    (*connection(handle).file)->sharing.unlock(handle, level);
    return SQLITE_OK;
  }
  static int check_reserved(sqlite3_file* handle, int* result) {
    *result = (*connection(handle).file)->sharing.is_reserved() ? 1 : 0;
    return SQLITE_OK;
  }
  static int shm_map(sqlite3_file* handle, int region, int bytes, int extend, void volatile** memory) {
    Connection& at = connection(handle);
    Sharing& sharing = (*at.file)->sharing;
    if (extend != 0 && !sharing.has_memory(region) && at.disk->capacity_ - at.disk->used() < bytes) {
      at.disk->system_error_ = ENOSPC;
      return SQLITE_IOERR_SHMSIZE;
    }
    *memory = sharing.memory(handle, region, bytes, extend != 0);
    return SQLITE_OK;
  }
  static int shm_lock(sqlite3_file* handle, int first, int count, int flags) {
    return (*connection(handle).file)->sharing.lock_memory(handle, first, count, flags);
  }
  static void shm_barrier(sqlite3_file* /*handle*/) {}
  static int shm_unmap(sqlite3_file* handle, int /*remove*/) {
    (*connection(handle).file)->sharing.leave_memory(handle);
    return SQLITE_OK;
  }

  // ---- what kind of disk: as SQLite takes a Unix file system to be

  static int file_control(sqlite3_file* handle, int what, void* argument) {
    if (what != gateway::free_bytes_control) return SQLITE_NOTFOUND;
    const Disk& on = *connection(handle).disk;
    *static_cast<std::int64_t*>(argument) = std::max<std::int64_t>(0, on.capacity_ - on.used());
    return SQLITE_OK;
  }
  static int sector_size(sqlite3_file* /*handle*/) { return 4096; }
  static int characteristics(sqlite3_file* /*handle*/) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  // ---- the folder

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* handle, int flags, int* out_flags);

  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    Disk& on = disk(vfs);
    const auto file = on.names_.find(path);
    if (file == on.names_.end()) return SQLITE_IOERR_DELETE_NOENT;
    const Fault fault = on.judge(Operation::remove, path);
    if (fault == Fault::none || fault == Fault::cut_power) on.names_.erase(file);
    if (fault != Fault::none) return SQLITE_IOERR_DELETE;
    if (sync_folder != 0) on.sync_folder();
    return SQLITE_OK;
  }

  static int access(sqlite3_vfs* vfs, const char* path, int /*how*/, int* result) {
    *result = disk(vfs).names_.contains(path) ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs* /*vfs*/, const char* path, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
  }

  // ---- the world outside: none

  static int randomness(sqlite3_vfs* /*vfs*/, int count, char* out) {
    std::memset(out, 7, static_cast<std::size_t>(count));
    return count;
  }
  static int sleep(sqlite3_vfs* /*vfs*/, int microseconds) { return microseconds; }
  static int current_time(sqlite3_vfs* /*vfs*/, sqlite3_int64* milliseconds) {
    *milliseconds = 212'400'000'000'000;  // some day in 2018
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs* vfs, int /*size*/, char* /*out*/) { return disk(vfs).system_error_; }

  static Connection& connection(sqlite3_file* handle) { return *reinterpret_cast<Connection*>(handle); }
  static Inode& inode(Connection& at) { return (*at.file)->inode; }
};

namespace {

const sqlite3_io_methods& file_methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods all{};
    all.iVersion = 2;  // with shared memory, without memory maps
    all.xClose = DiskVfs::close;
    all.xRead = DiskVfs::read;
    all.xWrite = DiskVfs::write;
    all.xTruncate = DiskVfs::truncate;
    all.xSync = DiskVfs::sync;
    all.xFileSize = DiskVfs::file_size;
    all.xLock = DiskVfs::lock;
    all.xUnlock = DiskVfs::unlock;
    all.xCheckReservedLock = DiskVfs::check_reserved;
    all.xFileControl = DiskVfs::file_control;
    all.xSectorSize = DiskVfs::sector_size;
    all.xDeviceCharacteristics = DiskVfs::characteristics;
    all.xShmMap = DiskVfs::shm_map;
    all.xShmLock = DiskVfs::shm_lock;
    all.xShmBarrier = DiskVfs::shm_barrier;
    all.xShmUnmap = DiskVfs::shm_unmap;
    return all;
  }();
  return methods;
}

}  // namespace

int DiskVfs::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* handle, int flags, int* out_flags) {
  handle->pMethods = nullptr;
  Disk& on = disk(vfs);
  if (!on.has_power_) return SQLITE_CANTOPEN;
  std::shared_ptr<File> file;
  if (path == nullptr) {
    file = std::make_shared<File>();
  } else if (const auto found = on.names_.find(path); found != on.names_.end()) {
    file = found->second;
  } else {
    if ((flags & SQLITE_OPEN_CREATE) == 0 || on.read_only_) return SQLITE_CANTOPEN;
    file = on.names_[path] = std::make_shared<File>();
  }
  if (on.read_only_ && path != nullptr) flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
  if (out_flags != nullptr) *out_flags = flags;
  Connection& at = connection(handle);
  at.disk = &on;
  at.name = new std::string(path == nullptr ? "" : path);
  at.file = new std::shared_ptr<File>(std::move(file));
  constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  at.syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & journals) != 0;
  ++on.open_;
  handle->pMethods = &file_methods();
  return SQLITE_OK;
}

Disk::Disk() {
  static std::atomic<int> next{1};
  name_ = "simulated-disk-" + std::to_string(next++);
  vfs_ = std::make_unique<sqlite3_vfs>();
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(DiskVfs::Connection);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = DiskVfs::open;
  vfs_->xDelete = DiskVfs::remove;
  vfs_->xAccess = DiskVfs::access;
  vfs_->xFullPathname = DiskVfs::full_path;
  vfs_->xRandomness = DiskVfs::randomness;
  vfs_->xSleep = DiskVfs::sleep;
  vfs_->xGetLastError = DiskVfs::last_error;
  vfs_->xCurrentTimeInt64 = DiskVfs::current_time;
  CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
  // The salts of a WAL come from SQLite's own generator, which it seeds from the machine unless told otherwise.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 7, nullptr);
}

Disk::~Disk() {
  CHECK(open_ == 0);
  sqlite3_vfs_unregister(vfs_.get());
}

}  // namespace simulation
