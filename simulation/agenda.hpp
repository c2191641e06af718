#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "core/time.hpp"
#include "simulation/simulated_time.hpp"

namespace simulation {

// A machine and what its clock shows: the true time and its own error.
struct Party {
  std::chrono::nanoseconds clock_error{0};
};

// What will happen, in the order of true time, which only moves forward; what falls on one moment happens in the order
// in which it was put down. Each entry runs on a machine, whose clock everything then reads.
class Agenda {
 public:
  using Action = std::function<void()>;

  explicit Agenda(core::Time start) : now_(start) {}

  [[nodiscard]] core::Time now() const { return now_; }
  // `party` must outlive the entry. A moment that has passed is now.
  void at(core::Time when, const Party& party, Action action) {
    entries_.emplace(std::pair{std::max(when, now_), ++count_}, Entry{&party, std::move(action)});
  }
  void in(std::chrono::nanoseconds delay, const Party& party, Action action) {
    at(now_ + delay, party, std::move(action));
  }
  // False when nothing happens until `end`; then it is `end`.
  bool run_next(core::Time end) {
    if (entries_.empty() || entries_.begin()->first.first > end) {
      now_ = std::max(now_, end);
      return false;
    }
    auto node = entries_.extract(entries_.begin());
    now_ = node.key().first;
    Entry entry = std::move(node.mapped());
    SimulatedClock::set(now_ + entry.party->clock_error);
    entry.action();
    return true;
  }

 private:
  struct Entry {
    const Party* party;
    Action action;
  };

  core::Time now_;
  std::uint64_t count_ = 0;
  std::map<std::pair<core::Time, std::uint64_t>, Entry> entries_;
};

}  // namespace simulation
