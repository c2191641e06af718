#include <filesystem>
#include <fstream>

#include "simulator/session_log.hpp"
#include "tests/simulator/server_fixture.hpp"

namespace simulator {
namespace {

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
