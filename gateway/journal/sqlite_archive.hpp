#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/engine/archive.hpp"
#include "gateway/journal/sqlite.hpp"

namespace gateway {

// Looks past orders up in the database, on a reading connection of its own, which is opened when it is first asked, so
// that it never waits for the writer.
class SqliteArchive final : public Archive {
 public:
  SqliteArchive(std::string path, std::string vfs) : path_(std::move(path)), vfs_(std::move(vfs)) {}

  // Each entry is checked against its hash and that of the entry before it.
  [[nodiscard]] core::Result<OrderHistory> history(std::int64_t order_number, std::int64_t shares_seq,
                                                   std::int64_t before) override;
  [[nodiscard]] core::Result<OrderHistory> search(const core::OrderId& order, std::int64_t shares_seq,
                                                  std::int64_t before) override;

 private:
  // How to select entries about fills.
  struct Fills {
    std::string sql;
    core::OrderId order;  // only its own; empty: what is selected is its own
    std::function<void(sqlite::Statement&)> bind;
  };
  [[nodiscard]] core::Result<OrderHistory> read(std::int64_t shares_seq, const Fills& fills);
  [[nodiscard]] core::Result<OrderHistory> read_entries(std::int64_t shares_seq, const Fills& fills);
  // Of the statement's row: seq, time_ns, kind, body, hash, and the hash before.
  [[nodiscard]] core::Result<Event> event(const sqlite::Statement& row) const;

  std::string path_;
  std::string vfs_;
  std::optional<sqlite::Database> database_;
};

}  // namespace gateway
