#include "alloc/parts.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>

#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

using core::Int128;

const core::Currency usd = core::Currency::of("USD");

core::Quantity quantity(std::string_view text) { return *core::Quantity::parse(text); }
core::Price price(std::string_view text) { return *core::Price::parse(text); }
core::Amount amount(std::string_view text) { return *core::Amount::parse(text); }

// `share` of `total` in proportion to units / filled, off by less than one cent.
void assert_within_a_cent(std::int64_t share, std::int64_t total, std::int64_t units, std::int64_t filled) {
  const Int128 off = static_cast<Int128>(share) * filled - static_cast<Int128>(total) * units;
  RC_ASSERT(off > -filled);
  RC_ASSERT(off < filled);
}

void assert_sums(const BlockParts& block) {
  Part sum;
  const std::int64_t filled = block.split().filled();
  for (const Part& part : block.parts()) {
    sum.units += part.units;
    sum.cost += part.cost;
    sum.commission += part.commission;
    RC_ASSERT(part.cost >= 0);
    assert_within_a_cent(part.cost, block.cost_minor(), part.units, filled);
    assert_within_a_cent(part.commission, block.commission_minor(), part.units, filled);
    RC_ASSERT(part.units > 0 || (part.cost == 0 && part.commission == 0));
  }
  RC_ASSERT(sum == (Part{filled, block.cost_minor(), block.commission_minor()}));
}

TEST(BlockParts, SumsToTheCentAfterEveryFill) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const std::vector<std::int64_t> weights =
        test::make_weights(random, static_cast<std::size_t>(random.between(1, 300)));
    const core::Quantity unit = random.below(2) == 0 ? core::Quantity::one() : quantity("0.001");
    constexpr std::array<core::MoneyFactor, 5> factors{{{1, 1}, {1, 100}, {100, 1}, {7, 20}, {12'345, 10'000}}};
    const core::MoneyFactor factor = factors.at(random.below(factors.size()));
    BlockParts block(weights, random.next(), unit, core::Currency::of(random.below(2) == 0 ? "USD" : "JPY"), factor);
    BlockParts settled_late = block;
    core::Notional notional = 0;
    Int128 commission = 0;
    for (int step = 0; step < 20; ++step) {
      const core::Quantity filled{random.between(1, 50'000) * unit.raw};
      const core::Price at{random.between(0, core::Price::whole(500).raw)};
      const core::Amount fee{random.between(-2'000'000, 9'000'000)};
      block.fill(filled, at, fee);
      block.settle();
      settled_late.fill(filled, at, fee);
      notional += core::notional(filled, at);
      commission += fee.raw;
      RC_ASSERT(block.notional() == notional);
      RC_ASSERT(block.commission() == commission);
      Int128 minor = factor.den;  // in parts of notional * factor.num
      for (int i = block.currency().minor_digits(); i < core::notional_decimals; ++i) minor *= 10;
      RC_ASSERT(block.cost_minor() == (notional * factor.num + minor / 2) / minor);
      assert_sums(block);
    }
    settled_late.settle();
    RC_ASSERT(settled_late.parts() == block.parts());
  }));
}

TEST(BlockParts, CarriesTheAveragePriceOfAllFills) {
  BlockParts block({2, 1, 1}, 5, core::Quantity::one(), usd);
  block.fill(quantity("200"), price("10"), amount("1"));
  block.settle();
  EXPECT_EQ(block.parts()[0], (Part{100, 100'000, 50}));
  block.fill(quantity("200"), price("10.01"), amount("1"));
  block.settle();
  EXPECT_EQ(block.average_price(), price("10.005"));
  EXPECT_EQ(block.parts()[0], (Part{200, 200'100, 100}));
  EXPECT_EQ(block.parts()[1], (Part{100, 100'050, 50}));
  EXPECT_EQ(block.parts()[2], (Part{100, 100'050, 50}));
  EXPECT_EQ(block.filled(), quantity("400"));
}

// 7 units of a bond at 98.755 percent and 3 at 99: 9.8828..., on which the cents are placed once.
TEST(BlockParts, MakesMoneyOfTheNotionalByItsFactor) {
  BlockParts bond({1, 1}, 5, core::Quantity::one(), usd, {1, 100});
  bond.fill(quantity("7"), price("98.755"), amount("0"));
  bond.fill(quantity("3"), price("99"), amount("0"));
  bond.settle();
  EXPECT_EQ(bond.cost_minor(), 988);
  EXPECT_EQ(bond.parts()[0].cost + bond.parts()[1].cost, 988);
  EXPECT_EQ(bond.notional(), core::notional(quantity("1"), price("988.285"))) << "stays quantity times price";
  EXPECT_EQ(bond.average_price(), price("98.8285")) << "in percent, as brokers say it";
  BlockParts option({1}, 5, core::Quantity::one(), usd, {100, 1});
  option.fill(quantity("3"), price("2.45"), amount("0"));
  option.settle();
  EXPECT_EQ(option.parts()[0].cost, 73'500);
  EXPECT_DEATH(BlockParts({1}, 5, core::Quantity::one(), usd, {0, 1}), "CHECK failed");
}

TEST(BlockParts, RoundsTheAverageHalfUp) {
  BlockParts block({1}, 5, core::Quantity::one(), usd);
  block.fill(quantity("1"), core::Price{1}, {});
  block.fill(quantity("1"), core::Price{2}, {});
  EXPECT_EQ(block.average_price(), core::Price{2});
  block.fill(quantity("1"), core::Price{1}, {});
  EXPECT_EQ(block.average_price(), core::Price{1});
}

TEST(BlockParts, RestatesOneCentWithoutNewUnits) {
  BlockParts block({1, 1'000'000}, 5, core::Quantity::one(), usd);
  block.fill(quantity("1000001"), price("1.004"), {});
  block.settle();
  EXPECT_EQ(block.parts()[0], (Part{1, 100, 0}));
  block.fill(quantity("1"), price("99999"), {});
  block.settle();
  EXPECT_EQ(block.parts()[0].units, 1);
  EXPECT_EQ(block.parts()[0].cost, 110);
}

TEST(BlockParts, RestatedAreThoseOfAFreshBlockWithTheFillsThatRemain) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const auto weights = test::make_weights(random, static_cast<std::size_t>(random.between(1, 40)));
    BlockParts block(weights, 9, core::Quantity::one(), usd);
    std::vector<BlockParts::Fill> fills;
    for (std::int64_t i = random.between(1, 20); i > 0; --i) {
      fills.push_back({core::Quantity::whole(random.between(1, 999)), core::Price{random.between(0, 90'000'000'000)},
                       core::Amount{random.between(-1'000'000, 9'000'000)}});
      block.fill(fills.back().quantity, fills.back().price, fills.back().commission);
    }
    if (random.below(2) == 0) block.settle();
    std::erase_if(fills, [&](const BlockParts::Fill&) { return random.below(3) == 0; });
    block.restate(fills);
    block.settle();
    BlockParts fresh(weights, 9, core::Quantity::one(), usd);
    for (const auto& fill : fills) fresh.fill(fill.quantity, fill.price, fill.commission);
    fresh.settle();
    RC_ASSERT(block.parts() == fresh.parts());
    RC_ASSERT(block.totals() == fresh.totals());
    if (!fills.empty()) assert_sums(block);
  }));
}

TEST(BlockParts, HasNoPartsUntilTheyAreSettled) {
  BlockParts block({1}, 5, core::Quantity::one(), usd);
  block.fill(quantity("1"), price("1"), {});
  EXPECT_DEATH((void)block.parts(), "CHECK failed");
}

TEST(BlockParts, RefusesWhatTheEngineMustHaveRefused) {
  BlockParts block({1, 1}, 5, quantity("0.01"), usd);
  EXPECT_DEATH(block.fill(quantity("0.015"), price("1"), {}), "CHECK failed");
  EXPECT_DEATH(block.fill(quantity("0"), price("1"), {}), "CHECK failed");
  EXPECT_DEATH(block.fill(quantity("1"), price("-1"), {}), "CHECK failed");
  EXPECT_DEATH(BlockParts({1}, 5, quantity("0"), usd), "CHECK failed");
  EXPECT_DEATH((void)block.average_price(), "CHECK failed");
}

}  // namespace
}  // namespace alloc
