#pragma once

#include <cstdint>

#include "core/scaled.hpp"

namespace alloc {

// Exact divisions by a divisor that is used many times: one multiplication with a factor worked out beforehand gives a
// quotient that is right or one too small, and the remainder, which fits in 64 bits, says which.

using Uint128 = unsigned __int128;

// Every weight, total and number of units is below this; so twice any of them fits in 63 bits.
inline constexpr std::int64_t count_limit = std::int64_t{1} << 62U;

struct Quotient {
  std::uint64_t whole;
  std::uint64_t remainder;
};

// floor(weight * 2^64 / total), or 2^64 - 1 when weight == total. REQUIRES: 0 <= weight <= total, 0 < total < 2^62
[[nodiscard]] constexpr std::uint64_t share_factor(std::int64_t weight, std::int64_t total) {
  if (weight == total) return UINT64_MAX;
  return static_cast<std::uint64_t>((static_cast<Uint128>(weight) << 64U) / static_cast<std::uint64_t>(total));
}

// count * weight / total, exactly. REQUIRES: factor == share_factor(weight, total), 0 <= count < 2^62
//
// Proof: the factor is less than weight * 2^64 / total by at most 1, so count * factor / 2^64 is less than the true
// quotient by at most count / 2^64 < 1/4, and its floor is the true floor or one less. So count * weight - whole *
// total lies in [0, 2 * total), within [0, 2^63), and unsigned 64-bit arithmetic gives it exactly.
[[nodiscard]] constexpr Quotient share_of(std::uint64_t count, std::uint64_t weight, std::uint64_t total,
                                          std::uint64_t factor) {
  std::uint64_t whole = static_cast<std::uint64_t>((static_cast<Uint128>(count) * factor) >> 64U);
  std::uint64_t remainder = count * weight - whole * total;
  const bool too_small = remainder >= total;
  whole += too_small;
  remainder -= too_small ? total : 0;
  return {whole, remainder};
}

// floor((2^64 - 1) / divisor), or 0 for 0.
[[nodiscard]] constexpr std::uint64_t inverse(std::int64_t divisor) {
  return divisor == 0 ? 0 : UINT64_MAX / static_cast<std::uint64_t>(divisor);
}

// floor(count / divisor). REQUIRES: inverse_ == inverse(divisor), divisor > 0, 0 <= count < 2^62
//
// Proof: the inverse is less than 2^64 / divisor by at most 1, so the product is short of the true quotient by at most
// count / 2^64 < 1/4; the rest as above, the remainder being in [0, 2 * divisor).
[[nodiscard]] constexpr std::uint64_t divide(std::uint64_t count, std::uint64_t divisor, std::uint64_t inverse_) {
  const std::uint64_t whole = static_cast<std::uint64_t>((static_cast<Uint128>(count) * inverse_) >> 64U);
  return whole + (count - whole * divisor >= divisor);
}

}  // namespace alloc
