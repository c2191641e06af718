#include "simulator/scenario/script.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "simulator/scenario/read_scenarios.hpp"
#include "simulator/scenario/verbs.hpp"
#include "tests/simulator/fixture.hpp"

// What each step does, without a market and without a wire.
namespace simulator {
namespace {

std::vector<Scenario> scenarios_of(const std::string& toml) {
  auto scenarios = parse_scenarios(toml, "test.toml");
  EXPECT_TRUE(scenarios.has_value()) << scenarios.error().front().text();
  return scenarios.value_or(std::vector<Scenario>{});
}

std::vector<Scenario> with_steps(const std::string& steps, const std::string& more = "") {
  return scenarios_of("[[scenario]]\nname = \"x\"\nsteps = [" + steps + "]\n" + more);
}

class ScriptTest : public testing::Test {
 protected:
  // An order for 100 AAPL at 187.40, unless it is another.
  void start(std::vector<Scenario> scenarios) {
    script.emplace(std::move(scenarios), exchange_settings(), "T-",
                   [](const core::Symbol& symbol, core::Side) -> std::optional<core::Price> {
                     return symbol.text() == "AAPL" ? std::optional(price("190.00")) : std::nullopt;
                   });
  }
  void run(std::vector<Scenario> scenarios) {
    start(std::move(scenarios));
    ASSERT_TRUE(script->take("DESK", the_order, time_of_day(14)));
  }
  // All that is left to do, in short: "0/0 cum 0 leaves 100 at 14:00:00.000".
  std::vector<std::string> rest() {
    std::vector<std::string> lines;
    while (script->next_due()) script->advance();
    for (const Leaving& leaving : script->take_leaving()) lines.push_back(in_short(leaving));
    return lines;
  }
  static std::string in_short(const Leaving& leaving) {
    const fix::Message* const message = message_of(leaving);
    if (!message) return text(std::get<Step>(leaving.what));
    const auto* report = std::get_if<fix::ExecutionReport>(message);
    if (!report) return text(*message);
    std::string line = report->exec_id + " " + static_cast<char>(report->exec_type) + "/" +
                       static_cast<char>(report->ord_status) + " cum " + report->cumulative_quantity.text() +
                       " leaves " + report->leaves_quantity.text();
    if (report->last_quantity.raw != 0) line += " " + report->last_quantity.text() + "@" + report->last_price.text(2);
    if (!report->exec_ref_id.empty()) line += " of " + report->exec_ref_id;
    return line;
  }
  using Lines = std::vector<std::string>;

  fix::NewOrderSingle the_order = order("B1", core::Side::buy, 100, "AAPL", "187.40");
  std::optional<Script> script;
};

TEST_F(ScriptTest, StepsFollowEachOtherInTime) {
  run(with_steps("{ do = \"acknowledge\", after_ms = 50 }, { do = \"fill\", after_ms = 7 }"));
  EXPECT_EQ(script->next_due(), time_of_day(14, 0, 50));
  script->advance();
  EXPECT_EQ(script->next_due(), time_of_day(14, 0, 57));
  script->advance();
  EXPECT_FALSE(script->next_due());
  const std::vector<Leaving> left = script->take_leaving();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[1].due, time_of_day(14, 0, 57));
  EXPECT_EQ(reports_of(left, "B1").at(1).transact_time, time_of_day(14, 0, 57));
  EXPECT_EQ(reports_of(left, "B1").at(1).commission.text(), "0.5");
  EXPECT_EQ(reports_of(left, "B1").at(1).last_market, "XNYS");
}

TEST_F(ScriptTest, FillsAreByQuantityByPercentOrOfTheRest) {
  run(
      with_steps("{ do = \"fill\", quantity = \"10\", price = \"187.1\" }, { do = \"fill\", percent = 33 }, "
                 "{ do = \"fill\" }, { do = \"fill\" }"));
  EXPECT_EQ(rest(), (Lines{"T-X1 F/1 cum 10 leaves 90 10@187.10", "T-X2 F/1 cum 43 leaves 57 33@187.40",
                           "T-X3 F/2 cum 100 leaves 0 57@187.40"}));
}

TEST_F(ScriptTest, FillsAreNeverMoreThanIsLeft) {
  run(with_steps("{ do = \"fill\", quantity = \"70\" }, { do = \"fill\", percent = 50 }"));
  EXPECT_EQ(rest(), (Lines{"T-X1 F/1 cum 70 leaves 30 70@187.40", "T-X2 F/2 cum 100 leaves 0 30@187.40"}));
}

TEST_F(ScriptTest, MarketOrdersAreFilledAtTheMarketsPrice) {
  the_order = order("B1", core::Side::buy, 100, "AAPL");
  run(with_steps("{ do = \"fill\" }"));
  EXPECT_EQ(rest(), Lines{"T-X1 F/2 cum 100 leaves 0 100@190.00"});
  the_order = order("B1", core::Side::buy, 100, "NOWHERE");
  run(with_steps("{ do = \"fill\" }"));
  EXPECT_EQ(rest(), Lines{"T-X1 F/2 cum 100 leaves 0 100@100.00"});
}

TEST_F(ScriptTest, PercentOfAFractionIsNotNothing) {
  the_order.quantity = core::Quantity::parse("0.5").value();
  run(with_steps("{ do = \"fill\", percent = 1 }"));
  EXPECT_EQ(rest(), Lines{"T-X1 F/2 cum 0.5 leaves 0 0.5@187.40"});
}

TEST_F(ScriptTest, OverFillsBreakTheBound) {
  run(with_steps("{ do = \"fill\", percent = 40 }, { do = \"over_fill\", by = \"5\", price = \"188\" }"));
  EXPECT_EQ(rest(), (Lines{"T-X1 F/1 cum 40 leaves 60 40@187.40", "T-X2 F/2 cum 105 leaves 0 65@188.00"}));
}

TEST_F(ScriptTest, NoNumberOfStepsLeavesTheBoundsOfNumbers) {
  run(
      with_steps("{ do = \"over_fill\", by = \"1000000000\", price = \"1000000000\" }, "
                 "{ do = \"again\", times = 4_000 }, { do = \"correct\", fill = 1, quantity = \"1000000000\" }, "
                 "{ do = \"fill_unknown\", quantity = \"1000000000\" }"));
  const Lines lines = rest();
  EXPECT_EQ(lines.size(), 1'001U) << lines.back();  // 999 over-fills, the correction, and one under another name
  the_order.quantity = {std::numeric_limits<std::int64_t>::max()};
  start(with_steps("{ do = \"over_fill\", by = \"1\" }"));
  EXPECT_FALSE(script->take("DESK", the_order, time_of_day(14))) << "the market refuses it";
}

TEST_F(ScriptTest, BustsAndCorrectionsMoveTheCounts) {
  run(
      with_steps("{ do = \"fill\", percent = 40 }, { do = \"fill\" }, { do = \"correct\", fill = 1, price = \"1\" }, "
                 "{ do = \"correct\", fill = 1, quantity = \"30\" }, { do = \"bust\", fill = 2 }, "
                 "{ do = \"bust\", fill = 2 }, { do = \"fill\" }"));
  EXPECT_EQ(rest(), (Lines{"T-X1 F/1 cum 40 leaves 60 40@187.40", "T-X2 F/2 cum 100 leaves 0 60@187.40",
                           "T-X3 G/2 cum 100 leaves 0 40@1.00 of T-X1", "T-X4 G/1 cum 90 leaves 10 30@1.00 of T-X3",
                           "T-X5 H/1 cum 30 leaves 70 60@187.40 of T-X2", "T-X6 F/2 cum 100 leaves 0 70@187.40"}));
}

TEST_F(ScriptTest, ABustOfTheOnlyFillLeavesANewOrder) {
  run(with_steps("{ do = \"fill\" }, { do = \"bust\", fill = 1 }"));
  EXPECT_EQ(rest().back(), "T-X2 H/0 cum 0 leaves 100 100@187.40 of T-X1");
}

TEST_F(ScriptTest, FillsAfterTheEndComeLate) {
  for (const std::string end : {"cancel", "expire", "done_for_day", "calculated"}) {
    run(with_steps("{ do = \"" + end + "\" }, { do = \"fill\", quantity = \"5\" }"));
    const Lines lines = rest();
    ASSERT_EQ(lines.size(), 2U) << end;
    EXPECT_NE(lines[0].find("leaves 0"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find(" cum 5 leaves 0 5@187.40"), std::string::npos) << lines[1];
    EXPECT_EQ(lines[0].substr(7, 1), lines[1].substr(7, 1)) << "the state stays: " << lines[1];
  }
}

TEST_F(ScriptTest, RepetitionsAreTheSameReport) {
  run(
      with_steps("{ do = \"fill\", percent = 40 }, { do = \"fill\" }, { do = \"repeat\", fill = 1 }, "
                 "{ do = \"repeat\" }, { do = \"repeat\", fill = 1, quantity = \"7\" }"));
  while (script->next_due()) script->advance();
  const auto reports = reports_of(script->take_leaving(), "B1");
  ASSERT_EQ(reports.size(), 5U);
  EXPECT_EQ(reports[2], reports[0]);
  EXPECT_EQ(reports[3], reports[1]);
  EXPECT_EQ(reports[4].exec_id, reports[0].exec_id);
  EXPECT_EQ(reports[4].last_quantity, units(7));
}

TEST_F(ScriptTest, HeldReportsLeaveTogether) {
  run(
      with_steps("{ do = \"hold\" }, { do = \"acknowledge\" }, { do = \"fill\" }, { do = \"release\" }, "
                 "{ do = \"hold\" }, { do = \"suspend\" }"));
  EXPECT_EQ(rest(), (Lines{"T-X1 0/0 cum 0 leaves 100", "T-X2 F/2 cum 100 leaves 0 100@187.40"}));
}

TEST_F(ScriptTest, StepsOfTheSessionLeaveInTheirTurn) {
  run(with_steps("{ do = \"acknowledge\" }, { do = \"gap\", messages = 2 }, { do = \"fill\" }"));
  EXPECT_EQ(rest(), (Lines{"T-X1 0/0 cum 0 leaves 100", "{ do = \"gap\", messages = 2 }",
                           "T-X2 F/2 cum 100 leaves 0 100@187.40"}));
}

TEST_F(ScriptTest, TermsChangeWithoutBeingAsked) {
  run(
      with_steps("{ do = \"fill\", quantity = \"70\" }, { do = \"replace\", quantity = \"90\", price = \"187\" }, "
                 "{ do = \"restate\", quantity = \"60\" }"));
  EXPECT_EQ(rest(),
            (Lines{"T-X1 F/1 cum 70 leaves 30 70@187.40", "T-X2 5/1 cum 70 leaves 20", "T-X3 D/2 cum 70 leaves 0"}));
}

// ---- what the client asks meanwhile

TEST_F(ScriptTest, ACancelIsAcceptedUnlessTheScenarioSaysOtherwise) {
  run(with_steps("{ do = \"acknowledge\" }, { do = \"fill\", after_ms = 50, quantity = \"10\" }"));
  script->advance();
  ASSERT_TRUE(script->cancel("DESK", cancel_of(the_order, "C1"), time_of_day(14, 0, 10)));
  EXPECT_EQ(rest(),
            (Lines{"T-X1 0/0 cum 0 leaves 100", "T-X2 4/4 cum 0 leaves 0", "T-X3 F/4 cum 10 leaves 0 10@187.40"}));
}

TEST_F(ScriptTest, ACancelOfWhatIsOverComesTooLate) {
  run(with_steps("{ do = \"fill\" }"));
  script->advance();
  ASSERT_TRUE(script->cancel("DESK", cancel_of(the_order, "C1"), time_of_day(14, 1)));
  EXPECT_EQ(rest().back(), "OCR C1 of B1 2 to 1 reason 0 the order is over");
}

TEST_F(ScriptTest, CancelsMustBeOfTheOrder) {
  run(with_steps("{ do = \"acknowledge\" }"));
  script->advance();
  (void)script->take_leaving();
  EXPECT_FALSE(script->cancel("FUND", cancel_of(the_order, "C1"), time_of_day(14)));
  EXPECT_TRUE(script->cancel("DESK", cancel_of(the_order, "B1"), time_of_day(14)));
  auto other = cancel_of(the_order, "C2");
  other.symbol = core::Symbol("KO");
  EXPECT_TRUE(script->cancel("DESK", other, time_of_day(14)));
  EXPECT_EQ(rest(), (Lines{"OCR B1 of B1 0 to 1 reason 6 ClOrdID(11) B1 was used before",
                           "OCR C2 of B1 0 to 1 reason 2 Symbol(55) or Side(54) is not that of the order"}));
}

TEST_F(ScriptTest, AReplacementKeepsWhatWasFilled) {
  run(with_steps("{ do = \"fill\", quantity = \"70\" }"));
  script->advance();
  (void)script->take_leaving();
  fix::OrderCancelReplaceRequest smaller{.orig_cl_ord_id = "B1", .order_id = "", .order = the_order};
  smaller.order.cl_ord_id = "R1";
  smaller.order.quantity = units(80);
  ASSERT_TRUE(script->replace("DESK", smaller, time_of_day(14)));
  smaller.orig_cl_ord_id = "R1";
  smaller.order.cl_ord_id = "R2";
  smaller.order.quantity = units(10);
  ASSERT_TRUE(script->replace("DESK", smaller, time_of_day(14)));
  EXPECT_EQ(rest(), (Lines{"T-X2 5/1 cum 70 leaves 10", "T-X3 5/2 cum 70 leaves 0"}));
}

TEST_F(ScriptTest, AnIdIsUsedOnce) {
  run(with_steps("{ do = \"acknowledge\" }"));
  ASSERT_TRUE(script->take("DESK", the_order, time_of_day(14)));
  const Lines lines = rest();
  EXPECT_EQ(lines.front(), "T-X1 8/8 cum 0 leaves 0");
  EXPECT_EQ(lines.size(), 2U);
}

TEST_F(ScriptTest, AnswersQuestionsAsTheScenarioSays) {
  run(with_steps("{ do = \"fill\", quantity = \"10\" }"));
  script->advance();
  (void)script->take_leaving();
  ASSERT_TRUE(script->status("DESK", status_of(the_order), time_of_day(14)));
  EXPECT_EQ(rest(), Lines{"0 I/1 cum 10 leaves 90"});
  run(with_steps("{ do = \"fill\" }", "on_status = \"ignore\""));
  ASSERT_TRUE(script->status("DESK", status_of(the_order), time_of_day(14)));
  EXPECT_EQ(rest().size(), 1U);
}

// ---- choosing

TEST_F(ScriptTest, TheFirstScenarioThatFitsCounts) {
  start(scenarios_of(R"(
[[scenario]]
name = "second of KO"
when = { symbol = "KO", nth = 2 }
steps = [ { do = "reject", text = "second" } ]
[[scenario]]
name = "afternoons"
when = { from = "12:00", quantity = { from = "50" } }
steps = [ { do = "reject", text = "afternoon" } ]
)"));
  const auto answer = [&](fix::NewOrderSingle request, int hour) {
    if (!script->take("DESK", request, time_of_day(hour))) return std::string("market");
    while (script->next_due()) script->advance();
    return reports_of(script->take_leaving(), request.cl_ord_id).at(0).text;
  };
  EXPECT_EQ(answer(order("B1", core::Side::buy, 10, "KO"), 9), "market");
  EXPECT_EQ(answer(order("B2", core::Side::buy, 10, "KO"), 9), "second");
  EXPECT_EQ(answer(order("B3", core::Side::buy, 50, "KO"), 11), "market");
  EXPECT_EQ(answer(order("B4", core::Side::buy, 50, "KO"), 12), "afternoon");
  EXPECT_EQ(answer(order("B5", core::Side::buy, 49, "AAPL"), 12), "market");
}

// ---- logons, allocations, and what a person does

TEST_F(ScriptTest, ALogonHasItsOwnScenarios) {
  start(with_steps("{ do = \"heartbeats_stopped\" }", "on = \"logon\"\nwhen = { client = \"DESK\", nth = 2 }"));
  script->logged_on("DESK", time_of_day(14));
  script->logged_on("FUND", time_of_day(14));
  EXPECT_TRUE(rest().empty());
  script->logged_on("DESK", time_of_day(15));
  EXPECT_EQ(rest(), Lines{"{ do = \"heartbeats_stopped\" }"});
}

TEST_F(ScriptTest, AnAllocationIsReceivedAndAccepted) {
  start({});
  script->allocate("DESK", {.alloc_id = "A1", .symbol = core::Symbol("AAPL"), .quantity = units(100)}, time_of_day(14));
  while (script->next_due()) script->advance();
  std::string statuses;
  for (const Leaving& leaving : script->take_leaving()) {
    statuses += static_cast<char>(std::get<fix::AllocationInstructionAck>(*message_of(leaving)).status);
  }
  EXPECT_EQ(statuses, "30");
}

TEST_F(ScriptTest, AllocationsAreChosenByTheirAccountsToo) {
  start(with_steps("{ do = \"reject\", reason = 2 }", "on = \"allocation\"\nwhen = { account = \"C-2\" }"));
  fix::AllocationInstruction instruction{.alloc_id = "A1", .symbol = core::Symbol("AAPL"), .quantity = units(100)};
  instruction.accounts = {{.account = "C-1", .quantity = units(60)}, {.account = "C-2", .quantity = units(40)}};
  script->allocate("DESK", instruction, time_of_day(14));
  while (script->next_due()) script->advance();
  const std::vector<Leaving> left = script->take_leaving();
  ASSERT_EQ(left.size(), 1U);
  const auto ack = std::get<fix::AllocationInstructionAck>(*message_of(left[0]));
  EXPECT_EQ(ack.status, fix::AllocStatus::block_rejected);
  EXPECT_EQ(ack.reason, 2);
}

TEST_F(ScriptTest, StepsCanBeAskedForOneByOne) {
  run(with_steps("{ do = \"fill\", quantity = \"10\" }"));
  script->advance();
  (void)script->take_leaving();
  EXPECT_TRUE(script->act("T-S1", {.what = Do::bust, .fill = 1}, time_of_day(15)).has_value());
  EXPECT_EQ(rest(), Lines{"T-X2 H/0 cum 0 leaves 100 10@187.40 of T-X1"});
  EXPECT_EQ(script->act("T-S1", {.what = Do::bust, .fill = 2}, time_of_day(15)).error().text(),
            "order T-S1: has 1 fills; there is no fill 2");
  EXPECT_FALSE(script->act("T-S9", {.what = Do::fill}, time_of_day(15)).has_value());
  script->act_on_session("DESK", {.what = Do::half_open}, time_of_day(15));
  EXPECT_EQ(rest(), Lines{"{ do = \"half_open\" }"});
}

}  // namespace
}  // namespace simulator
