#include "simulation/simulated_time.hpp"

#include <sys/time.h>

#include <ctime>

namespace simulation {

namespace {

core::Time the_present{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14}};

}  // namespace

core::Time simulated_now() { return the_present; }
void set_simulated_now(core::Time now) { the_present = now; }

}  // namespace simulation

// The two functions by which libquickfix reads the time. A definition in the executable comes before the C library's.

extern "C" int gettimeofday(struct timeval* tv, void* /*zone*/) noexcept {
  const auto since = simulation::simulated_now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  tv->tv_sec = seconds.count();
  tv->tv_usec = std::chrono::duration_cast<std::chrono::microseconds>(since - seconds).count();
  return 0;
}

extern "C" time_t time(time_t* out) noexcept {
  const time_t now = std::chrono::floor<std::chrono::seconds>(simulation::simulated_now().time_since_epoch()).count();
  if (out != nullptr) *out = now;
  return now;
}
