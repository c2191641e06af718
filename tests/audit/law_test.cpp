#include "audit/law.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "alloc/largest_remainder.hpp"
#include "alloc/split.hpp"
#include "core/random.hpp"

namespace audit_test {
namespace {

std::vector<std::int64_t> any_weights() {
  // Few different weights make many ties.
  const auto weight = *rc::gen::element(1, 2, 7, 1'000'000);
  auto weights =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, weight + 1)));
  weights.push_back(1);
  return weights;
}

RC_GTEST_PROP(SlowSplit, KeepsTheLaw, ()) {
  audit::SlowSplit split(any_weights(), *rc::gen::arbitrary<std::uint64_t>());
  for (const int units : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 500))) {
    split.fill(units);
    RC_ASSERT(split.broken() == std::vector<std::string>{});
  }
}

// Two programs, written apart, that must give the same units to everyone after every fill.
RC_GTEST_PROP(SlowSplit, AgreesWithTheSplitOfTheGateway, ()) {
  const auto weights = any_weights();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  audit::SlowSplit slow(weights, seed);
  alloc::Split fast(weights, seed);
  for (const int units : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 500))) {
    slow.fill(units);
    fast.fill(units);
    RC_ASSERT(slow.units() == fast.units());
  }
}

RC_GTEST_PROP(ByLargestRemainder, AgreesWithTheGateway, ()) {
  const auto weights = any_weights();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto total = *rc::gen::inRange<std::int64_t>(-10'000, 10'000'000);
  std::vector<std::int64_t> fast(weights.size());
  alloc::largest_remainder(total, weights, seed, fast);
  const auto slow = audit::by_largest_remainder(total, weights, seed);
  for (std::size_t i = 0; i < weights.size(); ++i) RC_ASSERT(slow[i] == fast[i]);
}

TEST(SlowSplit, GivesTheExampleOfTheReadme) {
  audit::SlowSplit split({47, 31, 22}, core::stable_hash("O-1"));
  const auto after = [&](std::int64_t units) {
    split.fill(units);
    return split.units();
  };
  EXPECT_EQ(after(1), (std::vector<std::int64_t>{1, 0, 0}));
  EXPECT_EQ(after(4), (std::vector<std::int64_t>{2, 2, 1}));
  EXPECT_EQ(after(5), (std::vector<std::int64_t>{5, 3, 2}));
  EXPECT_EQ(after(90), (std::vector<std::int64_t>{47, 31, 22}));
}

TEST(SlowSplit, SaysWhyWeightsShareNothingOut) {
  EXPECT_EQ(audit::SlowSplit::problem_with({}), "the shares sum to nothing");
  EXPECT_EQ(audit::SlowSplit::problem_with({0, 0}), "the shares sum to nothing");
  EXPECT_EQ(audit::SlowSplit::problem_with({3, -1}), "a share is below zero");
  EXPECT_EQ(audit::SlowSplit::problem_with({INT64_MAX}), "the shares are too large to sum up");
  EXPECT_EQ(audit::SlowSplit::problem_with({0, 1}), "");
}

}  // namespace
}  // namespace audit_test
