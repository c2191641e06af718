#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fix/session.hpp"

// What is wrong with a frame before the engine has seen it. Private to fix/.
namespace fix {

// Of a Logon(A): before the engine sees it, because the engine resets the numbers first and looks at the names after.
[[nodiscard]] std::optional<std::string> fault_of_logon(std::string_view frame, const SessionSettings& settings);

// Of a ResendRequest(2) in its turn or later for what we have not sent, or from a later number to an earlier one: the
// engine would answer with a SequenceReset(4) to numbers that nobody expects.
[[nodiscard]] std::optional<std::string> fault_of_resend(std::string_view frame, int next_target, int next_sender);

// What the engine ends a connection for without a word about the field; empty when it finds nothing.
[[nodiscard]] std::string fault_of(std::string_view frame, const SessionSettings& settings, int next_target);

}  // namespace fix
