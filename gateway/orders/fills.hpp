#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "core/scaled.hpp"
#include "gateway/journal/event.hpp"

// The fills of an order as they count now, busts and corrections included. Pure.
namespace gateway {

// What a journal entry says of a fill: that it was booked, busted, or corrected.
struct FillRecord {
  std::int64_t seq = 0;   // of the entry
  std::int64_t fill = 0;  // of the entry that booked the fill; its own when it is that one
  std::string exec_id;
  std::string trade_date;
  // What counts from here on; a quantity of zero: nothing.
  core::Quantity quantity;
  core::Price price;
  core::Amount commission;
};

// Nothing when the entry is about no fill.
[[nodiscard]] std::optional<FillRecord> fill_record(std::int64_t seq, const Event& event);

// Of such an entry.
[[nodiscard]] core::OrderId order_of_fill(const Event& event);

struct BookedFill {
  std::int64_t seq = 0;  // of the journal entry that booked it
  // Under which the broker reported it, and corrected it since.
  struct Name {
    std::string exec_id;
    std::string trade_date;
  };
  std::vector<Name> names;
  std::string busted_by;  // ExecID(17) of the bust, or empty
  bool is_busted = false;
  core::Quantity quantity;  // zero when it is busted
  core::Price price;
  core::Amount commission;
};

// In the order of booking; a corrected fill stays in its place.
// REQUIRES: records in the order of their entries, each after that of its fill
[[nodiscard]] std::vector<BookedFill> booked_fills(std::span<const FillRecord> records);

}  // namespace gateway
