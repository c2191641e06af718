#include "gateway/orders/verdict.hpp"

#include <algorithm>
#include <optional>

#include "core/random.hpp"
#include "gateway/risk/limits.hpp"

namespace gateway {

using fix::ExecType;
using fix::OrdStatus;

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

// A fill that was booked and is looked at as if it were not.
struct LeftOut {
  core::Quantity quantity;
  core::Int128 notional = 0;
  core::Int128 commission = 0;
};
LeftOut left_out(const BookedFill& fill) {
  return {fill.quantity, core::notional(fill.quantity, fill.price), fill.commission.raw};
}

// Whether the order's notional and fees stay within what is booked, so that no sum can overflow (see risk/limits.hpp).
bool fits(const Order& order, const fix::ExecutionReport& report, const LeftOut& without) {
  const core::Int128 notional =
      order.parts.notional() - without.notional + core::notional(report.last_quantity, report.last_price);
  const core::Int128 commission = order.parts.commission() - without.commission + report.commission.raw;
  core::Int128 most_commission = max_amount_minor;
  for (int i = order.currency.minor_digits(); i < core::Amount::decimals; ++i) most_commission *= 10;
  return core::is_within(notional, order.parts.factor(), max_amount_minor, order.currency) &&
         commission <= most_commission && commission >= -most_commission;
}

std::optional<KeepBreak> bad_trade(const fix::ExecutionReport& report, const Order& order,
                                   const LeftOut& without = {}) {
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
  if (const core::Quantity open = order.leaves() + without.quantity; report.last_quantity > open) {
    return KeepBreak{BreakKind::over_fill, "a fill of " + report.last_quantity.text() + ", but only " + open.text() +
                                               " of " + order.entered.quantity.text() + " are open"};
  }
  if (!fits(order, report, without)) {
    return KeepBreak{BreakKind::bad_fill, "LastPx(31) " + report.last_price.text() + " or Commission(12) " +
                                              report.commission.text() + " is above any amount that is booked here"};
  }
  return std::nullopt;
}

bool is_beyond_limit(const fix::ExecutionReport& report, const Order& order) {
  if (!order.entered.limit) return false;
  return order.entered.side == core::Side::buy ? report.last_price > *order.entered.limit
                                               : report.last_price < *order.entered.limit;
}

// The broker counts more filled than it has told us, and it is news: the gap is wider than it was.
std::optional<KeepBreak> missing_fill(const fix::ExecutionReport& report, const Order& order, core::Quantity filled) {
  const core::Quantity gap_before = std::max(core::Quantity{}, order.broker_filled - order.parts.filled());
  if (report.cumulative_quantity - filled <= gap_before) return std::nullopt;
  return KeepBreak{BreakKind::missing_fill, "the broker has filled " + report.cumulative_quantity.text() +
                                                " (CumQty 14), of which " + filled.text() + " were reported to us"};
}

// What is odd beside what is booked or noted. `filled`: of the order, once that is done.
void add_doubts(const fix::ExecutionReport& report, const Order& order, core::Quantity filled,
                const Yardstick& yardstick, Verdict& verdict) {
  const bool counts = verdict.action == Action::book_fill || verdict.action == Action::correct_fill;
  if (auto odd = counts ? unlikely_amount(report, order, yardstick) : std::nullopt) {
    verdict.breaks.push_back(*std::move(odd));
  }
  if (auto odd = contradiction_of(report, order, filled, yardstick)) verdict.breaks.push_back(*std::move(odd));
  if (auto missing = missing_fill(report, order, filled)) verdict.breaks.push_back(*std::move(missing));
}

Verdict judge_trade(const fix::ExecutionReport& report, const Order& order, const Yardstick& yardstick) {
  if (auto bad = bad_trade(report, order)) return {Action::nothing, {*std::move(bad)}, std::nullopt};
  Verdict verdict{Action::book_fill, {}, std::nullopt};
  if (order.reported.rejected && order.parts.filled().raw == 0) {
    verdict.breaks.push_back(
        {BreakKind::rejected_but_filled, "the order was reported as rejected and is filled now; the fill is booked"});
  }
  if (is_beyond_limit(report, order)) {
    verdict.breaks.push_back({BreakKind::beyond_limit, "LastPx(31) " + report.last_price.text(2) +
                                                           " is worse than the limit " + order.entered.limit->text(2) +
                                                           "; the fill is booked"});
  }
  add_doubts(report, order, order.parts.filled() + report.last_quantity, yardstick, verdict);
  return verdict;
}

// The fill that ExecRefID(19) names: by its own ExecID or by that of a correction of it. A broker that gives one ExecID
// on two trade dates means the one of this date.
core::Result<BookedFill> fill_meant(const fix::ExecutionReport& report, std::span<const BookedFill> fills) {
  const std::string named = "ExecRefID(19) " + report.exec_ref_id;
  if (report.exec_ref_id.empty()) return core::fail("", "ExecRefID(19) is missing: it must name the fill");
  std::vector<const BookedFill*> found;
  std::vector<const BookedFill*> found_today;
  for (const BookedFill& fill : fills) {
    const auto is_named = [&](const auto& name) { return name.exec_id == report.exec_ref_id; };
    const auto is_today = [&](const auto& name) { return is_named(name) && name.trade_date == trade_date(report); };
    if (std::ranges::any_of(fill.names, is_named)) found.push_back(&fill);
    if (std::ranges::any_of(fill.names, is_today)) found_today.push_back(&fill);
  }
  if (found.size() > 1) found = found_today;
  if (found.size() > 1) return core::fail("", named + " names more than one fill of this order");
  if (found.empty()) {
    return core::fail("", named +
                              " names no fill that is booked for this order. A fill that comes later under that "
                              "ExecID is booked and stays, until it is busted or corrected anew");
  }
  if (found.front()->is_busted) return core::fail("", named + " was busted before, by " + found.front()->busted_by);
  return *found.front();
}

// A bust takes the whole fill back. One that speaks of another quantity or price than is booked means something else.
std::optional<KeepBreak> bad_bust(const fix::ExecutionReport& report, const BookedFill& fill) {
  const auto differs = [](std::string_view field, const std::string& theirs, const std::string& ours) {
    return KeepBreak{BreakKind::bad_change,
                     std::string(field) + " of the bust is " + theirs + ", the fill is booked with " + ours};
  };
  if (report.last_quantity.raw != 0 && report.last_quantity != fill.quantity) {
    return differs("LastQty(32)", report.last_quantity.text(), fill.quantity.text());
  }
  if (report.last_price.raw != 0 && report.last_price != fill.price) {
    return differs("LastPx(31)", report.last_price.text(2), fill.price.text(2));
  }
  return std::nullopt;
}

Verdict judge_change(const fix::ExecutionReport& report, const Order& order, std::span<const BookedFill> fills,
                     const Yardstick& yardstick) {
  const bool is_bust = report.exec_type == ExecType::trade_cancel;
  core::Result<BookedFill> fill = fill_meant(report, fills);
  if (!fill) return {Action::nothing, {{BreakKind::unknown_fill, fill.error().message}}, std::nullopt};
  auto bad = is_bust ? bad_bust(report, *fill) : bad_trade(report, order, left_out(*fill));
  if (bad) return {Action::nothing, {{BreakKind::bad_change, std::move(bad->text)}}, std::nullopt};
  Verdict verdict{is_bust ? Action::bust_fill : Action::correct_fill, {}, *fill};
  if (!is_bust && is_beyond_limit(report, order)) {
    verdict.breaks.push_back({BreakKind::beyond_limit, "LastPx(31) " + report.last_price.text(2) +
                                                           " is worse than the limit " + order.entered.limit->text(2) +
                                                           "; the correction is booked"});
  }
  const core::Quantity now_counts = is_bust ? core::Quantity{} : report.last_quantity;
  add_doubts(report, order, order.parts.filled() - fill->quantity + now_counts, yardstick, verdict);
  return verdict;
}

Verdict judge_state(const fix::ExecutionReport& report, const Order& order, const Yardstick& yardstick) {
  const bool answers_us = report.exec_type == ExecType::order_status;
  const bool unknown_there = answers_us && report.ord_status == OrdStatus::rejected &&
                             report.reject_reason.value_or(0) == unknown_order_reason;
  if (unknown_there && order.uncertain && order.parts.filled().raw == 0)
    return {Action::never_arrived, {}, std::nullopt};
  // Asked twice, answered twice: an order that is over needs no broker that knows it.
  if (unknown_there && is_finished(state_of(order))) return {};
  if (unknown_there) {
    return {Action::nothing,
            {{BreakKind::contradicts_order, "the broker spoke of this order before and does not know it now"}},
            std::nullopt};
  }
  Verdict verdict{Action::note_state, {}, std::nullopt};
  if (report.ord_status == OrdStatus::rejected && order.parts.filled().raw > 0 && !order.reported.rejected) {
    verdict.breaks.push_back(
        {BreakKind::rejected_but_filled, "the order has fills and is reported as rejected now; the fills stay booked"});
  }
  add_doubts(report, order, order.parts.filled(), yardstick, verdict);
  return verdict;
}

}  // namespace

Verdict judge(const fix::ExecutionReport& report, const Order& order, Seen seen, std::span<const BookedFill> fills,
              const Yardstick& yardstick) {
  if (seen == Seen::same_content) return {};
  if (seen == Seen::other_content) {
    return {Action::nothing,
            {{BreakKind::exec_id_reused, "ExecID(17) " + report.exec_id + " was reported before with other content"}},
            std::nullopt};
  }
  if (auto contradicts = contradiction(report, order))
    return {Action::nothing, {*std::move(contradicts)}, std::nullopt};
  switch (report.exec_type) {
    case ExecType::trade: return judge_trade(report, order, yardstick);
    case ExecType::trade_cancel:
    case ExecType::trade_correct: return judge_change(report, order, fills, yardstick);
    case ExecType::order_status:
    case ExecType::rejected:
    case ExecType::new_order:
    case ExecType::pending_new:
    case ExecType::pending_cancel:
    case ExecType::cancelled:
    case ExecType::expired:
    case ExecType::done_for_day: return judge_state(report, order, yardstick);
    default:
      return {Action::nothing,
              {{BreakKind::not_supported,
                std::string("ExecType(150) is ") + static_cast<char>(report.exec_type) +
                    "; this version books trades, busts, corrections and states, not replacements and restatements"}},
              std::nullopt};
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
  add(report.trade_date), add(report.commission.text()), add(report.currency ? report.currency->text() : ""),
      add(report.text);
  return core::stable_hash(content);
}

std::string trade_date(const fix::ExecutionReport& report) {
  return report.trade_date.empty() ? core::fix_date(report.transact_time) : report.trade_date;
}

}  // namespace gateway
