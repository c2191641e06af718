#include "simulator/listings.hpp"

#include <gtest/gtest.h>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using Subscription = fix::MarketDataSubscription;
using Status = fix::SecurityTradingStatus;

const std::string desk = "DESK";
const core::Symbol aapl("AAPL");

// From 9 to 17 o'clock, with calls of half an hour.
ExchangeSettings with_hours() {
  ExchangeSettings settings = exchange_settings();
  settings.hours = hours("09:00", "17:00", std::chrono::minutes(30), std::chrono::minutes(30));
  return settings;
}

Status status_in(const fix::Message& message) { return std::get<fix::SecurityStatus>(message).status; }
fix::TradSesStatus session_in(const fix::Message& message) {
  return std::get<fix::TradingSessionStatus>(message).status;
}

TEST(Listings, TellAllSecuritiesInParts) {
  ExchangeSettings settings = exchange_settings();
  settings.symbols.clear();
  for (int i = 0; i < 600; ++i) settings.symbols.push_back(symbol("S" + std::to_string(1'000 + i), "10.00"));
  const Exchange exchange(settings, "S", time_of_day(14));
  const auto parts =
      Listings::request({.request_id = "L", .scope = fix::SecurityListScope::all, .symbol = {}}, exchange);
  ASSERT_EQ(parts.size(), 3U);
  std::vector<std::string> symbols;
  for (const fix::Message& message : parts) {
    const auto& part = std::get<fix::SecurityList>(message);
    EXPECT_EQ(part.result, 0);
    EXPECT_EQ(part.total, 600);
    EXPECT_EQ(part.is_last, &message == &parts.back());
    for (const fix::ListedSecurity& security : part.securities) {
      symbols.push_back(security.symbol.text());
      EXPECT_EQ(security.tick, price("0.01"));
      EXPECT_EQ(security.lot, units(1));
      EXPECT_EQ(security.exchange, "XNYS");
    }
  }
  EXPECT_EQ(symbols.size(), 600U);
  EXPECT_TRUE(std::is_sorted(symbols.begin(), symbols.end()));
}

TEST(Listings, TellOneSecurityOrThatThereIsNone) {
  const Exchange exchange(exchange_settings(), "S", time_of_day(14));
  fix::SecurityListRequest request{.request_id = "L", .scope = fix::SecurityListScope::symbol, .symbol = aapl};
  const auto one = Listings::request(request, exchange);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(std::get<fix::SecurityList>(one[0]).securities.size(), 1U);
  request.symbol = core::Symbol("TSLA");
  const auto none = Listings::request(request, exchange);
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(std::get<fix::SecurityList>(none[0]).result, 2);
  EXPECT_TRUE(std::get<fix::SecurityList>(none[0]).securities.empty());
}

TEST(Listings, FollowTheHoursAndHalts) {
  Exchange exchange(with_hours(), "S", time_of_day(8));
  Listings listings;
  const auto first = listings.request(desk, {"E", aapl, Subscription::subscribe}, exchange, time_of_day(8));
  EXPECT_EQ(status_in(first.at(0)), Status::not_available);
  const auto session = listings.request(desk, {"G", "", Subscription::subscribe}, exchange);
  EXPECT_EQ(session_in(session.at(0)), fix::TradSesStatus::closed);
  // Once only: nothing more comes.
  (void)listings.request("OTHER", {"E", aapl, Subscription::snapshot}, exchange, time_of_day(8));
  const auto at = [&](int hour, int minute) {
    (void)exchange.advance(time_of_day(hour, minute));
    return listings.updates(exchange, time_of_day(hour, minute));
  };
  const std::vector<std::tuple<int, int, fix::TradSesStatus, Status>> day{
      {9, 1, fix::TradSesStatus::pre_open, Status::pre_open},
      {9, 31, fix::TradSesStatus::open, Status::ready},
      {16, 31, fix::TradSesStatus::pre_close, Status::pre_open},
      {17, 1, fix::TradSesStatus::closed, Status::not_available}};
  for (const auto& [hour, minute, of_session, of_symbol] : day) {
    const auto updates = at(hour, minute);
    ASSERT_EQ(updates.size(), 2U) << hour;
    EXPECT_EQ(updates[0].first, desk);
    EXPECT_EQ(session_in(updates[0].second), of_session) << hour;
    EXPECT_EQ(status_in(updates[1].second), of_symbol) << hour;
    EXPECT_TRUE(at(hour, minute + 1).empty());
  }
  ASSERT_TRUE(exchange.halt(aapl, time_of_day(33 + 2)).has_value());  // the next day, while trading goes on
  EXPECT_EQ(status_in(listings.updates(exchange, time_of_day(35)).back().second), Status::halted);
  listings.forget(desk);
  ASSERT_TRUE(exchange.resume(aapl, time_of_day(36)).has_value());
  EXPECT_TRUE(listings.updates(exchange, time_of_day(36)).empty());
}

TEST(Listings, RefuseWhatIsNotTradedHere) {
  const Exchange exchange(exchange_settings(), "S", time_of_day(14));
  Listings listings;
  const core::Symbol tsla("TSLA");
  const auto unknown = listings.request(desk, {"E", tsla, Subscription::subscribe}, exchange, time_of_day(14));
  EXPECT_EQ(status_in(unknown.at(0)), Status::not_traded_here);
  const auto session = listings.request(desk, {"G", "Night", Subscription::subscribe}, exchange);
  EXPECT_EQ(session_in(session.at(0)), fix::TradSesStatus::rejected);
  EXPECT_EQ(std::get<fix::TradingSessionStatus>(session.at(0)).reject_reason, 1);
  EXPECT_TRUE(listings.updates(exchange, time_of_day(15)).empty());
}

TEST(AnySymbol, IsTradedAsItIsAskedFor) {
  ExchangeSettings settings = exchange_settings();
  Exchange closed(settings, "S", time_of_day(14));
  EXPECT_FALSE(closed.list(core::Symbol("TSLA")));
  settings.any_symbol = symbol("*", "250.00");
  Exchange exchange(settings, "S", time_of_day(14));
  EXPECT_FALSE(exchange.phase_of(core::Symbol("TSLA")).has_value());
  exchange.receive(desk, order("B1", core::Side::buy, 1, "TSLA"), time_of_day(14));
  const auto reports = reports_of(exchange.advance(time_of_day(15)), "B1");
  EXPECT_EQ(reports.back().ord_status, fix::OrdStatus::filled);
  EXPECT_NEAR(static_cast<double>(reports.back().last_price.raw), 250e8, 1e8);
  EXPECT_EQ(exchange.symbols().size(), settings.symbols.size() + 1);
  EXPECT_FALSE(exchange.list(core::Symbol("NO NAME"))) << "a blank";
  EXPECT_FALSE(exchange.list(core::Symbol(std::string(33, 'A'))));
  // It makes no difference to the market when it came to be listed.
  Exchange early(settings, "S", time_of_day(14));
  EXPECT_TRUE(early.list(core::Symbol("TSLA")));
  EXPECT_TRUE(early.list(core::Symbol("MSFT")));
  early.receive(desk, order("B1", core::Side::buy, 1, "TSLA"), time_of_day(14));
  EXPECT_EQ(reports_of(early.advance(time_of_day(15)), "B1").back().last_price, reports.back().last_price);
}

TEST(Prices, AreFollowedMoveByMove) {
  ExchangeSettings settings = exchange_settings();
  settings.liquidity.levels = 1;
  settings.symbols = {symbol("AAPL", "187.40")};
  settings.symbols[0].prices =
      std::make_shared<const std::vector<core::Price>>(std::vector{price("100.00"), price("101.00"), price("99.00")});
  Exchange exchange(settings, "S", time_of_day(14));
  // Rests below all of them, and so the market moves.
  exchange.receive(desk, order("REST", core::Side::buy, 1, "AAPL", "50.00"), time_of_day(14));
  std::vector<std::string> best;
  for (int i = 0; i < 5; ++i) {
    (void)exchange.advance(time_of_day(14, 0, 1 + 100 * i));
    best.push_back(exchange.picture(core::Symbol("AAPL"), 1)->offers.at(0).price.text(2));
  }
  EXPECT_EQ(best, (std::vector<std::string>{"100.01", "101.01", "99.01", "99.01", "99.01"}));
}

}  // namespace
}  // namespace simulator
