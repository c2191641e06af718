#include "tests/crash/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <stdexcept>

#include "tests/crash/market.hpp"

namespace crash {

namespace {

constexpr int people = 3;
constexpr std::uint64_t pause_ms = 30;  // between two commands of one of them, at most

}  // namespace

Load::Load(const std::string& api, std::uint64_t seed) : api_(api), seeds_(seed) {}

void Load::start() {
  stopping_ = false;
  for (int i = 0; i < people; ++i) threads_.emplace_back([this, seed = seeds_.next()] { work(seed); });
}

void Load::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Load::work(std::uint64_t seed) {
  core::Random random(seed);
  while (!stopping_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(pause_ms)));  // a pace, not a wait
    // Who gets no answer waits until the gateway is back: nobody goes on typing into a dead program.
    if (!stopping_ && !carry_out(draw(random))) return;
  }
}

Command& Load::draw(core::Random& random) {
  const std::lock_guard guard(mutex_);
  if (!done_.empty() && random.below(5) == 0) {
    const std::string order = done_[done_.size() - 1 - random.below(std::min<std::size_t>(done_.size(), 20))];
    return add("/orders/" + order + "/cancel", "", false, order);
  }
  const Listed& listed = symbols[random.below(random.below(10) == 0 ? symbols.size() : symbols.size() - 1)];
  const bool sell = random.below(3) == 0;
  const std::uint64_t quantity = 50 + random.below(random.below(4) == 0 ? 4'000 : 800);
  std::string limit;
  if (random.below(2) == 0) {
    // Around the market: some trade at once, some rest and are filled as it moves, some never are.
    const std::int64_t cents = std::int64_t{listed.reference} * 100 + static_cast<std::int64_t>(random.below(80)) - 40;
    limit = fmt::format(R"(,"limit_price":"{}.{:02}")", cents / 100, cents % 100);
  }
  const std::string_view time_in_force = random.below(6) == 0 ? "IOC" : "DAY";
  return add("/orders?accounts=false",
             fmt::format(R"({{"side":"{}","quantity":"{}","symbol":"{}","model":"{}","time_in_force":"{}"{}}})",
                         sell ? "SELL" : "BUY", quantity, listed.name, models[random.below(models.size())],
                         time_in_force, limit),
             true, "");
}

// The key is the user too, so that the desk's book says which command an order came of.
Command& Load::add(std::string target, std::string body, bool is_order, std::string order) {
  Command& command = commands_.emplace_back();
  command.key = fmt::format("k{}", commands_.size());
  command.is_order = is_order;
  command.order = std::move(order);
  command.request = {.method = "POST", .target = std::move(target), .body = std::move(body), .headers = {}};
  command.request.headers = {
      {"Content-Type", "application/json"}, {"Idempotency-Key", command.key}, {"Prorata-User", command.key}};
  return command;
}

bool Load::carry_out(Command& command) {
  auto client = cli::HttpClient::to(api_);
  const cli::Answered reply = client->ask(command.request);
  const std::lock_guard guard(mutex_);
  // Of a command that ran into a time limit nobody knows either; 503 is also said of a broker that is away.
  if (!reply || reply->status >= 500) return false;
  command.answer = reply->body;
  command.state = reply->good() ? Command::State::done : Command::State::refused;
  if (!reply->good() || !command.is_order) return true;
  command.order = boost::json::value_to<std::string>(boost::json::parse(reply->body).at("orders").at(0));
  done_.push_back(command.order);
  return true;
}

bool Load::repeat_unknown() {
  bool all = true;
  for (Command& command : commands_) {
    if (command.state != Command::State::unknown) continue;
    ++repeated_;
    all = carry_out(command) && all;
  }
  return all;
}

void Load::thin_out(const std::vector<std::string>& open, std::size_t most) {
  for (std::size_t i = 0; i + most < open.size(); ++i) {
    (void)carry_out(add("/orders/" + open[i] + "/cancel", "", false, open[i]));
  }
}

std::size_t Load::unanswered() const {
  const std::lock_guard guard(mutex_);
  return static_cast<std::size_t>(std::count_if(commands_.begin(), commands_.end(), [](const Command& command) {
    return command.state == Command::State::unknown;
  }));
}

}  // namespace crash
