#include "simulator/control/control_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <future>

#include "tests/simulator/server_fixture.hpp"
#include "web/client.hpp"

// The control over real sockets, of an exchange that a client has dialled.
namespace simulator {
namespace {

namespace json = boost::json;

class ControlServerTest : public ServerTest {
 protected:
  static Settings settings_with_control() {
    Settings settings = server_settings();
    settings.control = files::Address{"127.0.0.1", 0};
    return settings;
  }
  // Asks from a thread of its own, because this one runs the server.
  tl::expected<web::Response, web::Unanswered> ask(const Server& server, web::Request request) {
    auto asked = std::async(std::launch::async, [port = server.control_port(), request = std::move(request)] {
      return web::ask("127.0.0.1", port, request);
    });
    const auto is_there = [&] { return asked.wait_for(std::chrono::milliseconds(0)) == std::future_status::ready; };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_there() && std::chrono::steady_clock::now() < deadline) io.run_one_for(std::chrono::milliseconds(20));
    return asked.get();
  }
  tl::expected<web::Response, web::Unanswered> post(const Server& server, const std::string& target,
                                                    const std::string& body) {
    return ask(server,
               {.method = "POST", .target = target, .headers = {{"Content-Type", "application/json"}}, .body = body});
  }
};

TEST_F(ControlServerTest, ATesterSeesAnOrderFillsItAndDropsTheSession) {
  Desk desk("DESK", messages, clock);
  const auto server = serve(settings_with_control(), clock);
  fix::Network network(io, messages);
  dial(network, desk, server->port());
  ASSERT_TRUE(wait_until([&] { return desk.session->logged_on(); }));
  auto buy = order("B1", core::Side::buy, 200, "AAPL", "150.00");
  buy.transact_time = clock.now();
  ASSERT_TRUE(desk.session->send(buy).has_value());
  ASSERT_TRUE(wait_until([&] { return !desk.reports.empty(); }));

  const auto orders = ask(*server, {.method = "GET", .target = "/orders"});
  ASSERT_TRUE(orders.has_value()) << orders.error().reason;
  const json::value list = json::parse(orders->body);
  ASSERT_EQ(list.at("orders").as_array().size(), 1U);
  const std::string id(list.at("orders").at(0).at("order_id").as_string());
  EXPECT_EQ(id, desk.reports.front().order_id);

  const auto filled = post(*server, "/orders/" + id + "/act", R"({"do":"fill","quantity":"80","price":"149.5"})");
  ASSERT_TRUE(filled.has_value() && filled->status == 200) << filled->body;
  ASSERT_TRUE(wait_until([&] { return desk.reports.size() == 2; }));
  EXPECT_EQ(desk.reports.back().last_quantity, units(80));
  EXPECT_EQ(desk.reports.back().leaves_quantity, units(120));

  const auto dropped = post(*server, "/sessions/DESK/act", R"({"do":"disconnect"})");
  ASSERT_TRUE(dropped.has_value() && dropped->status == 200) << dropped->body;
  EXPECT_TRUE(wait_until([&] { return !desk.session->logged_on(); }));
  EXPECT_TRUE(wait_until([&] { return desk.session->logged_on(); }));  // it dials again
  network.stop();
}

TEST_F(ControlServerTest, RefusesWhatIsTooLongOrNoHttp) {
  const auto server = serve(settings_with_control(), clock);
  const auto longer = post(*server, "/time", std::string(max_control_body_bytes + 1, ' '));
  ASSERT_TRUE(longer.has_value()) << longer.error().reason;
  EXPECT_EQ(longer->status, 413);
  web::Request wide{.method = "GET", .target = "/orders", .headers = {{"X-Wide", std::string(20'000, 'x')}}};
  const auto header = ask(*server, wide);
  ASSERT_TRUE(header.has_value()) << header.error().reason;
  EXPECT_EQ(header->status, 431);
  const auto malformed = post(*server, "/time", "{");
  ASSERT_TRUE(malformed.has_value()) << malformed.error().reason;
  EXPECT_EQ(malformed->status, 400);
  EXPECT_EQ(malformed->content_type, "application/problem+json");
}

TEST_F(ControlServerTest, IsOnlyThereWhenTheSettingsHaveIt) {
  EXPECT_EQ(serve()->control_port(), 0);
  const auto with = serve(settings_with_control(), clock);
  Settings same = settings_with_control();
  same.clients = {{.comp_id = "OTHER"}};
  same.control->port = with->control_port();
  const auto second = Server::start(io, same, messages, *log, clock);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().text().find("is in use already"), std::string::npos) << second.error().text();
  same.control = files::Address{"0.0.0.0", 0};
  const auto open = Server::start(io, same, messages, *log, clock);
  ASSERT_FALSE(open.has_value());
  EXPECT_NE(open.error().text().find("is no address of this machine"), std::string::npos) << open.error().text();
}

TEST_F(ControlServerTest, IsGoneWithItsServer) {
  auto server = serve(settings_with_control(), clock);
  const std::uint16_t port = server->control_port();
  boost::asio::ip::tcp::socket idle(io);
  idle.connect({boost::asio::ip::address_v4::loopback(), port});
  io.run_for(std::chrono::milliseconds(20));
  server.reset();
  io.restart();
  io.run_for(std::chrono::milliseconds(50));  // what was waiting ends, and touches nothing
  EXPECT_FALSE(web::ask("127.0.0.1", port, {.method = "GET", .target = "/orders"}).has_value());
}

}  // namespace
}  // namespace simulator
