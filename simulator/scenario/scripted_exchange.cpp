#include "simulator/scenario/scripted_exchange.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace simulator {

ScriptedExchange::ScriptedExchange(const ExchangeSettings& settings, std::vector<Scenario> scenarios,
                                   const std::string& id_prefix, core::Time start)
    : market_(settings, id_prefix, start),
      script_(std::move(scenarios), settings, id_prefix,
              [this](const core::Symbol& symbol, core::Side side) { return price(symbol, side); }),
      now_(start) {}

void ScriptedExchange::receive(const std::string& client, const fix::Message& message, core::Time now) {
  run_until(now);
  if (!is_scripted(client, message)) market_.receive(client, message, now_);
  collect();
}

bool ScriptedExchange::is_scripted(const std::string& client, const fix::Message& message) {
  if (const auto* order = std::get_if<fix::NewOrderSingle>(&message)) {
    return !market_.knows(client, order->cl_ord_id) && script_.take(client, *order, now_);
  }
  if (const auto* cancel = std::get_if<fix::OrderCancelRequest>(&message)) {
    return script_.cancel(client, *cancel, now_);
  }
  if (const auto* replace = std::get_if<fix::OrderCancelReplaceRequest>(&message)) {
    return script_.replace(client, *replace, now_);
  }
  if (const auto* status = std::get_if<fix::OrderStatusRequest>(&message)) {
    return script_.status(client, *status, now_);
  }
  const auto* allocation = std::get_if<fix::AllocationInstruction>(&message);
  if (allocation != nullptr) script_.allocate(client, *allocation, now_);
  return allocation != nullptr;
}

void ScriptedExchange::collect() {
  std::vector<Leaving> leaving = script_.take_leaving();
  std::move(leaving.begin(), leaving.end(), std::back_inserter(leaving_));
}

void ScriptedExchange::refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now) {
  run_until(now);
  market_.refuse(client, message, now_);
}

core::Result<void> ScriptedExchange::halt(const core::Symbol& symbol, core::Time now) {
  run_until(now);
  return market_.halt(symbol, now_);
}

core::Result<void> ScriptedExchange::resume(const core::Symbol& symbol, core::Time now) {
  run_until(now);
  return market_.resume(symbol, now_);
}

void ScriptedExchange::reseed(std::uint64_t seed, core::Time now) {
  run_until(now);
  market_.reseed(seed, now_);
}

void ScriptedExchange::load(std::vector<Scenario> scenarios, core::Time now) {
  run_until(now);
  script_.load(std::move(scenarios));
}

void ScriptedExchange::logged_on(const std::string& client, core::Time now) {
  run_until(now);
  script_.logged_on(client, now_);
}

core::Result<void> ScriptedExchange::can_act(const std::string& order_id, const Step& step, core::Time now) {
  run_until(now);
  if (!market_.has(order_id)) return script_.can_act(order_id, step);
  const auto traded = traded_.find(order_id);
  return check_fill(order_id, step, traded == traded_.end() ? 0 : traded->second.size());
}

core::Result<void> ScriptedExchange::act(const std::string& order_id, const Step& step, core::Time now) {
  if (auto can = can_act(order_id, step, now); !can) return can;
  if (std::optional<Order> order = market_.take_over(order_id)) {
    script_.adopt(*std::move(order), traded_[order_id]);
    traded_.erase(order_id);
  }
  return script_.act(order_id, step, now_);
}

void ScriptedExchange::act_on_session(const std::string& client, const Step& step, core::Time now) {
  run_until(now);
  script_.act_on_session(client, step, now_);
}

// ------------------------------------------------------------------------------------------------------------- Looking

SeenOrder ScriptedExchange::seen(const Order& order) const {
  SeenOrder seen{.order = &order, .unfilled = order.request.quantity - order.filled, .leaves = order.leaves()};
  const auto traded = traded_.find(order.order_id);
  if (traded == traded_.end()) return seen;
  for (const Traded& each : traded->second) seen.fills.push_back({each.exec_id, each.quantity, each.price, each.time});
  return seen;
}

std::vector<SeenOrder> ScriptedExchange::orders() const {
  std::vector<SeenOrder> all;
  for (const Order& order : market_.orders()) {
    if (!order.order_id.empty()) all.push_back(seen(order));
  }
  std::vector<SeenOrder> scripted = script_.orders();
  std::move(scripted.begin(), scripted.end(), std::back_inserter(all));
  std::stable_sort(all.begin(), all.end(), [](const SeenOrder& one, const SeenOrder& other) {
    return one.order->received < other.order->received;
  });
  return all;
}

std::optional<SeenOrder> ScriptedExchange::order(const std::string& order_id) const {
  if (auto scripted = script_.order(order_id)) return scripted;
  const auto& orders = market_.orders();
  const auto found = std::find_if(orders.begin(), orders.end(), [&](const Order& each) {
    return !each.order_id.empty() && each.order_id == order_id;
  });
  return found == orders.end() ? std::nullopt : std::optional(seen(*found));
}

// --------------------------------------------------------------------------------------------------------------- Time

std::optional<core::Time> ScriptedExchange::next_due() const {
  if (!leaving_.empty()) return leaving_.front().due;
  const std::optional<core::Time> market = market_.next_due();
  const std::optional<core::Time> script = script_.next_due();
  return market && script ? std::min(*market, *script) : market ? market : script;
}

std::vector<Leaving> ScriptedExchange::advance(core::Time now) {
  run_until(now);
  std::vector<Leaving> leaving(std::make_move_iterator(leaving_.begin()), std::make_move_iterator(leaving_.end()));
  leaving_.clear();
  return leaving;
}

// Step by step, with the market brought to the time of each before: a step may ask for its price, or give it an order.
void ScriptedExchange::run_until(core::Time now) {
  now_ = std::max(now_, now);
  while (script_.next_due() && *script_.next_due() <= now_) {
    const core::Time due = *script_.next_due();
    let_market_go_on(due);
    script_.advance();
    collect();
    for (const auto& [client, order] : script_.take_released()) market_.receive(client, order, due);
  }
  let_market_go_on(now_);
}

void ScriptedExchange::let_market_go_on(core::Time until) {
  for (Outgoing& outgoing : market_.advance(until)) {
    if (const auto* report = std::get_if<fix::ExecutionReport>(&outgoing.message)) {
      const bool is_fill = report->exec_type == fix::ExecType::trade;
      if (is_fill && script_.knows(report->order_id)) {
        script_.note_fill(*report);
      } else if (is_fill) {
        traded_[report->order_id].push_back(
            {report->exec_id, report->last_quantity, report->last_price, report->transact_time});
      }
    }
    leaving_.push_back({outgoing.due, std::move(outgoing.client), std::move(outgoing.message)});
  }
}

// The best of the other side, or of this one when there is no other.
std::optional<core::Price> ScriptedExchange::price(const core::Symbol& symbol, core::Side side) const {
  const std::optional<Picture> picture = market_.picture(symbol, 1);
  if (!picture) return std::nullopt;
  const bool buys = side == core::Side::buy;
  const auto& first = buys ? picture->offers : picture->bids;
  const auto& second = buys ? picture->bids : picture->offers;
  if (!first.empty()) return first.front().price;
  return second.empty() ? std::nullopt : std::optional(second.front().price);
}

}  // namespace simulator
