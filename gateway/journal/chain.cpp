#include "gateway/journal/chain.hpp"

#include <openssl/sha.h>

namespace gateway {

static_assert(std::tuple_size_v<Hash> == SHA256_DIGEST_LENGTH);

Hash chain(const Hash& before, std::int64_t seq, std::int64_t time_ns, std::string_view kind, std::string_view body) {
  std::string bytes(before.begin(), before.end());
  const auto add = [&](std::int64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> static_cast<unsigned>(shift)));
    }
  };
  add(seq), add(time_ns);
  bytes.append(kind).push_back('\0');
  bytes.append(body);
  Hash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

std::string hex(const Hash& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : hash) text += {digits[byte >> 4U], digits[byte & 15U]};
  return text;
}

}  // namespace gateway
