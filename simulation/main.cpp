#include <CLI/CLI.hpp>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <fstream>

#include "simulation/runner.hpp"

// prorata-simulation: runs days that seeds draw, and says what broke.
namespace simulation {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr std::size_t failures_shown = 3;
constexpr std::size_t trace_lines_shown = 40;
constexpr int tries_to_shorten = 300;

struct Arguments {
  std::uint64_t seeds = 100;
  std::uint64_t from = 1;
  std::uint64_t seed = 0;
  bool has_seed = false;
  bool trace = false;
  bool digests = false;
  bool shorten = false;
  std::string list;  // a file of seeds
};

void print_trace(const std::vector<std::string>& trace, std::size_t most) {
  const std::size_t first = trace.size() > most ? trace.size() - most : 0;
  if (first > 0) std::printf("  ... %zu lines before\n", first);
  for (std::size_t i = first; i < trace.size(); ++i) std::printf("  %s\n", trace[i].c_str());
}

void explain(std::uint64_t seed) {
  std::printf("\nseed %" PRIu64 " FAILED; to repeat it: ./dev simulate --seed %" PRIu64 " --trace\n", seed, seed);
  const Plan plan = shortened(draw_plan(seed), tries_to_shorten);
  const Outcome outcome = run_apart(plan, true);
  std::printf("What is left of its plan when all is left out that it does not need:\n%s", text(plan).c_str());
  for (const std::string& wrong : outcome.wrong) std::printf("WRONG: %s\n", wrong.c_str());
  print_trace(outcome.trace, trace_lines_shown);
}

int run_one(const Arguments& arguments) {
  const Plan plan =
      arguments.shorten ? shortened(draw_plan(arguments.seed), tries_to_shorten) : draw_plan(arguments.seed);
  if (arguments.trace) std::printf("%s", text(plan).c_str());
  // In this process, for a debugger; and a line at a time, because the next step may be the last.
  const auto print = [](std::string_view line) {
    std::printf("  %.*s\n", static_cast<int>(line.size()), line.data());
    std::fflush(stdout);
  };
  const Outcome outcome = run_day(plan, arguments.trace ? Trace::Reader(print) : Trace::Reader());
  for (const std::string& wrong : outcome.wrong) std::printf("WRONG: %s\n", wrong.c_str());
  std::printf("seed %" PRIu64 ": digest %016" PRIx64
              ", %zu events, %zu orders, %zu across models, %zu fills, %zu changes, %zu breaks, %zu restarts: %s\n",
              arguments.seed, outcome.digest, outcome.events, outcome.orders, outcome.across, outcome.fills,
              outcome.changes, outcome.breaks, outcome.restarts, outcome.wrong.empty() ? "ok" : "FAILED");
  return outcome.wrong.empty() ? exit_ok : exit_failed;
}

void add(Totals& all, const Totals& more) {
  all.seeds += more.seeds;
  all.events += more.events;
  all.orders += more.orders;
  all.across += more.across;
  all.fills += more.fills;
  all.changes += more.changes;
  all.breaks += more.breaks;
  all.restarts += more.restarts;
}

// A line: a seed, and what it found; '#' begins a remark.
int run_list(const std::string& path, bool digests, Totals& totals, std::vector<Failed>& failed) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "prorata-simulation: %s cannot be read\n", path.c_str());
    return exit_usage;
  }
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    add(totals, run_seeds(std::stoull(line), 1, failed, digests));
  }
  return exit_ok;
}

int run(const Arguments& arguments) {
  if (!std::ifstream(dictionary_file)) {
    std::fprintf(stderr, "prorata-simulation: %s cannot be read; start this from the root of the repository\n",
                 dictionary_file);
    return exit_usage;
  }
  if (arguments.has_seed) return run_one(arguments);
  const auto start = std::chrono::steady_clock::now();
  std::vector<Failed> failed;
  Totals totals;
  if (!arguments.list.empty()) {
    if (const int problem = run_list(arguments.list, arguments.digests, totals, failed)) return problem;
  } else {
    totals = run_seeds(arguments.from, arguments.seeds, failed, arguments.digests);
    std::printf("seeds %" PRIu64 " to %" PRIu64 ", digest of all %016" PRIx64 "\n", arguments.from,
                arguments.from + arguments.seeds - 1, totals.digest);
  }
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  const std::uint64_t count = std::max<std::uint64_t>(1, totals.seeds);
  std::printf("%" PRIu64 " seeds, %zu failed; %" PRIu64 " events a seed; %" PRIu64 " orders, %" PRIu64
              " across models, %" PRIu64 " fills, %" PRIu64 " changes, %" PRIu64 " breaks, %" PRIu64
              " restarts; %" PRIu64 " seeds a minute\n",
              totals.seeds, failed.size(), totals.events / count, totals.orders, totals.across, totals.fills,
              totals.changes, totals.breaks, totals.restarts,
              totals.seeds * 60'000 / static_cast<std::uint64_t>(std::max<std::int64_t>(1, ms.count())));
  for (const Failed& one : failed) std::printf("seed %" PRIu64 ": %s\n", one.seed, one.what.c_str());
  for (std::size_t i = 0; i < std::min(failed.size(), failures_shown); ++i) explain(failed[i].seed);
  return failed.empty() ? exit_ok : exit_failed;
}

}  // namespace
}  // namespace simulation

int main(int argc, char** argv) {
  simulation::Arguments arguments;
  CLI::App app{
      "The whole gateway and hostile brokers in one process, on simulated time, network and disk. Each seed is a day."};
  app.add_option("--seeds", arguments.seeds, "how many days")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--from", arguments.from, "the first seed")->check(CLI::NonNegativeNumber)->capture_default_str();
  auto* seed = app.add_option("--seed", arguments.seed, "this day only")->check(CLI::NonNegativeNumber);
  app.add_flag("--trace", arguments.trace, "with --seed: print everything that happens")->needs(seed);
  app.add_flag("--shorten", arguments.shorten, "with --seed: leave out of a failing day what it does not need")
      ->needs(seed);
  app.add_flag("--digests", arguments.digests, "print a digest of each day");
  app.add_option("--list", arguments.list, "the seeds that begin the lines of this file");
  app.footer(
      "Example: prorata-simulation --seeds 1000 --from 1\nExit codes: 0 all laws held, 1 one was broken, 2 wrong use.");
  try {
    app.parse(argc, argv);
    arguments.has_seed = !seed->empty();
    return simulation::run(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? simulation::exit_ok : simulation::exit_usage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "prorata-simulation: %s\n", error.what());
    return simulation::exit_failed;
  }
}
