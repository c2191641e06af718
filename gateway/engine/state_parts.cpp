#include <set>
#include <span>

#include "core/check.hpp"
#include "core/random.hpp"
#include "gateway/engine/state.hpp"

// The part of State that is about what accounts get of orders: the shares by which they are split, the cents and the
// postings that wait until somebody looks, and what finished orders let go of.
namespace gateway {

namespace {

const core::Error not_as_booked{"", "the fills that the journal has of it are not those that were booked"};

}  // namespace

// ---- shares

std::shared_ptr<const SealedShares> State::sealed_shares(const SharesSealed& event, std::int64_t seq) const {
  // By the book: an order may be looked at again when its model is gone, whose group stays.
  const std::optional<alloc::GroupIndex> of_model = group_named(event.model);
  auto sealed = std::make_shared<SealedShares>();
  sealed->seq = seq;
  std::vector<std::int64_t> weights;
  sealed->slots.reserve(event.shares.size());
  weights.reserve(event.shares.size());
  for (const Share& share : event.shares) {
    CHECK(share.group || of_model);
    const alloc::GroupIndex group = share.group ? static_cast<alloc::GroupIndex>(*share.group) : *of_model;
    if (sealed->legs.empty() || sealed->legs.back().group != group) {
      CHECK(sealed->legs.empty() || sealed->legs.back().group < group);
      sealed->legs.push_back({group, sealed->slots.size(), 0});
    }
    ++sealed->legs.back().count;
    if (share.does_money_leave) {
      sealed->leaving.push_back(sealed->slots.size());
      sealed->leaving_stakes.push_back(share.stake);
    }
    sealed->slots.push_back(static_cast<alloc::SlotIndex>(share.slot));
    weights.push_back(share.weight);
  }
  sealed->table = std::make_shared<const alloc::ShareTable>(std::move(weights));
  return sealed;
}

std::optional<alloc::GroupIndex> State::group_named(const core::ModelCode& model) const {
  for (std::size_t i = 1; i < book_.group_count(); ++i) {
    const auto group = static_cast<alloc::GroupIndex>(i);
    if (book_.group_code(group) == model) return group;
  }
  return std::nullopt;
}

// ---- settling

void State::settle() {
  while (!unsettled_.empty()) settle(*unsettled_.begin()->second);
}

void State::unsettle(Order& order) {
  if (!order.parts.is_settled()) return;
  for (const Leg& leg : order.legs()) {
    settle(leg.group, order.entered.symbol);
    unsettled_[{leg.group, order.entered.symbol}] = &order;
  }
}

std::vector<alloc::Part> State::settle(Order& order) {
  if (order.parts.is_settled()) return order.parts.parts();
  for (const Leg& leg : order.legs()) unsettled_.erase({leg.group, order.entered.symbol});
  return post(order);
}

// The whole order, whose other legs may stand in other groups: its cents are placed over all of them at once.
void State::settle(alloc::GroupIndex group, const core::Symbol& symbol) {
  const auto found = unsettled_.find({group, symbol});
  if (found != unsettled_.end()) settle(*found->second);
}

std::vector<alloc::Part> State::post(Order& order) {
  std::vector<alloc::Part> posted = order.parts.settle();
  for (const Leg& leg : order.legs()) {
    const alloc::Book::Block block{.order = order.number,
                                   .group = leg.group,
                                   .symbol = order.entered.symbol,
                                   .currency = order.currency,
                                   .side = order.entered.side,
                                   .unit = order.parts.unit(),
                                   .slots = std::span(order.slots()).subspan(leg.first, leg.count)};
    book_.post_parts(block, std::span(posted).subspan(leg.first, leg.count),
                     std::span(order.parts.parts()).subspan(leg.first, leg.count));
    touch_holding(leg.group, order.entered.symbol);
    touch_cash(leg.group, order.currency);
  }
  return posted;
}

// ---- letting go of finished orders

void State::age() {
  CHECK(unsettled_.empty() && !saved_);
  retire_orders();
  if (archive_ != nullptr) forget_fills(last_seq_);
}

void State::retire_orders() {
  for (Order* order : finished_orders_) {
    if (archive_ == nullptr || order->is_unsaved || order->parts.is_retired() || !is_finished(state_of(*order)))
      continue;
    order->parts.retire();
    order->shares.reset();
  }
  finished_orders_.clear();
  for (Order* order : unsaved_orders_) {
    order->is_unsaved = false;
    if (is_finished(state_of(*order))) finished_orders_.push_back(order);
  }
  unsaved_orders_.clear();
}

void State::bring_back(const Order& order) { bring_back(this->order(order.id())); }

// The split is a function of the shares and of the fills in their order, so what was let go comes back as it was.
void State::bring_back(Order& order) {
  if (!order.parts.is_retired()) return;
  const OrderHistory history = history_of(order);
  auto shares = sealed_shares(history.shares, order.entered.shares_seq);
  alloc::BlockParts parts(shares->table, core::stable_hash(order.id().text()), order.parts.unit(), order.currency,
                          order.parts.factor());
  for (const BookedFill& fill : booked_fills(history.fills)) {
    if (!fill.is_busted) parts.fill(fill.quantity, fill.price, fill.commission);
  }
  static_cast<void>(parts.settle());
  if (parts.totals() != order.parts.totals()) lose(order, not_as_booked);
  order.shares = std::move(shares);
  order.parts = std::move(parts);
  finished_orders_.push_back(&order);
}

void State::lose(const Order& order, const core::Error& why) const {
  const core::Error lost{"order " + order.id().text(), why.text()};
  if (archive_failed_) archive_failed_(lost);
  core::check_failed(lost.text().c_str(), __FILE__, __LINE__);
}

// ---- fills one by one

std::vector<BookedFill> State::fills_of(const Order& order) { return booked_fills(history_of(order).fills); }

OrderHistory State::history_of(const Order& order) {
  OrderHistory history;
  const bool is_archived = order.parts.is_retired() || order.entered.shares_seq <= fills_since_;
  if (!is_archived) {
    add_recent_fills(order, history);
    return history;
  }
  CHECK(archive_ != nullptr);
  const std::int64_t shares_seq = order.entered.shares_seq;
  core::Result<OrderHistory> read = archive_->history(order.number, shares_seq, fills_since_ + 1);
  if (read) add_recent_fills(order, *read);
  if (!read || !adds_up(order, *read)) {
    // Rows beside the journal, by which that was found, may be missing or changed; the journal alone decides.
    read = archive_->search(order.id(), shares_seq, fills_since_ + 1);
    if (!read) lose(order, read.error());
    add_recent_fills(order, *read);
    if (!adds_up(order, *read)) lose(order, not_as_booked);
  }
  return *std::move(read);
}

void State::add_recent_fills(const Order& order, OrderHistory& history) const {
  for (const RecentFill& recent : recent_fills_) {
    if (recent.order == order.number) history.fills.push_back(recent.record);
  }
}

bool State::adds_up(const Order& order, const OrderHistory& history) {
  std::set<std::int64_t> booked;
  for (const FillRecord& record : history.fills) {
    if (record.fill == record.seq) booked.insert(record.seq);
    if (!booked.contains(record.fill)) return false;  // a change of a fill that is not there
  }
  core::Int128 units = 0;
  core::Int128 notional = 0;
  core::Int128 commission = 0;
  for (const BookedFill& fill : booked_fills(history.fills)) {
    if (fill.is_busted) continue;
    units += fill.quantity.raw / order.parts.unit().raw;
    notional += core::notional(fill.quantity, fill.price);
    commission += fill.commission.raw;
  }
  const alloc::BlockParts::Totals totals = order.parts.totals();
  return units == totals.units && notional == totals.notional && commission == totals.commission;
}

void State::forget_fills(std::int64_t up_to) {
  while (!recent_fills_.empty() && recent_fills_.front().record.seq <= up_to) recent_fills_.pop_front();
  fills_since_ = up_to;
}

}  // namespace gateway
