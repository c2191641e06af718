#pragma once

#include <string>
#include <utility>

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

  // Whether the lock file, which stays behind, says that the database held a desk: an empty one was lost then.
  [[nodiscard]] bool held_desk() const { return held_desk_; }
  // Writes that down, durably, once; for people and for the next start. A disk that refuses is asked at the next one.
  void note_desk();
  [[nodiscard]] const std::string& lock_file() const { return lock_file_; }
  FileLock& operator=(FileLock&&) = delete;

 private:
  FileLock(int label, int database, std::string lock_file, std::string holder, bool held_desk)
      : label_(label),
        database_(database),
        lock_file_(std::move(lock_file)),
        holder_(std::move(holder)),
        held_desk_(held_desk) {}
  void write_label() const;

  int label_;
  int database_;
  std::string lock_file_;
  std::string holder_;  // its first line: us
  bool held_desk_;      // its second line
};

}  // namespace gateway
