#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "fix/allocation_text.hpp"
#include "fix/fix42.hpp"
#include "fix/market_data_text.hpp"
#include "fix/reader.hpp"
#include "fix/trading_status_text.hpp"
#include "fix/translate.hpp"

namespace fix {
namespace {

// OrdType(40) and TimeInForce(59).
void read_kind(Reader& in, NewOrderSingle& order, Version version) {
  const std::string type = in.optional(field::ord_type);
  const bool is_limit_on_close = type == std::string(1, limit_on_close);
  if (version == Version::fix42 && (is_limit_on_close || type == std::string(1, market_on_close))) {
    order.type = is_limit_on_close ? core::OrderType::limit : core::OrderType::market;
    order.time_in_force = core::TimeInForce::at_the_close;
    return;
  }
  order.type = in.code(field::ord_type, order_type_codes);
  if (in.has(field::time_in_force)) order.time_in_force = in.code(field::time_in_force, time_in_force_codes);
}

NewOrderSingle order_in(Reader& in, Version version) {
  NewOrderSingle order;
  order.cl_ord_id = in.required(field::cl_ord_id);
  order.account = in.optional(field::account);
  order.symbol = core::Symbol(in.required(field::symbol));
  order.security_type = in.optional(field::security_type);
  order.exchange = in.optional(field::ex_destination);
  order.currency = in.currency();
  order.side = in.code(field::side, side_codes);
  order.quantity = in.positive(field::order_qty);
  read_kind(in, order, version);
  if (has_limit(order.type) && !in.has(field::price)) {
    in.refuse(field::price, "is missing; a limit order, OrdType(40) = 2 or 4, needs it");
  }
  order.limit = in.optional_decimal<core::Price>(field::price);
  if (has_stop(order.type) && !in.has(field::stop_px)) {
    in.refuse(field::stop_px, "is missing; a stop order, OrdType(40) = 3 or 4, needs it");
  }
  order.stop = in.optional_decimal<core::Price>(field::stop_px);
  if (in.has(field::min_qty)) order.least = in.not_negative(field::min_qty);
  order.strategy = in.optional_number(field::target_strategy);
  order.begins = in.optional_time(field::effective_time);
  order.ends = in.optional_time(field::expire_time);
  order.transact_time = in.time(field::transact_time);
  return order;
}

core::Result<Message> read_order(const FIX::Message& message, Version version) {
  Reader in(message);
  return in.done(order_in(in, version));
}

core::Result<Message> read_replace_request(const FIX::Message& message, Version version) {
  Reader in(message);
  OrderCancelReplaceRequest request;
  request.orig_cl_ord_id = in.required(field::orig_cl_ord_id);
  request.order_id = in.optional(field::order_id);
  request.order = order_in(in, version);
  return in.done(std::move(request));
}

// MassCancelRequestType(530) or MassCancelResponse(531).
MassCancelScope mass_cancel_scope(Reader& in, Field field, std::string_view known) {
  const char code = in.character(field);
  if (known.find(code) == std::string_view::npos) {
    in.refuse(field, std::string("'") + code + "' is not done here; known are " + std::string(known));
  }
  return static_cast<MassCancelScope>(code);
}

core::Result<Message> read_mass_cancel_request(const FIX::Message& message) {
  Reader in(message);
  OrderMassCancelRequest request;
  request.cl_ord_id = in.required(field::cl_ord_id);
  request.scope = mass_cancel_scope(in, field::mass_cancel_request_type, "17");
  if (request.scope == MassCancelScope::symbol) request.symbol = core::Symbol(in.required(field::symbol));
  if (in.has(field::side)) request.side = in.code(field::side, side_codes);
  request.transact_time = in.time(field::transact_time);
  return in.done(std::move(request));
}

core::Result<Message> read_mass_cancel_report(const FIX::Message& message) {
  Reader in(message);
  OrderMassCancelReport report;
  report.cl_ord_id = in.optional(field::cl_ord_id);
  report.order_id = in.required(field::order_id);
  report.asked = mass_cancel_scope(in, field::mass_cancel_request_type, "17");
  report.answer = mass_cancel_scope(in, field::mass_cancel_response, "017");
  report.reject_reason = in.optional_number(field::mass_cancel_reject_reason);
  report.affected = in.optional_number(field::total_affected_orders).value_or(0);
  report.symbol = core::Symbol(in.optional(field::symbol));
  if (in.has(field::side)) report.side = in.code(field::side, side_codes);
  report.text = in.remark();
  return in.done(std::move(report));
}

core::Result<Message> read_cancel_request(const FIX::Message& message, Version version) {
  Reader in(message);
  OrderCancelRequest request;
  request.cl_ord_id = in.required(field::cl_ord_id);
  request.orig_cl_ord_id = in.required(field::orig_cl_ord_id);
  request.order_id = in.optional(field::order_id);
  request.symbol = core::Symbol(in.required(field::symbol));
  request.side = in.code(field::side, side_codes);
  const bool has_quantity = version == Version::fix44 || in.has(field::order_qty);  // others ask for none
  if (has_quantity) request.quantity = in.positive(field::order_qty);
  request.transact_time = in.time(field::transact_time);
  return in.done(std::move(request));
}

core::Result<Message> read_status_request(const FIX::Message& message) {
  Reader in(message);
  OrderStatusRequest request;
  request.cl_ord_id = in.required(field::cl_ord_id);
  request.order_id = in.optional(field::order_id);
  request.symbol = core::Symbol(in.required(field::symbol));
  request.side = in.code(field::side, side_codes);
  return in.done(std::move(request));
}

// Commission(12) by CommType(13): 3 is the amount itself; 1 is per unit of this fill, exact or refused. 2 (percent) is
// refused: brokers disagree whether 0.05 means 5 % or 0.05 %, and a guess would be booked.
core::Amount read_commission(Reader& in, core::Quantity last_quantity) {
  if (!in.has(field::commission)) return {};
  const auto stated = in.decimal<core::Amount>(field::commission);
  if (stated.raw == 0) return {};
  const std::string type = in.required(field::comm_type);
  if (type == "3") return stated;
  if (type != "1") {
    in.refuse(field::comm_type, "'" + type + "' is not known here; known are 1 (per unit), 3 (absolute)");
    return {};
  }
  const core::Int128 product = static_cast<core::Int128>(stated.raw) * last_quantity.raw;
  const core::Int128 unit = core::Quantity::one().raw;
  const core::Int128 amount = product / unit;
  // The lowest int64 has no positive counterpart, and so no text that is read back.
  constexpr core::Int128 largest = std::numeric_limits<std::int64_t>::max();
  if (product % unit != 0 || amount > largest || amount < -largest) {
    in.refuse(field::commission, "'" + stated.text() + "' per unit for " + last_quantity.text() +
                                     " units is no exact amount of six decimals");
    return {};
  }
  return {static_cast<std::int64_t>(amount)};
}

std::string read_trade_date(Reader& in) {
  if (!in.has(field::trade_date)) return {};
  const std::string date = in.required(field::trade_date);
  if (date.size() != 8 || !core::parse_fix_timestamp(date + "-00:00:00"))
    in.refuse(field::trade_date, "'" + date + "' is not a date such as 20261121");
  return date;
}

ExecType read_exec_type(Reader& in, Version version) {
  const char type = in.character(field::exec_type);
  if (version != Version::fix42) return static_cast<ExecType>(type);
  const char trans_type = in.character(field::exec_trans_type);
  const auto known = from_fix42({trans_type, type});
  if (!known) {
    in.refuse(
        field::exec_trans_type,
        std::string("'") + trans_type + "' is not known here; known are 0 (new), 1 (cancel), 2 (correct), 3 (status)");
  }
  return known.value_or(ExecType::order_status);
}

core::Result<Message> read_execution_report(const FIX::Message& message, Version version) {
  Reader in(message);
  ExecutionReport report;
  report.order_id = in.required(field::order_id);
  report.exec_id = in.required(field::exec_id);
  report.exec_ref_id = in.optional(field::exec_ref_id);
  report.cl_ord_id = in.optional(field::cl_ord_id);
  report.orig_cl_ord_id = in.optional(field::orig_cl_ord_id);
  report.exec_type = read_exec_type(in, version);
  report.ord_status = static_cast<OrdStatus>(in.character(field::ord_status));
  report.symbol = core::Symbol(in.required(field::symbol));
  report.side = in.code(field::side, side_codes);
  report.order_quantity = in.optional_decimal<core::Quantity>(field::order_qty);
  report.limit = in.decimal_if_readable(field::price);
  report.stop = in.decimal_if_readable(field::stop_px);
  const bool fill = report.exec_type == ExecType::trade || report.exec_type == ExecType::trade_correct;
  if (fill) {
    report.last_quantity = in.decimal<core::Quantity>(field::last_qty);  // whether it can be booked is judged later
  } else if (in.has(field::last_qty)) {
    report.last_quantity = in.not_negative(field::last_qty);
  }
  if (fill || in.has(field::last_px)) report.last_price = in.decimal<core::Price>(field::last_px);
  report.leaves_quantity = in.not_negative(field::leaves_qty);
  report.cumulative_quantity = in.not_negative(field::cum_qty);
  const bool has_average = version != Version::fix50sp2 || in.has(field::avg_px);
  if (has_average) report.average_price = in.decimal<core::Price>(field::avg_px);
  report.commission = read_commission(in, report.last_quantity);
  report.currency = in.currency();
  report.last_market = in.optional(field::last_mkt);
  Reader header(message.getHeader());
  report.transact_time =
      in.has(field::transact_time) ? in.time(field::transact_time) : header.time(field::sending_time);
  report.trade_date = read_trade_date(in);
  report.text = in.remark();
  report.reject_reason = in.optional_number(field::ord_rej_reason);
  report.restatement_reason = in.optional_number(field::exec_restatement_reason);
  if (header.error()) return tl::unexpected(*header.error());
  return in.done(std::move(report));
}

core::Result<Message> read_cancel_reject(const FIX::Message& message, Version version) {
  Reader in(message);
  OrderCancelReject reject;
  reject.order_id = in.required(field::order_id);
  reject.cl_ord_id = in.required(field::cl_ord_id);
  const bool is_new = version == Version::fix50sp2;
  reject.orig_cl_ord_id = is_new ? in.optional(field::orig_cl_ord_id) : in.required(field::orig_cl_ord_id);
  reject.ord_status = static_cast<OrdStatus>(in.character(field::ord_status));
  // Some who speak 4.2 leave it out.
  const bool is_told = version != Version::fix42 || in.has(field::cxl_rej_response_to);
  if (is_told) reject.response_to = in.character(field::cxl_rej_response_to);
  reject.reason = in.optional_number(field::cxl_rej_reason);
  reject.text = in.remark();
  return in.done(std::move(reject));
}

core::Result<Message> read_message_reject(const FIX::Message& message, bool business) {
  Reader in(message);
  MessageReject reject;
  reject.business = business;
  if (!business || in.has(field::ref_seq_num)) reject.ref_seq_num = in.number(field::ref_seq_num);
  reject.ref_msg_type = in.optional(field::ref_msg_type);
  if (business) reject.ref_id = in.optional(field::business_reject_ref_id);
  if (!business) reject.ref_tag = in.optional_number(field::ref_tag_id);
  const Field reason = business ? field::business_reject_reason : field::session_reject_reason;
  reject.reason = business || in.has(reason) ? in.number(reason) : 99;  // 99: other
  reject.text = in.remark();
  return in.done(std::move(reject));
}

}  // namespace

core::Result<Message> decode(const FIX::Message& message, Version version) {
  const std::string type = Reader(message.getHeader()).optional(field::msg_type);
  if (type == "D") return read_order(message, version);
  if (type == "F") return read_cancel_request(message, version);
  if (type == "G") return read_replace_request(message, version);
  if (type == "q") return read_mass_cancel_request(message);
  if (type == "r") return read_mass_cancel_report(message);
  if (type == "H") return read_status_request(message);
  if (type == "8") return read_execution_report(message, version);
  if (type == "9") return read_cancel_reject(message, version);
  if (type == "j") return read_message_reject(message, true);
  if (type == "3") return read_message_reject(message, false);
  if (type == "V") return read_market_data_request(message);
  if (type == "W") return read_market_data_snapshot(message);
  if (type == "X") return read_market_data_increment(message);
  if (type == "Y") return read_market_data_reject(message);
  if (type == "J") return read_allocation_instruction(message);
  if (type == "P") return read_allocation_ack(message);
  if (type == "x") return read_security_list_request(message);
  if (type == "y") return read_security_list(message, version);
  if (type == "e") return read_security_status_request(message);
  if (type == "f") return read_security_status(message);
  if (type == "g") return read_trading_session_request(message);
  if (type == "h") return read_trading_session(message);
  return core::fail(field::msg_type.text(), "'" + type +
                                                "' is not a message that is spoken here: D, F, G, H, q, V, J, x, e, g, "
                                                "8, 9, r, j, 3, W, X, Y, P, y, f, h");
}

core::Result<Header> decode_header(const FIX::Message& message) {
  Reader in(message.getHeader());
  Header header;
  header.seq_num = in.number(field::msg_seq_num);
  header.poss_dup = in.flag(field::poss_dup_flag);
  header.poss_resend = in.flag(field::poss_resend);
  header.sending_time = in.time(field::sending_time);
  if (in.error()) return tl::unexpected(*in.error());
  return header;
}

std::optional<FIX::Message> answer_to_unreadable(const FIX::Message& message, const std::string& why, Version version) {
  const auto value = [](const FIX::FieldMap& fields, Field field) {
    std::string text = fields.isSetField(field.tag) ? fields.getField(field.tag) : std::string();
    return text.size() <= max_id_bytes ? text : std::string();
  };
  const std::string type = value(message.getHeader(), field::msg_type);
  if (type != "8" && type != "9") return std::nullopt;
  MessageReject reject;
  reject.business = true;
  reject.ref_seq_num = std::atoi(value(message.getHeader(), field::msg_seq_num).c_str());
  reject.ref_msg_type = type;
  reject.ref_id = value(message, type == "8" ? field::exec_id : field::cl_ord_id);
  reject.text = why.substr(0, max_id_bytes);
  auto made = encode(reject, version);  // reason 0: other
  return made ? std::optional(*std::move(made)) : std::nullopt;
}

}  // namespace fix
