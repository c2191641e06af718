#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/order_terms.hpp"
#include "core/scaled.hpp"

// The book of one symbol, by price and then by time. Pure: no clock, no randomness, no owner of orders; whoever uses it
// gives each order a key and keeps the rest of what it knows elsewhere.
namespace simulator {

using OrderKey = std::uint64_t;

// One trade: always at the price of the order that was resting.
struct Execution {
  OrderKey resting = 0;
  core::Price price;
  core::Quantity quantity;

  friend bool operator==(const Execution&, const Execution&) = default;
};

// All that is offered at one price.
struct PriceLevel {
  core::Price price;
  core::Quantity quantity;

  friend bool operator==(const PriceLevel&, const PriceLevel&) = default;
};

class OrderBook {
 public:
  // Trades against the other side, best price first and oldest first within a price, until `quantity` is used up or
  // what is left is worse than `limit` (none: any price). Nothing rests afterwards: the caller decides what becomes of
  // the remainder, which is `quantity` less the sum of the executions. REQUIRES: quantity > 0
  [[nodiscard]] std::vector<Execution> match(core::Side side, std::optional<core::Price> limit,
                                             core::Quantity quantity);

  // Puts an order behind all others at its price.
  // REQUIRES: quantity > 0; the key is not in the book; the price does not cross the other side
  void rest(OrderKey key, core::Side side, core::Price price, core::Quantity quantity);

  // Takes an order out and returns what was left of it; nothing when it is not in the book.
  std::optional<core::Quantity> cancel(OrderKey key);

  // What match() would trade. Wide, because orders of many clients may add up to more than one order may be.
  [[nodiscard]] core::Int128 available(core::Side side, std::optional<core::Price> limit) const;

  [[nodiscard]] std::optional<core::Price> best(core::Side side) const;
  // The best prices of a side, `most` of them at most (0: all). A sum that no quantity can hold is shown as the
  // largest.
  [[nodiscard]] std::vector<PriceLevel> levels(core::Side side, int most) const;
  [[nodiscard]] bool contains(OrderKey key) const { return places_.contains(key); }
  [[nodiscard]] std::size_t order_count() const { return places_.size(); }

 private:
  struct Entry {
    OrderKey key;
    core::Quantity left;
  };
  using Level = std::list<Entry>;
  using Levels = std::map<core::Price, Level>;
  struct Place {
    core::Side side;
    core::Price price;
    Level::iterator entry;
  };

  [[nodiscard]] Levels& levels(core::Side side) { return side == core::Side::buy ? bids_ : asks_; }
  [[nodiscard]] const Levels& levels(core::Side side) const { return side == core::Side::buy ? bids_ : asks_; }

  Levels bids_;
  Levels asks_;
  std::unordered_map<OrderKey, Place> places_;
};

[[nodiscard]] constexpr core::Side opposite(core::Side side) {
  return side == core::Side::buy ? core::Side::sell : core::Side::buy;
}

}  // namespace simulator
