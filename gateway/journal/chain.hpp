#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace gateway {

using Hash = std::array<unsigned char, 32>;

// The chain (law 5): SHA-256 of the hash before it (zeros before the first), the number and the time of the entry (8
// bytes each, big endian, nanoseconds since 1970), its kind, a zero byte, and its body.
[[nodiscard]] Hash chain(const Hash& before, std::int64_t seq, std::int64_t time_ns, std::string_view kind,
                         std::string_view body);

[[nodiscard]] std::string hex(const Hash& hash);  // 64 lower-case digits

}  // namespace gateway
