#include "alloc/explain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "alloc/split.hpp"
#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

TEST(Explain, ShowsTheLawHoldingForAnyFill) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const std::vector<std::int64_t> weights =
        test::make_weights(random, static_cast<std::size_t>(random.between(1, 40)));
    const std::uint64_t tie_seed = random.next();
    std::vector<std::int64_t> fills(static_cast<std::size_t>(random.between(1, 20)));
    for (std::int64_t& fill : fills)
      fill = random.below(2) == 0 ? 1 : 1 + test::any_magnitude(random, test::limit / 32);
    const std::size_t index = random.below(fills.size());

    Split split(weights, tie_seed);
    std::vector<std::int64_t> before;
    for (std::size_t i = 0; i <= index; ++i) {
      before = split.units();
      split.fill(fills[i]);
    }
    const FillExplanation fill = explain_fill(weights, tie_seed, fills, index);
    RC_ASSERT(fill.law_holds);
    RC_ASSERT(fill.filled_after == split.filled());
    RC_ASSERT(fill.filled_after - fill.filled_before == fills[index]);
    std::int64_t left_over = fill.filled_after;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const AccountExplanation& account = fill.accounts[i];
      RC_ASSERT(account.units_before == before[i]);
      RC_ASSERT(account.units_after == split.units()[i]);
      RC_ASSERT(account.law_holds);
      RC_ASSERT(account.due.has_value() == (weights[i] > 0));
      left_over -= std::max(before[i], account.share_floor);
    }
    RC_ASSERT(fill.left_over == left_over);
  }));
}

TEST(Explain, NamesTheUnitThatCompetedForWhatWasLeft) {
  // Shares 1/2, 1/3, 1/6 and a third unit: all have their floor (1, 1, 0) and one is left. The second unit of account 0
  // falls due at 4, the first of account 2 at 6; account 1 stands at exactly 1.
  const FillExplanation fill = explain_fill({3, 2, 1}, 1, std::vector<std::int64_t>{1, 1, 1}, 2);
  EXPECT_EQ(fill.filled_after, 3);
  EXPECT_EQ(fill.left_over, 1);
  EXPECT_EQ(fill.accounts[0].units_after, 2);
  EXPECT_TRUE(fill.accounts[0].got_left_over);
  EXPECT_EQ(fill.accounts[0].next_unit, 2);
  EXPECT_EQ(fill.accounts[0].due, 4);
  EXPECT_FALSE(fill.accounts[1].got_left_over);
  EXPECT_EQ(fill.accounts[1].next_unit, 2);
  EXPECT_EQ(fill.accounts[1].due, 6);
  EXPECT_EQ(fill.accounts[2].next_unit, 1);
  EXPECT_EQ(fill.accounts[2].due, 6);
  EXPECT_EQ(share_text(fill.accounts[0], fill.total_weight), "1 1/2");
  EXPECT_EQ(share_text(fill.accounts[1], fill.total_weight), "1");
  EXPECT_EQ(share_text(fill.accounts[2], fill.total_weight), "0 1/2");
}

TEST(Explain, TellsSharesInPercent) {
  const auto percents = [](const std::vector<std::int64_t>& weights) {
    const FillExplanation fill = explain_fill(weights, 1, std::vector<std::int64_t>{1}, 0);
    std::string text;
    for (const AccountExplanation& account : fill.accounts) text += percent_text(account, fill.total_weight) + " ";
    return text;
  };
  EXPECT_EQ(percents({1, 2, 0}), "33.3333 66.6667 0.0000 ");
  EXPECT_EQ(percents({1}), "100.0000 ");
  EXPECT_EQ(percents({1, 1'999'999}), "0.0001 100.0000 ") << "halves go up";
  EXPECT_EQ(percents({1, 2'000'001}), "0.0000 100.0000 ");
  EXPECT_EQ(percents({50'021, 949'979}), "5.0021 94.9979 ");
  EXPECT_EQ(percents({test::limit / 2, test::limit / 4}), "66.6667 33.3333 ");
}

TEST(Explain, RefusesAFillThatIsNotThere) {
  EXPECT_DEATH((void)explain_fill({1}, 1, std::vector<std::int64_t>{1}, 1), "CHECK failed");
}

}  // namespace
}  // namespace alloc
