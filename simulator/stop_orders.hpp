#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "simulator/order_book.hpp"

namespace simulator {

// The stop orders of one symbol until a trade triggers them: a purchase at its stop price or above, a sale at its stop
// price or below. One trade triggers purchases from the lowest stop price up, then sales from the highest down, and the
// oldest first within a price; what an earlier trade triggered goes first. Pure.
class StopOrders {
 public:
  // REQUIRES: the key is not in it
  void add(OrderKey key, core::Side side, core::Price stop);
  // Takes an order out, triggered or not. REQUIRES: the key is in it
  void remove(OrderKey key, core::Side side, core::Price stop);

  void traded(core::Price price);
  // The next that was triggered; it is taken out.
  [[nodiscard]] std::optional<OrderKey> take_triggered();

 private:
  using Keys = std::vector<OrderKey>;  // oldest first

  std::map<core::Price, Keys> buys_;
  std::map<core::Price, Keys, std::greater<>> sells_;
  std::deque<OrderKey> triggered_;
};

}  // namespace simulator
