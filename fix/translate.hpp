#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"
#include "fix/messages.hpp"
#include "fix/quickfix.hpp"
#include "fix/version.hpp"

// Between the engine's messages and the structs of messages.hpp. Private to fix/. Decimals go from text to integers and
// back; no value of a field ever becomes a double.
namespace fix {

// Errors name field and tag. Refused: a required text that is empty, a text with SOH in it (it would forge fields), a
// limit order without a limit, a quantity that is not positive on an order, what the version has no words for.
[[nodiscard]] core::Result<FIX::Message> encode(const Message& message, Version version);

// Errors name field and tag: "LastPx(31): '1e5' is not a decimal number such as 187.50".
[[nodiscard]] core::Result<Message> decode(const FIX::Message& message, Version version);
[[nodiscard]] core::Result<Header> decode_header(const FIX::Message& message);

// BusinessMessageReject(j) of a report that could not be read, so that the broker knows; nothing for other messages,
// which their owner answers or which nobody waits for.
[[nodiscard]] std::optional<FIX::Message> answer_to_unreadable(const FIX::Message& message, const std::string& why,
                                                               Version version);

}  // namespace fix
