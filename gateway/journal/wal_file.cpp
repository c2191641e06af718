#include "gateway/journal/wal_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <string>

#include "core/check.hpp"
#include "gateway/journal/room.hpp"

namespace gateway {

namespace {

constexpr sqlite3_int64 header_bytes = 32;
constexpr std::size_t frame_header_bytes = 24;
constexpr std::size_t page_size_in_header = 8;  // 4 bytes, big endian
constexpr std::size_t committed_in_frame = 4;   // 4 bytes: the database's size, in the last frame of a transaction
constexpr std::size_t salt_bytes = 8;
constexpr std::size_t salt_in_header = 16;
constexpr std::size_t salt_in_frame = 8;
constexpr sqlite3_int64 usual_frame_bytes = frame_header_bytes + 4096;
constexpr int chunk = 1 << 16;  // SQLite's Unix files take less than 128 KiB at once
constexpr sqlite3_int64 step = 1 << 20;

// The log's file, while nobody else writes.
class LockedWal {
 public:
  explicit LockedWal(sqlite::Database& database) : database_(database) {
    database_.run("BEGIN IMMEDIATE");  // SQLite has looked at the log then
    const int code =
        sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&file_));
    CHECK(code == SQLITE_OK && file_ != nullptr && file_->pMethods != nullptr);  // it is in WAL mode
  }
  // Nothing was written in the transaction, so this touches no file.
  ~LockedWal() { sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr); }
  LockedWal(const LockedWal&) = delete;
  LockedWal& operator=(const LockedWal&) = delete;

  [[nodiscard]] sqlite3_int64 size() {
    sqlite3_int64 bytes = 0;
    check(file_->pMethods->xFileSize(file_, &bytes));
    return bytes;
  }
  void read(std::string& bytes, sqlite3_int64 at) {
    check(file_->pMethods->xRead(file_, bytes.data(), static_cast<int>(bytes.size()), at));
  }
  void write(const std::string& bytes, sqlite3_int64 at) { check(try_write(bytes, at)); }
  [[nodiscard]] int try_write(const std::string& bytes, sqlite3_int64 at) {
    return file_->pMethods->xWrite(file_, bytes.data(), static_cast<int>(bytes.size()), at);
  }
  void truncate(sqlite3_int64 bytes) { check(file_->pMethods->xTruncate(file_, bytes)); }
  void sync() { check(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL)); }
  [[nodiscard]] sqlite::Failure failure(int code) const { return database_.failure_of_file("its WAL", code); }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw failure(code);
  }

  sqlite::Database& database_;
  sqlite3_file* file_ = nullptr;
};

std::size_t big_endian(const std::string& bytes, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

std::size_t page_bytes_of(const std::string& header) { return big_endian(header, page_size_in_header); }

bool has_salt_of(const std::string& frame, const std::string& header) {
  return frame.compare(salt_in_frame, salt_bytes, header, salt_in_header, salt_bytes) == 0;
}

// Up to where frames may count: they have the header's salt, and from the first that has another on there are none
// (walformat); and the last ends a transaction. What comes behind it was rolled back.
sqlite3_int64 end_of_frames(LockedWal& wal, sqlite3_int64 size) {
  if (size < header_bytes) return 0;
  std::string header(header_bytes, '\0');
  wal.read(header, 0);
  const auto frame_bytes =
      static_cast<sqlite3_int64>(frame_header_bytes) + static_cast<sqlite3_int64>(page_bytes_of(header));
  std::string frame(frame_header_bytes, '\0');
  sqlite3_int64 end = header_bytes;
  for (sqlite3_int64 at = header_bytes; at + frame_bytes <= size; at += frame_bytes) {
    wal.read(frame, at);
    if (!has_salt_of(frame, header)) break;
    if (big_endian(frame, committed_in_frame) != 0) end = at + frame_bytes;
  }
  return end;
}

// Whether what is free would still be the file's whole length and the database's once more with `more` bytes less.
bool has_reserve(sqlite::Database& database, sqlite3_int64 wanted, sqlite3_int64 more) {
  const std::int64_t pages = database.number("PRAGMA page_count");
  const std::int64_t page_bytes = database.number("PRAGMA page_size");
  return free_bytes(database).value_or(0) >= more + wanted + pages * page_bytes;
}

}  // namespace

void rewrite_wal(sqlite::Database& database) {
  LockedWal wal(database);
  const sqlite3_int64 size = wal.size();
  if (size < header_bytes) return;
  std::string header(header_bytes, '\0');
  wal.read(header, 0);
  wal.write(header, 0);
  std::string frame(frame_header_bytes + page_bytes_of(header), '\0');
  const auto frame_bytes = static_cast<sqlite3_int64>(frame.size());
  for (sqlite3_int64 at = header_bytes; at + frame_bytes <= size; at += frame_bytes) {
    wal.read(frame, at);
    if (!has_salt_of(frame, header)) break;
    wal.write(frame, at);
  }
  wal.sync();
}

WalLength lengthen_wal(sqlite::Database& database, std::int64_t pages) {
  LockedWal wal(database);
  const sqlite3_int64 size = wal.size();
  const sqlite3_int64 wanted = header_bytes + pages * usual_frame_bytes;
  if (size >= wanted) return WalLength::full;
  if (!has_reserve(database, wanted, wanted - size)) return WalLength::no_reserve;
  const sqlite3_int64 end = std::min(wanted, size + step);
  for (sqlite3_int64 at = size; at < end; at += chunk) {
    const std::string zeros(static_cast<std::size_t>(std::min<sqlite3_int64>(chunk, end - at)), '\0');
    const int code = wal.try_write(zeros, at);
    if (code == SQLITE_OK) continue;
    const sqlite::Failure failure = wal.failure(code);
    wal.truncate(size);
    throw failure;
  }
  wal.sync();
  return end >= wanted ? WalLength::full : WalLength::shorter;
}

void trim_wal(sqlite::Database& database) {
  LockedWal wal(database);
  const sqlite3_int64 size = wal.size();
  const sqlite3_int64 end = end_of_frames(wal, size);
  if (end < size) wal.truncate(end);
}

void trim_unopened_wal(const std::string& path, const std::string& vfs) {
  sqlite::Database database(path, sqlite::Database::Mode::read_write_create, vfs);
  // A connection that is alone keeps what would be shared in memory of its own (sqlite.org/wal.html, "Use of WAL
  // Without Shared-Memory"); and it leaves the frames where they are, for rewrite_wal.
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  database.run("PRAGMA locking_mode = EXCLUSIVE");
  sqlite::Statement mode(database, "PRAGMA journal_mode");
  if (!mode.row() || mode.text(0) != "wal") return;
  mode.finish();
  trim_wal(database);
}

}  // namespace gateway
