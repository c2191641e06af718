#include "simulator/entry_rules.hpp"

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
  return std::nullopt;
}

}  // namespace simulator
