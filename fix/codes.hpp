#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/order_terms.hpp"

// The one table between the characters of FIX fields and the words of core.
namespace fix {

template <class Enum>
struct Code {
  char character;
  Enum value;
};

inline constexpr std::array<Code<core::Side>, 3> side_codes{
    {{'1', core::Side::buy}, {'2', core::Side::sell}, {'5', core::Side::sell_short}}};
inline constexpr std::array<Code<core::OrderType>, 4> order_type_codes{{{'1', core::OrderType::market},
                                                                        {'2', core::OrderType::limit},
                                                                        {'3', core::OrderType::stop},
                                                                        {'4', core::OrderType::stop_limit}}};
inline constexpr std::array<Code<core::TimeInForce>, 6> time_in_force_codes{
    {{'0', core::TimeInForce::day},
     {'1', core::TimeInForce::good_till_cancel},
     {'2', core::TimeInForce::at_the_opening},
     {'3', core::TimeInForce::immediate_or_cancel},
     {'4', core::TimeInForce::fill_or_kill},
     {'7', core::TimeInForce::at_the_close}}};

template <class Enum, std::size_t size>
[[nodiscard]] constexpr std::optional<Enum> from_code(const std::array<Code<Enum>, size>& table,
                                                      std::string_view text) {
  for (const auto& code : table)
    if (text.size() == 1 && text.front() == code.character) return code.value;
  return std::nullopt;
}

// REQUIRES: the table has a row for every value of the enum.
template <class Enum, std::size_t size>
[[nodiscard]] constexpr char to_code(const std::array<Code<Enum>, size>& table, Enum value) {
  for (const auto& code : table)
    if (code.value == value) return code.character;
  return '\0';
}

// "1 (BUY), 2 (SELL)", for errors.
template <class Enum, std::size_t size>
[[nodiscard]] std::string known_codes(const std::array<Code<Enum>, size>& table) {
  std::string text;
  for (const auto& code : table) {
    if (!text.empty()) text += ", ";
    text += std::string(1, code.character) + " (" + std::string(core::text(code.value)) + ")";
  }
  return text;
}

}  // namespace fix
