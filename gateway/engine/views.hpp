#pragma once

#include "gateway/commands.hpp"
#include "gateway/engine/state.hpp"
#include "portfolio/desk.hpp"

// What a desk looks at: models, accounts and holdings with what they are worth. Pure.
namespace gateway {

// Values are at the latest prices, however old, and what has no price or no rate into the view's currency counts as
// nothing; the notes name both. Percentages have two decimals and sum to 100.00. Refusals: an unknown model, account,
// group or currency; amounts beyond what is reckoned with.
// REQUIRES: the state is settled, and the desk is made of it
[[nodiscard]] Viewed look(const ViewRequest& request, const State& state, const portfolio::Desk& desk);

}  // namespace gateway
