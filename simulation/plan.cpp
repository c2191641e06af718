#include "simulation/plan.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace simulation {

namespace {

constexpr std::array<std::string_view, kind_count> names{"order",
                                                         "cancel",
                                                         "retry",
                                                         "crash",
                                                         "power cut",
                                                         "stop",
                                                         "gateway clock",
                                                         "broker clock",
                                                         "cut",
                                                         "half open",
                                                         "slow reader",
                                                         "garble",
                                                         "junk",
                                                         "big frame",
                                                         "stranger",
                                                         "logon storm",
                                                         "second logon",
                                                         "gap from broker",
                                                         "gap from gateway",
                                                         "replay",
                                                         "PossResend",
                                                         "skip ahead",
                                                         "reset back",
                                                         "numbers low",
                                                         "reset numbers",
                                                         "broker restart",
                                                         "late report",
                                                         "over-fill",
                                                         "fill after end",
                                                         "unknown order",
                                                         "wrong symbol",
                                                         "reused ExecID",
                                                         "next-day ExecID",
                                                         "bust",
                                                         "unknown bust",
                                                         "correction",
                                                         "unreadable",
                                                         "wish"};

simulator::SymbolSettings symbol(const char* name, const char* reference) {
  return {.name = core::Symbol(name),
          .reference = *core::Price::parse(reference),
          .tick = *core::Price::parse("0.01"),
          .lot = core::Quantity::whole(1),
          .currency = core::Currency::of("USD"),
          .exchange = "XNAS"};
}

BrokerShape draw_broker(core::Random& random, std::size_t number, bool is_calm) {
  BrokerShape shape;
  shape.name = "SIM" + std::to_string(number + 1);
  shape.line.dialler = random.below(3) == 0 ? End::broker : End::gateway;
  shape.line.max_delay = std::chrono::microseconds(random.between(200, random.below(4) == 0 ? 200'000 : 5'000));
  shape.line.max_piece_bytes = random.below(3) == 0 ? static_cast<std::size_t>(random.between(1, 64)) : 4'096;
  if (!is_calm && random.below(8) == 0) shape.line.max_unsent_bytes = 20'000;
  constexpr std::array<int, 4> heartbeats{1, 5, 10, 30};
  shape.heartbeat_s = heartbeats.at(random.below(heartbeats.size()));
  simulator::ExchangeSettings& exchange = shape.exchange;
  exchange.seed = random.next();
  exchange.acknowledge_latency = std::chrono::milliseconds(random.between(0, 20));
  exchange.fill_latency = std::chrono::milliseconds(random.between(0, 40));
  exchange.step = std::chrono::milliseconds(random.between(50, 400));
  exchange.fees.per_unit = core::Price{random.between(0, 1'000'000)};
  exchange.liquidity.min_size = core::Quantity::whole(random.between(10, 30));
  exchange.liquidity.max_size = core::Quantity::whole(random.between(40, 400));
  if (!is_calm && random.below(4) == 0) exchange.reject_per_mille = 100;
  exchange.symbols = {symbol("AAPL", "187.40"), symbol("KO", "62.00")};
  return shape;
}

void draw_models(core::Random& random, Plan& plan) {
  plan.accounts = 1 + random.below(random.below(10) == 0 ? 60 : 10);
  const std::size_t models = 1 + random.below(3);
  for (std::size_t m = 0; m < models; ++m) {
    ModelShape model;
    model.code = "M" + std::to_string(m + 1);
    for (std::size_t i = 0; i < plan.accounts; ++i) {
      model.invested.push_back(random.below(5) == 0 && i > 0 ? 0 : random.between(1'000, 900'000));
    }
    if (random.below(2) == 0) model.brought = random.between(1, 300);
    plan.models.push_back(std::move(model));
  }
}

void add(core::Random& random, Plan& plan, Kind kind, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    plan.actions.push_back({.at = std::chrono::milliseconds(random.between(50, plan.length.count())),
                            .kind = kind,
                            .broker = random.below(plan.brokers.size()),
                            .a = random.next(),
                            .b = random.next()});
  }
}

// Orders over sleeves of several models, and of none, on a part of the days.
void draw_orders_with_parts(core::Random& random, Plan& plan) {
  if (random.below(3) != 0) return;
  plan.independent = random.between(1'000, 900'000);
  const auto before = static_cast<std::ptrdiff_t>(plan.actions.size());
  add(random, plan, Kind::order, static_cast<std::size_t>(random.between(2, 12)));
  std::for_each(plan.actions.begin() + before, plan.actions.end(), [](Action& action) { action.gives_parts = true; });
}

// A desk that runs its models by command, on a part of the days.
void draw_wishes(core::Random& random, Plan& plan) {
  if (random.below(3) != 0) return;
  if (plan.independent == 0) plan.independent = random.between(1'000, 200'000);
  add(random, plan, Kind::wish, static_cast<std::size_t>(random.between(6, 30)));
}

// Shares, but for a third of the days.
void draw_instruments(core::Random& random, Plan& plan) {
  plan.instruments.resize(plan.brokers.front().exchange.symbols.size());
  if (random.below(3) != 0) return;
  for (InstrumentShape& instrument : plan.instruments) {
    switch (random.below(5)) {
      case 0: instrument = {"BOND", 10'000, false}; break;
      case 1: instrument = {"OPT", random.below(2) == 0 ? 100'000 : 1'000'000, false}; break;
      case 2: instrument = {"FUT", random.between(1, 60'000), false}; break;
      case 3: instrument = {"FUND", 10'000, false}; break;
      default: break;
    }
  }
}

// On half of the days some instruments may be sold short: by targets below zero, and by sales of what nobody holds.
void draw_shortable(core::Random& random, Plan& plan) {
  if (random.below(2) != 0) return;
  for (InstrumentShape& instrument : plan.instruments) instrument.is_shortable = random.below(2) == 0;
}

void sort(std::vector<Action>& actions) {
  std::stable_sort(actions.begin(), actions.end(), [](const Action& x, const Action& y) { return x.at < y.at; });
}

// The day begins at 14:00:00 and is over before 14:01. Every 24 hours, so that a clock that is off by a day finds the
// session closed for seconds only.
std::optional<fix::ScheduleText> draw_hours(core::Random& random, std::chrono::milliseconds length) {
  if (random.below(8) != 0) return std::nullopt;
  const std::int64_t closes = random.between(1, length.count() / 1'000);
  const std::int64_t opens = closes + random.between(0, 3);
  const auto clock = [](std::int64_t second) { return "14:00:" + std::to_string(100 + second).substr(1); };
  return fix::ScheduleText{.zone = "UTC", .opens = clock(opens), .closes = clock(closes), .days = {}, .holidays = {}};
}

}  // namespace

std::optional<fix::Schedule> schedule_of(const BrokerShape& broker) {
  if (!broker.hours) return std::nullopt;
  return fix::Schedule::parse(*broker.hours).value();
}

std::string_view text(Kind kind) { return names.at(static_cast<std::size_t>(kind)); }

std::string text(const Action& action) {
  return std::to_string(action.at.count()) + " ms: " + std::string(text(action.kind)) +
         (action.gives_parts ? " with parts" : "") + " (broker " + std::to_string(action.broker + 1) + ", " +
         std::to_string(action.a) + ", " + std::to_string(action.b) + ")";
}

Plan draw_plan(std::uint64_t seed) {
  core::Random random(core::mix(seed) ^ core::stable_hash("plan"));
  Plan plan;
  plan.seed = seed;
  plan.is_calm = random.below(16) == 0;
  const std::size_t brokers = 1 + (random.below(3) == 0 ? 1 : 0);
  for (std::size_t i = 0; i < brokers; ++i) plan.brokers.push_back(draw_broker(random, i, plan.is_calm));
  draw_models(random, plan);
  plan.max_commit = std::chrono::microseconds(random.between(100, random.below(3) == 0 ? 60'000 : 3'000));
  plan.length = std::chrono::milliseconds(random.between(1'500, 12'000));
  add(random, plan, Kind::order, static_cast<std::size_t>(random.between(4, 24)));
  if (!plan.is_calm) {
    add(random, plan, Kind::cancel, random.below(6));
    add(random, plan, Kind::retry, random.below(3));
    // Swarm testing (Groce et al. 2012): each day has a few kinds of faults only, so that one does not hide the other.
    const std::uint64_t most = 1 + random.below(6);
    for (std::size_t i = 0; i < drawn_kinds; ++i) {
      const auto kind = static_cast<Kind>(i);
      if (is_fault(kind) && random.below(drawn_kinds) < 2 * most) add(random, plan, kind, 1 + random.below(6));
    }
  }
  sort(plan.actions);
  plan.entries_per_snapshot = random.between(5, random.below(2) == 0 ? 60 : 600);
  // What is new is drawn last, so that older seeds keep their days.
  for (BrokerShape& broker : plan.brokers) {
    if (!plan.is_calm) broker.hours = draw_hours(random, plan.length);
  }
  draw_orders_with_parts(random, plan);
  draw_wishes(random, plan);
  sort(plan.actions);
  draw_instruments(random, plan);
  draw_shortable(random, plan);
  return plan;
}

std::string text(const Plan& plan) {
  std::string all = "seed " + std::to_string(plan.seed) + (plan.is_calm ? ", calm" : "") + ": " +
                    std::to_string(plan.accounts) + " accounts, " + std::to_string(plan.models.size()) + " models, " +
                    std::to_string(plan.length.count()) + " ms, a snapshot every " +
                    std::to_string(plan.entries_per_snapshot) + " entries\n";
  for (std::size_t i = 0; i < plan.instruments.size(); ++i) {
    all += "  " + plan.brokers.front().exchange.symbols[i].name.text() + " is a " + plan.instruments[i].security_type +
           ", multiplier " + core::format_decimal(plan.instruments[i].ten_thousandths, 4) +
           (plan.instruments[i].is_shortable ? ", may be sold short" : "") + "\n";
  }
  for (const BrokerShape& broker : plan.brokers) {
    all += "  " + broker.name + (broker.line.dialler == End::broker ? " dials the gateway" : " is dialled") +
           ", heartbeat " + std::to_string(broker.heartbeat_s) + " s, delay up to " +
           std::to_string(broker.line.max_delay.count()) + " us, pieces up to " +
           std::to_string(broker.line.max_piece_bytes) + " bytes, unsent up to " +
           std::to_string(broker.line.max_unsent_bytes) +
           (broker.hours ? ", closed from " + broker.hours->closes + " to " + broker.hours->opens : "") + "\n";
  }
  for (const Action& action : plan.actions) all += "  " + text(action) + "\n";
  return all;
}

}  // namespace simulation
