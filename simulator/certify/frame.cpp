#include "simulator/certify/frame.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "fix/wire_text.hpp"

namespace simulator::certify {

namespace {

constexpr std::array header_tags = {8,   9,   35,  49,  56,  115, 128, 90, 91,  34,  50,  142, 57,
                                    143, 116, 144, 129, 145, 43,  97,  52, 122, 212, 213, 347, 369};

Field field_in(std::string_view piece) {
  const std::size_t equals = piece.find('=');
  int tag = 0;
  if (equals != std::string_view::npos && equals > 0 && equals <= 9) {
    const auto [end, error] = std::from_chars(piece.data(), piece.data() + equals, tag);
    if (error == std::errc() && end == piece.data() + equals && tag > 0)
      return {tag, std::string(piece.substr(equals + 1))};
  }
  return {0, std::string(piece)};
}

std::string text_of(int tag, std::string_view value) {
  return std::to_string(tag).append("=").append(value).append(1, fix::soh);
}

}  // namespace

Fields fields_of(std::string_view frame) {
  Fields fields;
  for (std::size_t at = 0; at < frame.size();) {
    const std::size_t end = std::min(frame.find(fix::soh, at), frame.size());
    fields.push_back(field_in(frame.substr(at, end - at)));
    at = end + 1;
  }
  return fields;
}

std::string value_of(const Fields& fields, int tag) {
  const auto found = std::ranges::find(fields, tag, &Field::tag);
  return found == fields.end() ? std::string() : found->value;
}

bool is_header(int tag) { return std::ranges::find(header_tags, tag) != header_tags.end(); }

std::string bytes_of(const Fields& fields) {
  const auto stated = [&](int tag) { return std::ranges::find(fields, tag, &Field::tag); };
  std::string begin;
  std::string body;
  for (const Field& field : fields) {
    if (field.tag == 8) {
      begin += text_of(8, field.value);
    } else if (field.tag != 9 && field.tag != 10) {
      body += field.tag == 0 ? field.value + fix::soh : text_of(field.tag, field.value);
    }
  }
  const auto length = stated(9);
  std::string bytes = begin + text_of(9, length == fields.end() ? std::to_string(body.size()) : length->value) + body;
  const auto sum = stated(10);
  const std::string right = std::to_string(1000 + fix::check_sum(bytes)).substr(1);
  return bytes + text_of(10, sum == fields.end() ? right : sum->value);
}

std::string with_bars(std::string_view bytes) {
  std::string text = fix::blank_passwords(bytes);
  std::ranges::replace(text, fix::soh, '|');
  return text;
}

std::string with_soh(std::string_view text) {
  std::string bytes(text);
  std::ranges::replace(bytes, '|', fix::soh);
  return bytes;
}

}  // namespace simulator::certify
