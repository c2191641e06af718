#include "alloc/largest_remainder.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "alloc/tie.hpp"
#include "core/scaled.hpp"
#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

using core::Int128;
using test::limit;

std::vector<std::int64_t> split_up(std::int64_t total, const std::vector<std::int64_t>& weights, std::uint64_t seed) {
  std::vector<std::int64_t> out(weights.size(), -77);
  largest_remainder(total, weights, seed, out);
  return out;
}

// The rule as the header says it, with 128-bit divisions and a sort.
std::vector<std::int64_t> slow_split_up(std::int64_t total, const std::vector<std::int64_t>& weights,
                                        std::uint64_t seed) {
  const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  const Int128 amount = total < 0 ? -static_cast<Int128>(total) : total;
  std::vector<std::int64_t> out(weights.size());
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Int128 left = amount * weights[a] % sum;
    const Int128 right = amount * weights[b] % sum;
    return left != right ? left > right : tie_rank(seed, a) < tie_rank(seed, b);
  });
  std::int64_t left_over = static_cast<std::int64_t>(amount);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out[i] = static_cast<std::int64_t>(amount * weights[i] / sum);
    left_over -= out[i];
  }
  for (std::int64_t j = 0; j < left_over; ++j) ++out[order[static_cast<std::size_t>(j)]];
  if (total < 0) std::transform(out.begin(), out.end(), out.begin(), std::negate<>());
  return out;
}

TEST(LargestRemainder, EqualsTheSlowReference) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    for (int round = 0; round < 30; ++round) {
      const auto size = static_cast<std::size_t>(random.between(1, random.below(10) == 0 ? 1'000 : 40));
      const std::vector<std::int64_t> weights = test::make_weights(random, size);
      const std::int64_t total = test::any_magnitude(random, limit) * (random.below(3) == 0 ? -1 : 1);
      const std::uint64_t seed = random.next();
      const std::vector<std::int64_t> out = split_up(total, weights, seed);
      RC_ASSERT(out == slow_split_up(total, weights, seed));
      RC_ASSERT(std::accumulate(out.begin(), out.end(), std::int64_t{0}) == total);
      for (std::size_t i = 0; i < size; ++i) RC_ASSERT(weights[i] > 0 || out[i] == 0);
    }
  }));
}

TEST(LargestRemainder, MirrorsRebates) {
  const std::vector<std::int64_t> weights{5, 3, 0, 1, 1};
  const std::vector<std::int64_t> paid = split_up(107, weights, 9);
  const std::vector<std::int64_t> returned = split_up(-107, weights, 9);
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(paid[i], -returned[i]);
}

TEST(LargestRemainder, GivesTheOddCentToTheLargestRemainder) {
  // 100 * 6/13 = 46 2/13, 100 * 4/13 = 30 10/13, 100 * 3/13 = 23 1/13
  EXPECT_EQ(split_up(100, {6, 4, 3}, 1), (std::vector<std::int64_t>{46, 31, 23}));
}

TEST(LargestRemainder, RefusesWhatWouldBreakItsArithmetic) {
  std::vector<std::int64_t> two(2);
  EXPECT_DEATH(largest_remainder(1, std::vector<std::int64_t>{0, 0}, 1, two), "CHECK failed");
  EXPECT_DEATH(largest_remainder(1, std::vector<std::int64_t>{1}, 1, two), "CHECK failed");
  EXPECT_DEATH(largest_remainder(1, std::vector<std::int64_t>{2, -1}, 1, two), "CHECK failed");
  EXPECT_DEATH(largest_remainder(limit, std::vector<std::int64_t>{1, 1}, 1, two), "CHECK failed");
}

}  // namespace
}  // namespace alloc
