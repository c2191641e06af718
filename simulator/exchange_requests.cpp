#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/random.hpp"
#include "simulator/entry_rules.hpp"
#include "simulator/exchange.hpp"

// What clients ask for.
namespace simulator {

namespace {

// CxlRejReason(102), FIX 4.4 volume 6.
namespace cxl_rej {
constexpr int too_late = 0;
constexpr int unknown_order = 1;
constexpr int broker_option = 2;
constexpr int duplicate_id = 6;
constexpr int other = 99;
}  // namespace cxl_rej
// MassCancelRejectReason(532)
namespace mass_cancel_rej {
constexpr int unknown_symbol = 1;
constexpr int other = 99;
}  // namespace mass_cancel_rej

// What a replacement may not do to an order.
std::optional<std::string> replacement_fault(const fix::NewOrderSingle& after, const fix::NewOrderSingle& before,
                                             bool is_triggered) {
  const auto is_plain = [](core::TimeInForce time) {
    return time == core::TimeInForce::day || time == core::TimeInForce::good_till_cancel;
  };
  const bool may_last =
      after.time_in_force == before.time_in_force || (is_plain(after.time_in_force) && is_plain(before.time_in_force));
  if (after.type != before.type) return "OrdType(40) of an order cannot be changed";
  if (!may_last) return "TimeInForce(59) can be changed between Day and GTC only";
  if (after.strategy != before.strategy || after.begins != before.begins || after.ends != before.ends) {
    return "TargetStrategy(847), EffectiveTime(168) and ExpireTime(126) cannot be changed";
  }
  if (is_triggered && after.stop != before.stop) return "StopPx(99) cannot be changed: the stop was triggered";
  return std::nullopt;
}

}  // namespace

void Exchange::new_order(Client& client, const fix::NewOrderSingle& request, core::Time now) {
  Order& order = orders_.emplace_back();
  order.key = orders_.size();
  order.client = client.name;
  order.order_id = id_prefix_ + "O" + std::to_string(order.key);
  order.received = now;
  order.request = request;
  order.cl_ord_id = request.cl_ord_id;
  const bool repeated = !client.ids.emplace(request.cl_ord_id, order.key).second;
  order.venue = venue_of(request.symbol);

  if (const std::optional<Refusal> refused = refusal(client, request, repeated, order.venue)) {
    order.status = fix::OrdStatus::rejected;
    fix::ExecutionReport rejected = report(order, fix::ExecType::rejected, next_exec_id(), now);
    rejected.reject_reason = refused->reason;
    rejected.text = refused->text;
    send(order, now + settings_.acknowledge_latency, std::move(rejected));
    return;
  }
  order.request.currency = order.venue->market.symbol().currency;
  send(order, now + settings_.acknowledge_latency, report(order, fix::ExecType::new_order, next_exec_id(), now));
  enter(order, now);
  settle(*order.venue, now);
}

std::optional<Refusal> Exchange::refusal(const Client& client, const fix::NewOrderSingle& request, bool repeated,
                                         const Venue* venue) const {
  if (repeated) return Refusal{ord_rej::duplicate_order, "ClOrdID(11) " + request.cl_ord_id + " was used before"};
  if (venue == nullptr) {
    return Refusal{ord_rej::unknown_symbol, "Symbol(55) " + request.symbol.text() + " is not traded here"};
  }
  if (auto fault = fault_of(request, venue->market.symbol())) return fault;
  const std::optional<Phase> phase = settings_.hours ? std::optional(phase_) : std::nullopt;
  if (auto fault = timing_fault(request, phase, venue->is_halted)) return fault;
  if (request.strategy && !vwap_span(request, day_at(now_), now_)) {
    return Refusal{ord_rej::other, "EffectiveTime(168) and ExpireTime(126) leave no time for trading today"};
  }
  // Drawn from the order itself, so that it does not matter what else comes, or when.
  core::Random random(core::mix(settings_.seed) ^ core::stable_hash(client.name + '|' + request.cl_ord_id));
  if (static_cast<int>(random.below(1000)) < settings_.reject_per_mille) {
    return Refusal{ord_rej::broker_option, "rejected at random, as the settings of the simulator ask for"};
  }
  return std::nullopt;
}

// ------------------------------------------------------------------------------------------------ Cancel and replace

void Exchange::cancel(Client& client, const fix::OrderCancelRequest& request, core::Time now) {
  Order* const order =
      changeable({client, request.cl_ord_id, request.orig_cl_ord_id, request.symbol, request.side, '1'}, now);
  if (order == nullptr) return;
  take_out(*order);
  rename(*order, client, request.cl_ord_id);
  end(*order, fix::OrdStatus::cancelled, "cancelled as asked", now);
  settle(*order->venue, now);
}

// FIX 4.4 volume 4, order state changes: a quantity at or below what was filled leaves the order filled, with what was
// filled as its quantity. Less at the same price keeps the place in the queue; whatever else changes loses it.
void Exchange::replace(Client& client, const fix::OrderCancelReplaceRequest& request, core::Time now) {
  const Change change{client, request.order.cl_ord_id, request.orig_cl_ord_id, request.order.symbol, request.order.side,
                      '2'};
  Order* const order = changeable(change, now);
  if (order == nullptr) return;
  if (const auto fault = replacement_fault(request.order, order->request, order->is_triggered)) {
    return reject(change, order, cxl_rej::broker_option, *fault, now);
  }
  if (const auto fault = fault_of(request.order, order->venue->market.symbol())) {
    return reject(change, order, cxl_rej::other, fault->text, now);
  }
  const fix::NewOrderSingle before = order->request;
  const bool keeps_place = request.order.quantity <= before.quantity && request.order.limit == before.limit &&
                           request.order.stop == before.stop;
  const bool is_over = request.order.quantity <= order->filled;
  if (is_over || !keeps_place) take_out(*order);
  rename(*order, client, request.order.cl_ord_id);
  order->request.quantity = std::max(request.order.quantity, order->filled);
  order->request.limit = request.order.limit;
  order->request.stop = request.order.stop;
  order->request.time_in_force = request.order.time_in_force;
  if (is_over) order->status = fix::OrdStatus::filled;
  if (!is_over && keeps_place && order->place == Order::Place::book) {
    order->venue->market.reduce(order->key, order->leaves());
  }
  send(*order, now + settings_.acknowledge_latency, report(*order, fix::ExecType::replaced, next_exec_id(), now));
  if (!is_over && !keeps_place) enter(*order, now);
  settle(*order->venue, now);
}

void Exchange::rename(Order& order, Client& client, const std::string& cl_ord_id) {
  order.orig_cl_ord_id = std::exchange(order.cl_ord_id, cl_ord_id);
  client.ids[cl_ord_id] = order.key;
}

// The order that a request is about; nothing when it cannot be changed, which the client is told.
Order* Exchange::changeable(const Change& change, core::Time now) {
  Order* const order = find(change.client, change.orig_cl_ord_id);
  const auto refuse = [&](int reason, std::string text) {
    reject(change, order, reason, std::move(text), now);
    return nullptr;
  };
  if (!change.client.ids.emplace(change.cl_ord_id, 0).second) {
    return refuse(cxl_rej::duplicate_id, "ClOrdID(11) " + change.cl_ord_id + " was used before");
  }
  if (order == nullptr) {
    return refuse(cxl_rej::unknown_order, "OrigClOrdID(41) " + change.orig_cl_ord_id + " is not an order of yours");
  }
  if (change.symbol != order->request.symbol || change.side != order->request.side) {
    return refuse(cxl_rej::broker_option, "Symbol(55) or Side(54) is not that of order " + change.orig_cl_ord_id);
  }
  if (!order->is_open()) return refuse(cxl_rej::too_late, "the order is over");
  return order;
}

void Exchange::reject(const Change& change, const Order* order, int reason, std::string text, core::Time now) {
  fix::OrderCancelReject reject;
  reject.order_id = order != nullptr ? order->order_id : "NONE";
  reject.cl_ord_id = change.cl_ord_id;
  reject.orig_cl_ord_id = change.orig_cl_ord_id;
  reject.ord_status = order != nullptr ? order->status : fix::OrdStatus::rejected;
  reject.response_to = change.response_to;
  reject.reason = reason;
  reject.text = std::move(text);
  // "Too late" must not overtake the fill that made it so.
  const core::Time due = now + settings_.acknowledge_latency;
  outbox_.add(order != nullptr ? std::max(due, order->last_report) : due, change.client.name, std::move(reject));
}

// The report of the whole first, then one for each order, oldest first.
void Exchange::mass_cancel(Client& client, const fix::OrderMassCancelRequest& request, core::Time now) {
  const bool is_for_symbol = request.scope == fix::MassCancelScope::symbol;
  fix::OrderMassCancelReport answer{.cl_ord_id = request.cl_ord_id,
                                    .order_id = id_prefix_ + "M" + std::to_string(++mass_cancels_),
                                    .asked = request.scope,
                                    .answer = request.scope,
                                    .symbol = request.symbol,
                                    .side = request.side};
  const auto refuse = [&](int reason, std::string text) {
    answer.answer = fix::MassCancelScope::rejected;
    answer.reject_reason = reason;
    answer.text = std::move(text);
    outbox_.add(now + settings_.acknowledge_latency, client.name, std::move(answer));
  };
  if (!client.ids.emplace(request.cl_ord_id, 0).second) {
    return refuse(mass_cancel_rej::other, "ClOrdID(11) " + request.cl_ord_id + " was used before");
  }
  if (is_for_symbol && !venues_.contains(request.symbol)) {
    return refuse(mass_cancel_rej::unknown_symbol, "Symbol(55) " + request.symbol.text() + " is not traded here");
  }
  std::vector<Order*> orders;
  for (Order& order : orders_) {
    const bool is_meant = (!is_for_symbol || order.request.symbol == request.symbol) &&
                          order.request.side == request.side.value_or(order.request.side);
    if (order.is_open() && order.client == client.name && is_meant) orders.push_back(&order);
  }
  answer.affected = static_cast<int>(orders.size());
  outbox_.add(now + settings_.acknowledge_latency, client.name, std::move(answer));
  for (Order* const order : orders) {
    take_out(*order);
    end(*order, fix::OrdStatus::cancelled, "cancelled by mass cancel " + request.cl_ord_id, now);
    settle(*order->venue, now);
  }
}

// ------------------------------------------------------------------------------------------------------------ Status

void Exchange::status(Client& client, const fix::OrderStatusRequest& request, core::Time now) {
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
  outbox_.add(due, client.name, std::move(unknown));
}

}  // namespace simulator
