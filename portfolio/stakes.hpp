#pragma once

#include <cstdint>

#include "core/result.hpp"

// How stakes in a model come and go with its value, like units of a fund. All amounts are minor units of the model's
// currency.
namespace portfolio {

// The stake that new money gets. In a model that nobody has a stake in, it is the money itself; otherwise
// amount * total_stake / value, `value` being the model's before the money comes, rounded down and at least 1: what is
// rounded off stays with those who were there.
// Error: the model is worth nothing, so new money would have no share; or the stakes would reach 2^62.
// REQUIRES: amount > 0, total_stake >= 0
[[nodiscard]] core::Result<std::int64_t> stake_for_money(std::int64_t amount, std::int64_t total_stake,
                                                         std::int64_t value);

// The stake that goes when `taken` of the sleeve's `value` is taken out: stake * taken / value, rounded down; all of it
// when nothing of value is left, and never all while something is.
// REQUIRES: stake >= 0, taken >= 0
[[nodiscard]] std::int64_t stake_taken_with(std::int64_t stake, std::int64_t taken, std::int64_t value);

}  // namespace portfolio
