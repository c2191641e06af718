#include "gateway/risk/limits.hpp"

#include <algorithm>

namespace gateway {

std::optional<core::Money> value_of(core::Quantity quantity, core::Price price, core::MoneyFactor factor,
                                    core::Currency currency) {
  const core::Notional exact = core::notional(quantity, price);
  if (!core::is_within(exact, factor, max_amount_minor, currency)) return std::nullopt;
  return core::Money{core::round_to_minor(exact, factor, currency), currency};
}

std::optional<core::Price> counted_price(core::Side side, std::optional<core::Price> limit,
                                         std::optional<core::Price> reference) {
  if (!limit) return reference;
  return core::is_sale(side) && reference ? std::max(*limit, *reference) : limit;
}

std::optional<Refusal> check_limits(const Limits& limits, core::Quantity quantity, core::Money value) {
  const auto found = limits.find(value.currency);
  if (found == limits.end()) {
    return Refusal{RefusalCode::no_limit_configured, "",
                   "no order limits are configured for " + value.currency.text() + "; add [limits." +
                       value.currency.text() + "] to the gateway's configuration"};
  }
  const OrderLimit& limit = found->second;
  if (quantity > limit.max_quantity) {
    return Refusal{RefusalCode::over_limit, "",
                   "quantity " + quantity.text() + " is above limits." + value.currency.text() +
                       ".max_order_quantity, " + limit.max_quantity.text()};
  }
  if (value.minor > limit.max_value.minor) {
    return Refusal{RefusalCode::over_limit, "",
                   "value " + value.text() + " " + value.currency.text() + " is above limits." + value.currency.text() +
                       ".max_order_value, " + limit.max_value.text()};
  }
  return std::nullopt;
}

}  // namespace gateway
