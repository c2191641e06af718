#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <charconv>
#include <csignal>

#include "core/check.hpp"
#include "fuzz/harness.hpp"
#include "gateway/http/server.hpp"

// Bytes on a connection to the real HTTP server, over loopback; what stands behind it answers at once. Whatever came,
// all that is sent back are whole answers with JSON, none of them 500, the connection ends, and the next one is served.
namespace fuzz {

namespace {

using gateway::Rows;

struct Port final : gateway::CommandPort {
  void submit(gateway::EnterOrders command, std::function<void(gateway::Answer)> done) override {
    gateway::Answer answer;
    for (std::size_t i = 0; i < command.orders.size(); ++i) answer.orders.emplace_back("P" + std::to_string(i));
    done(std::move(answer));
  }
  void submit(gateway::CancelOrder command, std::function<void(gateway::Answer)> done) override {
    done({.refusals = {}, .previews = {}, .orders = {command.order}});
  }
  void submit(gateway::SettleBreak, std::function<void(gateway::Answer)> done) override {
    done({.refusals = {{gateway::RefusalCode::unknown_break, "1", "there is none"}}, .previews = {}, .orders = {}});
  }
  void submit(gateway::DeskCommand, std::function<void(gateway::Answer)> done) override { done({}); }
  void look(gateway::ViewRequest, std::function<void(gateway::Viewed)> done) override { done({}); }
  void status(std::function<void(gateway::DeskStatus)> done) override { done({}); }
};

struct OneRow final : gateway::ReadModel {
  core::Result<Rows> orders(const gateway::OrderFilter&) override { return row(); }
  core::Result<Rows> order(const core::OrderId&) override { return row(); }
  core::Result<Rows> fills(const core::OrderId&) override { return row(); }
  core::Result<Rows> parts(const core::OrderId&) override { return row(); }
  core::Result<Rows> trade_log(std::int64_t, int) override { return row(); }
  core::Result<Rows> table(const gateway::TableQuery&) override { return row(); }
  core::Result<std::vector<gateway::Change>> changes(std::int64_t, int) override {
    return std::vector<gateway::Change>{{1, "2026", "order_entered", "{}"}};
  }
  core::Result<std::int64_t> last_change() override { return 1; }
  core::Result<gateway::DeskNow> now() override { return gateway::DeskNow{1, 1, *row(), *row(), *row()}; }
  static core::Result<Rows> row() { return Rows{{"a"}, {{"b"}}}; }
};

// Reads, on the server's own thread.
struct ReadsHere final : gateway::Reads {
  bool post(Work work) override {
    OneRow model;
    work(model);
    return true;
  }
};

class Server {
 public:
  Server() {
    sigset_t ticks;
    sigemptyset(&ticks);
    sigaddset(&ticks, SIGALRM);
    auto started = gateway::HttpServer::start(
        {.port = 0, .request_timeout_ms = 5'000}, port_, reads_,
        [](const gateway::FillName&) { return gateway::Explanation{}; }, jobs_);
    CHECK(started.has_value());
    server_ = *std::move(started);
    // libFuzzer's clock, which would interrupt our calls; the server's thread takes it.
    (void)pthread_sigmask(SIG_BLOCK, &ticks, nullptr);
  }

  // What it sends back until it has closed the connection; nobody sends it more than these bytes.
  [[nodiscard]] std::string answers(std::string_view bytes) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    CHECK(socket >= 0);
    // Closed by a reset, so that thousands of connections a second do not use up the ports.
    const linger at_once{1, 0};
    (void)::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    const timeval patience{10, 0};
    (void)::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;  // it has heard enough
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    (void)::shutdown(socket, SHUT_WR);
    std::string all;
    std::array<char, 16384> buffer{};
    ssize_t got = 0;
    while ((got = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0) all.append(buffer.data(), buffer.data() + got);
    CHECK(got == 0);  // closed, not torn away, and in time
    ::close(socket);
    return all;
  }

 private:
  Port port_;
  ReadsHere reads_;
  gateway::Jobs jobs_{[](const gateway::Task&, const gateway::Progress&) { return std::string("{}"); }};
  std::unique_ptr<gateway::HttpServer> server_;
};

// Cuts one answer off; returns its status.
int take_answer(std::string_view& rest) {
  CHECK(rest.starts_with("HTTP/1.1 ") || rest.starts_with("HTTP/1.0 "));
  int status = 0;
  std::from_chars(rest.data() + 9, rest.data() + std::min<std::size_t>(rest.size(), 12), status);
  const std::size_t end = rest.find("\r\n\r\n");
  CHECK(end != std::string_view::npos);
  const std::string_view head = rest.substr(0, end);
  rest.remove_prefix(end + 4);
  if (status == 100) return status;
  CHECK((status >= 200 && status < 500) || status == 503);
  constexpr std::string_view name = "\r\nContent-Length: ";
  const std::size_t at = head.find(name);
  CHECK(at != std::string_view::npos);
  std::size_t length = 0;
  std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
  CHECK(length <= rest.size());
  boost::system::error_code failed;
  if (length > 0) (void)boost::json::parse(boost::json::string_view(rest.data(), length), failed);
  CHECK(!failed);
  rest.remove_prefix(length);
  return status;
}

}  // namespace

int http_wire(const std::uint8_t* data, std::size_t size) {
  static const Server server;
  const std::string answers = server.answers(as_text(data, size));
  for (std::string_view rest = answers; !rest.empty();) (void)take_answer(rest);
  const std::string health = server.answers("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  std::string_view rest = health;
  CHECK(take_answer(rest) == 200 && rest.empty());
  return 0;
}

}  // namespace fuzz
