#include "gateway/session_watch.hpp"

#include <algorithm>
#include <array>

namespace gateway {

namespace {

// What belongs to the life of a session, by how it begins. Whatever else is logged is a trouble: of a text that nobody
// foresaw, somebody should know.
constexpr std::array<std::string_view, 26> usual{
    "connected to", "connected from", "Created session", "Initiated logon", "Received logon", "Responding to logon",
    "Logon contains ResetSeqNumFlag", "Initiated logout", "Sending logout", "Received logout", "Disconnecting",
    "disconnected: closed on this side", "disconnected: End of file", "the session's hours", "a new window:",
    // What gaps are filled with.
    "MsgSeqNum too high", "Sent ResendRequest", "Already sent ResendRequest", "Received ResendRequest",
    "ResendRequest for messages", "Resending Message", "Sent SequenceReset", "Received SequenceReset",
    "Processing QUEUED message", "Sent test request", "the clock jumped ahead"};

bool is_usual(std::string_view text) {
  const auto begins = [&](std::string_view known) { return text.starts_with(known); };
  // What a SequenceReset(4) leaves out the gateway tells itself, when a person should know.
  const bool is_passed_over =
      text.starts_with("messages ") && (text.ends_with(" were gap filled") || text.ends_with("never came"));
  return is_passed_over || std::any_of(usual.begin(), usual.end(), begins);
}

// The same cause comes with another number each time.
std::string without_digits(std::string_view text) {
  std::string cause;
  std::copy_if(text.begin(), text.end(), std::back_inserter(cause), [](char c) { return c < '0' || c > '9'; });
  return cause;
}

}  // namespace

void SessionWatch::event(const core::SessionName& session, std::string_view text) {
  log_.event(session, text);
  if (is_usual(text)) return;
  Troubles& troubles = troubles_[session];
  troubles.last = text;
  if (troubles.causes.insert(without_digits(text)).second) told_(session, troubles.last);
}

void SessionWatch::logged_on(const core::SessionName& session) { troubles_.erase(session); }

std::string SessionWatch::trouble(const core::SessionName& session) const {
  const auto found = troubles_.find(session);
  return found == troubles_.end() ? "" : found->second.last;
}

}  // namespace gateway
