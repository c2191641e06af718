#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// C++14, as stock_quickfix.cpp is.
namespace bench {

// Sends orders one after the other from a stock SocketInitiator to a stock SocketAcceptor on loopback, which answers
// each with one fill, and gives back how long each took in nanoseconds: from before the send to the initiator's
// fromApp. The first `warm_up` orders are not counted. Both sides keep a FileStore in `folder`, which must exist.
// ERRORS: throws std::runtime_error when the sides don't log on or a fill doesn't come.
std::vector<std::int64_t> stock_quickfix_round_trips(const std::string& folder, int warm_up, int count);

// The SocketAcceptor of the above, for as long as this lives: BROKER to DESK, on a free port of loopback.
class StockBroker {
 public:
  explicit StockBroker(const std::string& folder);
  ~StockBroker();
  StockBroker(const StockBroker&) = delete;
  StockBroker& operator=(const StockBroker&) = delete;
  int port() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace bench
