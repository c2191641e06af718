#include "gateway/orders/order.hpp"

#include <utility>

#include "core/bytes.hpp"
#include "core/check.hpp"

namespace gateway {

std::string_view text(OrderState state) {
  switch (state) {
    case OrderState::sent: return "SENT";
    case OrderState::uncertain: return "UNCERTAIN";
    case OrderState::acknowledged: return "NEW";
    case OrderState::partially_filled: return "PARTIALLY FILLED";
    case OrderState::pending_cancel: return "PENDING CANCEL";
    case OrderState::filled: return "FILLED";
    case OrderState::cancelled: return "CANCELLED";
    case OrderState::expired: return "EXPIRED";
    case OrderState::done_for_day: return "DONE FOR DAY";
    case OrderState::rejected: return "REJECTED";
  }
  return "";
}

bool is_finished(OrderState state) {
  switch (state) {
    case OrderState::filled:
    case OrderState::cancelled:
    case OrderState::expired:
    case OrderState::done_for_day:
    case OrderState::rejected: return true;
    default: return false;
  }
}

OrderState state_of(const Order& order) {
  const core::Quantity filled = order.parts.filled();
  if (filled == order.entered.quantity) return OrderState::filled;
  if (order.reported.rejected && filled.raw == 0) return OrderState::rejected;
  if (order.reported.cancelled) return OrderState::cancelled;
  if (order.reported.expired) return OrderState::expired;
  if (order.reported.done_for_day) return OrderState::done_for_day;
  if (order.uncertain) return OrderState::uncertain;
  if (!order.pending_cancel_id.empty()) return OrderState::pending_cancel;
  if (filled.raw > 0) return OrderState::partially_filled;
  if (order.reported.acknowledged) return OrderState::acknowledged;
  return OrderState::sent;
}

Order& Orders::add(Order order) {
  CHECK(!by_id_.contains(order.id().text()));
  all_.push_back(std::make_unique<Order>(std::move(order)));
  Order& added = *all_.back();
  by_id_[added.id().text()] = &added;
  by_cl_ord_id_[{added.entered.broker, added.id().text()}] = &added;
  return added;
}

void Orders::changed(const Order& order) {
  if (is_finished(state_of(order))) {
    open_.erase(order.number);
  } else {
    open_.emplace(order.number, &order);
  }
}

void Orders::name_cancel(const Order& order, const std::string& cancel_id) {
  give_and_note({.kind = NameKind::cancel, .text = cancel_id, .order = order.number});
}

void Orders::name_at_broker(const Order& order, const std::string& broker_order_id) {
  if (broker_order_id.empty()) return;
  give_and_note({.kind = NameKind::at_broker, .text = broker_order_id, .order = order.number});
}

void Orders::name_sent(const Order& order, int seq_num) {
  give_and_note({.kind = NameKind::sent, .text = {}, .seq_num = seq_num, .order = order.number});
}

bool Orders::give(const Name& name) {
  Order* order = all_[static_cast<std::size_t>(name.order - 1)].get();
  const core::SessionName& broker = order->entered.broker;
  const auto set = [&](Order*& named) { return std::exchange(named, order) != order; };
  switch (name.kind) {
    case NameKind::cancel: return set(by_cl_ord_id_[{broker, name.text}]);
    case NameKind::at_broker: return set(by_broker_id_[{broker, name.text}]);
    case NameKind::sent: return set(by_seq_num_[{broker, name.seq_num}]);
  }
  return false;
}

void Orders::give_and_note(const Name& name) {
  if (!give(name)) return;
  core::ByteWriter record;
  name_fields(record, name);
  names_.add(record.take());
}

bool Orders::restore_names(std::vector<Blocks::Block> blocks) {
  for (const Blocks::Block& block : blocks) {
    core::ByteReader reader(*block);
    while (!reader.is_done()) {
      Name name;
      name_fields(reader, name);
      if (!reader.ok() || name.kind > NameKind::sent) return false;
      if (name.order < 1 || name.order > static_cast<std::int64_t>(all_.size())) return false;
      static_cast<void>(give(name));
    }
  }
  names_.restore(std::move(blocks));
  return true;
}

Order* Orders::find(const core::OrderId& id) {
  const auto found = by_id_.find(id.text());
  return found == by_id_.end() ? nullptr : found->second;
}

const Order* Orders::find(const core::OrderId& id) const {
  const auto found = by_id_.find(id.text());
  return found == by_id_.end() ? nullptr : found->second;
}

Order* Orders::by_cl_ord_id(const core::SessionName& broker, const std::string& cl_ord_id) {
  const auto found = by_cl_ord_id_.find({broker, cl_ord_id});
  return found == by_cl_ord_id_.end() ? nullptr : found->second;
}

Order* Orders::by_broker_order_id(const core::SessionName& broker, const std::string& broker_order_id) {
  const auto found = by_broker_id_.find({broker, broker_order_id});
  return found == by_broker_id_.end() ? nullptr : found->second;
}

Order* Orders::by_seq_num(const core::SessionName& broker, int seq_num) {
  const auto found = by_seq_num_.find({broker, seq_num});
  return found == by_seq_num_.end() ? nullptr : found->second;
}

}  // namespace gateway
