#include "gateway/engine/state.hpp"

// The part of State that makes rows for people: the trade log and the tables behind the views.
namespace gateway {

namespace {

std::string average_price(const Order& order) {
  return order.parts.filled().raw > 0 ? order.parts.average_price().text(2) : std::string();
}

OrderRow row_of(const Order& order) {
  OrderRow row;
  row.number = order.number;
  row.entered_seq = order.entered_seq;
  row.entered = order.entered;
  row.entered_at = order.entered_at;
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
  if (order.parts.filled().raw == 0) return row;
  const std::vector<alloc::Part>& parts = order.parts.parts();
  row.parts.reserve(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) row.parts.push_back({order.slots[i], parts[i]});
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
  return taken;
}

void State::discard_changes() {
  changes_ = {};
  touched_orders_.clear();
  touched_holdings_.clear();
  touched_cash_.clear();
}

void State::log_parts(Order& order) {
  if (!is_finished(state_of(order)) || order.parts.filled().raw == 0) return;
  settle(order);
  const std::vector<alloc::Part>& parts = order.parts.parts();
  order.logged_parts.resize(parts.size());
  LogRow row{.kind = "PART",
             .model = order.entered.model.text(),
             .side = std::string(core::text(order.entered.side)),
             .symbol = order.entered.symbol.text(),
             .price = average_price(order),
             .currency = order.currency.text(),
             .order_id = order.id().text(),
             .exec_id = {},
             .broker = order.entered.broker.text(),
             .exchange = order.entered.exchange,
             .cells = {}};
  const auto accounts = book_.accounts_of(order.group);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // A late fill, after the order was finished, adds what it changed; entries are never rewritten (law 5).
    const std::int64_t units = parts[i].units - order.logged_parts[i].units;
    const std::int64_t commission = parts[i].commission - order.logged_parts[i].commission;
    if (units == 0 && commission == 0) continue;
    const alloc::AccountIndex account = accounts[static_cast<std::size_t>(order.slots[i])];
    row.cells.push_back({book_.account_id(account).text(), core::Quantity{units * order.parts.unit().raw}.text(),
                         core::Money{commission, order.currency}.text()});
  }
  order.logged_parts = parts;
  if (!row.cells.empty()) log(std::move(row));
}

void State::log(LogRow row) {
  row.first_seq = last_log_seq_ + 1;
  row.time = now_;
  last_log_seq_ += static_cast<std::int64_t>(row.cells.size());
  changes_.log.push_back(std::move(row));
}

void State::touch(const Order& order) {
  orders_.changed(order);
  // Few orders change between two calls, so a linear look is the fastest.
  for (const Order* touched : touched_orders_) {
    if (touched == &order) return;
  }
  touched_orders_.push_back(&order);
}

void State::touch_cash(alloc::GroupIndex group, core::Currency currency) { touched_cash_.emplace(group, currency); }

}  // namespace gateway
