#include "gateway/journal/room.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>

namespace gateway {

std::optional<std::int64_t> free_bytes(const sqlite::Database& database) {
  std::int64_t told = 0;
  if (sqlite3_file_control(database.handle(), "main", free_bytes_control, &told) == SQLITE_OK) return told;
  const char* file = sqlite3_db_filename(database.handle(), "main");  // an absolute path
  std::error_code unknown;
  const auto space = std::filesystem::space(std::filesystem::path(file == nullptr ? "" : file).parent_path(), unknown);
  if (unknown) return std::nullopt;
  return static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, std::numeric_limits<std::int64_t>::max()));
}

// EFBIG and EDQUOT are the disk full of one process and of one user; SQLite tells only ENOSPC apart from an I/O error
// (os_unix.c, unixWrite), and not that when it makes the WAL's shared memory larger, which it does after the frames are
// written: they are written again then.
bool is_no_room(const sqlite::Failure& failure) {
  if ((failure.code & 0xff) == SQLITE_FULL) return true;
  const bool is_write = failure.code == SQLITE_IOERR_WRITE || failure.code == SQLITE_IOERR_SHMSIZE;
  const int error = failure.system_error;
  return is_write && (error == ENOSPC || error == EFBIG || error == EDQUOT);
}

std::string no_room_text(const sqlite::Failure& failure) {
  if (failure.system_error == EFBIG) return "the file has reached the size limit of this process (ulimit -f)";
  if (failure.system_error == EDQUOT) return "the disk quota of this user is used up";
  return fmt::format("the file system that holds it is full ({})", failure.what());
}

// SQLite says "disk I/O error" of it. A file system that was mounted to be written becomes so when the kernel trusts it
// no more (errors=remount-ro).
std::string failure_text(const sqlite::Failure& failure) {
  if (failure.system_error != EROFS) return failure.what();
  return fmt::format(
      "the file system that holds it is read-only ({}); if it was not mounted so, the kernel has found it damaged: see "
      "the kernel's log (dmesg)",
      failure.what());
}

bool is_no_room_to_open(const sqlite::Failure& failure, std::uintmax_t free_bytes) {
  const int kind = failure.code & 0xff;
  const bool is_of_a_file = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN;
  return is_no_room(failure) || (is_of_a_file && free_bytes < least_free_bytes);
}

std::string why_not_opened(const sqlite::Failure& failure, std::uintmax_t free_bytes) {
  const bool full = is_no_room_to_open(failure, free_bytes);
  if (failure.system_error == EMFILE) return "this process has too many files open; raise ulimit -n";
  if (!full) return failure_text(failure);
  if (failure.system_error == EFBIG || failure.system_error == EDQUOT) {
    return no_room_text(failure) + "; raise it and start again: nothing is lost";
  }
  return fmt::format("{}; {} KiB are free there. Make room and start again: nothing is lost", no_room_text(failure),
                     free_bytes / 1024);
}

}  // namespace gateway
