#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bench/booking/plain_desk.hpp"
#include "bench/booking/raw_broker.hpp"
#include "bench/support/disk.hpp"
#include "bench/support/house.hpp"
#include "bench/support/scratch_folder.hpp"

// Fills of several orders at once, each order on a model of 1,000 accounts: how many a second are booked and durable,
// and how long one takes from the socket to the disk.
namespace {

using bench::Steady;

constexpr int orders = 10;
constexpr int accounts = 1000;
constexpr std::int64_t order_quantity = 100'000'000;

std::int64_t microseconds(Steady::duration time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

std::int64_t per_second(std::size_t fills, Steady::duration time) {
  return static_cast<std::int64_t>(fills) * 1'000'000 / std::max<std::int64_t>(microseconds(time), 1);
}

// The most memory this process has had, in KiB.
std::int64_t peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::uintmax_t bytes_in(const std::filesystem::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().filename().string().starts_with("desk.db")) bytes += file.file_size();
  }
  return bytes;
}

struct Ours {
  bench::ScratchFolder folder;
  bench::RawBroker broker;
  bench::Fills fills;
  std::unique_ptr<bench::House> house;

  explicit Ours(std::size_t count) {
    std::thread answering([this] { broker.accept_logon(); });
    house = std::make_unique<bench::House>(folder.path(), bench::DeskSize{orders, accounts}, broker.port());
    answering.join();
    for (int model = 1; model <= orders; ++model) house->buy(model, order_quantity);
    fills = bench::write_fills(broker.wait_for_orders(orders), count, order_quantity);
  }
};

std::int64_t ours_per_second(std::size_t count) {
  Ours ours(count);
  const std::int64_t memory_before = peak_memory_kib();
  const Steady::time_point start = Steady::now();
  ours.broker.send(ours.fills.bytes);
  const Steady::duration took = ours.house->journal().wait_for(count) - start;
  fmt::print("{:<52}{:>10}   {} fills in {} batches\n", "Prorata, durable", per_second(count, took), count,
             ours.house->journal().batches());
  fmt::print("{:<52}{:>10}   MiB of memory more at the peak\n", "", (peak_memory_kib() - memory_before) / 1024);
  ours.house.reset();  // the log, which is longer than what it holds, is taken into the database
  fmt::print("{:<52}{:>10}   bytes of database per fill\n", "", bytes_in(ours.folder.path()) / count);
  return per_second(count, took);
}

std::int64_t plain_per_second(const std::string& label, std::size_t count, int booked_accounts, int per_transaction) {
  const bench::ScratchFolder folder;
  bench::RawBroker broker;
  bench::PlainDesk desk(folder.path().string(), broker.port(), booked_accounts, per_transaction);
  broker.accept_logon();
  desk.wait_for_logon();
  desk.send_orders(orders);
  const bench::Fills fills = bench::write_fills(broker.wait_for_orders(orders), count, order_quantity);
  const Steady::time_point start = Steady::now();
  broker.send(fills.bytes);
  desk.wait_for(count);
  const Steady::duration took = Steady::now() - start;
  fmt::print("{:<52}{:>10}   {} fills\n", label, per_second(count, took), count);
  return per_second(count, took);
}

std::string percentiles(std::vector<std::int64_t> us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](std::size_t per_mille) { return us[std::min(us.size() - 1, us.size() * per_mille / 1000)]; };
  return fmt::format("{:>10}{:>10}{:>10}", at(500), at(990), at(999));
}

// From the moment at which a fill was to be written to the socket, kept up with or not, to the commit that holds it.
void latency(std::size_t rate, std::size_t count) {
  Ours ours(count);
  std::vector<Steady::time_point> sent(count);
  std::vector<std::int64_t> us;
  us.reserve(count);
  ours.house->journal().on_durable([&](std::size_t fills, Steady::time_point now) {
    for (std::size_t i = 0; i < fills; ++i) us.push_back(microseconds(now - sent[us.size()]));
  });
  const std::string_view bytes = ours.fills.bytes;
  const Steady::time_point start = Steady::now();
  for (std::size_t i = 0; i < count; ++i) sent[i] = start + std::chrono::nanoseconds(i * 1'000'000'000 / rate);
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(sent[i]);
    const std::size_t begin = i == 0 ? 0 : ours.fills.ends[i - 1];
    ours.broker.send(bytes.substr(begin, ours.fills.ends[i] - begin));
  }
  ours.house->journal().wait_for(count);
  fmt::print("{:<52}{}\n", fmt::format("{} fills a second, socket to committed", rate), percentiles(std::move(us)));
}

void bare_fdatasync() {
  const bench::ScratchFolder folder;
  std::vector<std::int64_t> us;
  for (const std::int64_t ns : bench::append_and_sync(folder.path() / "appended", 4000)) us.push_back(ns / 1000);
  fmt::print("{:<52}{}\n", "one bare fdatasync of 4 KiB", percentiles(std::move(us)));
}

void measure_latency() {
  fmt::print("\n{:<52}{:>10}{:>10}{:>10}\n", "microseconds", "median", "p99", "p99.9");
  bare_fdatasync();
  latency(100, 1'000);
  latency(1'000, 10'000);
  latency(10'000, 50'000);
}

void measure_throughput(std::size_t fills, bool ours_only) {
  fmt::print("{:<52}{:>10}\n", fmt::format("{} orders, {} accounts each", orders, accounts), "fills/s");
  const std::int64_t ours = ours_per_second(fills);
  if (!ours_only) {
    const std::int64_t nothing = plain_per_second("stock QuickFIX, nothing booked", fills, 0, 1);
    const std::int64_t single = plain_per_second("plain program, row per account, commit per fill", 400, accounts, 1);
    const std::int64_t hundred =
        plain_per_second("plain program, row per account, commit per 100", 2000, accounts, 100);
    fmt::print("Prorata is {} times the plain program, {} times with 100 a commit; {} % of QuickFIX doing nothing\n",
               ours / single, ours / hundred, ours * 100 / nothing);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("How many fills a second are booked and durable");
  std::size_t fills = 200'000;
  bool ours_only = false;
  app.add_option("--fills", fills, "fills of the run for throughput")->check(CLI::Range(1'000, 5'000'000));
  bool throughput_only = false;
  app.add_flag("--ours", ours_only, "leave out the baselines");
  app.add_flag("--throughput", throughput_only, "leave out the latencies");
  CLI11_PARSE(app, argc, argv);
  try {
    measure_throughput(fills, ours_only);
    if (!throughput_only) measure_latency();
  } catch (const std::exception& error) {
    fmt::print(stderr, "prorata-bench-booking: {}\n", error.what());
    return 1;
  }
  return 0;
}
