#include "simulator/exchange.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace simulator {

Exchange::Exchange(ExchangeSettings settings, std::string id_prefix, core::Time start)
    : settings_(std::move(settings)), id_prefix_(std::move(id_prefix)), now_(start) {
  if (settings_.hours) phase_ = phase_at(settings_.hours, start);
  for (const SymbolSettings& symbol : settings_.symbols) {
    CHECK(!venues_.contains(symbol.name));
    open(symbol);
  }
  if (settings_.close_utc) {
    next_close_ = std::chrono::floor<std::chrono::days>(start) + *settings_.close_utc;
    if (*next_close_ <= start) *next_close_ += std::chrono::days(1);
  }
  if (settings_.hours) {
    next_phase_ = next_phase_change(*settings_.hours, start);
    day_end_ = settings_.hours->schedule.window_at_or_after(start).end;
  }
}

void Exchange::receive(const std::string& client, const fix::Message& message, core::Time now) {
  run_until(now);
  Client& from = client_named(client);
  if (const auto* request = std::get_if<fix::NewOrderSingle>(&message)) new_order(from, *request, now_);
  if (const auto* request = std::get_if<fix::OrderCancelRequest>(&message)) cancel(from, *request, now_);
  if (const auto* request = std::get_if<fix::OrderCancelReplaceRequest>(&message)) replace(from, *request, now_);
  if (const auto* request = std::get_if<fix::OrderMassCancelRequest>(&message)) mass_cancel(from, *request, now_);
  if (const auto* request = std::get_if<fix::OrderStatusRequest>(&message)) status(from, *request, now_);
}

// ------------------------------------------------------------------------------------------------------------- Time

std::optional<core::Time> Exchange::next_due() const {
  std::optional<core::Time> next = next_event();
  if (const auto leaves = outbox_.next_due()) next = std::min(next.value_or(*leaves), *leaves);
  return next;
}

std::optional<core::Time> Exchange::next_event() const {
  std::optional<core::Time> next;
  const auto sooner = [&](const std::optional<core::Time>& time) {
    if (time && (!next || *time < *next)) next = time;
  };
  sooner(next_close_);
  sooner(next_phase_);
  for (const auto& [symbol, venue] : venues_) {
    sooner(venue.next_step);
    if (!venue.slices.empty()) sooner(venue.slices.begin()->first);
  }
  return next;
}

std::vector<Outgoing> Exchange::advance(core::Time now) {
  run_until(now);
  return outbox_.take(now_);
}

// What was due before `now` happens at its own time, in the order of time, so that it does not matter when we are
// called.
void Exchange::run_until(core::Time now) {
  while (true) {
    const std::optional<core::Time> due = next_event();
    if (!due || *due > now) break;
    now_ = std::max(now_, *due);
    run_event(*due);
  }
  now_ = std::max(now_, now);
}

// One of those that are due: first slices, of which the last comes at the end of trading; then the end of a day, then
// the hours, then moves of the market. Symbols by name.
void Exchange::run_event(core::Time at) {
  for (auto& [symbol, venue] : venues_) {
    if (!venue.slices.empty() && venue.slices.begin()->first == at) return trade_slice(venue, now_);
  }
  if (next_close_ == at) {
    *next_close_ += std::chrono::days(1);
    return expire_day_orders(now_);
  }
  if (next_phase_ == at) return change_phase(now_);
  for (auto& [symbol, venue] : venues_) {
    if (venue.next_step == at) return step(venue, now_);
  }
}

void Exchange::step(Venue& venue, core::Time now) {
  venue.next_step = now + settings_.step;
  report_fills(venue, venue.market.move(), now);
  settle(venue, now);
}

// After anything that may have changed the venue's book.
void Exchange::settle(Venue& venue, core::Time now) {
  if (venue.phase == Phase::continuous) run_triggered(venue, now);
  schedule(venue, now);
}

void Exchange::schedule(Venue& venue, core::Time now) {
  venue.changed = now;
  if (venue.phase != Phase::continuous || !venue.market.has_waiting_orders()) {
    venue.next_step.reset();
  } else if (!venue.next_step) {
    venue.next_step = now + settings_.step;
  }
}

void Exchange::end_of_day(core::Time now) {
  run_until(now);
  expire_day_orders(now_);
}

void Exchange::expire_day_orders(core::Time now) {
  for (Order& order : orders_) {
    if (!order.is_open() || order.request.time_in_force != core::TimeInForce::day) continue;
    take_out(order);
    end(order, fix::OrdStatus::expired, "end of day", now);
  }
  for (auto& [symbol, venue] : venues_) {
    venue.market.new_day();
    schedule(venue, now);
  }
}

// ----------------------------------------------------------------------------------------------------------- Symbols

Venue& Exchange::open(const SymbolSettings& symbol) {
  Venue venue{.market = Market(settings_.seed, symbol, settings_.liquidity), .phase = phase_, .changed = now_};
  return venues_.emplace(symbol.name, std::move(venue)).first->second;
}

Venue* Exchange::venue_of(const core::Symbol& symbol) {
  if (const auto found = venues_.find(symbol); found != venues_.end()) return &found->second;
  const std::optional<SymbolSettings> made = listing(settings_, symbol);
  return made && venues_.size() < max_symbols ? &open(*made) : nullptr;
}

std::vector<const SymbolSettings*> Exchange::symbols() const {
  std::vector<const SymbolSettings*> symbols;
  for (const auto& [name, venue] : venues_) symbols.push_back(&venue.market.symbol());
  return symbols;
}

std::optional<Phase> Exchange::phase_of(const core::Symbol& symbol) const {
  const auto found = venues_.find(symbol);
  return found == venues_.end() ? std::nullopt : std::optional(found->second.phase);
}

void Exchange::reseed(std::uint64_t seed, core::Time now) {
  run_until(now);
  settings_.seed = seed;
  for (auto& [symbol, venue] : venues_) {
    venue.market.reseed(seed);
    venue.changed = now_;  // before its first order a market shows what it is about to draw
  }
}

std::optional<Picture> Exchange::picture(const core::Symbol& symbol, int depth) const {
  const auto found = venues_.find(symbol);
  if (found == venues_.end()) return std::nullopt;
  const Venue& venue = found->second;
  const bool trades = venue.phase == Phase::continuous;
  Quotes quotes = trades ? venue.market.expected_quotes(depth) : venue.market.quotes(depth);
  return Picture{std::move(quotes.bids), std::move(quotes.offers), venue.last, venue.changed};
}

// ------------------------------------------------------------------------------------------------- Answers and reports

void Exchange::refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now) {
  run_until(now);
  if (auto answer = refusal_of(message, id_prefix_ + "O0", next_exec_id(), now_)) {
    outbox_.add(now_ + settings_.acknowledge_latency, client, std::move(*answer));
  }
}

// --------------------------------------------------------------------------------------------------------- Giving up

bool Exchange::knows(const std::string& client, const std::string& cl_ord_id) const {
  const auto known = clients_.find(client);
  return known != clients_.end() && known->second.ids.contains(cl_ord_id);
}

bool Exchange::has(const std::string& order_id) const {
  return !order_id.empty() &&
         std::any_of(orders_.begin(), orders_.end(), [&](const Order& each) { return each.order_id == order_id; });
}

std::optional<Order> Exchange::take_over(const std::string& order_id) {
  if (!has(order_id)) return std::nullopt;
  const auto found =
      std::find_if(orders_.begin(), orders_.end(), [&](const Order& each) { return each.order_id == order_id; });
  if (found->is_open()) take_out(*found);  // what is filled has left the book
  Order given = *found;
  given.venue = nullptr;
  found->order_id.clear();
  found->status = fix::OrdStatus::cancelled;
  for (auto& [id, key] : client_named(given.client).ids) {
    if (key == given.key) key = 0;
  }
  if (found->venue != nullptr) settle(*found->venue, now_);
  return given;
}

// ------------------------------------------------------------------------------------------------------------- Looking

Exchange::Client& Exchange::client_named(const std::string& name) {
  return clients_.try_emplace(name, Client{name}).first->second;
}

Order* Exchange::find(const Client& client, const std::string& cl_ord_id) {
  const auto found = client.ids.find(cl_ord_id);
  return found == client.ids.end() || found->second == 0 ? nullptr : &orders_.at(found->second - 1);
}

std::string Exchange::next_exec_id() { return id_prefix_ + "E" + std::to_string(++execs_); }

void Exchange::send(Order& order, core::Time due, fix::Message&& message) {
  order.last_report = std::max(due, order.last_report);
  outbox_.add(order.last_report, order.client, std::move(message));
}

}  // namespace simulator
