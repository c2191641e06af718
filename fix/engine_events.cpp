#include "fix/engine_events.hpp"

#include <algorithm>
#include <array>

namespace fix {

namespace {

constexpr std::array<std::string_view, 19> usual{
    "Created session", "Initiated logon", "Received logon", "Responding to logon", "Logon contains ResetSeqNumFlag",
    "Initiated logout", "Sending logout", "Received logout", "Disconnecting",
    // What gaps are filled with.
    "MsgSeqNum too high", "Sent ResendRequest", "Already sent ResendRequest", "Received ResendRequest",
    "ResendRequest for messages", "Resending Message", "Sent SequenceReset", "Received SequenceReset",
    "Processing QUEUED message", "Sent test request"};

}  // namespace

EventKind kind_of_engine_event(std::string_view text) {
  const bool is_usual = std::any_of(usual.begin(), usual.end(), [&](auto known) { return text.starts_with(known); });
  return is_usual ? EventKind::usual : EventKind::trouble;
}

}  // namespace fix
