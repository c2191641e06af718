#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gateway/journal/journal.hpp"

namespace gateway {

// The journal in one SQLite file: WAL, synchronous=FULL, one writing connection. It has no thread: what it is asked is
// done when it returns. SqliteJournal puts a thread around it. Use by one thread at a time.
class SqliteStore {
 public:
  // A checkpoint syncs the whole database file in the middle of somebody's order, and rows are rewritten often: the WAL
  // grows to this many pages of 4096 bytes before each.
  static constexpr int usual_checkpoint_pages = 20'000;

  // Opens or makes the file. `vfs` names the SQLite VFS to work on; empty: files of the operating system, where a lock
  // file keeps a second gateway out. Errors: not a database of ours, of a newer version, held by another gateway (says
  // which process), no permission, disk full; the place is the file.
  [[nodiscard]] static core::Result<std::unique_ptr<SqliteStore>> open(const std::string& path,
                                                                       const std::string& vfs = "",
                                                                       int checkpoint_pages = usual_checkpoint_pages);
  ~SqliteStore();

  // As Journal::load.
  [[nodiscard]] core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const Entry&)>& visit);
  // As those of Journal.
  [[nodiscard]] core::Result<Snapshot> load_snapshot();
  [[nodiscard]] core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const Entry&)>& visit);
  [[nodiscard]] Archive& archive();
  // Makes the batch durable, as Journal::commit, and checkpoints when it is time. REQUIRES: no write has failed with
  // NotDurable::Why::failed
  [[nodiscard]] CommitResult write(const Batch& batch);
  // For quiet moments: makes the file of the WAL longer, some milliseconds' worth, so that commits only overwrite
  // (wal_file.hpp). True while there is more to do. What fails is told by the next write(); no room is no failure.
  bool lengthen_wal();

 private:
  class Impl;
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway
