#pragma once

#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// After the orders of a proposal were changed: orders without legs are gone, and from what is left, at the quotes and
// as Draft reckons, are made anew: what each line trades, the fees, cash, value and shares of each sleeve after it, the
// warnings of odd lots and small legs, and the hash. What moves later moves no more than is there then.
// Error, and then the proposal is not to be used: an instrument without a record, a rate that is missing or too old, or
// an amount beyond 2^58; place is the symbol, or the account.
// REQUIRES: each leg has a sleeve and a line
[[nodiscard]] core::Result<bool> estimate_anew(Proposal& proposal, const Desk& desk);

}  // namespace portfolio
