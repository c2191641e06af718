#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <random>

#include "tests/crash/run.hpp"

// prorata-crash: kills the real gateway and the real exchange over and over, and looks at both books.
namespace {

using namespace crash;

struct Arguments {
  int cycles = 20;
  std::uint64_t seed = 0;
  int desk_cycles = 100;
  std::string programs;
  std::string folder = "build/crash";
  bool keep = false;
};

// Over all desks of a run.
struct Sum {
  Tally tally;
  std::size_t cycles = 0, orders = 0, refused = 0, cancels = 0, repeated = 0, fills = 0, lost = 0, doubled = 0;

  void add(const Run& run) {
    for (const auto& [what, count] : run.tally().kills) tally.kills[what] += count;
    for (const auto& [what, time] : run.tally().time) tally.time[what] += time;
    tally.amid_commit += run.tally().amid_commit;
    tally.audits += run.tally().audits;
    for (const Command& command : run.load().commands()) {
      if (!command.is_order) ++cancels;
      if (command.is_order && command.state == Command::State::done) ++orders;
      if (command.is_order && command.state == Command::State::refused) ++refused;
    }
    const Differences found = differences(run.exchange(), run.desk(), run.load().commands());
    lost += found.lost.size();
    doubled += found.doubled.size();
    fills += run.exchange().trades.size();
    repeated += run.load().repeated();
  }
};

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

void print(const Sum& sum, std::chrono::nanoseconds took) {
  std::printf("\n%-44s %10s\n", "Killed or paused", "times");
  for (const auto& [what, count] : sum.tally.kills) std::printf("  %-42s %10d\n", what.c_str(), count);
  std::printf("  %-42s %10d\n", "of these, amid a transaction of the journal", sum.tally.amid_commit);
  std::printf("%-44s %10s\n", "Where the time went", "ms a cycle");
  for (const auto& [what, time] : sum.tally.time) {
    std::printf("  %-42s %10.1f\n", what.c_str(),
                1'000 * seconds(time) / static_cast<double>(std::max<std::size_t>(sum.cycles, 1)));
  }
  std::printf(
      "\n%zu cycles in %.0f s, %zu orders (%zu refused by the desk), %zu cancels, %zu commands sent again, "
      "%zu executions, %d audits\n",
      sum.cycles, seconds(took), sum.orders, sum.refused, sum.cancels, sum.repeated, sum.fills, sum.tally.audits);
  std::printf("%zu lost, %zu doubled\n", sum.lost, sum.doubled);
}

void progress(int cycle, const Arguments& arguments, const Run& run) {
  const char* end = ::isatty(STDOUT_FILENO) != 0 ? "\r" : "\n";
  if (*end == '\n' && cycle % 50 != 0) return;
  std::printf("cycle %d of %d: %zu executions on this desk, all booked once%s", cycle, arguments.cycles,
              run.exchange().trades.size(), end);
  std::fflush(stdout);
}

int run(const Arguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const std::string folder = arguments.folder + "/seed-" + std::to_string(arguments.seed);
  std::printf("seed %lu\n", arguments.seed);
  Sum sum;
  std::vector<std::string> wrong;
  for (int cycle = 0; cycle < arguments.cycles && wrong.empty();) {
    const std::uint64_t seed = core::mix(arguments.seed + static_cast<std::uint64_t>(cycle));
    const Place place(folder, arguments.programs, seed);
    std::optional<Run> run;
    try {
      run.emplace(place, seed);
      for (int i = 0; i < arguments.desk_cycles && cycle < arguments.cycles; ++i) {
        run->cycle();
        ++sum.cycles;
        progress(++cycle, arguments, *run);
      }
      run->close();
    } catch (const Run::Wrong& found) {
      wrong = found.what;
    }
    if (run) sum.add(*run);
  }
  print(sum, std::chrono::steady_clock::now() - start);
  if (wrong.empty() && sum.lost + sum.doubled == 0) {
    if (!arguments.keep) std::filesystem::remove_all(folder);
    return 0;
  }
  std::printf("\nIn cycle %zu:\n", sum.cycles + 1);
  for (std::size_t i = 0; i < wrong.size() && i < 30; ++i) std::printf("  %s\n", wrong[i].c_str());
  std::printf("Both sides' files are in %s; to try again: prorata-crash --seed %lu --cycles %d\n", folder.c_str(),
              arguments.seed, arguments.cycles);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  arguments.seed = std::random_device()();
  arguments.programs = std::filesystem::canonical("/proc/self/exe").parent_path();
  CLI::App app(
      "Kills the real gateway and the real exchange at random moments under load, and compares both books after "
      "each restart.\nExample: prorata-crash --cycles 500");
  app.add_option("--cycles", arguments.cycles, "kills under load, each with its restarts")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", arguments.seed, "repeats the draws, though not the moments of the machine; else a new one");
  app.add_option("--desk-cycles", arguments.desk_cycles, "a new desk and exchange after so many cycles")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--programs", arguments.programs, "where prorata-gateway and prorata-simulator are");
  app.add_option("--folder", arguments.folder, "where desk and exchange keep their files")->capture_default_str();
  app.add_flag("--keep", arguments.keep, "keep the files of a run that found nothing");
  try {
    app.parse(argc, argv);
    return run(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "prorata-crash: %s\n", error.what());
    return 2;
  }
}
