#include "tests/fix/raw_broker.hpp"

// A broker that starts the numbers at 1 again, with ResetSeqNumFlag(141) in its answer to our Logon(A).
namespace fix::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const core::Time nine = core::parse_iso("2026-11-24T09:00:00Z").value();

class Resets : public testing::Test {
 protected:
  void log_on(core::Time now, bool reset) {
    broker.pair.desk.clock.set = now;
    broker.connect(1, reset);
    ASSERT_TRUE(broker.pair.desk.session->logged_on());
    broker.send("8", 2, fill_fields("E1"));
    ASSERT_EQ(broker.expected(), 3);
  }
  [[nodiscard]] long warnings() const { return broker.told(EventKind::numbers_reset); }
  // Over a restart of the desk's program with those hours.
  void keep_hours(const std::string& opens, const std::string& closes) {
    broker.pair.schedule = Schedule::parse({"UTC", opens, closes, {}, {}}).value();
    broker.pair.reset_at_start = false;
    broker.pair.start();
  }

  RawBroker broker;
};

TEST_F(Resets, InTheAnswerWithinADayIsFollowedAndToldOf) {
  log_on(nine, true);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(broker.pair.desk.session->send(some_order()));
  log_on(nine + hours(3), true);
  // As FIX says: the reset is answered with a Logon(A) of our own, number 1.
  const bool answered = std::ranges::any_of(broker.line->frames, [](const std::string& bytes) {
    return field_of(bytes, 35) == "A" && field_of(bytes, 34) == "1" && field_of(bytes, 141) == "Y";
  });
  EXPECT_TRUE(answered);
  EXPECT_EQ(broker.pair.desk.session->send(some_order()).value(), 2);
  EXPECT_EQ(broker.pair.desk.owner.log, (std::vector<std::string>{"read 2", "read 2"}));
  EXPECT_EQ(warnings(), 1);
  EXPECT_TRUE(
      broker.pair.desk.log.mentions("the other side starts both numbers at 1 again within a day, with "
                                    "ResetSeqNumFlag(141): it had sent up to 2 and we "
                                    "up to 6 since 2026-11-24T09:00:00"));
}

TEST_F(Resets, OnceADayAreTheCustom) {
  log_on(nine, true);
  log_on(nine + hours(20), true);
  EXPECT_EQ(warnings(), 0);
  log_on(nine + hours(40) - seconds(1), true);
  EXPECT_EQ(warnings(), 1);
}

TEST_F(Resets, OfNumbersUnderWhichNothingCameLoseNothing) {
  for (int i = 0; i < 3; ++i) {
    broker.pair.desk.session->disconnected();
    broker.line = std::make_shared<MemoryLine>();
    broker.pair.desk.session->connected(std::make_shared<MemoryWire>(broker.line));
    broker.pair.desk.session->tick();
  }
  log_on(nine, true);
  EXPECT_EQ(warnings(), 0);
}

TEST_F(Resets, InANewWindowAreTheCustom) {
  broker.pair.desk.clock.set = nine;
  keep_hours("08:00", "17:00");
  log_on(nine + hours(7), true);
  log_on(nine + hours(24), true);  // in the next window, 17 hours later
  EXPECT_EQ(warnings(), 0);
  log_on(nine + hours(25), true);
  EXPECT_EQ(warnings(), 1);
}

}  // namespace
}  // namespace fix::test
