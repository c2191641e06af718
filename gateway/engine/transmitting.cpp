#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "core/check.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/engine/means.hpp"
#include "gateway/engine/proposing.hpp"
#include "portfolio/apply.hpp"
#include "portfolio/funds.hpp"
#include "portfolio/remaining.hpp"

// How the orders of a proposal go out: sales first, purchases that they pay for when they are done.
namespace gateway {

namespace {

OrderRequest request_of(const Staged& staged, const portfolio::BlockOrder& order, std::int64_t place,
                        const core::SessionName& broker, const State& state) {
  const portfolio::Quote& quote = staged.content->quotes[order.quote];
  OrderRequest request{.side = order.side,
                       .quantity = order.quantity(),
                       .symbol = quote.symbol,
                       .type = order.type,
                       .limit = order.limit,
                       .time_in_force = order.time_in_force,
                       .model = {},
                       .broker = broker,
                       .security_type = {},
                       .exchange = {},
                       .currency = {},
                       .place = staged.id + " order " + std::to_string(place),
                       .parts = {},
                       .proposal = staged.id};
  if (quote.price.price.raw > 0) request.expected = quote.price.price;
  request.place_in_it = place;
  request.parts.reserve(order.legs.size());
  for (const portfolio::Leg& leg : order.legs) {
    request.parts.push_back({state.book().account_id(leg.account), state.book().group_code(leg.group), leg.quantity,
                             leg.does_money_leave, leg.stake});
  }
  return request;
}

// Where the sales of a proposal are.
struct Sales {
  bool is_any_open = false;     // out and not finished
  bool is_any_missing = false;  // not out, or finished without being filled whole
};

Sales sales_of(const Staged& staged, const State& state) {
  Sales sales;
  for (std::size_t i = 0; i < staged.places.size(); ++i) {
    if (!core::is_sale(staged.content->orders[i].side)) continue;
    const Staged::Place& place = staged.places[i];
    const Order* order = place.order.empty() ? nullptr : state.orders().find(place.order);
    const bool is_open = place.is_transmitted && (order == nullptr || !is_finished(state_of(*order)));
    sales.is_any_open = sales.is_any_open || is_open;
    const bool is_filled = order != nullptr && state_of(*order) == OrderState::filled;
    sales.is_any_missing = sales.is_any_missing || (!is_open && !is_filled && !place.is_followed);
  }
  return sales;
}

// Transmitted orders that are not out yet: those that need not wait, or those that wait for sales.
std::vector<std::int64_t> unsent(const Staged& staged, bool that_wait) {
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < staged.places.size(); ++i) {
    const Staged::Place& place = staged.places[i];
    if (!place.is_transmitted || !place.order.empty()) continue;
    if (staged.content->orders[i].waits_for_sales == that_wait) places.push_back(static_cast<std::int64_t>(i) + 1);
  }
  return places;
}

// Of the first of its orders that went out.
std::optional<core::SessionName> broker_of(const Staged& staged, const State& state) {
  for (const Staged::Place& place : staged.places) {
    if (!place.order.empty()) return state.orders().find(place.order)->entered.broker;
  }
  return std::nullopt;
}

// Units that its own transfers bring into sleeves, unless they were made.
ToCome to_come(const Staged& staged) {
  ToCome units;
  if (staged.is_applied) return units;
  for (const portfolio::UnitsMove& move : staged.content->unit_moves) {
    const core::Symbol& symbol = staged.content->quotes[move.quote].symbol;
    units[{move.account, move.from, symbol}] -= move.quantity;
    units[{move.account, move.to, symbol}] += move.quantity;
  }
  return units;
}

const portfolio::BlockOrder& order_at(const Staged& staged, std::int64_t place) {
  return staged.content->orders[static_cast<std::size_t>(place - 1)];
}

}  // namespace

Answer Engine::decide(const TransmitProposal& wish, const Origin& by, core::Time now) {
  const auto found = find_staged(wish.proposal, wish.hash);
  if (!found) return found.error();
  const Staged& staged = **found;
  if (is_over(staged.stage)) return refuse_stage(staged, "transmitted");
  std::set<std::int64_t> places(wish.places.begin(), wish.places.end());
  const auto count = static_cast<std::int64_t>(staged.places.size());
  for (const std::int64_t place : places) {
    Answer answer;
    const std::string name = "order " + std::to_string(place);
    if (place < 1 || place > count) {
      answer.refusals.push_back(
          {RefusalCode::malformed, name, "there is none; the proposal has " + std::to_string(count)});
      return answer;
    }
    if (staged.places[static_cast<std::size_t>(place - 1)].is_transmitted) {
      answer.refusals.push_back({RefusalCode::proposal_stage, name, "is transmitted already"});
      return answer;
    }
    if (order_at(staged, place).has_gone) {
      answer.refusals.push_back(
          {RefusalCode::cash_short, name,
           "could not be paid at all when " + staged.id + " was finished; once there is cash, finish it again"});
      return answer;
    }
  }
  for (std::int64_t place = 1; wish.places.empty() && place <= count; ++place) {
    const bool is_staged = !staged.places[static_cast<std::size_t>(place - 1)].is_transmitted;
    if (is_staged && !order_at(staged, place).has_gone) places.insert(place);
  }
  if (places.empty() && (count > 0 || staged.is_applied)) return refuse_stage(staged, "transmitted");
  if (auto moved = has_moved(staged, now)) return *std::move(moved);
  if (auto refused = cannot_pay(staged, places, now)) return *std::move(refused);

  std::vector<OrderRequest> requests;
  for (const std::int64_t place : places) {
    requests.push_back(request_of(staged, order_at(staged, place), place, wish.broker, state_));
  }
  Plan plan = check_orders(requests, state_, settings_, brokers_, now);
  Answer refused;
  refused.refusals = std::move(plan.refusals);
  if (refused.refusals.empty()) refused.refusals = check_sales(requests, state_, to_come(staged));
  refused.refusals.insert(refused.refusals.end(), plan.not_connected.begin(), plan.not_connected.end());
  if (!refused.refusals.empty()) return refused;

  const std::string id = staged.id;
  const auto content = staged.content;
  record(ProposalTransmitted{id, {places.begin(), places.end()}, by}, now);
  if (content->operation == portfolio::Operation::remove) drop_proposals_of(content->models.front().model, id, now);
  send_orders(staged, unsent(staged, false), wish.broker, by, now);
  // Somebody who sends purchases alone does not wait for sales that are not out.
  if (!sales_of(staged, state_).is_any_open) send_orders(staged, unsent(staged, true), wish.broker, by, now);
  end_if_complete(staged, now);
  return told(id);
}

void Engine::send_orders(const Staged& staged, const std::vector<std::int64_t>& places, const core::SessionName& broker,
                         const Origin& by, core::Time now) {
  if (places.empty()) return;
  const bool are_paid_by_sales = order_at(staged, places.front()).waits_for_sales;
  if (are_paid_by_sales) move_what_came(staged, now);
  state_.settle();
  std::vector<OrderRequest> requests;
  std::vector<std::int64_t> held;
  std::string why;
  std::string cut;
  if (are_paid_by_sales) {
    const Ground ground(state_, live_, settings_.models, now);
    std::vector<std::size_t> purchases;
    for (const std::int64_t place : places) purchases.push_back(static_cast<std::size_t>(place - 1));
    const portfolio::Affordable affordable = portfolio::cut_to_cash(*staged.content, purchases, ground.desk());
    held = places;
    why = "the cash of its sleeves does not pay for any of it";
    for (std::size_t i = 0; i < affordable.orders.size(); ++i) {
      const auto place = static_cast<std::int64_t>(affordable.places[i]) + 1;
      requests.push_back(request_of(staged, affordable.orders[i], place, broker, state_));
      std::erase(held, place);
      const core::Quantity asked = order_at(staged, place).quantity();
      const core::Quantity sent = affordable.orders[i].quantity();
      if (sent == asked) continue;
      cut += (cut.empty() ? "order " : "; order ") + std::to_string(place) + " asks for " + asked.text() + " " +
             requests.back().symbol.text() + " and goes out for " + sent.text() +
             ": the cash of its sleeves does not pay for more now";
    }
  } else {
    for (const std::int64_t place : places) {
      requests.push_back(request_of(staged, order_at(staged, place), place, broker, state_));
    }
  }
  for (const OrderRequest& request : requests) {
    // One by one: what is refused holds nobody else up, and each sees those before it among the open orders.
    Plan plan = plan_orders({request}, state_, settings_, brokers_, now);
    plan.refusals.insert(plan.refusals.end(), plan.not_connected.begin(), plan.not_connected.end());
    if (plan.refusals.empty()) {
      send_order(plan.orders.front(), {by.key, by.who.empty() ? staged.who : by.who}, by.command, now);
    } else {
      held.push_back(request.place_in_it);
      why = plan.refusals.front().place + ": " + plan.refusals.front().message;
    }
  }
  if (!held.empty() && !cut.empty()) why += "; " + cut;
  if (held.empty()) why = std::move(cut);
  if (!why.empty()) record(OrdersHeld{staged.id, std::move(held), std::move(why)}, now);
}

std::optional<Answer> Engine::cannot_pay(const Staged& staged, const std::set<std::int64_t>& places,
                                         core::Time now) const {
  std::vector<std::size_t> purchases;
  for (std::size_t i = 0; i < staged.places.size(); ++i) {
    const bool is_out = staged.places[i].is_transmitted && !staged.content->orders[i].has_gone;
    if (is_out || places.contains(static_cast<std::int64_t>(i) + 1)) purchases.push_back(i);
  }
  const Ground ground(state_, live_, settings_.models, now);
  Answer answer;
  for (const portfolio::Shortfall& each : portfolio::shortfalls(*staged.content, ground.desk(), purchases)) {
    answer.refusals.push_back({RefusalCode::cash_short, state_.book().account_id(each.account).text(),
                               portfolio::text(each, ground.desk()) + "; nothing of " + staged.id +
                                   " goes out: make its orders smaller: prorata proposal edit " + staged.id});
  }
  return answer.refusals.empty() ? std::nullopt : std::optional(std::move(answer));
}

void Engine::move_what_came(const Staged& staged, core::Time now) {
  state_.settle();
  record(ProposalSalesDone{staged.id,
                           portfolio::due_after_sales(*staged.content, staged.moved, staged.brought, state_.book())},
         now);
}

// What came for it moves; the rest stays where it is.
void Engine::end(const Staged& staged, ProposalEnd as, const Origin& by, core::Time now) {
  ProposalEnded ended{staged.id, as, by, {}};
  if (as != ProposalEnd::discarded) {
    const auto waits = [](const portfolio::CashMove& move) { return move.when == portfolio::When::after_sales; };
    const auto& moves = staged.content->cash_moves;
    if (std::any_of(moves.begin(), moves.end(), waits)) move_what_came(staged, now);
    state_.settle();
    portfolio::Sleeves unfilled;
    for (std::size_t i = 0; i < staged.places.size(); ++i) {
      const Staged::Place& place = staged.places[i];
      const Order* order = place.order.empty() ? nullptr : state_.orders().find(place.order);
      const bool is_filled = order != nullptr && state_of(*order) == OrderState::filled;
      if (is_filled || place.is_followed) continue;
      for (const portfolio::Leg& leg : staged.content->orders[i].legs) unfilled.emplace(leg.group, leg.account);
    }
    ended.moves = portfolio::due_after_orders(*staged.content, staged.moved, unfilled, state_.book());
  }
  record(std::move(ended), now);
}

void Engine::advance_proposals(core::Time now) {
  for (const std::int64_t number : state_.take_stirred()) advance(state_.proposals().at(number), now);
}

void Engine::advance(const Staged& staged, core::Time now) {
  if (is_over(staged.stage) || !staged.is_applied) return;
  const Sales sales = sales_of(staged, state_);
  std::vector<std::int64_t> waiting = unsent(staged, true);
  if (!waiting.empty() && !sales.is_any_open) {
    if (sales.is_any_missing) {
      record(OrdersHeld{staged.id, std::move(waiting),
                        "the sales that pay for them were not filled whole: finish the proposal, or transmit them for "
                        "what the cash pays"},
             now);
    } else {
      // Where its sales went. While nobody is there they wait on: the next logon stirs them.
      const core::SessionName broker = broker_of(staged, state_).value_or(settings_.default_broker);
      if (brokers_.is_logged_on(broker)) send_orders(staged, waiting, broker, {}, now);
    }
  }
  end_if_complete(staged, now);
}

// Every order was filled for what was proposed. A purchase that was cut is as whole as it can be when the cash of its
// sleeves pays for no more of it.
void Engine::end_if_complete(const Staged& staged, core::Time now) {
  if (is_over(staged.stage) || !staged.is_applied) return;
  std::vector<std::size_t> cut;
  for (std::size_t i = 0; i < staged.places.size(); ++i) {
    const Staged::Place& place = staged.places[i];
    if (place.is_followed) continue;
    const Order* order = place.order.empty() ? nullptr : state_.orders().find(place.order);
    if (order == nullptr || state_of(*order) != OrderState::filled) return;
    const portfolio::BlockOrder& asked = staged.content->orders[i];
    if (order->entered.quantity == asked.quantity()) continue;
    if (core::is_sale(asked.side)) return;
    cut.push_back(i);
  }
  if (!cut.empty()) {
    state_.settle();
    const std::vector<portfolio::Progress> progress = progress_of(staged);
    std::vector<std::vector<core::Quantity>> got;
    for (const std::size_t i : cut) got.push_back(progress[i].got);
    const Ground ground(state_, live_, settings_.models, now);
    if (portfolio::is_more_payable(*staged.content, cut, got, ground.desk())) return;
  }
  end(staged, ProposalEnd::done, {}, now);
}

}  // namespace gateway
