#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "core/random.hpp"
#include "portfolio/rebalance.hpp"

// How long the preview of a rebalance takes, beside the same arithmetic in pandas. See README.md.
namespace {

using namespace portfolio;
using Clock = std::chrono::steady_clock;

struct World {
  alloc::Book book;
  Models models;
  Instruments instruments;
  Prices prices;
  Rates rates;
  Working working;
  core::Time now{std::chrono::hours(24 * 365 * 56)};
  core::ModelCode code{"GROWTH"};

  [[nodiscard]] Desk desk() const {
    const FeeSchedule fees{core::Amount{3'500}, core::Amount{350'000}};  // 0.0035 a share, 0.35 at least
    return {book, models, instruments, prices, rates, working, fees, {}, now};
  }
};

// Accounts that hold the model as it was bought some time ago: around their targets, up to a tenth off.
World make_world(std::int64_t accounts, std::int64_t instruments) {
  World world;
  core::Random random(42);
  const core::Currency usd = core::Currency::of("USD");
  world.models.create(world.code, "Growth", usd, world.book);
  Targets targets;
  std::vector<std::int64_t> cents;
  for (std::int64_t i = 0; i < instruments; ++i) {
    Instrument instrument;
    instrument.symbol = core::Symbol(fmt::format("S{:03}", i));
    cents.push_back(random.between(1'000, 60'000));
    world.instruments[instrument.symbol] = instrument;
    world.prices.set(instrument.symbol, {core::Price{cents.back() * 1'000'000}, world.now, PriceSource::broker});
    targets.of.push_back({instrument.symbol, Percent{all_of_it.raw * 98 / 100 / instruments}});
  }
  for (std::int64_t i = 0; i < accounts; ++i) {
    const alloc::AccountIndex account = world.book.open_account(core::AccountId(fmt::format("C-{:05}", i)));
    const std::int64_t invested = random.between(5'000'000, 200'000'000);
    world.book.deposit(account, {invested, usd});
    world.models.invest(world.code, account, {invested / 30, usd}, world.book);
    std::size_t place = 0;
    for (const Target& target : targets.of) {
      const std::int64_t exact = invested * 98 / 100 / instruments / cents[place++];
      const core::Quantity units = core::Quantity::whole(exact * random.between(90, 110) / 100);
      world.book.bring_in(account, world.models.find(world.code)->group, target.symbol, usd, {units, 0});
    }
  }
  world.models.save_targets(world.code, world.now, "bench", "bench", std::move(targets));
  return world;
}

struct Shares {
  std::int64_t bought = 0;
  std::int64_t sold = 0;
  friend bool operator==(const Shares&, const Shares&) = default;
};

Shares shares_of(const Proposal& proposal) {
  Shares shares;
  for (const BlockOrder& order : proposal.orders) {
    (order.side == core::Side::buy ? shares.bought : shares.sold) += order.quantity().raw / core::Quantity::one().raw;
  }
  return shares;
}

// One line of prices in cents, one of targets in 1/10,000 %, then cash and units of each account.
void write_input(const World& world, const std::string& path) {
  std::ofstream out(path);
  const Model& model = *world.models.find(world.code);
  const auto& rows = world.book.instruments_of(model.group);
  std::string line;
  for (const auto& [symbol, row] : rows)
    line += fmt::format(",{}", world.prices.all().at(symbol).price.raw / 1'000'000);
  out << 0 << line << '\n' << 0;
  for (const Target& target : model.targets.current().of) out << ',' << target.percent.raw;
  out << '\n';
  for (std::size_t i = 0; i < world.book.accounts_of(model.group).size(); ++i) {
    const auto slot = static_cast<alloc::SlotIndex>(i);
    out << world.book.cash(model.group, model.currency, slot);
    for (const auto& [symbol, row] : rows) out << ',' << row.by_slot[i].quantity.raw / core::Quantity::one().raw;
    out << '\n';
  }
}

// False: pandas could not be run, or came to other numbers.
bool run_pandas(const World& world, const Shares& ours, int rounds) {
  const std::string input = "rebalance-input.csv";
  const std::string output = "rebalance-output.txt";
  write_input(world, input);
  const std::string command = fmt::format("/usr/bin/python3 {}/bench/rebalance/with_pandas.py {} {} > {}",
                                          PRORATA_SOURCE_DIR, input, rounds, output);
  if (std::system(command.c_str()) != 0) return false;
  std::ifstream in(output);
  std::int64_t microseconds = 0;
  Shares theirs;
  if (!(in >> microseconds >> theirs.bought >> theirs.sold)) return false;
  fmt::print("  {:<34}{:>7}.{:01}\n", "numpy and pandas, median", microseconds / 1'000, microseconds % 1'000 / 100);
  if (theirs == ours) return true;
  fmt::print(stderr, "pandas buys {} and sells {}, ours {} and {}\n", theirs.bought, theirs.sold, ours.bought,
             ours.sold);
  return false;
}

std::int64_t measure(const World& world, Proposal& proposal) {
  const auto start = Clock::now();
  proposal = *propose_rebalance(world.desk(), world.code, {}, {});
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

bool run(std::int64_t accounts, std::int64_t instruments, int rounds, bool with_pandas) {
  const World world = make_world(accounts, instruments);
  Proposal proposal;
  std::vector<std::int64_t> times;
  for (int i = 0; i < rounds; ++i) times.push_back(measure(world, proposal));
  std::sort(times.begin(), times.end());
  const Shares shares = shares_of(proposal);
  std::size_t legs = 0;
  for (const BlockOrder& order : proposal.orders) legs += order.legs.size();
  fmt::print("{} accounts, {} instruments: {} legs in {} orders, {} lines; milliseconds\n", accounts, instruments, legs,
             proposal.orders.size(), proposal.lines.size());
  const auto show = [](const char* what, std::int64_t us) {
    fmt::print("  {:<34}{:>7}.{:01}\n", what, us / 1'000, us % 1'000 / 100);
  };
  show("Prorata, whole preview, median", times[times.size() / 2]);
  show("Prorata, whole preview, slowest", times.back());
  return !with_pandas || run_pandas(world, shares, rounds);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Time of the preview of a rebalance, beside numpy and pandas"};
  int rounds = 15;
  std::int64_t instruments = 50;
  std::vector<std::int64_t> accounts{1'000, 10'000};
  bool is_alone = false;
  app.add_option("--rounds", rounds, "previews of each size")->check(CLI::PositiveNumber);
  app.add_option("--instruments", instruments)->check(CLI::Range(1, 500));
  app.add_option("--accounts", accounts)->check(CLI::Range(1, 1'000'000));
  app.add_flag("--ours", is_alone, "leave pandas out");
  CLI11_PARSE(app, argc, argv);
  bool is_right = true;
  for (const std::int64_t each : accounts) is_right = run(each, instruments, rounds, !is_alone) && is_right;
  return is_right ? 0 : 1;
}
