#include <fmt/format.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "simulator/exchange.hpp"

// Orders a second that the exchange matches in memory, on one core: the book alone, then all of the exchange.
namespace simulator {
namespace {

// Of the processor, for this process: whoever else works on the machine does not count.
std::chrono::nanoseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

constexpr std::int64_t tick = 1'000'000;  // 0.01
const core::Symbol symbol("AAPL");
const core::Time start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14}};

// What is asked for: an order, or the cancel of an earlier one.
struct Wish {
  std::size_t cancels = 0;  // which order, from 1; 0: none
  core::Side side = core::Side::buy;
  core::Price limit;  // zero: at the market
  core::Quantity quantity;
};

// A market that walks: limits within ten ticks of a middle, so that about half of the orders meet somebody. One in ten
// is at the market, three in ten cancel what may be gone already.
std::vector<Wish> draw_wishes(std::size_t count) {
  core::Random random(7);
  std::vector<Wish> wishes(count);
  std::int64_t middle = 10'000;
  for (std::size_t i = 0; i < count; ++i) {
    Wish& wish = wishes[i];
    if (random.below(50) == 0) middle += random.between(-1, 1);
    const std::uint64_t kind = random.below(10);
    if (kind < 3 && i > 0) wish.cancels = i - random.below(std::min<std::size_t>(i, 200));
    wish.side = random.below(2) == 0 ? core::Side::buy : core::Side::sell;
    const std::int64_t away = random.between(-2, 10);
    if (kind < 9) wish.limit = core::Price{(wish.side == core::Side::buy ? middle - away : middle + away) * tick};
    wish.quantity = core::Quantity::whole(random.between(1, 50) * 10);
  }
  return wishes;
}

struct Outcome {
  std::int64_t trades = 0;  // of two orders
  std::int64_t reports = 0;
  std::chrono::nanoseconds took{0};
};

Outcome match_in_book(const std::vector<Wish>& wishes) {
  OrderBook book;
  Outcome outcome;
  const auto begun = processor_time();
  OrderKey key = 0;
  for (const Wish& wish : wishes) {
    ++key;
    if (wish.cancels > 0) {
      book.cancel(wish.cancels);
      continue;
    }
    const std::optional<core::Price> limit = wish.limit.raw > 0 ? std::optional(wish.limit) : std::nullopt;
    core::Quantity left = wish.quantity;
    for (const Execution& execution : book.match(wish.side, limit, wish.quantity)) {
      left -= execution.quantity;
      ++outcome.trades;
    }
    if (left.raw > 0 && limit) book.rest(key, wish.side, *limit, left);
  }
  outcome.took = processor_time() - begun;
  return outcome;
}

ExchangeSettings settings() {
  ExchangeSettings settings;
  settings.acknowledge_latency = {};
  settings.fill_latency = {};
  settings.liquidity.levels = 0;
  settings.fees.per_unit = core::Price{350'000};
  settings.symbols = {{.name = symbol,
                       .reference = core::Price{10'000 * tick},
                       .tick = core::Price{tick},
                       .lot = core::Quantity::whole(1),
                       .currency = core::Currency::of("USD"),
                       .exchange = "XNAS"}};
  return settings;
}

std::vector<fix::Message> requests_of(const std::vector<Wish>& wishes) {
  std::vector<fix::Message> requests;
  const auto id = [](std::size_t number) { return fmt::format("20261120-{}", number); };
  for (const Wish& wish : wishes) {
    const std::size_t number = requests.size() + 1;
    if (wish.cancels > 0) {
      const core::Side side = wishes[wish.cancels - 1].side;
      requests.emplace_back(fix::OrderCancelRequest{id(number), id(wish.cancels), "", symbol, side, {}, start});
      continue;
    }
    fix::NewOrderSingle order{.cl_ord_id = id(number), .symbol = symbol, .side = wish.side, .quantity = wish.quantity};
    order.transact_time = start;
    if (wish.limit.raw > 0) {
      order.type = core::OrderType::limit;
      order.limit = wish.limit;
    }
    requests.emplace_back(std::move(order));
  }
  return requests;
}

// Requests come in handfuls, as from a socket, and the reports of a handful are taken before the next.
Outcome match_in_exchange(const std::vector<fix::Message>& requests) {
  constexpr std::size_t handful = 32;
  Exchange exchange(settings(), "BENCH-", start);
  Outcome outcome;
  core::Time now = start;
  const auto begun = processor_time();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    exchange.receive("DESK", requests[i], now);
    if ((i + 1) % handful != 0 && i + 1 < requests.size()) continue;
    now += std::chrono::microseconds(handful);
    for (const Outgoing& outgoing : exchange.advance(now)) {
      ++outcome.reports;
      const auto* report = std::get_if<fix::ExecutionReport>(&outgoing.message);
      if (report != nullptr && report->exec_type == fix::ExecType::trade) ++outcome.trades;
    }
  }
  outcome.took = processor_time() - begun;
  outcome.trades /= 2;
  return outcome;
}

template <class Run>
Outcome median_of(int rounds, const Run& run) {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < rounds; ++i) outcomes.push_back(run());
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) { return a.took < b.took; });
  return outcomes[outcomes.size() / 2];
}

void print(const std::string& what, std::size_t count, const Outcome& outcome) {
  const auto took = std::max<std::int64_t>(outcome.took.count(), 1);
  const auto orders = static_cast<std::int64_t>(count);
  fmt::print("{:<28}{:>11}{:>11}{:>11}{:>9}\n", what, orders * 1'000'000'000 / took, outcome.trades, outcome.reports,
             took / orders);
}

bool run(std::size_t count, int rounds) {
  const std::vector<Wish> wishes = draw_wishes(count);
  const std::vector<fix::Message> requests = requests_of(wishes);
  fmt::print("{} orders and cancels, median of {}\n", count, rounds);
  fmt::print("{:<28}{:>11}{:>11}{:>11}{:>9}\n", "", "a second", "trades", "reports", "ns each");
  const Outcome in_book = median_of(rounds, [&] { return match_in_book(wishes); });
  const Outcome in_exchange = median_of(rounds, [&] { return match_in_exchange(requests); });
  print("the book alone", count, in_book);
  print("the exchange, with reports", count, in_exchange);
  if (in_book.trades == in_exchange.trades) return true;
  fmt::print(stderr, "the two have not traded the same\n");
  return false;
}

}  // namespace
}  // namespace simulator

int main(int argc, char** argv) {
  CLI::App app{"Orders a second that the exchange matches in memory"};
  std::size_t count = 500'000;
  int rounds = 5;
  app.add_option("--orders", count)->check(CLI::Range(1, 10'000'000));
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  return simulator::run(count, rounds) ? 0 : 1;
}
