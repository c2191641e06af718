#include "simulator/stop_orders.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace simulator {

namespace {

// Is it there, and gone now?
template <class Levels>
bool erase(Levels& levels, core::Price stop, OrderKey key) {
  const auto level = levels.find(stop);
  if (level == levels.end() || std::erase(level->second, key) == 0) return false;
  if (level->second.empty()) levels.erase(level);
  return true;
}

template <class Levels, class IsReached>
void move_reached(Levels& levels, std::deque<OrderKey>& triggered, IsReached is_reached) {
  while (!levels.empty() && is_reached(levels.begin()->first)) {
    const auto& keys = levels.begin()->second;
    triggered.insert(triggered.end(), keys.begin(), keys.end());
    levels.erase(levels.begin());
  }
}

}  // namespace

void StopOrders::add(OrderKey key, core::Side side, core::Price stop) {
  (side == core::Side::buy ? buys_[stop] : sells_[stop]).push_back(key);
}

void StopOrders::remove(OrderKey key, core::Side side, core::Price stop) {
  const bool was_waiting = side == core::Side::buy ? erase(buys_, stop, key) : erase(sells_, stop, key);
  if (was_waiting) return;
  CHECK(std::erase(triggered_, key) == 1);
}

void StopOrders::traded(core::Price price) {
  move_reached(buys_, triggered_, [&](core::Price stop) { return stop <= price; });
  move_reached(sells_, triggered_, [&](core::Price stop) { return stop >= price; });
}

std::optional<OrderKey> StopOrders::take_triggered() {
  if (triggered_.empty()) return std::nullopt;
  const OrderKey key = triggered_.front();
  triggered_.pop_front();
  return key;
}

}  // namespace simulator
