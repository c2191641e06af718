#include "alloc/largest_remainder.hpp"

#include "alloc/choose.hpp"
#include "alloc/fast_division.hpp"
#include "core/check.hpp"

namespace alloc {

void largest_remainder(std::int64_t total, std::span<const std::int64_t> weights, std::uint64_t tie_seed,
                       std::span<std::int64_t> out) {
  CHECK(out.size() == weights.size());
  CHECK(total < count_limit && total > -count_limit);
  std::int64_t sum = 0;
  for (const std::int64_t weight : weights) {
    CHECK(weight >= 0 && weight < count_limit - sum);
    sum += weight;
  }
  CHECK(sum > 0);

  // |total| = each * sum + rest, so the share of weight w is each * w plus that of `rest`, which is less than `sum`.
  const std::int64_t sign = total < 0 ? -1 : 1;
  const std::int64_t amount = total * sign;
  const std::int64_t each = amount / sum;
  const std::int64_t rest = amount % sum;
  const std::uint64_t factor = share_factor(rest, sum);
  const std::size_t size = weights.size();
  Scratch scratch(size);
  const std::span<std::uint64_t> keys = scratch.keys();

  std::int64_t given = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto weight = static_cast<std::uint64_t>(weights[i]);
    const Quotient exact = share_of(weight, static_cast<std::uint64_t>(rest), static_cast<std::uint64_t>(sum), factor);
    const std::int64_t floor = each * weights[i] + static_cast<std::int64_t>(exact.whole);
    keys[i] = ~exact.remainder;  // the largest first
    given += floor;
    out[i] = sign * floor;
  }

  // The remainders add up to left_over * sum and each is below sum, so more than left_over of them are above zero.
  const std::int64_t left_over = amount - given;
  CHECK(left_over >= 0);
  if (left_over > 0) add_to_first(static_cast<std::size_t>(left_over), tie_seed, sign, scratch, out);
}

}  // namespace alloc
