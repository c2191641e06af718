#include "simulator/session_log.hpp"
#include "tests/simulator/server_fixture.hpp"
#include "tests/simulator/tester.hpp"

// Clients of several versions, with settings of their own, at one port.
namespace simulator {
namespace {

using fix::Version;

class Clients : public ServerTest {
 protected:
  [[nodiscard]] static Settings with(std::vector<ClientSettings> clients) {
    Settings settings = server_settings();
    settings.clients = std::move(clients);
    return settings;
  }
  fix::NewOrderSingle buy(const std::string& id) const {
    auto order = simulator::order(id, core::Side::buy, 1'000, "AAPL");
    order.transact_time = clock.now();
    return order;
  }
};

TEST_F(Clients, OfThreeVersionsTradeSideBySide) {
  const auto server = serve(with({{.comp_id = "OLD", .version = Version::fix42},
                                  {.comp_id = "DESK"},
                                  {.comp_id = "NEW", .version = Version::fix50sp2, .exchange_comp_id = "SIM50"}}),
                            clock);
  Desk old_desk("OLD", messages, clock, Version::fix42);
  Desk desk("DESK", messages, clock);
  Desk new_desk("NEW", messages, clock, Version::fix50sp2, "SIM50");
  fix::Network network(io, messages);
  for (Desk* each : {&old_desk, &desk, &new_desk}) dial(network, *each, server->port());
  ASSERT_TRUE(wait_until(
      [&] { return old_desk.session->logged_on() && desk.session->logged_on() && new_desk.session->logged_on(); }));
  auto unknown = buy("B2");
  unknown.symbol = core::Symbol("TSLA");
  for (Desk* each : {&old_desk, &desk, &new_desk}) {
    ASSERT_TRUE(each->session->send(buy("B1")).has_value());
    ASSERT_TRUE(wait_until([&] { return is_over(*each); }));
    EXPECT_EQ(each->reports.front().exec_type, fix::ExecType::new_order);
    EXPECT_EQ(each->reports.back().exec_type, fix::ExecType::trade);
    EXPECT_EQ(each->reports.back().cumulative_quantity, units(1'000));
    ASSERT_TRUE(each->session->send(unknown).has_value());
    ASSERT_TRUE(wait_until([&] { return each->reports.back().reject_reason == 1; }));
    const fix::MarketDataRequest prices{
        .request_id = "M1", .entry_types = {fix::MarketDataEntryType::bid}, .symbols = {core::Symbol("AAPL")}};
    ASSERT_TRUE(each->session->send(prices).has_value());
    ASSERT_TRUE(wait_until([&] { return !each->snapshots.empty(); }));
  }
  network.stop();
}

TEST_F(Clients, AHundredTradeAtOnce) {
  constexpr int count = 100;
  const std::array versions{Version::fix42, Version::fix44, Version::fix50sp2};
  std::vector<ClientSettings> clients;
  std::vector<std::unique_ptr<Desk>> desks;
  for (int i = 0; i < count; ++i) {
    const Version version = versions[static_cast<std::size_t>(i) % versions.size()];
    clients.push_back({.comp_id = numbered('C', i), .version = version});
    desks.push_back(std::make_unique<Desk>(numbered('C', i), messages, clock, version));
  }
  const auto server = serve(with(clients), clock);
  fix::Network network(io, messages);
  for (const auto& desk : desks) dial(network, *desk, server->port());
  const auto all = [&](auto holds) {
    return wait_until(
        [&] { return std::all_of(desks.begin(), desks.end(), [&](const auto& desk) { return holds(*desk); }); });
  };
  ASSERT_TRUE(all([](const Desk& desk) { return desk.session->logged_on(); }));
  for (const auto& desk : desks) ASSERT_TRUE(desk->session->send(buy("B1")).has_value());
  EXPECT_TRUE(all([](const Desk& desk) { return is_over(desk); }));
  network.stop();
}

// One who asks for much and reads nothing.
TEST_F(Clients, NobodyWaitsForOneWhoDoesNotRead) {
  const auto server = serve(with({{.comp_id = "DESK"}, {.comp_id = "SLOW"}}), clock);
  Tester slow(io, server->port(), Version::fix44);
  slow.sender = "SLOW";
  slow.target = "SIM";
  slow.socket().set_option(boost::asio::socket_base::receive_buffer_size(4096));
  slow.log_on();
  Desk desk("DESK", messages, clock);
  fix::Network network(io, messages);
  dial(network, desk, server->port());
  ASSERT_TRUE(wait_until([&] { return desk.session->logged_on(); }));
  const std::string question = std::string(2000, 'x');
  int number = 2;
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < 40; ++j) slow.say("1 " + std::to_string(number++) + " 112=" + question + "|");
    io.poll();
  }
  ASSERT_TRUE(desk.session->send(buy("B1")).has_value());
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait_until([&] { return is_over(desk); }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  network.stop();
}

TEST_F(Clients, MayDemandAHeartbeat) {
  const auto server = serve(with({{.comp_id = "TW", .heartbeat_s = 10}}), clock);
  for (const auto& [heartbeat, answer] : {std::pair<std::string, std::string>{"30", "closed"}, {"10", "|35=A|"}}) {
    Tester tester(io, server->port(), Version::fix44);
    tester.target = "SIM";
    tester.say("A 1 98=0|108=" + heartbeat + "|");
    EXPECT_NE(tester.hear().find(answer), std::string::npos);
  }
}

TEST_F(Clients, MayStartTheNumbersWithEachLogon) {
  const auto server = serve(with({{.comp_id = "TW", .reset_on_logon = true}, {.comp_id = "KEEPS"}}), clock);
  for (int i = 0; i < 2; ++i) {
    Tester tester(io, server->port(), Version::fix44);
    tester.target = "SIM";
    tester.log_on();
    EXPECT_NE(tester.hear().find("|35=A|34=1|"), std::string::npos);
    tester.say("1 2 112=x|");
    EXPECT_NE(tester.hear().find("|35=0|34=2|"), std::string::npos);
    tester.say("5 3 ");
    EXPECT_NE(tester.hear().find("|35=5|34=3|"), std::string::npos);
    EXPECT_EQ(tester.hear(), "closed");
  }
}

TEST_F(Clients, WithAnyNameAreGuests) {
  Settings settings = with(
      {{.comp_id = std::string(anybody), .behaviour = Behaviour::echo, .reset_on_logon = true}, {.comp_id = "DESK"}});
  const auto server = serve(settings, clock);
  const std::string order = "11=A|21=1|38=5|40=1|54=1|55=X|60=20261124-10:00:00|5001=ours|";
  std::vector<std::unique_ptr<Tester>> guests;
  for (const auto& [sender, target] :
       {std::pair<std::string, std::string>{"TW", "ISLD"}, {"TW", "SIM"}, {"WHO", "ISLD"}, {"DESK", "ISLD"}}) {
    guests.push_back(std::make_unique<Tester>(io, server->port(), Version::fix44));
    guests.back()->sender = sender;
    guests.back()->target = target;
    guests.back()->log_on();
    EXPECT_NE(guests.back()->hear().find("|49=" + target + "|"), std::string::npos);
  }
  for (const auto& guest : guests) {
    guest->say("D 2 " + order);
    const std::string echo = guest->hear();
    EXPECT_NE(echo.find("|35=D|34=2|"), std::string::npos) << echo;
    EXPECT_NE(echo.find("|56=" + guest->sender + "|" + order), std::string::npos) << echo;
  }
  // A second one with the name of a guest, one whose name is none, and one of another version.
  Tester twin(io, server->port(), Version::fix44);
  twin.log_on();
  EXPECT_EQ(twin.hear(), "closed");
  Tester nameless(io, server->port(), Version::fix44);
  nameless.sender = std::string(65, 'x');
  nameless.log_on();
  EXPECT_EQ(nameless.hear(), "closed");
  Tester older(io, server->port(), Version::fix42);
  older.log_on();
  EXPECT_EQ(older.hear(), "closed");
}

TEST_F(Clients, WithoutADictionaryAreToldOfAtTheStart) {
  for (const std::string comp_id : {"TW", "*"}) {
    const auto settings = with({{.comp_id = comp_id, .behaviour = Behaviour::echo, .dictionary = "no/such/FIX44.xml"}});
    const auto server = Server::start(io, settings, messages, *log, clock);
    ASSERT_FALSE(server.has_value());
    EXPECT_NE(server.error().text().find("no/such/FIX44.xml"), std::string::npos) << server.error().text();
  }
}

// Echoes touch no market, and what is not echoed is answered.
TEST_F(Clients, ThatEchoHaveNoOrders) {
  const auto server = serve(with({{.comp_id = "TW", .behaviour = Behaviour::echo}}), clock);
  Tester tester(io, server->port(), Version::fix44);
  tester.target = "SIM";
  tester.log_on();
  EXPECT_NE(tester.hear().find("|35=A|"), std::string::npos);
  tester.say("F 2 11=B|41=A|38=5|54=1|55=X|60=20261124-10:00:00|");
  EXPECT_NE(tester.hear().find("|35=j|34=2|"), std::string::npos);
  tester.say("d 3 320=R|322=S|323=1|");
  EXPECT_NE(tester.hear().find("|35=d|34=3|"), std::string::npos);
  tester.say("V 4 262=M|263=0|264=0|267=1|269=0|146=1|55=AAPL|");
  EXPECT_NE(tester.hear().find("|35=j|34=4|"), std::string::npos);
}

}  // namespace
}  // namespace simulator
