#pragma once

#include "core/id.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

// Deletes a model: all that its sleeves hold, cash of every currency, fractions and short positions included, becomes
// Independent. Nothing is traded and no price is needed; one that is missing is warned of. Staged orders of the model
// are the caller's to discard.
// Errors: no such model; `orders_are_working` on it, which the caller knows; an instrument without a record.
[[nodiscard]] core::Result<Proposal> propose_deletion(const Desk& desk, const core::ModelCode& code,
                                                      bool orders_are_working);

}  // namespace portfolio
