#include "tests/crash/run.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "audit/audit.hpp"

namespace crash {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds patience{30};  // for anything that takes a second at most
constexpr milliseconds poll_every{2};
constexpr int audit_every = 10;           // cycles
constexpr std::size_t open_at_most = 40;  // orders, so that each logon asks about so many

class Timed {
 public:
  Timed(Tally& tally, std::string what) : tally_(tally), what_(std::move(what)) {}
  ~Timed() { tally_.time[what_] += Clock::now() - start_; }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  Tally& tally_;
  std::string what_;
  Clock::time_point start_ = Clock::now();
};

void add(std::vector<std::string>& all, const std::string& kind, const std::vector<std::string>& some) {
  for (const std::string& one : some) all.push_back(kind + ": " + one);
}

}  // namespace

Run::Run(const Place& place, std::uint64_t seed)
    : place_(place), random_(seed), load_(place.api(), seed + 1), exchange_(place), desk_(place) {
  start_simulator();
  start_gateway();
  log_on();
}

// ---- programs

// Polls: nothing tells us when another program gets somewhere.
void Run::until(const std::string& what, const std::function<bool()>& holds) {
  const auto deadline = Clock::now() + patience;
  while (!holds()) {
    if (gateway_ && gateway_->ended()) {
      throw Wrong{{"the gateway ended by itself, code " + std::to_string(gateway_->wait()) +
                   ", while waiting for: " + what + "\n" + gateway_->output()}};
    }
    if (simulator_ && simulator_->ended()) {
      throw Wrong{{"the exchange ended by itself while waiting for: " + what + "\n" + simulator_->output()}};
    }
    if (Clock::now() > deadline) throw Wrong{{"waited in vain for: " + what}};
    std::this_thread::sleep_for(poll_every);
  }
}

void Run::wait_at_random(int most_ms) {
  std::this_thread::sleep_for(std::chrono::microseconds(random_.below(static_cast<std::uint64_t>(most_ms) * 1'000)));
}

void Run::start_simulator() {
  const Timed timed(tally_, "exchange starts");
  simulator_.emplace(place_.start_simulator());
  until("the exchange to listen", [&] { return simulator_->said("prorata-simulator: listening"); });
}

void Run::start_gateway() {
  std::error_code missing;
  const auto length = std::filesystem::file_size(place_.gateway_messages(), missing);
  messages_before_ = missing ? 0 : length;
  gateway_.emplace(place_.start_gateway());
}

void Run::log_on() {
  const auto start = Clock::now();
  {
    const Timed timed(tally_, "gateway starts");
    until("the gateway to be ready", [&] { return gateway_->said("prorata-gateway: ready"); });
  }
  const Timed timed(tally_, "logs on");
  auto client = cli::HttpClient::to(place_.api());
  until("the session to be logged on", [&] {
    const auto reply = client->ask({.method = "GET", .target = "/sessions", .body = {}, .headers = {}});
    return reply && reply->body.find("\"logged on\"") != std::string::npos;
  });
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  usual_start_ms_ = std::max(50, static_cast<int>(usual_start_ms_ * 3 / 4 + took.count() / 4));
}

// What the gateway was at when it was killed, from the FIX log that it left.
std::string Run::phase(bool under_load) const {
  if (under_load) return "gateway, under load";
  if (!gateway_->said("prorata-gateway: ready")) return "gateway, starting and replaying";
  std::ifstream file(place_.gateway_messages(), std::ios::binary);
  file.seekg(static_cast<std::streamoff>(messages_before_));
  const std::string messages{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t at = messages.find(" < 8=FIX"); at != std::string::npos; at = messages.find(" < 8=FIX", at + 1)) {
    if (messages.substr(at, messages.find('\n', at) - at).find("|35=A|") != std::string::npos) {
      return "gateway, catching up after the logon";
    }
  }
  return "gateway, logging on";
}

void Run::kill_gateway(bool under_load) {
  gateway_->kill();
  ++tally_.kills[phase(under_load)];
  if (ends_amid_a_commit(place_.database())) ++tally_.amid_commit;
  gateway_.reset();
}

void Run::pause(Process& process, const std::string& name) {
  process.stop_running();
  wait_at_random(250);
  process.go_on();
  ++tally_.kills[name + " paused"];
}

// Most of a start is over before the first connection: half of these kills aim at what comes then.
void Run::restart_and_kill_again() {
  while (random_.below(100) < 40) {
    start_gateway();
    if (random_.below(2) == 0) {
      wait_at_random(usual_start_ms_);
    } else {
      until("the gateway to be ready", [&] { return gateway_->said("prorata-gateway: ready"); });
      wait_at_random(random_.below(2) == 0 ? 4 : 25);
    }
    kill_gateway(false);
  }
}

// ---- a cycle

void Run::cycle() {
  {
    const Timed timed(tally_, "load, until the kill");
    load_.start();
    wait_at_random(300);
  }
  const std::uint64_t drawn = random_.below(100);
  bool exchange_dies = false;
  if (drawn < 76) kill_gateway(true);
  if (drawn >= 76 && drawn < 90) {
    simulator_->kill();
    exchange_dies = true;
    ++tally_.kills["exchange, under load"];
    wait_at_random(20);
    if (drawn >= 84) kill_gateway(true);
  }
  if (drawn >= 90 && drawn < 95) pause(*gateway_, "gateway");
  if (drawn >= 95) pause(*simulator_, "exchange");
  load_.stop();
  if (exchange_dies) simulator_.reset();
  if (exchange_dies && random_.below(2) == 0) start_simulator();
  if (!gateway_) {
    const Timed timed(tally_, "killed starts");
    restart_and_kill_again();
    start_gateway();
  }
  if (!simulator_) start_simulator();
  log_on();
  settle();
  if (++cycles_ % audit_every == 0) audit();
  load_.thin_out(desk().open_orders(), open_at_most);
}

// Until nobody has anything left to say, and both sides say the same; else, at the deadline, what they disagree about.
void Run::settle() {
  const Timed timed(tally_, "settles, and is compared");
  const auto compare = [&] { return differences(exchange(), desk(), load_.commands()); };
  try {
    until("both sides to agree", [&] {
      (void)load_.repeat_unknown();
      // First the desk, then the exchange: whatever the desk knows, the exchange has written down before.
      if (auto read = desk_.update(); !read) throw Wrong{{read.error().text()}};
      exchange_.update();
      if (!desk().breaks.empty()) throw Wrong{};
      return desk().trades.size() == exchange().trades.size() && compare().none();
    });
  } catch (Wrong& wrong) {
    const Differences found = compare();
    add(wrong.what, "still open", found.open);
    add(wrong.what, "lost", found.lost);
    add(wrong.what, "doubled", found.doubled);
    add(wrong.what, "orders", found.orders);
    add(wrong.what, "break", found.breaks);
    throw;
  }
}

// The whole book anew, by a program that shares nothing with the gateway, and all fills from the start.
void Run::audit() {
  const Timed timed(tally_, "audits");
  ++tally_.audits;
  if (auto read = desk_.update(true); !read) throw Wrong{{read.error().text()}};
  auto database = audit::Database::open(place_.database());
  if (!database) throw Wrong{{database.error().text()}};
  const auto checks = audit::audit_book(*database, {});
  if (!checks) throw Wrong{{checks.error().text()}};
  Wrong wrong;
  for (const audit::Check& check : *checks) {
    if (!check.ok()) add(wrong.what, "audit, " + check.name, check.differences);
  }
  if (!wrong.what.empty()) throw wrong;
}

void Run::close() {
  load_.thin_out(desk().open_orders(), 0);
  settle();
  gateway_->ask_to_end();
  const int gateway = gateway_->wait();
  simulator_->ask_to_end();
  const int simulator = simulator_->wait();
  if (gateway != 0 || simulator != 0) {
    throw Wrong{{"asked to end, the gateway ended with " + std::to_string(gateway) + ", the exchange with " +
                 std::to_string(simulator)}};
  }
  gateway_.reset();
  simulator_.reset();
  audit();
  settle();
}

}  // namespace crash
