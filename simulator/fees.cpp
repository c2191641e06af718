#include "simulator/fees.hpp"

#include <algorithm>

namespace simulator {

namespace {

constexpr int percent_decimals = core::notional_decimals + Percent::decimals + 2;

core::Int128 power_of_ten(int exponent) {
  core::Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// To the nearest minor unit, and max_commission at most.
core::Amount rounded(core::Int128 exact, int decimals, core::Currency currency) {
  const core::Int128 most = max_commission.raw * power_of_ten(decimals - core::Amount::decimals);
  const std::int64_t minor = core::round_to_minor(std::min(exact, most), decimals, currency);
  const auto minor_unit = static_cast<std::int64_t>(power_of_ten(core::Amount::decimals - currency.minor_digits()));
  return {minor * minor_unit};
}

core::Amount rounded(core::Amount amount, core::Currency currency) {
  return rounded(amount.raw, core::Amount::decimals, currency);
}

// A maximum that is lower than the minimum wins.
core::Amount bounded(core::Amount amount, core::Amount least, std::optional<core::Amount> most,
                     core::Currency currency) {
  amount = std::max(amount, rounded(least, currency));
  return std::min(amount, most ? rounded(*most, currency) : max_commission);
}

}  // namespace

core::Amount Bill::charge(const FeeSettings& fees, core::Quantity quantity, core::Price price,
                          core::Currency currency) {
  const core::Int128 by_units =
      core::notional(quantity, fees.per_unit) * power_of_ten(percent_decimals - core::notional_decimals);
  const core::Int128 by_worth = core::notional(quantity, price) * fees.percent.raw;
  const core::Amount of_fill = bounded(rounded(by_units + by_worth, percent_decimals, currency), fees.per_fill_minimum,
                                       fees.per_fill_maximum, currency);
  const bool is_first = earned_.raw == 0 && charged_.raw == 0;
  if (is_first) earned_ = rounded(fees.per_order, currency);
  earned_ = std::min(earned_ + of_fill, max_commission);
  const core::Amount before = charged_;
  charged_ = bounded(earned_, fees.per_order_minimum, fees.per_order_maximum, currency);
  return charged_ - before;
}

}  // namespace simulator
