#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"

// The market data messages of FIX 4.4 (volume 3) as plain structs; messages.hpp has the rest.
namespace fix {

// SubscriptionRequestType(263)
enum class MarketDataSubscription : char { snapshot = '0', subscribe = '1', unsubscribe = '2' };

// MDEntryType(269): what we use; a message may hold other characters, which are kept.
enum class MarketDataEntryType : char { bid = '0', offer = '1', trade = '2' };

// MDUpdateAction(279)
enum class MarketDataAction : char { add = '0', change = '1', remove = '2' };

// MarketDataRequest(V)
struct MarketDataRequest {
  std::string request_id;                                                  // MDReqID(262)
  MarketDataSubscription subscription = MarketDataSubscription::snapshot;  // SubscriptionRequestType(263)
  int depth = 1;                                                           // MarketDepth(264): 0 all prices, 1 the best
  bool incremental = false;                                                // MDUpdateType(265) = 1
  std::vector<MarketDataEntryType> entry_types;                            // MDEntryType(269), one at least
  std::vector<core::Symbol> symbols;                                       // Symbol(55), one at least

  friend bool operator==(const MarketDataRequest&, const MarketDataRequest&) = default;
};

struct MarketDataEntry {
  MarketDataAction action = MarketDataAction::add;      // MDUpdateAction(279), in X only
  MarketDataEntryType type = MarketDataEntryType::bid;  // MDEntryType(269)
  std::string entry_id;                                 // MDEntryID(278), in X only; may be empty
  core::Symbol symbol;                                  // Symbol(55), in X only; may be empty
  std::optional<core::Price> price;                     // MDEntryPx(270)
  std::optional<core::Quantity> size;                   // MDEntrySize(271)
  std::optional<core::Time> time;                       // MDEntryDate(272) and MDEntryTime(273), UTC

  friend bool operator==(const MarketDataEntry&, const MarketDataEntry&) = default;
};

// MarketDataSnapshotFullRefresh(W)
struct MarketDataSnapshot {
  std::string request_id;  // MDReqID(262); may be empty
  core::Symbol symbol;     // Symbol(55)
  std::vector<MarketDataEntry> entries;

  friend bool operator==(const MarketDataSnapshot&, const MarketDataSnapshot&) = default;
};

// MarketDataIncrementalRefresh(X)
struct MarketDataIncrement {
  std::string request_id;  // MDReqID(262); may be empty
  std::vector<MarketDataEntry> entries;

  friend bool operator==(const MarketDataIncrement&, const MarketDataIncrement&) = default;
};

// MarketDataRequestReject(Y)
struct MarketDataReject {
  std::string request_id;  // MDReqID(262)
  std::optional<char>
      reason;  // MDReqRejReason(281): 0 unknown symbol, 1 duplicate MDReqID, 4 SubscriptionRequestType, 5 MarketDepth
  std::string text;  // Text(58)

  friend bool operator==(const MarketDataReject&, const MarketDataReject&) = default;
};

}  // namespace fix
