#include "gateway/session_watch.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gateway {
namespace {

const core::SessionName sim("SIM");
constexpr auto usual = fix::EventKind::usual;
constexpr auto trouble = fix::EventKind::trouble;

class Kept final : public fix::MessageLog {
 public:
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, fix::EventKind, std::string_view text) override { events.emplace_back(text); }
  std::vector<std::string> events;
};

class SessionWatchTest : public testing::Test {
 protected:
  Kept log;
  std::vector<std::string> told;
  SessionWatch watch{log, [this](const core::SessionName&, const std::string& why) { told.push_back(why); }};
};

TEST_F(SessionWatchTest, TellsEachCauseOnceUntilTheNextLogon) {
  for (int received = 1; received <= 3; ++received) {
    watch.event(sim, usual, "connected to 127.0.0.1:9880");
    watch.event(sim, trouble, "MsgSeqNum too low, expecting 9 but received " + std::to_string(received));
    watch.event(sim, usual, "disconnected: closed on this side");
  }
  const std::string way = way_out(sim, "MsgSeqNum too low, expecting 9 but received 1");
  EXPECT_NE(way.find("--next-in SIM=1"), std::string::npos);
  EXPECT_EQ(told, std::vector<std::string>{"MsgSeqNum too low, expecting 9 but received 1" + way});
  EXPECT_EQ(watch.trouble(sim), "MsgSeqNum too low, expecting 9 but received 3" + way);
  EXPECT_EQ(log.events.size(), 9U) << "all is passed on";
  watch.logged_on(sim);
  EXPECT_EQ(watch.trouble(sim), "");
  watch.event(sim, trouble, "MsgSeqNum too low, expecting 10 but received 1");
  EXPECT_EQ(told.size(), 2U);
}

TEST_F(SessionWatchTest, NamesTheWayOutOfNumbersThatTheBrokerRefuses) {
  watch.event(sim, trouble, "the other side refuses the logon: MsgSeqNum too low, expecting 57 but received 41");
  EXPECT_NE(watch.trouble(sim).find("--next-out SIM=57"), std::string::npos);
  EXPECT_EQ(way_out(sim, "the other side refuses the logon: go away"), "");
}

TEST_F(SessionWatchTest, SaysNothingOfTheUsualLifeOfASession) {
  watch.event(sim, usual, "Received logon response");
  EXPECT_TRUE(told.empty());
  EXPECT_EQ(watch.trouble(sim), "");
}

// It comes with the logon, after which it is to be seen.
TEST_F(SessionWatchTest, TellsOfEveryResetOfTheNumbers) {
  for (int times = 1; times <= 2; ++times) {
    watch.logged_on(sim);
    watch.event(sim, fix::EventKind::numbers_reset, "the other side starts both numbers at 1 again");
    EXPECT_EQ(told.size(), static_cast<std::size_t>(times));
    EXPECT_EQ(watch.trouble(sim), "the other side starts both numbers at 1 again");
  }
}

TEST_F(SessionWatchTest, KeepsSessionsApart) {
  watch.event(sim, trouble, "cannot connect to 127.0.0.1:9880: Connection refused; tried again every 1000 ms");
  EXPECT_EQ(watch.trouble(core::SessionName("OTHER")), "");
  EXPECT_EQ(told.size(), 1U);
}

}  // namespace
}  // namespace gateway
