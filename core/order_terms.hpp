#pragma once

#include <string_view>

namespace core {

// The words are those of FIX; the characters of the fields stand in fix/.
// A sale that opens a short position, or adds to one, is another side than one of what is held: brokers ask for it.
enum class Side { buy, sell, sell_short };
enum class OrderType { market, limit };
enum class TimeInForce { day, good_till_cancel, immediate_or_cancel, fill_or_kill };

[[nodiscard]] constexpr bool is_sale(Side side) { return side != Side::buy; }

[[nodiscard]] constexpr std::string_view text(Side side) {
  switch (side) {
    case Side::buy: return "BUY";
    case Side::sell: return "SELL";
    case Side::sell_short: return "SELL SHORT";
  }
  return "";
}
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
