#pragma once

#include <span>

#include "core/id.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// The sales and purchases that bring sleeves of the model to its saved targets; what is held and is no target is sold.
// All sleeves, or those of `accounts`.
// Errors: no such model; it has no targets, or one that has expired; an account that is not in it; a price or rate that
// is missing or too old.
[[nodiscard]] core::Result<Proposal> propose_rebalance(const Desk& desk, const core::ModelCode& code,
                                                       std::span<const alloc::AccountIndex> accounts, OrderStyle style);

}  // namespace portfolio
