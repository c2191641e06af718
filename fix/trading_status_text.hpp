#pragma once

#include "core/result.hpp"
#include "fix/messages.hpp"
#include "fix/quickfix.hpp"
#include "fix/version.hpp"

// The part of the translation (translate.hpp) that deals with what is traded, and when. Private to fix/.
namespace fix {

[[nodiscard]] core::Result<FIX::Message> write(const SecurityListRequest& request, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const SecurityList& list, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const SecurityStatusRequest& request, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const SecurityStatus& status, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const TradingSessionStatusRequest& request, Version version);
[[nodiscard]] core::Result<FIX::Message> write(const TradingSessionStatus& status, Version version);

[[nodiscard]] core::Result<Message> read_security_list_request(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_security_list(const FIX::Message& message, Version version);
[[nodiscard]] core::Result<Message> read_security_status_request(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_security_status(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_trading_session_request(const FIX::Message& message);
[[nodiscard]] core::Result<Message> read_trading_session(const FIX::Message& message);

}  // namespace fix
