#include "alloc/fast_division.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

constexpr std::uint64_t wide(std::int64_t number) { return static_cast<std::uint64_t>(number); }

TEST(FastDivision, EqualsTheSlowOneForEveryMagnitude) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    for (int round = 0; round < 500; ++round) {
      const std::int64_t total = 1 + test::any_magnitude(random, count_limit - 1);
      const std::int64_t weight = random.below(5) == 0 ? total : test::any_magnitude(random, total + 1);
      const std::int64_t count = test::any_magnitude(random, count_limit);
      const core::Int128 product = static_cast<core::Int128>(count) * weight;
      const Quotient quotient = share_of(wide(count), wide(weight), wide(total), share_factor(weight, total));
      RC_ASSERT(quotient.whole == wide(static_cast<std::int64_t>(product / total)));
      RC_ASSERT(quotient.remainder == wide(static_cast<std::int64_t>(product % total)));
      RC_ASSERT(divide(wide(count), wide(total), inverse(total)) == wide(count / total));
    }
  }));
}

// Where a factor that is cut short shows: whole quotients and those just below.
TEST(FastDivision, IsExactAroundWholeQuotients) {
  for (const std::int64_t divisor :
       {std::int64_t{1}, std::int64_t{3}, std::int64_t{7}, count_limit / 3, count_limit - 1}) {
    for (std::int64_t times = 1; times <= (count_limit - 1) / divisor && times < 100; ++times) {
      for (const std::int64_t count : {times * divisor - 1, times * divisor}) {
        EXPECT_EQ(divide(wide(count), wide(divisor), inverse(divisor)), wide(count / divisor));
        EXPECT_EQ(share_of(wide(count), 1, wide(divisor), share_factor(1, divisor)).whole, wide(count / divisor));
      }
    }
  }
}

}  // namespace
}  // namespace alloc
