#include "simulator/stop_orders.hpp"

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using core::Side;
using core::TimeInForce;

std::vector<OrderKey> triggered(StopOrders& stops) {
  std::vector<OrderKey> keys;
  while (const auto key = stops.take_triggered()) keys.push_back(*key);
  return keys;
}

TEST(StopOrders, AreTriggeredAtTheirPriceOrBeyondInTheOrderInWhichItIsReached) {
  StopOrders stops;
  stops.add(1, Side::buy, price("10.20"));
  stops.add(2, Side::buy, price("10.10"));
  stops.add(3, Side::buy, price("10.10"));
  stops.add(4, Side::buy, price("10.30"));
  stops.add(5, Side::sell, price("9.90"));
  stops.traded(price("10.20"));
  EXPECT_EQ(triggered(stops), (std::vector<OrderKey>{2, 3, 1}));
  stops.traded(price("9.90"));
  EXPECT_EQ(triggered(stops), std::vector<OrderKey>{5});
}

TEST(StopOrders, AreForgottenWhenTakenOutTriggeredOrNot) {
  StopOrders stops;
  stops.add(1, Side::sell, price("10.00"));
  stops.add(2, Side::sell, price("10.00"));
  stops.add(3, Side::sell, price("9.00"));
  stops.traded(price("10.00"));
  stops.remove(1, Side::sell, price("10.00"));
  stops.remove(3, Side::sell, price("9.00"));
  stops.traded(price("8.00"));
  EXPECT_EQ(triggered(stops), std::vector<OrderKey>{2});
}

// In DRY nobody trades but clients, so that prices are what a test makes them.
class StopOrdersOfClients : public testing::Test {
 protected:
  void send(const fix::Message& message) { exchange.receive("DESK", message, time_of_day(15)); }
  void trade_at(std::string_view at) {
    const std::string id = numbered('T', ++trades);
    exchange.receive("FUND", order(id + "S", Side::sell, 10, "DRY", at), time_of_day(15));
    exchange.receive("FUND", order(id + "B", Side::buy, 10, "DRY", at), time_of_day(15));
  }
  void offer(std::int64_t quantity, std::string_view at) {
    exchange.receive("BANK", order(numbered('O', ++trades), Side::sell, quantity, "DRY", at), time_of_day(15));
  }
  std::string story_of(const std::string& id) {
    for (Outgoing& one : exchange.advance(time_of_day(16, ++looks))) all.push_back(std::move(one));
    return story(reports_of(all, id));
  }

  Exchange exchange{exchange_settings(), "S", time_of_day(14)};
  std::vector<Outgoing> all;
  int trades = 0;
  int looks = 0;
};

TEST_F(StopOrdersOfClients, BecomeMarketOrdersWhenTheMarketTradesThere) {
  send(stop_order("B1", Side::buy, 100, "DRY", "10.10"));
  trade_at("10.09");
  EXPECT_EQ(story_of("B1"), "0");
  offer(100, "10.50");
  trade_at("10.10");
  EXPECT_EQ(story_of("B1"), "0 F100@10.50");
}

TEST_F(StopOrdersOfClients, WithALimitBecomeLimitOrders) {
  send(stop_order("B1", Side::buy, 100, "DRY", "10.10", "10.20"));
  offer(100, "10.50");
  trade_at("10.10");
  EXPECT_EQ(story_of("B1"), "0");
  EXPECT_EQ(exchange.picture(core::Symbol("DRY"), 0)->bids.front().price, price("10.20"));
  offer(40, "10.15");
  EXPECT_EQ(story_of("B1"), "0 F40@10.20");
}

TEST_F(StopOrdersOfClients, AreTriggeredAtOnceWhenTheLastTradeWasThere) {
  trade_at("10.10");
  offer(100, "10.12");
  send(stop_order("B1", Side::buy, 100, "DRY", "10.10"));
  EXPECT_EQ(story_of("B1"), "0 F100@10.12");
}

TEST_F(StopOrdersOfClients, TriggerEachOther) {
  offer(10, "10.10");
  offer(10, "10.20");
  offer(10, "10.30");
  send(stop_order("B2", Side::buy, 10, "DRY", "10.20"));
  send(stop_order("B1", Side::buy, 10, "DRY", "10.10"));
  send(order("B0", Side::buy, 10, "DRY"));
  EXPECT_EQ(story_of("B1"), "0 F10@10.20");
  EXPECT_EQ(story_of("B2"), "0 F10@10.30");
}

TEST_F(StopOrdersOfClients, CanBeCancelledAndMovedWhileTheyWait) {
  const auto first = stop_order("B1", Side::buy, 10, "DRY", "10.10");
  const auto second = stop_order("B2", Side::buy, 10, "DRY", "10.10");
  send(first);
  send(second);
  send(cancel_of(first, "C1"));
  auto moved = replacement_of(second, "R2");
  moved.order.stop = price("10.40");
  send(moved);
  trade_at("10.20");
  EXPECT_EQ(story_of("B1"), "0 4");
  EXPECT_EQ(story_of("B2"), "0 5");
  offer(10, "10.41");
  trade_at("10.40");
  EXPECT_EQ(story_of("R2"), "5 F10@10.41");
}

TEST_F(StopOrdersOfClients, NeedAStopPriceOnTheTick) {
  auto without = stop_order("B1", Side::buy, 10, "DRY", "10.10");
  without.stop.reset();
  send(without);
  send(stop_order("B2", Side::buy, 10, "DRY", "10.105"));
  EXPECT_EQ(story_of("B1"), "8");
  EXPECT_EQ(story_of("B2"), "8");
  EXPECT_EQ(reports_of(all, "B2").front().text, "StopPx(99) is not a positive multiple of 0.01");
}

TEST_F(StopOrdersOfClients, ShowTheirPricesInReports) {
  send(stop_order("B1", Side::buy, 10, "DRY", "10.10", "10.20"));
  (void)story_of("B1");
  const auto report = reports_of(all, "B1").front();
  EXPECT_EQ(report.stop, price("10.10"));
  EXPECT_EQ(report.limit, price("10.20"));
}

}  // namespace
}  // namespace simulator
