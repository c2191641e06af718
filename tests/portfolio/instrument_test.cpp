#include "portfolio/instrument.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

#include "alloc/parts.hpp"
#include "core/random.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::price;
using test::usd;

Instrument stock() { return {.symbol = core::Symbol("ACME")}; }
std::int64_t worth(const Instrument& instrument, std::string_view quantity, std::string_view at) {
  return value_of(instrument, *core::Quantity::parse(quantity), price(at))->minor;
}

TEST(Instrument, IsWorthQuantityTimesPriceTimesMultiplier) {
  EXPECT_EQ(worth(stock(), "10", "187.31"), 187'310);
  Instrument option = stock();
  option.multiplier = Multiplier::whole(100);
  EXPECT_EQ(worth(option, "3", "2.45"), 73'500);
  Instrument bond = stock();
  bond.is_in_percent = true;
  bond.unit = core::Quantity::whole(1'000);
  EXPECT_EQ(worth(bond, "25000", "98.755"), 2'468'875);
  Instrument fund = stock();
  fund.unit = *core::Quantity::parse("0.001");
  EXPECT_EQ(worth(fund, "1.234", "10.07"), 1'243);  // 12.42638
  Instrument micro = stock();
  micro.multiplier = *Multiplier::parse("0.1");
  EXPECT_EQ(worth(micro, "1", "50"), 500);
}

// What is previewed is what a fill takes: to the minor unit, whatever the instrument.
TEST(Instrument, IsWorthWhatAFillIsBookedWith) {
  int compared = 0;
  int cut = 0;
  EXPECT_TRUE(rc::check([&] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    const auto any_below = [&](std::uint64_t bits) {
      return 1 + static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.below(bits)));
    };
    Instrument instrument = stock();
    constexpr std::array<const char*, 3> currencies{"USD", "JPY", "KWD"};
    instrument.currency = core::Currency::of(currencies.at(random.below(currencies.size())));
    instrument.is_in_percent = random.below(3) == 0;
    if (random.below(3) == 0) instrument.multiplier = {any_below(30)};
    constexpr std::array<std::int64_t, 5> units{1, 1'000, 10'000, 1'000'000, 1'000'000'000};
    instrument.unit = {units.at(random.below(units.size()))};
    const core::Price at{any_below(2) * any_below(36)};
    const core::Quantity quantity{instrument.unit.raw * (1 + any_below(52) / instrument.unit.raw)};
    const auto unit = UnitValue::of(instrument, at);
    if (!unit || !core::is_within(core::notional(quantity, at), instrument.money_factor(), std::int64_t{1} << 50,
                                  instrument.currency)) {
      return;
    }
    alloc::BlockParts block({1}, 5, instrument.unit, instrument.currency, instrument.money_factor());
    block.fill(quantity, at, {});
    block.settle();
    RC_ASSERT(unit->worth(quantity) == block.parts()[0].cost);
    RC_ASSERT(value_of(instrument, quantity, at)->minor == block.parts()[0].cost);
    ++compared;
    cut += unit->den() == 1'000'000'000 ? 1 : 0;
  }));
  EXPECT_GT(compared, 50);
  EXPECT_GT(cut, 5) << "one unit's value is not exact, and that of the fill is";
}

TEST(Instrument, RoundsLongAndShortAlike) {
  EXPECT_EQ(worth(stock(), "1", "0.005"), 1);
  EXPECT_EQ(worth(stock(), "-1", "0.005"), -1);
  EXPECT_EQ(worth(stock(), "1", "0.0049"), 0);
}

TEST(Instrument, KeepsACurrencysOwnMinorUnits) {
  Instrument yen = stock();
  yen.currency = core::Currency::of("JPY");
  EXPECT_EQ(worth(yen, "100", "2500.5"), 250'050);
}

TEST(Instrument, SetsAsideAtLeastWhatAPurchaseTakesAndExpectsAtMostWhatASaleBrings) {
  const UnitValue unit = *UnitValue::of(stock(), price("1.0033"));
  EXPECT_EQ(unit.price_of(3), 301);
  EXPECT_EQ(unit.proceeds_of(3), 300);
}

TEST(Instrument, RefusesWhatHasNoValue) {
  EXPECT_FALSE(UnitValue::of(stock(), core::Price{}).has_value());
  EXPECT_FALSE(UnitValue::of(stock(), core::Price{-1}).has_value());
  Instrument giant = stock();
  giant.multiplier = Multiplier::whole(100'000'000);
  EXPECT_FALSE(UnitValue::of(giant, price("90000000000")).has_value());
  EXPECT_FALSE(value_of(stock(), core::Quantity::whole(9'000'000'000'000), price("90000000000")).has_value());
}

TEST(Instrument, ExpiresTheDayAfterItsLastTradingDate) {
  Instrument future = stock();
  const core::Time noon = *core::parse_iso("2026-12-18T12:00:00Z");
  EXPECT_FALSE(future.has_expired(noon));
  future.last_trading_date = "2026-12-18";
  EXPECT_FALSE(future.has_expired(noon));
  EXPECT_TRUE(future.has_expired(noon + std::chrono::hours(24)));
}

TEST(Instrument, KnowsTheDesksWordsForSecurityTypes) {
  for (const char* word : {"STK", "FUND", "BOND", "OPT", "FUT", "CASH"}) {
    EXPECT_EQ(text(*parse_security_type(word)), word);
  }
  EXPECT_FALSE(parse_security_type("stk").has_value());
}

}  // namespace
}  // namespace portfolio
