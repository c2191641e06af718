#pragma once

#include "core/time.hpp"

namespace simulation {

// The present of everything in this process, QuickFIX included, which reads the clock itself: simulated_time.cpp puts
// functions in the place of the C library's gettimeofday() and time(). It stands still until somebody moves it.
[[nodiscard]] core::Time simulated_now();
void set_simulated_now(core::Time now);

class SimulatedClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return simulated_now(); }
  static void set(core::Time now) { set_simulated_now(now); }
  static void advance(std::chrono::nanoseconds by) { set_simulated_now(simulated_now() + by); }
};

}  // namespace simulation
