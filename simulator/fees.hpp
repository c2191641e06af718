#pragma once

#include <optional>

#include "core/money.hpp"
#include "core/scaled.hpp"

// What trading costs. Amounts are in the currency of the symbol.
namespace simulator {

using Percent = core::Scaled<struct PercentTag, 4>;  // "0.05" is 0.05 %

struct FeeSettings {
  core::Price per_unit{};                           // of each unit
  core::Amount per_fill_minimum{};                  // of a fill, whatever its units and worth
  std::optional<core::Amount> per_fill_maximum{};   // likewise
  Percent percent{};                                // of quantity times price
  core::Amount per_order{};                         // once, with the first fill
  core::Amount per_order_minimum{};                 // of all fills of an order together
  std::optional<core::Amount> per_order_maximum{};  // likewise

  friend bool operator==(const FeeSettings&, const FeeSettings&) = default;
};

// Bounds of the settings; within them no sum leaves its type.
inline constexpr core::Price max_fee_per_unit = core::Price::whole(1'000);
inline constexpr core::Amount max_fee = core::Amount::whole(1'000'000);  // of an amount in the settings
inline constexpr Percent max_fee_percent = Percent::whole(10);
inline constexpr core::Amount max_commission = core::Amount::whole(1'000'000'000'000);  // of a fill, and of an order

// The fees of one order, fill by fill, in whole minor units. A fill is a bill of its own, so each one is rounded, and
// kept between its minimum and maximum. The bounds of an order hold for the sum so far: the first fill is charged the
// minimum, later ones what goes beyond it, until the maximum is reached.
class Bill {
 public:
  // What the next fill costs. REQUIRES: quantity and price within the bounds of orders
  [[nodiscard]] core::Amount charge(const FeeSettings& fees, core::Quantity quantity, core::Price price,
                                    core::Currency currency);

 private:
  core::Amount earned_;   // before the bounds of an order
  core::Amount charged_;  // after them
};

}  // namespace simulator
