#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// The other end of a session, as cheap as can be: one blocking socket, the Logon answered by hand, and fills that were
// written out before the clock starts, so that what is measured is the desk's side alone. One thread.
class RawBroker {
 public:
  RawBroker();  // listens on a free port of loopback
  ~RawBroker();
  RawBroker(const RawBroker&) = delete;
  RawBroker& operator=(const RawBroker&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Waits for a connection and its Logon(A), and answers it.
  void accept_logon();
  // Waits until `count` NewOrderSingle(D) have come; their ClOrdIDs(11).
  [[nodiscard]] std::vector<std::string> wait_for_orders(std::size_t count);
  // Writes all of it; waits while the other side does not read.
  void send(std::string_view bytes);

 private:
  std::string read_frame();

  int listener_ = -1;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  std::string buffer_;
};

// ExecutionReports(8), one after the other in `bytes`; report i ends at ends[i].
struct Fills {
  std::string bytes;
  std::vector<std::size_t> ends;
};

// `count` fills of 100 units, in turn over the orders, at prices that move; numbered from MsgSeqNum(34) = 2, after the
// Logon.
[[nodiscard]] Fills write_fills(const std::vector<std::string>& orders, std::size_t count, std::int64_t order_quantity);

}  // namespace bench
