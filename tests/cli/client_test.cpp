#include "cli/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <future>

namespace cli {
namespace {

TEST(HttpClient, TakesOnlyAddressesOfGateways) {
  for (const char* url : {"http://127.0.0.1:9780", "http://localhost", "http://[::1]:9780/"}) {
    EXPECT_TRUE(HttpClient::to(url).has_value()) << url;
  }
  for (const char* url : {"", "ftp://localhost", "http://", "http://h/x", "http://h?x", "ftp://h"}) {
    EXPECT_FALSE(HttpClient::to(url).has_value()) << url;
  }
}

TEST(HttpClient, TellsTheWayOutWhenNobodyAnswers) {
  auto client = HttpClient::to("http://127.0.0.1:1");
  ASSERT_TRUE(client.has_value());
  const auto reply = client->ask({.method = "GET", .target = "/health", .body = {}, .headers = {}});
  ASSERT_FALSE(reply.has_value());
  EXPECT_NE(reply.error().error.text().find("Start prorata-gateway"), std::string::npos);
  EXPECT_FALSE(reply.error().was_sent);
}

TEST(HttpClient, TellsAGatewayThatWentAwayInPlainWords) {
  using boost::asio::ip::tcp;
  boost::asio::io_context context;
  tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  auto client = HttpClient::to("http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()));
  ASSERT_TRUE(client.has_value());
  const auto hang_up = std::async(std::launch::async, [&] { acceptor.accept().close(); });
  const auto reply = client->ask({.method = "GET", .target = "/health", .body = {}, .headers = {}});
  ASSERT_FALSE(reply.has_value());
  EXPECT_NE(reply.error().error.text().find("went away before it answered"), std::string::npos);
  EXPECT_TRUE(reply.error().was_sent);
  EXPECT_EQ(reply.error().error.text().find("boost"), std::string::npos) << reply.error().error.text();
}

}  // namespace
}  // namespace cli
