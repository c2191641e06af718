#include "gateway/engine/readable.hpp"

#include <algorithm>

#include "files/text.hpp"

namespace gateway {

std::string readable(std::string_view bytes) {
  if (files::first_bad_utf8(bytes) == std::string_view::npos) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xc0U | (byte >> 6U)));
      out.push_back(static_cast<char>(0x80U | (byte & 0x3fU)));
    }
  }
  return out;
}

std::string readable_fix(std::string_view bytes) {
  std::string out = readable(bytes);
  std::replace(out.begin(), out.end(), '\x01', '|');
  return out;
}

}  // namespace gateway
