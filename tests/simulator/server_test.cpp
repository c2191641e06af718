#include "simulator/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "fix/memory_store.hpp"
#include "fix/network.hpp"
#include "simulator/session_log.hpp"
#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

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
  Desk(const std::string& comp_id, fix::MessageLog& log, const core::Clock& clock) {
    const fix::SessionSettings settings{.name = core::SessionName(comp_id),
                                        .sender_comp_id = comp_id,
                                        .target_comp_id = "SIM",
                                        .dictionary = "fix-specs/FIX44.xml"};
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

Settings server_settings() {
  Settings settings;
  settings.listen.port = 0;
  settings.comp_id = "SIM";
  settings.clients = {"DESK", "FUND"};
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
  std::unique_ptr<Server> serve(const core::Clock& its_clock) {
    auto server = Server::start(io, server_settings(), messages, *log, its_clock);
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

TEST_F(ServerTest, FillsOrdersOfTwoClientsOverTheWire) {
  Desk desk("DESK", messages, clock);
  Desk fund("FUND", messages, clock);
  const auto server = serve();
  fix::Network network(io, messages);
  dial(network, desk, server->port());
  dial(network, fund, server->port());
  ASSERT_TRUE(wait_until([&] { return desk.session->logged_on() && fund.session->logged_on(); }));

  auto buy = order("B1", core::Side::buy, 1'000, "AAPL");
  buy.transact_time = clock.now();
  auto unknown = order("B1", core::Side::buy, 1'000, "TSLA");
  unknown.transact_time = clock.now();
  ASSERT_TRUE(desk.session->send(buy).has_value());
  ASSERT_TRUE(fund.session->send(unknown).has_value());
  ASSERT_TRUE(wait_until([&] { return is_over(desk) && is_over(fund); }));

  EXPECT_EQ(desk.reports.front().exec_type, fix::ExecType::new_order);
  EXPECT_EQ(desk.reports.back().ord_status, fix::OrdStatus::filled);
  EXPECT_EQ(desk.reports.back().cumulative_quantity, units(1'000));
  EXPECT_GE(desk.reports.size(), 5U);
  EXPECT_EQ(desk.reports.back().last_market, "XNYS");
  ASSERT_EQ(fund.reports.size(), 1U);
  EXPECT_EQ(fund.reports.front().reject_reason, 1);
  network.stop();
}

TEST_F(ServerTest, TellsPricesToThoseWhoSubscribed) {
  Desk desk("DESK", messages, clock);
  Desk fund("FUND", messages, clock);
  const auto server = serve();
  fix::Network network(io, messages);
  dial(network, desk, server->port());
  dial(network, fund, server->port());
  ASSERT_TRUE(wait_until([&] { return desk.session->logged_on() && fund.session->logged_on(); }));
  const fix::MarketDataRequest prices{.request_id = "M1",
                                      .subscription = fix::MarketDataSubscription::subscribe,
                                      .depth = 1,
                                      .incremental = true,
                                      .entry_types = {fix::MarketDataEntryType::bid, fix::MarketDataEntryType::offer},
                                      .symbols = {core::Symbol("AAPL"), core::Symbol("KO")}};
  ASSERT_TRUE(fund.session->send(prices).has_value());
  ASSERT_TRUE(wait_until([&] { return fund.snapshots.size() == 2; }));
  EXPECT_EQ(fund.snapshots[0].entries.size(), 2U);
  auto buy = order("B1", core::Side::buy, 1'000, "AAPL");
  buy.transact_time = clock.now();
  ASSERT_TRUE(desk.session->send(buy).has_value());
  EXPECT_TRUE(wait_until([&] { return fund.increments > 0 && is_over(desk); }));
  EXPECT_EQ(desk.increments, 0);
  EXPECT_TRUE(desk.snapshots.empty());
  network.stop();
}

TEST_F(ServerTest, KeepsReportsForAClientThatIsAway) {
  Desk desk("DESK", messages, clock);
  ManualClock exchange_clock;
  const auto server = serve(exchange_clock);
  fix::Network network(io, messages);
  dial(network, desk, server->port());
  ASSERT_TRUE(wait_until([&] { return desk.session->logged_on(); }));
  auto buy = order("B1", core::Side::buy, 20'000, "AAPL");
  buy.transact_time = clock.now();
  ASSERT_TRUE(desk.session->send(buy).has_value());
  desk.session->log_out("lunch");
  ASSERT_TRUE(wait_until([&] { return !desk.session->is_connected(); }));
  EXPECT_TRUE(desk.reports.empty());
  exchange_clock.time += std::chrono::hours(1);
  desk.session->log_on();
  EXPECT_TRUE(wait_until([&] { return is_over(desk); }));
  EXPECT_EQ(desk.reports.back().cumulative_quantity, units(20'000));
  network.stop();
}

TEST_F(ServerTest, LogsItsClientsOutWhenItStops) {
  Desk desk("DESK", messages, clock);
  const auto server = serve();
  fix::Network network(io, messages);
  dial(network, desk, server->port());
  ASSERT_TRUE(wait_until([&] { return desk.session->logged_on(); }));
  bool stopped = false;
  server->stop([&] { stopped = true; });
  EXPECT_TRUE(wait_until([&] { return stopped && !desk.session->logged_on(); }));
  EXPECT_NE(log_text.str().find("logged out"), std::string::npos);
  network.stop();
}

TEST_F(ServerTest, GoesOnWithItsNumbersAfterARestart) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "prorata_simulator_test";
  std::filesystem::remove_all(folder);
  Settings settings = server_settings();
  settings.store = folder / "store";
  std::filesystem::create_directories(folder);
  const auto session_log = SessionLog::open(folder, *log, clock);
  ASSERT_TRUE(session_log.has_value());
  Desk desk("DESK", messages, clock);
  int next_sender = 1;
  for (int run = 0; run < 2; ++run) {
    auto server = Server::start(io, settings, **session_log, *log, clock);
    ASSERT_TRUE(server.has_value()) << server.error().text();
    fix::Network network(io, messages);
    dial(network, desk, (*server)->port());
    ASSERT_TRUE(wait_until([&] { return desk.session->logged_on(); }));
    EXPECT_GT(desk.session->numbers().next_sender, next_sender);  // no reset: the exchange knew the number
    next_sender = desk.session->numbers().next_sender;
    network.stop();
    desk.session->disconnected();
  }
  std::stringstream raw;
  raw << std::ifstream(folder / "fix-messages.log").rdbuf();
  EXPECT_NE(raw.str().find("|35=A|34=2|"), std::string::npos) << raw.str();
  std::filesystem::remove_all(folder);
}

TEST_F(ServerTest, SaysThatThePortIsInUse) {
  const auto server = serve();
  Settings settings = server_settings();
  settings.comp_id = "SIM2";
  settings.listen.port = server->port();
  const auto second = Server::start(io, settings, messages, *log, clock);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().text().find(std::to_string(server->port())), std::string::npos) << second.error().text();
}

TEST_F(ServerTest, SaysWhichDictionaryIsMissing) {
  Settings settings = server_settings();
  settings.dictionary = "no/such.xml";
  const auto server = Server::start(io, settings, messages, *log, clock);
  ASSERT_FALSE(server.has_value());
  EXPECT_NE(server.error().text().find("no/such.xml"), std::string::npos);
}

}  // namespace
}  // namespace simulator
