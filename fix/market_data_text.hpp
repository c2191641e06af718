#pragma once

#include "core/result.hpp"
#include "fix/messages.hpp"
#include "fix/quickfix.hpp"
#include "fix/version.hpp"

// The part of the translation (translate.hpp) that deals with market data: the only messages of ours with repeating
// groups. Private to fix/.
namespace fix {

[[nodiscard]] core::Result<FIX::Message> write(const MarketDataRequest& request, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const MarketDataSnapshot& snapshot, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const MarketDataIncrement& increment, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const MarketDataReject& reject, Version version);

[[nodiscard]] core::Result<Message> read_market_data_request(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_market_data_snapshot(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_market_data_increment(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_market_data_reject(const FIX::Message& message);

}  // namespace fix
