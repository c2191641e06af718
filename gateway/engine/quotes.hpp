#pragma once

#include <map>
#include <optional>
#include <utility>

#include "core/id.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "fix/market_data.hpp"
#include "portfolio/prices.hpp"

namespace gateway {

// What brokers say that instruments cost. The price of an instrument is that of its last trade, or the middle between
// bid and offer when those were told later. Kept in memory only: a proposal holds the prices that it was computed from.
class Quotes {
 public:
  // `now` where the message does not say when. Prices that changed go to `prices`; what is no price is left alone.
  void take(const core::SessionName& broker, const fix::MarketDataSnapshot& snapshot, core::Time now,
            portfolio::Prices& prices);
  void take(const core::SessionName& broker, const fix::MarketDataIncrement& increment, core::Time now,
            portfolio::Prices& prices);

 private:
  struct Quote {
    std::optional<core::Price> bid;
    std::optional<core::Price> offer;
  };
  static void take(Quote& quote, const core::Symbol& symbol, const fix::MarketDataEntry& entry, core::Time now,
                   portfolio::Prices& prices);
  static void set_middle(const Quote& quote, const core::Symbol& symbol, core::Time time, portfolio::Prices& prices);

  std::map<std::pair<core::SessionName, core::Symbol>, Quote> quotes_;
};

}  // namespace gateway
