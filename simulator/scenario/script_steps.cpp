#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/scenario/script.hpp"

// What each step does to an order, and what is said of it. FIX 4.4 volumes 2 and 7 (order state changes) have the
// meaning of the fields.
namespace simulator {

namespace {

constexpr int cxl_rej_too_late = 0;
constexpr int restated_by_broker = 4;  // ExecRestatementReason(378), broker option
constexpr int alloc_rej_other = 7;     // AllocRejCode(88)
constexpr int alloc_rej_unknown_account = 0;
constexpr core::Quantity max_filled = core::Quantity::whole(1'000'000'000'000);  // of an order, by over-fills
constexpr core::Price price_of_the_unlisted = core::Price::whole(100);

core::Quantity percent_of(core::Quantity quantity, int percent) {
  const core::Int128 exact = core::Int128{quantity.raw} * percent / 100;
  const std::int64_t unit = core::Quantity::one().raw;
  const auto whole = static_cast<std::int64_t>(exact) / unit * unit;
  return {std::max(whole, std::min(unit, quantity.raw))};
}

std::string text_or(const Step& step, std::string usual) {
  if (!step.text.empty()) return step.text;
  return usual;
}

const std::string* id_of(const std::variant<std::monostate, fix::OrderCancelRequest, fix::OrderCancelReplaceRequest,
                                            fix::AllocationInstruction>& request) {
  if (const auto* cancel = std::get_if<fix::OrderCancelRequest>(&request)) return &cancel->cl_ord_id;
  if (const auto* replace = std::get_if<fix::OrderCancelReplaceRequest>(&request)) return &replace->order.cl_ord_id;
  return nullptr;
}

}  // namespace

void Script::perform(const Course& course, const Step& step, core::Time now) {
  if (is_about_session(step.what)) return leaving_.push_back({now, course.client, step});
  if (course.run == nullptr) return answer_allocation(course, step, now);
  Run& run = *course.run;
  switch (step.what) {
    case Do::fill: return fill(run, step, now);
    case Do::over_fill: return make_fill(run, left_of(run) + *step.quantity, price_of(run, step), now);
    case Do::fill_other:
    case Do::fill_unknown: return misreport_fill(run, step, now);
    case Do::bust:
    case Do::correct: return change_fill(run, step, now);
    case Do::repeat: return repeat(run, step, now);
    case Do::replace:
    case Do::restate: return change_terms(run, step, now);
    case Do::hold: run.holding = true; return;
    case Do::release: return release(run, step.reversed, now);
    case Do::accept:
    case Do::refuse: return answer(run, course, step, now);
    case Do::market: return hand_over(run);
    default: return report_state(run, course, step, now);
  }
}

// ----------------------------------------------------------------------------------------------------- Where it stands

core::Quantity Script::left_of(const Run& run) {
  return {std::max<std::int64_t>(0, run.order.request.quantity.raw - run.order.filled.raw)};
}

// By its fills alone.
fix::OrdStatus Script::status_of(const Run& run) {
  if (run.order.filled.raw == 0) return run.acknowledged ? fix::OrdStatus::new_order : fix::OrdStatus::pending_new;
  return left_of(run).raw == 0 ? fix::OrdStatus::filled : fix::OrdStatus::partially_filled;
}

fix::ExecutionReport Script::report_of(const Run& run, fix::ExecType type, core::Time now) {
  fix::ExecutionReport made = report(run.order, type, id_prefix_ + "X" + std::to_string(++execs_), now);
  made.leaves_quantity = run.ended ? core::Quantity{} : left_of(run);
  return made;
}

// Steps that say no more than that the order is in another state.
void Script::report_state(Run& run, const Course& course, const Step& step, core::Time now) {
  using fix::ExecType;
  using fix::OrdStatus;
  switch (step.what) {
    case Do::reject: return end(run, OrdStatus::rejected, ExecType::rejected, step, now);
    case Do::done_for_day: return end(run, OrdStatus::done_for_day, ExecType::done_for_day, step, now);
    case Do::expire: return end(run, OrdStatus::expired, ExecType::expired, step, now);
    case Do::cancel: return end(run, OrdStatus::cancelled, ExecType::cancelled, step, now);
    case Do::calculate: return end(run, OrdStatus::calculated, ExecType::calculated, step, now);
    default: break;
  }
  ExecType type = ExecType::new_order;
  Order& order = run.order;
  switch (step.what) {
    case Do::pending_new:
      type = ExecType::pending_new;
      order.status = OrdStatus::pending_new;
      break;
    case Do::suspend:
      type = ExecType::suspended;
      order.status = OrdStatus::suspended;
      break;
    case Do::stop:
      type = ExecType::stopped;
      order.status = OrdStatus::stopped;
      break;
    case Do::pending_cancel:
      type = ExecType::pending_cancel;
      order.status = OrdStatus::pending_cancel;
      break;
    case Do::pending_replace:
      type = ExecType::pending_replace;
      order.status = OrdStatus::pending_replace;
      break;
    default: run.acknowledged = true; order.status = status_of(run);
  }
  fix::ExecutionReport made = report_of(run, type, now);
  const bool is_pending = step.what == Do::pending_cancel || step.what == Do::pending_replace;
  if (const std::string* const id = id_of(course.request); id && is_pending) {
    made.orig_cl_ord_id = order.cl_ord_id;
    made.cl_ord_id = *id;
  }
  made.text = step.text;
  send(run, std::move(made), now);
}

void Script::end(Run& run, fix::OrdStatus status, fix::ExecType type, const Step& step, core::Time now) {
  run.order.status = status;
  run.ended = true;
  fix::ExecutionReport made = report_of(run, type, now);
  if (status == fix::OrdStatus::rejected) made.reject_reason = step.reason.value_or(0);
  made.text = step.text;
  send(run, std::move(made), now);
}

// -------------------------------------------------------------------------------------------------------------- Fills

core::Price Script::price_of(const Run& run, const Step& step) const {
  if (step.price) return *step.price;
  if (run.order.request.limit) return *run.order.request.limit;
  return market_price_(run.order.request.symbol, run.order.request.side).value_or(price_of_the_unlisted);
}

fix::ExecutionReport Script::trade_of(const Run& run, Bill& bill, core::Quantity quantity, core::Price price,
                                      core::Time now) {
  const fix::NewOrderSingle& request = run.order.request;
  fix::ExecutionReport trade = report_of(run, fix::ExecType::trade, now);
  trade.last_quantity = quantity;
  trade.last_price = price;
  const std::optional<SymbolSettings> symbol = listing(settings_, request.symbol);
  if (!symbol) return trade;
  trade.last_market = symbol->exchange;
  trade.commission = bill.charge(symbol->fees.value_or(settings_.fees), std::min(quantity, max_order_quantity), price,
                                 symbol->currency);
  return trade;
}

// Also when the order has ended: a fill may have been on its way.
void Script::fill(Run& run, const Step& step, core::Time now) {
  const core::Quantity left = left_of(run);
  const core::Quantity asked = step.quantity  ? *step.quantity
                               : step.percent ? percent_of(run.order.request.quantity, *step.percent)
                                              : left;
  const core::Quantity quantity = std::min(asked, left);
  if (quantity.raw > 0) make_fill(run, quantity, price_of(run, step), now);
}

void Script::make_fill(Run& run, core::Quantity quantity, core::Price price, core::Time now) {
  Order& order = run.order;
  if (order.filled + quantity > max_filled) return;
  order.filled += quantity;
  order.notional += core::notional(quantity, price);
  run.acknowledged = true;
  const bool is_pending =
      order.status == fix::OrdStatus::pending_cancel || order.status == fix::OrdStatus::pending_replace;
  if (!run.ended && !is_pending) order.status = status_of(run);
  fix::ExecutionReport trade = trade_of(run, order.bill, quantity, price, now);
  run.fills.push_back({trade, trade.exec_id, quantity, price});
  send(run, std::move(trade), now);
}

// Under another order of the client, or under one that nobody sent. The exchange itself counts neither.
void Script::misreport_fill(Run& run, const Step& step, core::Time now) {
  const Run* subject = &run;
  if (step.what == Do::fill_other) {
    const auto is_other = [&](const Run& each) {
      return &each != &run && each.order.client == run.order.client && each.order.status != fix::OrdStatus::rejected;
    };
    const auto other = std::find_if(runs_.rbegin(), runs_.rend(), is_other);
    if (other == runs_.rend()) return;
    subject = &*other;
  }
  const core::Quantity quantity = step.quantity ? *step.quantity : left_of(run);
  if (quantity.raw <= 0) return;
  Bill bill = subject->order.bill;
  fix::ExecutionReport trade = trade_of(*subject, bill, quantity, price_of(run, step), now);
  trade.cumulative_quantity += quantity;
  trade.leaves_quantity.raw = std::max<std::int64_t>(0, trade.leaves_quantity.raw - quantity.raw);
  trade.average_price = trade.last_price;
  trade.ord_status = trade.leaves_quantity.raw == 0 ? fix::OrdStatus::filled : fix::OrdStatus::partially_filled;
  if (step.what == Do::fill_unknown) {
    trade.order_id = id_prefix_ + "U" + std::to_string(execs_);
    trade.cl_ord_id = "UNKNOWN-" + std::to_string(execs_);
    trade.orig_cl_ord_id.clear();
  }
  send(run, std::move(trade), now);
}

void Script::change_fill(Run& run, const Step& step, core::Time now) {
  const auto number = static_cast<std::size_t>(*step.fill);
  if (number > run.fills.size()) return;  // it was left out: nothing was there to be filled
  Made& made = run.fills.at(number - 1);
  if (made.quantity.raw == 0) return;  // busted before
  Order& order = run.order;
  const Made before = made;
  if (step.what == Do::bust) {
    made.quantity = {};
  } else {
    made.quantity = step.quantity.value_or(made.quantity);
    made.price = step.price.value_or(made.price);
  }
  if (order.filled + made.quantity - before.quantity > max_filled) {
    made = before;
    return;
  }
  order.filled += made.quantity - before.quantity;
  order.notional += core::notional(made.quantity, made.price) - core::notional(before.quantity, before.price);
  if (!run.ended) order.status = status_of(run);
  const bool is_bust = step.what == Do::bust;
  Bill bill;  // of its own: what was charged before stays as it was
  fix::ExecutionReport change = trade_of(run, bill, is_bust ? before.quantity : made.quantity, made.price, now);
  change.exec_type = is_bust ? fix::ExecType::trade_cancel : fix::ExecType::trade_correct;
  if (is_bust) change.commission = {};
  change.exec_ref_id = std::exchange(made.exec_id, change.exec_id);
  change.text = step.text;
  send(run, std::move(change), now);
}

void Script::repeat(Run& run, const Step& step, core::Time now) {
  const auto number = static_cast<std::size_t>(step.fill.value_or(static_cast<int>(run.fills.size())));
  if (number == 0 || number > run.fills.size()) return;
  fix::ExecutionReport again = run.fills.at(number - 1).report;
  again.last_quantity = step.quantity.value_or(again.last_quantity);
  again.last_price = step.price.value_or(again.last_price);
  send(run, std::move(again), now);
}

// ---------------------------------------------------------------------------------------------------- Terms, and order

void Script::change_terms(Run& run, const Step& step, core::Time now) {
  Order& order = run.order;
  if (step.quantity) order.request.quantity = std::max(*step.quantity, order.filled);
  if (step.price) order.request.limit = step.price;
  if (step.price && order.request.type == core::OrderType::market) order.request.type = core::OrderType::limit;
  if (!run.ended) order.status = status_of(run);
  fix::ExecutionReport made =
      report_of(run, step.what == Do::replace ? fix::ExecType::replaced : fix::ExecType::restated, now);
  if (step.what == Do::restate) made.restatement_reason = step.reason.value_or(restated_by_broker);
  made.text = step.text;
  send(run, std::move(made), now);
}

void Script::release(Run& run, bool reversed, core::Time now) {
  run.holding = false;
  if (reversed) std::reverse(run.held.begin(), run.held.end());
  for (fix::Message& message : std::exchange(run.held, {})) send(run, std::move(message), now);
}

// To the market, unless it was cancelled before it came that far.
void Script::hand_over(Run& run) {
  if (run.ended) return;
  by_id_.erase({run.order.client, run.order.request.cl_ord_id});
  by_order_id_.erase(run.order.order_id);
  run.ended = run.handed_over = true;
  released_.emplace_back(run.order.client, run.order.request);
}

// ------------------------------------------------------------------------------------------------------------ Answers

void Script::answer(Run& run, const Course& course, const Step& step, core::Time now) {
  const bool is_over = run.ended || left_of(run).raw == 0;
  if (!run.ended) run.order.status = status_of(run);  // what was pending is so no longer
  if (is_over) return refuse(run, course.request, cxl_rej_too_late, "the order is over", now);
  if (step.what == Do::refuse) {
    return refuse(run, course.request, step.reason.value_or(0), text_or(step, "refused"), now);
  }
  if (const auto* cancel = std::get_if<fix::OrderCancelRequest>(&course.request)) accept_cancel(run, *cancel, now);
  if (const auto* replace = std::get_if<fix::OrderCancelReplaceRequest>(&course.request)) {
    accept_replace(run, *replace, now);
  }
}

void Script::accept_cancel(Run& run, const fix::OrderCancelRequest& request, core::Time now) {
  run.order.status = fix::OrdStatus::cancelled;
  run.ended = true;
  run.order.orig_cl_ord_id = std::exchange(run.order.cl_ord_id, request.cl_ord_id);
  send(run, report_of(run, fix::ExecType::cancelled, now), now);
}

// Below what was filled already, the order is what was filled.
void Script::accept_replace(Run& run, const fix::OrderCancelReplaceRequest& request, core::Time now) {
  Order& order = run.order;
  const std::optional<core::Currency> currency = order.request.currency;
  order.request = request.order;
  order.request.currency = currency;
  order.request.quantity = std::max(request.order.quantity, order.filled);
  run.acknowledged = true;
  order.orig_cl_ord_id = std::exchange(order.cl_ord_id, request.order.cl_ord_id);
  order.status = status_of(run);
  send(run, report_of(run, fix::ExecType::replaced, now), now);
}

void Script::refuse(Run& run, const Request& request, int reason, std::string text, core::Time now) {
  const std::string* const id = id_of(request);
  if (id == nullptr) return;
  fix::OrderCancelReject reject;
  reject.order_id = run.order.order_id;
  reject.cl_ord_id = *id;
  reject.orig_cl_ord_id = run.order.cl_ord_id;
  reject.ord_status = run.order.status;
  reject.response_to = std::holds_alternative<fix::OrderCancelReplaceRequest>(request) ? '2' : '1';
  reject.reason = reason;
  reject.text = std::move(text);
  send(run, std::move(reject), now);
}

void Script::answer_allocation(const Course& course, const Step& step, core::Time now) {
  const auto* instruction = std::get_if<fix::AllocationInstruction>(&course.request);
  if (instruction == nullptr) return;
  fix::AllocationInstructionAck ack{.alloc_id = instruction->alloc_id, .transact_time = now};
  ack.text = step.text;
  switch (step.what) {
    case Do::receive: ack.status = fix::AllocStatus::received; break;
    case Do::reject:
      ack.status = fix::AllocStatus::block_rejected;
      ack.reason = step.reason.value_or(alloc_rej_other);
      break;
    case Do::reject_account:
      ack.status = fix::AllocStatus::account_rejected;
      ack.reason = step.reason.value_or(alloc_rej_unknown_account);
      ack.accounts = {{step.account, step.reason.value_or(alloc_rej_unknown_account)}};
      break;
    default: ack.status = fix::AllocStatus::accepted;
  }
  leaving_.push_back({now, course.client, std::move(ack)});
}

}  // namespace simulator
