#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "simulator/exchange.hpp"

namespace simulator {

inline constexpr std::size_t securities_in_a_message = 250;
inline constexpr const char* trading_session = "Day";  // the only TradingSessionID(336)

// Who is told what is traded, and whether it is just now (FIX 4.4 volume 3): SecurityListRequest(x),
// SecurityStatusRequest(e) and TradingSessionStatusRequest(g) in; SecurityList(y), SecurityStatus(f) and
// TradingSessionStatus(h) out. A subscription ends with its session. Nothing of it changes the market. One thread.
class Listings {
 public:
  [[nodiscard]] static std::vector<fix::Message> request(const fix::SecurityListRequest& request,
                                                         const Exchange& exchange);
  // The status now and, if that was asked for, whatever updates() finds from then on.
  [[nodiscard]] std::vector<fix::Message> request(const std::string& client, const fix::SecurityStatusRequest& request,
                                                  const Exchange& exchange, core::Time now);
  [[nodiscard]] std::vector<fix::Message> request(const std::string& client,
                                                  const fix::TradingSessionStatusRequest& request,
                                                  const Exchange& exchange);
  // What changed since each subscriber was told last.
  [[nodiscard]] std::vector<std::pair<std::string, fix::Message>> updates(const Exchange& exchange, core::Time now);
  void forget(const std::string& client);

 private:
  using Key = std::pair<std::string, std::string>;  // client, request id
  std::map<Key, fix::SecurityStatus> securities_;   // as they were told
  std::map<Key, fix::TradingSessionStatus> sessions_;
};

}  // namespace simulator
