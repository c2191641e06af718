#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fix/messages.hpp"
#include "gateway/orders/doubts.hpp"
#include "gateway/orders/fills.hpp"
#include "gateway/orders/order.hpp"

namespace gateway {

enum class Action {
  book_fill,
  bust_fill,
  correct_fill,
  note_state,     // no units; the order's set of reports grows
  never_arrived,  // the broker does not know an order that we are uncertain of
  nothing,        // a repetition, or only breaks
};

struct Verdict {
  Action action = Action::nothing;
  // What a person must look at: why there is nothing to do, or what is odd about what is booked or noted all the same.
  std::vector<KeepBreak> breaks;
  std::optional<BookedFill> fill;  // that is busted or corrected
};

// Whether the report's ExecID(17) was seen before in this session. Other content counts on the same trade date only: a
// broker may begin its ExecIDs anew each day. The same content is a repetition on any date, since a report that comes
// again may carry another time.
enum class Seen { never, same_content, other_content };

// What to do with a report of an order that was found. Pure: looks, changes nothing. FIX 4.4 volume 4, execution
// report; the table is in README.md.
// `fills`: those of the order, when the report is a bust or a correction.
[[nodiscard]] Verdict judge(const fix::ExecutionReport& report, const Order& order, Seen seen,
                            std::span<const BookedFill> fills, const Yardstick& yardstick = {});

// ExecType(150) Trade Cancel or Trade Correct: it changes what an earlier report has said of a fill.
[[nodiscard]] inline bool is_fill_change(const fix::ExecutionReport& report) {
  return report.exec_type == fix::ExecType::trade_cancel || report.exec_type == fix::ExecType::trade_correct;
}

// Of everything in a report that says what happened, TradeDate(75) included when it is there; two reports with one
// ExecID must agree on it.
[[nodiscard]] std::uint64_t digest(const fix::ExecutionReport& report);

// TradeDate(75), or the UTC date of the transaction.
[[nodiscard]] std::string trade_date(const fix::ExecutionReport& report);

}  // namespace gateway
