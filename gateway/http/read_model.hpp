#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "gateway/rows.hpp"

namespace gateway {

struct OrderFilter {
  bool open_only = false;  // neither filled, cancelled, rejected, expired nor done for day
  core::ModelCode model;   // empty: all
  int limit = 1000;        // the newest; 1 or more
  std::int64_t before = std::numeric_limits<std::int64_t>::max();  // only those with a lower `number`
};

// A list that comes in pages; by what it is asked for stands in sqlite_read_model.cpp.
enum class Table {
  account_positions,  // of an account, or of a group
  model_positions,    // of a model
  breaks,
  accounts,
  account_groups,
  instruments,
  models,
  targets,          // of a model
  target_versions,  // of a model
  proposals,
  proposal,  // one
  proposal_orders,
  proposal_legs,
  proposal_moves,
  proposal_sleeves,
  proposal_lines,
  proposal_quotes,
  proposal_warnings,
  // With the columns of the files of the same names, see columns_of() in desk_commands.hpp.
  account_file,
  group_file,
  instrument_file,
  model_file,
  position_file,
};

struct TableQuery {
  Table table{};
  std::string of;       // the account, model or proposal; of proposals and breaks: "open" for those that are not over
  std::string account;  // of what is by account: only this one, or this group's; empty: all
  int limit = 1'000;    // 1 to 10,000; -1: all
  int offset = 0;       // rows before the page
};

// An entry of the journal.
struct Change {
  std::int64_t seq = 0;
  std::string time_utc;
  std::string kind;
  std::string body;  // JSON
};

// What is open, all of it as it was after one change.
struct DeskNow {
  std::int64_t seq = 0;      // of the change
  std::int64_t log_seq = 0;  // of the trade log's last entry
  Rows open_orders;
  Rows open_proposals;
  Rows open_breaks;
};

// What people look at, read from what is durable, never from the engine. One call at a time, on any thread. The columns
// are those of the views of the same name. Error of each: the database cannot be read just now, or it takes too long.
class ReadModel {
 public:
  virtual ~ReadModel() = default;
  [[nodiscard]] virtual core::Result<Rows> orders(const OrderFilter& filter) = 0;  // oldest first
  [[nodiscard]] virtual core::Result<Rows> order(const core::OrderId& order) = 0;  // one row or none
  [[nodiscard]] virtual core::Result<Rows> fills(const core::OrderId& order) = 0;
  [[nodiscard]] virtual core::Result<Rows> parts(const core::OrderId& order) = 0;
  // Entries after `after`, in order, `limit` at most.
  [[nodiscard]] virtual core::Result<Rows> trade_log(std::int64_t after, int limit) = 0;
  [[nodiscard]] virtual core::Result<Rows> table(const TableQuery& query) = 0;
  // Entries of the journal after `after`, in order, `limit` at most.
  [[nodiscard]] virtual core::Result<std::vector<Change>> changes(std::int64_t after, int limit) = 0;
  [[nodiscard]] virtual core::Result<std::int64_t> last_change() = 0;  // its number; 0: nothing has happened yet
  [[nodiscard]] virtual core::Result<DeskNow> now() = 0;
};

}  // namespace gateway
