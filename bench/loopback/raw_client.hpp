#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// A client of bytes on one socket. Throws std::system_error when the connection breaks.
class RawClient {
 public:
  // Connects to a port of loopback, logs on as `comp_id` to `target` with both numbers at 1, and waits for the answer.
  RawClient(int port, std::string comp_id, std::string target);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] int socket() const { return socket_; }
  // A buy order that rests, appended to `out`: far below any market.
  void append_order(std::string& out, std::string_view cl_ord_id);
  void append_test_request(std::string& out, std::string_view id);
  void send(std::string_view bytes) const;  // all of it; waits while the other side does not read
  // What has come; waits for something when `waits`. False: nothing.
  [[nodiscard]] bool receive(std::string& frame, bool waits);

 private:
  [[nodiscard]] std::string head(std::string_view type);

  int socket_ = -1;
  std::string comp_id_;
  std::string target_;
  std::string time_;
  int next_ = 1;  // MsgSeqNum(34)
  std::string received_;
};

}  // namespace bench
