#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/journal/event_json.hpp"

// What a desk waits for, with thousands of accounts: a proposal staged by the engine, its entry as the journal has it,
// and the first page of each view; and the memory that an account takes. `rebalance` measures the arithmetic alone.
namespace gateway {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int page = 50;

struct NoBrokers final : Brokers {
  [[nodiscard]] bool is_known(const core::SessionName&) const override { return true; }
  [[nodiscard]] bool is_logged_on(const core::SessionName&) const override { return false; }
  [[nodiscard]] core::Result<int> send(const core::SessionName&, const fix::Message&) override {
    return core::fail("", "nobody is there");
  }
};

std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t pages = 0;
  statm >> pages >> pages;
  return pages * 4'096;
}

void show(const std::string& what, std::int64_t median_us, std::optional<std::int64_t> slowest_us = {}) {
  const auto text = [](std::int64_t us) { return fmt::format("{}.{}", us / 1'000, us % 1'000 / 100); };
  fmt::print("  {:<40}{:>9}{:>11}\n", what, text(median_us), slowest_us ? text(*slowest_us) : "");
}

// One model of all accounts, each with every instrument, off its targets by up to a tenth.
std::vector<Event> make_desk(std::int64_t accounts, std::int64_t instruments) {
  const core::Currency usd = core::Currency::of("USD");
  const core::ModelCode model("MODEL");
  core::Random random(7);
  std::vector<Event> events;
  std::vector<portfolio::Target> targets;
  std::vector<std::int64_t> cents;
  for (std::int64_t i = 0; i < instruments; ++i) {
    cents.push_back(random.between(1'000, 50'000));
    const core::Symbol symbol(fmt::format("S{:03}", i));
    events.emplace_back(InstrumentAdded{.symbol = symbol,
                                        .security_type = "STK",
                                        .exchange = "XNAS",
                                        .currency = usd,
                                        .unit = core::Quantity::whole(1),
                                        .reference = core::Price{cents.back() * 1'000'000},
                                        .reference_date = "2026-11-20"});
    targets.push_back({symbol, portfolio::Percent{950'000 / instruments}});
  }
  events.emplace_back(ModelCreated{model, "Model", usd, {}});
  for (std::int64_t i = 0; i < accounts; ++i) {
    const core::AccountId account(fmt::format("C-{:05}", i));
    const std::int64_t money = random.between(5'000'000, 50'000'000);
    events.emplace_back(AccountOpened{account, "Client", usd, {}});
    events.emplace_back(CashDeposited{account, usd, money, {}});
    events.emplace_back(CashInvested{account, model, usd, money / 20});
    for (std::size_t each = 0; each < cents.size(); ++each) {
      const std::int64_t exact = money * 95 / 100 / instruments / cents[each];
      events.emplace_back(HoldingBrought{account,
                                         model,
                                         targets[each].symbol,
                                         usd,
                                         core::Quantity::whole(exact * random.between(90, 110) / 100 + 1),
                                         0,
                                         {}});
    }
  }
  events.emplace_back(TargetsSaved{model, targets, "bench", {"", 0, "bench"}});
  events.emplace_back(DeskImported{"bench"});
  return events;
}

// One line of prices in cents, then cash and units of each account.
void write_holdings(const State& state, const core::ModelCode& code, const std::string& path) {
  const alloc::GroupIndex group = state.models().find(code)->group;
  const auto& rows = state.book().instruments_of(group);
  std::ofstream out(path);
  out << 0;
  for (const auto& [symbol, row] : rows) out << ',' << state.prices().all().at(symbol).price.raw / 1'000'000;
  out << '\n';
  for (std::size_t i = 0; i < state.book().accounts_of(group).size(); ++i) {
    out << state.book().cash(group, core::Currency::of("USD"), static_cast<alloc::SlotIndex>(i));
    for (const auto& [symbol, row] : rows) out << ',' << row.by_slot[i].quantity.raw / core::Quantity::one().raw;
    out << '\n';
  }
}

// The same views with pandas. False: it could not be run, or came to another market value.
bool run_pandas(const State& state, const core::ModelCode& code, const std::string& market_value, int rounds) {
  const std::string input = "desk-holdings.csv";
  const std::string output = "desk-pandas.txt";
  write_holdings(state, code, input);
  const std::string command = fmt::format("/usr/bin/python3 {}/bench/desk/with_pandas.py {} {} > {}",
                                          PRORATA_SOURCE_DIR, input, rounds, output);
  std::int64_t accounts_us = 0;
  std::int64_t positions_us = 0;
  std::int64_t cents = 0;
  const bool has_run = std::system(command.c_str()) == 0;
  std::ifstream in(output);
  if (!has_run || !(in >> accounts_us >> positions_us >> cents)) return false;
  show("pandas: a model by accounts", accounts_us);
  show("pandas: a model by positions", positions_us);
  return core::Money{cents, core::Currency::of("USD")}.text() == market_value;
}

template <class Do>
void measure(const std::string& what, int rounds, const Do& once) {
  std::vector<std::int64_t> times;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    once(i);
    times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  show(what, times[times.size() / 2], times.back());
}

bool run(std::int64_t accounts, std::int64_t instruments, int rounds, bool with_pandas) {
  const core::Time now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14}};
  NoBrokers brokers;
  const std::int64_t before = resident_bytes();
  Engine engine({.default_broker = core::SessionName("SIM"), .limits = {}}, brokers);
  engine.import_desk(make_desk(accounts, instruments), now);
  (void)engine.take_entries();
  (void)engine.take_changes();
  const std::int64_t taken = resident_bytes() - before;
  fmt::print("{} accounts, {} instruments: {} bytes an account; milliseconds, median and slowest\n", accounts,
             instruments, taken / accounts);
  Propose wish;
  wish.operation = portfolio::Operation::rebalance;
  wish.model = core::ModelCode("MODEL");
  bool is_right = true;
  measure("a rebalance, staged", rounds, [&](int i) {
    const Answer answer = engine.carry_out({{fmt::format("k{}", i), "bench"}, wish, "rebalance"}, now);
    is_right = is_right && answer.refusals.empty();
  });
  const std::vector<Entry> entries = engine.take_entries();
  std::size_t bytes = 0;
  measure("its entry, as the journal has it", rounds,
          [&](int) { bytes = event_to_json(entries.front().event).size(); });
  fmt::print("  {:<40}{:>7} KB\n", "which takes", bytes / 1'000);
  using View = ViewRequest::View;
  const std::vector<std::pair<std::string, View>> views{{"view of models", View::models},
                                                        {"view of accounts, first page", View::accounts},
                                                        {"view of a model by positions", View::positions},
                                                        {"view of a model by accounts, first page", View::investors},
                                                        {"view of all holdings", View::holdings}};
  for (const auto& [name, view] : views) {
    measure(name, rounds, [&](int) {
      ViewRequest request;
      request.view = view;
      request.model = wish.model;
      request.limit = page;
      const Viewed viewed = engine.look(request, now);
      is_right = is_right && viewed.refusals.empty() && !viewed.rows.rows.empty();
    });
  }
  if (!is_right) fmt::print(stderr, "something was refused\n");
  const Viewed models = engine.look({.view = View::models, .model = {}, .account = {}, .currency = {}}, now);
  const std::string market_value = models.rows.rows.empty() ? "" : models.rows.rows[0][5].value_or("");
  if (with_pandas && !run_pandas(engine.state(), wish.model, market_value, rounds)) {
    fmt::print(stderr, "pandas was not run, or did not come to {}\n", market_value);
    return false;
  }
  return is_right;
}

}  // namespace
}  // namespace gateway

int main(int argc, char** argv) {
  CLI::App app{"Time of proposals and views in the engine, and memory"};
  int rounds = 15;
  std::int64_t instruments = 50;
  std::vector<std::int64_t> accounts{1'000, 10'000};
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  app.add_option("--instruments", instruments)->check(CLI::Range(1, 500));
  app.add_option("--accounts", accounts)->check(CLI::Range(1, 1'000'000));
  bool is_alone = false;
  app.add_flag("--ours", is_alone, "leave pandas out");
  CLI11_PARSE(app, argc, argv);
  bool is_right = true;
  for (const std::int64_t each : accounts) is_right = gateway::run(each, instruments, rounds, !is_alone) && is_right;
  return is_right ? 0 : 1;
}
