#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "gateway/engine/state.hpp"
#include "gateway/journal/event.hpp"

namespace gateway {

// A desk and a day on which everything that the journal knows happens, late and odd things as well: whatever the state
// takes. The day follows from the seed and from the state.
class RandomDay {
 public:
  explicit RandomDay(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] static std::vector<Event> desk();
  // What happens next: one event, or two when an order needs shares first.
  [[nodiscard]] std::vector<Event> next(State& state);

  // How many keys of commands were given out: "key 1", "key 2", ...
  [[nodiscard]] std::uint64_t keys() const { return static_cast<std::uint64_t>(keys_); }
  [[nodiscard]] bool one_in(std::uint64_t n) { return random_.below(n) == 0; }

 private:
  [[nodiscard]] std::vector<Event> order(const State& state);
  [[nodiscard]] SharesSealed given_shares(const State& state, core::Side side);
  [[nodiscard]] Event fill(const Order& order);
  [[nodiscard]] std::optional<Event> fill_change(State& state, const Order& order);
  [[nodiscard]] Event state_report(const Order& order);
  [[nodiscard]] Event about_order(State& state);
  [[nodiscard]] Event about_desk(const State& state);
  [[nodiscard]] Event settlement(std::int64_t number);
  [[nodiscard]] std::string exec_id();
  [[nodiscard]] std::string trade_date();

  core::Random random_;
  int accounts_ = 0;
  int keys_ = 0;
};

}  // namespace gateway
