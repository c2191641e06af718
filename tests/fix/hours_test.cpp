#include "tests/fix/pair.hpp"

// Two sessions with hours, and clocks that a test sets.
namespace fix {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// UTC, Thursday 2026-11-19 on.
core::Time at(int day, int hour, int minute = 0, int second = 0) {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / day) + hours(hour) + minutes(minute) + seconds(second);
}

// 08:00 to 17:00 UTC, or from then to then.
Schedule hours_of(const std::string& opens = "08:00", const std::string& closes = "17:00") {
  return Schedule::parse({"UTC", opens, closes, {}, {}}).value();
}

class World {
 public:
  explicit World(Schedule schedule = hours_of(), bool resets = true) : pair(std::move(schedule), resets) {
    set(at(19, 10));
    pair.start();  // the numbers begin at that time
  }
  void set(core::Time now) { pair.desk.clock.set = pair.broker.clock.set = now; }
  // As the network has it: a tick on each side, frames carried, a closed connection made known, dialled when wanted.
  void run() {
    pair.desk.session->tick();
    pair.broker.session->tick();
    pair.pump();
    if (!pair.desk.session->is_connected() && pair.desk.session->wants_connection()) pair.connect();
  }
  void run_at(core::Time now) {
    set(now);
    run();
    run();
  }
  [[nodiscard]] bool logged_on() const { return pair.desk.session->logged_on() && pair.broker.session->logged_on(); }
  [[nodiscard]] SequenceNumbers numbers() const { return pair.desk.session->numbers(); }
  Pair pair;
};

TEST(Hours, ASessionLogsOutWhenTheyEndAndOnWhenTheyBegin) {
  World world;
  world.run();
  ASSERT_TRUE(world.logged_on());
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.run_at(at(19, 16, 59, 59));
  EXPECT_TRUE(world.logged_on());
  EXPECT_EQ(world.numbers().next_sender, 3);

  world.run_at(at(19, 17));
  EXPECT_FALSE(world.pair.desk.session->is_connected());
  EXPECT_FALSE(world.pair.broker.session->is_connected());
  ASSERT_EQ(world.pair.desk.owner.logouts.size(), 1U);
  EXPECT_EQ(world.pair.desk.owner.logouts[0],
            "the session's hours are over; it opens again on Fri 2026-11-20 08:00 UTC");
  EXPECT_EQ(world.pair.desk.session->closed_until(), at(20, 8));
  EXPECT_FALSE(world.pair.desk.session->send(some_order("O2")));

  world.run_at(at(20, 7, 59));
  EXPECT_EQ(world.pair.desk.owner.logons, 1);
  world.run_at(at(20, 8));
  EXPECT_TRUE(world.logged_on());
  // Both Logons had number 1, and nobody spoke of a reset.
  EXPECT_EQ(world.numbers(), (SequenceNumbers{2, 2, at(20, 8)}));
  EXPECT_EQ(world.pair.broker.session->numbers(), (SequenceNumbers{2, 2, at(20, 8)}));
  EXPECT_FALSE(world.pair.desk.log.mentions("|141=Y|"));
}

TEST(Hours, NumbersGoOnWhereTheyAreNotToStartAnew) {
  World world(hours_of(), false);
  world.run();
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.run_at(at(19, 17));
  world.run_at(at(20, 8));
  EXPECT_TRUE(world.logged_on());
  EXPECT_EQ(world.numbers().next_sender, 5) << "Logon, order, Logout, Logon";
}

TEST(Hours, OneWindowFollowsAnotherWithoutAPause) {
  World world(hours_of("17:00", "17:00"));
  world.run();
  ASSERT_TRUE(world.logged_on());
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.run_at(at(19, 17));
  EXPECT_TRUE(world.logged_on());
  EXPECT_EQ(world.pair.desk.owner.logons, 2);
  EXPECT_EQ(world.numbers(), (SequenceNumbers{2, 2, at(19, 17)}));
}

TEST(Hours, NumbersStayWithinAWindowOverRestartsAndStartAnewInTheNext) {
  World world;
  world.run();
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.pair.cut();
  world.pair.start();
  world.run_at(at(19, 12));
  EXPECT_EQ(world.numbers().next_sender, 4);
  world.pair.cut();
  world.pair.start();
  world.run_at(at(20, 8));
  EXPECT_TRUE(world.logged_on());
  EXPECT_EQ(world.numbers(), (SequenceNumbers{2, 2, at(20, 8)}));
}

// A message that was on its way when we logged out is still taken in.
TEST(Hours, WhatComesBeforeTheAnswerToTheLogoutCounts) {
  World world;
  world.run();
  ASSERT_TRUE(world.pair.broker.session->send(some_fill("E1")));
  world.pair.desk.clock.set = at(19, 17);
  world.pair.desk.session->tick();
  ASSERT_TRUE(world.pair.broker.session->send(some_fill("E2")));
  world.pair.pump();
  EXPECT_EQ(world.pair.desk.owner.messages.size(), 2U);
  EXPECT_FALSE(world.pair.desk.session->is_connected());
}

TEST(Hours, APeerThatDoesNotAnswerTheLogoutIsLeft) {
  World world;
  world.run();
  world.set(at(19, 17));
  for (int i = 0; i < 30 && world.pair.desk.session->is_connected(); ++i) world.pair.desk.session->tick();
  EXPECT_FALSE(world.pair.desk.session->is_connected());
}

TEST(Hours, ALogonOutsideOfThemIsAnsweredWithALogout) {
  World world;
  world.set(at(19, 7));
  world.pair.desk.clock.set = at(19, 9);  // it is early: its clock is
  world.run();
  EXPECT_FALSE(world.pair.desk.session->is_connected());
  EXPECT_EQ(world.pair.broker.owner.logons, 0);
  EXPECT_TRUE(world.pair.broker.log.mentions("|58=outside the session's hours; it opens on Thu 2026-11-19 08:00 UTC|"));
  // The word was given under a number, so that whoever counts it and whoever does not can go on.
  for (int i = 0; i < 3; ++i) world.run();
  world.pair.broker.clock.set = at(19, 9);
  world.run();
  EXPECT_TRUE(world.logged_on());
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.pair.pump();
  EXPECT_EQ(world.pair.broker.owner.messages.size(), 1U);
}

TEST(Hours, ASessionThatDialsDoesNotOutsideOfThem) {
  World world;
  world.set(at(19, 7));
  EXPECT_FALSE(world.pair.desk.session->wants_connection());
  world.pair.connect();  // whoever connects it all the same
  EXPECT_FALSE(world.pair.desk.session->is_connected());
  EXPECT_EQ(world.numbers().next_sender, 1);
}

TEST(Hours, WhoLoggedOutStaysOutInTheNextWindow) {
  World world;
  world.run();
  world.pair.desk.session->log_out("stopping");
  world.pair.pump();
  world.run_at(at(20, 9));
  EXPECT_FALSE(world.logged_on());
  world.pair.desk.session->log_on();
  world.run();
  EXPECT_TRUE(world.logged_on());
}

// ---- clocks that jump

TEST(Hours, AClockSetBackIntoTheTimeBeforeTheWindowChangesNothing) {
  World world;
  world.run_at(at(19, 8, 10));
  ASSERT_TRUE(world.logged_on());
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.run_at(at(19, 7, 10));
  EXPECT_TRUE(world.logged_on());
  world.pair.cut();
  world.run_at(at(19, 8));
  EXPECT_TRUE(world.logged_on());
  EXPECT_EQ(world.numbers().next_sender, 4) << "not started anew a second time";
}

TEST(Hours, AClockSetBackOverMidnightStartsNoNumbersTwice) {
  World world(hours_of("00:00", "00:00"));
  world.run_at(at(20, 0));
  ASSERT_TRUE(world.logged_on());
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  for (const core::Time now : {at(19, 23), at(18, 12), at(20, 0), at(20, 23, 59)}) {
    world.run_at(now);
    EXPECT_TRUE(world.logged_on());
    world.pair.cut();
    world.run();
    EXPECT_TRUE(world.logged_on());
  }
  EXPECT_EQ(world.numbers().next_sender, 9) << "five logons, and one Logout(5) at the end of the 18th";
  world.run_at(at(21, 0));
  EXPECT_EQ(world.numbers().next_sender, 2);
}

TEST(Hours, AClockThatJumpsAheadWithinTheWindowChangesNothing) {
  World world;
  world.run_at(at(19, 8));
  world.run_at(at(19, 16));
  EXPECT_TRUE(world.logged_on());
  EXPECT_EQ(world.pair.desk.owner.logons, 1);
}

// Only ours does: the broker, still in the window before, refuses our numbers until repeated logons have used up enough
// of them; and the other way round when the broker comes to the window that we believe to be in already.
TEST(Hours, AClockThatJumpsADayAheadAndBackIsOvercome) {
  World world;
  world.run();
  ASSERT_TRUE(world.pair.desk.session->send(some_order()));
  world.pair.pump();
  world.pair.desk.clock.set = at(20, 10);
  world.run();
  EXPECT_FALSE(world.logged_on());
  EXPECT_TRUE(world.pair.desk.log.mentions("MsgSeqNum too low"));
  for (const core::Time now : {at(19, 11), at(20, 8), at(20, 18), at(21, 9)}) {
    const bool is_open = now != at(20, 18);
    for (int i = 0; i < 10; ++i) world.run_at(now);
    EXPECT_EQ(world.logged_on(), is_open) << core::iso_text(now);
    if (!is_open) continue;
    const std::size_t before = world.pair.desk.owner.messages.size();
    ASSERT_TRUE(world.pair.broker.session->send(some_fill()));
    world.pair.pump();
    EXPECT_EQ(world.pair.desk.owner.messages.size(), before + 1);
  }
  EXPECT_EQ(world.numbers().next_sender, 2) << "all is as if it had never happened";
}

}  // namespace
}  // namespace fix
