#include "core/money.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

namespace core {
namespace {

TEST(Money, KnowsTheMinorUnitOfItsCurrency) {
  EXPECT_EQ((Money{12345, Currency::of("USD")}).text(), "123.45");
  EXPECT_EQ((Money{12345, Currency::of("JPY")}).text(), "12345");
  EXPECT_EQ((Money{12345, Currency::of("KWD")}).text(), "12.345");
  EXPECT_FALSE(Money::parse("1.005", Currency::of("USD")).has_value());
}

TEST(Money, RefusesCurrenciesItDoesNotKnow) {
  EXPECT_FALSE(Currency::parse("").has_value());
  EXPECT_FALSE(Currency::parse("usd").has_value());
  EXPECT_FALSE(Currency::parse("USDX").has_value());
}

TEST(Money, NeverAddsTwoCurrencies) {
  EXPECT_DEATH((void)(Money{1, Currency::of("USD")} + Money{1, Currency::of("EUR")}), "CHECK failed");
}

TEST(Money, RoundsToTheNearestCentAndHalvesAwayFromZero) {
  const Currency usd = Currency::of("USD");
  EXPECT_EQ(round_to_minor(1'005, 3, usd), 101);
  EXPECT_EQ(round_to_minor(1'004, 3, usd), 100);
  EXPECT_EQ(round_to_minor(-1'005, 3, usd), -101);
  EXPECT_EQ(round_to_minor(notional(Quantity::whole(3), *Price::parse("0.335")), notional_decimals, usd), 101);
}

TEST(Money, RoundingIsWithinHalfACentAndOdd) {
  EXPECT_TRUE(rc::check([] {
    const Currency usd = Currency::of("USD");
    const Int128 exact = static_cast<Int128>(*rc::gen::arbitrary<std::int64_t>()) * *rc::gen::inRange(1, 1'000'000);
    const Int128 cent = 1'000'000'000'000;
    const Int128 off = exact - static_cast<Int128>(round_to_minor(exact, notional_decimals, usd)) * cent;
    RC_ASSERT(off <= cent / 2 && off >= -cent / 2);
    RC_ASSERT(round_to_minor(-exact, notional_decimals, usd) == -round_to_minor(exact, notional_decimals, usd));
  }));
}

TEST(Scaled, PricesOfAnyKindReadBackExactly) {
  EXPECT_EQ(Price::parse("187.5")->text(2), "187.50");
  EXPECT_EQ(Price::parse("1.08345678")->text(), "1.08345678");
  EXPECT_EQ(Quantity::whole(1'000).text(), "1000");
  EXPECT_EQ(Quantity::parse("0.125")->raw, 125'000);
}

TEST(Money, TakesANotionalTimesItsFactorWithoutOverflow) {
  const Currency usd = Currency::of("USD");
  const Currency jpy = Currency::of("JPY");
  const MoneyFactor bond{1, 100};
  EXPECT_EQ(round_to_minor(notional(Quantity::whole(25'000), *Price::parse("98.755")), bond, usd), 2'468'875);
  EXPECT_EQ(round_to_minor(notional(Quantity::one(), *Price::parse("0.5")), bond, usd), 1)
      << "half a cent, away from 0";
  EXPECT_EQ(round_to_minor(-notional(Quantity::one(), *Price::parse("0.5")), bond, usd), -1);
  EXPECT_EQ(round_up_to_minor(notional(Quantity::one(), *Price::parse("0.01")), bond, usd), 1);
  EXPECT_EQ(round_up_to_minor(notional(Quantity::one(), *Price::parse("1")), bond, usd), 1);
  const std::int64_t most = std::int64_t{1} << 50;
  const Int128 yen = Int128{100'000'000} * 1'000'000;  // one, as a notional
  EXPECT_TRUE(is_within(yen * most, {}, most, jpy));
  EXPECT_FALSE(is_within(yen * most + 1, {}, most, jpy));
  EXPECT_FALSE(is_within(-yen * most - 1, {}, most, jpy));
  // The widest that there is: a fraction of 10^6, and a factor of 2^62.
  EXPECT_EQ(round_to_minor(yen * most * 1'000'000, MoneyFactor{1, 1'000'000}, jpy), most);
  EXPECT_TRUE(is_within(yen * most * 1'000'000, {1, 1'000'000}, most, jpy));
  const MoneyFactor vast{std::int64_t{1} << 62, 1};
  const Notional largest =
      notional({std::numeric_limits<std::int64_t>::max()}, {std::numeric_limits<std::int64_t>::max()});
  EXPECT_FALSE(is_within(largest, vast, most, jpy));
  EXPECT_TRUE(is_within(0, vast, most, jpy));
}

}  // namespace
}  // namespace core
