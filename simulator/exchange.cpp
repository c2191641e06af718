#include "simulator/exchange.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/random.hpp"

namespace simulator {

namespace {

// OrdRejReason(103) and CxlRejReason(102), FIX 4.4 volume 6.
namespace ord_rej {
constexpr int broker_option = 0;
constexpr int unknown_symbol = 1;
constexpr int exceeds_limit = 3;
constexpr int unknown_order = 5;
constexpr int duplicate_order = 6;
constexpr int incorrect_quantity = 13;
constexpr int other = 99;
}  // namespace ord_rej
namespace cxl_rej {
constexpr int too_late = 0;
constexpr int unknown_order = 1;
constexpr int broker_option = 2;
constexpr int duplicate_id = 6;
}  // namespace cxl_rej

// A market order takes fresh quotes this often before the exchange says that there is no liquidity left for it.
constexpr int max_sweeps = 4;

bool is_immediate(core::TimeInForce time_in_force) {
  return time_in_force == core::TimeInForce::immediate_or_cancel || time_in_force == core::TimeInForce::fill_or_kill;
}

std::string end_text(const fix::NewOrderSingle& request) {
  if (request.type == core::OrderType::market) return "no liquidity left";
  return "no more at this price at once";
}

}  // namespace

Exchange::Exchange(ExchangeSettings settings, std::string id_prefix, core::Time start)
    : settings_(std::move(settings)), id_prefix_(std::move(id_prefix)), now_(start) {
  for (const SymbolSettings& symbol : settings_.symbols) {
    const bool added = venues_
                           .emplace(symbol.name, Venue{Market(settings_.seed, symbol, settings_.liquidity),
                                                       std::nullopt, start, std::nullopt})
                           .second;
    CHECK(added);
  }
  if (settings_.close_utc) {
    next_close_ = std::chrono::floor<std::chrono::days>(start) + *settings_.close_utc;
    if (*next_close_ <= start) *next_close_ += std::chrono::days(1);
  }
}

void Exchange::receive(const std::string& client, const fix::Message& message, core::Time now) {
  run_until(now);
  if (const auto* request = std::get_if<fix::NewOrderSingle>(&message)) new_order(client, *request, now_);
  if (const auto* request = std::get_if<fix::OrderCancelRequest>(&message)) cancel(client, *request, now_);
  if (const auto* request = std::get_if<fix::OrderStatusRequest>(&message)) status(client, *request, now_);
}

// ------------------------------------------------------------------------------------------------------------- Time

std::optional<core::Time> Exchange::next_due() const {
  std::optional<core::Time> next = next_close_;
  const auto sooner = [&](core::Time time) { next = next ? std::min(*next, time) : time; };
  for (const auto& [symbol, venue] : venues_) {
    if (venue.next_step) sooner(*venue.next_step);
  }
  if (!outgoing_.empty()) sooner(outgoing_.begin()->second.due);
  return next;
}

std::vector<Outgoing> Exchange::advance(core::Time now) {
  run_until(now);
  std::vector<Outgoing> leaving;
  while (!outgoing_.empty() && outgoing_.begin()->second.due <= now_) {
    leaving.push_back(std::move(outgoing_.extract(outgoing_.begin()).mapped()));
  }
  return leaving;
}

// What was due before `now` happens at its own time, in the order of time, so that it does not matter when we are
// called.
void Exchange::run_until(core::Time now) {
  while (true) {
    Venue* earliest = nullptr;
    for (auto& [symbol, venue] : venues_) {
      if (!venue.next_step || *venue.next_step > now) continue;
      if (!earliest || *venue.next_step < *earliest->next_step) earliest = &venue;
    }
    const bool closes = next_close_ && *next_close_ <= now;
    if (closes && (!earliest || *next_close_ <= *earliest->next_step)) {
      now_ = std::max(now_, *next_close_);
      *next_close_ += std::chrono::days(1);
      expire_day_orders(now_);
    } else if (earliest) {
      now_ = std::max(now_, *earliest->next_step);
      step(*earliest, now_);
    } else {
      break;
    }
  }
  now_ = std::max(now_, now);
}

void Exchange::step(Venue& venue, core::Time now) {
  venue.next_step = now + settings_.step;
  report_fills(venue, venue.market.move(), now);
  schedule(venue, now);
}

// After anything that may have changed the venue's book.
void Exchange::schedule(Venue& venue, core::Time now) {
  venue.changed = now;
  if (!venue.market.has_waiting_orders()) {
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
    venues_.at(order.request.symbol).market.cancel(order.key);
    end(order, fix::OrdStatus::expired, "end of day", now);
  }
  for (auto& [symbol, venue] : venues_) {
    venue.market.new_day();
    schedule(venue, now);
  }
}

std::optional<Picture> Exchange::picture(const core::Symbol& symbol, int depth) const {
  const auto found = venues_.find(symbol);
  if (found == venues_.end()) return std::nullopt;
  const Venue& venue = found->second;
  Quotes quotes = venue.market.quotes(depth);
  return Picture{std::move(quotes.bids), std::move(quotes.offers), venue.last, venue.changed};
}

// --------------------------------------------------------------------------------------------------------- New order

void Exchange::new_order(const std::string& client, const fix::NewOrderSingle& request, core::Time now) {
  Client& known = clients_[client];
  const bool repeated = !known.used_ids.insert(request.cl_ord_id).second;
  Order& order = orders_.emplace_back();
  order.key = orders_.size();
  order.client = client;
  order.order_id = id_prefix_ + "O" + std::to_string(order.key);
  order.request = request;
  order.cl_ord_id = request.cl_ord_id;
  if (!repeated) known.orders.emplace(request.cl_ord_id, order.key);

  if (const std::optional<Refusal> refused = refusal(client, request, repeated)) {
    order.status = fix::OrdStatus::rejected;
    fix::ExecutionReport rejected = report(order, fix::ExecType::rejected, next_exec_id(), now);
    rejected.reject_reason = refused->reason;
    rejected.text = refused->text;
    send(order, now + settings_.acknowledge_latency, std::move(rejected));
    return;
  }
  Venue& venue = venues_.at(request.symbol);
  order.request.currency = venue.market.symbol().currency;
  send(order, now + settings_.acknowledge_latency, report(order, fix::ExecType::new_order, next_exec_id(), now));
  execute(venue, order, now);
  schedule(venue, now);
}

std::optional<Exchange::Refusal> Exchange::refusal(const std::string& client, const fix::NewOrderSingle& request,
                                                   bool repeated) const {
  if (repeated) return Refusal{ord_rej::duplicate_order, "ClOrdID(11) " + request.cl_ord_id + " was used before"};
  const auto found = venues_.find(request.symbol);
  if (found == venues_.end()) {
    return Refusal{ord_rej::unknown_symbol, "Symbol(55) " + request.symbol.text() + " is not traded here"};
  }
  const SymbolSettings& symbol = found->second.market.symbol();
  if (request.quantity.raw <= 0 || request.quantity.raw % symbol.lot.raw != 0) {
    return Refusal{ord_rej::incorrect_quantity,
                   "OrderQty(38) " + request.quantity.text() + " is not a positive multiple of " + symbol.lot.text()};
  }
  if (request.quantity > max_order_quantity) {
    return Refusal{ord_rej::exceeds_limit, "OrderQty(38) is above " + max_order_quantity.text()};
  }
  if (request.currency && *request.currency != symbol.currency) {
    return Refusal{ord_rej::other, "Currency(15) of " + symbol.name.text() + " is " + symbol.currency.text()};
  }
  if (request.type == core::OrderType::limit) {
    if (!request.limit || request.limit->raw <= 0 || request.limit->raw % symbol.tick.raw != 0) {
      return Refusal{ord_rej::other, "Price(44) is not a positive multiple of " + symbol.tick.text()};
    }
    if (*request.limit > max_price) return Refusal{ord_rej::exceeds_limit, "Price(44) is above " + max_price.text()};
  }
  // Drawn from the order itself, so that it does not matter what else comes, or when.
  core::Random random(core::mix(settings_.seed) ^ core::stable_hash(client + '|' + request.cl_ord_id));
  if (static_cast<int>(random.below(1000)) < settings_.reject_per_mille) {
    return Refusal{ord_rej::broker_option, "rejected at random, as the settings of the simulator ask for"};
  }
  return std::nullopt;
}

// FIX 4.4 volume 7, order state changes: what an IOC or FOK order does not get at once is cancelled, not rejected.
void Exchange::execute(Venue& venue, Order& order, core::Time now) {
  const fix::NewOrderSingle& request = order.request;
  const bool is_limit = request.type == core::OrderType::limit;
  report_fills(venue, venue.market.move(), now);
  if (request.time_in_force == core::TimeInForce::fill_or_kill &&
      venue.market.available(request.side, is_limit ? request.limit : std::nullopt) < request.quantity.raw) {
    end(order, fix::OrdStatus::cancelled, "cannot be filled whole at once", now);
    return;
  }
  sweep(venue, order, now);
  if (!order.is_open()) return;
  if (is_limit && !is_immediate(request.time_in_force)) {
    venue.market.rest(order.key, request.side, *request.limit, order.leaves());
  } else {
    end(order, fix::OrdStatus::cancelled, end_text(request), now);
  }
}

void Exchange::sweep(Venue& venue, Order& order, core::Time now) {
  const fix::NewOrderSingle& request = order.request;
  const bool is_market = request.type == core::OrderType::market;
  const std::optional<core::Price> limit = is_market ? std::nullopt : request.limit;
  const int sweeps = is_market && !is_immediate(request.time_in_force) ? max_sweeps : 1;
  for (int i = 0; i < sweeps && order.is_open(); ++i) {
    if (i > 0) report_fills(venue, venue.market.move(), now);
    report_fills(venue, venue.market.match(order.key, request.side, limit, order.leaves()), now);
  }
}

void Exchange::report_fills(Venue& venue, const std::vector<Fill>& fills, core::Time now) {
  for (const Fill& fill : fills) report_fill(venue, fill, now);
}

void Exchange::report_fill(Venue& venue, const Fill& fill, core::Time now) {
  venue.last = {fill.price, fill.quantity, now};
  const SymbolSettings& symbol = venue.market.symbol();
  Order& order = orders_.at(fill.order - 1);
  order.fill(fill.quantity, fill.price);

  fix::ExecutionReport trade = report(order, fix::ExecType::trade, next_exec_id(), now);
  trade.last_quantity = fill.quantity;
  trade.last_price = fill.price;
  trade.last_market = symbol.exchange;
  trade.commission = commission(settings_.fees, fill.quantity, symbol.currency);
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

// ------------------------------------------------------------------------------------------------ Cancel and status

void Exchange::cancel(const std::string& client, const fix::OrderCancelRequest& request, core::Time now) {
  Order* const order = find(client, request.orig_cl_ord_id);
  const auto refuse = [&](int reason, std::string text) {
    reject_cancel(client, request, order, reason, std::move(text), now);
  };
  Client& known = clients_[client];
  if (!known.used_ids.insert(request.cl_ord_id).second) {
    return refuse(cxl_rej::duplicate_id, "ClOrdID(11) " + request.cl_ord_id + " was used before");
  }
  if (!order) {
    return refuse(cxl_rej::unknown_order, "OrigClOrdID(41) " + request.orig_cl_ord_id + " is not an order of yours");
  }
  if (request.symbol != order->request.symbol || request.side != order->request.side) {
    return refuse(cxl_rej::broker_option, "Symbol(55) or Side(54) is not that of order " + request.orig_cl_ord_id);
  }
  if (!order->is_open()) return refuse(cxl_rej::too_late, "the order is over");

  Venue& venue = venues_.at(order->request.symbol);
  const std::optional<core::Quantity> left = venue.market.cancel(order->key);
  CHECK(left && *left == order->leaves());
  order->cl_ord_id = request.cl_ord_id;
  known.orders.emplace(request.cl_ord_id, order->key);
  end(*order, fix::OrdStatus::cancelled, "cancelled as asked", now);
  schedule(venue, now);
}

void Exchange::reject_cancel(const std::string& client, const fix::OrderCancelRequest& request, const Order* order,
                             int reason, std::string text, core::Time now) {
  fix::OrderCancelReject reject;
  reject.order_id = order ? order->order_id : "NONE";
  reject.cl_ord_id = request.cl_ord_id;
  reject.orig_cl_ord_id = request.orig_cl_ord_id;
  reject.ord_status = order ? order->status : fix::OrdStatus::rejected;
  reject.reason = reason;
  reject.text = std::move(text);
  // "Too late" must not overtake the fill that made it so.
  const core::Time due = now + settings_.acknowledge_latency;
  send(client, order ? std::max(due, order->last_report) : due, std::move(reject));
}

void Exchange::status(const std::string& client, const fix::OrderStatusRequest& request, core::Time now) {
  const std::string no_exec_id = "0";  // FIX 4.4 volume 4: ExecID(17) is 0 in answer to a status request
  const core::Time due = now + settings_.acknowledge_latency;
  if (Order* const order = find(client, request.cl_ord_id)) {
    send(*order, due, report(*order, fix::ExecType::order_status, no_exec_id, now));
    return;
  }
  fix::ExecutionReport unknown;
  unknown.order_id = request.order_id.empty() ? "NONE" : request.order_id;
  unknown.exec_id = no_exec_id;
  unknown.cl_ord_id = request.cl_ord_id;
  unknown.exec_type = fix::ExecType::order_status;
  unknown.ord_status = fix::OrdStatus::rejected;
  unknown.symbol = request.symbol;
  unknown.side = request.side;
  unknown.transact_time = now;
  unknown.trade_date = core::fix_date(now);
  unknown.reject_reason = ord_rej::unknown_order;
  unknown.text = "ClOrdID(11) " + request.cl_ord_id + " is not an order of yours";
  send(client, due, std::move(unknown));
}

// ----------------------------------------------------------------------------------------------------------- Refusing

void Exchange::refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now) {
  run_until(now);
  if (auto answer = refusal_of(message, id_prefix_ + "O0", next_exec_id(), now_)) {
    send(client, now_ + settings_.acknowledge_latency, std::move(*answer));
  }
}

// --------------------------------------------------------------------------------------------------------- Giving up

bool Exchange::knows(const std::string& client, const std::string& cl_ord_id) const {
  const auto known = clients_.find(client);
  return known != clients_.end() && known->second.used_ids.contains(cl_ord_id);
}

std::optional<Order> Exchange::take_over(const std::string& order_id) {
  const auto found =
      std::find_if(orders_.begin(), orders_.end(), [&](const Order& each) { return each.order_id == order_id; });
  if (found == orders_.end()) return std::nullopt;
  Order given = *found;
  if (const auto venue = venues_.find(given.request.symbol); venue != venues_.end() && given.is_open()) {
    venue->second.market.cancel(given.key);
    schedule(venue->second, now_);
  }
  found->order_id.clear();
  found->status = fix::OrdStatus::cancelled;
  std::erase_if(clients_[given.client].orders, [&](const auto& each) { return each.second == given.key; });
  return given;
}

Order* Exchange::find(const std::string& client, const std::string& cl_ord_id) {
  const auto known = clients_.find(client);
  if (known == clients_.end()) return nullptr;
  const auto found = known->second.orders.find(cl_ord_id);
  return found == known->second.orders.end() ? nullptr : &orders_.at(found->second - 1);
}

std::string Exchange::next_exec_id() { return id_prefix_ + "E" + std::to_string(++execs_); }

void Exchange::send(Order& order, core::Time due, fix::Message message) {
  order.last_report = std::max(due, order.last_report);
  send(order.client, order.last_report, std::move(message));
}

void Exchange::send(const std::string& client, core::Time due, fix::Message message) {
  outgoing_.emplace(std::pair{due, ++sent_}, Outgoing{due, client, std::move(message)});
}

}  // namespace simulator
