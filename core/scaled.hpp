#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/decimal.hpp"

namespace core {

// An integer that counts 10^-decimals of something. Different tags do not mix, so a price is never added to a quantity.
template <class Tag, int decimals_>
struct Scaled {
  static constexpr int decimals = decimals_;

  std::int64_t raw = 0;

  [[nodiscard]] static Result<Scaled> parse(std::string_view text) {
    return parse_decimal(text, decimals).map([](std::int64_t raw) { return Scaled{raw}; });
  }
  // REQUIRES: the product fits in int64 (constants in code and tests, not input).
  [[nodiscard]] static constexpr Scaled whole(std::int64_t units) { return Scaled{units * one().raw}; }
  [[nodiscard]] static constexpr Scaled one() {
    std::int64_t scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    return Scaled{scale};
  }
  [[nodiscard]] std::string text(int min_shown = 0) const { return format_decimal(raw, decimals, min_shown); }

  friend constexpr auto operator<=>(const Scaled&, const Scaled&) = default;
  friend constexpr Scaled operator+(Scaled a, Scaled b) { return {a.raw + b.raw}; }
  friend constexpr Scaled operator-(Scaled a, Scaled b) { return {a.raw - b.raw}; }
  constexpr Scaled& operator+=(Scaled b) { return *this = *this + b; }
  constexpr Scaled& operator-=(Scaled b) { return *this = *this - b; }
};

// Units of an instrument: up to 9.2 * 10^12, six decimals for funds.
using Quantity = Scaled<struct QuantityTag, 6>;

// Money per unit in the instrument's currency: up to 92 * 10^9, eight decimals for forex.
using Price = Scaled<struct PriceTag, 8>;

// An amount as a broker states it (a commission of 0.685, say), before it is posted in whole minor units.
using Amount = Scaled<struct AmountTag, 6>;

}  // namespace core
