#pragma once

#include <map>
#include <string>
#include <vector>

#include "simulator/exchange.hpp"

namespace simulator {

// Who is told the prices of what (FIX 4.4 volume 3, market data): MarketDataRequest(V) in, snapshots (W), increments
// (X) and rejects (Y) out. A subscription ends with its session. Nothing of it changes the market. One thread.
class MarketData {
 public:
  // The answer to a request: a snapshot for each symbol, or one reject, and from then on updates() if that was asked
  // for.
  [[nodiscard]] std::vector<fix::Message> request(const std::string& client, const fix::MarketDataRequest& request,
                                                  const Exchange& exchange);
  // What changed since each subscriber was told last.
  [[nodiscard]] std::vector<std::pair<std::string, fix::Message>> updates(const Exchange& exchange);
  void forget(const std::string& client) { subscriptions_.erase(client); }

 private:
  struct Subscription {
    fix::MarketDataRequest request;
    std::map<core::Symbol, Picture> told;
  };
  std::map<std::string, std::map<std::string, Subscription>> subscriptions_;  // by client and MDReqID(262)
};

}  // namespace simulator
