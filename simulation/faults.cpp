#include "core/random.hpp"
#include "fix/wire_text.hpp"
#include "simulation/day.hpp"
#include "simulation/wishes.hpp"
#include "simulator/frames.hpp"

// What the actions of a plan do. The numbers of an action are read here.
namespace simulation {

using simulator::framed;
using simulator::is_application;
using simulator::type_of;
using simulator::with_value;
using simulator::without;

using std::chrono::milliseconds;

namespace {

// A number below `bound` out of the digits of another, different for each `salt`.
std::uint64_t part(std::uint64_t number, std::uint64_t salt, std::uint64_t bound) {
  return core::mix(number + salt) % bound;
}

}  // namespace

void Day::act(const Action& action) {
  Broker& broker = *brokers_.at(action.broker);
  Line& line = *lines_.at(action.broker);
  if (action.kind <= Kind::broker_clock) return act_on_desk(action);
  if (action.kind == Kind::wish) return wish(action);
  if (action.kind <= Kind::second_logon) {
    if (action.kind == Kind::second_logon) return broker.send_second_logon();
    return act_on_line(action, line);
  }
  if (action.kind <= Kind::broker_restart) return act_on_session(action, broker, line);
  switch (action.kind) {
    case Kind::late_report: return broker.hold_next_report(milliseconds(1 + action.a % 400));
    case Kind::unreadable: return mangle(line, action.a);
    default: return broker.misreport(action.kind, action.a, action.b);
  }
}

void Day::wish(const Action& action) {
  if (!desk_.runs() || !desk_.state().is_settled()) return;  // what a person sees is settled
  auto wish = draw_wish(action.a, action.b, desk_.state(), plan_.is_calm);
  if (!wish) return;
  const std::string asked = std::to_string(action.a) + " " + std::to_string(action.b);
  desk_.carry_out({.caller = {"wish " + asked, "operator"}, .wish = *std::move(wish), .asked = asked});
}

void Day::act_on_desk(const Action& action) {
  // A clock that jumps a day may cross midnight; most are off by seconds.
  const auto jump =
      milliseconds(static_cast<std::int64_t>(part(action.a, 1, action.b % 4 == 0 ? 172'800'000 : 90'000)));
  switch (action.kind) {
    case Kind::order: return order(action);
    case Kind::cancel: return cancel(action);
    case Kind::retry: return retry(action);
    case Kind::crash:
    case Kind::power_cut: return crash_later(action);
    case Kind::stop:
      if (!desk_.runs()) return;
      desk_.stop();
      agenda_.in(milliseconds(1'000 + action.b % 2'000), desk_.party(), [this] { start_desk(); });
      return;
    case Kind::gateway_clock: desk_.party().clock_error += action.a % 2 == 0 ? jump : -jump; return;
    case Kind::broker_clock:
      brokers_.at(action.broker)->party().clock_error += action.a % 2 == 0 ? jump : -jump;
      return;
    default: return;
  }
}

void Day::order(const Action& action) {
  const simulator::ExchangeSettings& exchange = plan_.brokers.front().exchange;
  const simulator::SymbolSettings& symbol = exchange.symbols.at(part(action.a, 1, exchange.symbols.size()));
  gateway::OrderRequest request{
      .quantity = core::Quantity::whole(1 + static_cast<std::int64_t>(part(action.a, 2, plan_.is_calm ? 100 : 700))),
      .symbol = symbol.name,
      .limit = std::nullopt,
      .model = core::ModelCode(plan_.models.at(part(action.a, 3, plan_.models.size())).code),
      .broker = core::SessionName(plan_.brokers.at(action.broker).name),
      .currency = std::nullopt};
  if (!plan_.is_calm) {
    if (part(action.a, 4, 3) == 0) request.side = core::Side::sell;
    constexpr std::array<core::TimeInForce, 4> terms{core::TimeInForce::day, core::TimeInForce::good_till_cancel,
                                                     core::TimeInForce::immediate_or_cancel,
                                                     core::TimeInForce::fill_or_kill};
    request.time_in_force = terms.at(part(action.a, 6, 12) % (part(action.a, 7, 3) == 0 ? 4 : 1));
    if (part(action.a, 5, 2) == 0) {
      request.type = core::OrderType::limit;
      const auto ticks = static_cast<std::int64_t>(part(action.b, 1, 60)) - 30;
      request.limit = symbol.reference + core::Price{ticks * symbol.tick.raw};
    }
  }
  if (action.gives_parts) {
    // Sold is what some models have from the start; what is bought later nobody foresees.
    const bool can_sell = request.symbol == exchange.symbols.front().name;
    if (!can_sell) request.side = core::Side::buy;
    request.parts = parts_of(action, core::is_sale(request.side));
    if (request.parts.empty()) return;
    request.model = {};
    request.quantity = {};
    for (const gateway::AskedPart& each : request.parts) request.quantity = request.quantity + each.quantity;
    if (action.b % 3 == 0) request.proposal = "P" + std::to_string(action.b % 1'000);
  }
  given_.push_back({.caller = {"order " + std::to_string(action.b), "operator"}, .orders = {request}});
  if (desk_.runs()) desk_.enter(given_.back());
}

// In Independent and in the models in which the account has invested, or only where it has units that it brought along.
std::vector<gateway::AskedPart> Day::parts_of(const Action& action, bool only_brought) const {
  std::vector<gateway::AskedPart> parts;
  core::Random random(core::mix(action.a) ^ core::stable_hash("parts"));
  for (std::size_t i = 0; i < plan_.accounts; ++i) {
    const core::AccountId account("A" + std::to_string(i + 1));
    for (std::size_t m = 0; m <= plan_.models.size(); ++m) {
      const std::int64_t most = only_brought ? 5 : plan_.is_calm ? 20 : 90;
      const core::Quantity quantity = core::Quantity::whole(random.between(1, most));
      if (random.below(2) == 0) continue;
      if (m == plan_.models.size()) {
        if (!only_brought) parts.push_back({account, {}, quantity});
        continue;
      }
      const ModelShape& model = plan_.models[m];
      if (model.invested[i] == 0 || (only_brought && model.brought == 0)) continue;
      parts.push_back({account, core::ModelCode(model.code), quantity});
    }
  }
  return parts;
}

void Day::retry(const Action& action) {
  if (!given_.empty() && desk_.runs()) desk_.enter(given_.at(action.a % given_.size()));
}

void Day::cancel(const Action& action) {
  if (!desk_.runs() || desk_.state().orders().all().empty()) return;
  const auto& all = desk_.state().orders().all();
  desk_.cancel({{"cancel " + std::to_string(action.b), "operator"}, all.at(action.a % all.size())->id()});
}

void Day::crash_later(const Action& action) {
  crash_ = action;
  steps_to_crash_ = 1 + action.a % 60;
}

void Day::act_on_line(const Action& action, Line& line) {
  const End end = action.a % 2 == 0 ? End::gateway : End::broker;
  switch (action.kind) {
    case Kind::cut: return line.cut(end, part(action.a, 1, 600), true, true);
    case Kind::half_open: {
      const std::uint64_t who = part(action.a, 2, 3);
      return line.cut(end, part(action.a, 1, 600), who == 0, who == 1);
    }
    case Kind::slow_reader: return line.stall(end, milliseconds(part(action.a, 1, 8'000)));
    case Kind::garble: return garble(action, line, end);
    case Kind::junk: {
      std::string junk;
      for (std::uint64_t i = 0; i < 1 + part(action.a, 1, 300); ++i) {
        junk.push_back(static_cast<char>(part(action.b, i, 256)));
      }
      if (part(action.a, 2, 3) == 0)
        junk =
            "8=FIX.4.4\x01"
            "9=";
      if (part(action.a, 2, 3) == 1)
        junk =
            "8=FIX.4.4\x01"
            "35=8\x01" +
            junk;
      return line.edit(end, [junk](const std::string& frame) -> std::optional<std::vector<std::string>> {
        return std::vector{junk, frame};
      });
    }
    case Kind::big_frame: return brokers_.at(action.broker)->send_big_frame(part(action.a, 1, 90'000));
    case Kind::stranger: {
      const std::string& name = plan_.brokers.at(action.broker).name;
      const bool to_us = plan_.brokers.at(action.broker).line.dialler == End::broker;
      const std::string who = to_us ? "49=" + name + "|56=PRORATA|" : "49=PRORATA|56=" + name + "|";
      const std::string time = core::fix_timestamp(simulated_now());
      if (part(action.a, 1, 2) == 0) return line.strange_connection("GET / HTTP/1.1\r\n\r\n");
      return line.strange_connection(framed("35=A|34=1|" + who.substr(0, who.find('|') + 1) + "52=" + time + "|" +
                                            who.substr(who.find('|') + 1) + "98=0|108=30|141=Y|"));
    }
    case Kind::logon_storm:
      for (std::uint64_t i = 0; i < 3 + action.a % 6; ++i) {
        agenda_.in(milliseconds(i * (20 + action.b % 1'200)), nobody_,
                   [&line] { line.cut(End::gateway, 0, true, true); });
      }
      return;
    default: return;
  }
}

// One bit of the next message is wrong, and the sum with it.
void Day::garble(const Action& action, Line& line, End from) {
  line.edit(from, [action](const std::string& frame) -> std::optional<std::vector<std::string>> {
    std::string wrong = frame;
    char& byte = wrong.at(part(action.a, 1, wrong.size()));
    byte = static_cast<char>(byte ^ (1U << part(action.a, 2, 7)));
    return std::vector{wrong};
  });
}

void Day::drop(Line& line, End from, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    line.edit(from, [](const std::string& frame) -> std::optional<std::vector<std::string>> {
      if (!is_application(frame)) return std::nullopt;
      return std::vector<std::string>{};
    });
  }
}

// The next report has a field that nobody can read; its length and sum are right.
void Day::mangle(Line& line, std::uint64_t how) {
  line.edit(End::broker, [how](const std::string& frame) -> std::optional<std::vector<std::string>> {
    if (type_of(frame) != "8") return std::nullopt;
    switch (part(how, 1, 6)) {
      case 0: return std::vector{with_value(frame, 32, "abc")};
      case 1: return std::vector{without(frame, 54)};
      case 2: return std::vector{with_value(frame, 14, "1e5")};
      case 3: return std::vector{with_value(frame, 60, "yesterday")};
      case 4: return std::vector{with_value(frame, 150, "Z")};
      default: return std::vector{without(frame, 37)};
    }
  });
}

void Day::act_on_session(const Action& action, Broker& broker, Line& line) {
  switch (action.kind) {
    case Kind::gap_from_broker: return drop(line, End::broker, 1 + action.a % 4);
    case Kind::gap_from_gateway: return drop(line, End::gateway, 1 + action.a % 3);
    case Kind::replay: return broker.replay_everything();
    case Kind::poss_resend: return broker.say_again(action.a);
    case Kind::skip_ahead: broker.skip_ahead(1 + action.a % 4, action.a / 4 % 2 == 0); break;
    case Kind::reset_back: return broker.send_reset_back();
    case Kind::numbers_low: broker.lower_numbers(static_cast<int>(1 + action.a % 20)); break;
    case Kind::reset_numbers: broker.restart_numbers(); break;
    case Kind::broker_restart:
      if (!broker.runs()) return;
      broker.stop(action.a % 3 == 0);
      agenda_.in(milliseconds(1 + action.b % 2'500), broker.party(), [&broker] {
        if (!broker.runs()) broker.start();
      });
      return;
    default: return;
  }
  if (action.b % 2 == 0) return;
  // A broker that knows what it did says it again.
  agenda_.in(milliseconds(2'000 + action.b % 3'000), broker.party(), [&broker] { broker.say_again_since_fault(); });
}

}  // namespace simulation
