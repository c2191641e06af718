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
  if (request.side == core::Side::sell_short && !instrument.is_shortable) {
    return AgainstTerms{"Action", "is " + std::string(core::text(request.side)) + "; " + symbol +
                                      " cannot be sold short: its Shortable is not yes"};
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
std::vector<AgainstTerms> contradictions(const InstrumentAdded& added, bool is_multiplier_given) {
  using enum portfolio::SecurityType;
  std::vector<AgainstTerms> found;
  if (added.unit.raw > 0 && added.round_lot.raw % added.unit.raw != 0) {
    found.push_back({"RoundLot", "is not a whole number of units of " + added.unit.text()});
  }
  if (added.reference && added.tick.raw > 0 && added.reference->raw % added.tick.raw != 0) {
    found.push_back({"ReferencePrice", "is not a whole number of ticks of " + added.tick.text()});
  }
  const auto type = portfolio::parse_security_type(added.security_type);
  if (!type) {
    found.push_back({"SecType", type.error().message});
    return found;
  }
  const bool has_multiplier = *type == option || *type == future;
  if (has_multiplier && !is_multiplier_given) {
    found.push_back({"Multiplier", "is empty; options and futures have one, such as 100"});
  } else if (is_multiplier_given && !has_multiplier) {
    found.push_back({"Multiplier", "is for options and futures (OPT, FUT); leave it empty"});
  }
  if (*type != forex) return found;
  const std::string& pair = added.symbol.text();
  const bool is_pair = pair.size() == 7 && pair[3] == '.' && core::Currency::parse(pair.substr(0, 3)) &&
                       core::Currency::parse(pair.substr(4)) && pair.substr(0, 3) != pair.substr(4);
  if (!is_pair) {
    found.push_back({"Symbol", "'" + files::shown(pair) + "' is not a pair of two currencies, such as EUR.USD"});
  } else if (pair.substr(4) != added.currency.text()) {
    found.push_back({"Currency", "is " + added.currency.text() + "; " + pair + " is paid in " + pair.substr(4)});
  }
  return found;
}

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

std::string difference(const InstrumentAdded& was, const InstrumentAdded& is) {
  std::string text;
  const auto compare = [&](const char* what, const std::string& before, const std::string& after) {
    if (before != after) text += (text.empty() ? "" : ", ") + std::string(what) + " " + before + " to " + after;
  };
  compare("SecType", was.security_type, is.security_type);
  compare("Exchange", was.exchange, is.exchange);
  compare("Currency", was.currency.text(), is.currency.text());
  compare("Unit", was.unit.text(), is.unit.text());
  compare("RoundLot", was.round_lot.text(), is.round_lot.text());
  compare("Tick", was.tick.text(), is.tick.text());
  compare("Multiplier", was.multiplier.text(), is.multiplier.text());
  compare("Shortable", was.is_shortable ? "yes" : "no", is.is_shortable ? "yes" : "no");
  compare("LastTradingDate", was.last_trading_date, is.last_trading_date);
  compare("ReferencePrice", was.reference ? was.reference->text(2) : "", is.reference ? is.reference->text(2) : "");
  compare("ReferenceDate", was.reference_date, is.reference_date);
  return text;
}

}  // namespace gateway
