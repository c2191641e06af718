#include "gateway/session_watch.hpp"

#include <algorithm>
#include <iterator>

namespace gateway {

namespace {

// The same cause comes with another number each time.
std::string without_digits(std::string_view text) {
  std::string cause;
  std::copy_if(text.begin(), text.end(), std::back_inserter(cause), [](char c) { return c < '0' || c > '9'; });
  return cause;
}

// The number behind the words; empty when there is none.
std::string number_after(std::string_view text, std::string_view words) {
  const std::size_t found = text.find(words);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = text.substr(found + words.size());
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}

}  // namespace

std::string way_out(const core::SessionName& session, std::string_view trouble) {
  const std::string expected = number_after(trouble, "MsgSeqNum too low, expecting ");
  if (expected.empty()) return {};
  const bool is_ours = trouble.starts_with("MsgSeqNum");  // else it is what the broker said of ours
  if (!is_ours) return "; stop the gateway and start it with --next-out " + session.text() + "=" + expected;
  return "; if the broker says that it begins its numbers anew, stop the gateway and start it with --next-in " +
         session.text() + "=1 (docs/recovery.md)";
}

void SessionWatch::event(const core::SessionName& session, fix::EventKind kind, std::string_view text) {
  log_.event(session, kind, text);
  if (kind == fix::EventKind::usual) return;
  Troubles& troubles = troubles_[session];
  troubles.last = std::string(text) + way_out(session, text);
  if (troubles.causes.insert(without_digits(text)).second) told_(session, troubles.last);
}

void SessionWatch::logged_on(const core::SessionName& session) { troubles_.erase(session); }

std::string SessionWatch::trouble(const core::SessionName& session) const {
  const auto found = troubles_.find(session);
  return found == troubles_.end() ? "" : found->second.last;
}

}  // namespace gateway
