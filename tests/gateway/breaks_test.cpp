#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "simulation/world.hpp"

// What people do about breaks, and what becomes of a gateway that starts from a backup.
namespace gateway {
namespace {

using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

fix::ExecutionReport stray_fill(const std::string& exec_id) {
  fix::ExecutionReport report;
  report.order_id = "B9";
  report.exec_id = exec_id;
  report.cl_ord_id = "by-phone";
  report.exec_type = fix::ExecType::trade;
  report.ord_status = fix::OrdStatus::filled;
  report.symbol = core::Symbol("KO");
  report.last_quantity = core::Quantity::whole(5);
  report.last_price = *core::Price::parse("62.00");
  report.transact_time = simulation::simulated_now();
  return report;
}

class Breaks : public testing::Test {
 protected:
  Breaks() : world(desk_of({500'000, 300'000}), lively_exchange(1)) {
    for (const char* exec_id : {"E1", "E2"}) world.broker_says(stray_fill(exec_id));
    world.settle();
    EXPECT_EQ(world.state().break_count(), 2U);
  }
  std::string refusal(const Answer& answer) {
    if (answer.refusals.empty()) return "";
    return std::string(text(answer.refusals[0].code)) + ": " + answer.refusals[0].message;
  }

  World world;
};

TEST_F(Breaks, AreSettledWithAReasonThatIsOnRecord) {
  EXPECT_EQ(refusal(world.settle_break(2, "withdrawn", Settlement::resolved_with_broker)), "");
  const auto& settled = std::get<BreakSettled>(world.journal.entries().back().event);
  EXPECT_EQ(settled.number, 2);
  EXPECT_EQ(settled.settled_as, "resolved_with_broker");
  EXPECT_EQ(settled.reason, "withdrawn");
  EXPECT_EQ(settled.who, "tester");
  EXPECT_TRUE(world.state().find_break(1)->settled_as.empty());
  EXPECT_EQ(world.state().open_break_count(), 1U);
}

TEST_F(Breaks, AreSettledOnceAndOnlyWhenTheyAreThere) {
  EXPECT_EQ(refusal(world.settle_break(1, "seen")), "");
  EXPECT_EQ(refusal(world.settle_break(1, "seen")), "break_settled: it is settled already, as acknowledged by tester");
  EXPECT_EQ(refusal(world.settle_break(3, "seen")), "unknown_break: there is no such break; see: prorata breaks");
  EXPECT_EQ(refusal(world.settle_break(0, "seen")), "unknown_break: there is no such break; see: prorata breaks");
  EXPECT_EQ(refusal(world.settle_break(-1, "seen")), "unknown_break: there is no such break; see: prorata breaks");
  EXPECT_EQ(refusal(world.settle_break(2, "")), "malformed: a break is settled with a reason, for the record");
}

TEST_F(Breaks, TheSameKeyAgainSettlesNothingTwice) {
  const SettleBreak command{{"a key", "ann"}, 1, Settlement::acknowledged, "seen"};
  EXPECT_EQ(refusal(world.settle(command)), "");
  const std::size_t entries = world.journal.entries().size();
  EXPECT_EQ(refusal(world.settle(command)), "");
  SettleBreak other = command;
  other.number = 2;
  EXPECT_EQ(refusal(world.settle(other)).substr(0, 10), "key_reused");
  EXPECT_EQ(world.journal.entries().size(), entries);
}

TEST_F(Breaks, StaySettledAfterARestart) {
  (void)world.settle_break(2, "withdrawn");
  world.crash(true);
  world.start_gateway();
  EXPECT_EQ(world.state().find_break(2)->settled_by, "tester");
  EXPECT_EQ(refusal(world.settle_break(2, "again")).substr(0, 13), "break_settled");
  EXPECT_EQ(world.state().break_count(), 2U);
  EXPECT_EQ(world.state().open_break_count(), 1U);
}

TEST(BreakKinds, AllHaveAWordAndAdvice) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(BreakKind::not_supported); ++i) {
    const auto kind = static_cast<BreakKind>(i);
    EXPECT_EQ(break_kind(text(kind)), kind);
    EXPECT_GT(advice(kind).size(), 20U) << text(kind);
    words.insert(text(kind));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(BreakKind::not_supported) + 1);
  for (const Settlement each :
       {Settlement::acknowledged, Settlement::resolved_with_broker, Settlement::booked_by_hand}) {
    EXPECT_EQ(settlement(text(each)), each);
  }
  EXPECT_EQ(break_kind("nonsense"), std::nullopt);
  EXPECT_EQ(settlement(""), std::nullopt);
}

// The morning's database is all that is left in the afternoon.
class FromABackup : public testing::Test {
 protected:
  FromABackup() : world(desk_of({500'000, 300'000, 200'000}), lively_exchange(2)) {
    world.exchange_is_silent = true;
    (void)world.buy(1'000, "AAPL", "GROWTH", "187.50");  // open when the backup is made
    known = world.last_order().id();
    backup = world.journal;
    (void)world.buy(300, "AAPL", "GROWTH", "187.50");  // not in it
    lost = world.last_order().id();
    say_fill(known, "F1", 400);
    say_fill(lost, "F2", 300);
    EXPECT_EQ(world.order(known).parts.filled(), core::Quantity::whole(400));
    world.crash(false);
    world.journal = backup;
    world.copied_at = simulation::simulated_now();
  }
  void say_fill(const core::OrderId& order, const std::string& exec_id, std::int64_t quantity) {
    fix::ExecutionReport report = stray_fill(exec_id);
    report.cl_ord_id = order.text();
    report.symbol = core::Symbol("AAPL");
    report.ord_status = fix::OrdStatus::partially_filled;
    report.last_quantity = core::Quantity::whole(quantity);
    report.last_price = *core::Price::parse("187.40");
    report.cumulative_quantity = report.last_quantity;
    world.broker_says(report);
    world.settle();
  }
  void start() {
    world.start_gateway();
    world.connect();
    world.run_for(std::chrono::seconds(2));
  }

  World world;
  simulation::MemoryJournal backup;
  core::OrderId known, lost;
};

TEST_F(FromABackup, TheBrokerRefusesOldNumbersAndNothingIsSent) {
  start();
  EXPECT_NE(world.session().state, "logged on");
  EXPECT_EQ(world.buy(10, "KO", "GROWTH").refusals.at(0).code, RefusalCode::broker_not_connected);
}

TEST_F(FromABackup, WithTheNumberThatTheBrokerExpectsAllThatWasMissedComes) {
  world.next_out[core::SessionName("SIM")] = world.broker_numbers().next_target;
  start();
  EXPECT_EQ(world.session().state, "logged on");
  EXPECT_EQ(world.order(known).parts.filled(), core::Quantity::whole(400)) << "asked for again, and booked";
  ASSERT_EQ(world.state().break_count(), 1U) << "the fill of the order that is not in the copy";
  EXPECT_EQ(world.breaks.back().kind, "unknown_order");
  EXPECT_EQ(world.breaks.back().order_id, lost.text());
  EXPECT_EQ(world.breaks.back().exec_id, "F2");
}

TEST_F(FromABackup, NoOrderGetsTheNameOfOneThatWasSentSinceTheCopy) {
  world.next_out[core::SessionName("SIM")] = world.broker_numbers().next_target;
  start();
  ASSERT_TRUE(world.buy(300, "AAPL", "GROWTH", "187.50").refusals.empty());
  const core::OrderId first = world.last_order().id();
  EXPECT_NE(first, lost);
  EXPECT_EQ(first.text().substr(0, lost.text().size() + 1), lost.text() + "-");
  // And the same copy a second time, one second later.
  world.crash(false);
  world.journal = backup;
  simulation::SimulatedClock::advance(std::chrono::seconds(1));
  world.next_out[core::SessionName("SIM")] = world.broker_numbers().next_target;
  start();
  ASSERT_TRUE(world.buy(300, "AAPL", "GROWTH", "187.50").refusals.empty());
  EXPECT_NE(world.last_order().id(), first);
  EXPECT_NE(world.last_order().id(), lost);
}

// The other way round: the broker is the one that lost its numbers.
TEST(BrokerThatLostItsNumbers, IsTakenAgainWithTheNumberThatTheOperatorNames) {
  World world(desk_of({500'000, 300'000}), lively_exchange(2));
  ASSERT_TRUE(world.buy(100, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(2));
  const core::Quantity filled = world.last_order().parts.filled();
  ASSERT_GT(world.session().next_target, 3);
  world.broker_begins_anew();
  world.connect();
  world.run_for(std::chrono::seconds(2));
  EXPECT_NE(world.session().state, "logged on");
  EXPECT_NE(world.session().trouble.find("--next-in SIM=1"), std::string::npos) << world.session().trouble;
  world.stop_gateway();
  world.broker_begins_anew();
  world.next_in = {{core::SessionName("SIM"), 1}};
  world.start_gateway();
  world.connect();
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(world.session().state, "logged on") << world.session().trouble;
  ASSERT_TRUE(world.buy(100, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(world.last_order().parts.filled(), filled);
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(FromABackup, NumbersNeverGoBack) {
  world.next_out[core::SessionName("SIM")] = 1;
  EXPECT_EQ(world.try_to_start_gateway().error().text(),
            "SIM: cannot go on sending with number 1: 3 is due, and lower ones are used");
  world.next_out = {{core::SessionName("NYX"), 5}};
  EXPECT_EQ(world.try_to_start_gateway().error().text(), "NYX: there is no such session to go on with");
  world.next_out = {};
  world.next_in = {{core::SessionName("SIM"), 50}};
  EXPECT_NE(world.try_to_start_gateway().error().text().find("would never be asked for"), std::string::npos);
}

}  // namespace
}  // namespace gateway
