#pragma once

#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// After the orders of a proposal were changed: orders without legs are gone, and from what is left, at the quotes and
// as Draft reckons, are made anew: what each line trades, the fees, cash, value and shares of each sleeve after it, the
// warnings of odd lots, small legs and purchases that cannot be paid, and the hash. What moves later moves no more than
// is there then, and what waits for sales no more than they bring; unless some have brought money before
// (`has_sold_before`, or orders that have gone), which is not known here.
// Error, and then the proposal is not to be used: an instrument without a record, a rate that is missing or too old, or
// an amount beyond 2^58; place is the symbol, or the account.
// REQUIRES: each leg has a sleeve and a line
[[nodiscard]] core::Result<bool> estimate_anew(Proposal& proposal, const Desk& desk, bool has_sold_before = false);

}  // namespace portfolio
