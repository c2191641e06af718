#include "fuzz/frames.hpp"

#include <algorithm>

#include "fix/wire_text.hpp"

namespace fuzz {

namespace {

// `head` is BeginString(8) with its SOH.
std::string framed_with(std::string_view head, std::string_view body) {
  std::string frame(head);
  frame.append("9=").append(std::to_string(body.size())).append(1, fix::soh).append(body);
  const std::string sum = std::to_string(1000 + fix::check_sum(frame)).substr(1);
  return frame.append("10=").append(sum).append(1, fix::soh);
}

}  // namespace

std::string with_soh(std::string_view text) {
  std::string bytes(text);
  std::ranges::replace(bytes, '|', fix::soh);
  return bytes;
}

std::string framed(std::string_view body) { return framed_with("8=FIX.4.4\x01", body); }

std::string repaired(std::string_view bytes) {
  std::string whole;
  while (!bytes.empty()) {
    const std::size_t start = bytes.find("8=FIX");
    whole.append(bytes.substr(0, start));
    if (start == std::string_view::npos) break;
    bytes.remove_prefix(start);
    const std::size_t length_at = bytes.find(
        "\x01"
        "9=");
    const std::size_t body_at = length_at == std::string_view::npos ? length_at : bytes.find(fix::soh, length_at + 1);
    const std::size_t trailer_at = body_at == std::string_view::npos ? body_at
                                                                     : bytes.find(
                                                                           "\x01"
                                                                           "10=",
                                                                           body_at);
    if (trailer_at == std::string_view::npos) {
      whole.append(bytes);
      break;
    }
    whole.append(framed_with(bytes.substr(0, length_at + 1), bytes.substr(body_at + 1, trailer_at - body_at)));
    const std::size_t end = bytes.find(fix::soh, trailer_at + 1);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  return whole;
}

}  // namespace fuzz
