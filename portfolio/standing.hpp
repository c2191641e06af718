#pragma once

#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// The proposal with what it stands on as that is now: prices of its quotes, versions of targets and stakes of its
// models, cash and holdings of its sleeves with their values and shares. For what_moved(): what the proposal itself has
// done already is taken back out, when `is_applied` (apply() was called for it). What would be done and the estimates
// after are left as they were; the hash is made anew.
//
// A model that is gone is left out, unless the proposal has closed it. What a sleeve of a model holds now without a
// line for it gets one, without a price when there is none, and then the sleeve has no value; Independent is shown as
// far as it was. Cash in a currency that no preview of a sleeve is in is not compared, as it is no part of a proposal.
// Error: a price (of a quote that had one) or a rate that is missing or too old; place is the symbol, or the pair of
// currencies where it is cash that needs the rate.
[[nodiscard]] core::Result<Proposal> standing_now(const Proposal& previewed, const Desk& desk, bool is_applied);

}  // namespace portfolio
