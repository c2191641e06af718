#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "fix/market_data.hpp"

namespace gateway {

// Which prices each broker has been asked for: all in one request. A broker refuses a request as a whole on account of
// one symbol and does not say which, so what it refuses is asked for again in halves, until single ones are left.
class PriceRequests {
 public:
  // Sends, and gives the MsgSeqNum(34). Error: the session is gone; its next logon asks for all.
  using Send = std::function<core::Result<int>(const fix::MarketDataRequest&)>;

  // At a logon; subscriptions ended with the session before.
  void begin(const core::SessionName& broker, std::vector<core::Symbol> symbols, const Send& send);
  // Instruments that came since. REQUIRES: begin() at this logon
  void add(const core::SessionName& broker, std::vector<core::Symbol> symbols, const Send& send);
  // The only symbol of a request that was refused, of which the broker has no price; "" when it goes on in halves, and
  // when nothing was asked.
  [[nodiscard]] core::Symbol refused(const core::SessionName& broker, const std::string& request_id, const Send& send);
  // Our messages `first` to `last` (0: to the newest) never came, and are not sent again.
  void missed(const core::SessionName& broker, int first, int last, const Send& send);

 private:
  struct Asked {
    int seq_num = 0;
    std::vector<core::Symbol> symbols;
  };
  struct Broker {
    std::map<std::string, Asked> requests;  // by MDReqID(262)
    int last_id = 0;
  };
  static void ask(Broker& broker, std::vector<core::Symbol> symbols, const Send& send);

  std::map<core::SessionName, Broker> brokers_;
};

}  // namespace gateway
