#include "simulator/entry_rules.hpp"

#include <algorithm>

namespace simulator {

namespace {

std::optional<Refusal> quantity_fault(const fix::NewOrderSingle& order, const SymbolSettings& symbol) {
  if (order.quantity.raw <= 0 || order.quantity.raw % symbol.lot.raw != 0) {
    return Refusal{ord_rej::incorrect_quantity,
                   "OrderQty(38) " + order.quantity.text() + " is not a positive multiple of " + symbol.lot.text()};
  }
  if (order.quantity > max_order_quantity) {
    return Refusal{ord_rej::exceeds_limit, "OrderQty(38) is above " + max_order_quantity.text()};
  }
  if (order.least && *order.least > order.quantity) {
    return Refusal{ord_rej::incorrect_quantity, "MinQty(110) is above OrderQty(38)"};
  }
  return std::nullopt;
}

std::optional<Refusal> price_fault(const char* field, std::optional<core::Price> price, const SymbolSettings& symbol) {
  if (!price || price->raw <= 0 || price->raw % symbol.tick.raw != 0) {
    return Refusal{ord_rej::other, std::string(field) + " is not a positive multiple of " + symbol.tick.text()};
  }
  if (*price > max_price) return Refusal{ord_rej::exceeds_limit, std::string(field) + " is above " + max_price.text()};
  const std::optional<PriceBand> band = band_of(symbol);
  if (band && (*price < band->low || *price > band->high)) {
    return Refusal{ord_rej::other, std::string(field) + ' ' + price->text() + " is outside the band of " +
                                       symbol.band_percent->text() + " %: " + band->low.text() + " to " +
                                       band->high.text()};
  }
  return std::nullopt;
}

std::optional<Refusal> strategy_fault(const fix::NewOrderSingle& order) {
  constexpr int vwap = 1;
  if (!order.strategy) {
    if (!order.begins && !order.ends) return std::nullopt;
    return Refusal{ord_rej::other, "EffectiveTime(168) and ExpireTime(126) need TargetStrategy(847)"};
  }
  if (*order.strategy != vwap) {
    return Refusal{ord_rej::other,
                   "TargetStrategy(847) " + std::to_string(*order.strategy) + " is not known here; known is 1 (VWAP)"};
  }
  if (has_stop(order.type) || order.least || order.time_in_force != core::TimeInForce::day) {
    return Refusal{ord_rej::other, "a VWAP order is Day, at the market or with a limit, without MinQty(110)"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> fault_of(const fix::NewOrderSingle& order, const SymbolSettings& symbol) {
  if (auto fault = quantity_fault(order, symbol)) return fault;
  if (order.currency && *order.currency != symbol.currency) {
    return Refusal{ord_rej::other, "Currency(15) of " + symbol.name.text() + " is " + symbol.currency.text()};
  }
  if (has_limit(order.type)) {
    if (auto fault = price_fault("Price(44)", order.limit, symbol)) return fault;
  }
  if (has_stop(order.type)) {
    if (auto fault = price_fault("StopPx(99)", order.stop, symbol)) return fault;
  }
  if (auto fault = strategy_fault(order)) return fault;
  if (is_for_auction(order.time_in_force) && (has_stop(order.type) || order.least)) {
    return Refusal{ord_rej::other, "StopPx(99) and MinQty(110) do not go with an order for an auction"};
  }
  return std::nullopt;
}

std::optional<fix::Window> vwap_span(const fix::NewOrderSingle& order, const fix::Window& day, core::Time now) {
  const fix::Window span{std::max({now, day.start, order.begins.value_or(now)}),
                         std::min(day.end, order.ends.value_or(day.end))};
  return span.start < span.end ? std::optional(span) : std::nullopt;
}

std::optional<Refusal> timing_fault(const fix::NewOrderSingle& order, std::optional<Phase> phase, bool is_halted) {
  using core::TimeInForce;
  if (!phase && is_for_auction(order.time_in_force)) {
    return Refusal{ord_rej::other, "there are no auctions here: the exchange has no [hours]"};
  }
  const Phase now = phase.value_or(Phase::continuous);
  if (order.time_in_force == TimeInForce::at_the_opening && now != Phase::closed && now != Phase::opening_call) {
    return Refusal{ord_rej::too_late, "the opening is over"};
  }
  const bool may_wait =
      order.time_in_force == TimeInForce::at_the_opening || order.time_in_force == TimeInForce::good_till_cancel;
  if (now == Phase::closed && !may_wait) {
    return Refusal{ord_rej::exchange_closed, "the exchange is closed; GTC and at the opening would wait"};
  }
  const bool wants_all_now =
      !has_stop(order.type) && (is_immediate(order.time_in_force) || order.least.value_or(core::Quantity{}).raw > 0);
  if (wants_all_now && (now != Phase::continuous || is_halted)) {
    return Refusal{ord_rej::other, "IOC, FOK and MinQty(110) need continuous trading"};
  }
  return std::nullopt;
}

}  // namespace simulator
