#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/entry_rules.hpp"
#include "simulator/exchange.hpp"

// What becomes of orders.
namespace simulator {

namespace {

// A market order takes fresh quotes this often before the exchange says that there is no liquidity left for it.
constexpr int max_sweeps = 4;

}  // namespace

// An order comes to its symbol: a new one, or one that was replaced and has lost its place.
void Exchange::enter(Order& order, core::Time now) {
  Venue& venue = *order.venue;
  const fix::NewOrderSingle& request = order.request;
  if (request.strategy) {
    const bool is_new = order.span == fix::Window{};
    if (is_new) order.span = vwap_span(request, day_at(now), now).value();
    wait_for_slice(order, std::max(now, order.span.start));
  } else if (has_stop(request.type) && !order.is_triggered) {
    order.place = Order::Place::stops;
    venue.stops.add(order.key, request.side, *request.stop);
    if (venue.last) venue.stops.traded(venue.last->price);
  } else if (request.time_in_force == core::TimeInForce::at_the_close && venue.phase != Phase::closing_call) {
    order.place = Order::Place::at_close;
    venue.at_close.push_back(order.key);
  } else if (venue.phase != Phase::continuous) {
    queue(order);
  } else {
    execute(order, now);
  }
}

// Into the book, for the next auction.
void Exchange::queue(Order& order) {
  const fix::NewOrderSingle& request = order.request;
  order.place = Order::Place::book;
  order.venue->market.queue(order.key, request.side, order.limit(), order.leaves());
  if (!order.limit() || is_for_auction(request.time_in_force)) order.venue->for_auction.push_back(order.key);
}

void Exchange::run_triggered(Venue& venue, core::Time now) {
  while (const std::optional<OrderKey> key = venue.stops.take_triggered()) {
    Order& order = orders_.at(*key - 1);
    order.place = Order::Place::nowhere;
    order.is_triggered = true;
    execute(order, now);
  }
}

// FIX 4.4 volume 7, order state changes: what an IOC or FOK order does not get at once is cancelled, not rejected.
void Exchange::execute(Order& order, core::Time now) {
  Venue& venue = *order.venue;
  fix::NewOrderSingle& request = order.request;
  report_fills(venue, venue.market.move(), now);
  const bool is_whole = request.time_in_force == core::TimeInForce::fill_or_kill;
  const core::Quantity least = is_whole ? order.leaves() : request.least.value_or(core::Quantity{});
  if (least.raw > 0 && venue.market.available(request.side, order.limit()) < least.raw) {
    return end(order, fix::OrdStatus::cancelled,
               is_whole ? "cannot be filled whole at once" : "MinQty(110) cannot be filled at once", now);
  }
  request.least.reset();  // it has got it
  sweep(order, order.leaves(), now);
  if (!order.is_open()) return;
  if (order.limit() && !is_immediate(request.time_in_force)) {
    order.place = Order::Place::book;
    venue.market.rest(order.key, request.side, *request.limit, order.leaves());
  } else {
    end(order, fix::OrdStatus::cancelled, order.limit() ? "no more at this price at once" : "no liquidity left", now);
  }
}

void Exchange::sweep(Order& order, core::Quantity most, core::Time now) {
  Venue& venue = *order.venue;
  const core::Quantity enough = order.filled + most;
  const int sweeps = !order.limit() && !is_immediate(order.request.time_in_force) ? max_sweeps : 1;
  for (int i = 0; i < sweeps && order.filled < enough; ++i) {
    if (i > 0) report_fills(venue, venue.market.move(), now);
    report_fills(venue, venue.market.match(order.key, order.request.side, order.limit(), enough - order.filled), now);
  }
}

// ------------------------------------------------------------------------------------------------------- VWAP orders

void Exchange::wait_for_slice(Order& order, core::Time from) {
  order.place = Order::Place::slices;
  order.next_slice = std::min(from + settings_.vwap.slice, order.span.end);
  order.venue->slices.emplace(order.next_slice, order.key);
}

// What an order did not get, or could not in a halt, is due in its next slice.
void Exchange::trade_slice(Venue& venue, core::Time now) {
  Order& order = orders_.at(venue.slices.begin()->second - 1);
  take_out(order);
  if (venue.phase == Phase::continuous) {
    const core::Quantity due = due_by(now, order.request.quantity, venue.market.symbol().lot, order.span,
                                      settings_.vwap.curve, day_at(order.span.start));
    report_fills(venue, venue.market.move(), now);
    if (due > order.filled) sweep(order, due - order.filled, now);
  }
  if (order.is_open() && now < order.span.end) wait_for_slice(order, now);
  if (order.is_open() && now >= order.span.end) end(order, fix::OrdStatus::expired, "the time for it is over", now);
  settle(venue, now);
}

fix::Window Exchange::day_at(core::Time now) const {
  if (settings_.hours) return continuous_part(*settings_.hours, settings_.hours->schedule.window_at_or_after(now));
  const auto close = settings_.close_utc.value_or(std::chrono::seconds(0));
  const core::Time start = std::chrono::floor<std::chrono::days>(now - close) + close;
  return {start, start + std::chrono::days(1)};
}

// ------------------------------------------------------------------------------------------------------ Ends and fills

// What is left of it waits no longer.
void Exchange::take_out(Order& order) {
  const Order::Place place = std::exchange(order.place, Order::Place::nowhere);
  if (place == Order::Place::book) {
    const std::optional<core::Quantity> left = order.venue->market.cancel(order.key);
    CHECK(left && *left == order.leaves());
  }
  if (place == Order::Place::slices) order.venue->slices.erase({order.next_slice, order.key});
  if (place == Order::Place::at_close) std::erase(order.venue->at_close, order.key);
  if (place == Order::Place::stops) order.venue->stops.remove(order.key, order.request.side, *order.request.stop);
}

void Exchange::report_fills(Venue& venue, const std::vector<Fill>& fills, core::Time now) {
  for (const Fill& fill : fills) report_fill(venue, fill, now);
}

void Exchange::report_fill(Venue& venue, const Fill& fill, core::Time now) {
  venue.last = {fill.price, fill.quantity, now};
  venue.stops.traded(fill.price);
  const SymbolSettings& symbol = venue.market.symbol();
  Order& order = orders_.at(fill.order - 1);
  order.fill(fill.quantity, fill.price);
  if (!order.is_open()) order.place = Order::Place::nowhere;  // nothing of it is left in the book

  fix::ExecutionReport trade = report(order, fix::ExecType::trade, next_exec_id(), now);
  trade.last_quantity = fill.quantity;
  trade.last_price = fill.price;
  trade.last_market = symbol.exchange;
  const FeeSettings& fees = symbol.fees ? *symbol.fees : settings_.fees;
  trade.commission = order.bill.charge(fees, fill.quantity, fill.price, symbol.currency);
  send(order, std::max(now, order.last_report) + settings_.fill_latency, std::move(trade));
}

void Exchange::end(Order& order, fix::OrdStatus status, std::string text, core::Time now) {
  CHECK(order.is_open());
  order.status = status;
  const fix::ExecType type = status == fix::OrdStatus::expired ? fix::ExecType::expired : fix::ExecType::cancelled;
  fix::ExecutionReport ended = report(order, type, next_exec_id(), now);
  ended.text = std::move(text);
  send(order, now + settings_.acknowledge_latency, std::move(ended));
}

}  // namespace simulator
