#include "bench/loopback/raw_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "bench/support/raw_fix.hpp"

namespace bench {

namespace {

[[noreturn]] void fail(const char* doing) { throw std::system_error(errno, std::generic_category(), doing); }

}  // namespace

RawClient::RawClient(int port, std::string comp_id, std::string target)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      comp_id_(std::move(comp_id)),
      target_(std::move(target)),
      time_(sending_time()) {
  if (socket_ < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  std::string logon;
  append_message(logon, head("A") + "98=0|108=60|141=Y|");
  send(logon);
  std::string answer;
  if (!receive(answer, true) || field(answer, "35") != "A") throw std::runtime_error("no Logon: " + answer);
}

RawClient::~RawClient() {
  if (socket_ >= 0) close(socket_);
}

std::string RawClient::head(std::string_view type) {
  return fmt::format("35={}|49={}|56={}|34={}|52={}|", type, comp_id_, target_, next_++, time_);
}

void RawClient::append_order(std::string& out, std::string_view cl_ord_id) {
  append_message(out,
                 head("D") + fmt::format("11={}|21=1|38=100|40=2|44=10.00|54=1|55=AAPL|59=0|60={}|", cl_ord_id, time_));
}

void RawClient::append_test_request(std::string& out, std::string_view id) {
  append_message(out, head("1") + fmt::format("112={}|", id));
}

void RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawClient::receive(std::string& frame, bool waits) {
  while (!take_frame(received_, frame)) {
    std::array<char, 65536> chunk{};
    const ssize_t got = recv(socket_, chunk.data(), chunk.size(), waits ? 0 : MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (got <= 0) fail("receive");
    received_.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace bench
