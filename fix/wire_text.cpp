#include "fix/wire_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <vector>

namespace fix {
namespace {

std::optional<int> to_number(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 9) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

struct WireField {
  std::string_view tag;  // without the zeros in front, which the engine reads over
  std::size_t value_at = 0;
  std::string_view value;
};

// Every piece between two separators, with whatever stands in front of its first '='.
std::vector<WireField> pieces_of(std::string_view frame) {
  std::vector<WireField> pieces;
  for (std::size_t at = 0; at < frame.size();) {
    const std::size_t end = std::min(frame.find(soh, at), frame.size());
    const std::string_view piece = frame.substr(at, end - at);
    const std::size_t equals = std::min(piece.find('='), piece.size());
    const std::size_t zeros = std::min(piece.find_first_not_of('0'), equals);
    const std::size_t value = std::min(equals + 1, piece.size());
    pieces.push_back({piece.substr(zeros, equals - zeros), at + value, piece.substr(value)});
    at = end + 1;
  }
  return pieces;
}

// The engine lets a number of more digits wrap round to another one.
bool wraps_round(std::string_view tag) {
  if (tag.starts_with('-')) tag.remove_prefix(1);
  return tag.size() > 9 && tag.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

// Each length that is found to be right ends at a separator, so every field that any reader sees is one of the pieces,
// whichever of the lengths it takes.
std::optional<std::string> wrong_data_length(std::string_view frame, const std::function<bool(int tag)>& is_data) {
  const std::vector<WireField> pieces = pieces_of(frame);
  std::map<int, std::vector<const WireField*>> data;  // by the tag of the length
  for (const WireField& piece : pieces) {
    if (wraps_round(piece.tag)) return "'" + std::string(piece.tag) + "' is no tag; it has nine digits at most";
    const std::optional<int> tag = to_number(piece.tag);
    if (!tag || !is_data(*tag)) continue;
    data[*tag == 89 ? 93 : *tag - 1].push_back(&piece);  // Signature(89) is the odd one
  }
  if (data.empty()) return std::nullopt;
  std::set<std::pair<int, std::string_view>> stated;
  for (const WireField& piece : pieces) {
    const std::optional<int> tag = to_number(piece.tag);
    if (tag && data.contains(*tag)) stated.emplace(*tag, piece.value);
  }
  for (const auto& [length_tag, value] : stated) {
    const std::optional<int> bytes = to_number(value);
    for (const WireField* piece : data[length_tag]) {
      const std::size_t end = piece->value_at + static_cast<std::size_t>(bytes.value_or(0));
      if (bytes && end < frame.size() && frame[end] == soh) continue;
      return "field " + std::to_string(length_tag) + " says that the data of field " + std::string(piece->tag) +
             " is '" + std::string(value) + "' bytes long, but no separator stands there";
    }
  }
  return std::nullopt;
}

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
