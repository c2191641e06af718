#include "gateway/engine/terms.hpp"

#include "files/text.hpp"
#include "gateway/engine/state.hpp"

namespace gateway {

namespace {

// "187.42 or 187.43": the ticks on both sides, as far as they are above zero.
std::string nearest(core::Price price, core::Price tick) {
  const core::Price below{price.raw - price.raw % tick.raw};
  const core::Price above = below + tick;
  return below.raw > 0 ? below.text() + " or " + above.text() : above.text();
}

}  // namespace

std::optional<AgainstTerms> against_unit(core::Quantity quantity, const InstrumentAdded& instrument) {
  if (quantity.raw % instrument.unit.raw == 0) return std::nullopt;
  return AgainstTerms{"Quantity",
                      "is " + quantity.text() + ", not a whole number of units of " + instrument.unit.text()};
}

std::optional<AgainstTerms> against_terms(OrderRequest& request, const InstrumentAdded& instrument, core::Time now) {
  const std::string& symbol = instrument.symbol.text();
  if (request.security_type.empty()) request.security_type = instrument.security_type;
  if (request.exchange.empty()) request.exchange = instrument.exchange;
  if (!request.currency) request.currency = instrument.currency;
  if (request.security_type != instrument.security_type) {
    return AgainstTerms{"SecType", "is " + request.security_type + "; " + symbol + " is a " + instrument.security_type};
  }
  if (request.exchange != instrument.exchange) {
    return AgainstTerms{"Exchange", "is " + files::shown(request.exchange) + "; " + symbol + " trades at " +
                                        instrument.exchange + ": write that, or leave it empty"};
  }
  if (*request.currency != instrument.currency) {
    return AgainstTerms{"Currency",
                        "is " + request.currency->text() + "; " + symbol + " trades in " + instrument.currency.text()};
  }
  if (instrument_of(instrument).has_expired(now)) {
    return AgainstTerms{"Symbol", symbol + " was traded for the last time on " + instrument.last_trading_date +
                                      "; there are no new orders of it"};
  }
  if (request.limit && instrument.tick.raw > 0 && request.limit->raw % instrument.tick.raw != 0) {
    return AgainstTerms{"LmtPrice", "is " + request.limit->text() + ", not a whole number of ticks of " +
                                        instrument.tick.text() + "; the nearest are " +
                                        nearest(*request.limit, instrument.tick)};
  }
  return against_unit(request.quantity, instrument);
}

// FIX 4.4 volume 6, appendix 6-B.
std::string fix_security_type(std::string_view word) {
  switch (portfolio::parse_security_type(word).value_or(portfolio::SecurityType::stock)) {
    case portfolio::SecurityType::stock: return "CS";
    case portfolio::SecurityType::fund: return "MF";
    case portfolio::SecurityType::bond: return "CORP";
    case portfolio::SecurityType::option: return "OPT";
    case portfolio::SecurityType::future: return "FUT";
    case portfolio::SecurityType::forex: return "FOR";
  }
  return "CS";
}

}  // namespace gateway
