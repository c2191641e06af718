#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"

namespace gateway {

// Rows as the views give them: text under the names of the columns. Decimals are text already; nothing is NULL.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

struct OrderFilter {
  bool open_only = false;  // neither filled, cancelled, rejected, expired nor done for day
  core::ModelCode model;   // empty: all
  int limit = 1000;        // the newest; 1 to 10,000
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
  [[nodiscard]] virtual core::Result<Rows> positions(const core::AccountId& account) = 0;
  [[nodiscard]] virtual core::Result<Rows> positions(const core::ModelCode& model) = 0;
  [[nodiscard]] virtual core::Result<Rows> breaks(bool open_only) = 0;
};

}  // namespace gateway
