#pragma once

#include <optional>
#include <string_view>

namespace gateway {

// Why something a broker sent could not be booked. A person settles it.
enum class BreakKind {
  unreadable,  // refused by the dictionary, or a field that is no number, ...
  unknown_order,
  contradicts_order,    // other symbol, side or currency than the order's
  over_fill,            // more than the order's quantity
  bad_fill,             // no quantity, no price, or not a whole number of allocation units
  exec_id_reused,       // an ExecID(17) that we know, with other content
  rejected_but_filled,  // the broker says both
  missing_fill,         // the broker's CumQty(14) is above what it has reported to us
  beyond_limit,         // a fill at a worse price than the order's limit
  unlikely_amount,      // a fill at a price, or with a commission or a value, that is hardly meant
  contradiction,        // the report contradicts itself or what was reported before
  unknown_fill,         // a bust or correction of a fill that is not booked, or busted already
  bad_change,           // a bust or correction with content that cannot be
  not_supported,        // replacements, restatements: later versions book them
};
[[nodiscard]] std::string_view text(BreakKind kind);    // "over_fill"
[[nodiscard]] std::string_view advice(BreakKind kind);  // what a person can do, in one line
[[nodiscard]] std::optional<BreakKind> break_kind(std::string_view text);

// What a person says of a break when settling it. It changes no position: nothing is booked automatically.
enum class Settlement {
  acknowledged,          // looked at; there is nothing to do, or it is done in Prorata already
  resolved_with_broker,  // the broker cleared it up: withdrew the report, or sent what was missing
  booked_by_hand,        // booked outside Prorata, whose positions do not show it
};
[[nodiscard]] std::string_view text(Settlement settlement);  // "booked_by_hand"
[[nodiscard]] std::optional<Settlement> settlement(std::string_view text);

}  // namespace gateway
