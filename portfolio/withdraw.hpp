#pragma once

#include "core/id.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// Moves a percentage of the model's free cash to Independent: to the nearest minor unit, halves up, split over the
// sleeves by the free cash that each has, by largest remainder. Sleeves without cash take no part. Stakes go with the
// value that leaves.
// Errors: no such model; a percentage that is not above 0 and at most 100; no cash that can be withdrawn; a price or
// rate that is missing or too old, since stakes follow values.
[[nodiscard]] core::Result<Proposal> propose_withdrawal(const Desk& desk, const core::ModelCode& code, Percent percent);

}  // namespace portfolio
