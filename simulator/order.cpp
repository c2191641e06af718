#include "simulator/order.hpp"

#include <algorithm>
#include <string_view>

#include "core/check.hpp"

namespace simulator {

namespace {

// The value of a tag in a raw message, or nothing.
std::string_view field(std::string_view raw, std::string_view tag) {
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('\x01'), raw.size());
    const std::string_view one = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (one.size() > tag.size() && one.starts_with(tag) && one[tag.size()] == '=') return one.substr(tag.size() + 1);
  }
  return {};
}

constexpr int other_business_reason = 0;  // BusinessRejectReason(380)
constexpr int other_order_reason = 99;    // OrdRejReason(103)

}  // namespace

core::Price Order::average_price() const {
  if (filled.raw == 0) return {};
  const core::Int128 divisor = filled.raw;
  return {static_cast<std::int64_t>((notional + divisor / 2) / divisor)};
}

void Order::fill(core::Quantity quantity, core::Price price) {
  CHECK(is_open() && quantity.raw > 0 && quantity <= leaves());
  filled += quantity;
  notional += core::notional(quantity, price);
  status = filled == request.quantity ? fix::OrdStatus::filled : fix::OrdStatus::partially_filled;
}

fix::ExecutionReport report(const Order& order, fix::ExecType type, std::string exec_id, core::Time now) {
  fix::ExecutionReport report;
  report.order_id = order.order_id;
  report.exec_id = std::move(exec_id);
  report.cl_ord_id = order.cl_ord_id;
  // FIX 4.4 volume 4, order state changes: trades name the order as it is, and not what it was before.
  if (type != fix::ExecType::trade) report.orig_cl_ord_id = order.orig_cl_ord_id;
  report.exec_type = type;
  report.ord_status = order.status;
  report.symbol = order.request.symbol;
  report.side = order.request.side;
  report.order_quantity = order.request.quantity;
  report.limit = order.limit();
  if (has_stop(order.request.type)) report.stop = order.request.stop;
  report.leaves_quantity = order.leaves();
  report.cumulative_quantity = order.filled;
  report.average_price = order.average_price();
  report.currency = order.request.currency;
  report.trade_date = core::fix_date(now);
  report.transact_time = now;
  return report;
}

std::optional<fix::Message> refusal_of(const fix::UnreadableMessage& message, std::string order_id, std::string exec_id,
                                       core::Time now) {
  constexpr std::string_view requests = "DFGHq";
  if (message.msg_type.size() != 1 || requests.find(message.msg_type) == std::string_view::npos) return std::nullopt;
  const std::string_view cl_ord_id = field(message.raw, "11");
  const std::string_view symbol = field(message.raw, "55");
  const std::string_view side = field(message.raw, "54");
  if (message.msg_type == "D" && !cl_ord_id.empty() && !symbol.empty() && (side == "1" || side == "2")) {
    fix::ExecutionReport rejected;
    rejected.order_id = std::move(order_id);
    rejected.exec_id = std::move(exec_id);
    rejected.cl_ord_id = cl_ord_id;
    rejected.exec_type = fix::ExecType::rejected;
    rejected.ord_status = fix::OrdStatus::rejected;
    rejected.symbol = core::Symbol(std::string(symbol));
    rejected.side = side == "1" ? core::Side::buy : core::Side::sell;
    rejected.transact_time = now;
    rejected.trade_date = core::fix_date(now);
    rejected.text = message.reason;
    rejected.reject_reason = other_order_reason;
    return rejected;
  }
  fix::MessageReject reject;
  reject.business = true;
  reject.ref_seq_num = message.seq_num;
  reject.ref_msg_type = message.msg_type;
  reject.ref_id = cl_ord_id;
  reject.reason = other_business_reason;
  reject.text = message.reason;
  return reject;
}

}  // namespace simulator
