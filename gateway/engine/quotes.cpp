#include "gateway/engine/quotes.hpp"

#include <algorithm>

namespace gateway {

void Quotes::take(const core::SessionName& broker, const fix::MarketDataSnapshot& snapshot, core::Time now,
                  portfolio::Prices& prices) {
  Quote& quote = quotes_[{broker, snapshot.symbol}];
  quote = {};  // all that it does not say is not there
  for (const fix::MarketDataEntry& entry : snapshot.entries) take(quote, snapshot.symbol, entry, now, prices);
}

void Quotes::take(const core::SessionName& broker, const fix::MarketDataIncrement& increment, core::Time now,
                  portfolio::Prices& prices) {
  for (const fix::MarketDataEntry& entry : increment.entries) {
    if (entry.symbol.empty()) continue;
    take(quotes_[{broker, entry.symbol}], entry.symbol, entry, now, prices);
  }
}

void Quotes::take(Quote& quote, const core::Symbol& symbol, const fix::MarketDataEntry& entry, core::Time now,
                  portfolio::Prices& prices) {
  // A time that is still to come would hold against every later price.
  const core::Time time = std::min(entry.time.value_or(now), now);
  const bool is_gone = entry.action == fix::MarketDataAction::remove;
  const bool is_price = entry.price && entry.price->raw > 0;
  if (entry.type == fix::MarketDataEntryType::trade) {
    if (is_price && !is_gone) prices.set(symbol, {*entry.price, time, portfolio::PriceSource::broker});
    return;
  }
  const bool is_bid = entry.type == fix::MarketDataEntryType::bid;
  if (!is_bid && entry.type != fix::MarketDataEntryType::offer) return;
  std::optional<core::Price>& side = is_bid ? quote.bid : quote.offer;
  side = is_price && !is_gone ? entry.price : std::nullopt;
  set_middle(quote, symbol, time, prices);
}

void Quotes::set_middle(const Quote& quote, const core::Symbol& symbol, core::Time time, portfolio::Prices& prices) {
  if (!quote.bid || !quote.offer || *quote.bid > *quote.offer) return;
  const core::Price middle{quote.bid->raw + (quote.offer->raw - quote.bid->raw) / 2};
  prices.set(symbol, {middle, time, portfolio::PriceSource::broker});
}

}  // namespace gateway
