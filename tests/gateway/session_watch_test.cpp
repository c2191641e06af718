#include "gateway/session_watch.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gateway {
namespace {

const core::SessionName sim("SIM");

class Kept final : public fix::MessageLog {
 public:
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, std::string_view text) override { events.emplace_back(text); }
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
    watch.event(sim, "connected to 127.0.0.1:9880");
    watch.event(sim, "MsgSeqNum too low, expecting 9 but received " + std::to_string(received));
    watch.event(sim, "disconnected: closed on this side");
  }
  EXPECT_EQ(told, std::vector<std::string>{"MsgSeqNum too low, expecting 9 but received 1"});
  EXPECT_EQ(watch.trouble(sim), "MsgSeqNum too low, expecting 9 but received 3");
  EXPECT_EQ(log.events.size(), 9U) << "all is passed on";
  watch.logged_on(sim);
  EXPECT_EQ(watch.trouble(sim), "");
  watch.event(sim, "MsgSeqNum too low, expecting 10 but received 1");
  EXPECT_EQ(told.size(), 2U);
}

TEST_F(SessionWatchTest, SaysNothingOfTheUsualLifeOfASession) {
  for (const char* text : {"connected to 127.0.0.1:9880", "Created session", "Initiated logon request",
                           "Received logon response", "Sent ResendRequest FROM: 3 TO: 0", "Received logout request",
                           "Sending logout response", "disconnected: End of file", "Disconnecting"}) {
    watch.event(sim, text);
  }
  EXPECT_TRUE(told.empty());
  EXPECT_EQ(watch.trouble(sim), "");
}

TEST_F(SessionWatchTest, KeepsSessionsApart) {
  watch.event(sim, "cannot connect to 127.0.0.1:9880: Connection refused; tried again every 1000 ms");
  EXPECT_EQ(watch.trouble(core::SessionName("OTHER")), "");
  EXPECT_EQ(told.size(), 1U);
}

}  // namespace
}  // namespace gateway
