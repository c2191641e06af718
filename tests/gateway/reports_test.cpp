#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "core/random.hpp"
#include "simulation/world.hpp"

// What brokers say, good and bad: booked, or a break, and never in the way of what follows.
namespace gateway {
namespace {

using fix::ExecType;
using fix::OrdStatus;
using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

fix::ExecutionReport report_of(const Order& order, ExecType type, OrdStatus status) {
  static int next_exec = 1;
  fix::ExecutionReport made;
  made.order_id = "B-" + order.id().text();
  made.exec_id = "E" + std::to_string(next_exec++);
  made.cl_ord_id = order.id().text();
  made.exec_type = type;
  made.ord_status = status;
  made.symbol = order.entered.symbol;
  made.side = order.entered.side;
  made.transact_time = simulation::simulated_now();
  return made;
}

fix::ExecutionReport fill_of(const Order& order, std::int64_t quantity, const char* price = "187.40") {
  fix::ExecutionReport made = report_of(order, ExecType::trade, OrdStatus::partially_filled);
  made.last_quantity = core::Quantity::whole(quantity);
  made.last_price = *core::Price::parse(price);
  made.commission = *core::Amount::parse("0.5");
  made.cumulative_quantity = order.parts.filled() + made.last_quantity;
  return made;
}

// A broker that takes orders and says only what the test makes it say.
class Reports : public testing::Test {
 protected:
  Reports() : world(desk_of({500'000, 300'000, 200'000}), lively_exchange(1)) { world.exchange_is_silent = true; }

  const Order& enter(std::int64_t quantity = 1'000) {
    EXPECT_TRUE(world.buy(quantity, "AAPL", "GROWTH", "187.50").refusals.empty());
    return world.last_order();
  }
  void say(const fix::ExecutionReport& said) {
    world.broker_says(said);
    world.settle();
  }
  std::string state(const Order& order) { return std::string(text(state_of(order))); }
  std::vector<std::string> break_kinds() {
    std::vector<std::string> kinds;
    for (const BreakKept& kept : world.breaks) kinds.push_back(kept.kind);
    return kinds;
  }
  using Kinds = std::vector<std::string>;

  World world;
};

TEST_F(Reports, WalkAnOrderThroughItsStates) {
  const Order& order = enter();
  EXPECT_EQ(state(order), "SENT");
  say(report_of(order, ExecType::new_order, OrdStatus::new_order));
  EXPECT_EQ(state(order), "NEW");
  say(fill_of(order, 400));
  EXPECT_EQ(state(order), "PARTIALLY FILLED");
  EXPECT_TRUE(world.cancel(order.id()).refusals.empty());
  EXPECT_EQ(state(order), "PENDING CANCEL");
  say(report_of(order, ExecType::cancelled, OrdStatus::cancelled));
  EXPECT_EQ(state(order), "CANCELLED");
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
}

TEST_F(Reports, ACancelThatTheBrokerRefusesLeavesTheOrderWorking) {
  const Order& order = enter();
  say(report_of(order, ExecType::new_order, OrdStatus::new_order));
  (void)world.cancel(order.id());
  world.broker_says(fix::OrderCancelReject{.order_id = "B1",
                                           .cl_ord_id = order.id().text() + ".C1",
                                           .orig_cl_ord_id = order.id().text(),
                                           .ord_status = OrdStatus::new_order,
                                           .text = "too late"});
  world.settle();
  EXPECT_EQ(state(order), "NEW");
  EXPECT_EQ(order.text, "too late");
  EXPECT_TRUE(world.cancel(order.id()).refusals.empty()) << "a second cancel may be asked for";
}

TEST_F(Reports, AFillBeforeItsAcknowledgementIsBooked) {
  const Order& order = enter();
  say(fill_of(order, 400));
  EXPECT_EQ(state(order), "PARTIALLY FILLED");
  say(report_of(order, ExecType::new_order, OrdStatus::new_order));
  EXPECT_EQ(state(order), "PARTIALLY FILLED");
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(Reports, TheSameExecIdWithTheSameContentIsBookedOnce) {
  const Order& order = enter();
  const fix::ExecutionReport once = fill_of(order, 400);
  say(once);
  say(once);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(Reports, TheSameExecIdWithOtherContentIsABreak) {
  const Order& order = enter();
  fix::ExecutionReport twice = fill_of(order, 400);
  say(twice);
  twice.last_quantity = core::Quantity::whole(300);
  say(twice);
  say(twice);  // the contradiction repeated is no news
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
  EXPECT_EQ(break_kinds(), Kinds{"exec_id_reused"});
}

TEST_F(Reports, TheSameExecIdOnAnotherDayIsAnotherFill) {
  const Order& order = enter();
  fix::ExecutionReport fill_today = fill_of(order, 400);
  fill_today.trade_date = "20261120";
  say(fill_today);
  fill_today.trade_date = "20261123";
  fill_today.cumulative_quantity += fill_today.last_quantity;
  say(fill_today);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(800));
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(Reports, ARepetitionAfterMidnightIsBookedOnce) {
  const Order& order = enter();
  fix::ExecutionReport repeated = fill_of(order, 300);
  repeated.transact_time = *core::parse_iso("2026-11-20T23:59:59Z");
  say(repeated);
  repeated.transact_time = *core::parse_iso("2026-11-21T00:00:01Z");
  say(repeated);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(300));
  EXPECT_TRUE(world.breaks.empty());
}

// No report is left that would end the order, and nobody could cancel it.
TEST_F(Reports, AnOrderThatTheBrokerCountsAsFilledIsOverOnceItsBreaksAreSettled) {
  const Order& order = enter(1'000);
  fix::ExecutionReport last = fill_of(order, 200);
  last.cumulative_quantity = core::Quantity::whole(1'000);
  last.ord_status = OrdStatus::filled;
  say(last);
  EXPECT_EQ(break_kinds(), Kinds{"missing_fill"});
  EXPECT_EQ(state(order), "PARTIALLY FILLED");
  EXPECT_TRUE(world.settle_break(1, "booked by hand elsewhere").refusals.empty());
  EXPECT_EQ(state(order), "DONE FOR DAY");
  EXPECT_NE(order.text.find("settled by tester"), std::string::npos) << order.text;
  say(fill_of(order, 800));  // it does come, late: booked
  EXPECT_EQ(state(order), "FILLED");

  const Order& other = enter(1'000);
  fix::ExecutionReport some = fill_of(other, 200);
  some.cumulative_quantity = core::Quantity::whole(500);
  say(some);
  EXPECT_TRUE(world.settle_break(2, "seen").refusals.empty());
  EXPECT_EQ(state(other), "PARTIALLY FILLED") << "the broker still works on it";
}

TEST_F(Reports, WhatTheBrokerCountsAndHasNotReportedIsABreakOnce) {
  const Order& order = enter();
  fix::ExecutionReport second = fill_of(order, 200);
  second.cumulative_quantity = core::Quantity::whole(500);  // 300 are missing
  say(second);
  EXPECT_EQ(break_kinds(), Kinds{"missing_fill"});
  fix::ExecutionReport third = fill_of(order, 100);
  third.cumulative_quantity = core::Quantity::whole(600);
  say(third);
  EXPECT_EQ(break_kinds(), Kinds{"missing_fill"}) << "the same 300";
  fix::ExecutionReport cancelled = report_of(order, ExecType::cancelled, OrdStatus::cancelled);
  cancelled.cumulative_quantity = core::Quantity::whole(700);  // and another 100
  say(cancelled);
  EXPECT_EQ(break_kinds(), (Kinds{"missing_fill", "missing_fill"}));
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(300));
}

TEST_F(Reports, EveryKindOfFinalReportTellsWhatIsMissing) {
  for (const auto& [type, status] :
       {std::pair{ExecType::cancelled, OrdStatus::cancelled}, std::pair{ExecType::expired, OrdStatus::expired},
        std::pair{ExecType::done_for_day, OrdStatus::done_for_day},
        std::pair{ExecType::new_order, OrdStatus::new_order}}) {
    world.breaks.clear();
    fix::ExecutionReport said = report_of(enter(100), type, status);
    said.cumulative_quantity = core::Quantity::whole(40);
    say(said);
    EXPECT_EQ(break_kinds(), Kinds{"missing_fill"}) << static_cast<char>(type);
  }
}

// Found by World.RandomDaysWithCrashes..., seed 12511225647085140689.
TEST_F(Reports, AnOrderThatNeverArrivedMayBeAskedAboutTwice) {
  const Order& order = enter();
  world.cut();
  world.connect();
  world.settle();
  EXPECT_EQ(state(order), "UNCERTAIN");
  fix::ExecutionReport unknown = report_of(order, ExecType::order_status, OrdStatus::rejected);
  unknown.reject_reason = 5;
  say(unknown);
  say(unknown);
  EXPECT_EQ(state(order), "REJECTED");
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(Reports, AFillBeyondTheLimitIsBookedAndABreak) {
  const Order& order = enter();
  say(fill_of(order, 100, "190.00"));
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(100));
  EXPECT_EQ(break_kinds(), Kinds{"beyond_limit"});
}

TEST_F(Reports, EveryOpenOrderIsAskedAboutAfterALogon) {
  const Order& order = enter();
  say(report_of(order, ExecType::new_order, OrdStatus::new_order));
  say(fill_of(order, 100));
  world.broker_received.clear();
  world.cut();
  world.connect();
  world.settle();
  ASSERT_EQ(world.broker_received.size(), 1U);
  EXPECT_EQ(std::get<fix::OrderStatusRequest>(world.broker_received[0]).cl_ord_id, order.id().text());

  fix::ExecutionReport answer = report_of(order, ExecType::order_status, OrdStatus::partially_filled);
  answer.cumulative_quantity = core::Quantity::whole(300);
  say(answer);
  EXPECT_EQ(break_kinds(), Kinds{"missing_fill"});
  answer.ord_status = OrdStatus::rejected;
  answer.reject_reason = 5;
  say(answer);
  EXPECT_EQ(break_kinds(), (Kinds{"missing_fill", "contradicts_order"}));
  EXPECT_EQ(state(order), "PARTIALLY FILLED") << "that the broker forgot it is for a person to settle";
}

TEST_F(Reports, AFillBeyondTheOrderIsABreakAndStopsNothing) {
  const Order& order = enter();
  say(fill_of(order, 900));
  say(fill_of(order, 101));
  EXPECT_EQ(break_kinds(), Kinds{"over_fill"});
  say(fill_of(order, 100));
  EXPECT_EQ(state(order), "FILLED");
}

TEST_F(Reports, AReportOfAnUnknownOrderIsABreak) {
  const Order& order = enter();
  fix::ExecutionReport unknown = fill_of(order, 100);
  unknown.cl_ord_id = "20261120-99";
  unknown.order_id = "B9";
  say(unknown);
  say(unknown);
  EXPECT_EQ(break_kinds(), Kinds{"unknown_order"});
  EXPECT_NE(world.breaks[0].raw.find("LastQty(32)=100"), std::string::npos) << world.breaks[0].raw;
}

TEST_F(Reports, FillsThatCannotBeAreBreaks) {
  const Order& order = enter();
  say(fill_of(order, 0));
  fix::ExecutionReport negative = fill_of(order, -5);
  negative.cumulative_quantity = {};
  say(negative);
  say(fill_of(order, 100, "0"));
  fix::ExecutionReport half = fill_of(order, 1);
  half.last_quantity = *core::Quantity::parse("0.5");
  say(half);
  fix::ExecutionReport other = fill_of(order, 100);
  other.symbol = core::Symbol("KO");
  say(other);
  fix::ExecutionReport wrong_side = fill_of(order, 100);
  wrong_side.side = core::Side::sell;
  say(wrong_side);
  fix::ExecutionReport wrong_currency = fill_of(order, 100);
  wrong_currency.currency = core::Currency::of("EUR");
  say(wrong_currency);
  EXPECT_EQ(break_kinds(), (Kinds{"bad_fill", "bad_fill", "bad_fill", "bad_fill", "contradicts_order",
                                  "contradicts_order", "contradicts_order"}));
  EXPECT_EQ(order.parts.filled().raw, 0);
}

TEST_F(Reports, APriceThatNoBookCanHoldIsABreak) {
  const Order& order = enter(1'000);
  say(fill_of(order, 1'000, "92233720368"));
  EXPECT_EQ(break_kinds(), Kinds{"bad_fill"});
  fix::ExecutionReport fee = fill_of(order, 10);
  fee.commission = core::Amount{std::numeric_limits<std::int64_t>::max()};
  say(fee);
  say(fee);
  fee.exec_id = "another";
  say(fee);
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(Reports, ALateFillAfterTheCancelIsBookedAndAddsToTheTradeLog) {
  const Order& order = enter();
  say(fill_of(order, 400));
  say(report_of(order, ExecType::cancelled, OrdStatus::cancelled));
  ASSERT_EQ(world.journal.part_log().size(), 1U);
  say(fill_of(order, 100));
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(500));
  EXPECT_EQ(state(order), "CANCELLED");
  const auto& log = world.journal.part_log();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[1].first_seq, log[0].first_seq + 4) << "three accounts, and the late fill itself";
  std::vector<std::int64_t> units;
  for (const PartCells& added : log[1].parts) units.push_back(added.part.units);
  EXPECT_EQ(units, (std::vector<std::int64_t>{50, 30, 20}));
}

TEST_F(Reports, ARejectedOrderThatIsFilledAllTheSameIsBookedAndABreak) {
  for (const bool fill_first : {true, false}) {
    world.breaks.clear();
    const Order& order = enter();
    const fix::ExecutionReport rejected = report_of(order, ExecType::rejected, OrdStatus::rejected);
    const fix::ExecutionReport filled = fill_of(order, 400);
    say(fill_first ? filled : rejected);
    say(fill_first ? rejected : filled);
    EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
    EXPECT_EQ(break_kinds(), Kinds{"rejected_but_filled"});
  }
}

TEST_F(Reports, MessagesThatNobodyCanReadAreBreaksAndTheSessionGoesOn) {
  const Order& order = enter();
  int seq = 2;  // 1 was the Logon
  const auto raw = [&](const std::string& body) {
    world.wire_says("35=8|34=" + std::to_string(seq++) + "|49=SIM|52=20261120-14:00:00.000|56=PRORATA|" + body);
    world.settle();
  };
  const std::string start = "37=B1|17=X1|11=" + order.id().text() + "|150=F|39=1|55=AAPL|54=1|151=0|14=10|6=0|32=10|";
  raw(start + "31=99999999999999999999|");  // a 20-digit price
  raw(start + "31=1e5|");
  raw("37=B1|17=X2|11=" + order.id().text() + "|39=1|55=AAPL|54=1|151=0|14=10|6=0|");  // no ExecType(150)
  EXPECT_EQ(break_kinds(), (Kinds{"unreadable", "unreadable", "unreadable"}));
  EXPECT_NE(world.breaks[0].text.find("LastPx(31)"), std::string::npos) << world.breaks[0].text;
  raw("37=B1|17=X3|11=" + order.id().text() + "|150=F|39=2|55=AAPL|54=1|151=0|14=1000|6=0|32=1000|31=187.40|");
  EXPECT_EQ(state(order), "FILLED");
}

TEST_F(Reports, AReportWithAnEndlessIdIsABreakThatKeepsAllOfIt) {
  const Order& order = enter();
  const std::string endless(20'000, 'x');
  const auto fill = [&](int seq, const std::string& cl_ord_id, const std::string& exec_id) {
    world.wire_says("35=8|34=" + std::to_string(seq) +
                    "|49=SIM|52=20261120-14:00:00.000|56=PRORATA|37=B1|17=" + exec_id + "|11=" + cl_ord_id +
                    "|150=F|39=1|55=AAPL|54=1|151=900|14=100|6=187.40|32=100|31=187.40|");
    world.settle();
  };
  fill(2, endless, "X1");
  fill(3, order.id().text(), endless);
  EXPECT_EQ(break_kinds(), (Kinds{"unreadable", "unreadable"}));
  EXPECT_EQ(world.breaks[0].order_id, "");
  EXPECT_EQ(world.breaks[1].order_id, order.id().text());
  EXPECT_NE(world.breaks[0].raw.find("|11=" + endless + "|"), std::string::npos);
  EXPECT_NE(world.breaks[1].raw.find("|17=" + endless + "|"), std::string::npos);
  EXPECT_LT(world.breaks[1].text.size(), 200U) << world.breaks[1].text;
  EXPECT_EQ(order.parts.filled().raw, 0);
}

// Found by fuzzing: bytes that are no UTF-8 stood in the journal, where the next start could not read them.
TEST_F(Reports, BytesThatAreNoUtf8DoNotSpoilTheJournal) {
  const Order& order = enter();
  const std::string head = "|49=SIM|52=20261120-14:00:00.000|56=PRORATA|";
  const std::string report = "37=B1|17=X1|11=" + order.id().text() + "|150=F|39=1|54=1|151=900|14=100|6=0|32=100|";
  world.wire_says("35=8|34=2" + head + report + "31=187.40|55=AAPL\xcf|");
  world.wire_says("35=3|34=3" + head + "45=999|372=D\xff|58=caf\xe9|");
  world.wire_says("35=j|34=4" + head + "45=999|372=\xff|380=3|");
  world.settle();
  EXPECT_EQ(break_kinds(), (Kinds{"contradicts_order", "unknown_order", "unknown_order"}));
  world.crash(true);
  world.start_gateway();  // reads the journal
  EXPECT_EQ(world.state().break_count(), 3U);
}

TEST_F(Reports, AnUnreadableReportShowsItsExecIdWhichMayComeAgain) {
  const Order& order = enter();
  const auto wire_fill = [&](int seq_num, const char* price) {
    world.wire_says("35=8|34=" + std::to_string(seq_num) +
                    "|49=SIM|52=20261120-14:00:00.000|56=PRORATA|37=B1|17=X1|11=" + order.id().text() +
                    "|150=F|39=1|54=1|151=900|14=100|6=0|32=100|55=AAPL|31=" + price + "|");
    world.settle();
  };
  wire_fill(2, "12345678901234567890");
  EXPECT_EQ(break_kinds(), Kinds{"unreadable"});
  EXPECT_EQ(world.breaks[0].exec_id, "X1");
  wire_fill(3, "187.40");
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(100));
  EXPECT_EQ(break_kinds(), Kinds{"unreadable"});
}

TEST_F(Reports, AFrameWithAWrongCheckSumUsesNoNumberAndLosesNothing) {
  const Order& order = enter();
  world.wire_says("35=8|34=2|49=SIM|52=20261120-14:00:00.000|56=PRORATA|37=\x80\xff|", "000");
  world.settle();
  EXPECT_TRUE(world.breaks.empty());
  say(report_of(order, ExecType::new_order, OrdStatus::new_order));
  world.run_for(std::chrono::seconds(1));
  say(fill_of(order, 1'000));
  EXPECT_EQ(state(order), "FILLED");
}

// The state and the units filled depend on the set of reports, not on their order.
TEST(ReportsAsASet, GiveTheSameStateInAnyOrder) {
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    World day(desk_of({500'000, 300'000, 200'000}), lively_exchange(1));
    day.exchange_is_silent = true;
    (void)day.buy(1'000, "AAPL", "GROWTH", "187.50");
    (void)day.buy(1'000, "AAPL", "GROWTH", "187.50");
    const Order& first = *day.state().orders().all()[0];
    const Order& second = *day.state().orders().all()[1];
    std::vector<fix::ExecutionReport> reports;
    const auto both = [&](fix::ExecutionReport made) { reports.push_back(std::move(made)); };
    if (random.below(2) == 0) both(report_of(first, ExecType::new_order, OrdStatus::new_order));
    if (random.below(3) == 0) both(report_of(first, ExecType::cancelled, OrdStatus::cancelled));
    if (random.below(4) == 0) both(report_of(first, ExecType::done_for_day, OrdStatus::done_for_day));
    if (random.below(4) == 0) both(report_of(first, ExecType::expired, OrdStatus::expired));
    if (random.below(6) == 0) both(report_of(first, ExecType::rejected, OrdStatus::rejected));
    for (std::uint64_t i = random.below(4); i > 0; --i) both(fill_of(first, random.between(1, 300)));
    std::vector<fix::ExecutionReport> shuffled = reports;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    for (fix::ExecutionReport& made : shuffled) {
      made.cl_ord_id = second.id().text();
      made.exec_id += "-other";
    }
    for (const auto& made : reports) day.broker_says(made);
    for (const auto& made : shuffled) day.broker_says(made);
    day.settle();
    RC_ASSERT(state_of(first) == state_of(second));
    RC_ASSERT(first.parts.filled() == second.parts.filled());
    RC_ASSERT(first.parts.cost_minor() == second.parts.cost_minor());
  }));
}

}  // namespace
}  // namespace gateway
