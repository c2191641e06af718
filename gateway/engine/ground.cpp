#include "gateway/engine/ground.hpp"

#include <string>

#include "gateway/engine/commitments.hpp"

namespace gateway {

namespace {

portfolio::Prices latest(const State& state, const portfolio::Prices& live) {
  portfolio::Prices prices = state.prices();
  for (const auto& [symbol, price] : live.all()) prices.set(symbol, price);
  return prices;
}

// A currency pair is an instrument of its own: EUR.USD, which trades in USD, says what a EUR costs.
portfolio::Rates rates_of(const State& state, const portfolio::Prices& prices) {
  portfolio::Rates rates;
  for (const auto& [symbol, price] : prices.all()) {
    const auto found = state.instruments().find(symbol);
    if (found == state.instruments().end() || found->second.type != portfolio::SecurityType::forex) continue;
    const core::Result<core::Currency> from = core::Currency::parse(symbol.text().substr(0, 3));
    const core::Currency to = found->second.currency;
    if (from && *from != to && price.price.raw > 0) rates.set(*from, to, price);
  }
  return rates;
}

}  // namespace

Ground::Ground(const State& state, const portfolio::Prices& live, const ModelRules& rules, core::Time now)
    : prices_(latest(state, live)),
      rates_(rates_of(state, prices_)),
      working_(Commitments::working(state)),
      desk_{state.book(), state.models(), state.instruments(), prices_, rates_,
            working_,     rules.fees,     rules.rules,         now} {}

}  // namespace gateway
