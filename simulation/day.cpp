#include "simulation/day.hpp"

#include <algorithm>

#include "core/random.hpp"
#include "fix/wire_text.hpp"
#include "simulation/checker.hpp"
#include "simulator/frames.hpp"

namespace simulation {

using simulator::type_of;

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const core::Time start_of_day{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14}};

}  // namespace

Day::Day(const Plan& plan, Trace::Reader reader)
    : plan_(plan), agenda_(start_of_day), trace_(std::move(reader)), desk_(agenda_, trace_, plan) {
  SimulatedClock::set(start_of_day);
  for (std::size_t i = 0; i < plan.brokers.size(); ++i) {
    const BrokerShape& shape = plan.brokers[i];
    // Parties are members of what they belong to; the line needs that of the broker, which needs the line.
    auto parties = Line::Parties{&desk_.party(), &nobody_};
    lines_.push_back(std::make_unique<Line>(agenda_, trace_, shape.name, parties, shape.line,
                                            core::mix(plan.seed) ^ core::stable_hash(shape.name)));
    brokers_.push_back(std::make_unique<Broker>(agenda_, trace_, plan, i, *lines_.back()));
    lines_.back()->set_party(End::broker, brokers_.back()->party());
    lines_.back()->on_frame = [this](End from, std::string_view frame) { on_frame(from, frame); };
    desk_.add_line(core::SessionName(shape.name), *lines_.back());
  }
}

Day::~Day() = default;

Outcome Day::run() {
  start_desk();
  for (const auto& broker : brokers_) broker->start();
  for (const Action& action : plan_.actions) {
    run_until(start_of_day + action.at);
    if (!outcome_.wrong.empty()) break;
    SimulatedClock::set(agenda_.now());
    trace_.note(agenda_.now(), {"--", text(action.kind)});
    act(action);
    look();
  }
  if (outcome_.wrong.empty()) settle();
  if (outcome_.wrong.empty()) check_books();
  outcome_.digest = trace_.digest();
  outcome_.events = events_;
  outcome_.restarts = static_cast<std::size_t>(desk_.starts() - 1);
  return outcome_;
}

void Day::run_until(core::Time end) {
  while (outcome_.wrong.empty() && agenda_.run_next(end)) {
    ++events_;
    look();
    if (steps_to_crash_ == 0) continue;
    --steps_to_crash_;
    if (steps_to_crash_ > 0 || !desk_.runs()) continue;
    desk_.crash(crash_.kind == Kind::power_cut, crash_.b % 40);
    agenda_.in(milliseconds(1 + crash_.b % 3'000), desk_.party(), [this] { start_desk(); });
  }
}

void Day::look() {
  if (!desk_.failure().empty()) return outcome_.wrong.push_back("the gateway gave up: " + desk_.failure());
  if (!desk_.runs()) return;
  if (auto broken = laws_.broken_by(desk_.state())) outcome_.wrong.push_back(*std::move(broken));
}

// Nothing leaves before it is durable, and no order twice.
void Day::on_frame(End from, std::string_view frame) {
  if (from != End::gateway) return;
  const bool again = fix::field_of(frame, 43) == "Y";
  if (!again && !desk_.is_durable(frame)) {
    outcome_.wrong.push_back("sent before it was durable: " + std::string(frame));
  }
  if (type_of(frame) != "D") return;
  const std::string id(fix::field_of(frame, 11).value_or(""));
  if (again || !sent_orders_.insert(id).second) outcome_.wrong.push_back("order " + id + " was sent twice");
}

void Day::start_desk() {
  if (desk_.runs()) return;
  desk_.start();
  if (!desk_.failure().empty()) return;
  if (auto broken = laws_.broken_by_replay(desk_.state())) outcome_.wrong.push_back(*std::move(broken));
}

// ---- the night

void Day::settle() {
  is_night_ = true;
  steps_to_crash_ = 0;
  for (const auto& line : lines_) line->heal();
  if (!come_to_rest()) return;
  for (const auto& [number, order] : desk_.state().orders().open()) {
    // Reports that were lost for good, or that nobody could read, may have been about it.
    if (gateway::state_of(*order) != gateway::OrderState::sent || is_misreported() || may_lose()) continue;
    return outcome_.wrong.push_back("order " + order->id().text() + " is left at SENT, and nobody doubts it");
  }
  if (!is_misreported()) check_counts();
  if (!outcome_.wrong.empty()) return;
  // The next morning's logon asks about what is in doubt still: a question may have been lost, too.
  desk_.stop();
  run_until(agenda_.now() + seconds(2));
  constexpr int rounds = 4;
  for (int round = 0; round < rounds; ++round) {
    if (!come_to_rest()) return;
    if (desk_.state().orders().open().empty()) return;
    close_open_orders();
    run_until(agenda_.now() + milliseconds(100));
  }
  (void)come_to_rest();  // what a broker has lost count of stays open; the checks say whether it may
}

// Before anybody logs on anew: whatever was lost on the way, what the broker counts of an open order was told or asked
// for.
void Day::check_counts() {
  for (const auto& [number, order] : desk_.state().orders().open()) {
    for (const auto& broker : brokers_) {
      const auto there = broker->orders().find(order->id().text());
      if (there == broker->orders().end()) continue;
      const core::Quantity counted = there->second.last.cumulative_quantity;
      if (counted <= order->broker_filled) continue;
      outcome_.wrong.push_back("order " + order->id().text() + ": the broker counts " + counted.text() +
                               " filled, the desk knows of " + order->broker_filled.text() + " and has not asked");
    }
  }
}

bool Day::come_to_rest() {
  // Longer than any time-out: heartbeats of 30 s are missed three times, and then the connection is made again.
  const core::Time end = agenda_.now() + seconds(240);
  run_until(agenda_.now() + seconds(1));
  for (int quiet = 0; quiet < 3;) {
    // Never in step with heartbeats, and quick enough for the pause between two of them on a slow line.
    run_until(agenda_.now() + milliseconds(170));
    if (!outcome_.wrong.empty()) return false;
    mend();
    quiet = is_settled() ? quiet + 1 : 0;
    if (agenda_.now() < end) continue;
    outcome_.wrong.emplace_back("it never settles");
    return false;
  }
  return true;
}

void Day::mend() {
  if (!desk_.runs()) start_desk();
  for (const auto& broker : brokers_) {
    if (!broker->runs()) broker->start();
  }
  if (!desk_.runs()) return;
  for (std::size_t i = 0; i < brokers_.size(); ++i) {
    const gateway::SessionStatus status = desk_.gateway().sessions_now().at(i);
    // What would not come right by itself: the broker's numbers are below those that we have seen.
    if (brokers_[i]->numbers().next_sender < status.next_target && status.state != "logged on") {
      brokers_[i]->take_numbers({.next_sender = status.next_sender, .next_target = status.next_target, .created = {}});
    }
  }
}

bool Day::is_settled() const {
  if (!desk_.runs() || !desk_.gateway().is_idle()) return false;
  const auto sessions = desk_.gateway().sessions_now();
  for (std::size_t i = 0; i < brokers_.size(); ++i) {
    const Broker& broker = *brokers_[i];
    if (!broker.logged_on() || sessions[i].state != "logged on" || !broker.is_quiet()) return false;
    if (sessions[i].next_sender != broker.numbers().next_target) return false;
    if (sessions[i].next_target != broker.numbers().next_sender) return false;
  }
  return true;
}

void Day::close_open_orders() {
  for (const auto& [number, order] : desk_.state().orders().open()) {
    desk_.cancel({{"last " + std::to_string(++cancels_), "operator"}, order->id()});
  }
}

bool Day::any(const std::function<bool(const Action&)>& is) const {
  return std::any_of(plan_.actions.begin(), plan_.actions.end(), is);
}

bool Day::is_misreported() const {
  return any([](const Action& action) {
    const bool is_change = action.kind == Kind::bust || action.kind == Kind::correction;
    return is_misreport(action.kind) && !(is_change && counts_changes(action.b));
  });
}

bool Day::may_break() const {
  return may_lose() || any([](const Action& action) { return is_misreport(action.kind); });
}

bool Day::may_lose() const {
  if (std::ranges::any_of(brokers_, &Broker::may_have_lost,
                          [](const auto& broker) -> const Broker& { return *broker; })) {
    return true;
  }
  return any([](const Action& action) {
    return action.kind == Kind::skip_ahead || action.kind == Kind::numbers_low || action.kind == Kind::reset_numbers;
  });
}

void Day::check_books() {
  for (const auto& order : desk_.state().orders().all()) {
    if (plan_.is_calm && gateway::state_of(*order) != gateway::OrderState::filled) {
      outcome_.wrong.push_back("a calm day, and order " + order->id().text() + " is not filled");
    }
  }
  outcome_.orders = desk_.state().orders().all().size();
  outcome_.across = static_cast<std::size_t>(std::ranges::count_if(
      desk_.state().orders().all(), [](const auto& order) { return order->entered.model.empty(); }));
  outcome_.breaks = desk_.state().break_count();
  std::vector<const Broker*> brokers;
  for (const auto& broker : brokers_) brokers.push_back(broker.get());
  auto database = audit::Database::open("desk.db", desk_.disk().vfs());
  if (!database) return outcome_.wrong.push_back("the database does not open: " + database.error().text());
  Checker checker(*database, plan_, brokers, may_break(), !is_misreported() && !may_lose());
  for (std::string& wrong : checker.check()) outcome_.wrong.push_back(std::move(wrong));
  outcome_.fills = checker.fill_count();
  outcome_.changes = checker.change_count();
}

Outcome run_day(const Plan& plan, Trace::Reader reader) { return Day(plan, std::move(reader)).run(); }

}  // namespace simulation
