#pragma once

#include <string>
#include <string_view>

// FIX messages cut and sewn as text: what an honest session would never send. A frame keeps its BeginString(8).
namespace simulator {

// "35=0|34=7|" becomes a whole message, with the right BodyLength(9) and CheckSum(10). '|' stands for SOH.
[[nodiscard]] std::string framed(std::string body, std::string_view begin_string = "FIX.4.4");

// The same message with another field right behind MsgType(35), in the header: "97=Y".
[[nodiscard]] std::string with_header(std::string_view frame, std::string_view field);
// With another field at the end of its body.
[[nodiscard]] std::string with_field(std::string_view frame, std::string_view field);
// Without the first field of that tag, or with another value in it.
[[nodiscard]] std::string without(std::string_view frame, int tag);
[[nodiscard]] std::string with_value(std::string_view frame, int tag, std::string_view value);
// As it is sent again: PossDupFlag(43), and OrigSendingTime(122).
[[nodiscard]] std::string as_duplicate(std::string_view frame);

// With a CheckSum(10) that is wrong, or a BodyLength(9) that is, and a sum that is right for it.
[[nodiscard]] std::string with_wrong_sum(std::string_view frame);
[[nodiscard]] std::string with_wrong_length(std::string_view frame);

[[nodiscard]] std::string_view type_of(std::string_view frame);
// Not one of the session's own messages.
[[nodiscard]] bool is_application(std::string_view frame);

}  // namespace simulator
