#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "simulator/hours.hpp"
#include "simulator/market.hpp"
#include "simulator/stop_orders.hpp"

namespace simulator {

// One symbol as the exchange runs it: its book, what waits beside the book, and when it goes on.
struct Venue {
  struct Trade {
    core::Price price;
    core::Quantity quantity;
    core::Time time;

    friend bool operator==(const Trade&, const Trade&) = default;
  };

  Market market;
  Phase phase = Phase::continuous;
  bool is_halted = false;  // whatever the hours say
  StopOrders stops{};
  std::vector<OrderKey> at_close{};                    // orders at the close, until its call
  std::vector<OrderKey> for_auction{};                 // orders in the book for the next auction alone
  std::set<std::pair<core::Time, OrderKey>> slices{};  // of VWAP orders: when each goes on
  std::optional<core::Time> next_step{};               // of the market; there as long as orders of clients rest
  core::Time changed{};                                // its book, last
  std::optional<Trade> last{};
};

}  // namespace simulator
