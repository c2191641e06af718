#pragma once

#include <memory>
#include <string>

#include "gateway/journal/sqlite_store.hpp"

namespace gateway {

// A SqliteStore with a thread of its own, so that the engine goes on while the disk syncs. People may read the file
// while the gateway runs (sqlite3 -readonly). A second gateway on the same file is refused.
class SqliteJournal final : public Journal {
 public:
  // As SqliteStore::open, on files of the operating system.
  [[nodiscard]] static core::Result<std::unique_ptr<SqliteJournal>> open(const std::string& path);
  // Waits for the commit under way.
  ~SqliteJournal() override;

  [[nodiscard]] core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const Entry&)>& visit) override;
  // `done` is called on the writer's thread.
  void commit(Batch batch, Done done) override;

 private:
  class Impl;
  explicit SqliteJournal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway
