#pragma once

#include <map>
#include <optional>

#include "core/money.hpp"
#include "gateway/commands.hpp"

// The fail-closed basics: an order goes out only within limits that somebody configured (law 8). Pure.
namespace gateway {

struct OrderLimit {
  core::Quantity max_quantity;
  core::Money max_value;
};

// By the currency that an order is paid in. A currency without limits cannot be traded.
using Limits = std::map<core::Currency, OrderLimit>;

// No cost, value or notional may be above this many minor units (10 trillion USD), so that sums stay far from overflow.
inline constexpr std::int64_t max_amount_minor = 1'000'000'000'000'000;

// quantity * price * factor in minor units; nothing when it would be above max_amount_minor.
[[nodiscard]] std::optional<core::Money> value_of(core::Quantity quantity, core::Price price, core::MoneyFactor factor,
                                                  core::Currency currency);

// At which an order counts before it fills; nothing without a limit and a reference price. A sale counts at the higher
// of the two: a low limit is no bound on what it brings.
[[nodiscard]] std::optional<core::Price> counted_price(core::Side side, std::optional<core::Price> limit,
                                                       std::optional<core::Price> reference);

// The refusal's place is left to the caller.
[[nodiscard]] std::optional<Refusal> check_limits(const Limits& limits, core::Quantity quantity, core::Money value);

}  // namespace gateway
