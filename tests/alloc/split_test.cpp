#include "alloc/split.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "core/scaled.hpp"
#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

using core::Int128;
using test::limit;

// Law 3 word for word, with 128-bit divisions and a sort.
class SlowSplit {
 public:
  SlowSplit(std::vector<std::int64_t> weights, std::uint64_t tie_seed)
      : weights_(std::move(weights)),
        total_(std::accumulate(weights_.begin(), weights_.end(), std::int64_t{0})),
        tie_seed_(tie_seed),
        units_(weights_.size()) {}

  void fill(std::int64_t fill_units) {
    filled_ += fill_units;
    std::vector<std::tuple<Int128, std::uint64_t, std::size_t>> waiting;
    std::int64_t left = filled_;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const Int128 share = static_cast<Int128>(filled_) * weights_[i];
      units_[i] = std::max(units_[i], static_cast<std::int64_t>(share / total_));
      left -= units_[i];
      if (static_cast<Int128>(units_[i]) * total_ >= share) continue;
      const Int128 due = (static_cast<Int128>(units_[i] + 1) * total_ + weights_[i] - 1) / weights_[i];
      waiting.emplace_back(due, tie_rank(tie_seed_, i), i);
    }
    RC_ASSERT(left >= 0);
    RC_ASSERT(static_cast<std::size_t>(left) <= waiting.size());
    std::sort(waiting.begin(), waiting.end());
    for (std::int64_t j = 0; j < left; ++j) ++units_[std::get<2>(waiting[static_cast<std::size_t>(j)])];
  }

  [[nodiscard]] const std::vector<std::int64_t>& units() const { return units_; }

 private:
  std::vector<std::int64_t> weights_;
  std::int64_t total_;
  std::uint64_t tie_seed_;
  std::int64_t filled_ = 0;
  std::vector<std::int64_t> units_;
};

std::int64_t next_fill(core::Random& random, std::int64_t filled, std::int64_t total_weight) {
  const std::int64_t most = limit - filled - 1;
  switch (random.below(4)) {
    case 0: return 1;
    case 1: return random.between(1, std::min<std::int64_t>(most, 500));
    case 2: return std::min(total_weight - filled % total_weight, most);  // to where every share is whole
    default: return std::max<std::int64_t>(1, test::any_magnitude(random, most / 16 + 1));
  }
}

void assert_law(const Split& split, const std::vector<std::int64_t>& before) {
  Int128 sum = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Int128 share = static_cast<Int128>(split.filled()) * split.weights()[i];
    const Int128 floor = share / split.total_weight();
    const Int128 ceil = floor + (share % split.total_weight() != 0);
    RC_ASSERT(split.units()[i] >= floor);
    RC_ASSERT(split.units()[i] <= ceil);
    RC_ASSERT(split.units()[i] >= before[i]);
    sum += split.units()[i];
  }
  RC_ASSERT(sum == split.filled());
}

void run_orders(std::int64_t most_accounts, int fills) {
  core::Random random = test::any_random();
  const std::vector<std::int64_t> weights =
      test::make_weights(random, static_cast<std::size_t>(random.between(1, most_accounts)));
  const std::uint64_t tie_seed = random.next();
  Split split(weights, tie_seed);
  SlowSplit slow(weights, tie_seed);
  for (int step = 0; step < fills && split.filled() < limit - 1; ++step) {
    const std::vector<std::int64_t> before = split.units();
    const std::int64_t units = next_fill(random, split.filled(), split.total_weight());
    split.fill(units);
    slow.fill(units);
    assert_law(split, before);
    RC_ASSERT(split.units() == slow.units());
  }
}

TEST(Split, KeepsTheLawAndEqualsTheSlowReferenceAfterEveryFill) {
  EXPECT_TRUE(rc::check([] {
    for (int order = 0; order < 20; ++order) run_orders(40, 40);
  }));
}

TEST(Split, KeepsTheLawForManyAccounts) {
  EXPECT_TRUE(rc::check([] { run_orders(1'500, 8); }));
}

TEST(Split, GivesTheWholeSharesHoweverTheFillsAreCut) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    std::vector<std::int64_t> weights(static_cast<std::size_t>(random.between(1, 30)));
    for (std::int64_t& weight : weights) weight = random.between(0, 200);
    weights.front() += 1;
    const std::int64_t total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    for (const std::int64_t largest_fill : {std::int64_t{1}, std::int64_t{7}, total}) {
      Split split(weights, random.next());
      while (split.filled() < total) split.fill(random.between(1, std::min(largest_fill, total - split.filled())));
      RC_ASSERT(split.units() == weights);
    }
  }));
}

TEST(Split, StaysExactUpToTheLastUnitBelowTwoToTheSixtyTwo) {
  const std::vector<std::int64_t> weights{limit - 2, 1};
  Split split(weights, 7);
  split.fill(limit - 1);
  EXPECT_EQ(split.units(), weights);
  Split alone({limit - 1}, 7);
  alone.fill(1);
  alone.fill(limit - 2);
  EXPECT_EQ(alone.units(), std::vector<std::int64_t>{limit - 1});
}

TEST(Split, GivesNothingToWeightsOfZero) {
  Split split({0, 3, 0, 1}, 1);
  split.fill(1);
  split.fill(6);
  EXPECT_EQ(split.units()[0], 0);
  EXPECT_EQ(split.units()[2], 0);
  split.fill(1);
  EXPECT_EQ(split.units(), (std::vector<std::int64_t>{0, 6, 0, 2}));
}

TEST(Split, ServesWhoseUnitFallsDueFirst) {
  // Shares 1/2, 1/3, 1/6: first units fall due at 2, 3 and 6, second ones at 4 and 6.
  Split split({3, 2, 1}, 1);
  EXPECT_EQ(split.due(0, 1), 2);
  EXPECT_EQ(split.due(1, 1), 3);
  EXPECT_EQ(split.due(2, 1), 6);
  EXPECT_EQ(split.due(0, 2), 4);
  split.fill(1);
  EXPECT_EQ(split.units(), (std::vector<std::int64_t>{1, 0, 0}));
  split.fill(1);
  EXPECT_EQ(split.units(), (std::vector<std::int64_t>{1, 1, 0}));
  split.fill(1);
  EXPECT_EQ(split.units(), (std::vector<std::int64_t>{2, 1, 0}));
}

TEST(Split, SaturatesDueMomentsThatNoOrderReaches) {
  const Split split({1, limit - 2}, 1);
  EXPECT_EQ(split.due(0, 1), limit - 1);
  EXPECT_EQ(split.due(0, 100), INT64_MAX);
}

// 20 equal accounts, 20,000 orders that fill one unit: who gets it is drawn from the order's id. Each account expects
// 1,000; the standard deviation is 31; the ids are fixed, so the test always sees the same counts.
TEST(Split, PutsNoAccountAlwaysFirst) {
  constexpr int accounts = 20;
  constexpr int orders = 20'000;
  std::vector<std::int64_t> firsts(accounts);
  for (int order = 0; order < orders; ++order) {
    Split split(std::vector<std::int64_t>(accounts, 5), core::stable_hash("O-" + std::to_string(order)));
    split.fill(1);
    for (std::size_t i = 0; i < accounts; ++i) firsts[i] += split.units()[i];
  }
  EXPECT_EQ(std::accumulate(firsts.begin(), firsts.end(), std::int64_t{0}), orders);
  for (const std::int64_t count : firsts) {
    EXPECT_GT(count, 1'000 - 5 * 31);
    EXPECT_LT(count, 1'000 + 5 * 31);
  }
}

TEST(Split, BreaksTiesAnewForSeedsNextToEachOther) {
  int same_winner = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    Split one(std::vector<std::int64_t>(10, 1), seed);
    Split next(std::vector<std::int64_t>(10, 1), seed + 1);
    one.fill(1);
    next.fill(1);
    same_winner += one.units() == next.units();
  }
  EXPECT_GT(same_winner, 50);  // 100 expected
  EXPECT_LT(same_winner, 150);
}

TEST(Split, RefusesWhatWouldBreakItsArithmetic) {
  EXPECT_DEATH(ShareTable({}), "CHECK failed");
  EXPECT_DEATH(ShareTable({0, 0}), "CHECK failed");
  EXPECT_DEATH(ShareTable({3, -1}), "CHECK failed");
  EXPECT_DEATH(ShareTable({limit - 1, 1}), "CHECK failed");
  EXPECT_DEATH(Split({1, 2}, 1).fill(0), "CHECK failed");
  EXPECT_DEATH(Split({1, 2}, 1).fill(limit), "CHECK failed");
}

}  // namespace
}  // namespace alloc
