#include "fix/allocation_text.hpp"
#include "fix/codes.hpp"
#include "fix/fix42.hpp"
#include "fix/market_data_text.hpp"
#include "fix/trading_status_text.hpp"
#include "fix/translate.hpp"
#include "fix/writer.hpp"

namespace fix {
namespace {

// OrdType(40) and TimeInForce(59).
void write_kind(Writer& out, const NewOrderSingle& order, Version version) {
  const bool is_by_type = version == Version::fix42 && order.time_in_force == core::TimeInForce::at_the_close;
  if (!is_by_type) {
    out.character(field::ord_type, to_code(order_type_codes, order.type));
    return out.character(field::time_in_force, to_code(time_in_force_codes, order.time_in_force));
  }
  if (has_stop(order.type)) return out.refuse(field::ord_type, "FIX 4.2 has no stop order for the closing auction");
  out.character(field::ord_type, has_limit(order.type) ? limit_on_close : market_on_close);
}

void write_order(Writer& out, const NewOrderSingle& order, Version version) {
  out.required(field::cl_ord_id, order.cl_ord_id);
  out.optional(field::account, order.account);
  out.character(field::handl_inst, '1');  // automated, no broker intervention: required by 4.2, usual in 4.4
  out.required(field::symbol, order.symbol.text());
  out.optional(field::security_type, order.security_type);
  out.optional(field::ex_destination, order.exchange);
  out.currency(order.currency);
  out.character(field::side, to_code(side_codes, order.side));
  out.positive(field::order_qty, order.quantity);
  write_kind(out, order, version);
  if (has_limit(order.type) && !order.limit) out.refuse(field::price, "a limit order needs a limit");
  if (order.limit) out.decimal(field::price, *order.limit);
  if (has_stop(order.type) && !order.stop) out.refuse(field::stop_px, "a stop order needs a stop price");
  if (order.stop) out.decimal(field::stop_px, *order.stop);
  if (order.least) out.decimal(field::min_qty, *order.least);
  out.number(field::target_strategy, order.strategy);
  if (order.begins) out.time(field::effective_time, *order.begins);
  if (order.ends) out.time(field::expire_time, *order.ends);
  out.time(field::transact_time, order.transact_time);
}

core::Result<FIX::Message> write(const NewOrderSingle& order, Version version) {
  Writer out("D");
  write_order(out, order, version);
  return out.take();
}

core::Result<FIX::Message> write(const OrderCancelReplaceRequest& request, Version version) {
  Writer out("G");
  out.required(field::orig_cl_ord_id, request.orig_cl_ord_id);
  out.optional(field::order_id, request.order_id);
  write_order(out, request.order, version);
  return out.take();
}

void refuse_in_fix42(Writer& out, Version version) {
  if (version == Version::fix42) out.refuse(field::msg_type, "FIX 4.2 has no mass cancels; cancel order by order");
}

core::Result<FIX::Message> write(const OrderMassCancelRequest& request, Version version) {
  Writer out("q");
  refuse_in_fix42(out, version);
  out.required(field::cl_ord_id, request.cl_ord_id);
  out.character(field::mass_cancel_request_type, static_cast<char>(request.scope));
  if (request.scope == MassCancelScope::symbol) out.required(field::symbol, request.symbol.text());
  if (request.side) out.character(field::side, to_code(side_codes, *request.side));
  out.time(field::transact_time, request.transact_time);
  return out.take();
}

core::Result<FIX::Message> write(const OrderMassCancelReport& report, Version version) {
  Writer out("r");
  refuse_in_fix42(out, version);
  out.optional(field::cl_ord_id, report.cl_ord_id);
  out.required(field::order_id, report.order_id);
  if (version == Version::fix50sp2) out.required(field::mass_action_report_id, report.order_id);
  out.character(field::mass_cancel_request_type, static_cast<char>(report.asked));
  out.character(field::mass_cancel_response, static_cast<char>(report.answer));
  out.number(field::mass_cancel_reject_reason, report.reject_reason);
  out.number(field::total_affected_orders, report.affected);
  out.optional(field::symbol, report.symbol.text());
  if (report.side) out.character(field::side, to_code(side_codes, *report.side));
  out.optional(field::msg_text, report.text);
  return out.take();
}

core::Result<FIX::Message> write(const OrderCancelRequest& request, Version) {
  Writer out("F");
  out.required(field::cl_ord_id, request.cl_ord_id);
  out.required(field::orig_cl_ord_id, request.orig_cl_ord_id);
  out.optional(field::order_id, request.order_id);
  out.required(field::symbol, request.symbol.text());
  out.character(field::side, to_code(side_codes, request.side));
  out.positive(field::order_qty, request.quantity);
  out.time(field::transact_time, request.transact_time);
  return out.take();
}

core::Result<FIX::Message> write(const OrderStatusRequest& request, Version) {
  Writer out("H");
  out.required(field::cl_ord_id, request.cl_ord_id);
  out.optional(field::order_id, request.order_id);
  out.required(field::symbol, request.symbol.text());
  out.character(field::side, to_code(side_codes, request.side));
  return out.take();
}

void write_exec_type(Writer& out, const ExecutionReport& report, Version version) {
  if (version != Version::fix42) return out.character(field::exec_type, static_cast<char>(report.exec_type));
  const ExecCodes codes = to_fix42(report.exec_type, report.ord_status);
  out.character(field::exec_trans_type, codes.trans_type);
  out.character(field::exec_type, codes.exec_type);
}

core::Result<FIX::Message> write(const ExecutionReport& report, Version version) {
  Writer out("8");
  out.required(field::order_id, report.order_id);
  out.required(field::exec_id, report.exec_id);
  out.optional(field::exec_ref_id, report.exec_ref_id);
  out.optional(field::cl_ord_id, report.cl_ord_id);
  out.optional(field::orig_cl_ord_id, report.orig_cl_ord_id);
  write_exec_type(out, report, version);
  out.character(field::ord_status, static_cast<char>(report.ord_status));
  out.required(field::symbol, report.symbol.text());
  out.character(field::side, to_code(side_codes, report.side));
  if (report.order_quantity) out.decimal(field::order_qty, *report.order_quantity);
  if (report.limit) out.decimal(field::price, *report.limit);
  if (report.stop) out.decimal(field::stop_px, *report.stop);
  const bool carries_trade = report.exec_type == ExecType::trade || report.exec_type == ExecType::trade_correct;
  if (carries_trade || report.last_quantity.raw != 0) out.decimal(field::last_qty, report.last_quantity);
  if (carries_trade || report.last_price.raw != 0) out.decimal(field::last_px, report.last_price);
  out.decimal(field::leaves_qty, report.leaves_quantity);
  out.decimal(field::cum_qty, report.cumulative_quantity);
  out.decimal(field::avg_px, report.average_price);
  if (report.commission.raw != 0) {
    out.decimal(field::commission, report.commission);
    out.character(field::comm_type, '3');
  }
  out.currency(report.currency);
  out.optional(field::last_mkt, report.last_market);
  out.optional(field::trade_date, report.trade_date);
  out.time(field::transact_time, report.transact_time);
  out.optional(field::msg_text, report.text);
  const bool is_old = version == Version::fix42;
  out.number(field::ord_rej_reason, is_old ? in_fix42(report.reject_reason, ord_rej_reasons) : report.reject_reason);
  out.number(field::exec_restatement_reason, report.restatement_reason);
  return out.take();
}

core::Result<FIX::Message> write(const OrderCancelReject& reject, Version version) {
  Writer out("9");
  out.required(field::order_id, reject.order_id);
  out.required(field::cl_ord_id, reject.cl_ord_id);
  if (version == Version::fix50sp2) {
    out.optional(field::orig_cl_ord_id, reject.orig_cl_ord_id);
  } else {
    out.required(field::orig_cl_ord_id, reject.orig_cl_ord_id);
  }
  out.character(field::ord_status, static_cast<char>(reject.ord_status));
  out.character(field::cxl_rej_response_to, reject.response_to);
  const bool is_old = version == Version::fix42;
  out.number(field::cxl_rej_reason, is_old ? in_fix42(reject.reason, cxl_rej_reasons) : reject.reason);
  out.optional(field::msg_text, reject.text);
  return out.take();
}

core::Result<FIX::Message> write(const MessageReject& reject, Version version) {
  Writer out(reject.business ? "j" : "3");
  if (!reject.business || reject.ref_seq_num != 0) out.number(field::ref_seq_num, reject.ref_seq_num);
  if (reject.business) {
    out.required(field::ref_msg_type, reject.ref_msg_type);
    out.optional(field::business_reject_ref_id, reject.ref_id);
    const bool is_old = version == Version::fix42;
    out.number(field::business_reject_reason,
               is_old ? in_fix42(reject.reason, business_reject_reasons) : reject.reason);
  } else {
    out.optional(field::ref_msg_type, reject.ref_msg_type);
    out.number(field::ref_tag_id, reject.ref_tag);
    const bool is_known = version != Version::fix42 || reject.reason <= highest_session_reject_reason;
    if (is_known) out.number(field::session_reject_reason, reject.reason);
  }
  out.optional(field::msg_text, reject.text);
  return out.take();
}

}  // namespace

core::Result<FIX::Message> encode(const Message& message, Version version) {
  return std::visit([&](const auto& kind) { return write(kind, version); }, message);
}

}  // namespace fix
