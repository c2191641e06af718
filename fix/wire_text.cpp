#include "fix/wire_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace fix {
namespace {

std::optional<int> to_number(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 9) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string_view> field_of(std::string_view frame, int tag) {
  const std::string key = std::to_string(tag) + "=";
  std::size_t at = 0;
  while (at < frame.size()) {
    const std::size_t end = std::min(frame.find(soh, at), frame.size());
    const std::string_view field = frame.substr(at, end - at);
    if (field.starts_with(key)) return field.substr(key.size());
    at = end + 1;
  }
  return std::nullopt;
}

std::optional<int> number_of(std::string_view frame, int tag) {
  const auto text = field_of(frame, tag);
  return text ? to_number(*text) : std::nullopt;
}

std::string blank_passwords(std::string_view frame) {
  static constexpr std::array<std::string_view, 3> secret_keys = {"554=", "925=", "96="};
  std::string shown;
  shown.reserve(frame.size());
  std::size_t raw_data_length = 0;  // RawDataLength(95): the data that follows may hold SOH
  std::size_t at = 0;
  while (at < frame.size()) {
    std::size_t end = std::min(frame.find(soh, at), frame.size());
    const std::string_view field = frame.substr(at, end - at);
    const auto key = std::ranges::find_if(secret_keys, [&](std::string_view k) { return field.starts_with(k); });
    if (key != secret_keys.end()) {
      if (*key == "96=") end = std::min(std::max(end, at + key->size() + raw_data_length), frame.size());
      shown.append(*key).append("***");
    } else {
      if (field.starts_with("95=")) raw_data_length = static_cast<std::size_t>(to_number(field.substr(3)).value_or(0));
      shown.append(field);
    }
    if (end < frame.size()) shown.push_back(soh);
    at = end + 1;
  }
  return shown;
}

int check_sum(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  return static_cast<int>(sum & 0xFFU);
}

bool is_well_framed(std::string_view frame) {
  if (!frame.starts_with("8=FIX") || frame.size() < 20) return false;
  const std::size_t trailer = frame.size() - 7;  // 10=nnn<SOH>
  if (!frame.substr(trailer).starts_with("10=") || frame.back() != soh) return false;
  const std::size_t length_at = frame.find(soh) + 1;
  const std::size_t body_at = frame.find(soh, length_at) + 1;
  if (!frame.substr(length_at).starts_with("9=") || body_at > trailer) return false;
  const auto length = to_number(frame.substr(length_at + 2, body_at - length_at - 3));
  const auto sum = to_number(frame.substr(trailer + 3, 3));
  return frame.substr(body_at).starts_with("35=") && length == static_cast<int>(trailer - body_at) &&
         sum == check_sum(frame.substr(0, trailer));
}

}  // namespace fix
