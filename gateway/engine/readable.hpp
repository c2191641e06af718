#pragma once

#include <string>
#include <string_view>

namespace gateway {

// Text that a broker sent, as UTF-8. FIX says ASCII and brokers do not always: what is UTF-8 already stays, other bytes
// above 127 become the code points of Latin-1, so that no byte is lost and every reader of the journal can show it.
[[nodiscard]] std::string readable(std::string_view bytes);

// A raw FIX message for people: readable(), with '|' for SOH.
[[nodiscard]] std::string readable_fix(std::string_view bytes);

}  // namespace gateway
