#include "tests/simulator/fixture.hpp"

// A day of trading: 10:00 to 17:00, with calls of five minutes at both ends. In DRY nobody trades but clients.
namespace simulator {
namespace {

using core::Side;
using core::TimeInForce;
using std::chrono::minutes;

const core::Symbol dry("DRY");

class HoursTest : public testing::Test {
 protected:
  static ExchangeSettings settings(minutes opening = minutes(5), minutes closing = minutes(5)) {
    ExchangeSettings settings = exchange_settings();
    settings.hours = hours("10:00", "17:00", opening, closing);
    return settings;
  }
  void send(const fix::Message& message, core::Time now, const std::string& client = "DESK") {
    exchange.receive(client, message, now);
  }
  // Two clients whose orders cross, at 10.00 and 10.50.
  void cross(core::Time now, TimeInForce time_in_force) {
    send(order("B1", Side::buy, 100, "DRY", "10.50", time_in_force), now);
    send(order("S1", Side::sell, 60, "DRY", "10.00", time_in_force), now, "FUND");
  }
  std::vector<fix::ExecutionReport> reports(const std::string& id, core::Time until) {
    for (Outgoing& one : exchange.advance(until)) all.push_back(std::move(one));
    return reports_of(all, id);
  }
  std::string story_of(const std::string& id, core::Time until) { return story(reports(id, until)); }
  int reject_reason(fix::NewOrderSingle request, core::Time now) {
    request.cl_ord_id = numbered('X', ++probes);
    now += std::chrono::seconds(probes);
    send(request, now);
    const auto told = reports(request.cl_ord_id, now + std::chrono::milliseconds(500));
    return told.front().reject_reason.value_or(-1);
  }

  explicit HoursTest(ExchangeSettings its = settings()) : exchange(std::move(its), "S", time_of_day(8)) {}

  Exchange exchange;
  std::vector<Outgoing> all;
  int probes = 0;
};

TEST_F(HoursTest, OrdersInACallTradeAtTheOnePriceOfItsAuction) {
  cross(time_of_day(10, 1), TimeInForce::day);
  EXPECT_EQ(story_of("B1", time_of_day(10, 4)), "0");
  EXPECT_EQ(story_of("B1", time_of_day(10, 6)), "0 F60@10.50");
  EXPECT_EQ(story_of("S1", time_of_day(10, 6)), "0 F60@10.50");
  EXPECT_EQ(reports("B1", time_of_day(10, 6)).back().transact_time, time_of_day(10, 5));
  send(order("S2", Side::sell, 40, "DRY", "10.50"), time_of_day(10, 7), "FUND");  // the rest trades on
  EXPECT_EQ(story_of("B1", time_of_day(10, 8)), "0 F60@10.50 F40@10.50");
}

TEST_F(HoursTest, OrdersAtTheOpeningAreCancelledWhenTheAuctionIsOver) {
  send(order("B1", Side::buy, 100, "DRY", "10.50", TimeInForce::at_the_opening), time_of_day(9));
  send(order("S1", Side::sell, 60, "DRY", "", TimeInForce::at_the_opening), time_of_day(10, 1), "FUND");
  EXPECT_EQ(story_of("B1", time_of_day(10, 6)), "0 F60@10.50 4");
  EXPECT_EQ(story_of("S1", time_of_day(10, 6)), "0 F60@10.50");
}

TEST_F(HoursTest, OrdersAtTheCloseWaitForTheClosingAuction) {
  send(order("S1", Side::sell, 100, "DRY", "", TimeInForce::at_the_close), time_of_day(11));
  send(order("B1", Side::buy, 60, "DRY", "10.50"), time_of_day(12), "FUND");
  EXPECT_EQ(story_of("B1", time_of_day(16, 59)), "0");
  EXPECT_EQ(story_of("B1", time_of_day(17, 1)), "0 F60@10.50");
  EXPECT_EQ(story_of("S1", time_of_day(17, 1)), "0 F60@10.50 4");
}

TEST_F(HoursTest, NothingTradesInACallButItsAuctionAndDayOrdersExpireAtTheEnd) {
  send(order("B1", Side::buy, 100, "DRY", "9.00"), time_of_day(16, 56));
  send(order("S1", Side::sell, 40, "DRY"), time_of_day(16, 57), "FUND");
  send(order("B2", Side::buy, 100, "DRY", "8.00", TimeInForce::good_till_cancel), time_of_day(16, 58));
  EXPECT_EQ(story_of("S1", time_of_day(16, 59)), "0");
  EXPECT_EQ(story_of("S1", time_of_day(18)), "0 F40@9.00");
  EXPECT_EQ(story_of("B1", time_of_day(18)), "0 F40@9.00 C");
  EXPECT_EQ(story_of("B2", time_of_day(18)), "0");
  send(order("S2", Side::sell, 10, "DRY", "8.00"), time_of_day(24 + 11), "FUND");  // the next day
  EXPECT_EQ(story_of("B2", time_of_day(24 + 12)), "0 F10@8.00");
}

TEST_F(HoursTest, TheMakerTakesPartInAuctionsAndQuotesInContinuousTradingOnly) {
  send(order("B1", Side::buy, 300, "AAPL", "", TimeInForce::at_the_opening), time_of_day(9));
  EXPECT_TRUE(exchange.picture(core::Symbol("AAPL"), 0)->offers.empty());
  EXPECT_TRUE(exchange.picture(core::Symbol("AAPL"), 0)->bids.empty());  // an order at any price is not shown
  EXPECT_EQ(reports("B1", time_of_day(10, 6)).back().ord_status, fix::OrdStatus::filled);
  EXPECT_FALSE(exchange.picture(core::Symbol("AAPL"), 0)->offers.empty());
  (void)exchange.advance(time_of_day(16, 56));
  EXPECT_TRUE(exchange.picture(core::Symbol("AAPL"), 0)->offers.empty());
}

TEST_F(HoursTest, WhatCanBeSentWhen) {
  const auto day = order("", Side::buy, 10, "DRY", "9.00");
  const auto gtc = order("", Side::buy, 10, "DRY", "9.00", TimeInForce::good_till_cancel);
  const auto ioc = order("", Side::buy, 10, "DRY", "9.00", TimeInForce::immediate_or_cancel);
  const auto opening = order("", Side::buy, 10, "DRY", "9.00", TimeInForce::at_the_opening);
  const auto close = order("", Side::buy, 10, "DRY", "9.00", TimeInForce::at_the_close);
  struct Row {
    int hour, minute;
    std::vector<int> reasons;  // of day, GTC, IOC, opening, close; -1: taken
  };
  for (const Row& row :
       {Row{9, 0, {2, -1, 2, -1, 2}}, Row{10, 0, {-1, -1, 99, -1, -1}}, Row{12, 0, {-1, -1, -1, 4, -1}},
        Row{16, 55, {-1, -1, 99, 4, -1}}, Row{17, 0, {2, -1, 2, -1, 2}}}) {
    std::vector<int> reasons;
    const core::Time now = time_of_day(row.hour, row.minute);
    for (const auto& one : {day, gtc, ioc, opening, close}) reasons.push_back(reject_reason(one, now));
    EXPECT_EQ(reasons, row.reasons) << row.hour << ":" << row.minute;
  }
}

class HoursWithoutCalls : public HoursTest {
 protected:
  HoursWithoutCalls() : HoursTest(settings(minutes(0), minutes(0))) {}
};

TEST_F(HoursWithoutCalls, HaveAuctionsAllTheSame) {
  cross(time_of_day(9), TimeInForce::good_till_cancel);
  send(order("S2", Side::sell, 10, "DRY", "", TimeInForce::at_the_close), time_of_day(12), "FUND");
  EXPECT_EQ(story_of("B1", time_of_day(16)), "0 F60@10.50");
  EXPECT_EQ(story_of("S2", time_of_day(18)), "0 F10@10.50");
}

TEST_F(HoursTest, AStopThatAnAuctionTriggersGoesToTheMarketWhenItIsContinuous) {
  send(stop_order("B9", Side::buy, 10, "DRY", "10.40"), time_of_day(10, 1), "BANK");
  cross(time_of_day(10, 1), TimeInForce::day);
  send(order("S2", Side::sell, 70, "DRY", "10.60"), time_of_day(10, 2), "FUND");
  EXPECT_EQ(story_of("B9", time_of_day(10, 6)), "0 F10@10.60");
}

TEST_F(HoursTest, AHaltGathersOrdersForAnAuctionThatEndsIt) {
  const core::Time noon = time_of_day(12);
  ASSERT_TRUE(exchange.halt(dry, noon).has_value());
  cross(noon, TimeInForce::day);
  EXPECT_EQ(reject_reason(order("", Side::buy, 1, "DRY", "9.00", TimeInForce::fill_or_kill), noon), 99);
  EXPECT_EQ(story_of("B1", time_of_day(12, 30)), "0");
  ASSERT_TRUE(exchange.resume(dry, time_of_day(13)).has_value());
  EXPECT_EQ(story_of("B1", time_of_day(13, 1)), "0 F60@10.50");
  EXPECT_FALSE(exchange.halt(core::Symbol("TSLA"), noon).has_value());
}

TEST_F(HoursTest, AHaltOutlastsTheNight) {
  ASSERT_TRUE(exchange.halt(dry, time_of_day(12)).has_value());
  cross(time_of_day(16), TimeInForce::good_till_cancel);
  send(order("S2", Side::sell, 10, "DRY", "", TimeInForce::at_the_close), time_of_day(16), "FUND");
  EXPECT_EQ(story_of("B1", time_of_day(24 + 12)), "0");
  EXPECT_EQ(story_of("S2", time_of_day(24 + 12)), "0 4");
  ASSERT_TRUE(exchange.resume(dry, time_of_day(24 + 13)).has_value());
  EXPECT_EQ(story_of("B1", time_of_day(24 + 14)), "0 F60@10.50");
}

TEST_F(HoursTest, ReplacesWhatWaitsForAnAuction) {
  const auto opening = order("B1", Side::buy, 100, "DRY", "10.50", TimeInForce::at_the_opening);
  send(opening, time_of_day(9));
  auto replacement = replacement_of(opening, "R1");
  replacement.order.limit = price("10.40");
  send(replacement, time_of_day(10, 1));
  send(order("S1", Side::sell, 60, "DRY", "10.00"), time_of_day(10, 2), "FUND");
  EXPECT_EQ(story_of("R1", time_of_day(11)), "5 F60@10.40 4");
}

TEST(Hours, OfTwentyFourHoursEndADayAndBeginTheNextAtOnce) {
  ExchangeSettings settings = exchange_settings();
  settings.hours = hours("17:00", "17:00", std::chrono::seconds(60), std::chrono::seconds(0));
  Exchange exchange(settings, "S", time_of_day(12));
  exchange.receive("DESK", order("B1", Side::buy, 100, "DRY", "9.00"), time_of_day(16));
  exchange.receive("DESK", order("B2", Side::buy, 100, "DRY", "9.00", TimeInForce::at_the_close), time_of_day(16));
  auto reports = exchange.advance(time_of_day(17, 0, 500));
  EXPECT_EQ(story(reports_of(reports, "B1")), "0 C");
  EXPECT_EQ(story(reports_of(reports, "B2")), "0 4");
  exchange.receive("DESK", order("B3", Side::buy, 100, "DRY", "9.00", TimeInForce::at_the_opening),
                   time_of_day(17, 0, 600));
  reports = exchange.advance(time_of_day(17, 2));
  EXPECT_EQ(story(reports_of(reports, "B3")), "0 4");
}

TEST(PriceBand, KeepsLimitsAndTradesWithin) {
  ExchangeSettings settings = exchange_settings();
  settings.symbols[0].band_percent = Percent::parse("0.02").value();  // 187.40: 187.37 to 187.43
  Exchange exchange(settings, "S", time_of_day(14));
  exchange.receive("DESK", order("B1", Side::buy, 100, "AAPL", "187.44"), time_of_day(15));
  exchange.receive("DESK", stop_order("B2", Side::buy, 100, "AAPL", "187.50"), time_of_day(15));
  exchange.receive("DESK", order("B3", Side::buy, 100'000, "AAPL"), time_of_day(15));
  const auto all = exchange.advance(time_of_day(16));
  EXPECT_EQ(reports_of(all, "B1").front().reject_reason, 99);
  EXPECT_EQ(reports_of(all, "B1").front().text, "Price(44) 187.44 is outside the band of 0.02 %: 187.37 to 187.43");
  EXPECT_EQ(story(reports_of(all, "B2")), "8");
  for (const auto& report : reports_of(all, "B3")) EXPECT_LE(report.last_price, price("187.43"));
  EXPECT_EQ(reports_of(all, "B3").back().text, "no liquidity left");
}

}  // namespace
}  // namespace simulator
