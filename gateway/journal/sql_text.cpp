#include "gateway/journal/sql_text.hpp"

#include <fmt/format.h>

namespace gateway {

std::string money(const std::string& value, const std::string& digits) {
  return fmt::format(
      "CASE {1} WHEN 0 THEN CAST({0} AS TEXT) ELSE printf('%s%d.%0*d', iif({0} < 0, '-', ''), "
      "abs({0}) / iif({1} = 2, 100, 1000), {1}, abs({0}) % iif({1} = 2, 100, 1000)) END",
      value, digits);
}

std::string digits_of(const std::string& currency) {
  return fmt::format(
      "coalesce((SELECT d.minor_digits FROM cash_row AS d WHERE d.group_idx = 0 AND d.currency = {}), 2)", currency);
}

std::string scaled(const std::string& value, int decimals) {
  const std::string one = "1" + std::string(static_cast<std::size_t>(decimals), '0');
  return fmt::format(
      "rtrim(rtrim(printf('%s%d.%0{2}d', iif({0} < 0, '-', ''), abs({0}) / {1}, abs({0}) % {1}), '0'), '.')", value,
      one, decimals);
}

std::string utc(const std::string& nanoseconds) {
  return fmt::format(
      "strftime('%Y-%m-%dT%H:%M:%S', {0} / 1000000000, 'unixepoch') || printf('.%09dZ', {0} % 1000000000)",
      nanoseconds);
}

std::string cell(int index, const std::string& row) {
  return fmt::format("json_extract({}.value, '$[{}]')", row, index);
}

}  // namespace gateway
