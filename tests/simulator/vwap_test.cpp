#include <rapidcheck.h>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using core::Quantity;
using core::Side;
using std::chrono::hours;
using std::chrono::minutes;

const fix::Window day{time_of_day(10), time_of_day(14)};

std::string due(core::Time now, const fix::Window& span = day) {
  return due_by(now, units(1'000), units(10), span, {6, 1, 1, 2}, day).text();
}

TEST(VolumeCurve, CutsAQuantityByTheWeightsOfTheDay) {
  EXPECT_EQ(due(time_of_day(10)), "0");
  EXPECT_EQ(due(time_of_day(10, 30)), "300");
  EXPECT_EQ(due(time_of_day(11)), "600");
  EXPECT_EQ(due(time_of_day(11, 3)), "600");  // whole lots: 605
  EXPECT_EQ(due(time_of_day(13)), "800");
  EXPECT_EQ(due(time_of_day(14)), "1000");
}

TEST(VolumeCurve, CountsTheSpanOfTheOrderOnly) {
  const fix::Window span{time_of_day(12), time_of_day(13, 30)};  // weights 1 and 1
  EXPECT_EQ(due(time_of_day(11), span), "0");
  EXPECT_EQ(due(time_of_day(13), span), "500");
  EXPECT_EQ(due(time_of_day(13, 30), span), "1000");
}

TEST(VolumeCurve, NeverFallsAndEndsWithAll) {
  EXPECT_TRUE(rc::check([] {
    const auto curve = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange(1, 1'000)));
    const auto second = [] { return std::chrono::seconds(*rc::gen::inRange(0, 14'400)); };
    const core::Time start = day.start + second();
    const fix::Window span{start, std::max(start + std::chrono::seconds(1), day.start + second())};
    const Quantity quantity = units(*rc::gen::inRange(1, 1'000'000'000));
    Quantity before;
    for (core::Time now = day.start; now <= day.end; now += minutes(7)) {
      const Quantity due = due_by(now, quantity, units(1), span, curve, day);
      RC_ASSERT(due >= before && due <= quantity);
      before = due;
    }
    RC_ASSERT(due_by(span.end, quantity, units(1), span, curve, day) == quantity);
  }));
}

fix::NewOrderSingle vwap(std::string id, std::int64_t quantity, std::string symbol, std::string_view limit = "") {
  auto request = order(std::move(id), Side::buy, quantity, std::move(symbol), limit);
  request.strategy = 1;
  return request;
}

class VwapTest : public testing::Test {
 protected:
  static ExchangeSettings settings() {
    ExchangeSettings settings = exchange_settings();
    settings.hours = simulator::hours("10:00", "14:00", minutes(0), minutes(0));
    settings.vwap = {hours(1), {6, 1, 1, 2}};
    return settings;
  }
  void send(const fix::Message& message, core::Time now, const std::string& client = "DESK") {
    exchange.receive(client, message, now);
  }
  std::vector<fix::ExecutionReport> reports(const std::string& id) {
    for (Outgoing& one : exchange.advance(time_of_day(15, ++looks))) all.push_back(std::move(one));
    return reports_of(all, id);
  }
  // "11:00 600 12:00 100": when how much was filled.
  std::string fills(const std::string& id) {
    std::map<core::Time, Quantity> sums;
    for (const auto& report : reports(id)) {
      if (report.exec_type == fix::ExecType::trade) sums[report.transact_time] += report.last_quantity;
    }
    std::string text;
    for (const auto& [time, sum] : sums) text += core::iso_text(time).substr(11, 5) + " " + sum.text() + " ";
    return text;
  }

  Exchange exchange{settings(), "S", time_of_day(9)};
  std::vector<Outgoing> all;
  int looks = 0;
};

TEST_F(VwapTest, TradesInSlicesByTheCurveUntilTheEndOfTheDay) {
  send(vwap("B1", 1'000, "AAPL"), time_of_day(10));
  EXPECT_EQ(fills("B1"), "11:00 600 12:00 100 13:00 100 14:00 200 ");
  EXPECT_EQ(reports("B1").back().ord_status, fix::OrdStatus::filled);
}

TEST_F(VwapTest, TradesWithinItsTimes) {
  auto request = vwap("B1", 1'000, "AAPL");
  request.begins = time_of_day(12);
  request.ends = time_of_day(13, 30);
  send(request, time_of_day(10));
  EXPECT_EQ(fills("B1"), "13:00 500 13:30 500 ");
}

TEST_F(VwapTest, WithALimitCatchesUpAndExpiresWithTheRest) {
  send(vwap("B1", 1'000, "DRY", "10.00"), time_of_day(10));
  send(order("S1", Side::sell, 650, "DRY", "10.00"), time_of_day(11, 30), "FUND");
  EXPECT_EQ(fills("B1"), "12:00 650 ");
  EXPECT_EQ(reports("B1").back().exec_type, fix::ExecType::expired);
  EXPECT_EQ(reports("B1").back().transact_time, time_of_day(14));
}

TEST_F(VwapTest, WaitsInAHaltAndCatchesUpAfterIt) {
  send(vwap("B1", 1'000, "AAPL"), time_of_day(10));
  ASSERT_TRUE(exchange.halt(core::Symbol("AAPL"), time_of_day(10, 30)).has_value());
  ASSERT_TRUE(exchange.resume(core::Symbol("AAPL"), time_of_day(11, 30)).has_value());
  EXPECT_EQ(fills("B1"), "12:00 700 13:00 100 14:00 200 ");
}

TEST_F(VwapTest, CanBeCancelledAndReplaced) {
  const auto first = vwap("B1", 1'000, "AAPL");
  const auto second = vwap("B2", 1'000, "AAPL");
  send(first, time_of_day(10));
  send(second, time_of_day(10));
  send(cancel_of(first, "C1"), time_of_day(11, 30));
  auto more = replacement_of(second, "R2");
  more.order.quantity = units(2'000);
  send(more, time_of_day(11, 30));
  EXPECT_EQ(fills("B1"), "11:00 600 ");
  EXPECT_EQ(fills("R2"), "12:30 900 13:30 300 14:00 200 ");
}

TEST_F(VwapTest, IsRejectedWhenItCannotBe) {
  auto other = vwap("B1", 1'000, "AAPL");
  other.strategy = 2;
  auto immediate = vwap("B2", 1'000, "AAPL");
  immediate.time_in_force = core::TimeInForce::immediate_or_cancel;
  auto past = vwap("B3", 1'000, "AAPL");
  past.ends = time_of_day(11);
  auto times_alone = order("B4", Side::buy, 100, "AAPL");
  times_alone.begins = time_of_day(12);
  for (const auto& request : {other, immediate, past, times_alone}) send(request, time_of_day(11));
  for (const auto* id : {"B1", "B2", "B3", "B4"}) EXPECT_EQ(story(reports(id)), "8") << id;
}

}  // namespace
}  // namespace simulator
