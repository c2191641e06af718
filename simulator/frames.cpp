#include "simulator/frames.hpp"

#include <algorithm>

#include "fix/wire_text.hpp"

namespace simulator {

namespace {

// What stands between BodyLength(9) and CheckSum(10).
std::string_view body_of(std::string_view frame) {
  const std::size_t start = frame.find(
      "\x01"
      "35=");
  const std::size_t end = frame.rfind(
      "\x01"
      "10=");
  if (start == std::string_view::npos || end == std::string_view::npos || end < start) return {};
  return frame.substr(start + 1, end - start);
}

std::pair<std::size_t, std::size_t> place_of(std::string_view body, int tag) {
  const std::string key = std::to_string(tag) + "=";
  std::size_t at = 0;
  while (at < body.size() && body.substr(at, key.size()) != key) at = body.find('\x01', at) + 1;
  return {at, at < body.size() ? body.find('\x01', at) + 1 : at};
}

std::string sealed(std::string_view begin_string, std::string_view body, std::size_t length) {
  std::string frame = "8=" + std::string(begin_string) + "\x01" + "9=" + std::to_string(length) + "\x01";
  frame += body;
  return frame + "10=" + std::to_string(1000 + fix::check_sum(frame)).substr(1) + "\x01";
}

std::string sealed_as(std::string_view frame, std::string_view body) {
  return sealed(fix::field_of(frame, 8).value_or("FIX.4.4"), body, body.size());
}

}  // namespace

std::string framed(std::string body, std::string_view begin_string) {
  std::replace(body.begin(), body.end(), '|', '\x01');
  return sealed(begin_string, body, body.size());
}

std::string with_header(std::string_view frame, std::string_view field) {
  std::string body(body_of(frame));
  return sealed_as(frame, body.insert(body.find('\x01') + 1, std::string(field) + "\x01"));
}

std::string with_field(std::string_view frame, std::string_view field) {
  return sealed_as(frame, std::string(body_of(frame)) + std::string(field) + "\x01");
}

std::string without(std::string_view frame, int tag) {
  std::string body(body_of(frame));
  const auto [begin, end] = place_of(body, tag);
  return sealed_as(frame, body.erase(begin, end - begin));
}

std::string with_value(std::string_view frame, int tag, std::string_view value) {
  std::string body(body_of(frame));
  const auto [begin, end] = place_of(body, tag);
  if (begin == end) return std::string(frame);
  return sealed_as(frame, body.replace(begin, end - begin, std::to_string(tag) + "=" + std::string(value) + "\x01"));
}

std::string as_duplicate(std::string_view frame) {
  const std::string sent(fix::field_of(frame, 52).value_or(""));
  return with_header(with_header(frame, "122=" + sent), "43=Y");
}

std::string with_wrong_sum(std::string_view frame) {
  const std::string_view before = frame.substr(0, frame.rfind("10="));
  return std::string(before) + "10=" + std::to_string(1000 + (fix::check_sum(before) + 1) % 256).substr(1) + "\x01";
}

std::string with_wrong_length(std::string_view frame) {
  const std::string_view body = body_of(frame);
  return sealed(fix::field_of(frame, 8).value_or("FIX.4.4"), body, body.size() - 1);
}

std::string_view type_of(std::string_view frame) { return fix::field_of(frame, 35).value_or(""); }

bool is_application(std::string_view frame) {
  const std::string_view type = type_of(frame);
  return type.size() != 1 || std::string_view("0A12345").find(type[0]) == std::string_view::npos;
}

}  // namespace simulator
