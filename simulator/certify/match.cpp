#include "simulator/certify/match.hpp"

#include <algorithm>
#include <regex>

namespace simulator::certify {

namespace {

constexpr std::size_t max_regex_bytes = 2'000;  // std::regex goes down a step for each byte

struct Decimal {
  bool negative = false;
  std::string_view whole;     // without zeros in front
  std::string_view fraction;  // without zeros at the end
};

std::optional<Decimal> decimal_in(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  decimal.whole = text.substr(0, point);
  decimal.fraction = text.substr(std::min(point + 1, text.size()));
  const bool good = decimal.whole.size() + decimal.fraction.size() > 0 &&
                    decimal.whole.find_first_not_of("0123456789") == std::string_view::npos &&
                    decimal.fraction.find_first_not_of("0123456789") == std::string_view::npos;
  if (!good) return std::nullopt;
  decimal.whole.remove_prefix(std::min(decimal.whole.find_first_not_of('0'), decimal.whole.size()));
  while (decimal.fraction.ends_with('0')) decimal.fraction.remove_suffix(1);
  if (decimal.whole.empty() && decimal.fraction.empty()) decimal.negative = false;
  return decimal;
}

// "007" is not "7": an id may look like a number. 187.4 is 187.40.
bool same_value(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const bool has_point = a.find('.') != std::string_view::npos || b.find('.') != std::string_view::npos;
  return has_point && compare_decimals(a, b) == 0;
}

bool fits(const std::string& value, const std::string& expression) {
  return value.size() <= max_regex_bytes && std::regex_match(value, std::regex(expression));
}

// What is wrong with the value; nothing when it fits.
std::optional<std::string> fault_of(const Item& item, const std::string& value, const std::string& expected) {
  const std::string came = "'" + value + "' came, ";
  switch (item.kind) {
    case Item::Kind::text:
      if (same_value(value, expected)) return std::nullopt;
      return came + "'" + expected + "' was expected";
    case Item::Kind::regex:
      if (fits(value, item.text)) return std::nullopt;
      return came + "something like ~" + item.text + "~ was expected";
    case Item::Kind::less:
    case Item::Kind::greater: {
      const bool below = item.kind == Item::Kind::less;
      const std::optional<int> order = compare_decimals(value, expected);
      if (order && (below ? *order < 0 : *order > 0)) return std::nullopt;
      return came + "a number " + (below ? "below " : "above ") + expected + " was expected";
    }
    case Item::Kind::absent: return came + "it should not be there";
    case Item::Kind::any: break;
  }
  return std::nullopt;
}

std::string expected_text(const Item& item, const std::string& expected) {
  switch (item.kind) {
    case Item::Kind::text: return "'" + expected + "'";
    case Item::Kind::regex: return "something like ~" + item.text + "~";
    case Item::Kind::less: return "a number below " + expected;
    case Item::Kind::greater: return "a number above " + expected;
    default: return "any value";
  }
}

}  // namespace

std::optional<int> compare_decimals(std::string_view a, std::string_view b) {
  const auto left = decimal_in(a);
  const auto right = decimal_in(b);
  if (!left || !right) return std::nullopt;
  if (left->negative != right->negative) return left->negative ? -1 : 1;
  int order = 0;
  if (left->whole.size() != right->whole.size()) {
    order = left->whole.size() < right->whole.size() ? -1 : 1;
  } else if (left->whole != right->whole) {
    order = left->whole < right->whole ? -1 : 1;
  } else if (left->fraction != right->fraction) {
    order = left->fraction < right->fraction ? -1 : 1;
  }
  return left->negative ? -order : order;
}

Match match(const Items& items, const Fields& message, const Lookup& lookup) {
  Match result;
  std::map<int, std::size_t> seen;  // where to go on looking for a tag
  for (const Item& item : items) {
    std::size_t& from = seen[item.tag];
    const auto found = std::find_if(message.begin() + static_cast<std::ptrdiff_t>(from), message.end(),
                                    [&](const Field& field) { return field.tag == item.tag; });
    const bool is_template =
        item.kind == Item::Kind::text || item.kind == Item::Kind::less || item.kind == Item::Kind::greater;
    const auto expected = is_template ? filled(item.text, lookup) : core::Result<std::string>(item.text);
    if (!expected) {
      result.differences.push_back({item.tag, expected.error().message});
    } else if (found == message.end()) {
      if (item.kind == Item::Kind::absent) continue;
      result.differences.push_back({item.tag, "is missing, " + expected_text(item, *expected) + " was expected"});
    } else {
      from = static_cast<std::size_t>(found - message.begin()) + 1;
      if (const auto fault = fault_of(item, found->value, *expected)) result.differences.push_back({item.tag, *fault});
      if (!item.name.empty()) result.captured[item.name] = found->value;
    }
  }
  return result;
}

}  // namespace simulator::certify
