#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
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

// What is left of one order in the book.
struct Resting {
  OrderKey key = 0;
  core::Side side = core::Side::buy;
  core::Price price;
  core::Quantity left;

  friend bool operator==(const Resting&, const Resting&) = default;
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
  // The same for a price that may cross: what has gathered so is for an auction.
  void queue(OrderKey key, core::Side side, core::Price price, core::Quantity quantity);

  // Takes an order out and returns what was left of it; nothing when it is not in the book.
  std::optional<core::Quantity> cancel(OrderKey key);

  // Takes a part of an order away; what is left keeps its place.
  // REQUIRES: the key is in the book; 0 < left <= what was left of it
  void reduce(OrderKey key, core::Quantity left);

  // What match() would trade. Wide, because orders of many clients may add up to more than one order may be.
  [[nodiscard]] core::Int128 available(core::Side side, std::optional<core::Price> limit) const;

  [[nodiscard]] std::optional<core::Price> best(core::Side side) const;
  // The best prices of a side, `most` of them at most (0: all). A sum that no quantity can hold is shown as the
  // largest.
  [[nodiscard]] std::vector<PriceLevel> levels(core::Side side, int most) const;
  // Every order of a side, in the order in which they would trade.
  [[nodiscard]] std::vector<Resting> resting(core::Side side) const;
  [[nodiscard]] bool contains(OrderKey key) const { return slots_.contains(key); }
  [[nodiscard]] std::size_t order_count() const { return slots_.size(); }

 private:
  // Orders stand in slots of one array, those of a price as a list from the oldest to the newest; free slots are a list
  // too. Nothing points into memory, so a book can be copied.
  using Slot = std::uint32_t;
  static constexpr Slot none = std::numeric_limits<Slot>::max();
  struct Entry {
    OrderKey key = 0;
    core::Side side = core::Side::buy;
    core::Price price;
    core::Quantity left;
    Slot older = none;
    Slot newer = none;
  };
  struct Level {
    Slot oldest = none;
    Slot newest = none;
    core::Int128 total = 0;
  };
  using Levels = std::map<core::Price, Level>;

  [[nodiscard]] Levels& levels(core::Side side) { return side == core::Side::buy ? bids_ : asks_; }
  [[nodiscard]] const Levels& levels(core::Side side) const { return side == core::Side::buy ? bids_ : asks_; }
  [[nodiscard]] Slot free_slot();
  // Out of its level, which may be empty then; the slot is free.
  void unlink(Level& level, Slot slot);

  Levels bids_;
  Levels asks_;
  std::vector<Entry> entries_;
  Slot first_free_ = none;
  std::unordered_map<OrderKey, Slot> slots_;
};

[[nodiscard]] constexpr core::Side opposite(core::Side side) {
  return side == core::Side::buy ? core::Side::sell : core::Side::buy;
}

}  // namespace simulator
