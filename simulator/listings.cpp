#include "simulator/listings.hpp"

#include <algorithm>

namespace simulator {

namespace {

constexpr int nothing_found = 2;    // SecurityRequestResult(560)
constexpr int unknown_session = 1;  // TradSesStatusRejReason(567)
using Subscription = fix::MarketDataSubscription;

fix::ListedSecurity listed(const SymbolSettings& symbol) {
  return {.symbol = symbol.name,
          .security_type = {},
          .exchange = symbol.exchange,
          .currency = symbol.currency,
          .lot = symbol.lot,
          .tick = symbol.tick,
          .text = "tick " + symbol.tick.text()};  // FIX 4.4 has no field for it
}

fix::SecurityStatus status_of(const std::string& request_id, const core::Symbol& symbol, const Exchange& exchange,
                              core::Time now) {
  using Status = fix::SecurityTradingStatus;
  fix::SecurityStatus status{request_id, symbol, Status::not_traded_here, now, ""};
  const std::optional<Phase> phase = exchange.phase_of(symbol);
  if (!phase) return status;
  switch (*phase) {
    case Phase::closed: status.status = Status::not_available; break;
    case Phase::opening_call: status.status = Status::pre_open; break;
    case Phase::continuous: status.status = Status::ready; break;
    // FIX has no word for it before 5.0: orders are taken, and nothing trades until the auction.
    case Phase::closing_call: status.status = Status::pre_open; break;
    case Phase::halted: status.status = Status::halted; break;
  }
  return status;
}

fix::TradingSessionStatus status_of(const std::string& request_id, const Exchange& exchange) {
  using Status = fix::TradSesStatus;
  fix::TradingSessionStatus status{request_id, trading_session, Status::open, {}, ""};
  switch (exchange.phase()) {
    case Phase::closed: status.status = Status::closed; break;
    case Phase::opening_call: status.status = Status::pre_open; break;
    case Phase::closing_call: status.status = Status::pre_close; break;
    case Phase::continuous:
    case Phase::halted: break;
  }
  return status;
}

}  // namespace

std::vector<fix::Message> Listings::request(const fix::SecurityListRequest& request, const Exchange& exchange) {
  fix::SecurityList part{
      .request_id = request.request_id, .response_id = {}, .result = 0, .total = {}, .securities = {}};
  std::vector<fix::ListedSecurity> found;
  for (const SymbolSettings* symbol : exchange.symbols()) {
    const bool is_asked_for = request.scope == fix::SecurityListScope::all || symbol->name == request.symbol;
    if (is_asked_for) found.push_back(listed(*symbol));
  }
  part.total = static_cast<int>(found.size());
  if (found.empty()) part.result = nothing_found;
  std::vector<fix::Message> parts;
  std::size_t first = 0;
  do {
    const std::size_t count = std::min(found.size() - first, securities_in_a_message);
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(first);
    part.securities.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    first += count;
    part.response_id = request.request_id + "-" + std::to_string(parts.size() + 1);
    part.is_last = first == found.size();
    parts.emplace_back(part);
  } while (first < found.size());
  return parts;
}

std::vector<fix::Message> Listings::request(const std::string& client, const fix::SecurityStatusRequest& request,
                                            const Exchange& exchange, core::Time now) {
  const Key key{client, request.request_id};
  if (request.subscription == Subscription::unsubscribe) {
    securities_.erase(key);
    return {};
  }
  const fix::SecurityStatus status = status_of(request.request_id, request.symbol, exchange, now);
  const bool is_traded = status.status != fix::SecurityTradingStatus::not_traded_here;
  if (is_traded && request.subscription == Subscription::subscribe) securities_.insert_or_assign(key, status);
  return {status};
}

std::vector<fix::Message> Listings::request(const std::string& client, const fix::TradingSessionStatusRequest& request,
                                            const Exchange& exchange) {
  const Key key{client, request.request_id};
  if (request.subscription == Subscription::unsubscribe) {
    sessions_.erase(key);
    return {};
  }
  fix::TradingSessionStatus status = status_of(request.request_id, exchange);
  if (!request.trading_session_id.empty() && request.trading_session_id != trading_session) {
    status.trading_session_id = request.trading_session_id;
    status.status = fix::TradSesStatus::rejected;
    status.reject_reason = unknown_session;
    status.text = std::string("TradingSessionID(336) is ") + trading_session + " here";
    return {status};
  }
  if (request.subscription == Subscription::subscribe) sessions_.insert_or_assign(key, status);
  return {status};
}

std::vector<std::pair<std::string, fix::Message>> Listings::updates(const Exchange& exchange, core::Time now) {
  std::vector<std::pair<std::string, fix::Message>> updates;
  for (auto& [key, told] : sessions_) {
    const fix::TradingSessionStatus status = status_of(key.second, exchange);
    if (status == told) continue;
    updates.emplace_back(key.first, told = status);
  }
  for (auto& [key, told] : securities_) {
    const fix::SecurityStatus status = status_of(key.second, told.symbol, exchange, now);
    if (status.status == told.status) continue;
    updates.emplace_back(key.first, told = status);
  }
  return updates;
}

void Listings::forget(const std::string& client) {
  const auto is_theirs = [&](const auto& entry) { return entry.first.first == client; };
  std::erase_if(securities_, is_theirs);
  std::erase_if(sessions_, is_theirs);
}

}  // namespace simulator
