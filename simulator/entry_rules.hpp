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
inline constexpr int exceeds_limit = 3;
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

}  // namespace simulator
