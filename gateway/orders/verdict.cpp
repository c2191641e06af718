#include "gateway/orders/verdict.hpp"

#include "core/random.hpp"
#include "gateway/risk/limits.hpp"

namespace gateway {

using fix::ExecType;
using fix::OrdStatus;

std::string_view text(BreakKind kind) {
  switch (kind) {
    case BreakKind::unreadable: return "unreadable";
    case BreakKind::unknown_order: return "unknown_order";
    case BreakKind::contradicts_order: return "contradicts_order";
    case BreakKind::over_fill: return "over_fill";
    case BreakKind::bad_fill: return "bad_fill";
    case BreakKind::exec_id_reused: return "exec_id_reused";
    case BreakKind::rejected_but_filled: return "rejected_but_filled";
    case BreakKind::missing_fill: return "missing_fill";
    case BreakKind::not_supported: return "not_supported";
  }
  return "";
}

namespace {

constexpr int unknown_order_reason = 5;  // OrdRejReason(103)

std::optional<KeepBreak> contradiction(const fix::ExecutionReport& report, const Order& order) {
  const auto differs = [](std::string_view field, const std::string& theirs, const std::string& ours) {
    return KeepBreak{BreakKind::contradicts_order,
                     std::string(field) + " is " + theirs + " in the report and " + ours + " in the order"};
  };
  if (report.symbol != order.entered.symbol) {
    return differs("Symbol(55)", report.symbol.text(), order.entered.symbol.text());
  }
  if (report.side != order.entered.side) {
    return differs("Side(54)", std::string(core::text(report.side)), std::string(core::text(order.entered.side)));
  }
  if (report.currency && *report.currency != order.currency) {
    return differs("Currency(15)", report.currency->text(), order.currency.text());
  }
  return std::nullopt;
}

// Whether the order's notional and fees stay within what is booked, so that no sum can overflow (see risk/limits.hpp).
bool fits(const Order& order, const fix::ExecutionReport& report) {
  const int digits = order.currency.minor_digits();
  const auto within = [&](core::Int128 total, int decimals) {
    core::Int128 bound = max_amount_minor;
    for (int i = digits; i < decimals; ++i) bound *= 10;
    return total <= bound && total >= -bound;
  };
  return within(order.parts.notional() + core::notional(report.last_quantity, report.last_price),
                core::notional_decimals) &&
         within(order.parts.commission() + report.commission.raw, core::Amount::decimals);
}

Verdict judge_trade(const fix::ExecutionReport& report, const Order& order) {
  if (report.last_quantity.raw <= 0) {
    return KeepBreak{BreakKind::bad_fill, "LastQty(32) is " + report.last_quantity.text() + "; a fill is above zero"};
  }
  if (report.last_price.raw <= 0) {
    return KeepBreak{BreakKind::bad_fill, "LastPx(31) is " + report.last_price.text() + "; a price is above zero"};
  }
  const core::Quantity unit = order.parts.unit();
  if (report.last_quantity.raw % unit.raw != 0) {
    return KeepBreak{BreakKind::bad_fill, "LastQty(32) is " + report.last_quantity.text() +
                                              ", not a whole number of allocation units of " + unit.text()};
  }
  if (report.last_quantity > order.leaves()) {
    return KeepBreak{BreakKind::over_fill, "a fill of " + report.last_quantity.text() + ", but only " +
                                               order.leaves().text() + " of " + order.entered.quantity.text() +
                                               " are open"};
  }
  if (!fits(order, report)) {
    return KeepBreak{BreakKind::bad_fill, "LastPx(31) " + report.last_price.text() + " or Commission(12) " +
                                              report.commission.text() + " is above any amount that is booked here"};
  }
  return BookFill{.rejected_before = order.reported.rejected && order.parts.filled().raw == 0};
}

Verdict judge_status(const fix::ExecutionReport& report, const Order& order) {
  const bool unknown_there =
      report.ord_status == OrdStatus::rejected && report.reject_reason.value_or(0) == unknown_order_reason;
  if (unknown_there && order.uncertain && order.parts.filled().raw == 0) return NeverArrived{};
  if (report.cumulative_quantity > order.parts.filled()) {
    return KeepBreak{BreakKind::missing_fill, "the broker has filled " + report.cumulative_quantity.text() +
                                                  " (CumQty 14), of which " + order.parts.filled().text() +
                                                  " were reported to us"};
  }
  return NoteState{};
}

}  // namespace

Verdict judge(const fix::ExecutionReport& report, const Order& order, Seen seen) {
  if (seen == Seen::same_content) return IgnoreRepeated{};
  if (seen == Seen::other_content) {
    return KeepBreak{BreakKind::exec_id_reused,
                     "ExecID(17) " + report.exec_id + " was reported before with other content"};
  }
  if (auto contradicts = contradiction(report, order)) return *contradicts;
  switch (report.exec_type) {
    case ExecType::trade: return judge_trade(report, order);
    case ExecType::order_status: return judge_status(report, order);
    case ExecType::rejected: return NoteState{.rejects_filled = order.parts.filled().raw > 0};
    case ExecType::new_order:
    case ExecType::pending_new:
    case ExecType::pending_cancel:
    case ExecType::cancelled:
    case ExecType::expired:
    case ExecType::done_for_day: return NoteState{};
    default:
      return KeepBreak{BreakKind::not_supported,
                       std::string("ExecType(150) is ") + static_cast<char>(report.exec_type) +
                           "; this version books trades and states, not busts, corrections and replacements"};
  }
}

std::uint64_t digest(const fix::ExecutionReport& report) {
  std::string content;
  const auto add = [&](std::string_view part) {
    content.append(part);
    content.push_back('\x01');
  };
  add(report.order_id), add(report.cl_ord_id), add(report.exec_ref_id);
  add(std::string{static_cast<char>(report.exec_type), static_cast<char>(report.ord_status)});
  add(report.symbol.text()), add(core::text(report.side));
  add(report.last_quantity.text()), add(report.last_price.text()), add(report.cumulative_quantity.text());
  add(report.commission.text()), add(report.currency ? report.currency->text() : ""), add(report.text);
  return core::stable_hash(content);
}

std::string trade_date(const fix::ExecutionReport& report) {
  return report.trade_date.empty() ? core::fix_date(report.transact_time) : report.trade_date;
}

}  // namespace gateway
