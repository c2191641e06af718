#include "gateway/engine/engine.hpp"
#include "gateway/engine/readable.hpp"
#include "gateway/orders/verdict.hpp"

// What brokers say: reports, rejects, and messages that nobody could read. Law 6: whatever cannot be booked is a break.
namespace gateway {

namespace {

template <class... Fs>
struct Overload : Fs... {
  using Fs::operator()...;
};

// The fields of a report that were judged, for the person who settles a break.
std::string in_words(const fix::ExecutionReport& report) {
  return "ExecType(150)=" + std::string(1, static_cast<char>(report.exec_type)) +
         " OrdStatus(39)=" + std::string(1, static_cast<char>(report.ord_status)) + " ClOrdID(11)=" + report.cl_ord_id +
         " OrderID(37)=" + report.order_id + " ExecID(17)=" + report.exec_id +
         (report.exec_ref_id.empty() ? "" : " ExecRefID(19)=" + report.exec_ref_id) +
         " Symbol(55)=" + report.symbol.text() + " Side(54)=" + std::string(core::text(report.side)) +
         " LastQty(32)=" + report.last_quantity.text() + " LastPx(31)=" + report.last_price.text() +
         " CumQty(14)=" + report.cumulative_quantity.text() + " Commission(12)=" + report.commission.text() +
         " Text(58)=" + report.text;
}

constexpr const char* connection_broke =
    "sent, and the connection broke before the broker answered; it is asked at each logon whether it has the order";

// The value of `tag` in a raw message, or nothing when it is not there or too long for an id: good enough for a hint
// beside the raw text.
std::string raw_field(std::string_view raw, std::string_view tag) {
  const std::string start = '\x01' + std::string(tag) + '=';
  const std::size_t found = raw.find(start);
  if (found == std::string_view::npos) return {};
  const std::size_t begin = found + start.size();
  const std::string_view value = raw.substr(begin, raw.find('\x01', begin) - begin);
  return std::string(value.size() <= fix::max_id_bytes ? value : std::string_view());
}

}  // namespace

void Engine::on_message(const core::SessionName& broker, const fix::Message& message, core::Time now) {
  std::visit(Overload{[&](const fix::ExecutionReport& report) { on_report(broker, report, now); },
                      [&](const fix::OrderCancelReject& reject) { on_cancel_reject(broker, reject, now); },
                      [&](const fix::MessageReject& reject) { on_refused(broker, reject, now); },
                      [&](const fix::MarketDataSnapshot& snapshot) { quotes_.take(broker, snapshot, now, live_); },
                      [&](const fix::MarketDataIncrement& increment) { quotes_.take(broker, increment, now, live_); },
                      [&](const fix::MarketDataReject& reject) { on_no_price(broker, reject); },
                      // Of no use here: the desk asks for none of it, and has nothing to tell a broker.
                      [](const fix::MarketDataRequest&) {}, [](const fix::SecurityListRequest&) {},
                      [](const fix::SecurityStatusRequest&) {}, [](const fix::TradingSessionStatusRequest&) {},
                      [](const fix::SecurityList&) {}, [](const fix::SecurityStatus&) {},
                      [](const fix::TradingSessionStatus&) {},
                      [&](const fix::OrderCancelReplaceRequest& request) {
                        keep_break(broker, BreakKind::not_supported, readable(request.order.cl_ord_id),
                                   "a broker does not send orders to a desk", "", now);
                      },
                      [&](const fix::AllocationInstruction& instruction) {
                        keep_break(broker, BreakKind::not_supported, readable(instruction.alloc_id),
                                   "a broker does not send allocations to a desk", "", now);
                      },
                      [&](const fix::AllocationInstructionAck& ack) {
                        keep_break(broker, BreakKind::not_supported, readable(ack.alloc_id),
                                   "an answer to an allocation, of which this desk sends none", "", now);
                      },
                      [&](const auto& order) {
                        keep_break(broker, BreakKind::not_supported, readable(order.cl_ord_id),
                                   "a broker does not send orders to a desk", "", now);
                      }},
             message);
}

void Engine::on_unreadable(const core::SessionName& broker, const fix::UnreadableMessage& message, core::Time now) {
  // With a digest of zero: the ExecID is shown, and a report that says it again, well this time, is booked.
  record(BreakKept{.broker = broker,
                   .kind = std::string(text(BreakKind::unreadable)),
                   .order_id = readable(raw_field(message.raw, "11")),
                   .exec_id = readable(raw_field(message.raw, "17")),
                   .trade_date = {},
                   .digest = 0,
                   .text = readable_fix(message.reason),
                   .raw = readable_fix(message.raw)},
         now);
}

const Order* Engine::find(const core::SessionName& broker, const fix::ExecutionReport& report) {
  Orders& orders = state_.orders();
  if (const Order* order = orders.by_cl_ord_id(broker, report.cl_ord_id)) return order;
  if (const Order* order = orders.by_cl_ord_id(broker, report.orig_cl_ord_id)) return order;
  // An unsolicited report may name the order only as the broker does.
  return report.cl_ord_id.empty() ? orders.by_broker_order_id(broker, report.order_id) : nullptr;
}

void Engine::on_report(const core::SessionName& broker, const fix::ExecutionReport& report, core::Time now) {
  const bool answers_us = report.exec_type == fix::ExecType::order_status;
  const Seen seen = answers_us
                        ? Seen::never
                        : state_.seen(broker, readable(trade_date(report)), readable(report.exec_id), digest(report));
  const Order* order = find(broker, report);
  if (order == nullptr) {
    if (seen != Seen::same_content) {
      keep_break(broker, report, BreakKind::unknown_order, "no order of ours has this ClOrdID(11) at this broker", now);
    }
    return;
  }
  std::vector<BookedFill> fills;
  if (is_fill_change(report) && seen == Seen::never) fills = state_.fills_of(*order);
  const Verdict verdict = judge(report, *order, seen, fills, yardstick(report, *order));
  switch (verdict.action) {
    case Action::book_fill: book_fill(report, *order, now); break;
    case Action::bust_fill:
    case Action::correct_fill: change_fill(report, *order, *verdict.fill, now); break;
    case Action::note_state: note_state(report, *order, now); break;
    case Action::never_arrived:
      record(OrderNeverArrived{order->id(), "the broker does not know the order: it never arrived"}, now);
      break;
    case Action::nothing: break;
  }
  for (const KeepBreak& kept : verdict.breaks) keep_break(broker, report, kept.kind, kept.text, now);
}

Yardstick Engine::yardstick(const fix::ExecutionReport& report, const Order& order) {
  const auto limit = settings_.limits.find(order.currency);
  const Order* named = state_.orders().by_broker_order_id(order.entered.broker, report.order_id);
  // A broker may begin its OrderIDs anew each day.
  const bool is_other =
      named != nullptr && named != &order && core::fix_date(named->entered_at) == core::fix_date(order.entered_at);
  return {.reference = state_.instrument(order.entered.symbol)->reference,
          .max_value = limit == settings_.limits.end() ? std::nullopt : std::optional(limit->second.max_value),
          .other = is_other ? named : nullptr};
}

void Engine::book_fill(const fix::ExecutionReport& report, const Order& order, core::Time now) {
  record(FillBooked{.order = order.id(),
                    .broker_order_id = readable(report.order_id),
                    .exec_id = readable(report.exec_id),
                    .trade_date = readable(trade_date(report)),
                    .digest = digest(report),
                    .quantity = report.last_quantity,
                    .price = report.last_price,
                    .commission = report.commission,
                    .cumulative = report.cumulative_quantity,
                    .exchange = report.last_market.empty() ? order.entered.exchange : readable(report.last_market),
                    .transact_time = report.transact_time},
         now);
}

void Engine::change_fill(const fix::ExecutionReport& report, const Order& order, const BookedFill& fill,
                         core::Time now) {
  FillChange change{.order = order.id(),
                    .broker_order_id = readable(report.order_id),
                    .exec_id = readable(report.exec_id),
                    .trade_date = readable(trade_date(report)),
                    .digest = digest(report),
                    .fill_seq = fill.seq,
                    .fill_exec_id = fill.names.front().exec_id,
                    .was_quantity = fill.quantity,
                    .was_price = fill.price,
                    .was_commission = fill.commission,
                    .ord_status = static_cast<char>(report.ord_status),
                    .cumulative = report.cumulative_quantity,
                    .exchange = report.last_market.empty() ? order.entered.exchange : readable(report.last_market),
                    .transact_time = report.transact_time,
                    .text = readable(report.text)};
  if (report.exec_type == fix::ExecType::trade_cancel) return record(FillBusted{std::move(change)}, now);
  record(FillCorrected{std::move(change), report.last_quantity, report.last_price, report.commission}, now);
}

void Engine::note_state(const fix::ExecutionReport& report, const Order& order, core::Time now) {
  record(StateReported{.order = order.id(),
                       .broker_order_id = readable(report.order_id),
                       .exec_id = readable(report.exec_id),
                       .trade_date = readable(trade_date(report)),
                       .digest = digest(report),
                       .exec_type = static_cast<char>(report.exec_type),
                       .ord_status = static_cast<char>(report.ord_status),
                       .cumulative = report.cumulative_quantity,
                       .text = readable(report.text)},
         now);
}

void Engine::on_cancel_reject(const core::SessionName& broker, const fix::OrderCancelReject& reject, core::Time now) {
  Orders& orders = state_.orders();
  const Order* order = orders.by_cl_ord_id(broker, reject.cl_ord_id);
  if (order == nullptr) order = orders.by_cl_ord_id(broker, reject.orig_cl_ord_id);
  const std::string text = reject.text.empty() ? "the broker refused the cancel" : readable(reject.text);
  if (order == nullptr) {
    keep_break(broker, BreakKind::unknown_order, readable(reject.orig_cl_ord_id),
               "an OrderCancelReject(9) for a cancel that we did not send: " + text, "", now);
    return;
  }
  if (order->pending_cancel_id != reject.cl_ord_id) return;  // repeated, or overtaken by the cancel itself
  record(CancelRejected{order->id(), reject.cl_ord_id, text}, now);
}

void Engine::on_refused(const core::SessionName& broker, const fix::MessageReject& reject, core::Time now) {
  const std::string text = std::string(reject.business ? "BusinessMessageReject(j)" : "Reject(3)") + " of our " +
                           readable(reject.ref_msg_type) + " number " + std::to_string(reject.ref_seq_num) + ": " +
                           readable(reject.text);
  const Order* order = state_.orders().by_seq_num(broker, reject.ref_seq_num);
  const bool of_order = order != nullptr && reject.ref_msg_type == "D" &&
                        order->entered.seq_num == reject.ref_seq_num && !order->reported.acknowledged;
  const bool of_cancel = order != nullptr && reject.ref_msg_type == "F" && !order->pending_cancel_id.empty();
  if (of_order || of_cancel) {
    record(SendRefused{order->id(), of_cancel ? order->pending_cancel_id : "", text}, now);
  } else {
    keep_break(broker, BreakKind::unknown_order, order == nullptr ? "" : order->id().text(), text, "", now);
  }
}

void Engine::on_repeated(const core::SessionName& broker, const fix::Message& message, core::Time now) {
  const auto* report = std::get_if<fix::ExecutionReport>(&message);
  if (report != nullptr && report->exec_type != fix::ExecType::order_status) return on_report(broker, *report, now);
  const auto* reject = std::get_if<fix::OrderCancelReject>(&message);
  // A repetition of one for no cancel of ours would be one break after the other.
  if (reject == nullptr || state_.orders().by_cl_ord_id(broker, reject->cl_ord_id) == nullptr) return;
  on_cancel_reject(broker, *reject, now);
}

void Engine::on_logon(const core::SessionName& broker, core::Time now) {
  ask_about_all(broker, connection_broke, now);
  state_.stir_proposals();  // purchases may have waited for the session
  if (!settings_.market_data.contains(broker)) return;
  std::vector<core::Symbol> symbols;
  for (const auto& [symbol, instrument] : state_.instruments()) symbols.push_back(symbol);
  price_requests_.begin(broker, std::move(symbols), to(broker));
}

PriceRequests::Send Engine::to(const core::SessionName& broker) {
  return [this, broker](const fix::MarketDataRequest& request) { return brokers_.send(broker, request); };
}

void Engine::ask_for_prices(const std::vector<Event>& imported) {
  std::vector<core::Symbol> symbols;
  for (const Event& event : imported) {
    const auto* added = std::get_if<InstrumentAdded>(&event);
    if (added != nullptr && state_.instrument(added->symbol) == nullptr) symbols.push_back(added->symbol);
  }
  for (const core::SessionName& broker : settings_.market_data) {
    if (brokers_.is_logged_on(broker)) price_requests_.add(broker, symbols, to(broker));
  }
}

void Engine::on_no_price(const core::SessionName& broker, const fix::MarketDataReject& reject) {
  const core::Symbol symbol = price_requests_.refused(broker, reject.request_id, to(broker));
  if (symbol.text().empty()) return;
  brokers_.has_no_price(broker, symbol, readable(reject.text));
}

void Engine::on_passed_over(const core::SessionName& broker, core::Time now) {
  ask_about_all(broker, "the broker passed over messages that never came; it is being asked whether it has the order",
                now);
}

void Engine::ask_about_all(const core::SessionName& broker, const std::string& why_in_doubt, core::Time now) {
  std::vector<core::OrderId> open;
  for (const auto& [number, order] : state_.orders().open()) {
    if (order->entered.broker == broker) open.push_back(order->id());
  }
  for (const core::OrderId& id : open) {
    // When it is gone again, the next logon asks.
    if (!ask_about(id, why_in_doubt, now)) return;
  }
}

void Engine::on_connection_lost(const core::SessionName& broker, core::Time now) {
  std::vector<core::OrderId> unheard;
  for (const auto& [number, order] : state_.orders().open()) {
    if (order->entered.broker == broker && is_unheard(*order) && !order->uncertain) unheard.push_back(order->id());
  }
  for (const core::OrderId& id : unheard) record(OrderUncertain{id, connection_broke}, now);
}

void Engine::on_resend_asked(const core::SessionName& broker, int first, int last, core::Time now) {
  const auto is_missed = [&](int seq_num) { return seq_num >= first && (last == 0 || seq_num <= last); };
  std::vector<core::OrderId> missed;
  for (const auto& [number, order] : state_.orders().open()) {
    if (order->entered.broker != broker || order->uncertain) continue;
    const bool is_order = is_unheard(*order) && is_missed(order->entered.seq_num);
    const bool is_cancel = !order->pending_cancel_id.empty() && is_missed(order->cancel_seq_num);
    if (is_order || is_cancel) missed.push_back(order->id());
  }
  price_requests_.missed(broker, first, last, to(broker));
  for (const core::OrderId& id : missed) {
    if (!ask_about(id, "the broker missed our message; it is being asked whether it has the order", now)) return;
  }
}

bool Engine::ask_about(const core::OrderId& id, const std::string& why_in_doubt, core::Time now) {
  const Order& order = *state_.orders().find(id);
  // Also when a cancel was sent behind it: the answer settles both.
  if (is_unheard(order) && !order.uncertain) record(OrderUncertain{id, why_in_doubt}, now);
  const fix::OrderStatusRequest question{.cl_ord_id = id.text(),
                                         .order_id = order.broker_order_id,
                                         .symbol = order.entered.symbol,
                                         .side = order.entered.side};
  return brokers_.send(order.entered.broker, question).has_value();
}

void Engine::keep_break(const core::SessionName& broker, const fix::ExecutionReport& report, BreakKind kind,
                        const std::string& text, core::Time now) {
  const Order* order = find(broker, report);
  const bool answers_us = report.exec_type == fix::ExecType::order_status;
  record(BreakKept{.broker = broker,
                   .kind = std::string(gateway::text(kind)),
                   .order_id = order == nullptr ? readable(report.cl_ord_id) : order->id().text(),
                   .exec_id = answers_us ? "" : readable(report.exec_id),
                   .trade_date = readable(trade_date(report)),
                   .digest = digest(report),
                   .text = readable(text),  // it may quote the report
                   .raw = readable(in_words(report))},
         now);
}

void Engine::keep_break(const core::SessionName& broker, BreakKind kind, std::string order_id, std::string text,
                        std::string raw, core::Time now) {
  record(BreakKept{.broker = broker,
                   .kind = std::string(gateway::text(kind)),
                   .order_id = std::move(order_id),
                   .exec_id = {},
                   .trade_date = {},
                   .digest = 0,
                   .text = std::move(text),
                   .raw = readable(raw)},
         now);
}

}  // namespace gateway
