#pragma once

#include <string_view>

namespace core {

// The words are those of FIX; the characters of the fields stand in fix/.
enum class Side { buy, sell };
enum class OrderType { market, limit };
enum class TimeInForce { day, good_till_cancel, immediate_or_cancel, fill_or_kill };

[[nodiscard]] constexpr std::string_view text(Side side) { return side == Side::buy ? "BUY" : "SELL"; }
[[nodiscard]] constexpr std::string_view text(OrderType type) { return type == OrderType::market ? "MKT" : "LMT"; }
[[nodiscard]] constexpr std::string_view text(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::day: return "DAY";
    case TimeInForce::good_till_cancel: return "GTC";
    case TimeInForce::immediate_or_cancel: return "IOC";
    case TimeInForce::fill_or_kill: return "FOK";
  }
  return "";
}

}  // namespace core
