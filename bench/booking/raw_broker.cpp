#include "bench/booking/raw_broker.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "bench/support/raw_fix.hpp"

namespace bench {
namespace {

[[noreturn]] void fail(const char* doing) { throw std::system_error(errno, std::generic_category(), doing); }

}  // namespace

RawBroker::RawBroker() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (listener_ < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, raw, size) != 0 || listen(listener_, 1) != 0 || getsockname(listener_, raw, &size) != 0) {
    fail("listen on loopback");
  }
  port_ = ntohs(address.sin_port);
}

RawBroker::~RawBroker() {
  if (connection_ >= 0) close(connection_);
  close(listener_);
}

void RawBroker::accept_logon() {
  connection_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection_ < 0) fail("accept");
  const int on = 1;
  setsockopt(connection_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (field(read_frame(), "35") != "A") {
  }
  std::string logon;
  append_message(logon, "35=A|49=BROKER|56=DESK|34=1|52=" + sending_time() + "|98=0|108=60|");
  send(logon);
}

std::vector<std::string> RawBroker::wait_for_orders(std::size_t count) {
  std::vector<std::string> orders;
  while (orders.size() < count) {
    const std::string frame = read_frame();
    if (field(frame, "35") == "D") orders.push_back(field(frame, "11"));
  }
  return orders;
}

void RawBroker::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string RawBroker::read_frame() {
  std::string frame;
  while (!take_frame(buffer_, frame)) {
    std::array<char, 4096> chunk{};
    const ssize_t got = recv(connection_, chunk.data(), chunk.size(), 0);
    if (got <= 0) fail("receive");
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return frame;
}

Fills write_fills(const std::vector<std::string>& orders, std::size_t count, std::int64_t order_quantity) {
  constexpr std::int64_t fill = 100;
  const std::string time = sending_time();
  Fills fills;
  fills.bytes.reserve(count * 300);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t order = i % orders.size();
    const std::int64_t cumulative = fill * static_cast<std::int64_t>(i / orders.size() + 1);
    append_message(
        fills.bytes,
        fmt::format("35=8|49=BROKER|56=DESK|34={}|52={}|37=O{}|17=E{}|11={}|150=F|39=1|55=AAPL|54=1|38={}|32={}|"
                    "31=187.{:02}|151={}|14={}|6=187.25|60={}|12=0.35|13=3|30=XNAS|",
                    i + 2, time, order + 1, i + 1, orders[order], order_quantity, fill, i % 50,
                    order_quantity - cumulative, cumulative, time));
    fills.ends.push_back(fills.bytes.size());
  }
  return fills;
}

}  // namespace bench
