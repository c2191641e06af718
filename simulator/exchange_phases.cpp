#include <utility>

#include "simulator/exchange.hpp"

// Hours, halts and auctions.
namespace simulator {

// At a moment at which the hours say something new. Where one day ends as the next begins, both happen.
void Exchange::change_phase(core::Time now) {
  if (now == day_end_) {
    enter_phase(Phase::closed, now);
    expire_day_orders(now);
  }
  enter_phase(phase_at(settings_.hours, now), now);
  day_end_ = settings_.hours->schedule.window_at_or_after(now).end;
  next_phase_ = next_phase_change(*settings_.hours, now);
}

void Exchange::enter_phase(Phase of_hours, core::Time now) {
  phase_ = of_hours;
  for (auto& [symbol, venue] : venues_) enter_phase(venue, now);
}

// What the hours and its halt make of a symbol. An auction begins continuous trading, and one ends it for the day; not
// so in a symbol that is halted then.
void Exchange::enter_phase(Venue& venue, core::Time now) {
  const Phase next = venue.is_halted && phase_ != Phase::closed ? Phase::halted : phase_;
  const Phase before = std::exchange(venue.phase, next);
  if (next == before) return;
  const bool ends_at_once = next == Phase::closed && before == Phase::continuous;  // a call of no length
  if (next == Phase::closing_call || ends_at_once) call_at_close(venue);
  if (next == Phase::continuous || (next == Phase::closed && before != Phase::halted)) hold_auction(venue, now);
  if (next != Phase::continuous) venue.market.withdraw();
  if (next == Phase::closed) {
    cancel_all(venue.for_auction, "there was no auction: halted", now);
    cancel_all(venue.at_close, "there was no auction: halted", now);
  }
  settle(venue, now);
}

// Orders for auctions, and market orders, have nothing to wait for afterwards.
void Exchange::hold_auction(Venue& venue, core::Time now) {
  const core::Price reference = venue.last ? venue.last->price : venue.market.symbol().reference;
  report_fills(venue, venue.market.uncross(reference), now);
  cancel_all(venue.for_auction, "no more in the auction", now);
}

void Exchange::call_at_close(Venue& venue) {
  for (const OrderKey key : std::exchange(venue.at_close, {})) queue(orders_.at(key - 1));
}

// Those that are open still. The list is empty then.
void Exchange::cancel_all(std::vector<OrderKey>& orders, const std::string& text, core::Time now) {
  for (const OrderKey key : std::exchange(orders, {})) {
    Order& order = orders_.at(key - 1);
    if (!order.is_open()) continue;
    take_out(order);
    end(order, fix::OrdStatus::cancelled, text, now);
  }
}

core::Result<void> Exchange::halt(const core::Symbol& symbol, core::Time now) { return set_halted(symbol, true, now); }
core::Result<void> Exchange::resume(const core::Symbol& symbol, core::Time now) {
  return set_halted(symbol, false, now);
}

core::Result<void> Exchange::set_halted(const core::Symbol& symbol, bool is_halted, core::Time now) {
  run_until(now);
  const auto found = venues_.find(symbol);
  if (found == venues_.end()) return core::fail("", symbol.text() + " is not traded here");
  found->second.is_halted = is_halted;
  enter_phase(found->second, now_);
  return {};
}

}  // namespace simulator
