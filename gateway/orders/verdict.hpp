#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "fix/messages.hpp"
#include "gateway/orders/order.hpp"

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
  not_supported,        // busts, corrections, replacements, restatements: later versions book them
};
[[nodiscard]] std::string_view text(BreakKind kind);

struct BookFill {                // as a fill of the order
  bool rejected_before = false;  // the first fill of an order that was reported as rejected
};
struct NoteState {              // no units; the order's set of reports grows
  bool rejects_filled = false;  // the order was reported as rejected, and has fills
};
struct NeverArrived {};    // the broker does not know an order that we are uncertain of
struct IgnoreRepeated {};  // known ExecID, same content
struct KeepBreak {
  BreakKind kind = BreakKind::unreadable;
  std::string text;
};
using Verdict = std::variant<BookFill, NoteState, NeverArrived, IgnoreRepeated, KeepBreak>;

// Whether the report's ExecID(17) was seen before in this session and on this trade date.
enum class Seen { never, same_content, other_content };

// What to do with a report of an order that was found. Pure: looks, changes nothing. FIX 4.4 volume 4, execution
// report; the table is in README.md.
[[nodiscard]] Verdict judge(const fix::ExecutionReport& report, const Order& order, Seen seen);

// Of everything in a report that says what happened; two reports with one ExecID must agree on it.
[[nodiscard]] std::uint64_t digest(const fix::ExecutionReport& report);

// TradeDate(75), or the UTC date of the transaction.
[[nodiscard]] std::string trade_date(const fix::ExecutionReport& report);

}  // namespace gateway
