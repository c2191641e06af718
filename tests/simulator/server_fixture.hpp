#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <sstream>

#include "fix/memory_store.hpp"
#include "fix/network.hpp"
#include "simulator/server.hpp"
#include "tests/simulator/fixture.hpp"

// The server on a real port, and desks that dial it, in one thread.
namespace simulator {

inline std::string dictionary_of(fix::Version version) {
  switch (version) {
    case fix::Version::fix42: return "fix-specs/FIX42.xml";
    case fix::Version::fix50sp2: return "fix-specs/FIX50SP2.xml";
    default: return "fix-specs/FIX44.xml";
  }
}

class NoMessageLog final : public fix::MessageLog {
 public:
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
};

// Stands still until it is told otherwise.
class ManualClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return time; }
  core::Time time = time_of_day(14);
};

// A desk that dials the exchange and keeps what it is told.
class Desk final : public fix::SessionOwner {
 public:
  Desk(const std::string& comp_id, fix::MessageLog& log, const core::Clock& clock,
       fix::Version version = fix::Version::fix44, const std::string& exchange = "SIM") {
    const fix::SessionSettings settings{.name = core::SessionName(comp_id),
                                        .version = version,
                                        .sender_comp_id = comp_id,
                                        .target_comp_id = exchange,
                                        .dictionary = dictionary_of(version)};
    auto created = fix::Session::create(settings, store_, *this, log, clock);
    EXPECT_TRUE(created.has_value()) << created.error().text();
    session = *std::move(created);
  }

  void on_logon(const core::SessionName&) override {}
  void on_logout(const core::SessionName&, std::string_view) override {}
  void on_message(const core::SessionName&, const fix::Header&, const fix::Message& message) override {
    if (const auto* report = std::get_if<fix::ExecutionReport>(&message)) reports.push_back(*report);
    if (const auto* snapshot = std::get_if<fix::MarketDataSnapshot>(&message)) snapshots.push_back(*snapshot);
    if (std::holds_alternative<fix::MarketDataIncrement>(message)) ++increments;
  }
  void on_unreadable(const core::SessionName&, const fix::UnreadableMessage& message) override {
    ADD_FAILURE() << message.reason;
  }

  std::vector<fix::ExecutionReport> reports;
  std::vector<fix::MarketDataSnapshot> snapshots;
  int increments = 0;
  std::unique_ptr<fix::Session> session;

 private:
  fix::MemoryStore store_;
};

inline Settings server_settings() {
  Settings settings;
  settings.listen.port = 0;
  settings.comp_id = "SIM";
  settings.clients = {{.comp_id = "DESK"}, {.comp_id = "FUND"}};
  settings.exchange = exchange_settings();
  settings.exchange.fill_latency = std::chrono::milliseconds(1);
  return settings;
}

class ServerTest : public testing::Test {
 protected:
  // Lets the network run until the condition holds; only a broken server ever waits for the deadline.
  template <class Condition>
  [[nodiscard]] bool wait_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(std::chrono::seconds(1));
    return condition();
  }
  std::unique_ptr<Server> serve() { return serve(clock); }
  std::unique_ptr<Server> serve(const core::Clock& its_clock) { return serve(server_settings(), its_clock); }
  std::unique_ptr<Server> serve(const Settings& settings, const core::Clock& its_clock) {
    auto server = Server::start(io, settings, messages, *log, its_clock);
    EXPECT_TRUE(server.has_value()) << server.error().text();
    return *std::move(server);
  }
  void dial(fix::Network& network, Desk& desk, std::uint16_t port) {
    network.dial(desk.session->settings().name, {"127.0.0.1", port}, *desk.session);
  }
  static bool is_over(const Desk& desk) {
    return !desk.reports.empty() && desk.reports.back().leaves_quantity.raw == 0;
  }

  core::SystemClock clock;
  NoMessageLog messages;
  std::ostringstream log_text;
  std::unique_ptr<files::Log> log = files::Log::to_stream(log_text, clock);
  boost::asio::io_context io;
};

}  // namespace simulator
