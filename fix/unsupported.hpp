#pragma once

#include <string>
#include <string_view>

#include "fix/quickfix.hpp"
#include "fix/version.hpp"

// Messages of FIX for business that is not done here, such as News(B) or TradeCaptureReport(AE). They are right,
// and a session Reject(3), which the engine makes of what its dictionary does not list, would call them wrong: the
// answer is a BusinessMessageReject(j). Private to fix/.
namespace fix {

[[nodiscard]] bool is_unsupported_business(std::string_view type, Version version);

// A heartbeat in the place of such a frame, with its names, number, times and flags: the engine judges it by those,
// counts it in its turn, and sees no field that it does not know.
[[nodiscard]] FIX::Message stand_in_for(std::string_view frame);

// BusinessMessageReject(j) with BusinessRejectReason(380) = 3, unsupported message type.
[[nodiscard]] FIX::Message answer_to_unsupported(int seq_num, const std::string& type, const std::string& why);

}  // namespace fix
