#pragma once

#include "alloc/book.hpp"
#include "portfolio/models.hpp"
#include "portfolio/proposal.hpp"

// What a proposal does to the book and the models beside its orders.
namespace portfolio {

// Everything that happens at once: stakes, then transfers of units and of cash that do not wait. A model that closes
// without any orders is gone afterwards.
// REQUIRES: the book and the models are as the proposal found them (proposal_changes.hpp)
void apply(const Proposal& proposal, Models& models, alloc::Book& book);

// When its sales are done, however much of them was filled, and before its purchases that wait for them: transfers that
// wait for sales, with what is there. True: all of it was.
// REQUIRES: applied; the money of legs whose money leaves has left, see Leg::does_money_leave
bool apply_after_sales(const Proposal& proposal, alloc::Book& book);

// When all orders are done, however much of them was filled: transfers that wait for that, with what is there;
// cash of accounts that leave; then the model that closes, unless something is left in it, which a partly filled order
// may do. True: all that was proposed has come about.
// REQUIRES: applied, and applied after sales
bool apply_after_orders(const Proposal& proposal, Models& models, alloc::Book& book);

}  // namespace portfolio
