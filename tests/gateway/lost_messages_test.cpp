#include <gtest/gtest.h>

#include "simulation/world.hpp"

// Messages that a broker gives up in the middle of a day, without a new logon. Whatever they were, no fill stays
// hidden.
namespace gateway {
namespace {

using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

class LostMessages : public testing::Test {
 protected:
  LostMessages() : world(desk_of({500'000, 300'000, 200'000}), lively_exchange(1)) { world.exchange_is_silent = true; }

  // A message that the broker's session did not make, with its next number or another.
  void broker_writes(const std::string& type, const std::string& fields, int seq_num = 0) {
    world.wire_says("35=" + type + "|34=" + std::to_string(seq_num == 0 ? due() : seq_num) +
                    "|49=SIM|52=" + core::fix_timestamp(simulation::simulated_now()) + "|56=PRORATA|" + fields);
    world.settle();
  }
  std::string report_fields(const std::string& exec_id, const std::string& more) {
    return "37=B1|17=" + exec_id + "|11=" + world.last_order().id().text() + "|55=AAPL|54=1|6=0|" + more +
           "60=20261121-10:00:01|";
  }
  int due() { return world.session().next_target; }
  std::size_t questions() {
    return static_cast<std::size_t>(std::ranges::count_if(world.broker_received, [](const fix::Message& message) {
      return std::holds_alternative<fix::OrderStatusRequest>(message);
    }));
  }

  World world;
};

TEST_F(LostMessages, ASequenceResetInMidDayHasOpenOrdersAskedAboutAndIsToldOf) {
  ASSERT_TRUE(world.buy(1'000, "AAPL", "GROWTH", "187.50").refusals.empty());
  const std::size_t before = questions();
  const int lost = due();
  broker_writes("4", "36=" + std::to_string(lost + 3) + "|");
  EXPECT_EQ(questions(), before + 1);
  EXPECT_EQ(text(state_of(world.last_order())), "UNCERTAIN");
  EXPECT_EQ(world.passed_over, (std::vector<std::pair<int, int>>{{lost, lost + 2}}));
  // The answer counts what was lost.
  broker_writes("8", report_fields("0", "150=I|39=1|151=700|14=300|"));
  ASSERT_EQ(world.breaks.size(), 1U);
  EXPECT_EQ(world.breaks.front().kind, "missing_fill");
  // The fill comes after all, under its old number, and once more.
  for (int times = 0; times < 2; ++times) {
    broker_writes("8",
                  "43=Y|122=20200101-10:00:01|" + report_fields("E1", "150=F|39=1|32=300|31=187.4|151=700|14=300|"),
                  lost + 1);
    EXPECT_EQ(world.last_order().parts.filled(), core::Quantity::whole(300));
  }
  EXPECT_EQ(world.breaks.size(), 1U);
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(LostMessages, AGapFillInMidDayHasOpenOrdersAskedAbout) {
  ASSERT_TRUE(world.buy(1'000, "AAPL", "GROWTH", "187.50").refusals.empty());
  const std::size_t before = questions();
  const int lost = due();
  broker_writes("4", "123=Y|36=" + std::to_string(lost + 2) + "|");
  EXPECT_EQ(questions(), before + 1);
  EXPECT_TRUE(world.passed_over.empty()) << "nothing that a person could do";
}

TEST_F(LostMessages, ARepetitionOfAReportThatCannotBeBookedIsKeptOnce) {
  ASSERT_TRUE(world.buy(1'000, "AAPL", "GROWTH", "187.50").refusals.empty());
  const int lost = due();
  broker_writes("4", "36=" + std::to_string(lost + 2) + "|");
  for (int times = 0; times < 2; ++times) {
    broker_writes(
        "8", "43=Y|122=20200101-10:00:01|" + report_fields("E2", "150=F|39=1|32=5000|31=187.4|151=0|14=5000|"), lost);
  }
  ASSERT_EQ(world.breaks.size(), 1U);
  EXPECT_EQ(world.breaks.front().kind, "over_fill");
  // Answers to questions are of the past, and so are rejects of cancels that we did not send.
  broker_writes("8", "43=Y|122=20200101-10:00:01|" + report_fields("0", "150=I|39=8|103=5|151=0|14=0|"), lost);
  broker_writes("9", "43=Y|122=20200101-10:00:01|37=B1|11=OLD|41=OLDER|39=8|434=1|", lost);
  EXPECT_EQ(text(state_of(world.last_order())), "UNCERTAIN");
  EXPECT_EQ(world.breaks.size(), 1U);
}

// FIX lets a broker send anything again: under its old number with PossDupFlag(43), or under a new one with
// PossResend(97) when it is not sure that it ever sent it.
class SentAgain : public LostMessages {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.buy(1'000, "AAPL", "GROWTH", "187.50").refusals.empty());
    for (int i = 0; i < 3; ++i) says(fill(i));
    says(report_fields("C", "150=4|39=4|151=0|14=300|"));
    ASSERT_EQ(world.last_order().parts.filled(), core::Quantity::whole(300));
  }
  void says(const std::string& fields) {
    const int number = due();
    broker_writes("8", fields);
    sent.emplace_back(number, fields);
  }
  std::string fill(int i) {
    const std::string done = std::to_string(100 * (i + 1));
    return report_fields("E" + std::to_string(i),
                         "150=F|39=1|32=100|31=187.4|151=" + std::to_string(900 - 100 * i) + "|14=" + done + "|");
  }
  std::vector<std::pair<int, std::string>> sent;  // number, fields
};

TEST_F(SentAgain, WithPossDupFlagFromTheFirstMessageOnChangesNothing) {
  const int expected = due();
  const std::int64_t trades = world.state().last_seq();
  for (int times = 0; times < 2; ++times) {
    broker_writes("4", "43=Y|122=20200101-10:00:01|123=Y|36=" + std::to_string(sent.front().first) + "|", 1);
    for (const auto& [number, fields] : sent) broker_writes("8", "43=Y|122=20200101-10:00:01|" + fields, number);
    broker_writes("0", "43=Y|122=20200101-10:00:01|", 1);
  }
  EXPECT_EQ(world.last_order().parts.filled(), core::Quantity::whole(300));
  EXPECT_EQ(text(state_of(world.last_order())), "CANCELLED");
  EXPECT_TRUE(world.breaks.empty());
  EXPECT_EQ(world.state().last_seq(), trades);
  EXPECT_EQ(world.session().state, "logged on");
  EXPECT_EQ(due(), expected);
}

TEST_F(SentAgain, WithPossResendIsBookedOnceAndANewFillIsNew) {
  const int expected = due();
  for (const auto& [number, fields] : std::vector(sent)) broker_writes("8", "97=Y|" + fields);
  EXPECT_EQ(due(), expected + static_cast<int>(sent.size())) << "each has a number of its own";
  EXPECT_EQ(world.last_order().parts.filled(), core::Quantity::whole(300));
  EXPECT_EQ(text(state_of(world.last_order())), "CANCELLED");
  EXPECT_TRUE(world.breaks.empty());
  // One that never came before is a fill like any other, late as it is.
  broker_writes("8", "97=Y|" + report_fields("E9", "150=F|39=4|32=50|31=187.4|151=0|14=350|"));
  EXPECT_EQ(world.last_order().parts.filled(), core::Quantity::whole(350));
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(LostMessages, AResetWithinADayIsToldOfAndHasOpenOrdersAskedAbout) {
  ASSERT_TRUE(world.buy(1'000, "AAPL", "GROWTH", "187.50").refusals.empty());
  world.cut();
  ASSERT_TRUE(world.troubles.empty());
  world.connect_to_nobody();
  broker_writes("A", "98=0|108=30|141=Y|", 1);
  EXPECT_EQ(world.session().state, "logged on");
  EXPECT_EQ(world.session().next_sender, 3) << "our Logon(A), and the question";
  EXPECT_EQ(text(state_of(world.last_order())), "UNCERTAIN");
  ASSERT_EQ(world.troubles.size(), 1U);
  EXPECT_NE(world.troubles.front().find("ResetSeqNumFlag(141)"), std::string::npos);
  EXPECT_EQ(world.session().trouble, world.troubles.front());
}

}  // namespace
}  // namespace gateway
