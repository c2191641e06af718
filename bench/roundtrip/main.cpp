#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/roundtrip/prorata_side.hpp"
#include "bench/roundtrip/stock_quickfix.hpp"
#include "bench/support/disk.hpp"
#include "bench/support/scratch_folder.hpp"

namespace {

// The three are measured in turn, round after round, so that a machine whose speed drifts drifts for all of them.
constexpr int rounds = 5;
constexpr int warm_up = 100;
constexpr int count = 400;  // a round
constexpr int accounts = 1000;

class Times {
 public:
  void add(const std::vector<std::int64_t>& more) { ns_.insert(ns_.end(), more.begin(), more.end()); }
  // The time that `percent` percent of all do not exceed, in tenths of a microsecond. REQUIRES: not empty
  [[nodiscard]] std::int64_t percentile(std::size_t percent) const {
    std::vector<std::int64_t> sorted = ns_;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t rank = (sorted.size() * percent + 99) / 100;
    return (sorted[std::max<std::size_t>(rank, 1) - 1] + 50) / 100;
  }

 private:
  std::vector<std::int64_t> ns_;
};

std::string tenths(std::int64_t value) { return fmt::format("{}.{}", value / 10, value % 10); }

void print(const Times& prorata, const Times& stock, const Times& sync, bool json) {
  if (!json)
    fmt::print("{:<34}{:>12}{:>12}\n", fmt::format("{} orders each, microseconds", rounds * count), "median", "p99");
  std::string object;
  const auto line = [&](std::string_view key, std::string_view label, const auto& value) {
    const std::string median = tenths(value(50));
    const std::string p99 = tenths(value(99));
    if (json) {
      object += fmt::format("{}\"{}_median_us\":{},\"{}_p99_us\":{}", object.empty() ? "" : ",", key, median, key, p99);
    } else {
      fmt::print("{:<34}{:>12}{:>12}\n", label, median, p99);
    }
  };
  const auto of = [](const Times& times) {
    return [&times](std::size_t percent) { return times.percentile(percent); };
  };
  line("prorata", fmt::format("Prorata, {} accounts, durable", accounts), of(prorata));
  line("stock", "stock QuickFIX, nothing booked", of(stock));
  line("fdatasync", "one bare fdatasync of 4 KiB", of(sync));
  const auto goal = [&](std::size_t percent) { return stock.percentile(percent) + sync.percentile(percent); };
  line("goal", "stock QuickFIX + one fdatasync", goal);
  // In tenths, as the times are.
  const auto ratio = [&](std::size_t percent) { return (prorata.percentile(percent) * 100 / goal(percent) + 5) / 10; };
  line("ratio", "ratio Prorata / that sum", ratio);
  if (json) fmt::print("{{{}}}\n", object);
}

void measure(bool json) {
  Times prorata;
  Times stock;
  Times sync;
  for (int round = 0; round < rounds; ++round) {
    const bench::ScratchFolder folder;
    stock.add(bench::stock_quickfix_round_trips(folder.path().string(), warm_up, count));
    prorata.add(bench::prorata_round_trips(folder.path(), accounts, warm_up, count));
    sync.add(bench::append_and_sync(folder.path() / "appended", count));
  }
  print(prorata, stock, sync, json);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() > 1 || (arguments.size() == 1 && arguments[0] != "--json")) {
    std::fputs("usage: prorata-bench-roundtrip [--json]\n", stderr);
    return 2;
  }
  try {
    measure(!arguments.empty());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "prorata-bench-roundtrip: %s\n", error.what());
    return 1;
  }
  return 0;
}
