#include "portfolio/prices.hpp"

#include <gtest/gtest.h>

#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::eur;
using test::price;
using test::usd;
using namespace std::chrono_literals;

const core::Symbol acme("ACME");
const core::Time noon = *core::parse_iso("2026-11-24T12:00:00Z");

TEST(Prices, TheLatestCounts) {
  Prices prices;
  prices.set(acme, {price("10"), noon, PriceSource::broker});
  prices.set(acme, {price("9"), noon - 1s, PriceSource::file});
  EXPECT_EQ(prices.find(acme, noon, 1h)->price, price("10"));
  prices.set(acme, {price("11"), noon, PriceSource::last_fill});
  EXPECT_EQ(prices.find(acme, noon, 1h)->source, PriceSource::last_fill);
}

TEST(Prices, SaysWhatIsMissingAndWhatIsOld) {
  Prices prices;
  EXPECT_EQ(prices.find(acme, noon, 1h).error().text(), "ACME: there is no price of it; one must come in first");
  prices.set(acme, {price("10"), noon, PriceSource::file});
  EXPECT_TRUE(prices.find(acme, noon + 1h, 1h).has_value());
  EXPECT_EQ(prices.find(acme, noon + 61min, 1h).error().text(),
            "ACME: its price is of 2026-11-24T12:00:00Z, 61 minutes ago; the oldest that counts is 60 minutes old");
}

TEST(Rates, ConvertByTheRateThatWasSetOrItsInverse) {
  Rates rates;
  EXPECT_FALSE(rates.find(eur, usd, noon, 1h).has_value());
  EXPECT_EQ(rates.find(usd, usd, noon, 1h)->convert(123, usd, usd), 123);
  rates.set(eur, usd, {price("1.1"), noon, PriceSource::file});
  EXPECT_EQ(rates.find(eur, usd, noon, 1h)->convert(10'000, eur, usd), 11'000);
  EXPECT_EQ(rates.find(usd, eur, noon, 1h)->convert(11'000, usd, eur), 10'000);
  EXPECT_EQ(rates.find(usd, eur, noon, 1h)->convert(-1'000, usd, eur), -909);
  EXPECT_FALSE(rates.find(eur, usd, noon + 2h, 1h).has_value());
  const core::Currency jpy = core::Currency::of("JPY");
  rates.set(usd, jpy, {price("150.25"), noon, PriceSource::file});
  EXPECT_EQ(rates.find(usd, jpy, noon, 1h)->convert(10'000, usd, jpy), 15'025);
}

}  // namespace
}  // namespace portfolio
