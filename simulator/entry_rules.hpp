#pragma once

#include <optional>
#include <string>

#include "fix/messages.hpp"
#include "simulator/settings.hpp"

// What an order must be to be taken. Pure.
namespace simulator {

// OrdRejReason(103), FIX 4.4 volume 6.
namespace ord_rej {
inline constexpr int broker_option = 0;
inline constexpr int unknown_symbol = 1;
inline constexpr int exchange_closed = 2;
inline constexpr int exceeds_limit = 3;
inline constexpr int too_late = 4;
inline constexpr int unknown_order = 5;
inline constexpr int duplicate_order = 6;
inline constexpr int incorrect_quantity = 13;
inline constexpr int other = 99;
}  // namespace ord_rej

struct Refusal {
  int reason = 0;  // OrdRejReason(103)
  std::string text;
};

// What is wrong with an order by itself, whenever it comes; nothing when it can be taken.
[[nodiscard]] std::optional<Refusal> fault_of(const fix::NewOrderSingle& order, const SymbolSettings& symbol);

// What is wrong with sending it now. `phase` is that of the hours of trading, if there are any.
[[nodiscard]] std::optional<Refusal> timing_fault(const fix::NewOrderSingle& order, std::optional<Phase> phase,
                                                  bool is_halted);

// From when to when a VWAP order trades that comes now, in what there is of the day; nothing: it has no time.
[[nodiscard]] std::optional<fix::Window> vwap_span(const fix::NewOrderSingle& order, const fix::Window& day,
                                                   core::Time now);

[[nodiscard]] constexpr bool is_for_auction(core::TimeInForce time_in_force) {
  return time_in_force == core::TimeInForce::at_the_opening || time_in_force == core::TimeInForce::at_the_close;
}
[[nodiscard]] constexpr bool is_immediate(core::TimeInForce time_in_force) {
  return time_in_force == core::TimeInForce::immediate_or_cancel || time_in_force == core::TimeInForce::fill_or_kill;
}

}  // namespace simulator
