#include "simulator/order_book.hpp"

#include <algorithm>
#include <limits>

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
    const auto level = best_level(others, opposite(side));
    if (!accepts(side, limit, level->first)) break;
    Entry& oldest = level->second.front();
    const core::Quantity traded = std::min(quantity, oldest.left);
    executions.push_back({oldest.key, level->first, traded});
    quantity -= traded;
    oldest.left -= traded;
    if (oldest.left.raw > 0) continue;
    places_.erase(oldest.key);
    level->second.pop_front();
    if (level->second.empty()) others.erase(level);
  }
  return executions;
}

void OrderBook::rest(OrderKey key, core::Side side, core::Price price, core::Quantity quantity) {
  CHECK(quantity.raw > 0);
  const std::optional<core::Price> other = best(opposite(side));
  CHECK(!other || !accepts(side, price, *other));
  Level& level = levels(side)[price];
  level.push_back({key, quantity});
  const bool added = places_.emplace(key, Place{side, price, std::prev(level.end())}).second;
  CHECK(added);
}

std::optional<core::Quantity> OrderBook::cancel(OrderKey key) {
  const auto found = places_.find(key);
  if (found == places_.end()) return std::nullopt;
  const Place place = found->second;
  const core::Quantity left = place.entry->left;
  const auto level = levels(place.side).find(place.price);
  level->second.erase(place.entry);
  if (level->second.empty()) levels(place.side).erase(level);
  places_.erase(found);
  return left;
}

core::Int128 OrderBook::available(core::Side side, std::optional<core::Price> limit) const {
  core::Int128 total = 0;
  for (const auto& [price, level] : levels(opposite(side))) {
    if (!accepts(side, limit, price)) continue;
    for (const Entry& entry : level) total += entry.left.raw;
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
    core::Int128 total = 0;
    for (const Entry& entry : level.second) total += entry.left.raw;
    constexpr core::Int128 largest = std::numeric_limits<std::int64_t>::max();
    shown.push_back({level.first, core::Quantity{static_cast<std::int64_t>(std::min(total, largest))}});
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

}  // namespace simulator
