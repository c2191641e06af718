#pragma once

#include <memory>
#include <string>

#include "gateway/journal/journal.hpp"

namespace gateway {

// The journal in one SQLite file: WAL, synchronous=FULL, one writing connection on a thread of its own. People may read
// the file while the gateway runs (sqlite3 -readonly). A second gateway on the same file is refused.
class SqliteJournal final : public Journal {
 public:
  // Opens or makes the file. Errors: not a database of ours, of a newer version, held by another gateway (says which
  // process), no permission, disk full; the place is the file.
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
