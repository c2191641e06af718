#include "gateway/engine/state.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/random.hpp"

namespace gateway {

namespace {

void note_status(Reported& reported, fix::OrdStatus status) {
  switch (status) {
    case fix::OrdStatus::cancelled: reported.cancelled = true; break;
    case fix::OrdStatus::expired: reported.expired = true; break;
    case fix::OrdStatus::done_for_day: reported.done_for_day = true; break;
    case fix::OrdStatus::rejected: reported.rejected = true; break;
    case fix::OrdStatus::pending_new: break;
    default: reported.acknowledged = true; break;
  }
}

}  // namespace

void State::apply(const Entry& entry) {
  CHECK(entry.seq == last_seq_ + 1);
  if (last_seq_ == 0) changes_.groups.push_back({alloc::Book::independent(), "Independent"});
  last_seq_ = entry.seq;
  now_ = entry.time;
  std::visit([&](const auto& event) { on(event); }, entry.event);
}

// ---- orders

void State::on(const SharesSealed& event) {
  auto sealed = sealed_shares(event, last_seq_);
  if (event.model.empty()) {
    shares_to_come_ = std::move(sealed);
  } else {
    last_shares_[{models_.find(event.model)->group, event.side}] = std::move(sealed);
  }
}

std::shared_ptr<const SealedShares> State::shares_for(const OrderEntered& event) {
  if (shares_to_come_ && shares_to_come_->seq == event.shares_seq) return std::exchange(shares_to_come_, nullptr);
  const portfolio::Model* model = models_.find(event.model);
  CHECK(model != nullptr);
  const auto shares = last_shares_.find({model->group, event.side});
  CHECK(shares != last_shares_.end() && shares->second->seq == event.shares_seq);
  return shares->second;
}

void State::on(const OrderEntered& event) {
  const InstrumentAdded& traded = *instrument(event.symbol);
  const auto shares = shares_for(event);
  const std::uint64_t tie_seed = core::stable_hash(event.order.text());
  Order& added = orders_.add(Order{.number = static_cast<std::int64_t>(orders_.all().size()) + 1,
                                   .entered = event,
                                   .entered_at = now_,
                                   .security_type = traded.security_type,
                                   .currency = traded.currency,
                                   .group = shares->legs.front().group,
                                   .shares = shares,
                                   .parts = {shares->table, tie_seed, traded.unit, traded.currency,
                                             priced_instruments_.at(event.symbol).money_factor()},
                                   .reported = {},
                                   .pending_cancel_id = {},
                                   .broker_order_id = {},
                                   .text = {}});
  orders_.name_sent(added, event.seq_num);
  if (!event.key.empty()) remember(event.key, event.command, added.number, event.place > 0 ? event.proposal : "");
  if (event.place > 0) note_sent(event);
  touch(added);
}

void State::on(const CancelRequested& event) {
  Order& changed = order(event.order);
  changed.pending_cancel_id = event.cancel_id;
  changed.cancel_seq_num = event.seq_num;
  ++changed.cancels_sent;
  orders_.name_cancel(changed, event.cancel_id);
  orders_.name_sent(changed, event.seq_num);
  remember(event.key, event.command, changed.number);
  touch(changed);
}

void State::on(const StateReported& event) {
  Order& changed = order(event.order);
  const auto exec_type = static_cast<fix::ExecType>(event.exec_type);
  const auto ord_status = static_cast<fix::OrdStatus>(event.ord_status);
  if (changed.uncertain) changed.text.clear();  // it said that nobody knows
  if (exec_type == fix::ExecType::order_status) {
    // An answer to our question: whatever it says, the order is no longer in doubt, and a cancel that the broker does
    // not speak of did not arrive.
    changed.uncertain = false;
    if (ord_status != fix::OrdStatus::pending_cancel) changed.pending_cancel_id.clear();
  } else {
    executions_.remember(changed.entered.broker, event.trade_date, event.exec_id, event.digest);
  }
  note_status(changed.reported, ord_status);
  if (ord_status != fix::OrdStatus::pending_new) changed.uncertain = false;
  changed.broker_filled = std::max(changed.broker_filled, event.cumulative);
  if (!event.text.empty()) changed.text = event.text;
  if (changed.broker_order_id.empty()) changed.broker_order_id = event.broker_order_id;
  orders_.name_at_broker(changed, event.broker_order_id);
  touch(changed);
  log_parts(changed);
}

void State::on(const FillBooked& event) {
  prices_.set(order(event.order).entered.symbol,
              {event.price, std::min(event.transact_time, now_), portfolio::PriceSource::last_fill});
  Order& filled = order(event.order);
  executions_.remember(filled.entered.broker, event.trade_date, event.exec_id, event.digest);
  bring_back(filled);
  remember_fill(filled,
                {last_seq_, last_seq_, event.exec_id, event.trade_date, event.quantity, event.price, event.commission});
  unsettle(filled);
  filled.parts.fill(event.quantity, event.price, event.commission);
  if (filled.uncertain || filled.reported.rejected) filled.text.clear();  // what it said is not so
  filled.uncertain = false;
  filled.reported.acknowledged = true;
  filled.broker_filled = std::max(filled.broker_filled, event.cumulative);
  if (filled.broker_order_id.empty()) filled.broker_order_id = event.broker_order_id;
  orders_.name_at_broker(filled, event.broker_order_id);
  touch(filled);
  changes_.fills.push_back({last_seq_, ++last_log_seq_, filled.number, event});
  log_parts(filled);
}

void State::on(const FillBusted& event) { change_fill(event.change, event); }

void State::on(const FillCorrected& event) { change_fill(event.change, event); }

// The parts become those of the fills that remain; the difference is posted when they are settled.
void State::change_fill(const FillChange& event, const Event& whole) {
  Order& changed = order(event.order);
  executions_.remember(changed.entered.broker, event.trade_date, event.exec_id, event.digest);
  bring_back(changed);
  OrderHistory history = history_of(changed);
  history.fills.push_back(*fill_record(last_seq_, whole));
  remember_fill(changed, history.fills.back());
  unsettle(changed);
  std::vector<alloc::BlockParts::Fill> remaining;
  for (const BookedFill& fill : booked_fills(history.fills)) {
    if (!fill.is_busted) remaining.push_back({fill.quantity, fill.price, fill.commission});
  }
  // What the broker counts falls with what we count: a gap between the two stays as wide as it was.
  const core::Quantity before = changed.parts.filled();
  changed.parts.restate(remaining);
  ++changed.restated;
  const core::Quantity counted = changed.broker_filled + (changed.parts.filled() - before);
  changed.broker_filled = std::max({core::Quantity{}, counted, event.cumulative});
  changed.uncertain = false;
  changed.reported.acknowledged = true;
  note_status(changed.reported, static_cast<fix::OrdStatus>(event.ord_status));
  if (!event.text.empty()) changed.text = event.text;
  if (changed.broker_order_id.empty()) changed.broker_order_id = event.broker_order_id;
  orders_.name_at_broker(changed, event.broker_order_id);
  touch(changed);
  FillChangeRow row{last_seq_, last_log_seq_ + 1, changed.number, event, std::nullopt};
  if (const auto* corrected = std::get_if<FillCorrected>(&whole)) row.corrected = *corrected;
  last_log_seq_ += row.corrected ? 2 : 1;
  changes_.fill_changes.push_back(std::move(row));
  log_parts(changed);
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
  breaks_.push_back({event.broker, event.order_id, event.exec_id, "", ""});
  ++open_breaks_;
  note_break(breaks_.size());
  const bool was_read = !event.exec_id.empty() && event.digest != 0;
  if (was_read) executions_.remember(event.broker, event.trade_date, event.exec_id, event.digest);
  changes_.breaks.push_back({static_cast<std::int64_t>(breaks_.size()), now_, event});
  log({.kind = "BREAK",
       .order_id = event.order_id,
       .exec_id = event.exec_id,
       .broker = event.broker.text(),
       .cells = {{"", "", ""}}});
}

// The broker has filled all of it, and we could not book all of that: once a person has settled what is missing, no
// report is left that would end the order.
void State::end_if_nothing_comes(Order& order, const BreakSettled& event) {
  if (is_finished(state_of(order)) || order.broker_filled < order.entered.quantity) return;
  const auto is_open = [&](const Break& each) { return each.order_id == order.id().text() && each.settled_as.empty(); };
  if (std::any_of(breaks_.begin(), breaks_.end(), is_open)) return;
  order.reported.done_for_day = true;
  order.pending_cancel_id.clear();
  order.text = "the broker counts it as filled; what is missing here was settled by " + event.who;
  touch(order);
  log_parts(order);
}

void State::on(const BreakSettled& event) {
  Break& settled = breaks_.at(static_cast<std::size_t>(event.number - 1));
  if (settled.settled_as.empty()) --open_breaks_;
  settled.settled_as = event.settled_as;
  settled.settled_by = event.who;
  note_break(static_cast<std::size_t>(event.number));
  remember(event.key, event.command, 0);
  changes_.settlements.push_back({last_seq_, now_, event});
  if (Order* meant = orders_.find(core::OrderId(settled.order_id))) end_if_nothing_comes(*meant, event);
  log({.kind = "BREAK_SETTLED",
       .order_id = settled.order_id,
       .exec_id = settled.exec_id,
       .broker = settled.broker.text(),
       .cells = {{"", "", ""}}});
}

void State::on(const CopyTakenOver&) {
  // The same copy may be taken over more than once, each time with the same numbers before it; the second differs.
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  name_tag_.clear();
  for (auto seconds = std::chrono::floor<std::chrono::seconds>(now_).time_since_epoch().count(); seconds > 0;
       seconds /= static_cast<std::int64_t>(digits.size())) {
    name_tag_.insert(name_tag_.begin(), digits[static_cast<std::size_t>(seconds) % digits.size()]);
  }
}

// ---- look-ups

const State::Break* State::find_break(std::int64_t number) const {
  const bool known = number >= 1 && number <= static_cast<std::int64_t>(breaks_.size());
  return known ? &breaks_[static_cast<std::size_t>(number - 1)] : nullptr;
}

const alloc::Book& State::book() const {
  CHECK(unsettled_.empty());
  return book_;
}

const InstrumentAdded* State::instrument(const core::Symbol& symbol) const {
  const auto found = instruments_.find(symbol);
  return found == instruments_.end() ? nullptr : &found->second;
}

const SealedShares* State::last_shares(alloc::GroupIndex group, core::Side side) const {
  const auto found = last_shares_.find({group, side});
  return found == last_shares_.end() ? nullptr : found->second.get();
}

const State::Done* State::done_for(const std::string& key) const {
  const auto found = done_.find(key);
  return found == done_.end() ? nullptr : &found->second;
}

Order& State::order(const core::OrderId& id) {
  Order* found = orders_.find(id);
  CHECK(found != nullptr);
  return *found;
}

std::optional<alloc::AccountIndex> State::find_account(const core::AccountId& id) const {
  const auto found = accounts_.find(id.text());
  return found == accounts_.end() ? std::nullopt : std::optional(found->second);
}

alloc::AccountIndex State::account(const core::AccountId& id) const {
  const auto found = find_account(id);
  CHECK(found.has_value());
  return *found;
}

}  // namespace gateway
