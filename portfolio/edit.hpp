#pragma once

#include <cstddef>
#include <optional>

#include "core/order_terms.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

// What a person changes of a proposal before it is carried out.
namespace portfolio {

struct OrderEdit {
  std::size_t order = 0;                   // its place among Proposal::orders, from 0
  std::optional<core::Quantity> quantity;  // of the whole block; 0: it is left out of the proposal
  std::optional<core::OrderType> type;     // a limit order needs a limit, given or there; a market order loses it
  std::optional<core::Price> limit;        // > 0, on the tick; makes it a limit order
  std::optional<core::TimeInForce> time_in_force;
};

// A new quantity is spread over the legs in proportion to what they had when the order was proposed, whatever edits
// came between, by largest remainder in whole units, the first among equals; a leg without a unit is not there, which
// is warned of, and comes back with a quantity that gives it one. A purchase that its sleeves can no more pay from what
// is free, and that the proposal's sales may pay for, waits for these. The estimates after and the hash are made anew.
// Errors: no such order (place "order 3"), or one that went out; a quantity that is below 0, no whole number of units,
// or more than the sleeves have free to sell; a price off the tick or not above zero; a limit for a market order, or a
// limit order without one; nothing to change; and what estimate_anew() refuses.
[[nodiscard]] core::Result<Proposal> edit_order(const Proposal& proposal, const OrderEdit& edit, const Desk& desk);

// The account takes no part in what is still to be done: its moves, legs, stakes, leaving, previews and warnings are
// gone; `closes` too, since somebody stays. Orders without legs are gone. Error: the account has no part in it; nothing
// would be left; and what estimate_anew() refuses.
[[nodiscard]] core::Result<Proposal> leave_out(const Proposal& proposal, alloc::AccountIndex account, const Desk& desk);

}  // namespace portfolio
