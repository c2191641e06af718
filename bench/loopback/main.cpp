#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "bench/loopback/raw_client.hpp"
#include "bench/roundtrip/stock_quickfix.hpp"
#include "bench/support/raw_fix.hpp"
#include "bench/support/scratch_folder.hpp"
#include "files/log.hpp"
#include "simulator/server.hpp"

// The simulator over FIX on loopback: orders a second on one session, beside the stock QuickFIX acceptor in the same
// run; then many sessions at once, with one among them that never reads.
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

struct NoMessages final : fix::MessageLog {
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
};

std::string client_name(int number) { return fmt::format("C{:03}", number); }

simulator::Settings settings_for(int clients) {
  std::string toml =
      "[simulator]\ncomp_id = \"SIM\"\nlisten = \"127.0.0.1:0\"\nlatency_ms = { acknowledge = 0, fill = 0 }\n";
  for (int i = 0; i < clients; ++i) toml += "[[client]]\ncomp_id = \"" + client_name(i) + "\"\n";
  toml += "[[symbol]]\nname = \"AAPL\"\nreference = \"187.40\"\nexchange = \"XNAS\"\n";
  return simulator::parse_settings(toml, "bench.toml").value();
}

// The simulator on a thread of its own.
class Exchange {
 public:
  Exchange(const std::filesystem::path& folder, int clients)
      : log_(files::Log::to_file(folder / "simulator.jsonl", clock_, files::Level::error).value()),
        server_(simulator::Server::start(io_, settings_for(clients), messages_, *log_, clock_).value()),
        thread_([this] { io_.run(); }) {}
  ~Exchange() {
    io_.stop();
    thread_.join();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  [[nodiscard]] int port() const { return server_->port(); }

 private:
  core::SystemClock clock_;
  NoMessages messages_;
  boost::asio::io_context io_{1};
  std::unique_ptr<files::Log> log_;
  std::unique_ptr<simulator::Server> server_;
  std::thread thread_;
};

// Reads until so many ExecutionReports(8) have come.
void await_reports(int socket, std::size_t count) {
  const std::string mark =
      "\x01"
      "35=8\x01";
  std::string tail;
  std::vector<char> chunk(1U << 18U);
  for (std::size_t seen = 0; seen < count;) {
    const ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) throw std::runtime_error("the connection broke");
    tail.append(chunk.data(), static_cast<std::size_t>(got));
    std::size_t at = tail.find(mark);
    std::size_t end = 0;
    for (; at != std::string::npos; at = tail.find(mark, end)) {
      ++seen;
      end = at + mark.size();
    }
    tail.erase(0, std::max(end, tail.size() - std::min(tail.size(), mark.size())));
  }
}

// Orders a second, each answered with one report; all are written before the clock starts.
std::int64_t orders_a_second(int port, const std::string& client, const std::string& target, std::size_t count) {
  bench::RawClient raw(port, client, target);
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) raw.append_order(bytes, fmt::format("O{}", i));
  const auto begun = Clock::now();
  std::thread reading([&] { await_reports(raw.socket(), count); });
  raw.send(bytes);
  reading.join();
  const auto took = std::chrono::duration_cast<microseconds>(Clock::now() - begun).count();
  return static_cast<std::int64_t>(count) * 1'000'000 / std::max<std::int64_t>(took, 1);
}

std::int64_t median(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void compare_rates(std::size_t count, int rounds) {
  std::vector<std::int64_t> ours;
  std::vector<std::int64_t> theirs;
  for (int i = 0; i < rounds; ++i) {
    const bench::ScratchFolder folder;
    {
      const Exchange exchange(folder.path(), 1);
      ours.push_back(orders_a_second(exchange.port(), client_name(0), "SIM", count));
    }
    const bench::StockBroker stock(folder.path().string());
    theirs.push_back(orders_a_second(stock.port(), "DESK", "BROKER", count));
  }
  const std::int64_t our_rate = median(ours);
  const std::int64_t their_rate = median(theirs);
  fmt::print("{} orders on one session, a report each; orders a second, median of {}\n", count, rounds);
  fmt::print("  {:<28}{:>10}\n  {:<28}{:>10}\n  {:<28}{:>8}.{:01}\n", "the simulator", our_rate,
             "stock QuickFIX acceptor", their_rate, "ratio", our_rate / their_rate, our_rate * 10 / their_rate % 10);
}

struct Times {
  std::vector<std::int64_t> reports_us;     // from an order to its report
  std::vector<std::int64_t> heartbeats_us;  // from a TestRequest(1) to its answer
};

// One client and when its questions left.
struct Talker {
  explicit Talker(int port, int number)
      : client(std::make_unique<bench::RawClient>(port, client_name(number), "SIM")) {}

  void ask(std::string_view kind, bool is_order) {
    const std::string id = fmt::format("{}{}", kind, ++asked);
    std::string bytes;
    is_order ? client->append_order(bytes, id) : client->append_test_request(bytes, id);
    left.emplace(id, Clock::now());
    client->send(bytes);
  }
  void listen(Times& times) {
    std::string frame;
    while (client->receive(frame, false)) {
      const bool is_report = bench::field(frame, "35") == "8";
      const auto at = left.find(bench::field(frame, is_report ? "11" : "112"));
      if (at == left.end()) continue;
      const auto took = std::chrono::duration_cast<microseconds>(Clock::now() - at->second).count();
      (is_report ? times.reports_us : times.heartbeats_us).push_back(took);
      left.erase(at);
    }
  }

  std::unique_ptr<bench::RawClient> client;
  std::unordered_map<std::string, Clock::time_point> left;
  int asked = 0;
};

// Who never reads is disconnected in the end.
void shout(std::unique_ptr<Talker>& deaf) {
  try {
    deaf->ask("O", true);
  } catch (const std::system_error&) {
    deaf.reset();
  }
}

// Each of the clients sends `rate` orders and one TestRequest a second. With `slow`: one more sends as many, and never
// reads.
Times talk(int clients, int rate, int seconds, bool slow) {
  const bench::ScratchFolder folder;
  const Exchange exchange(folder.path(), clients + 1);
  std::vector<Talker> talkers;
  for (int i = 0; i < clients; ++i) talkers.emplace_back(exchange.port(), i);
  std::unique_ptr<Talker> deaf;
  if (slow) deaf = std::make_unique<Talker>(exchange.port(), clients);
  std::vector<pollfd> sockets;
  for (const Talker& each : talkers) sockets.push_back({each.client->socket(), POLLIN, 0});
  Times times;
  const int steps = rate * seconds;
  const auto step = std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
  const auto begun = Clock::now();
  for (int i = 0; i < steps; ++i) {
    for (std::size_t place = 0; place < talkers.size(); ++place) {
      talkers[place].ask("O", true);
      if ((i + static_cast<int>(place)) % rate == 0) talkers[place].ask("T", false);
    }
    if (deaf) shout(deaf);
    while (Clock::now() < begun + (i + 1) * step) {
      poll(sockets.data(), sockets.size(), 1);
      for (std::size_t place = 0; place < sockets.size(); ++place) {
        if (sockets[place].revents != 0) talkers[place].listen(times);
      }
    }
  }
  const auto end = Clock::now() + std::chrono::seconds(2);
  while (Clock::now() < end) {
    for (Talker& each : talkers) each.listen(times);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::size_t unanswered = 0;
  for (const Talker& each : talkers) unanswered += each.left.size();
  if (unanswered > 0) throw std::runtime_error(fmt::format("{} questions were never answered", unanswered));
  return times;
}

void print(const std::string& what, std::vector<std::int64_t> us) {
  std::sort(us.begin(), us.end());
  const auto at = [&](std::size_t per_mille) { return us[std::min(us.size() - 1, us.size() * per_mille / 1'000)]; };
  fmt::print("  {:<42}{:>9}{:>9}{:>9}\n", what, at(500), at(990), us.back());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Orders a second over FIX on loopback, and many sessions at once"};
  std::size_t count = 50'000;
  int rounds = 3;
  int clients = 100;
  int rate = 100;
  int seconds = 10;
  app.add_option("--orders", count)->check(CLI::Range(1, 1'000'000));
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  app.add_option("--clients", clients)->check(CLI::Range(1, 500));
  app.add_option("--rate", rate, "orders a second of each client")->check(CLI::Range(1, 1'000));
  app.add_option("--seconds", seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    compare_rates(count, rounds);
    fmt::print("{} sessions, {} orders a second each, for {} s; microseconds: median, 99 %, slowest\n", clients, rate,
               seconds);
    for (const bool slow : {false, true}) {
      const Times times = talk(clients, rate, seconds, slow);
      const std::string beside = slow ? ", beside one that never reads" : "";
      print("order to report" + beside, times.reports_us);
      print("TestRequest to Heartbeat" + beside, times.heartbeats_us);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
