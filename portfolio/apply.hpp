#pragma once

#include <optional>
#include <vector>

#include "alloc/book.hpp"
#include "portfolio/models.hpp"
#include "portfolio/proposal.hpp"

// What a proposal does to the book and the models beside its orders. `made`: where to add what was moved.
namespace portfolio {

// A transfer that was made, for whoever keeps a log.
struct MoveMade {
  alloc::AccountIndex account{};
  alloc::GroupIndex from{};
  alloc::GroupIndex to{};
  core::Currency currency = core::Currency::of("USD");
  std::int64_t minor = 0;              // of cash
  std::optional<core::Symbol> symbol;  // of units, and then how many
  core::Quantity quantity{};
};
using MovesMade = std::vector<MoveMade>;

// Everything that happens at once: stakes, then transfers of units and of cash that do not wait. A model that closes
// without any orders is gone afterwards.
// REQUIRES: the book and the models are as the proposal found them (proposal_changes.hpp)
void apply(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made = nullptr);

// When its sales are done, however much of them was filled, and before its purchases that wait for them: transfers that
// wait for sales, with what is there. True: all of it was.
// REQUIRES: applied; the money of legs whose money leaves has left, see Leg::does_money_leave
bool apply_after_sales(const Proposal& proposal, alloc::Book& book, MovesMade* made = nullptr);

// When all orders are done, however much of them was filled: transfers that wait for that, with what is there;
// cash of accounts that leave; then the model that closes, unless something is left in it, which a partly filled order
// may do. True: all that was proposed has come about.
// REQUIRES: applied, and applied after sales
bool apply_after_orders(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made = nullptr);

}  // namespace portfolio
