#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/random.hpp"

struct sqlite3_vfs;

namespace simulation {

class Inode;
class Sharing;

// What a program asks of a disk; each can be made to fail.
enum class Operation { read, write, truncate, sync, remove };

struct Access {
  Operation what = Operation::read;
  std::uint64_t number = 0;  // the n-th of its kind on this disk, from 1
  std::string_view file;     // empty for temporary files
  std::int64_t offset = 0;   // of reads and writes; the new size of a truncation
  std::size_t bytes = 0;     // of reads and writes
};

enum class Fault {
  none,
  io_error,    // EIO. A write has written its first half; what a failed sync should have kept is in doubt for ever
  no_room,     // ENOSPC. A write has written its first half. Of a write only; elsewhere as io_error
  over_limit,  // EFBIG: likewise, as a process sees that may not make larger files (ulimit -f)
  read_only,   // EROFS, of this operation and of all but reads after it: see set_read_only
  cut_power,   // this operation is in doubt, and every one after it fails
};

// A disk in memory that SQLite works on, for one process and one thread. It does what a Unix file system does: what is
// written is seen at once by everybody and is durable when it was synced; a name is durable with the first sync of its
// file, and all names when SQLite syncs the folder. The same operations give the same bytes, always: SQLite's random
// numbers are seeded too. README.md says what is not modelled.
class Disk {
 public:
  // Asked before each operation.
  using Plan = std::function<Fault(const Access&)>;

  Disk();
  // REQUIRES: all connections are closed
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // The name under which SQLite knows this disk: SqliteStore::open("desk.db", disk.vfs()).
  [[nodiscard]] const std::string& vfs() const { return name_; }

  void set_plan(Plan plan) { plan_ = std::move(plan); }
  // The n-th operation of that kind, once.
  [[nodiscard]] static Plan at(Operation what, std::uint64_t number, Fault fault);
  // Bytes of all files together, with the WAL's shared memory, which is a file too; one that would grow beyond gets
  // what fits, and then no room.
  void set_capacity(std::int64_t bytes) { capacity_ = bytes; }
  // As after a remount by the kernel: files that are open can be written no more (EROFS), others are opened to be read.
  void set_read_only(bool on) { read_only_ = on; }
  void cut_power() { has_power_ = false; }
  [[nodiscard]] bool has_power() const { return has_power_; }

  // The same disk when the power is back. Different numbers give different survivors.
  [[nodiscard]] std::unique_ptr<Disk> after_power_cut(core::Random& random) const;
  // The same disk when the process was killed and the machine went on: what was written is there, synced or not.
  [[nodiscard]] std::unique_ptr<Disk> after_crash() const;

  [[nodiscard]] std::uint64_t count(Operation what) const { return counts_[static_cast<std::size_t>(what)]; }
  [[nodiscard]] std::int64_t used() const;                            // bytes of all files, likewise
  [[nodiscard]] std::string contents(const std::string& file) const;  // empty when there is no such file

 private:
  friend struct DiskVfs;  // SQLite's side of it, in vfs.cpp

  struct File;
  using Names = std::map<std::string, std::shared_ptr<File>>;

  // Counts the operation and says what becomes of it.
  [[nodiscard]] Fault judge(Operation what, std::string_view file, std::int64_t offset = 0, std::size_t bytes = 0);
  void sync_name(const std::string& name);
  void sync_folder() { durable_names_ = names_; }

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  Plan plan_;
  std::int64_t capacity_ = std::numeric_limits<std::int64_t>::max();
  bool read_only_ = false;
  bool has_power_ = true;
  int system_error_ = 0;  // errno of the last operation that failed
  int open_ = 0;          // connections' files
  std::array<std::uint64_t, 5> counts_{};
  Names names_;          // as programs see the folder
  Names durable_names_;  // as the platter has it
};

}  // namespace simulation
