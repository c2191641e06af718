#include <algorithm>

#include "gateway/engine/state.hpp"
#include "portfolio/stakes.hpp"

// The part of State that makes rows for people: the trade log and the tables behind the views.
namespace gateway {

namespace {

std::string average_price(const Order& order) {
  return order.parts.filled().raw > 0 ? order.parts.average_price().text(2) : std::string();
}

// Calls take(i, group, slot) for each share of the order.
template <class Take>
void each_sleeve(const Order& order, const Take& take) {
  for (const Leg& leg : order.legs()) {
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) take(i, leg.group, order.slots()[i]);
  }
}

std::string model_of(const Order& order) {
  const bool all_independent = order.shares != nullptr && order.legs().size() == 1 && order.entered.model.empty();
  return all_independent ? "Independent" : order.entered.model.text();
}

OrderRow row_of(const Order& order) {
  OrderRow row;
  row.number = order.number;
  row.entered = order.entered;
  row.entered_at = order.entered_at;
  row.model = model_of(order);
  row.currency = order.currency;
  row.group = order.group;
  row.unit = order.parts.unit();
  row.state = text(state_of(order));
  row.filled = order.parts.filled();
  row.average_price = average_price(order);
  row.notional_minor = order.parts.cost_minor();
  row.commission = order.parts.commission();
  row.broker_order_id = order.broker_order_id;
  row.text = order.text;
  row.parts_are_stored = order.parts.is_retired();
  if (order.parts.filled().raw == 0 || row.parts_are_stored) return row;
  const std::vector<alloc::Part>& parts = order.parts.parts();
  row.parts.reserve(parts.size());
  each_sleeve(order, [&](std::size_t i, alloc::GroupIndex group, alloc::SlotIndex slot) {
    row.parts.push_back({group, slot, parts[i]});
  });
  return row;
}

ProposalRow row_of(const Staged& staged) {
  ProposalRow row{.number = staged.number,
                  .proposal = staged.id,
                  .version = staged.version,
                  .seq = staged.seq,
                  .time = staged.time,
                  .operation = std::string(portfolio::text(staged.operation)),
                  .title = staged.title,
                  .stage = std::string(text(staged.stage)),
                  .hash = staged.hash.text(),
                  .who = staged.who,
                  .why_held = staged.why_held,
                  .places = {}};
  for (const Staged::Place& place : staged.places) row.places.emplace_back(place.order.text(), place.is_transmitted);
  return row;
}

}  // namespace

Changes State::take_changes() {
  Changes taken = std::move(changes_);
  changes_ = {};
  for (const Order* touched : touched_orders_) taken.orders.push_back(row_of(*touched));
  touched_orders_.clear();
  for (const auto& [group, symbol] : touched_holdings_) {
    const alloc::Book::InstrumentRow& row = book_.instruments_of(group).at(symbol);
    taken.holdings.push_back({group, symbol, row.currency, row.by_slot});
  }
  touched_holdings_.clear();
  for (const auto& [group, currency] : touched_cash_) {
    taken.cash.push_back({group, currency, book_.cash_of(group).at(currency).by_slot});
  }
  touched_cash_.clear();
  for (const std::int64_t number : touched_proposals_) taken.proposals.push_back(row_of(proposals_.at(number)));
  touched_proposals_.clear();
  return taken;
}

void State::discard_changes() {
  changes_ = {};
  touched_orders_.clear();
  touched_holdings_.clear();
  touched_cash_.clear();
  touched_proposals_.clear();
}

// A late fill, a bust or a correction, after the order was finished, adds what it changed; entries are never rewritten
// (law 5). An order that a bust makes open again stays in the log as it is.
void State::log_parts(Order& order) {
  if (!order.parts_logged && (!is_finished(state_of(order)) || order.parts.filled().raw == 0)) return;
  if (order.parts.is_retired()) return;  // logged before it was let go, and nothing was filled since
  // Once they stand in the log every fill is logged at once, so what they were before it is what stands there.
  std::vector<alloc::Part> logged = settle(order);
  if (!order.parts_logged) logged.assign(logged.size(), {});
  order.parts_logged = true;
  const std::vector<alloc::Part>& parts = order.parts.parts();
  PartLogRow row{.first_seq = last_log_seq_ + 1,
                 .time = now_,
                 .order_number = order.number,
                 .group = order.group,
                 .price = average_price(order),
                 .parts = {}};
  each_sleeve(order, [&](std::size_t i, alloc::GroupIndex group, alloc::SlotIndex slot) {
    const alloc::Part added{
        .units = parts[i].units - logged[i].units, .cost = 0, .commission = parts[i].commission - logged[i].commission};
    if (added != alloc::Part{}) row.parts.push_back({group, slot, added});
  });
  if (!row.parts.empty()) {
    last_log_seq_ += static_cast<std::int64_t>(row.parts.size());
    changes_.part_log.push_back(std::move(row));
  }
  send_money_out(order, logged);
}

void State::send_money_out(Order& order, const std::vector<alloc::Part>& before) {
  if (!core::is_sale(order.entered.side)) return;
  // A sale that brings no more than its fee brings nothing: the debt stays where it was made.
  const auto net = [](const alloc::Part& part) { return std::max<std::int64_t>(part.cost - part.commission, 0); };
  for (const Leg& leg : order.legs()) {
    const auto accounts = book_.accounts_of(leg.group);
    for (std::size_t at = 0; at < order.shares->leaving.size(); ++at) {
      const std::uint64_t i = order.shares->leaving[at];
      if (i < leg.first || i >= leg.first + leg.count) continue;
      const core::Money brought{net(order.parts.parts()[i]) - net(before[i]), order.currency};
      const alloc::AccountIndex account = accounts[static_cast<std::size_t>(order.slots()[i])];
      if (brought.minor != 0) {
        book_.transfer_cash(account, leg.group, alloc::Book::independent(), brought);
        note_move({.account = account,
                   .from = leg.group,
                   .to = alloc::Book::independent(),
                   .currency = brought.currency,
                   .minor = brought.minor,
                   .symbol = {}});
        if (order.entered.place > 0) note_brought(order, account, brought);
      }
      take_stake_along(order, leg.group, account, at, before);
    }
  }
}

// The stake of units that were sold, or bought back by a bust, since `before`.
void State::take_stake_along(const Order& order, alloc::GroupIndex group, alloc::AccountIndex account, std::size_t at,
                             const std::vector<alloc::Part>& before) {
  const std::uint64_t i = order.shares->leaving[at];
  const std::int64_t stake = order.shares->leaving_stakes[at];
  const std::int64_t weight = order.shares->table->weights()[i];
  const portfolio::Model* model = models_.find(group);
  if (stake == 0 || weight == 0 || model == nullptr) return;
  const std::int64_t by = portfolio::stake_gone_with(stake, order.parts.parts()[i].units, weight) -
                          portfolio::stake_gone_with(stake, before[i].units, weight);
  portfolio::take_stake(model->code, account, by, models_, book_);
}

void State::log(LogRow row) {
  row.first_seq = last_log_seq_ + 1;
  row.time = now_;
  last_log_seq_ += static_cast<std::int64_t>(row.cells.size());
  changes_.log.push_back(std::move(row));
}

void State::touch(Order& order) {
  orders_.changed(order);
  if (order.entered.place > 0) stir(order);
  if (!order.is_unsaved) {
    order.is_unsaved = true;
    unsaved_orders_.push_back(&order);
  }
  // Few orders change between two calls, so a linear look is the fastest.
  for (const Order* touched : touched_orders_) {
    if (touched == &order) return;
  }
  touched_orders_.push_back(&order);
}

void State::touch_holding(alloc::GroupIndex group, const core::Symbol& symbol) {
  touched_holdings_.emplace(group, symbol);
  unsaved_holdings_.emplace(group, symbol);
}

void State::touch_cash(alloc::GroupIndex group, core::Currency currency) { touched_cash_.emplace(group, currency); }

}  // namespace gateway
