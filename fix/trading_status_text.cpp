#include "fix/trading_status_text.hpp"

#include "fix/reader.hpp"
#include "fix/writer.hpp"

namespace fix {
namespace {

constexpr std::size_t max_securities = 2'000;  // more do not fit a frame
constexpr int highest_fix42_status = 20;       // SecurityTradingStatus(326)

MarketDataSubscription subscription_in(Reader& in) {
  const char code = in.character(field::subscription_request_type);
  if (code < '0' || code > '2') {
    in.refuse(
        field::subscription_request_type,
        std::string("'") + code + "' is not known here; known are 0 (once), 1 (and updates), 2 (no more updates)");
  }
  return static_cast<MarketDataSubscription>(code);
}

}  // namespace

core::Result<FIX::Message> write(const SecurityListRequest& request, Version) {
  Writer out("x");
  out.required(field::security_req_id, request.request_id);
  out.character(field::security_list_request_type, static_cast<char>(request.scope));
  if (request.scope == SecurityListScope::symbol) out.required(field::symbol, request.symbol.text());
  return out.take();
}

core::Result<FIX::Message> write(const SecurityList& list, Version version) {
  Writer out("y");
  out.required(field::security_req_id, list.request_id);
  out.required(field::security_response_id, list.response_id);
  out.number(field::security_request_result, list.result);
  out.number(field::tot_no_related_sym, list.total);
  if (!list.is_last) out.character(field::last_fragment, 'N');
  if (list.securities.empty()) return out.take();
  out.group(field::no_related_sym, field::symbol, list.securities,
            [version](FieldWriter& entry, const ListedSecurity& security) {
              entry.required(field::symbol, security.symbol.text());
              entry.optional(field::security_type, security.security_type);
              entry.optional(field::security_exchange, security.exchange);
              if (security.tick && version == Version::fix50sp2) {
                entry.decimal(field::min_price_increment, *security.tick);
              }
              entry.currency(security.currency);
              if (security.lot) entry.decimal(field::round_lot, *security.lot);
              entry.optional(field::msg_text, security.text);
            });
  return out.take();
}

core::Result<FIX::Message> write(const SecurityStatusRequest& request, Version) {
  Writer out("e");
  out.required(field::security_status_req_id, request.request_id);
  out.required(field::symbol, request.symbol.text());
  out.character(field::subscription_request_type, static_cast<char>(request.subscription));
  return out.take();
}

core::Result<FIX::Message> write(const SecurityStatus& status, Version version) {
  Writer out("f");
  out.optional(field::security_status_req_id, status.request_id);
  out.required(field::symbol, status.symbol.text());
  const int code = static_cast<int>(status.status);
  const bool is_unknown = version == Version::fix42 && code > highest_fix42_status;
  out.number(field::security_trading_status,
             is_unknown ? static_cast<int>(SecurityTradingStatus::not_available) : code);
  if (status.transact_time) out.time(field::transact_time, *status.transact_time);
  if (version != Version::fix42) out.optional(field::msg_text, status.text);
  return out.take();
}

core::Result<FIX::Message> write(const TradingSessionStatusRequest& request, Version) {
  Writer out("g");
  out.required(field::trad_ses_req_id, request.request_id);
  out.optional(field::trading_session_id, request.trading_session_id);
  out.character(field::subscription_request_type, static_cast<char>(request.subscription));
  return out.take();
}

core::Result<FIX::Message> write(const TradingSessionStatus& status, Version version) {
  Writer out("h");
  out.optional(field::trad_ses_req_id, status.request_id);
  out.required(field::trading_session_id, status.trading_session_id);
  const bool is_unknown = version == Version::fix42 && status.status == TradSesStatus::rejected;
  out.number(field::trad_ses_status, static_cast<int>(is_unknown ? TradSesStatus::unknown : status.status));
  if (version != Version::fix42) out.number(field::trad_ses_status_rej_reason, status.reject_reason);
  out.optional(field::msg_text, status.text);
  return out.take();
}

core::Result<Message> read_security_list_request(const FIX::Message& message) {
  Reader in(message);
  SecurityListRequest request;
  request.request_id = in.required(field::security_req_id);
  const char scope = in.character(field::security_list_request_type);
  request.scope = static_cast<SecurityListScope>(scope);
  if (request.scope == SecurityListScope::symbol) {
    request.symbol = core::Symbol(in.required(field::symbol));
  } else if (request.scope != SecurityListScope::all) {
    in.refuse(field::security_list_request_type,
              std::string("'") + scope + "' is not done here; known are 0 (a symbol), 4 (all securities)");
  }
  return in.done(std::move(request));
}

core::Result<Message> read_security_list(const FIX::Message& message, Version version) {
  Reader in(message);
  SecurityList list;
  list.request_id = in.required(field::security_req_id);
  list.response_id = in.required(field::security_response_id);
  list.result = in.number(field::security_request_result);
  list.total = in.optional_number(field::tot_no_related_sym);
  list.is_last = in.optional(field::last_fragment) != "N";
  if (!in.has(field::no_related_sym)) return in.done(std::move(list));
  list.securities = in.group<ListedSecurity>(field::no_related_sym, max_securities, [version](Reader& entry) {
    ListedSecurity security;
    security.symbol = core::Symbol(entry.required(field::symbol));
    security.security_type = entry.optional(field::security_type);
    security.exchange = entry.optional(field::security_exchange);
    security.currency = entry.currency();
    security.lot = entry.optional_decimal<core::Quantity>(field::round_lot);
    if (version == Version::fix50sp2) {
      security.tick = entry.optional_decimal<core::Price>(field::min_price_increment);
    }
    security.text = entry.remark();
    return security;
  });
  return in.done(std::move(list));
}

core::Result<Message> read_security_status_request(const FIX::Message& message) {
  Reader in(message);
  SecurityStatusRequest request;
  request.request_id = in.required(field::security_status_req_id);
  request.symbol = core::Symbol(in.required(field::symbol));
  request.subscription = subscription_in(in);
  return in.done(std::move(request));
}

core::Result<Message> read_security_status(const FIX::Message& message) {
  Reader in(message);
  SecurityStatus status;
  status.request_id = in.optional(field::security_status_req_id);
  status.symbol = core::Symbol(in.required(field::symbol));
  const std::optional<int> code = in.optional_number(field::security_trading_status);
  if (code) status.status = static_cast<SecurityTradingStatus>(*code);
  status.transact_time = in.optional_time(field::transact_time);
  status.text = in.remark();
  return in.done(std::move(status));
}

core::Result<Message> read_trading_session_request(const FIX::Message& message) {
  Reader in(message);
  TradingSessionStatusRequest request;
  request.request_id = in.required(field::trad_ses_req_id);
  request.trading_session_id = in.optional(field::trading_session_id);
  request.subscription = subscription_in(in);
  return in.done(std::move(request));
}

core::Result<Message> read_trading_session(const FIX::Message& message) {
  Reader in(message);
  TradingSessionStatus status;
  status.request_id = in.optional(field::trad_ses_req_id);
  status.trading_session_id = in.required(field::trading_session_id);
  status.status = static_cast<TradSesStatus>(in.number(field::trad_ses_status));
  status.reject_reason = in.optional_number(field::trad_ses_status_rej_reason);
  status.text = in.remark();
  return in.done(std::move(status));
}

}  // namespace fix
