#include "gateway/engine/state.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/random.hpp"

namespace gateway {

namespace {

std::string exec_key(const core::SessionName& broker, const std::string& exec_id) {
  return broker.text() + '\x01' + exec_id;
}

}  // namespace

void State::apply(const Entry& entry) {
  CHECK(entry.seq == last_seq_ + 1);
  if (last_seq_ == 0) changes_.groups.push_back({alloc::Book::independent(), "Independent"});
  last_seq_ = entry.seq;
  now_ = entry.time;
  std::visit([&](const auto& event) { on(event); }, entry.event);
}

// ---- the desk

void State::on(const AccountOpened& event) {
  const alloc::AccountIndex index = book_.open_account(event.account);
  accounts_[event.account.text()] = index;
  changes_.accounts.push_back({index, event});
  // Every account is in Independent, in the slot of its own number.
  const auto slot = book_.join(alloc::Book::independent(), index);
  changes_.slots.push_back({alloc::Book::independent(), slot, index});
}

void State::on(const InstrumentAdded& event) {
  instruments_[event.symbol] = event;
  changes_.instruments.push_back(event);
}

void State::on(const ModelCreated& event) {
  models_.create(event.model, event.name, event.currency, book_);
  changes_.groups.push_back({models_.find(event.model)->group, event.model.text()});
}

void State::on(const CashDeposited& event) {
  const core::Money amount{event.minor, event.currency};
  book_.deposit(account(event.account), amount);
  touch_cash(alloc::Book::independent(), event.currency);
  log({.kind = "DEPOSIT",
       .symbol = event.currency.text(),
       .currency = event.currency.text(),
       .cells = {{event.account.text(), amount.text(), ""}}});
}

void State::on(const CashInvested& event) {
  const core::Money amount{event.minor, event.currency};
  const alloc::AccountIndex index = account(event.account);
  const std::size_t before = book_.accounts_of(models_.find(event.model)->group).size();
  models_.invest(event.model, index, amount, book_);
  const portfolio::Model& model = *models_.find(event.model);
  if (book_.accounts_of(model.group).size() > before) {
    changes_.slots.push_back({model.group, book_.join(model.group, index), index});
  }
  touch_cash(alloc::Book::independent(), event.currency);
  touch_cash(model.group, event.currency);
  log({.kind = "TRANSFER",
       .model = event.model.text(),
       .symbol = event.currency.text(),
       .currency = event.currency.text(),
       .cells = {{event.account.text(), amount.text(), ""}}});
}

void State::on(const HoldingBrought& event) {
  const alloc::AccountIndex index = account(event.account);
  const portfolio::Model& model = *models_.find(event.model);
  const std::size_t before = book_.accounts_of(model.group).size();
  const alloc::SlotIndex slot = book_.join(model.group, index);
  if (book_.accounts_of(model.group).size() > before) changes_.slots.push_back({model.group, slot, index});
  book_.bring_in(index, model.group, event.symbol, event.currency, {event.quantity, event.cost_minor});
  touched_holdings_.emplace(model.group, event.symbol);
  log({.kind = "HOLDING",
       .model = event.model.text(),
       .symbol = event.symbol.text(),
       .currency = event.currency.text(),
       .cells = {{event.account.text(), event.quantity.text(), ""}}});
}

void State::on(const DeskImported&) { desk_imported_ = true; }

// ---- orders

void State::on(const OrderEntered& event) {
  const portfolio::Model& model = *models_.find(event.model);
  const InstrumentAdded& traded = *instrument(event.symbol);
  std::vector<alloc::SlotIndex> slots;
  std::vector<std::int64_t> weights;
  slots.reserve(event.shares.size());
  weights.reserve(event.shares.size());
  for (const Share& share : event.shares) {
    slots.push_back(static_cast<alloc::SlotIndex>(share.slot));
    weights.push_back(share.weight);
  }
  // The order in which ties are broken is drawn from the order's own id (law 3).
  const std::uint64_t tie_seed = core::stable_hash(event.order.text());
  Order& added = orders_.add(Order{.entered = event,
                                   .entered_at = now_,
                                   .security_type = traded.security_type,
                                   .currency = traded.currency,
                                   .group = model.group,
                                   .slots = std::move(slots),
                                   .parts = {std::move(weights), tie_seed, traded.unit, traded.currency},
                                   .reported = {},
                                   .pending_cancel_id = {},
                                   .broker_order_id = {},
                                   .text = {},
                                   .fill_exec_ids = {},
                                   .logged_parts = {}});
  added.number = static_cast<std::int64_t>(orders_.all().size());
  added.entered_seq = last_seq_;
  added.entered.shares = {};  // they live on in slots and parts
  orders_.name_sent(added, event.seq_num);
  remember(event.key, event.command, event.order);
  touch(added);
}

void State::on(const CancelRequested& event) {
  Order& changed = order(event.order);
  changed.pending_cancel_id = event.cancel_id;
  changed.cancel_seq_num = event.seq_num;
  ++changed.cancels_sent;
  orders_.name_cancel(changed, event.cancel_id);
  orders_.name_sent(changed, event.seq_num);
  remember(event.key, event.command, event.order);
  touch(changed);
}

void State::on(const StateReported& event) {
  Order& changed = order(event.order);
  const auto exec_type = static_cast<fix::ExecType>(event.exec_type);
  const auto ord_status = static_cast<fix::OrdStatus>(event.ord_status);
  if (exec_type == fix::ExecType::order_status) {
    // An answer to our question: whatever it says, the order is no longer in doubt, and a cancel that the broker does
    // not speak of did not arrive.
    changed.uncertain = false;
    if (ord_status != fix::OrdStatus::pending_cancel) changed.pending_cancel_id.clear();
  } else {
    remember(changed.entered.broker, event.trade_date, event.exec_id, event.digest);
  }
  switch (ord_status) {
    case fix::OrdStatus::cancelled: changed.reported.cancelled = true; break;
    case fix::OrdStatus::expired: changed.reported.expired = true; break;
    case fix::OrdStatus::done_for_day: changed.reported.done_for_day = true; break;
    case fix::OrdStatus::rejected: changed.reported.rejected = true; break;
    case fix::OrdStatus::pending_new: break;
    default: changed.reported.acknowledged = true; break;
  }
  if (ord_status != fix::OrdStatus::pending_new) changed.uncertain = false;
  changed.broker_filled = std::max(changed.broker_filled, event.cumulative);
  if (!event.text.empty()) changed.text = event.text;
  if (changed.broker_order_id.empty()) changed.broker_order_id = event.broker_order_id;
  orders_.name_at_broker(changed, event.broker_order_id);
  touch(changed);
  log_parts(changed);
}

void State::on(const FillBooked& event) {
  Order& filled = order(event.order);
  remember(filled.entered.broker, event.trade_date, event.exec_id, event.digest);
  const std::vector<alloc::Part> before = filled.parts.parts();
  filled.parts.fill(event.quantity, event.price, event.commission);
  book_.post_parts(filled.group, filled.entered.symbol, filled.currency, filled.entered.side, filled.parts.unit(),
                   filled.slots, before, filled.parts.parts());
  filled.uncertain = false;
  filled.reported.acknowledged = true;
  filled.broker_filled = std::max(filled.broker_filled, event.cumulative);
  filled.fill_exec_ids.push_back(event.exec_id);
  if (filled.broker_order_id.empty()) filled.broker_order_id = event.broker_order_id;
  orders_.name_at_broker(filled, event.broker_order_id);
  touched_holdings_.emplace(filled.group, filled.entered.symbol);
  touch_cash(filled.group, filled.currency);
  touch(filled);
  changes_.fills.push_back({last_seq_, filled.number, event});
  log({.kind = "FILL",
       .model = filled.entered.model.text(),
       .side = std::string(core::text(filled.entered.side)),
       .symbol = filled.entered.symbol.text(),
       .price = event.price.text(2),
       .currency = filled.currency.text(),
       .order_id = filled.id().text(),
       .exec_id = event.exec_id,
       .broker = filled.entered.broker.text(),
       .exchange = event.exchange,
       .cells = {{"", event.quantity.text(), event.commission.text(2)}}});
  log_parts(filled);
}

void State::on(const CancelRejected& event) {
  Order& changed = order(event.order);
  if (changed.pending_cancel_id == event.cancel_id) changed.pending_cancel_id.clear();
  changed.text = event.text;
  touch(changed);
}

void State::on(const SendRefused& event) {
  Order& changed = order(event.order);
  if (event.cancel_id.empty()) {
    changed.reported.rejected = true;
    changed.uncertain = false;
  } else if (changed.pending_cancel_id == event.cancel_id) {
    changed.pending_cancel_id.clear();
  }
  changed.text = event.text;
  touch(changed);
  log_parts(changed);
}

void State::on(const OrderUncertain& event) {
  Order& changed = order(event.order);
  changed.uncertain = true;
  changed.text = event.text;
  touch(changed);
}

void State::on(const OrderNeverArrived& event) {
  Order& changed = order(event.order);
  changed.uncertain = false;
  changed.reported.rejected = true;
  changed.text = event.text;
  touch(changed);
}

void State::on(const BreakKept& event) {
  ++break_count_;
  if (!event.exec_id.empty()) remember(event.broker, event.trade_date, event.exec_id, event.digest);
  changes_.breaks.push_back({static_cast<std::int64_t>(break_count_), now_, event});
  log({.kind = "BREAK",
       .order_id = event.order_id,
       .exec_id = event.exec_id,
       .broker = event.broker.text(),
       .cells = {{"", "", ""}}});
}

// ---- look-ups

const InstrumentAdded* State::instrument(const core::Symbol& symbol) const {
  const auto found = instruments_.find(symbol);
  return found == instruments_.end() ? nullptr : &found->second;
}

const State::Done* State::done_for(const std::string& key) const {
  const auto found = done_.find(key);
  return found == done_.end() ? nullptr : &found->second;
}

Seen State::seen(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                 std::uint64_t digest) const {
  const auto found = exec_ids_.find(exec_key(broker, exec_id));
  if (found == exec_ids_.end()) return Seen::never;
  const std::vector<Execution>& known = found->second;
  const auto has = [&](auto matches) { return std::any_of(known.begin(), known.end(), matches); };
  if (has([&](const Execution& execution) { return execution.digest == digest; })) return Seen::same_content;
  if (has([&](const Execution& execution) { return execution.trade_date == trade_date; })) return Seen::other_content;
  return Seen::never;
}

Order& State::order(const core::OrderId& id) {
  Order* found = orders_.find(id);
  CHECK(found != nullptr);
  return *found;
}

alloc::AccountIndex State::account(const core::AccountId& id) const {
  const auto found = accounts_.find(id.text());
  CHECK(found != accounts_.end());
  return found->second;
}

void State::remember(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                     std::uint64_t digest) {
  if (seen(broker, trade_date, exec_id, digest) == Seen::same_content) return;
  exec_ids_[exec_key(broker, exec_id)].push_back({trade_date, digest});
}

void State::remember(const std::string& key, std::uint64_t command, const core::OrderId& order) {
  Done& done = done_[key];
  done.command = command;
  done.orders.push_back(order);
}

}  // namespace gateway
