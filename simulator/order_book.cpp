#include "simulator/order_book.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/check.hpp"

namespace simulator {

namespace {

// Would an order on `side` with this limit trade at `price`?
bool accepts(core::Side side, std::optional<core::Price> limit, core::Price price) {
  return !limit || (side == core::Side::buy ? price <= *limit : price >= *limit);
}

// The best level of a side that is not empty: the lowest ask, the highest bid.
template <class Levels>
auto best_level(Levels& levels, core::Side side) {
  return core::is_sale(side) ? levels.begin() : std::prev(levels.end());
}

}  // namespace

std::vector<Execution> OrderBook::match(core::Side side, std::optional<core::Price> limit, core::Quantity quantity) {
  CHECK(quantity.raw > 0);
  std::vector<Execution> executions;
  Levels& others = levels(opposite(side));
  while (quantity.raw > 0 && !others.empty()) {
    const auto best = best_level(others, opposite(side));
    if (!accepts(side, limit, best->first)) break;
    Level& level = best->second;
    Entry& oldest = entries_[level.oldest];
    const core::Quantity traded = std::min(quantity, oldest.left);
    executions.push_back({oldest.key, best->first, traded});
    quantity -= traded;
    oldest.left -= traded;
    level.total -= traded.raw;
    if (oldest.left.raw > 0) continue;
    unlink(level, level.oldest);
    if (level.oldest == none) others.erase(best);
  }
  return executions;
}

void OrderBook::rest(OrderKey key, core::Side side, core::Price price, core::Quantity quantity) {
  const std::optional<core::Price> other = best(opposite(side));
  CHECK(!other || !accepts(side, price, *other));
  queue(key, side, price, quantity);
}

void OrderBook::queue(OrderKey key, core::Side side, core::Price price, core::Quantity quantity) {
  CHECK(quantity.raw > 0);
  const Slot slot = free_slot();
  const bool added = slots_.emplace(key, slot).second;
  CHECK(added);
  Level& level = levels(side)[price];
  entries_[slot] = {key, side, price, quantity, level.newest, none};
  (level.newest == none ? level.oldest : entries_[level.newest].newer) = slot;
  level.newest = slot;
  level.total += quantity.raw;
}

OrderBook::Slot OrderBook::free_slot() {
  if (first_free_ == none) {
    entries_.emplace_back();
    return static_cast<Slot>(entries_.size() - 1);
  }
  return std::exchange(first_free_, entries_[first_free_].newer);
}

void OrderBook::unlink(Level& level, Slot slot) {
  Entry& entry = entries_[slot];
  (entry.older == none ? level.oldest : entries_[entry.older].newer) = entry.newer;
  (entry.newer == none ? level.newest : entries_[entry.newer].older) = entry.older;
  level.total -= entry.left.raw;
  slots_.erase(entry.key);
  entry.newer = std::exchange(first_free_, slot);
}

std::optional<core::Quantity> OrderBook::cancel(OrderKey key) {
  const auto found = slots_.find(key);
  if (found == slots_.end()) return std::nullopt;
  const Slot slot = found->second;
  const Entry entry = entries_[slot];
  const auto level = levels(entry.side).find(entry.price);
  unlink(level->second, slot);
  if (level->second.oldest == none) levels(entry.side).erase(level);
  return entry.left;
}

void OrderBook::reduce(OrderKey key, core::Quantity left) {
  Entry& entry = entries_[slots_.at(key)];
  CHECK(left.raw > 0 && left <= entry.left);
  levels(entry.side).at(entry.price).total -= entry.left.raw - left.raw;
  entry.left = left;
}

core::Int128 OrderBook::available(core::Side side, std::optional<core::Price> limit) const {
  core::Int128 total = 0;
  for (const auto& [price, level] : levels(opposite(side))) {
    if (accepts(side, limit, price)) total += level.total;
  }
  return total;
}

std::optional<core::Price> OrderBook::best(core::Side side) const {
  const Levels& own = levels(side);
  if (own.empty()) return std::nullopt;
  return best_level(own, side)->first;
}

std::vector<PriceLevel> OrderBook::levels(core::Side side, int most) const {
  std::vector<PriceLevel> shown;
  const auto show = [&](const auto& level) {
    constexpr core::Int128 largest = std::numeric_limits<std::int64_t>::max();
    shown.push_back({level.first, core::Quantity{static_cast<std::int64_t>(std::min(level.second.total, largest))}});
    return most > 0 && static_cast<int>(shown.size()) == most;
  };
  const Levels& own = levels(side);
  if (core::is_sale(side)) {
    static_cast<void>(std::any_of(own.begin(), own.end(), show));
  } else {
    static_cast<void>(std::any_of(own.rbegin(), own.rend(), show));
  }
  return shown;
}

std::vector<Resting> OrderBook::resting(core::Side side) const {
  std::vector<Resting> all;
  const auto add = [&](const Level& level) {
    for (Slot slot = level.oldest; slot != none; slot = entries_.at(slot).newer) {
      const Entry& entry = entries_.at(slot);
      all.push_back({entry.key, entry.side, entry.price, entry.left});
    }
  };
  const Levels& side_levels = levels(side);
  if (side == core::Side::buy) {
    for (auto level = side_levels.rbegin(); level != side_levels.rend(); ++level) add(level->second);
  } else {
    for (const auto& [price, level] : side_levels) add(level);
  }
  return all;
}

}  // namespace simulator
