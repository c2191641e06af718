#pragma once

#include "core/time.hpp"

namespace support {

// Time that stands still until a test moves it. QuickFIX reads the clock itself; simulated_time.cpp puts these
// functions in the place of the C library's, so a program that links it has one time everywhere.
class SimulatedClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return now_; }
  static void set(core::Time now) { now_ = now; }
  static void advance(std::chrono::nanoseconds by) { now_ += by; }

 private:
  friend core::Time simulated_now();
  static inline core::Time now_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14}};
};

[[nodiscard]] inline core::Time simulated_now() { return SimulatedClock::now_; }

}  // namespace support
