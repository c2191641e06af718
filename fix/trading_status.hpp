#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "fix/market_data.hpp"

// What is traded, and whether it is just now: security lists, security and session status of FIX 4.4 (volume 3) as
// plain structs; messages.hpp has the rest.
namespace fix {

// SecurityListRequestType(559): what we use.
enum class SecurityListScope : char { symbol = '0', all = '4' };

// SecurityListRequest(x)
struct SecurityListRequest {
  std::string request_id;                            // SecurityReqID(320)
  SecurityListScope scope = SecurityListScope::all;  // SecurityListRequestType(559)
  core::Symbol symbol;                               // Symbol(55), of scope symbol only

  friend bool operator==(const SecurityListRequest&, const SecurityListRequest&) = default;
};

struct ListedSecurity {
  core::Symbol symbol;                     // Symbol(55)
  std::string security_type;               // SecurityType(167); may be empty
  std::string exchange;                    // SecurityExchange(207), a MIC; may be empty
  std::optional<core::Currency> currency;  // Currency(15)
  std::optional<core::Quantity> lot;       // RoundLot(561)
  std::optional<core::Price> tick;         // MinPriceIncrement(969), in FIX 5.0 SP2 only
  std::string text;                        // Text(58)

  friend bool operator==(const ListedSecurity&, const ListedSecurity&) = default;
};

// SecurityList(y)
struct SecurityList {
  std::string request_id;                  // SecurityReqID(320)
  std::string response_id;                 // SecurityResponseID(322)
  int result = 0;                          // SecurityRequestResult(560): 0 valid, 1 not supported, 2 nothing found
  std::optional<int> total;                // TotNoRelatedSym(393), over all fragments
  bool is_last = true;                     // LastFragment(893)
  std::vector<ListedSecurity> securities;  // none when nothing was found

  friend bool operator==(const SecurityList&, const SecurityList&) = default;
};

// SecurityStatusRequest(e)
struct SecurityStatusRequest {
  std::string request_id;                                                  // SecurityStatusReqID(324)
  core::Symbol symbol;                                                     // Symbol(55)
  MarketDataSubscription subscription = MarketDataSubscription::snapshot;  // SubscriptionRequestType(263)

  friend bool operator==(const SecurityStatusRequest&, const SecurityStatusRequest&) = default;
};

// SecurityTradingStatus(326): what we use. The last two came with FIX 4.3.
enum class SecurityTradingStatus {
  halted = 2,
  ready = 17,
  not_available = 18,
  not_traded_here = 19,
  unknown = 20,
  pre_open = 21,
};

// SecurityStatus(f)
struct SecurityStatus {
  std::string request_id;                                         // SecurityStatusReqID(324); may be empty
  core::Symbol symbol;                                            // Symbol(55)
  SecurityTradingStatus status = SecurityTradingStatus::unknown;  // SecurityTradingStatus(326)
  std::optional<core::Time> transact_time;                        // TransactTime(60)
  std::string text;                                               // Text(58)

  friend bool operator==(const SecurityStatus&, const SecurityStatus&) = default;
};

// TradingSessionStatusRequest(g)
struct TradingSessionStatusRequest {
  std::string request_id;                                                  // TradSesReqID(335)
  std::string trading_session_id;                                          // TradingSessionID(336); empty: all
  MarketDataSubscription subscription = MarketDataSubscription::snapshot;  // SubscriptionRequestType(263)

  friend bool operator==(const TradingSessionStatusRequest&, const TradingSessionStatusRequest&) = default;
};

// TradSesStatus(340)
enum class TradSesStatus { unknown = 0, halted = 1, open = 2, closed = 3, pre_open = 4, pre_close = 5, rejected = 6 };

// TradingSessionStatus(h)
struct TradingSessionStatus {
  std::string request_id;                         // TradSesReqID(335); may be empty
  std::string trading_session_id;                 // TradingSessionID(336)
  TradSesStatus status = TradSesStatus::unknown;  // TradSesStatus(340)
  std::optional<int> reject_reason;               // TradSesStatusRejReason(567): 1 unknown TradingSessionID; not in 4.2
  std::string text;                               // Text(58)

  friend bool operator==(const TradingSessionStatus&, const TradingSessionStatus&) = default;
};

}  // namespace fix
