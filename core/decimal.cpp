#include "core/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "core/check.hpp"

namespace core {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Decimal digits with a minus in front of them. Nearly all values fit in 64 bits, where the library is fast.
std::string digits_of(Int128 value) {
  std::string text;
  constexpr std::int64_t low = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t high = std::numeric_limits<std::int64_t>::max();
  if (value >= low && value <= high) {
    append_integer(text, static_cast<std::int64_t>(value));
    return text;
  }
  const bool negative = value < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  for (; rest != 0; rest /= 10) text.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  if (negative) text.push_back('-');
  std::reverse(text.begin(), text.end());
  return text;
}

Error not_a_number(std::string_view text) {
  return {"", "'" + std::string(text.substr(0, 40)) + "' is not a decimal number such as 187.50"};
}

}  // namespace

Result<std::int64_t> parse_decimal(std::string_view text, int decimals) {
  CHECK(decimals >= 0 && decimals <= max_decimals);
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);

  Int128 value = 0;
  int seen = 0;
  int after_point = 0;
  bool point = false;
  for (const char c : rest) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) return tl::unexpected(not_a_number(text));
    ++seen;
    if (point && after_point == decimals) {
      if (c != '0') {
        return fail("", "'" + std::string(text.substr(0, 40)) + "' has more than " + std::to_string(decimals) +
                            " digits after the point");
      }
      continue;
    }
    if (point) ++after_point;
    value = value * 10 + (c - '0');
    if (value > max) break;
  }
  if (seen == 0) return tl::unexpected(not_a_number(text));
  for (; after_point < decimals && value <= max; ++after_point) value *= 10;
  if (value > max) {
    return fail(
        "", "'" + std::string(text.substr(0, 40)) + "' is too large; the largest is " + format_decimal(max, decimals));
  }
  return static_cast<std::int64_t>(negative ? -value : value);
}

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

std::string format_decimal(Int128 value, int decimals, int min_shown) {
  CHECK(min_shown >= 0 && min_shown <= decimals && decimals <= max_decimals);
  std::string text = digits_of(value);
  const auto sign = static_cast<std::size_t>(value < 0 ? 1 : 0);
  const auto places = static_cast<std::size_t>(decimals);
  // At least one digit before the point.
  if (text.size() < sign + places + 1) text.insert(sign, sign + places + 1 - text.size(), '0');
  std::size_t shown = places;
  while (shown > static_cast<std::size_t>(min_shown) && text[text.size() - 1 - (places - shown)] == '0') --shown;
  text.resize(text.size() - (places - shown));
  if (shown > 0) text.insert(text.size() - shown, 1, '.');
  return text;
}

}  // namespace core
