#pragma once

#include <string>
#include <string_view>

// FIX 4.4 as bytes, without an engine: what a benchmark says to one must cost it next to nothing.
namespace bench {

// Appends a message: `fields` from MsgType(35) on, with | for SOH.
void append_message(std::string& out, std::string fields);
// The value of the first field with this tag; empty when there is none.
[[nodiscard]] std::string field(std::string_view frame, std::string_view tag);
// Takes the first whole message out of what came; false: there is none yet.
[[nodiscard]] bool take_frame(std::string& received, std::string& frame);
// "20261124-14:00:00.000"
[[nodiscard]] std::string sending_time();

}  // namespace bench
