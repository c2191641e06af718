#include "tests/simulation/scripted_day.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "audit/audit.hpp"
#include "core/check.hpp"
#include "gateway/journal/sqlite.hpp"
#include "simulation/world.hpp"

namespace simulation {

namespace {

using namespace std::chrono_literals;

const core::SessionName broker_name{"SIM"};
constexpr const char* database_name = "desk.db";
constexpr const char* unknown_order = "NOBODYS-ORDER";

gateway::GatewaySettings gateway_settings() {
  gateway::GatewaySettings settings;
  settings.engine.default_broker = broker_name;
  const core::Currency usd = core::Currency::of("USD");
  settings.engine.limits.emplace(
      usd, gateway::OrderLimit{core::Quantity::whole(1'000'000), core::Money{10'000'000'000, usd}});
  settings.brokers.push_back({.session = {.name = broker_name,
                                          .sender_comp_id = "PRORATA",
                                          .target_comp_id = "SIM",
                                          .role = fix::Role::dialling,
                                          .dictionary = "fix-specs/FIX44.xml"},
                              .address = "memory"});
  return settings;
}

bool is_for_later(gateway::RefusalCode code) {
  return code == gateway::RefusalCode::broker_not_connected || code == gateway::RefusalCode::disk_full ||
         code == gateway::RefusalCode::database_locked;
}

simulator::ExchangeSettings exchange_settings() {
  simulator::ExchangeSettings settings = lively_exchange(11);
  settings.liquidity.min_size = core::Quantity::whole(50);
  return settings;
}

core::Time morning() { return core::Time{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 14h}; }

core::Time set_morning() {
  SimulatedClock::set(morning());
  return morning();
}

}  // namespace

ScriptedDay::ScriptedDay(Script script)
    : script_(std::move(script)), disk_(std::make_unique<Disk>()), exchange_(exchange_settings(), "X", set_morning()) {
  if (!script_.revive) script_.revive = [](const Disk& disk) { return disk.after_crash(); };
  disk_->set_plan(script_.plan);
  auto broker = fix::Session::create({.name = core::SessionName("BROKER"),
                                      .sender_comp_id = "SIM",
                                      .target_comp_id = "PRORATA",
                                      .role = fix::Role::listening,
                                      .dictionary = "fix-specs/FIX44.xml",
                                      .never_resend_orders = false},
                                     broker_store_, *this, log_, clock_);
  CHECK(broker.has_value());
  broker_ = std::move(*broker);
}

ScriptedDay::~ScriptedDay() { stop(); }

// ---- the gateway's life

// False: it cannot start on this disk; the process has ended with a message.
bool ScriptedDay::start() {
  ++starts;
  ended_ = false;
  auto store = gateway::SqliteStore::open(database_name, disk_->vfs(), script_.checkpoint_pages);
  if (!store) return false;
  journal_ = std::make_unique<DiskJournal>(std::move(*store), true);
  gateway_ =
      std::make_unique<gateway::Gateway>(gateway_settings(), *journal_, clock_, log_, *this,
                                         [this](std::function<void()> call) { posted_.push_back(std::move(call)); });
  return gateway_->start(desk_of({500'000, 300'000, 200'001})).has_value();
}

void ScriptedDay::stop() {
  posted_.clear();
  gateway_.reset();
  journal_.reset();
  if (to_broker_) to_broker_->closed = to_gateway_->closed = true;
  broker_->disconnected();
}

// The process has ended: the disk as the next one finds it, and the next one.
void ScriptedDay::revive() {
  for (int tries = 0;; ++tries) {
    CHECK(tries < 20);
    // Before the connections are closed: a process that is gone closes nothing.
    std::unique_ptr<Disk> next = script_.revive(*disk_);
    stop();
    disks_.push_back(std::exchange(disk_, std::move(next)));
    if (start()) return connect();
  }
}

void ScriptedDay::connect() {
  if (to_broker_ && !to_broker_->closed && !to_gateway_->closed) return;
  broker_->disconnected();
  to_broker_ = std::make_shared<fix::MemoryLine>();
  to_gateway_ = std::make_shared<fix::MemoryLine>();
  fix::Peer& peer = gateway_->peer(broker_name);
  peer.disconnected();
  broker_->connected(std::make_shared<fix::MemoryWire>(to_gateway_));
  peer.connected(std::make_shared<fix::MemoryWire>(to_broker_));
  peer.tick();
}

// ---- one thing after the other

bool ScriptedDay::step() {
  if (ended_) {
    ++failures;
    revive();
    return true;
  }
  if (!posted_.empty()) {
    const std::function<void()> call = std::move(posted_.front());
    posted_.pop_front();
    call();
    return true;
  }
  if (journal_->has_pending()) {
    journal_->sync();
    return true;
  }
  const auto carry = [](fix::MemoryLine& line, fix::Peer& to) {
    if (line.frames.empty()) return false;
    const std::string frame = std::move(line.frames.front());
    line.frames.pop_front();
    to.received(frame);
    return true;
  };
  if (carry(*to_gateway_, gateway_->peer(broker_name)) || carry(*to_broker_, *broker_)) return true;
  for (const simulator::Outgoing& out : exchange_.advance(clock_.now())) {
    if (const auto* report = std::get_if<fix::ExecutionReport>(&out.message)) reported_.push_back(*report);
    unsent_.push_back(out.message);
  }
  while (!unsent_.empty() && broker_->send(unsent_.front())) unsent_.pop_front();
  return !to_gateway_->frames.empty();
}

void ScriptedDay::settle() {
  while (step()) {
  }
}

void ScriptedDay::run_for(std::chrono::milliseconds span) {
  constexpr auto stride = 50ms;
  for (auto left = span; left > 0ms; left -= stride) {
    SimulatedClock::advance(stride);
    gone_ += stride;
    if (gone_ % 500ms == 0ms) {
      gateway_->peer(broker_name).tick();
      broker_->tick();
      settle();
    }
    if (gone_ % 1000ms == 0ms) {
      if (script_.second) script_.second(*disk_);
      gateway_->tick();
      settle();
      connect();
    }
    settle();
  }
}

void ScriptedDay::on_message(const core::SessionName&, const fix::Header&, const fix::Message& message) {
  broker_received_.push_back(message);
  exchange_.receive("PRORATA", message, clock_.now());
}

// ---- people

template <class Command>
gateway::Answer ScriptedDay::carry_out(const Command& command) {
  for (int tries = 0; tries < 60; ++tries) {
    auto answer = std::make_shared<std::optional<gateway::Answer>>();
    gateway_->submit(command, [answer](const gateway::Answer& given) { *answer = given; });
    settle();
    for (int seconds = 0; !*answer && seconds < 3; ++seconds) run_for(1s);
    if (!*answer) continue;
    if ((*answer)->refusals.empty() || !is_for_later((*answer)->refusals.front().code)) return **answer;
    if ((*answer)->refusals.front().code != gateway::RefusalCode::broker_not_connected) ++refusals;
    run_for(1s);
  }
  throw std::runtime_error("a command was never carried out");
}

gateway::Answer ScriptedDay::enter(const std::string& key, core::Side side, std::int64_t quantity,
                                   const std::string& symbol, const std::string& limit) {
  gateway::OrderRequest request{.side = side,
                                .quantity = core::Quantity::whole(quantity),
                                .symbol = core::Symbol(symbol),
                                .limit = std::nullopt,
                                .model = core::ModelCode("GROWTH"),
                                .currency = std::nullopt};
  if (!limit.empty()) {
    request.type = core::OrderType::limit;
    request.limit = *core::Price::parse(limit);
  }
  keys_.push_back(key);
  return carry_out(gateway::EnterOrders{.caller = {key, "tester"}, .orders = {request}});
}

void ScriptedDay::run() {
  if (!start()) revive();
  connect();
  settle();
  run_for(1s);
  (void)enter("key 1", core::Side::buy, 400, "AAPL");
  run_for(1500ms);
  const gateway::Answer resting = enter("key 2", core::Side::buy, 77, "KO", "30.00");
  run_for(1s);
  unsent_.push_back(fix::ExecutionReport{.order_id = "X9999",
                                         .exec_id = "X9999-1",
                                         .cl_ord_id = unknown_order,
                                         .exec_type = fix::ExecType::trade,
                                         .ord_status = fix::OrdStatus::filled,
                                         .symbol = core::Symbol("KO"),
                                         .side = core::Side::buy,
                                         .last_quantity = core::Quantity::whole(5),
                                         .last_price = *core::Price::parse("62.00"),
                                         .cumulative_quantity = core::Quantity::whole(5),
                                         .average_price = *core::Price::parse("62.00"),
                                         .transact_time = clock_.now()});
  settle();
  // Again while it is refused: after a restart it may be in doubt whether the broker has the order.
  for (int tries = 0; tries < 10 && !resting.orders.empty(); ++tries) {
    const core::OrderId& id = resting.orders.front();
    const gateway::Order* order = state().orders().find(id);
    if (order == nullptr || gateway::is_finished(gateway::state_of(*order))) break;
    (void)carry_out(gateway::CancelOrder{{"key 3." + std::to_string(tries), "tester"}, id});
    run_for(1s);
  }
  (void)enter("key 4", core::Side::sell, 130, "AAPL");
  run_for(2s);
  run_for(6s);
}

// ---- what must hold

void ScriptedDay::compare_with_broker(std::vector<std::string>& wrong) {
  std::map<std::string, core::Quantity> at_broker;
  std::map<std::string, int> arrived;
  std::set<std::string> known;
  for (const fix::ExecutionReport& report : reported_) {
    if (report.exec_type != fix::ExecType::trade) continue;
    at_broker[report.cl_ord_id] += report.last_quantity;
    ++fills;
  }
  for (const fix::Message& message : broker_received_) {
    if (const auto* order = std::get_if<fix::NewOrderSingle>(&message)) ++arrived[order->cl_ord_id];
  }
  for (const auto& order : state().orders().all()) {
    const std::string id = order->id().text();
    known.insert(id);
    if (order->parts.filled() != at_broker[id]) {
      wrong.push_back(id + ": booked " + order->parts.filled().text() + ", the broker filled " + at_broker[id].text());
    }
    const std::string_view now = text(gateway::state_of(*order));
    if (!gateway::is_finished(gateway::state_of(*order))) wrong.push_back(id + " is " + std::string(now));
  }
  for (const auto& [id, times] : arrived) {
    if (times > 1) wrong.push_back(id + " arrived " + std::to_string(times) + " times");
    if (!known.contains(id)) wrong.push_back(id + " arrived and the desk does not know it");
  }
  if (known.size() > keys_.size()) wrong.emplace_back("a command was carried out twice");
  if (state().break_count() != 1) wrong.push_back(std::to_string(state().break_count()) + " breaks instead of 1");
  const gateway::SessionStatus session = gateway_->sessions_now().at(0);
  const fix::SequenceNumbers other = broker_->numbers();
  if (session.state != "logged on") wrong.push_back("the session is " + session.state);
  if (session.next_sender != other.next_target || session.next_target != other.next_sender) {
    wrong.push_back("sequence numbers " + std::to_string(session.next_sender) + "/" +
                    std::to_string(session.next_target) + " against the broker's " + std::to_string(other.next_target) +
                    "/" + std::to_string(other.next_sender));
  }
}

void ScriptedDay::compare_with_replay(std::vector<std::string>& wrong) {
  gateway::State replayed;
  const auto loaded = journal_->load([&](const gateway::Entry& entry) { replayed.apply(entry); });
  if (!loaded) return wrong.push_back(loaded.error().text());  // the hash chain too
  const alloc::Book& live = state().book();
  const alloc::Book& again = replayed.book();
  if (!live.balanced() || !again.balanced()) wrong.emplace_back("the book does not balance");
  if (replayed.last_seq() != state().last_seq()) wrong.emplace_back("the journal ends elsewhere than the state");
  for (std::size_t g = 0; g < live.group_count(); ++g) {
    const auto group = static_cast<alloc::GroupIndex>(g);
    for (std::size_t s = 0; s < live.accounts_of(group).size(); ++s) {
      const auto slot = static_cast<alloc::SlotIndex>(s);
      for (const auto& [symbol, row] : live.instruments_of(group)) {
        const alloc::Holding one = live.holding(group, symbol, slot);
        const alloc::Holding other = again.holding(group, symbol, slot);
        if (one.quantity != other.quantity || one.cost != other.cost) wrong.push_back(symbol.text() + " replays apart");
      }
      for (const auto& [currency, row] : live.cash_of(group)) {
        if (live.cash(group, currency, slot) != again.cash(group, currency, slot))
          wrong.emplace_back("cash replays apart");
      }
    }
  }
}

// The rows that people read, recomputed by the audit, and SQLite's own look at its file.
void ScriptedDay::check_database(std::vector<std::string>& wrong) {
  std::unique_ptr<Disk> next = disk_->has_power() ? nullptr : script_.revive(*disk_);
  stop();
  if (!next && !disk_->has_power()) next = script_.revive(*disk_);  // the power went while the database was closed
  if (next) disks_.push_back(std::exchange(disk_, std::move(next)));
  {
    gateway::sqlite::Database database(database_name, gateway::sqlite::Database::Mode::read_write_create, disk_->vfs());
    gateway::sqlite::Statement check(database, "PRAGMA integrity_check");
    while (check.row()) {
      if (check.text(0) != "ok") wrong.push_back("integrity_check: " + std::string(check.text(0)));
    }
  }
  if (!disk_->contents("desk.db-wal").empty()) {
    wrong.emplace_back("the WAL was not taken in at the end");
    return;
  }
  const auto file = std::filesystem::temp_directory_path() / ("prorata-day-" + std::to_string(::getpid()) + ".db");
  std::string bytes = disk_->contents(database_name);
  bytes[18] = bytes[19] = 1;  // no WAL: the copy is only read (sqlite.org/fileformat2.html, offsets 18 and 19)
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  auto database = audit::Database::open(file.string());
  const auto checks =
      database ? audit::audit_book(*database, {.allow_breaks = true}) : tl::unexpected(database.error());
  std::filesystem::remove(file);
  if (!checks) return wrong.push_back(checks.error().text());
  for (const audit::Check& check : *checks) {
    if (!check.ok()) wrong.push_back("audit, " + check.name + ": " + check.differences.front());
  }
}

std::vector<std::string> ScriptedDay::verify() {
  std::vector<std::string> wrong;
  compare_with_broker(wrong);
  compare_with_replay(wrong);
  check_database(wrong);
  return wrong;
}

}  // namespace simulation
