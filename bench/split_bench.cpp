#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "alloc/parts.hpp"
#include "alloc/split.hpp"
#include "core/random.hpp"

// Time per account per fill: Split and BlockParts, beside what one would write first (a 128-bit division for each
// account and a sort of the remainders). Each iteration is one fill; `per_account` is its time over the accounts.
// Orders start anew before their totals leave the range, outside the clock.

namespace {

enum class Weights { varied, equal };

std::vector<std::int64_t> make_weights(std::int64_t accounts, Weights kind) {
  core::Random random(42);
  std::vector<std::int64_t> weights(static_cast<std::size_t>(accounts));
  for (std::int64_t& weight : weights) weight = kind == Weights::equal ? 1'000 : random.between(1'000, 5'000'000);
  return weights;
}

// Fills around `size`: always the same size would meet the same remainders again and again.
std::int64_t next_fill(core::Random& random, std::int64_t size) {
  return size == 1 ? 1 : random.between(size / 2, size + size / 2);
}

void report(benchmark::State& state) {
  const auto splits = static_cast<double>(state.iterations()) * static_cast<double>(state.range(0));
  state.counters["per_account"] = benchmark::Counter(splits, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void split_fill(benchmark::State& state, Weights kind) {
  const std::vector<std::int64_t> weights = make_weights(state.range(0), kind);
  alloc::Split split(weights, 7);
  core::Random random(1);
  for (auto _ : state) {
    split.fill(next_fill(random, state.range(1)));
    benchmark::DoNotOptimize(split.units().data());
    benchmark::ClobberMemory();
  }
  report(state);
}

void parts_fill(benchmark::State& state, Weights kind) {
  constexpr std::int64_t most = 1'000'000'000'000;  // whole units that a Quantity holds, with room
  const core::Currency usd = core::Currency::of("USD");
  const auto start = [&] {
    return alloc::BlockParts(make_weights(state.range(0), kind), 7, core::Quantity::one(), usd);
  };
  alloc::BlockParts block = start();
  core::Random random(1);
  for (auto _ : state) {
    const core::Price price{random.between(18'000'000'000, 19'000'000'000)};
    block.fill(core::Quantity::whole(next_fill(random, state.range(1))), price, core::Amount{350'000});
    block.settle();
    benchmark::DoNotOptimize(block.parts().data());
    benchmark::ClobberMemory();
    if (block.split().filled() > most) {
      state.PauseTiming();
      block = start();
      state.ResumeTiming();
    }
  }
  report(state);
}

// Largest remainders of the running total, anew at each fill. It also takes units back, which Split never does.
void naive_fill(benchmark::State& state, Weights kind) {
  const std::vector<std::int64_t> weights = make_weights(state.range(0), kind);
  const std::int64_t total_weight = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  std::vector<std::int64_t> units(weights.size());
  std::vector<std::pair<std::int64_t, std::size_t>> remainders(weights.size());
  core::Random random(1);
  std::int64_t filled = 0;
  for (auto _ : state) {
    filled += next_fill(random, state.range(1));
    std::int64_t left = filled;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const core::Int128 share = static_cast<core::Int128>(filled) * weights[i];
      units[i] = static_cast<std::int64_t>(share / total_weight);
      remainders[i] = {static_cast<std::int64_t>(share % total_weight), i};
      left -= units[i];
    }
    std::sort(remainders.begin(), remainders.end(), std::greater<>());
    for (std::int64_t j = 0; j < left; ++j) ++units[remainders[static_cast<std::size_t>(j)].second];
    benchmark::DoNotOptimize(units.data());
    benchmark::ClobberMemory();
  }
  report(state);
}

// What an order costs to set up, and what it keeps.
void split_start(benchmark::State& state) {
  const std::vector<std::int64_t> weights = make_weights(state.range(0), Weights::varied);
  for (auto _ : state) {
    alloc::Split split(weights, 7);
    benchmark::DoNotOptimize(split.units().data());
  }
  report(state);
  state.counters["split_bytes_account"] = alloc::ShareTable::bytes_per_account + alloc::Split::bytes_per_account;
  state.counters["parts_bytes_account"] =
      alloc::ShareTable::bytes_per_account + alloc::Split::bytes_per_account + sizeof(alloc::Part);
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"accounts", "fill"});
  for (const std::int64_t accounts : {10, 100, 1'000, 10'000}) {
    for (const std::int64_t fill : {1, 100'000}) bench->Args({accounts, fill});
  }
}

BENCHMARK_CAPTURE(split_fill, varied, Weights::varied)->Apply(sizes);
BENCHMARK_CAPTURE(split_fill, equal, Weights::equal)->Apply(sizes);
BENCHMARK_CAPTURE(parts_fill, varied, Weights::varied)->Apply(sizes);
BENCHMARK_CAPTURE(parts_fill, equal, Weights::equal)->Apply(sizes);
BENCHMARK_CAPTURE(naive_fill, varied, Weights::varied)->Apply(sizes);
BENCHMARK_CAPTURE(naive_fill, equal, Weights::equal)->Apply(sizes);
BENCHMARK(split_start)->ArgNames({"accounts"})->Arg(10)->Arg(1'000)->Arg(10'000);

}  // namespace
