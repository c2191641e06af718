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
