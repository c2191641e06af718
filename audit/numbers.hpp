#pragma once

#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "core/money.hpp"

namespace audit {

// "1234567.5" as "1,234,567.5", for people.
[[nodiscard]] inline std::string grouped(std::string number) {
  const std::size_t point = number.find('.');
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  for (std::size_t at = point == std::string::npos ? number.size() : point; at > first + 3;) {
    at -= 3;
    number.insert(at, 1, ',');
  }
  return number;
}

// "1 order", "1,200 orders".
[[nodiscard]] inline std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return grouped(std::to_string(count)) + " " + std::string(count == 1 ? one : many);
}

[[nodiscard]] inline std::string quantity_text(core::Int128 raw) {
  return grouped(core::format_decimal(raw, core::Quantity::decimals));
}

[[nodiscard]] inline std::string money_text(core::Int128 minor, core::Currency currency) {
  return grouped(core::format_decimal(minor, currency.minor_digits(), currency.minor_digits()));
}

// An exact amount with `decimals` decimals in minor units, halves away from zero.
[[nodiscard]] inline core::Int128 rounded_to_minor(core::Int128 exact, int decimals, core::Currency currency) {
  core::Int128 divisor = 1;
  for (int i = currency.minor_digits(); i < decimals; ++i) divisor *= 10;
  const core::Int128 half = divisor / 2;
  return (exact < 0 ? exact - half : exact + half) / divisor;
}

}  // namespace audit
