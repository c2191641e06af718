#include "portfolio/reach.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::price;

// Goals without a book: instruments at random prices in random units.
struct Sleeve {
  std::vector<Instrument> instruments;
  std::vector<Column> columns;
  std::vector<Goal> goals;
  std::int64_t cash = 0;
  std::int64_t value = 0;

  void add(core::Price at, core::Quantity unit, std::int64_t held, std::int64_t weight) {
    Instrument& instrument = instruments.emplace_back();
    instrument.unit = unit;
    Column column;
    column.unit = *UnitValue::of(instrument, at);
    columns.push_back(column);
    Goal goal;
    goal.held = goal.free = held;
    goal.weight = weight;
    goals.push_back(goal);
  }
  void link() {
    value = cash;
    for (std::size_t i = 0; i < goals.size(); ++i) {
      columns[i].instrument = &instruments[i];
      goals[i].column = &columns[i];
      value += columns[i].worth_of_units(goals[i].held);
    }
  }
};

Sleeve any_sleeve(core::Random& random, std::int64_t scale) {
  Sleeve sleeve;
  std::int64_t left = scale;
  for (auto count = random.between(1, 12); count > 0; --count) {
    const std::int64_t weight = random.below(5) == 0 ? 0 : random.between(0, left);
    left -= weight;
    const core::Quantity unit = random.below(4) == 0 ? core::Quantity{1'000} : core::Quantity::whole(1);
    const core::Price at = random.below(3) == 0 ? core::Price{random.between(100'000, 90'000'000'000)}
                                                : core::Price{random.between(1, 90'000) * 1'000'000};
    sleeve.add(at, unit, random.below(3) == 0 ? 0 : random.between(0, 5'000), weight);
  }
  sleeve.cash = random.between(0, 10'000'000);
  sleeve.link();
  return sleeve;
}

TEST(Reach, RoundsDownAndGivesOneUnitMoreWhereMostIsMissing) {
  Sleeve sleeve;
  sleeve.cash = 100'000;
  sleeve.add(price("90"), core::Quantity::whole(1), 0, 500'000);  // 500: 5 units, 50 missing
  sleeve.add(price("70"), core::Quantity::whole(1), 0, 500'000);  // 500: 7 units, 10 missing
  sleeve.link();
  const Outcome outcome = reach(sleeve.goals, {.scale = 1'000'000, .money = 100'000, .cash = 100'000}, {});
  EXPECT_EQ(sleeve.goals[0].change, 5);  // 60 are left: not enough for another at 90 ...
  EXPECT_EQ(sleeve.goals[1].change, 7);  // ... nor at 70
  EXPECT_EQ(outcome.cash_change, -94'000);
}

TEST(Reach, SetsFeesAsideFirst) {
  Sleeve sleeve;
  sleeve.cash = 100'000;
  sleeve.add(price("100"), core::Quantity::whole(1), 0, 1'000'000);
  sleeve.link();
  const FeeSchedule fees{.per_unit = *core::Amount::parse("0.005"), .minimum = *core::Amount::parse("1")};
  const Outcome outcome = reach(sleeve.goals, {.scale = 1'000'000, .money = 100'000, .cash = 100'000}, fees);
  EXPECT_EQ(sleeve.goals[0].change, 9);
  EXPECT_EQ(outcome.fees, 100);
}

TEST(Reach, EndsWithinOneUnitOfEachTargetAndNeverOverspends) {
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    const std::int64_t scale = 1'000'000;
    Sleeve sleeve = any_sleeve(random, scale);
    const FeeSchedule fees{core::Amount{random.between(0, 10'000)}, core::Amount{random.between(0, 1'000'000)}};
    const Outcome outcome = reach(sleeve.goals, {.scale = scale, .money = sleeve.value, .cash = sleeve.cash}, fees);
    RC_ASSERT(!outcome.is_beyond);
    RC_ASSERT(sleeve.cash + outcome.cash_change >= 0);
    std::int64_t fees_sum = 0;
    for (const Goal& goal : sleeve.goals) {
      fees_sum += fees.fee(goal.quantity(std::abs(goal.change)), test::usd);
      RC_ASSERT(goal.held + goal.change >= 0);
      if (outcome.is_cash_short) continue;
      const UnitValue& unit = goal.column->unit;
      const core::Int128 after = static_cast<core::Int128>(goal.held + goal.change) * unit.num() * scale;
      const std::int64_t money = std::max<std::int64_t>(sleeve.value - outcome.set_aside, 0);
      const core::Int128 target = static_cast<core::Int128>(money) * goal.weight * unit.den();
      const core::Int128 one = static_cast<core::Int128>(unit.num()) * scale;
      RC_ASSERT(after - target <= one && target - after < one);
    }
    RC_ASSERT(fees_sum == outcome.fees);
  }));
}

TEST(Reach, CutsPurchasesInOneProportionWhenSalesAreNotFree) {
  Sleeve sleeve;
  sleeve.add(price("100"), core::Quantity::whole(1), 100, 0);
  sleeve.add(price("10"), core::Quantity::whole(1), 0, 400'000);
  sleeve.add(price("20"), core::Quantity::whole(1), 0, 600'000);
  sleeve.goals[0].free = 50;
  sleeve.link();
  const Outcome outcome = reach(sleeve.goals, {.scale = 1'000'000, .money = sleeve.value, .cash = 0}, {});
  EXPECT_TRUE(outcome.is_cash_short);
  EXPECT_TRUE(sleeve.goals[0].is_short_of_units);
  EXPECT_EQ(sleeve.goals[0].change, -50);
  EXPECT_EQ(sleeve.goals[1].change, 200);
  EXPECT_EQ(sleeve.goals[2].change, 150);
}

TEST(Reach, SellsShortOnlyWhatMayBe) {
  Sleeve sleeve;
  sleeve.cash = 100'000;
  sleeve.add(price("10"), core::Quantity::whole(1), 5, -300'000);
  sleeve.link();
  static_cast<void>(reach(sleeve.goals, {.scale = 1'000'000, .money = 100'000, .cash = 100'000}, {}));
  EXPECT_TRUE(sleeve.goals[0].is_short_of_units);
  EXPECT_EQ(sleeve.goals[0].change, -5);
  sleeve.instruments[0].is_shortable = true;
  static_cast<void>(reach(sleeve.goals, {.scale = 1'000'000, .money = 100'000, .cash = 100'000}, {}));
  EXPECT_EQ(sleeve.goals[0].change, -35);
}

TEST(Release, TakesTheAmountInTheHeldProportions) {
  Sleeve sleeve;
  sleeve.cash = 200'000;
  sleeve.add(price("100"), core::Quantity::whole(1), 40, 0);
  sleeve.add(price("400"), core::Quantity::whole(1), 10, 0);
  sleeve.link();
  const Release taken = release(sleeve.goals, sleeve.value, 250'000, sleeve.cash, true, {});
  EXPECT_EQ(sleeve.goals[0].change, -10);
  EXPECT_EQ(sleeve.goals[1].change, -2);  // 2.5: half a unit comes out of cash
  EXPECT_EQ(taken.cash_now, 70'000);
  EXPECT_EQ(taken.taken(), 250'000);
}

TEST(Release, NeverTakesMoreThanTheAmountNorThanIsThere) {
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    Sleeve sleeve = any_sleeve(random, 1'000'000);
    if (sleeve.value == 0) return;
    for (Goal& goal : sleeve.goals) goal.free = random.below(4) == 0 ? random.between(0, goal.held) : goal.held;
    const std::int64_t amount = random.below(4) == 0 ? sleeve.value : random.between(1, sleeve.value);
    const Release taken = release(sleeve.goals, sleeve.value, amount, sleeve.cash, true, {});
    RC_ASSERT(taken.taken() <= amount + (amount == sleeve.value ? 12 : 0));
    RC_ASSERT(taken.cash_now >= 0 && taken.cash_now <= sleeve.cash);
    for (const Goal& goal : sleeve.goals) {
      RC_ASSERT(goal.sold() <= goal.free && goal.change <= 0);
      if (goal.is_short_of_units) continue;
      const core::Int128 off =
          static_cast<core::Int128>(goal.sold()) * sleeve.value - static_cast<core::Int128>(goal.held) * amount;
      RC_ASSERT(off < sleeve.value && off > -static_cast<core::Int128>(sleeve.value));
      if (amount == sleeve.value) RC_ASSERT(goal.sold() == goal.held);
    }
  }));
}

}  // namespace
}  // namespace portfolio
