#pragma once

#include <string>

// SQL that makes text of integers; the same forms as core::format_decimal. Arguments are SQL.
namespace gateway {

// Minor units of a currency with `digits` minor digits (0, 2 or 3).
[[nodiscard]] std::string money(const std::string& value, const std::string& digits);
// The minor digits of a currency that somebody has or had cash of.
[[nodiscard]] std::string digits_of(const std::string& currency);
// A scaled integer, trailing zeros left out.
[[nodiscard]] std::string scaled(const std::string& value, int decimals);
[[nodiscard]] inline std::string quantity(const std::string& value) { return scaled(value, 6); }
[[nodiscard]] inline std::string percent(const std::string& value) { return scaled(value, 4); }
// Nanoseconds since 1970.
[[nodiscard]] std::string utc(const std::string& nanoseconds);
// A cell of a JSON array of arrays, as json_each() hands it out under the name `row`.
[[nodiscard]] std::string cell(int index, const std::string& row = "cell");

}  // namespace gateway
