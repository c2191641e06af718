#include "gateway/orders/doubts.hpp"

#include <algorithm>

namespace gateway {

namespace {

// One break tells all that is odd, since a person settles it once.
void add(std::string& odd, const std::string& more) { odd += (odd.empty() ? "" : "; ") + more; }

std::optional<KeepBreak> kept(BreakKind kind, const std::string& odd) {
  if (odd.empty()) return std::nullopt;
  return KeepBreak{kind, odd};
}

core::Int128 scaled(core::Int128 value, int decimals) {
  for (int i = 0; i < decimals; ++i) value *= 10;
  return value;
}

bool is_far(core::Price price, core::Price reference) {
  return price.raw > static_cast<core::Int128>(reference.raw) * price_factor ||
         static_cast<core::Int128>(price.raw) * price_factor < reference.raw;
}

// More fills than the broker counts, and it is news: the excess is wider than it was.
bool exceeds_the_count(const fix::ExecutionReport& report, const Order& order, core::Quantity filled) {
  const core::Quantity counted = std::max(order.broker_filled, report.cumulative_quantity);
  const core::Quantity before = std::max(core::Quantity{}, order.parts.filled() - order.broker_filled);
  return filled - counted > before;
}

}  // namespace

std::optional<KeepBreak> unlikely_amount(const fix::ExecutionReport& report, const Order& order,
                                         const Yardstick& yardstick) {
  std::string odd;
  const std::optional<core::Price> usual = yardstick.reference ? yardstick.reference : order.entered.limit;
  if (usual && is_far(report.last_price, *usual)) {
    add(odd, "LastPx(31) " + report.last_price.text(2) + " is not within half and twice the " +
                 (yardstick.reference ? "reference price " : "limit ") + usual->text(2));
  }
  // Times factor.den; the order's notional with this fill is within what is booked.
  const core::MoneyFactor factor = order.parts.factor();
  const core::Int128 value = core::notional(report.last_quantity, report.last_price) * factor.num;
  const core::Int128 commission = report.commission.raw < 0 ? -static_cast<core::Int128>(report.commission.raw)
                                                            : static_cast<core::Int128>(report.commission.raw);
  const core::Int128 as_notional = scaled(commission, core::notional_decimals - core::Amount::decimals);
  if (as_notional * factor.den > value && commission > core::Amount::whole(least_odd_commission).raw) {
    add(odd, "Commission(12) " + report.commission.text(2) + " is more than the fill is worth");
  }
  if (const auto& most = yardstick.max_value;
      most && value > scaled(most->minor, core::notional_decimals - most->currency.minor_digits()) * factor.den) {
    add(odd, "the fill is worth more than " + most->text() + " " + most->currency.text() +
                 ", the most that an order may be worth here");
  }
  return kept(BreakKind::unlikely_amount, odd);
}

std::optional<KeepBreak> contradiction_of(const fix::ExecutionReport& report, const Order& order, core::Quantity filled,
                                          const Yardstick& yardstick) {
  std::string odd;
  const bool is_trade = report.exec_type == fix::ExecType::trade;
  if (is_trade && report.cumulative_quantity < report.last_quantity) {
    add(odd,
        "CumQty(14) " + report.cumulative_quantity.text() + " is less than LastQty(32) " + report.last_quantity.text());
  } else if (is_trade && exceeds_the_count(report, order, filled)) {
    add(odd, "the fills reported make " + filled.text() + ", and the broker counts no more than " +
                 std::max(order.broker_filled, report.cumulative_quantity).text() +
                 " (CumQty 14): is one of them reported twice?");
  }
  // After a correction brokers disagree on what Filled means.
  const bool is_filled = report.ord_status == fix::OrdStatus::filled && order.restated == 0 &&
                         report.exec_type != fix::ExecType::trade_cancel &&
                         report.exec_type != fix::ExecType::trade_correct;
  if (is_filled && (report.cumulative_quantity < order.entered.quantity || report.leaves_quantity.raw > 0)) {
    add(odd, "OrdStatus(39) is 2, filled, with CumQty(14) " + report.cumulative_quantity.text() +
                 " and LeavesQty(151) " + report.leaves_quantity.text() + " of " + order.entered.quantity.text());
  }
  if (is_trade && yardstick.other != nullptr) {
    add(odd, "OrderID(37) " + report.order_id + " is that of order " + yardstick.other->id().text());
  }
  return kept(BreakKind::contradiction, odd);
}

}  // namespace gateway
