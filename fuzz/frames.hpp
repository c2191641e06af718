#pragma once

#include <string>
#include <string_view>

// FIX frames around what a fuzzer makes: without the right length and sum nothing gets past the framing.
namespace fuzz {

// '|' for SOH, as people write FIX.
[[nodiscard]] std::string with_soh(std::string_view text);

// BeginString(8), BodyLength(9) and CheckSum(10) put around a body, which is taken as it is.
[[nodiscard]] std::string framed(std::string_view body);

// The same bytes with the lengths and sums of all messages in them made right, where a message is what stands between
// an "8=FIX" and the next "10=" behind a SOH.
[[nodiscard]] std::string repaired(std::string_view bytes);

}  // namespace fuzz
