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

}  // namespace

void SessionWatch::event(const core::SessionName& session, fix::EventKind kind, std::string_view text) {
  log_.event(session, kind, text);
  if (kind == fix::EventKind::usual) return;
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
