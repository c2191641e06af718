#include "portfolio/valuation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <numeric>

#include "portfolio/ratios.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::eur;
using test::independent;
using test::price;
using test::usd;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  alloc::AccountIndex ann = desk.add_account("C-1", 10'000);
  alloc::AccountIndex bob = desk.add_account("C-2", 20'000);
  core::ModelCode growth{"GROWTH"};
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_instrument("SAP", "50").currency = eur;
    desk.add_model("GROWTH");
    desk.models.invest(growth, ann, dollars(4'000), desk.book);
    desk.bring(ann, desk.group("GROWTH"), "AAPL", 10);
    desk.bring(bob, independent, "SAP", 100);
  }
};
using Valuation = Fixture;

TEST_F(Valuation, AddsUpTheSleevesOfAGroupInAnyCurrency) {
  desk.rates.set(eur, usd, {price("1.2"), desk.now, PriceSource::file});
  const PricedGroup model = *PricedGroup::of(desk.desk(), desk.group("GROWTH"), usd);
  EXPECT_EQ(model.total(), 500'000);
  EXPECT_EQ(model.values(), (std::vector<std::int64_t>{500'000}));
  EXPECT_EQ(PricedGroup::of(desk.desk(), independent, usd)->total(), 600'000 + 2'000'000 + 600'000);
  const PricedGroup in_euros = *PricedGroup::of(desk.desk(), independent, eur);
  EXPECT_EQ(in_euros.value(*desk.book.find_slot(independent, bob)), 1'666'667 + 500'000);
}

TEST_F(Valuation, KnowsEachKindOfInstrument) {
  Instrument& bond = desk.add_instrument("T-2030", "98.5");
  bond.type = SecurityType::bond;
  bond.is_in_percent = true;
  Instrument& option = desk.add_instrument("AAPL261218C200", "4.2");
  option.type = SecurityType::option;
  option.multiplier = Multiplier::whole(100);
  desk.bring(ann, desk.group("GROWTH"), "T-2030", 10'000);
  desk.bring(ann, desk.group("GROWTH"), "AAPL261218C200", 2);
  const PricedGroup priced = *PricedGroup::of(desk.desk(), desk.group("GROWTH"), usd);
  EXPECT_EQ(priced.total(), 500'000 + 985'000 + 84'000);
}

TEST_F(Valuation, RefusesWithoutAPriceOrRate) {
  EXPECT_EQ(PricedGroup::of(desk.desk(), independent, usd).error().place, "EUR to USD");
  desk.add_instrument("ODD", "1");
  desk.prices = {};
  EXPECT_EQ(PricedGroup::of(desk.desk(), desk.group("GROWTH"), usd).error().place, "AAPL");
  desk.set_price("AAPL", "100");
  desk.now += std::chrono::hours(25);
  EXPECT_EQ(PricedGroup::of(desk.desk(), desk.group("GROWTH"), usd).error().place, "AAPL");
}

TEST_F(Valuation, RatiosAreTargetsThenHoldingsThenCash) {
  desk.add_model("EMPTY");
  EXPECT_EQ(ratios_for_new_money(desk.desk(), *desk.models.find(core::ModelCode("EMPTY")))->source,
            Ratios::Source::cash);
  const Ratios held = *ratios_for_new_money(desk.desk(), *desk.models.find(growth));
  EXPECT_EQ(held.source, Ratios::Source::held);
  EXPECT_EQ(held.weight_of(core::Symbol("AAPL")), held.scale / 5);  // the rest is cash
  desk.set_targets("GROWTH", {{"AAPL", "75"}});
  const Ratios targets = *ratios_for_new_money(desk.desk(), *desk.models.find(growth));
  EXPECT_EQ(targets.source, Ratios::Source::targets);
  EXPECT_EQ(targets.weight_of(core::Symbol("AAPL")) * 4, targets.scale * 3);
}

TEST(Percentages, SumToExactlyOneHundred) {
  EXPECT_EQ(percentages(std::vector<std::int64_t>{1, 1, 1}), (std::vector<std::int64_t>{3'334, 3'333, 3'333}));
  EXPECT_EQ(percentages(std::vector<std::int64_t>{-50, 150}), (std::vector<std::int64_t>{-5'000, 15'000}));
  EXPECT_TRUE(percentages(std::vector<std::int64_t>{0, 0}).empty());
  EXPECT_TRUE(percentages({}).empty());
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<std::int64_t> values(static_cast<std::size_t>(random.between(1, 50)));
    for (std::int64_t& value : values) value = random.between(-1'000, 1'000'000'000'000);
    values.front() += 100'000;
    const core::Int128 total = std::accumulate(values.begin(), values.end(), core::Int128{0});
    const std::vector<std::int64_t> shares = percentages(values);
    RC_ASSERT(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}) == 10'000);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const core::Int128 off = static_cast<core::Int128>(values[i]) * 10'000 - shares[i] * total;
      RC_ASSERT(off < total && off > -total);
    }
  }));
}

}  // namespace
}  // namespace portfolio
