#include "simulation/desk.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/random.hpp"
#include "fix/wire_text.hpp"
#include "gateway/journal/event_json.hpp"
#include "simulator/frames.hpp"

namespace simulation {

using simulator::type_of;

using std::chrono::milliseconds;

// Becoming durable takes a while, in which the next batch gathers.
class Desk::DelayedJournal final : public gateway::Journal {
 public:
  explicit DelayedJournal(Desk& desk) : desk_(desk) {}
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return desk_.journal_->load(visit);
  }
  core::Result<gateway::Snapshot> load_snapshot() override { return desk_.journal_->load_snapshot(); }
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return desk_.journal_->load_after_snapshot(visit);
  }
  gateway::Archive* archive() override { return desk_.journal_->archive(); }
  void commit(gateway::Batch batch, Done done) override {
    for (const gateway::Entry& entry : batch.entries) {
      desk_.trace_.note(desk_.agenda_.now(),
                        {"writes", std::to_string(entry.seq), kind(entry.event), event_to_json(entry.event)});
    }
    for (const auto& [session, change] : batch.sessions) {
      for (const auto& [seq_num, bytes] : change.sent) {
        desk_.pending_sent_.push_back(core::stable_hash(bytes));
        if (type_of(bytes) == "H") desk_.to_ask_.erase(std::string(fix::field_of(bytes, 11).value_or("")));
      }
    }
    if (!desk_.to_ask_.empty())
      desk_.failure_ = "messages were passed over, and it did not ask about " + *desk_.to_ask_.begin();
    desk_.journal_->commit(std::move(batch), std::move(done));
    desk_.commit_later();
  }

 private:
  Desk& desk_;
};

Desk::Desk(Agenda& agenda, Trace& trace, const Plan& plan)
    : agenda_(agenda),
      trace_(trace),
      plan_(plan),
      random_(core::mix(plan.seed) ^ core::stable_hash("desk")),
      delayed_(std::make_unique<DelayedJournal>(*this)) {}

Desk::~Desk() = default;

void Desk::start() {
  CHECK(!runs());
  failure_.clear();
  trace_.note(agenda_.now(), {"gateway starts"});
  const int life = ++starts_;
  auto store = gateway::SqliteStore::open("desk.db", disk_->vfs());
  if (!store) {
    failure_ = "it does not start: " + store.error().text();
    return;
  }
  journal_ = std::make_unique<DiskJournal>(std::move(*store));
  gateway_ = std::make_unique<gateway::Gateway>(
      gateway_settings(plan_), *delayed_, clock_, *this, *this, [this, life](std::function<void()> call) {
        agenda_.in(milliseconds(0), party_, [this, life, call = std::move(call)] {
          if (life == starts_ && runs()) call();
        });
      });
  if (auto started = gateway_->start(desk_events(plan_)); !started) {
    failure_ = "it does not start: " + started.error().text();
    return;
  }
  for (const auto& [session, line] : lines_) line->up(End::gateway, gateway_->peer(session));
  tick_in(life);
}

void Desk::tick_in(int life) {
  agenda_.in(std::chrono::seconds(1), party_, [this, life] {
    if (life != starts_ || !runs()) return;
    gateway_->tick();
    tick_in(life);
  });
}

void Desk::crash(bool with_machine, std::uint64_t writes) {
  to_ask_.clear();
  trace_.note(agenda_.now(), {with_machine ? "power cut" : "gateway dies", is_committing() ? "in a commit" : ""});
  for (const auto& [session, line] : lines_) line->down(End::gateway, with_machine);
  if (is_committing()) {
    disk_->set_plan([left = writes](const Access&) mutable { return left-- == 0 ? Fault::cut_power : Fault::none; });
    journal_->sync();  // what it tells the gateway comes too late
  }
  gateway_.reset();
  journal_.reset();
  pending_sent_.clear();
  disk_ = with_machine ? disk_->after_power_cut(random_) : disk_->after_crash();
}

void Desk::stop() {
  trace_.note(agenda_.now(), {"gateway is stopped"});
  gateway_->log_out();
  agenda_.in(milliseconds(700), party_, [this, life = starts_] {
    if (life == starts_ && runs()) crash(false, ~std::uint64_t{0});
  });
}

void Desk::enter(const gateway::EnterOrders& command) {
  trace_.note(agenda_.now(), {"command", command.caller.key});
  gateway_->submit(command, [this, key = command.caller.key](const gateway::Answer& answer) { answered(key, answer); });
}

void Desk::cancel(const gateway::CancelOrder& command) {
  trace_.note(agenda_.now(), {"cancel", command.order.text(), command.caller.key});
  gateway_->submit(command, [this, key = command.caller.key](const gateway::Answer& answer) { answered(key, answer); });
}

void Desk::carry_out(const gateway::DeskCommand& command) {
  trace_.note(agenda_.now(), {"wish", std::to_string(command.wish.index()), command.caller.key});
  gateway_->submit(command, [this, key = command.caller.key](const gateway::Answer& answer) { answered(key, answer); });
}

void Desk::answered(const std::string& key, const gateway::Answer& answer) {
  if (!answer.refusals.empty()) {
    trace_.note(agenda_.now(), {"refused", key, answer.refusals.front().message});
  } else {
    trace_.note(agenda_.now(), {"done", key, answer.orders.empty() ? "" : answer.orders.front().text()});
  }
}

void Desk::commit_later() {
  const auto delay = std::chrono::microseconds(random_.between(50, plan_.max_commit.count()));
  agenda_.in(delay, party_, [this, life = starts_] {
    if (life != starts_ || !is_committing()) return;
    durable_sent_.insert(pending_sent_.begin(), pending_sent_.end());
    pending_sent_.clear();
    journal_->sync();
    trace_.note(agenda_.now(), {"durable"});
  });
}

bool Desk::is_durable(std::string_view frame) const { return durable_sent_.contains(core::stable_hash(frame)); }

void Desk::session_changed(const core::SessionName& session, std::string_view what) {
  trace_.note(agenda_.now(), {session.text(), what});
}

void Desk::session_trouble(const core::SessionName& session, std::string_view what) {
  trace_.note(agenda_.now(), {session.text(), "trouble:", what});
}

void Desk::messages_passed_over(const core::SessionName& session, int first, int last) {
  trace_.note(agenda_.now(), {session.text(), "passed over:", std::to_string(first), std::to_string(last)});
  // Once it has logged out it can ask nothing any more; the next logon does.
  for (const gateway::SessionStatus& status : gateway_->sessions_now()) {
    if (status.name == session && status.state != "logged on") return;
  }
  for (const auto& [number, order] : state().orders().open()) {
    if (order->entered.broker == session) to_ask_.insert(order->id().text());
  }
}

void Desk::break_kept(const gateway::BreakKept& kept) {
  trace_.note(agenda_.now(), {"break", kept.kind, kept.order_id, kept.exec_id, kept.text});
}

void Desk::journal_loaded(std::int64_t snapshot, std::int64_t replayed, const std::string& why_none) {
  trace_.note(agenda_.now(), {"loaded from", std::to_string(snapshot), std::to_string(replayed), why_none});
}

void Desk::event(const core::SessionName& session, fix::EventKind /*kind*/, std::string_view text) {
  trace_.note(agenda_.now(), {session.text(), "session:", text});
}

// ---- from the plan

gateway::GatewaySettings gateway_settings(const Plan& plan) {
  gateway::GatewaySettings settings;
  settings.engine.entries_per_snapshot = plan.entries_per_snapshot;
  settings.engine.default_broker = core::SessionName(plan.brokers.front().name);
  const core::Currency usd = core::Currency::of("USD");
  // The clocks of a day may jump by days, and prices with them.
  settings.engine.models.rules.price_age_max = std::chrono::hours(24 * 365);
  settings.engine.limits.emplace(
      usd, gateway::OrderLimit{core::Quantity::whole(1'000'000), core::Money{100'000'000'000, usd}});
  for (const BrokerShape& broker : plan.brokers) {
    settings.brokers.push_back(
        {.session = {.name = core::SessionName(broker.name),
                     .sender_comp_id = "PRORATA",
                     .target_comp_id = broker.name,
                     .role = broker.line.dialler == End::gateway ? fix::Role::dialling : fix::Role::listening,
                     .heartbeat_s = broker.heartbeat_s,
                     .dictionary = dictionary_file,
                     .schedule = schedule_of(broker)},
         .address = "memory"});
  }
  return settings;
}

std::vector<gateway::Event> desk_events(const Plan& plan) {
  using namespace gateway;
  const core::Currency usd = core::Currency::of("USD");
  std::vector<Event> events;
  const std::vector<simulator::SymbolSettings>& symbols = plan.brokers.front().exchange.symbols;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const simulator::SymbolSettings& symbol = symbols[i];
    events.emplace_back(InstrumentAdded{.symbol = symbol.name,
                                        .security_type = plan.instruments.at(i).security_type,
                                        .exchange = symbol.exchange,
                                        .currency = usd,
                                        .unit = symbol.lot,
                                        .reference = symbol.reference,
                                        .reference_date = "2026-11-20",
                                        .tick = symbol.tick,
                                        .multiplier = {plan.instruments.at(i).ten_thousandths},
                                        .is_shortable = plan.instruments.at(i).is_shortable});
  }
  const auto account = [](std::size_t i) { return core::AccountId("A" + std::to_string(i + 1)); };
  for (std::size_t i = 0; i < plan.accounts; ++i) {
    events.emplace_back(AccountOpened{account(i), "Client", usd});
    if (plan.independent > 0) events.emplace_back(CashDeposited{account(i), usd, plan.independent * 100});
  }
  for (const ModelShape& model : plan.models) {
    const core::ModelCode code(model.code);
    events.emplace_back(ModelCreated{code, model.code, usd});
    for (std::size_t i = 0; i < model.invested.size(); ++i) {
      if (model.invested[i] == 0) continue;
      events.emplace_back(CashDeposited{account(i), usd, model.invested[i] * 100});
      events.emplace_back(CashInvested{account(i), code, usd, model.invested[i] * 100});
      if (model.brought == 0) continue;
      const core::Symbol& symbol = plan.brokers.front().exchange.symbols.front().name;
      events.emplace_back(
          HoldingBrought{account(i), code, symbol, usd, core::Quantity::whole(model.brought), model.brought * 15'000});
    }
  }
  events.emplace_back(DeskImported{"simulation"});
  return events;
}

}  // namespace simulation
