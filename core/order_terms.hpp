#pragma once

#include <string_view>

namespace core {

// The words are those of FIX; the characters of the fields stand in fix/.
// A sale that opens a short position, or adds to one, is another side than one of what is held: brokers ask for it.
enum class Side { buy, sell, sell_short };
enum class OrderType { market, limit, stop, stop_limit };
enum class TimeInForce { day, good_till_cancel, immediate_or_cancel, fill_or_kill, at_the_opening, at_the_close };

[[nodiscard]] constexpr bool is_sale(Side side) { return side != Side::buy; }

[[nodiscard]] constexpr std::string_view text(Side side) {
  switch (side) {
    case Side::buy: return "BUY";
    case Side::sell: return "SELL";
    case Side::sell_short: return "SELL SHORT";
  }
  return "";
}
[[nodiscard]] constexpr std::string_view text(OrderType type) {
  switch (type) {
    case OrderType::market: return "MKT";
    case OrderType::limit: return "LMT";
    case OrderType::stop: return "STP";
    case OrderType::stop_limit: return "STP LMT";
  }
  return "";
}
// An order that has a limit price, whatever else it waits for.
[[nodiscard]] constexpr bool has_limit(OrderType type) {
  return type == OrderType::limit || type == OrderType::stop_limit;
}
[[nodiscard]] constexpr bool has_stop(OrderType type) {
  return type == OrderType::stop || type == OrderType::stop_limit;
}
[[nodiscard]] constexpr std::string_view text(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::day: return "DAY";
    case TimeInForce::good_till_cancel: return "GTC";
    case TimeInForce::immediate_or_cancel: return "IOC";
    case TimeInForce::fill_or_kill: return "FOK";
    case TimeInForce::at_the_opening: return "OPG";
    case TimeInForce::at_the_close: return "CLS";
  }
  return "";
}

}  // namespace core
