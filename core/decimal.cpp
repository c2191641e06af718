#include "core/decimal.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"

namespace core {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

std::string format_decimal(Int128 value, int decimals, int min_shown) {
  CHECK(min_shown >= 0 && min_shown <= decimals && decimals <= max_decimals);
  const bool negative = value < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  std::string reversed;
  for (int place = 0; rest != 0 || place <= decimals; ++place) {
    const char digit = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    const bool trailing_zero = reversed.empty() && digit == '0' && place < decimals - min_shown;
    if (place == decimals && !reversed.empty()) reversed.push_back('.');
    if (!trailing_zero) reversed.push_back(digit);
  }
  if (negative) reversed.push_back('-');
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace core
