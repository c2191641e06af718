#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "simulation/day.hpp"

namespace simulation {

// Days run in processes of their own, so that a broken CHECK is a failed seed and not the end of all.

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  std::uint64_t orders = 0;
  std::uint64_t across = 0;  // orders whose parts are not all in one model
  std::uint64_t fills = 0;
  std::uint64_t changes = 0;  // lines of busts and corrections
  std::uint64_t breaks = 0;
  std::uint64_t restarts = 0;
  std::uint64_t digest = 0;  // of all days, in their order
};

struct Failed {
  std::uint64_t seed = 0;
  std::string what;
};

// Runs `count` days from `first` on. `each` is told the digest of each day when it is over.
[[nodiscard]] Totals run_seeds(std::uint64_t first, std::uint64_t count, std::vector<Failed>& failed, bool print_each);

// One day in a process of its own. A process that dies is something wrong too, and has left its trace till then.
[[nodiscard]] Outcome run_apart(const Plan& plan, bool keep_trace);

// The same failure with as few actions as `tries` runs find (delta debugging, Zeller and Hildebrandt 2002): parts of
// the plan are left out as long as something stays wrong.
[[nodiscard]] Plan shortened(const Plan& plan, int tries);

}  // namespace simulation
