#pragma once

#include <cstdint>
#include <span>

namespace alloc {

// Splits `total` in proportion to `weights`: each gets floor(|total| * w_i / sum) with the sign of total, and the units
// left over go one each to the largest remainders, ties by smaller tie_rank (mixed from seed and position). So
// sum(out) == total exactly, and each is within one of its exact share. Zero weights get zero.
// For amounts that are restated as a whole, such as cents of a cost. Units of an instrument are split by Split instead,
// because this rule, applied to a growing total, takes units back.
// REQUIRES: sizes equal, weights >= 0, 0 < sum(weights) < 2^62, |total| < 2^62
void largest_remainder(std::int64_t total, std::span<const std::int64_t> weights, std::uint64_t tie_seed,
                       std::span<std::int64_t> out);

}  // namespace alloc
