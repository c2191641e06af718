#pragma once

#include <span>

#include "core/id.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

struct Allocation {
  core::ModelCode model;
  Percent percent;  // of what the account has in all models together, 0 to 100
};

// Moves the money of each account between its models. A model that is not named keeps what it has; what the percentages
// and those leave of the whole goes to Independent. Models that get less give in the proportions held, models that get
// more invest in their ratios; what one would sell and another would buy moves between them instead, then cash moves,
// and the rest is traded. Purchases that the sales pay for wait for them. Fees and rounding of the sales come out of
// what goes to Independent, and when that is not enough, out of what the other models get, in proportion.
// Errors: none named, one named twice or unknown; a percentage below 0 or above 100, or a sum above 100; named models
// in several currencies; an account that is there twice, or has nothing in any model of that currency; whatever refuses
// ratios, prices and stakes.
[[nodiscard]] core::Result<Proposal> propose_reallocation(const Desk& desk,
                                                          std::span<const alloc::AccountIndex> accounts,
                                                          std::span<const Allocation> allocations, OrderStyle style);

}  // namespace portfolio
