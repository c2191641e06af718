#include "fix/engine_events.hpp"

#include <gtest/gtest.h>

namespace fix {
namespace {

TEST(EngineEvents, KnowTheUsualLifeOfASession) {
  for (const char* text :
       {"Created session", "Initiated logon request", "Received logon response", "Sent ResendRequest FROM: 3 TO: 0",
        "Received logout request", "Sending logout response", "Disconnecting"}) {
    EXPECT_EQ(kind_of_engine_event(text), EventKind::usual) << text;
  }
}

TEST(EngineEvents, AreTroubleWhenNobodyForesawThem) {
  for (const char* text :
       {"MsgSeqNum too low, expecting 9 but received 1", "Timed out waiting for logon response", ""}) {
    EXPECT_EQ(kind_of_engine_event(text), EventKind::trouble) << text;
  }
}

}  // namespace
}  // namespace fix
