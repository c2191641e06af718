#include "simulator/scenario/scripted_exchange.hpp"

#include <rapidcheck.h>

#include <filesystem>

#include "simulator/lasting_exchange.hpp"
#include "simulator/scenario/read_scenarios.hpp"
#include "simulator/scenario/verbs.hpp"
#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

std::vector<Scenario> scenarios() {
  return parse_scenarios(R"(
[[scenario]]
name = "late in the market"
when = { quantity = "300" }
steps = [ { do = "market", after_ms = 70 } ]
[[scenario]]
name = "fills at the market's price"
when = { type = "market" }
steps = [ { do = "acknowledge", after_ms = 5 }, { do = "fill", percent = 10, after_ms = 120 },
          { do = "again", from = 2, times = 5 }, { do = "gap", messages = 1 }, { do = "done_for_day" } ]
on_cancel = [ { do = "pending_cancel" }, { do = "fill", percent = 5, after_ms = 3 }, { do = "accept", after_ms = 40 } ]
[[scenario]]
name = "a wild logon"
on = "logon"
steps = [ { do = "garbage", bytes = 3, after_ms = 10 } ]
)",
                         "test.toml")
      .value();
}

class ScriptedExchangeTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<Leaving> until(core::Time now) { return exchange.advance(now); }
  ScriptedExchange exchange{exchange_settings(), scenarios(), "T-", time_of_day(13)};
};

TEST_F(ScriptedExchangeTest, OrdersThatFitNoScenarioAreTheMarkets) {
  Exchange plain(exchange_settings(), "T-", time_of_day(13));
  const auto some = order("B1", core::Side::buy, 1'000, "AAPL", "187.50");
  exchange.receive("DESK", some, time_of_day(14));
  plain.receive("DESK", some, time_of_day(14));
  const std::vector<std::string> left = lines(until(time_of_day(15)));
  EXPECT_GT(left.size(), 1U);
  EXPECT_EQ(left, lines(plain.advance(time_of_day(15))));
}

TEST_F(ScriptedExchangeTest, HandsAnOrderToTheMarket) {
  const auto late = order("B1", core::Side::buy, 300, "AAPL", "150.00");
  exchange.receive("DESK", late, time_of_day(14));
  EXPECT_TRUE(until(time_of_day(14, 0, 69)).empty());
  const auto reports = reports_of(until(time_of_day(14, 0, 80)), "B1");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].order_id, "T-O1");
  EXPECT_EQ(reports[0].transact_time, time_of_day(14, 0, 70));
  exchange.receive("DESK", cancel_of(late, "C1"), time_of_day(14, 1));
  EXPECT_EQ(reports_of(until(time_of_day(14, 2)), "B1").back().ord_status, fix::OrdStatus::cancelled);
}

TEST_F(ScriptedExchangeTest, ACancelComesBeforeTheMarketHasTheOrder) {
  const auto late = order("B1", core::Side::buy, 300, "AAPL", "150.00");
  exchange.receive("DESK", late, time_of_day(14));
  exchange.receive("DESK", cancel_of(late, "C1"), time_of_day(14, 0, 10));
  const auto reports = reports_of(until(time_of_day(15)), "B1");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].ord_status, fix::OrdStatus::cancelled);
}

TEST_F(ScriptedExchangeTest, AnIdOfTheMarketIsNotUsedAgain) {
  exchange.receive("DESK", order("B1", core::Side::buy, 100, "AAPL", "150.00"), time_of_day(14));
  exchange.receive("DESK", order("B1", core::Side::buy, 100, "AAPL"), time_of_day(14));
  const auto reports = reports_of(until(time_of_day(15)), "B1");
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].reject_reason, 6);
}

TEST_F(ScriptedExchangeTest, TakesAnOrderOverThatRestsInTheMarket) {
  const auto resting = order("B1", core::Side::buy, 200, "AAPL", "150.00");
  exchange.receive("DESK", resting, time_of_day(14));
  ASSERT_EQ(until(time_of_day(14, 1)).size(), 1U);
  ASSERT_TRUE(exchange.act("T-O1", {.what = Do::fill, .quantity = units(50)}, time_of_day(14, 2)).has_value());
  const auto filled = reports_of(until(time_of_day(14, 3)), "B1");
  ASSERT_EQ(filled.size(), 1U);
  EXPECT_EQ(filled[0].order_id, "T-O1");
  EXPECT_EQ(filled[0].last_price, price("150"));
  EXPECT_EQ(filled[0].leaves_quantity, units(150));
  EXPECT_FALSE(exchange.market().picture(core::Symbol("AAPL"), 0)->bids.empty());
  exchange.receive("DESK", status_of(resting), time_of_day(14, 4));
  exchange.receive("DESK", cancel_of(resting, "C1"), time_of_day(14, 5));
  const auto rest = reports_of(until(time_of_day(14, 6)), "B1");
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].exec_type, fix::ExecType::order_status);
  EXPECT_EQ(rest[0].cumulative_quantity, units(50));
  EXPECT_EQ(rest[1].ord_status, fix::OrdStatus::cancelled);
}

TEST_F(ScriptedExchangeTest, BustsAndRepeatsAFillOfTheMarket) {
  exchange.receive("DESK", order("B1", core::Side::buy, 1'000, "AAPL", "187.60"), time_of_day(14));
  auto before = reports_of(until(time_of_day(15)), "B1");
  std::erase_if(before, [](const auto& report) { return report.exec_type != fix::ExecType::trade; });
  ASSERT_GT(before.size(), 1U);
  ASSERT_TRUE(exchange.act("T-O1", {.what = Do::repeat, .fill = 2}, time_of_day(16)).has_value());
  ASSERT_TRUE(exchange.act("T-O1", {.what = Do::bust, .fill = 1}, time_of_day(16)).has_value());
  const auto after = reports_of(until(time_of_day(17)), "B1");
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0], before[1]);
  EXPECT_EQ(after[1].exec_ref_id, before[0].exec_id);
  EXPECT_EQ(after[1].cumulative_quantity, before.back().cumulative_quantity - before[0].last_quantity);
  EXPECT_FALSE(exchange.act("T-O9", {.what = Do::fill}, time_of_day(17)).has_value());
}

TEST_F(ScriptedExchangeTest, WhatCannotBeDoneChangesNothing) {
  const auto resting = order("B1", core::Side::buy, 200, "AAPL", "150.00");
  exchange.receive("DESK", resting, time_of_day(14));
  (void)until(time_of_day(14, 1));
  EXPECT_FALSE(exchange.act("T-O1", {.what = Do::bust, .fill = 1}, time_of_day(14, 2)).has_value());
  EXPECT_FALSE(exchange.act("", {.what = Do::fill}, time_of_day(14, 2)).has_value());
  EXPECT_TRUE(exchange.market().has("T-O1")) << "the market has it still";
}

struct Asking {
  core::Time time;
  std::string client = "DESK";
  std::optional<fix::Message> message{};  // nothing: a logon
};

std::vector<Asking> draw_afternoon() {
  std::vector<Asking> all;
  std::vector<fix::NewOrderSingle> orders;
  core::Time now = time_of_day(14);
  const int count = *rc::gen::inRange(1, 20);
  for (int i = 0; i < count; ++i) {
    now += std::chrono::milliseconds(*rc::gen::inRange(0, 200));
    const int what = *rc::gen::inRange(0, 6);
    if (what == 0) all.push_back({now});
    if (what == 1 && !orders.empty()) {
      all.push_back({now, "DESK", cancel_of(*rc::gen::elementOf(orders), numbered('C', i))});
    }
    if (what < 2) continue;
    orders.push_back(order(numbered('B', i), *rc::gen::element(core::Side::buy, core::Side::sell),
                           *rc::gen::element(100, 300, 1'000), "AAPL",
                           *rc::gen::element<std::string_view>("", "187.40")));
    orders.back().currency = core::Currency::of("USD");
    all.push_back({now, "DESK", orders.back()});
  }
  return all;
}

template <class Any>
void ask(Any& exchange, const Asking& asking) {
  if (asking.message) {
    exchange.receive(asking.client, *asking.message, asking.time);
  } else {
    exchange.logged_on(asking.client, asking.time);
  }
}

TEST(ScriptedExchangeProperties, ItDoesNotMatterHowOftenAnybodyLooks) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Asking> afternoon = draw_afternoon();
    ScriptedExchange seldom(exchange_settings(), scenarios(), "T-", time_of_day(13));
    ScriptedExchange often(exchange_settings(), scenarios(), "T-", time_of_day(13));
    std::vector<Leaving> left;
    const auto look = [&](core::Time now) {
      std::vector<Leaving> more = often.advance(now);
      std::move(more.begin(), more.end(), std::back_inserter(left));
    };
    for (const Asking& asking : afternoon) {
      while (often.next_due() && *often.next_due() < asking.time && *rc::gen::inRange(0, 5) != 0) {
        look(*often.next_due());
      }
      ask(seldom, asking);
      ask(often, asking);
    }
    look(time_of_day(15));
    RC_ASSERT(lines(left) == lines(seldom.advance(time_of_day(15))));
    RC_ASSERT(
        std::is_sorted(left.begin(), left.end(), [](const Leaving& a, const Leaving& b) { return a.due < b.due; }));
  }));
}

// "MWUSDKJT-": of any exchange that began at 13:00.
std::string id_prefix() {
  const auto exchange = LastingExchange::open(exchange_settings(), {}, {}, time_of_day(13)).value();
  exchange->receive("DESK", order("B1", core::Side::buy, 1, "NOWHERE"), time_of_day(14));
  const std::string order_id = reports_of(exchange->advance(time_of_day(15)), "B1").at(0).order_id;
  return order_id.substr(0, order_id.find('-') + 1);
}

// Its journal replays scenarios, and what a person did, too.
TEST(ScriptedExchangeProperties, ARestartChangesNothing) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "prorata_scripted_exchange";
  EXPECT_TRUE(rc::check([&] {
    const std::vector<Asking> afternoon = draw_afternoon();
    const bool is_acted = *rc::gen::arbitrary<bool>();
    const auto tell = [&](bool restarts) {
      std::filesystem::remove_all(folder);
      const auto open = [&] {
        return LastingExchange::open(exchange_settings(), folder, {}, time_of_day(13), scenarios()).value();
      };
      auto exchange = open();
      std::vector<std::string> told;
      const auto look = [&](core::Time now) {
        for (const Leaving& leaving : exchange->advance(now)) {
          told.push_back(text(leaving));
          exchange->sent(leaving.client);
        }
      };
      for (const Asking& asking : afternoon) {
        ask(*exchange, asking);
        if (restarts) exchange.reset(), exchange = open();
        look(asking.time);
      }
      // The first order of the market and of the script, if there are any: the ids are the same in both runs.
      for (const char* id : {"O1", "S1"}) {
        const std::string order_id = id_prefix() + id;
        if (is_acted) (void)exchange->act(order_id, {.what = Do::fill, .quantity = units(1)}, time_of_day(14, 30));
      }
      if (is_acted) exchange->act_on_session("DESK", {.what = Do::gap, .count = 2}, time_of_day(14, 31));
      if (restarts) exchange.reset(), exchange = open();
      look(time_of_day(15));
      return told;
    };
    RC_ASSERT(tell(true) == tell(false));
  }));
  std::filesystem::remove_all(folder);
}

TEST(ScriptedExchangeProperties, AJournalOfOtherScenariosIsRefused) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "prorata_other_scenarios";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(LastingExchange::open(exchange_settings(), folder, {}, time_of_day(13), scenarios()).has_value());
  const auto opened = LastingExchange::open(exchange_settings(), folder, {}, time_of_day(13));
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().text().find("other settings or scenarios"), std::string::npos);
  std::filesystem::remove_all(folder);
}

// Everything that can be asked is in the journal, field by field.
TEST(ScriptedExchangeProperties, AllocationsAndReplacementsAreRemembered) {
  const std::string path = std::filesystem::path(testing::TempDir()) / "prorata_scripted.journal";
  std::filesystem::remove(path);
  fix::AllocationInstruction allocation{.alloc_id = "A1", .symbol = core::Symbol("AAPL"), .quantity = units(100)};
  allocation.orders = {{"B1", "O1"}, {"B2", ""}};
  allocation.accounts = {{.account = "C-1", .quantity = units(60), .price = price("1.5")}, {.account = "C-2"}};
  allocation.trade_date = "20261120";
  allocation.transact_time = time_of_day(14);
  fix::OrderCancelReplaceRequest replace{"B1", "O1", order("R1", core::Side::sell, 10, "AAPL", "187.40")};
  replace.order.currency = core::Currency::of("USD");
  const std::vector<Record> records{Asked{"DESK", time_of_day(14), allocation}, Asked{"DESK", time_of_day(14), replace},
                                    LoggedOn{"DESK", time_of_day(15)},
                                    Acted{"DESK", time_of_day(15), "", "{ do = \"half_open\" }"}};
  {
    const auto journal = ExchangeJournal::open(path).value();
    for (const Record& record : records) journal->append(record);
  }
  const auto journal = ExchangeJournal::open(path).value();
  ASSERT_EQ(journal->found().size(), records.size());
  EXPECT_EQ(std::get<Asked>(journal->found()[0]), std::get<Asked>(records[0]));
  EXPECT_EQ(std::get<Asked>(journal->found()[1]), std::get<Asked>(records[1]));
  EXPECT_EQ(std::get<LoggedOn>(journal->found()[2]), std::get<LoggedOn>(records[2]));
  EXPECT_EQ(std::get<Acted>(journal->found()[3]), std::get<Acted>(records[3]));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace simulator
