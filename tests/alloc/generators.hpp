#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "core/random.hpp"

// Orders as desks never see them: the shapes that break apportionment rules.

namespace alloc::test {

inline constexpr std::int64_t limit = std::int64_t{1} << 62U;

// A number below `bound` of any magnitude: as many small ones as large ones.
inline std::int64_t any_magnitude(core::Random& random, std::int64_t bound) {
  const std::uint64_t largest = std::uint64_t{1} << random.below(63);
  return static_cast<std::int64_t>(random.below(largest + 1)) % bound;
}

// Weights whose sum is in [1, 2^62): equal ones, zeros, one giant among dwarfs, of all magnitudes, with the sum close
// to 2^62, ordinary ones.
inline std::vector<std::int64_t> make_weights(core::Random& random, std::size_t size) {
  const std::int64_t cap = limit / static_cast<std::int64_t>(size) - 1;
  std::vector<std::int64_t> weights(size);
  const auto shape = random.below(6);
  const std::int64_t same = 1 + any_magnitude(random, cap);
  for (std::int64_t& weight : weights) {
    switch (shape) {
      case 0: weight = same; break;
      case 1: weight = random.below(3) == 0 ? 0 : random.between(1, 1'000); break;
      case 2: weight = random.between(0, 3); break;
      case 3: weight = any_magnitude(random, cap); break;
      case 4: weight = cap - random.between(0, 1'000); break;
      default: weight = random.between(1, 1'000'000); break;
    }
  }
  const auto one = random.below(size);
  if (shape == 2) weights[one] = cap - 3 * static_cast<std::int64_t>(size);
  if (std::accumulate(weights.begin(), weights.end(), std::int64_t{0}) == 0) weights[one] = 1;
  return weights;
}

// The seed that rapidcheck draws, and prints when a property fails.
inline core::Random any_random() { return core::Random(*rc::gen::arbitrary<std::uint64_t>()); }

}  // namespace alloc::test
