#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "gateway/http/server.hpp"
#include "tests/gateway_http/fakes.hpp"

// The real server over loopback, with fakes behind it.
namespace gateway {

namespace json = boost::json;

// A connection that sends bytes as they are.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval at_most{20, 0};  // a test that waits in vain fails rather than hangs
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &at_most, sizeof at_most);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  // False when the other side has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish() { shutdown(socket_, SHUT_WR); }
  // So many, or fewer when the other side has closed.
  std::string read(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t at = 0;
    for (ssize_t got = 0; at < bytes && (got = recv(socket_, text.data() + at, bytes - at, 0)) > 0;) {
      at += static_cast<std::size_t>(got);
    }
    text.resize(at);
    return text;
  }
  std::string read_all() {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(socket_, buffer, sizeof buffer, 0)) > 0;) text.append(buffer, buffer + got);
    return text;
  }

 private:
  int socket_;
  bool connected_ = false;
};

struct Reply {
  int status = 0;
  std::string head;
  std::string body;
  [[nodiscard]] json::object object() const { return json::parse(body).as_object(); }
  [[nodiscard]] std::string first(std::string_view member) const {
    return std::string(object().at("errors").as_array().at(0).as_object().at(member).as_string());
  }
};

inline Reply split(const std::string& text) {
  Reply reply;
  const std::size_t end = text.find("\r\n\r\n");
  if (text.size() < 12 || end == std::string::npos) return reply;
  reply.status = std::stoi(text.substr(9, 3));
  reply.head = text.substr(0, end);
  reply.body = text.substr(end + 4);
  return reply;
}

constexpr const char* good_order =
    R"({"side":"BUY","quantity":"1000","symbol":"AAPL","model":"GROWTH","limit_price":"187.50"})";

class Http : public testing::Test {
 protected:
  explicit Http(int timeout_ms = 30'000, Access access = {}) {
    HttpSettings settings;
    settings.port = 0;
    settings.access = std::move(access);
    settings.request_timeout_ms = timeout_ms;
    auto started = HttpServer::start(settings, engine_, reads_, explain, jobs_);
    EXPECT_TRUE(started.has_value());
    server_ = *std::move(started);
  }

  // E/1 is one fill, TWICE are two, BAD cannot be read.
  static core::Result<Explanation> explain(const FillName& name) {
    const std::string& exec = name.exec.text();
    if (exec == "BAD") return core::fail("desk.db", "cannot be read: database disk image is malformed");
    const bool one = exec == "E/1" || (exec == "TWICE" && name.trade_date == "2026-11-20");
    if (one) return Explanation{{{}}, R"({"exec_id":"E/1","broker":")" + name.broker.text() + "\"}"};
    if (exec != "TWICE") return Explanation{};
    return Explanation{{{"SIM", "2026-11-21", "BUY 5 AAPL at 187.4, order P2"},
                        {"SIM", "2026-11-20", "BUY 4 AAPL at 187.5, order P1"}},
                       ""};
  }

  Reply raw(const std::string& bytes) {
    Client client(server_->port());
    client.send(bytes);
    return split(client.read_all());
  }
  Reply get(const std::string& target, const std::string& headers = "Host: 127.0.0.1\r\n", const char* verb = "GET") {
    return raw(std::string(verb) + " " + target + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
  }
  Reply post(const std::string& target, const std::string& body, const std::string& headers) {
    return raw("POST " + target + " HTTP/1.1\r\nConnection: close\r\nHost: localhost:9780\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  Reply post_json(const std::string& target, const std::string& body) {
    return post(target, body, "Content-Type: application/json; charset=utf-8\r\nIdempotency-Key: k1\r\n");
  }
  Reply post_csv(const std::string& target, const std::string& body) {
    return post(target, body, "Content-Type: text/csv\r\nIdempotency-Key: k1\r\nProrata-User: ann\r\n");
  }

  FakeEngine engine_;
  FakeDatabase database_;
  FakeReads reads_{database_};
  FakeWork work_;
  Jobs jobs_{[this](const Task& task, const Progress& progress) { return work_(task, progress); }};
  std::unique_ptr<HttpServer> server_;
};

}  // namespace gateway
