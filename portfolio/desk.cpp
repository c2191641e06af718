#include "portfolio/desk.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace portfolio {

std::int64_t FeeSchedule::fee(core::Quantity quantity, core::Currency currency) const {
  CHECK(quantity.raw >= 0);
  if (quantity.raw == 0) return 0;
  // Amount has 6 decimals and so has Quantity: the product has 12.
  const core::Int128 one = core::Quantity::one().raw;
  const core::Int128 exact =
      std::max(static_cast<core::Int128>(per_unit.raw) * quantity.raw, static_cast<core::Int128>(minimum.raw) * one);
  if (exact <= 0) return 0;
  core::Int128 minor = one * one;  // one minor unit, with 12 decimals
  for (int i = 0; i < currency.minor_digits(); ++i) minor /= 10;
  const core::Int128 rounded = exact <= INT64_MAX
                                   ? static_cast<std::int64_t>(exact - 1) / static_cast<std::int64_t>(minor) + 1
                                   : (exact - 1) / minor + 1;
  CHECK(rounded <= INT64_MAX);
  return static_cast<std::int64_t>(rounded);
}

}  // namespace portfolio
