#include "simulator/market.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using core::Price;
using core::Quantity;
using core::Side;

TEST(Maker, DrawsDependOnSeedAndSymbolOnly) {
  const LiquiditySettings liquidity = exchange_settings().liquidity;
  Maker one(7, symbol("AAPL", "187.40"), liquidity);
  Maker same(7, symbol("AAPL", "187.40"), liquidity);
  Maker other_seed(8, symbol("AAPL", "187.40"), liquidity);
  Maker other_symbol(7, symbol("MSFT", "187.40"), liquidity);
  const std::vector<Quote> quotes = one.move();
  EXPECT_EQ(quotes, same.move());
  EXPECT_NE(quotes, other_seed.move());
  EXPECT_NE(quotes, other_symbol.move());
}

TEST(Maker, QuotesStayInTheBandOnTheTickAndOnTheLot) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    const ExchangeSettings settings = exchange_settings();
    const LiquiditySettings& liquidity = settings.liquidity;
    SymbolSettings listed = symbol("AAPL", "187.40");
    listed.lot = units(10);
    Maker maker(seed, listed, liquidity);
    const std::int64_t reach = (liquidity.band_ticks + liquidity.levels) * listed.tick.raw;
    for (int i = 0; i < 200; ++i) {
      Price best_bid{0};
      Price best_ask{std::numeric_limits<std::int64_t>::max()};
      for (const Quote& quote : maker.move()) {
        RC_ASSERT(std::abs(quote.price.raw - listed.reference.raw) <= reach);
        RC_ASSERT(quote.price.raw % listed.tick.raw == 0);
        RC_ASSERT(quote.quantity.raw % listed.lot.raw == 0);
        RC_ASSERT(quote.quantity >= liquidity.min_size && quote.quantity <= liquidity.max_size);
        if (quote.side == Side::buy) best_bid = std::max(best_bid, quote.price);
        if (quote.side == Side::sell) best_ask = std::min(best_ask, quote.price);
      }
      RC_ASSERT(best_bid < best_ask);
    }
  }));
}

TEST(Market, NeverTradesMoreThanTheDailyVolumeWithTheMaker) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    const Quantity volume = units(*rc::gen::inRange(0, 20'000));
    Market market(seed, symbol("KO", "62.00", volume), exchange_settings().liquidity);
    std::int64_t maker_traded = 0;
    const auto count = [&](const std::vector<Fill>& fills, OrderKey taker) {
      // A trade with the maker has one client in it; a trade of two clients names the taker first, then the other.
      for (const Fill& fill : fills)
        maker_traded += fill.order == taker || taker == 0 ? fill.quantity.raw : -fill.quantity.raw;
    };
    for (OrderKey key = 1; key <= 40; ++key) {
      count(market.move(), 0);
      const Side side = *rc::gen::element(Side::buy, Side::sell);
      const Price limit = Price{price("62.00").raw + *rc::gen::inRange(-20, 20) * price("0.01").raw};
      const Quantity quantity = units(*rc::gen::inRange(1, 5'000));
      const std::vector<Fill> fills = market.match(key, side, limit, quantity);
      count(fills, key);
      Quantity left = quantity;
      for (const Fill& fill : fills) left -= fill.order == key ? fill.quantity : Quantity{};
      if (left.raw > 0) market.rest(key, side, limit, left);
      RC_ASSERT(maker_traded <= volume.raw);
    }
  }));
}

}  // namespace
}  // namespace simulator
