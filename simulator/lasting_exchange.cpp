#include "simulator/lasting_exchange.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/random.hpp"
#include "simulator/scenario/read_scenarios.hpp"
#include "simulator/scenario/verbs.hpp"

namespace simulator {

namespace {

// Milliseconds in base 36: short, and different for each exchange, so that a client never sees an ExecID(17) of another
// one with other content.
std::string id_prefix(core::Time start) {
  auto rest = std::chrono::floor<std::chrono::milliseconds>(start).time_since_epoch().count();
  std::string text = "-";
  for (; rest > 0; rest /= 36) text.insert(text.begin(), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest % 36]);
  return text;
}

core::Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code problem;
  if (!folder.empty()) std::filesystem::create_directories(folder, problem);
  if (problem) return core::fail(folder.string(), "cannot be made: " + problem.message());
  return {};
}

}  // namespace

core::Result<std::unique_ptr<LastingExchange>> LastingExchange::open(const ExchangeSettings& settings,
                                                                     const std::filesystem::path& store,
                                                                     const std::filesystem::path& executions,
                                                                     core::Time now, std::vector<Scenario> scenarios) {
  std::unique_ptr<LastingExchange> exchange(new LastingExchange());
  if (!executions.empty()) {
    if (auto made = make_folder(executions.parent_path()); !made) return tl::unexpected(made.error());
    auto opened = Executions::open(executions.string());
    if (!opened) return tl::unexpected(opened.error());
    exchange->executions_ = *std::move(opened);
  }
  if (store.empty()) {
    exchange->exchange_.emplace(settings, std::move(scenarios), id_prefix(now), now);
    return exchange;
  }
  if (auto made = make_folder(store); !made) return tl::unexpected(made.error());
  auto remembered = exchange->remember(settings, std::move(scenarios), (store / "exchange.journal").string(), now);
  if (!remembered) return tl::unexpected(remembered.error());
  return exchange;
}

core::Result<void> LastingExchange::remember(const ExchangeSettings& settings, std::vector<Scenario> scenarios,
                                             const std::string& path, core::Time now) {
  auto journal = ExchangeJournal::open(path);
  if (!journal) return tl::unexpected(journal.error());
  journal_ = *std::move(journal);
  const std::string fingerprint = fingerprint_of(settings, scenarios);
  if (journal_->found().empty()) {
    exchange_.emplace(settings, std::move(scenarios), id_prefix(now), now);
    journal_->append(Began{id_prefix(now), now, fingerprint});
    return {};
  }
  const auto* began = std::get_if<Began>(&journal_->found().front());
  if (began == nullptr) return core::fail(path, "does not say how the exchange began; delete its folder");
  if (began->settings != fingerprint) {
    return core::fail(
        path,
        "is of an exchange with other settings or scenarios; go on with those, or delete its folder to begin a "
        "new exchange");
  }
  exchange_.emplace(settings, std::move(scenarios), began->id_prefix, began->time);
  latest_ = began->time;
  for (const Record& record : journal_->found()) {
    if (const auto done = replay(record); !done) {
      return core::fail(path, "cannot be gone on with: " + done.error().text() +
                                  "; use the version that wrote it, or delete its folder to begin a new exchange");
    }
  }
  journal_->forget_found();
  return {};
}

core::Result<void> LastingExchange::replay(const Record& record) {
  if (const auto* asked = std::get_if<Asked>(&record)) {
    std::visit([&](const auto& request) { exchange_->receive(asked->client, request, forward(asked->time)); },
               asked->request);
  }
  if (const auto* refused = std::get_if<Refused>(&record)) {
    exchange_->refuse(refused->client, refused->message, forward(refused->time));
  }
  if (const auto* halted = std::get_if<Halted>(&record)) static_cast<void>(set_halted(*halted));
  if (const auto* sent = std::get_if<Sent>(&record)) ++sent_before_[sent->client];
  if (const auto* logon = std::get_if<LoggedOn>(&record)) exchange_->logged_on(logon->client, forward(logon->time));
  if (const auto* reseeded = std::get_if<Reseeded>(&record)) exchange_->reseed(reseeded->seed, forward(reseeded->time));
  if (const auto* moved = std::get_if<Moved>(&record)) replay(*moved);
  if (const auto* loaded = std::get_if<Loaded>(&record)) return replay(*loaded);
  if (const auto* acted = std::get_if<Acted>(&record)) return replay(*acted);
  return {};
}

// It was read and obeyed before, by this version or by another one.
core::Result<void> LastingExchange::replay(const Acted& acted) {
  const core::Result<Step> step = parse_step(acted.step, place::anywhere);
  if (!step) return tl::unexpected(step.error());
  if (!acted.order_id.empty()) return exchange_->act(acted.order_id, *step, forward(acted.time));
  if (!is_about_session(step->what)) return core::fail("step", "is not about a session: " + acted.step);
  exchange_->act_on_session(acted.client, *step, forward(acted.time));
  return {};
}

core::Result<void> LastingExchange::replay(const Loaded& loaded) {
  auto scenarios = parse_scenarios(loaded.toml, loaded.name);
  if (!scenarios) return tl::unexpected(scenarios.error().front());
  exchange_->load(*std::move(scenarios), forward(loaded.time));
  return {};
}

void LastingExchange::replay(const Moved& moved) {
  ahead_ += moved.by;
  static_cast<void>(forward(moved.time));
}

void LastingExchange::receive(const std::string& client, const fix::Message& message, core::Time now) {
  now = at(now);
  const auto journalled = [&](const auto* request) {
    if (request != nullptr && journal_) journal_->append(Asked{client, now, *request});
  };
  journalled(std::get_if<fix::NewOrderSingle>(&message));
  journalled(std::get_if<fix::OrderCancelRequest>(&message));
  journalled(std::get_if<fix::OrderCancelReplaceRequest>(&message));
  journalled(std::get_if<fix::OrderMassCancelRequest>(&message));
  journalled(std::get_if<fix::OrderStatusRequest>(&message));
  journalled(std::get_if<fix::AllocationInstruction>(&message));
  exchange_->receive(client, message, now);
}

void LastingExchange::refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now) {
  now = at(now);
  if (journal_) journal_->append(Refused{client, now, message});
  exchange_->refuse(client, message, now);
}

void LastingExchange::logged_on(const std::string& client, core::Time now) {
  now = at(now);
  if (journal_) journal_->append(LoggedOn{client, now});
  exchange_->logged_on(client, now);
}

core::Result<void> LastingExchange::act(const std::string& order_id, const Step& step, core::Time now) {
  now = at(now);
  if (auto can = exchange_->can_act(order_id, step, now); !can) return can;
  if (journal_) journal_->append(Acted{"", now, order_id, text(step)});
  return exchange_->act(order_id, step, now);
}

void LastingExchange::act_on_session(const std::string& client, const Step& step, core::Time now) {
  now = at(now);
  if (journal_) journal_->append(Acted{client, now, "", text(step)});
  exchange_->act_on_session(client, step, now);
}

core::Result<void> LastingExchange::halt(const core::Symbol& symbol, core::Time now) {
  const Halted halted{symbol, at(now), true};
  if (journal_) journal_->append(halted);
  return set_halted(halted);
}

core::Result<void> LastingExchange::resume(const core::Symbol& symbol, core::Time now) {
  const Halted resumed{symbol, at(now), false};
  if (journal_) journal_->append(resumed);
  return set_halted(resumed);
}

core::Result<void> LastingExchange::set_halted(const Halted& halted) {
  const core::Time now = forward(halted.time);
  return halted.is_halted ? exchange_->halt(halted.symbol, now) : exchange_->resume(halted.symbol, now);
}

void LastingExchange::reseed(std::uint64_t seed, core::Time now) {
  now = at(now);
  if (journal_) journal_->append(Reseeded{now, seed});
  exchange_->reseed(seed, now);
}

tl::expected<std::vector<Scenario>, files::Errors> LastingExchange::load(const std::string& toml,
                                                                         const std::string& name, core::Time now) {
  auto scenarios = parse_scenarios(toml, name);
  if (!scenarios) return scenarios;
  now = at(now);
  if (journal_) journal_->append(Loaded{now, name, toml});
  exchange_->load(*scenarios, now);
  return scenarios;
}

core::Result<void> LastingExchange::move_time(std::chrono::milliseconds by, core::Time now) {
  CHECK(by.count() >= 0);
  if (ahead_ + by > max_ahead) {
    return core::fail("", "would be " + std::to_string(std::chrono::floor<std::chrono::days>(ahead_ + by).count()) +
                              " days ahead of the clock; a year is the most");
  }
  const Moved moved{at(now) + by, by};
  if (journal_) journal_->append(moved);
  replay(moved);
  return {};
}

std::optional<core::Time> LastingExchange::next_due() const {
  const std::optional<core::Time> due = exchange_->next_due();
  return due ? std::optional(*due - ahead_) : std::nullopt;
}

std::vector<Leaving> LastingExchange::advance(core::Time now) {
  std::vector<Leaving> leaving = exchange_->advance(at(now));
  for (const Leaving& each : leaving) {
    const auto* message = std::get_if<fix::Message>(&each.what);
    if (executions_ && message) executions_->record(each.client, *message);
  }
  std::erase_if(leaving, [&](const Leaving& each) {
    const auto before = sent_before_.find(each.client);
    if (before == sent_before_.end() || before->second == 0) return false;
    --before->second;
    return true;
  });
  return leaving;
}

void LastingExchange::sent(const std::string& client) {
  if (journal_) journal_->append(Sent{client});
}

std::string fingerprint_of(const ExchangeSettings& settings, const std::vector<Scenario>& scenarios) {
  std::string all;
  const auto add = [&](const auto&... values) { ((all += std::to_string(values) + ' '), ...); };
  const auto add_text = [&](const std::string& text) { all += text + '\n'; };
  const auto add_optional = [&](const auto& value) { add(value ? value->raw : -1); };
  const auto add_fees = [&](const FeeSettings& fees) {
    add(fees.per_unit.raw, fees.percent.raw, fees.per_order.raw, fees.per_fill_minimum.raw, fees.per_order_minimum.raw);
    add_optional(fees.per_fill_maximum);
    add_optional(fees.per_order_maximum);
  };
  const LiquiditySettings& liquidity = settings.liquidity;
  add(settings.seed, settings.acknowledge_latency.count(), settings.fill_latency.count(), settings.step.count(),
      settings.close_utc ? settings.close_utc->count() : -1, settings.reject_per_mille, liquidity.min_size.raw,
      liquidity.max_size.raw, liquidity.levels, liquidity.move_ticks, liquidity.band_ticks);
  add_fees(settings.fees);
  if (settings.hours) {
    const fix::ScheduleText& text = settings.hours->text;
    for (const auto* one : {&text.zone, &text.opens, &text.closes}) add_text(*one);
    for (const std::string& day : text.days) add_text(day);
    for (const std::string& day : text.holidays) add_text(day);
    add(settings.hours->opening_call.count(), settings.hours->closing_call.count());
  }
  add(settings.vwap.slice.count(), settings.vwap.curve.size());
  for (const std::int64_t weight : settings.vwap.curve) add(weight);
  std::vector<SymbolSettings> symbols = settings.symbols;
  if (settings.any_symbol) symbols.push_back(*settings.any_symbol);
  for (const SymbolSettings& symbol : symbols) {
    if (symbol.prices) {
      for (const core::Price price : *symbol.prices) add(price.raw);
    }
    all += symbol.name.text() + ' ' + symbol.currency.text() + ' ' + symbol.exchange + ' ';
    add(symbol.reference.raw, symbol.tick.raw, symbol.lot.raw);
    add_optional(symbol.daily_volume);
    add_optional(symbol.band_percent);
    add(symbol.fees ? 1 : 0);
    if (symbol.fees) add_fees(*symbol.fees);
  }
  for (const Scenario& scenario : scenarios) all += text(scenario);
  return std::to_string(core::stable_hash(all));
}

}  // namespace simulator
