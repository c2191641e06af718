#include "simulator/market_data.hpp"

#include <algorithm>
#include <utility>

namespace simulator {

namespace {

using Type = fix::MarketDataEntryType;
using Action = fix::MarketDataAction;

// MDReqRejReason(281)
constexpr char unknown_symbol = '0';
constexpr char duplicate_id = '1';
constexpr char unsupported_entry = '8';

bool wants(const fix::MarketDataRequest& request, Type type) {
  return std::find(request.entry_types.begin(), request.entry_types.end(), type) != request.entry_types.end();
}

fix::MarketDataEntry entry_of(Type type, core::Price price, core::Quantity size, core::Time time) {
  return {
      .action = Action::add, .type = type, .entry_id = {}, .symbol = {}, .price = price, .size = size, .time = time};
}

std::string id_of(Type type, core::Price price) {
  return (type == Type::bid ? "B" : type == Type::offer ? "O" : "T") + price.text();
}

std::vector<fix::MarketDataEntry> entries_of(const Picture& picture, const fix::MarketDataRequest& request) {
  std::vector<fix::MarketDataEntry> entries;
  const auto add_all = [&](Type type, const std::vector<PriceLevel>& levels) {
    if (!wants(request, type)) return;
    for (const PriceLevel& level : levels) entries.push_back(entry_of(type, level.price, level.quantity, picture.time));
  };
  add_all(Type::bid, picture.bids);
  add_all(Type::offer, picture.offers);
  if (picture.last && wants(request, Type::trade)) {
    entries.push_back(entry_of(Type::trade, picture.last->price, picture.last->quantity, picture.last->time));
  }
  return entries;
}

// The changes that make `before` into `after`, best prices first.
std::vector<fix::MarketDataEntry> difference(const core::Symbol& symbol,
                                             const std::vector<fix::MarketDataEntry>& before,
                                             const std::vector<fix::MarketDataEntry>& after) {
  const auto same_place = [](const fix::MarketDataEntry& a) {
    return [&a](const fix::MarketDataEntry& b) { return a.type == b.type && a.price == b.price; };
  };
  std::vector<fix::MarketDataEntry> changes;
  const auto add = [&](fix::MarketDataEntry entry, Action action) {
    entry.action = action;
    entry.entry_id = id_of(entry.type, *entry.price);
    entry.symbol = symbol;
    changes.push_back(std::move(entry));
  };
  for (const fix::MarketDataEntry& old : before) {
    const bool stays = std::any_of(after.begin(), after.end(), same_place(old));
    if (old.type != Type::trade && !stays) add(old, Action::remove);
  }
  for (const fix::MarketDataEntry& now : after) {
    const auto old = std::find_if(before.begin(), before.end(), same_place(now));
    if (now.type == Type::trade) {
      if (old == before.end() || *old != now) add(now, Action::add);
    } else if (old == before.end()) {
      add(now, Action::add);
    } else if (old->size != now.size) {
      add(now, Action::change);
    }
  }
  return changes;
}

fix::Message snapshot(const fix::MarketDataRequest& request, const core::Symbol& symbol, const Picture& picture) {
  return fix::MarketDataSnapshot{request.request_id, symbol, entries_of(picture, request)};
}

}  // namespace

std::vector<fix::Message> MarketData::request(const std::string& client, const fix::MarketDataRequest& request,
                                              const Exchange& exchange) {
  const auto refuse = [&](char reason, std::string text) {
    return std::vector<fix::Message>{fix::MarketDataReject{request.request_id, reason, std::move(text)}};
  };
  auto& mine = subscriptions_[client];
  if (request.subscription == fix::MarketDataSubscription::unsubscribe) {
    if (mine.erase(request.request_id) == 0) {
      return refuse(duplicate_id, "MDReqID(262) " + request.request_id + " is not a subscription of yours");
    }
    return {};
  }
  if (mine.contains(request.request_id)) {
    return refuse(duplicate_id, "MDReqID(262) " + request.request_id + " is in use");
  }
  if (!wants(request, Type::bid) && !wants(request, Type::offer) && !wants(request, Type::trade)) {
    return refuse(unsupported_entry, "MDEntryType(269): 0 (bid), 1 (offer) and 2 (trade) are known here");
  }
  std::vector<fix::Message> answers;
  Subscription subscription{request, {}};
  for (const core::Symbol& symbol : request.symbols) {
    const auto picture = exchange.picture(symbol, request.depth);
    if (!picture) return refuse(unknown_symbol, "Symbol(55) " + symbol.text() + " is not traded here");
    if (!subscription.told.emplace(symbol, *picture).second) continue;
    if (!entries_of(*picture, request).empty()) answers.push_back(snapshot(request, symbol, *picture));
  }
  if (request.subscription == fix::MarketDataSubscription::subscribe) {
    mine.emplace(request.request_id, std::move(subscription));
  }
  return answers;
}

std::vector<std::pair<std::string, fix::Message>> MarketData::updates(const Exchange& exchange) {
  std::vector<std::pair<std::string, fix::Message>> updates;
  for (auto& [client, mine] : subscriptions_) {
    for (auto& [id, subscription] : mine) {
      const fix::MarketDataRequest& request = subscription.request;
      fix::MarketDataIncrement increment{id, {}};
      for (auto& [symbol, told] : subscription.told) {
        const auto now = exchange.picture(symbol, request.depth);
        if (!now || *now == told) continue;
        auto changes = difference(symbol, entries_of(told, request), entries_of(*now, request));
        told = *now;
        if (changes.empty()) continue;
        if (request.incremental) {
          std::move(changes.begin(), changes.end(), std::back_inserter(increment.entries));
        } else if (!entries_of(told, request).empty()) {
          updates.emplace_back(client, snapshot(request, symbol, told));
        }
      }
      if (!increment.entries.empty()) updates.emplace_back(client, std::move(increment));
    }
  }
  return updates;
}

}  // namespace simulator
