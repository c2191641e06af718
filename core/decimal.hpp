#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace core {

// Text to scaled integer and back, exactly; no floating point anywhere. A value v with d decimals is stored as v *
// 10^d. The grammar is that of FIX (5.0 SP2 vol. 1, data type float): an optional minus, digits, an optional point with
// digits; no exponent, no plus, no spaces, no thousands separators.
inline constexpr int max_decimals = 14;

using Int128 = __int128;

// Errors: empty, not a number, more than `decimals` digits after the point that are not zero, outside int64.
[[nodiscard]] Result<std::int64_t> parse_decimal(std::string_view text, int decimals);

// Appends a whole number; for rows of thousands of them.
void append_integer(std::string& out, std::int64_t value);

// Trailing zeros are left out, but at least `min_shown` digits follow the point.
// REQUIRES: 0 <= min_shown <= decimals <= max_decimals
[[nodiscard]] std::string format_decimal(Int128 value, int decimals, int min_shown = 0);

}  // namespace core
