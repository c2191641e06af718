#pragma once

#include <optional>
#include <vector>

#include "core/money.hpp"
#include "fix/messages.hpp"
#include "gateway/orders/break_kind.hpp"
#include "gateway/orders/order.hpp"

namespace gateway {

struct KeepBreak {
  BreakKind kind = BreakKind::unreadable;
  std::string text;
};

// What a report is held against besides its order.
struct Yardstick {
  std::optional<core::Price> reference;  // the instrument's reference price
  std::optional<core::Money> max_value;  // of one order, as the desk configured it
  const Order* other = nullptr;          // an order of ours, not the report's, that has its OrderID(37)
};

// A price beyond 50 % to 200 % of the reference is hardly meant.
inline constexpr int price_factor = 2;
// Nor is a commission above what was traded; small fills may cost a broker's minimum, in units of the currency.
inline constexpr std::int64_t least_odd_commission = 100;

// What is odd about a fill, or the correction of one, that is booked all the same because it is the broker's word.
// REQUIRES: a report that judge() books
[[nodiscard]] std::optional<KeepBreak> unlikely_amount(const fix::ExecutionReport& report, const Order& order,
                                                       const Yardstick& yardstick);

// What the report says against itself or against what was reported before, beside what it says of the order's terms.
// `filled`: of the order, once the report is booked. Reports may come in any order, so a CumQty(14) that lags is no
// contradiction; more fills than the broker has ever counted are one.
[[nodiscard]] std::optional<KeepBreak> contradiction_of(const fix::ExecutionReport& report, const Order& order,
                                                        core::Quantity filled, const Yardstick& yardstick);

}  // namespace gateway
