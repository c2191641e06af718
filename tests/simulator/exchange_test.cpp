#include "simulator/exchange.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using core::Quantity;
using core::Side;
using core::TimeInForce;
using fix::ExecType;
using fix::OrdStatus;

const std::string desk = "DESK";

class ExchangeTest : public testing::Test {
 protected:
  void send(const fix::Message& message, core::Time now, const std::string& client = desk) {
    exchange.receive(client, message, now);
  }
  std::vector<Outgoing> until(core::Time now) { return exchange.advance(now); }

  Exchange exchange{exchange_settings(), "S", time_of_day(14)};
};

TEST_F(ExchangeTest, FillsAMarketOrderInSeveralPartsAtSeveralPrices) {
  int hour = 15;
  for (const std::int64_t quantity : {1'000, 5'000, 20'000}) {
    const std::string id = numbered('B', quantity);
    send(order(id, Side::buy, quantity, "AAPL"), time_of_day(hour));
    const auto reports = reports_of(until(time_of_day(hour++, 0, 1'000)), id);
    ASSERT_FALSE(reports.empty());
    std::set<core::Price> prices;
    for (const auto& report : reports) {
      if (report.exec_type == ExecType::trade) prices.insert(report.last_price);
    }
    EXPECT_EQ(reports.back().ord_status, OrdStatus::filled);
    EXPECT_GE(reports.size(), 1U + 4U);
    EXPECT_LE(reports.size(), 1U + 24U);
    EXPECT_GE(prices.size(), 2U);
    EXPECT_LE(prices.size(), 10U);
  }
}

TEST(Exchange, FillsTheOrdersOfTheDemoInPartsWithinASecond) {
  const auto settings = load_settings("config/demo/simulator.toml");
  ASSERT_TRUE(settings.has_value());
  for (const SymbolSettings& listed : settings->exchange.symbols) {
    if (listed.daily_volume) continue;
    for (const std::int64_t quantity : {1'000, 5'000, 20'000}) {
      Exchange exchange(settings->exchange, "S", time_of_day(14));
      exchange.receive(desk, order("B1", Side::sell, quantity, listed.name.text()), time_of_day(15));
      const auto reports = reports_of(exchange.advance(time_of_day(15, 0, 1'000)), "B1");
      std::set<core::Price> prices;
      for (const auto& report : reports) {
        if (report.exec_type == ExecType::trade) prices.insert(report.last_price);
      }
      EXPECT_EQ(reports.back().ord_status, OrdStatus::filled);
      EXPECT_TRUE(reports.size() >= 1 + 4 && reports.size() <= 1 + 30) << listed.name.text() << " " << reports.size();
      EXPECT_TRUE(prices.size() >= 2 && prices.size() <= 10) << listed.name.text() << " " << prices.size();
    }
  }
}

TEST_F(ExchangeTest, FillsALimitOrderNearTheMarketBitByBitAtItsLimitOrBetter) {
  send(order("B1", Side::buy, 3'000, "AAPL", "187.40"), time_of_day(15));
  const auto reports = reports_of(until(time_of_day(15, 10)), "B1");
  std::set<core::Time> times;
  for (const auto& report : reports) {
    if (report.exec_type != ExecType::trade) continue;
    EXPECT_LE(report.last_price, price("187.40"));
    times.insert(report.transact_time);
  }
  EXPECT_EQ(reports.back().ord_status, OrdStatus::filled);
  EXPECT_GE(times.size(), 3U);
}

TEST_F(ExchangeTest, LeavesALimitOrderFarFromTheMarketAlone) {
  send(order("B1", Side::buy, 100, "AAPL", "187.00"), time_of_day(15));
  EXPECT_EQ(reports_of(until(time_of_day(16)), "B1").size(), 1U);
}

TEST_F(ExchangeTest, LetsAnOrderRestHalfFilledWhenTheDailyVolumeIsUsedUp) {
  const auto buy = order("B1", Side::buy, 1'200, "KO", "62.60");
  send(buy, time_of_day(15));
  EXPECT_EQ(reports_of(until(time_of_day(15, 5)), "B1").back().cumulative_quantity, units(600));
  send(cancel_of(buy, "C1"), time_of_day(15, 5));
  const auto cancelled = reports_of(until(time_of_day(15, 6)), "B1").back();
  EXPECT_EQ(cancelled.exec_type, ExecType::cancelled);
  EXPECT_EQ(cancelled.cl_ord_id, "C1");
  EXPECT_EQ(cancelled.orig_cl_ord_id, "B1");
  EXPECT_EQ(cancelled.cumulative_quantity, units(600));
  EXPECT_EQ(cancelled.leaves_quantity, Quantity{});
  EXPECT_EQ(exchange.next_due(), std::nullopt);  // the market stands still once nothing waits in it
}

TEST_F(ExchangeTest, CancelsWhatAMarketOrderCannotGet) {
  send(order("B1", Side::buy, 1'000, "KO"), time_of_day(15));
  send(order("B2", Side::buy, 1'000, "DRY"), time_of_day(15));
  const auto all = until(time_of_day(15, 1));
  const auto last = reports_of(all, "B1").back();
  EXPECT_EQ(last.exec_type, ExecType::cancelled);
  EXPECT_EQ(last.cumulative_quantity, units(600));
  EXPECT_EQ(last.text, "no liquidity left");
  EXPECT_EQ(reports_of(all, "B2").size(), 2U);
}

TEST_F(ExchangeTest, CancelsTheRemainderOfAnImmediateOrCancelOrder) {
  send(order("B1", Side::buy, 50'000, "AAPL", "187.42", TimeInForce::immediate_or_cancel), time_of_day(15));
  const auto reports = reports_of(until(time_of_day(15, 1)), "B1");
  EXPECT_EQ(reports.front().exec_type, ExecType::new_order);
  EXPECT_EQ(reports.back().exec_type, ExecType::cancelled);
  EXPECT_EQ(reports.back().ord_status, OrdStatus::cancelled);
  EXPECT_EQ(reports.back().leaves_quantity, Quantity{});
  EXPECT_EQ(exchange.next_due(), std::nullopt);
}

TEST_F(ExchangeTest, FillsAFillOrKillOrderWholeOrNotAtAll) {
  send(order("B1", Side::buy, 300, "AAPL", "188.00", TimeInForce::fill_or_kill), time_of_day(15));
  send(order("B2", Side::buy, 500'000, "AAPL", "188.00", TimeInForce::fill_or_kill), time_of_day(15));
  send(order("B3", Side::buy, 500'000, "AAPL", "", TimeInForce::fill_or_kill), time_of_day(15));
  const auto all = until(time_of_day(15, 1));
  EXPECT_EQ(reports_of(all, "B1").back().ord_status, OrdStatus::filled);
  for (const auto* id : {"B2", "B3"}) {
    const auto killed = reports_of(all, id);
    ASSERT_EQ(killed.size(), 2U);
    EXPECT_EQ(killed.back().exec_type, ExecType::cancelled);
    EXPECT_EQ(killed.back().cumulative_quantity, Quantity{});
  }
}

struct Refused {
  fix::NewOrderSingle request;
  int reason;
};

TEST_F(ExchangeTest, RejectsWithTheReasonOfTheSpecification) {
  auto foreign = order("R6", Side::buy, 100, "AAPL");
  foreign.currency = core::Currency::of("EUR");
  auto without_limit = order("R7", Side::buy, 100, "AAPL", "187.40");
  without_limit.limit.reset();
  const std::vector<Refused> cases{{order("R1", Side::buy, 100, "TSLA"), 1},
                                   {order("R2", Side::buy, 0, "AAPL"), 13},
                                   {order("R3", Side::buy, -5, "AAPL"), 13},
                                   {order("R4", Side::buy, 100, "AAPL", "187.405"), 99},
                                   {order("R5", Side::buy, 2'000'000'000, "AAPL"), 3},
                                   {foreign, 99},
                                   {without_limit, 99},
                                   {order("R8", Side::buy, 100, "AAPL", "2000000000"), 3},
                                   {order("R1", Side::buy, 100, "AAPL"), 6}};
  int minute = 0;
  for (const Refused& one : cases) {
    send(one.request, time_of_day(15, minute++));
    const auto reports = reports_of(until(time_of_day(15, minute)), one.request.cl_ord_id);
    ASSERT_EQ(reports.size(), 1U) << one.request.cl_ord_id;
    EXPECT_EQ(reports[0].exec_type, ExecType::rejected);
    EXPECT_EQ(reports[0].ord_status, OrdStatus::rejected);
    EXPECT_EQ(reports[0].reject_reason, one.reason) << one.request.cl_ord_id;
    EXPECT_EQ(reports[0].leaves_quantity, Quantity{});
    EXPECT_FALSE(reports[0].text.empty());
  }
}

TEST_F(ExchangeTest, ADuplicateDoesNotTouchTheOrderThatHasTheName) {
  const auto buy = order("B1", Side::buy, 100, "AAPL", "187.00");
  send(buy, time_of_day(15));
  send(buy, time_of_day(15));
  send(status_of(buy), time_of_day(15, 1));
  const auto reports = reports_of(until(time_of_day(15, 2)), "B1");
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[1].reject_reason, 6);
  EXPECT_EQ(reports[2].exec_type, ExecType::order_status);
  EXPECT_EQ(reports[2].ord_status, OrdStatus::new_order);
  EXPECT_EQ(reports[2].leaves_quantity, units(100));
}

TEST_F(ExchangeTest, RejectsACancelThatCannotBe) {
  const auto far = order("B1", Side::buy, 100, "AAPL", "187.00");
  const auto filled = order("B2", Side::buy, 100, "AAPL");
  send(far, time_of_day(15));
  send(filled, time_of_day(15));
  auto other_side = cancel_of(far, "C3");
  other_side.side = Side::sell;
  send(cancel_of(order("NONE", Side::buy, 1, "AAPL"), "C1"), time_of_day(15, 1));
  send(cancel_of(filled, "C2"), time_of_day(15, 1));
  send(other_side, time_of_day(15, 1));
  send(cancel_of(far, "B1"), time_of_day(15, 1));  // a ClOrdID that was used before
  send(cancel_of(far, "C4"), time_of_day(15, 1), "SOMEBODY");
  const std::vector<std::pair<std::string, int>> expected{{"C1", 1}, {"C2", 0}, {"C3", 2}, {"B1", 6}, {"C4", 1}};
  std::vector<std::pair<std::string, int>> seen;
  for (const Outgoing& one : until(time_of_day(15, 2))) {
    if (const auto* reject = std::get_if<fix::OrderCancelReject>(&one.message)) {
      seen.emplace_back(reject->cl_ord_id, reject->reason.value_or(-1));
      EXPECT_EQ(reject->order_id == "NONE", reject->reason == 1);
    }
  }
  EXPECT_EQ(seen, expected);
}

TEST_F(ExchangeTest, TellsOfTheFillBeforeItSaysThatTheCancelIsTooLate) {
  const auto buy = order("B1", Side::buy, 5'000, "AAPL");
  send(buy, time_of_day(15));
  send(cancel_of(buy, "C1"), time_of_day(15));  // the fills happened, their reports are on the way
  const auto all = until(time_of_day(15, 1));
  const auto* reject = std::get_if<fix::OrderCancelReject>(&all.back().message);
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->reason, 0);
  EXPECT_EQ(reject->ord_status, OrdStatus::filled);
}

TEST_F(ExchangeTest, AnswersAStatusRequestForAnUnknownOrder) {
  send(status_of(order("NEVER", Side::sell, 1, "AAPL")), time_of_day(15));
  const auto reports = reports_of(until(time_of_day(15, 1)), "NEVER");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].exec_type, ExecType::order_status);
  EXPECT_EQ(reports[0].ord_status, OrdStatus::rejected);
  EXPECT_EQ(reports[0].reject_reason, 5);
  EXPECT_EQ(reports[0].exec_id, "0");
}

TEST_F(ExchangeTest, ExpiresDayOrdersAtTheEndOfTheDayAndKeepsTheOthers) {
  send(order("B1", Side::buy, 1'200, "KO", "62.60"), time_of_day(15));
  send(order("B2", Side::buy, 100, "AAPL", "187.00", TimeInForce::good_till_cancel), time_of_day(15));
  (void)until(time_of_day(16));
  exchange.end_of_day(time_of_day(16));
  const auto all = until(time_of_day(17));
  ASSERT_EQ(all.size(), 1U);
  const auto expired = reports_of(all, "B1").front();
  EXPECT_EQ(expired.exec_type, ExecType::expired);
  EXPECT_EQ(expired.ord_status, OrdStatus::expired);
  EXPECT_EQ(expired.cumulative_quantity, units(600));
  EXPECT_EQ(expired.leaves_quantity, Quantity{});

  send(order("B3", Side::buy, 600, "KO"), time_of_day(18));  // the maker has its daily volume anew
  EXPECT_EQ(reports_of(until(time_of_day(19)), "B3").back().ord_status, OrdStatus::filled);
}

TEST(Exchange, ClosesByItselfAtTheClosingTime) {
  ExchangeSettings settings = exchange_settings();
  settings.close_utc = std::chrono::hours(21);
  Exchange exchange(settings, "S", time_of_day(22));
  EXPECT_EQ(exchange.next_due(), time_of_day(21 + 24));
  exchange.receive(desk, order("B1", Side::buy, 100, "AAPL", "187.00"), time_of_day(23));
  const auto last = reports_of(exchange.advance(time_of_day(22 + 24)), "B1").back();
  EXPECT_EQ(last.exec_type, ExecType::expired);
  EXPECT_EQ(last.transact_time, time_of_day(21 + 24));
}

TEST(Exchange, RejectsAsManyAsAskedForAndAlwaysTheSame) {
  ExchangeSettings settings = exchange_settings();
  settings.reject_per_mille = 200;
  const auto rejected = [&](int backwards) {
    Exchange exchange(settings, "S", time_of_day(14));
    std::set<std::string> ids;
    for (int i = 0; i < 1'000; ++i) {
      const std::string id = numbered('B', backwards > 0 ? backwards - i : i);
      exchange.receive(desk, order(id, Side::buy, 1, "AAPL"), time_of_day(15));
    }
    for (const Outgoing& one : exchange.advance(time_of_day(16))) {
      const auto& report = std::get<fix::ExecutionReport>(one.message);
      if (report.exec_type == ExecType::rejected) ids.insert(report.cl_ord_id);
    }
    return ids;
  };
  EXPECT_NEAR(static_cast<int>(rejected(0).size()), 200, 50);
  EXPECT_EQ(rejected(0), rejected(999));
}

TEST_F(ExchangeTest, AnswersWhatCannotBeRead) {
  int minute = 0;
  const auto answer = [&](const fix::UnreadableMessage& message) {
    exchange.refuse(desk, message, time_of_day(15, minute++));
    return until(time_of_day(15, minute)).back().message;
  };
  const std::string raw =
      "8=FIX.4.4\x01"
      "9=1\x01"
      "35=D\x01"
      "11=B1\x01"
      "55=KO\x01"
      "54=2\x01"
      "38=many\x01";
  const auto rejected = std::get<fix::ExecutionReport>(answer({4, "D", raw, "OrderQty(38) is not a number"}));
  EXPECT_EQ(rejected.cl_ord_id, "B1");
  EXPECT_EQ(rejected.exec_type, ExecType::rejected);
  EXPECT_EQ(rejected.side, Side::sell);
  EXPECT_EQ(rejected.text, "OrderQty(38) is not a number");
  const auto nameless = std::get<fix::MessageReject>(answer({5, "D", "35=D\x01", "Symbol(55) is missing"}));
  EXPECT_TRUE(nameless.business);
  EXPECT_EQ(nameless.ref_seq_num, 5);
  EXPECT_EQ(nameless.ref_msg_type, "D");
  EXPECT_EQ(std::get<fix::MessageReject>(answer({6, "F", raw, "OrigClOrdID(41) is missing"})).ref_id, "B1");
  exchange.refuse(desk, {7, "AE", "35=AE\x01", "not spoken here"}, time_of_day(16));
  EXPECT_TRUE(until(time_of_day(17)).empty());
}

TEST(Exchange, ClientsTradeWithEachOtherAtTheRestingPrice) {
  Exchange exchange(exchange_settings(), "S", time_of_day(14));
  exchange.receive("FUND", order("S1", Side::sell, 500, "DRY", "11.00"), time_of_day(15));
  exchange.receive("BANK", order("S1", Side::sell, 500, "DRY", "10.50"), time_of_day(15));
  exchange.receive(desk, order("B1", Side::buy, 800, "DRY", "12.00"), time_of_day(15));
  std::map<std::string, Quantity> filled;
  for (const Outgoing& one : exchange.advance(time_of_day(16))) {
    filled[one.client] = std::get<fix::ExecutionReport>(one.message).cumulative_quantity;
  }
  EXPECT_EQ(filled["BANK"], units(500));
  EXPECT_EQ(filled["FUND"], units(300));
  EXPECT_EQ(filled[desk], units(800));
}

TEST(Exchange, WhatHappensInOneSymbolDoesNotChangeAnother) {
  const auto prices = [](bool busy) {
    Exchange exchange(exchange_settings(), "S", time_of_day(14));
    for (int i = 0; busy && i < 5; ++i) {
      exchange.receive("FUND", order(numbered('K', i), Side::buy, 70, "KO", "62.01"), time_of_day(15, 0, i));
    }
    exchange.receive(desk, order("B1", Side::buy, 9'000, "AAPL", "187.41"), time_of_day(15, 0, 10));
    std::vector<std::pair<core::Price, Quantity>> fills;
    for (const auto& report : reports_of(exchange.advance(time_of_day(15, 2)), "B1")) {
      fills.emplace_back(report.last_price, report.last_quantity);
    }
    return fills;
  };
  EXPECT_EQ(prices(false), prices(true));
}

TEST(Exchange, ServesManyClients) {
  Exchange exchange(exchange_settings(), "S", time_of_day(14));
  for (int i = 0; i < 200; ++i) {
    exchange.receive(numbered('C', i), order("B1", Side::buy, 10, "AAPL"), time_of_day(15));
  }
  std::map<std::string, int> finished;
  for (const Outgoing& one : exchange.advance(time_of_day(16))) {
    if (std::get<fix::ExecutionReport>(one.message).ord_status == OrdStatus::filled) ++finished[one.client];
  }
  EXPECT_EQ(finished.size(), 200U);
}

}  // namespace
}  // namespace simulator
