#include "simulation/broker.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "fix/wire_text.hpp"
#include "simulator/frames.hpp"

namespace simulation {

using simulator::as_duplicate;
using simulator::framed;
using simulator::is_application;
using simulator::type_of;
using simulator::with_header;
using simulator::with_value;
using simulator::without;

namespace {

const std::string desk_id = "PRORATA";
const std::string next_day = "20261123";
const std::string invented = "invented";

}  // namespace

Broker::Broker(Agenda& agenda, Trace& trace, const Plan& plan, std::size_t number, Line& line)
    : agenda_(agenda),
      trace_(trace),
      shape_(plan.brokers.at(number)),
      line_(line),
      exchange_(shape_.exchange, shape_.name + "-", agenda.now()) {}

Broker::~Broker() = default;

void Broker::start() {
  SimulatedClock::set(agenda_.now() + party_.clock_error);  // whoever starts it, it reads its own
  auto session =
      fix::Session::create({.name = core::SessionName("at " + shape_.name),
                            .sender_comp_id = shape_.name,
                            .target_comp_id = desk_id,
                            .role = shape_.line.dialler == End::broker ? fix::Role::dialling : fix::Role::listening,
                            .heartbeat_s = shape_.heartbeat_s,
                            .dictionary = dictionary_file,
                            .never_resend_orders = false,
                            .schedule = schedule_of(shape_)},
                           *store_, *this, *this, clock_);
  CHECK(session.has_value());
  session_ = std::move(*session);
  line_.up(End::broker, *session_);
}

void Broker::stop(bool silently) {
  line_.down(End::broker, silently);
  session_.reset();
}

// ---- the exchange

void Broker::on_message(const core::SessionName&, const fix::Header& header, const fix::Message& message) {
  if (const auto* order = std::get_if<fix::NewOrderSingle>(&message)) {
    OrderThere& there = orders_[order->cl_ord_id];
    there.order = *order;
    ++there.arrivals;
  }
  trace_.note(agenda_.now(), {shape_.name, "takes", std::to_string(header.seq_num)});
  exchange_.receive(desk_id, message, agenda_.now());
  agenda_.in(std::chrono::nanoseconds(0), party_, [this] { advance(); });
}

void Broker::on_unreadable(const core::SessionName&, const fix::UnreadableMessage& message) {
  exchange_.refuse(desk_id, message, agenda_.now());
}

void Broker::advance() {
  for (const simulator::Outgoing& out : exchange_.advance(agenda_.now())) {
    if (held_.empty() || !std::holds_alternative<fix::ExecutionReport>(out.message)) {
      report(out.message);
      continue;
    }
    ++late_;
    agenda_.in(held_.front(), party_, [this, message = out.message] {
      --late_;
      report(message);
    });
    held_.pop_front();
  }
  schedule();
}

void Broker::schedule() {
  const auto due = exchange_.next_due();
  if (!due || (scheduled_ && *due >= next_)) return;
  scheduled_ = true;
  next_ = *due;
  agenda_.at(*due, party_, [this, due = *due] {
    if (due != next_) return;  // an earlier one was put down since
    scheduled_ = false;
    advance();
  });
}

void Broker::end_of_day() {
  exchange_.end_of_day(agenda_.now());
  advance();
}

void Broker::report(const fix::Message& message) {
  if (const auto* execution = std::get_if<fix::ExecutionReport>(&message)) return say(*execution);
  waiting_.push_back(message);
  flush();
}

void Broker::say(fix::ExecutionReport execution) {
  const bool is_new = execution.exec_type != fix::ExecType::order_status;
  const std::string& id = execution.orig_cl_ord_id.empty() ? execution.cl_ord_id : execution.orig_cl_ord_id;
  const auto there = orders_.find(id);
  if (const auto restated = restated_.find(id); restated != restated_.end() && restated->second.raw != 0) {
    execution.cumulative_quantity += restated->second;
    // No more of it will come, and not all of it counts.
    if (execution.ord_status == fix::OrdStatus::filled) execution.ord_status = fix::OrdStatus::done_for_day;
  }
  if (there != orders_.end()) there->second.last = execution;
  if (is_new) said_.push_back(execution);
  waiting_.emplace_back(std::move(execution));
  flush();
}

void Broker::flush() {
  while (!waiting_.empty() && logged_on()) {
    if (!session_->send(waiting_.front())) return;
    waiting_.pop_front();
  }
}

void Broker::on_logon(const core::SessionName&) {
  trace_.note(agenda_.now(), {shape_.name, "sees a logon"});
  agenda_.in(std::chrono::nanoseconds(0), party_, [this] { flush(); });
}

void Broker::on_logout(const core::SessionName&, std::string_view reason) {
  trace_.note(agenda_.now(), {shape_.name, "sees a logout:", reason});
}

void Broker::event(const core::SessionName& session, fix::EventKind /*kind*/, std::string_view text) {
  trace_.note(agenda_.now(), {session.text(), "session:", text});
}

// ---- faults of the session

std::string Broker::forged(const std::string& type, int seq_num, const std::string& fields) const {
  return framed("35=" + type + "|34=" + std::to_string(seq_num) + "|49=" + shape_.name +
                "|52=" + core::fix_timestamp(clock_.now()) + "|56=" + desk_id + "|" + fields);
}

void Broker::replay_everything() {
  if (!logged_on()) return;
  for (const std::string& frame : store_->sent(1, numbers().next_sender - 1)) {
    if (is_application(frame)) line_.inject(End::broker, as_duplicate(frame));
  }
}

void Broker::lower_numbers(int by) {
  if (!runs()) return;
  fix::SequenceNumbers low = numbers();
  low.next_sender = std::max(1, low.next_sender - by);
  stop(false);
  numbers_go_wrong();
  store_ = std::make_unique<fix::MemoryStore>(low);
  start();
}

void Broker::take_numbers(const fix::SequenceNumbers& of_gateway) {
  if (runs()) stop(false);
  store_ = std::make_unique<fix::MemoryStore>(fix::SequenceNumbers{.next_sender = of_gateway.next_target,
                                                                   .next_target = of_gateway.next_sender,
                                                                   .created = agenda_.now() + party_.clock_error});
  start();
}

void Broker::restart_numbers() {
  if (!runs() || shape_.line.dialler != End::broker) return;
  stop(false);
  numbers_go_wrong();
  store_ = std::make_unique<fix::MemoryStore>();
  line_.edit(End::broker, [](const std::string& frame) -> std::optional<std::vector<std::string>> {
    if (type_of(frame) != "A") return std::nullopt;
    return std::vector{with_value(frame, 108,
                                  std::string(*fix::field_of(frame, 108)) + "\x01"
                                                                            "141=Y")};
  });
  // The answer carries the flag too; our own session has not sent it and would start again.
  line_.edit(End::gateway, [](const std::string& frame) -> std::optional<std::vector<std::string>> {
    if (type_of(frame) != "A" || fix::field_of(frame, 141) != "Y") return std::nullopt;
    return std::vector{without(frame, 141)};
  });
  start();
}

void Broker::skip_ahead(std::size_t messages, bool at_once) {
  if (!runs()) return;
  numbers_go_wrong();
  for (std::size_t i = at_once ? 1 : 0; i < messages; ++i) {
    line_.edit(End::broker, [](const std::string& frame) -> std::optional<std::vector<std::string>> {
      if (!is_application(frame)) return std::nullopt;
      return std::vector<std::string>{};
    });
  }
  line_.edit(End::broker, [this, at_once](const std::string& frame) -> std::optional<std::vector<std::string>> {
    if (!is_application(frame)) return std::nullopt;
    const int number = *fix::number_of(frame, 34);
    if (at_once) return std::vector{forged("4", 1, "36=" + std::to_string(number + 1) + "|")};
    return std::vector{forged("4", 1, "36=" + std::to_string(number) + "|"), frame};
  });
}

void Broker::send_reset_back() {
  if (logged_on()) line_.inject(End::broker, forged("4", numbers().next_sender, "36=1|"));
}

void Broker::send_big_frame(std::size_t bytes) {
  if (!logged_on()) return;
  line_.inject(End::broker, as_duplicate(forged("B", 0, "148=big|33=1|58=" + std::string(bytes, 'x') + "|")));
}

void Broker::send_second_logon() {
  if (!logged_on()) return;
  line_.inject(End::broker, forged("A", numbers().next_sender, "98=0|108=" + std::to_string(shape_.heartbeat_s) + "|"));
}

void Broker::say_again_since_fault() {
  for (std::size_t i = fault_at_.value_or(said_.size()); i < said_.size(); ++i) say_again(i);
}

void Broker::numbers_go_wrong() {
  if (!fault_at_) fault_at_ = said_.size();
  may_have_lost_ = true;
}

bool Broker::is_counted(const fix::ExecutionReport& report) const {
  const auto changed = changed_.find(report.exec_id);
  const bool is_busted = changed != changed_.end() && changed->second.quantity.raw == 0;
  return report.exec_type == fix::ExecType::trade && report.text != invented && !is_busted;
}

void Broker::say_again(std::uint64_t which) {
  if (said_.empty()) return;
  const fix::ExecutionReport& execution = said_.at(which % said_.size());
  line_.edit(End::broker,
             [id = execution.exec_id](const std::string& frame) -> std::optional<std::vector<std::string>> {
               if (type_of(frame) != "8" || fix::field_of(frame, 17) != id) return std::nullopt;
               return std::vector{with_header(frame, "97=Y")};
             });
  waiting_.emplace_back(execution);
  flush();
}

// ---- faults of the business

const OrderThere* Broker::pick(std::uint64_t which, bool finished) const {
  std::vector<const OrderThere*> found;
  for (const auto& [id, there] : orders_) {
    if (there.last.order_id.empty() || there.last.ord_status == fix::OrdStatus::rejected) continue;
    if (!finished || there.last.ord_status == fix::OrdStatus::cancelled) found.push_back(&there);
  }
  return found.empty() ? nullptr : found.at(which % found.size());
}

const fix::ExecutionReport* Broker::pick_fill(std::uint64_t which) const {
  std::vector<const fix::ExecutionReport*> found;
  for (const fix::ExecutionReport& execution : said_) {
    if (execution.exec_type == fix::ExecType::trade) found.push_back(&execution);
  }
  return found.empty() ? nullptr : found.at(which % found.size());
}

void Broker::change_fill(Kind kind, const fix::ExecutionReport& fill, std::uint64_t how, fix::ExecutionReport& made) {
  OrderThere& there = orders_.at(fill.orig_cl_ord_id.empty() ? fill.cl_ord_id : fill.orig_cl_ord_id);
  Changed& now =
      changed_.try_emplace(fill.exec_id, Changed{fill.last_quantity, fill.last_price, fill.exec_id}).first->second;
  const core::Quantity before = now.quantity;
  made.exec_ref_id = how % 2 == 0 ? fill.exec_id : now.exec_id;
  made.ord_status = there.last.ord_status;
  made.leaves_quantity = there.last.leaves_quantity;
  made.cumulative_quantity = there.last.cumulative_quantity;
  if (before.raw == 0) return;  // it was busted before: a mistake that changes no count
  if (kind == Kind::bust) {
    made.last_quantity = now.quantity;
    made.last_price = now.price;
    now.quantity = {};
  } else {
    // Never more than the exchange leaves room for, nor the whole order, of which no more would come then.
    const bool is_over = there.last.leaves_quantity.raw == 0;
    const core::Quantity one = core::Quantity::whole(1);
    const core::Quantity most =
        is_over ? there.order.quantity - one - (there.last.cumulative_quantity - before) : before;
    if (most.raw > 0) now.quantity.raw = one.raw * (1 + static_cast<std::int64_t>(how / 2) % (most.raw / one.raw));
    now.price = made.last_price;
    now.exec_id = made.exec_id;
    made.last_quantity = now.quantity;
  }
  const core::Quantity difference = now.quantity - before;
  restated_[there.order.cl_ord_id] += difference;
  made.cumulative_quantity += difference;
  if (made.ord_status == fix::OrdStatus::filled && difference.raw != 0) made.ord_status = fix::OrdStatus::done_for_day;
  there.last.ord_status = made.ord_status;
  there.last.cumulative_quantity = made.cumulative_quantity;
}

void Broker::misreport(Kind kind, std::uint64_t a, std::uint64_t b) {
  const std::string exec_id = shape_.name + "-X" + std::to_string(++invented_);
  const core::Quantity some = core::Quantity::whole(1 + static_cast<std::int64_t>(b % 50));
  fix::ExecutionReport made;
  const auto trade = [&](const OrderThere& there, core::Quantity quantity) {
    made = there.last;
    made.exec_type = fix::ExecType::trade;
    made.last_quantity = quantity;
    made.last_price = *core::Price::parse("100.01");
    made.cumulative_quantity += quantity;
  };
  const auto of_fill = [&](fix::ExecType type, const fix::ExecutionReport& fill) {
    made = fill;
    made.exec_type = type;
    made.exec_ref_id = fill.exec_id;
  };
  const OrderThere* order = pick(a, kind == Kind::fill_after_end);
  const fix::ExecutionReport* fill = pick_fill(a);
  const bool needs_fill =
      kind == Kind::reused_exec_id || kind == Kind::next_day_exec_id || kind == Kind::bust || kind == Kind::correction;
  if (needs_fill ? fill == nullptr : order == nullptr) return;
  switch (kind) {
    case Kind::over_fill: trade(*order, order->order.quantity + some); break;
    case Kind::fill_after_end: trade(*order, std::min(some, order->order.quantity)); break;
    case Kind::unknown_order:
      trade(*order, some);
      made.cl_ord_id = "NOBODY-" + exec_id;
      made.orig_cl_ord_id.clear();
      break;
    case Kind::wrong_symbol:
      trade(*order, some);
      made.symbol = core::Symbol("MSFT");
      break;
    case Kind::reused_exec_id:
    case Kind::next_day_exec_id: made = *fill; break;
    case Kind::bust: of_fill(fix::ExecType::trade_cancel, *fill); break;
    case Kind::bust_unknown:
      trade(*order, some);
      made.exec_type = fix::ExecType::trade_cancel;
      made.exec_ref_id = "NONE";
      break;
    case Kind::correction:
      of_fill(fix::ExecType::trade_correct, *fill);
      made.last_price = core::Price::whole(1'000 + invented_);
      break;
    default: return;
  }
  if (kind == Kind::reused_exec_id || kind == Kind::next_day_exec_id) {
    made.last_price = core::Price::whole(1'000 + invented_);  // like no other
    if (kind == Kind::next_day_exec_id) made.trade_date = next_day;
  } else {
    made.exec_id = exec_id;
  }
  if ((kind == Kind::bust || kind == Kind::correction) && counts_changes(b) && fill->text != invented) {
    change_fill(kind, *fill, b / 2, made);
  }
  made.text = invented;
  made.transact_time = agenda_.now();
  // Not of say(): the exchange's own counts stay as they are.
  said_.push_back(made);
  waiting_.emplace_back(std::move(made));
  flush();
}

}  // namespace simulation
