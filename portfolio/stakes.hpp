#pragma once

#include <cstdint>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "portfolio/models.hpp"

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

// Of a stake that goes, or comes, with `all`: what has gone when `done` of it has, rounded down; no more than all.
// REQUIRES: stake >= 0, all > 0
[[nodiscard]] std::int64_t stake_gone_with(std::int64_t stake, std::int64_t done, std::int64_t all);

// After value has left a sleeve: `by` of the account's stake goes (below 0: comes back), never the last of it while the
// sleeve holds anything, and all that is left of it when the sleeve is empty.
// REQUIRES: the model exists
void take_stake(const core::ModelCode& model, alloc::AccountIndex account, std::int64_t by, Models& models,
                alloc::Book& book);

}  // namespace portfolio
