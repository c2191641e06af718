#include "fix/patience.hpp"

#include <algorithm>

namespace fix {
namespace {

constexpr int silent_heartbeats = 3;
constexpr int least_silence_s = 15;
constexpr int logout_timeout_s = 5;  // from our Logout(5) to the other side's
constexpr int gap_timeout_s = 10;    // for what was asked for again to begin to come

bool longer_than(int ticks, int seconds) { return ticks > seconds * Patience::ticks_per_second; }

}  // namespace

void Patience::connected(int heartbeat_s) {
  *this = {};
  heartbeat_s_ = heartbeat_s;
}

std::optional<std::string> Patience::tick(const Sight& sight) {
  // The engine counts from the last message that it sent, and it answers each TestRequest(1): a peer that keeps asking
  // would keep the connection open for ever.
  logout_ticks_ = sight.sent_logout ? logout_ticks_ + 1 : 0;
  if (longer_than(logout_ticks_, logout_timeout_s)) return "our Logout(5) was not answered in time";

  const int limit_s = std::max(least_silence_s, silent_heartbeats * heartbeat_s_);
  if (longer_than(++silent_ticks_, limit_s)) {
    return "nothing came in for about " + std::to_string(limit_s) + " s, whatever the clock says";
  }

  // The engine asks once. When its ResendRequest(2) or the answer is lost, it would hold back everything behind the gap
  // for as long as the connection lives; the next logon asks again.
  const bool is_stuck = sight.later_ones_wait && gap_at_ == sight.expected;
  gap_at_ = sight.expected;
  gap_ticks_ = is_stuck ? gap_ticks_ + 1 : 0;
  if (!longer_than(gap_ticks_, gap_timeout_s)) return std::nullopt;
  return "message " + std::to_string(sight.expected) + " was asked for again and did not come";
}

}  // namespace fix
