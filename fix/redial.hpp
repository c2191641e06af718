#pragma once

#include <algorithm>
#include <chrono>

namespace fix {

// How long to wait before the next connection. One on which the logon fails uses up a number of ours, and where the
// other side refuses us it goes on to: after a few such in a row the wait doubles with each.
class Redial {
 public:
  static constexpr int failures_at_first = 3;  // up to so many the wait stays as it is
  static constexpr std::chrono::milliseconds longest{30'000};

  explicit Redial(std::chrono::milliseconds first) : first_(first) {}

  void connection_ended(bool had_logged_on) { failures_ = had_logged_on ? 0 : failures_ + 1; }
  // In a row.
  [[nodiscard]] int failures() const { return failures_; }
  [[nodiscard]] std::chrono::milliseconds wait() const {
    std::chrono::milliseconds wait = first_;
    for (int i = failures_at_first; i <= failures_ && wait < longest; ++i) wait = std::min(2 * wait, longest);
    return wait;
  }

 private:
  std::chrono::milliseconds first_;
  int failures_ = 0;
};

}  // namespace fix
