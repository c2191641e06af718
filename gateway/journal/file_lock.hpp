#pragma once

#include <string>

#include "core/result.hpp"

namespace gateway {

// Keeps a second gateway off a database, for as long as this process lives: the kernel lets both locks go when the
// process ends, however it ends.
//
// Two locks, because each sees what the other does not. `<path>.lock`, beside the database with all symbolic links
// resolved, holds also while the file is replaced by another one; it says for people who the holder is. A flock() on
// the database itself is found by every other name of the file, such as a hard link in another folder. SQLite's own
// locks are of another kind (fcntl) and are not touched.
class FileLock {
 public:
  // Makes the database as an empty file, which is what SQLite begins with, when there is none.
  // REQUIRES: called before this process opens the database.
  // Errors: another process holds it (says process id, host, since when, and program); the files cannot be made.
  [[nodiscard]] static core::Result<FileLock> take(const std::string& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  FileLock(int label, int database) : label_(label), database_(database) {}
  int label_;
  int database_;
};

}  // namespace gateway
