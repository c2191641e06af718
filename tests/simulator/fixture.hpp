#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "simulator/exchange.hpp"
#include "simulator/scenario/script.hpp"
#include "simulator/scenario/verbs.hpp"

// A small language for tests of the exchange: orders in a line, reports back as lines.
namespace simulator {

inline core::Price price(std::string_view text) { return core::Price::parse(text).value(); }
inline core::Quantity units(std::int64_t count) { return core::Quantity::whole(count); }
inline std::string numbered(char letter, std::int64_t number) {
  std::string text(1, letter);
  text += std::to_string(number);
  return text;
}
inline core::Time time_of_day(int hour, int minute = 0, int millisecond = 0) {
  return core::parse_iso("2026-11-20T00:00:00Z").value() + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::milliseconds(millisecond);
}

inline SymbolSettings symbol(std::string name, std::string_view reference, std::optional<core::Quantity> volume = {}) {
  return {core::Symbol(std::move(name)), price(reference), price("0.01"), units(1),
          core::Currency::of("USD"),     "XNYS",           volume};
}

inline ExchangeSettings exchange_settings() {
  ExchangeSettings settings;
  settings.seed = 7;
  settings.fees.per_unit = price("0.005");
  settings.liquidity.min_size = units(100);
  settings.liquidity.max_size = units(8000);
  settings.symbols = {symbol("AAPL", "187.40"), symbol("KO", "62.00", units(600)), symbol("DRY", "10.00", units(0))};
  return settings;
}

// Each day from `opens` to `closes`, in UTC.
inline HoursSettings hours(const std::string& opens, const std::string& closes, std::chrono::seconds opening_call,
                           std::chrono::seconds closing_call) {
  const fix::ScheduleText text{.zone = "UTC", .opens = opens, .closes = closes, .days = {}, .holidays = {}};
  return {text, fix::Schedule::parse(text).value(), opening_call, closing_call};
}

inline fix::NewOrderSingle order(std::string id, core::Side side, std::int64_t quantity, std::string symbol,
                                 std::string_view limit = "",
                                 core::TimeInForce time_in_force = core::TimeInForce::day) {
  fix::NewOrderSingle request;
  request.cl_ord_id = std::move(id);
  request.side = side;
  request.quantity = units(quantity);
  request.symbol = core::Symbol(std::move(symbol));
  request.time_in_force = time_in_force;
  if (!limit.empty()) {
    request.type = core::OrderType::limit;
    request.limit = price(limit);
  }
  return request;
}

// With a limit: a stop-limit order.
inline fix::NewOrderSingle stop_order(std::string id, core::Side side, std::int64_t quantity, std::string symbol,
                                      std::string_view stop, std::string_view limit = "") {
  fix::NewOrderSingle request = order(std::move(id), side, quantity, std::move(symbol), limit);
  request.type = limit.empty() ? core::OrderType::stop : core::OrderType::stop_limit;
  request.stop = price(stop);
  return request;
}

// The order as it is, to be changed before it is sent.
inline fix::OrderCancelReplaceRequest replacement_of(const fix::NewOrderSingle& order, std::string id) {
  fix::OrderCancelReplaceRequest request{.orig_cl_ord_id = order.cl_ord_id, .order_id = {}, .order = order};
  request.order.cl_ord_id = std::move(id);
  return request;
}

inline fix::OrderCancelRequest cancel_of(const fix::NewOrderSingle& order, std::string id) {
  fix::OrderCancelRequest request;
  request.cl_ord_id = std::move(id);
  request.orig_cl_ord_id = order.cl_ord_id;
  request.symbol = order.symbol;
  request.side = order.side;
  request.quantity = order.quantity;
  return request;
}

inline fix::OrderStatusRequest status_of(const fix::NewOrderSingle& order) {
  return {order.cl_ord_id, "", order.symbol, order.side};
}

// Everything that matters in a report, as one line.
inline std::string text(const fix::Message& message) {
  if (const auto* report = std::get_if<fix::ExecutionReport>(&message)) {
    std::string line = "ER " + report->cl_ord_id + " " + static_cast<char>(report->exec_type) +
                       static_cast<char>(report->ord_status) + " last " + report->last_quantity.text() + "@" +
                       report->last_price.text(2) + " cum " + report->cumulative_quantity.text() + " leaves " +
                       report->leaves_quantity.text() + " avg " + report->average_price.text(2) + " fee " +
                       report->commission.text(2) + " " + report->order_id + " " + report->exec_id + " " +
                       core::iso_text(report->transact_time);
    if (report->reject_reason) line += " reason " + std::to_string(*report->reject_reason);
    return line + " " + report->text;
  }
  if (const auto* reject = std::get_if<fix::OrderCancelReject>(&message)) {
    return "OCR " + reject->cl_ord_id + " of " + reject->orig_cl_ord_id + " " + static_cast<char>(reject->ord_status) +
           " to " + reject->response_to + " reason " + std::to_string(reject->reason.value_or(-1)) + " " + reject->text;
  }
  if (const auto* mass = std::get_if<fix::OrderMassCancelReport>(&message)) {
    return "r " + mass->cl_ord_id + " " + static_cast<char>(mass->answer) + " " + std::to_string(mass->affected) + " " +
           mass->text;
  }
  const auto& reject = std::get<fix::MessageReject>(message);
  return "j " + reject.ref_msg_type + " " + std::to_string(reject.ref_seq_num) + " reason " +
         std::to_string(reject.reason) + " " + reject.text;
}

inline std::string text(const Outgoing& outgoing) {
  return core::iso_text(outgoing.due) + " " + outgoing.client + " " + text(outgoing.message);
}

inline const fix::Message* message_of(const Outgoing& one) { return &one.message; }
inline const fix::Message* message_of(const Leaving& one) { return std::get_if<fix::Message>(&one.what); }

inline std::string text(const Leaving& leaving) {
  const fix::Message* const message = message_of(leaving);
  return core::iso_text(leaving.due) + " " + leaving.client + " " +
         (message ? text(*message) : text(std::get<Step>(leaving.what)));
}

// What is told of one order, in short: "0 F100@62.00 4" is acknowledged, a fill, cancelled.
inline std::string story(const std::vector<fix::ExecutionReport>& reports) {
  std::string text;
  for (const fix::ExecutionReport& report : reports) {
    if (!text.empty()) text += " ";
    text += static_cast<char>(report.exec_type);
    if (report.exec_type == fix::ExecType::trade) text += report.last_quantity.text() + "@" + report.last_price.text(2);
  }
  return text;
}

template <class Left>
std::vector<std::string> lines(const std::vector<Left>& all) {
  std::vector<std::string> lines;
  for (const Left& one : all) lines.push_back(text(one));
  return lines;
}

template <class Left>
std::vector<fix::ExecutionReport> reports_of(const std::vector<Left>& all, const std::string& cl_ord_id) {
  std::vector<fix::ExecutionReport> reports;
  for (const Left& one : all) {
    const fix::Message* const message = message_of(one);
    const auto* report = message ? std::get_if<fix::ExecutionReport>(message) : nullptr;
    if (report && (report->cl_ord_id == cl_ord_id || report->orig_cl_ord_id == cl_ord_id)) reports.push_back(*report);
  }
  return reports;
}

}  // namespace simulator
