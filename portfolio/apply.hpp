#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
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

// So much of a cash move that waited moves.
struct MoveDue {
  std::uint32_t move = 0;  // place among Proposal::cash_moves
  std::int64_t minor = 0;  // > 0
};
using MovesDue = std::vector<MoveDue>;

// What sales of a proposal have brought to Independent for each account, less fees.
using Brought = std::map<std::pair<alloc::AccountIndex, core::Currency>, std::int64_t>;

// Of the moves that wait for sales: what these have brought and was not moved yet, never more than the amount, than
// they brought, or than is there. `moved`: what of each cash move has moved before; nothing where it is shorter.
[[nodiscard]] MovesDue due_after_sales(const Proposal& proposal, std::span<const std::int64_t> moved,
                                       const Brought& brought, const alloc::Book& book);

// Of the moves that wait for all orders: what is there then, of sleeves whose orders were filled whole. In the others
// all stays: it may have to pay for what is still short.
using Sleeves = std::set<std::pair<alloc::GroupIndex, alloc::AccountIndex>>;
[[nodiscard]] MovesDue due_after_orders(const Proposal& proposal, std::span<const std::int64_t> moved,
                                        const Sleeves& unfilled, const alloc::Book& book);

// Each with its part of the move's stake; none into a model that is gone. REQUIRES: applied; due as above
void make_moves(const Proposal& proposal, const MovesDue& due, std::span<const std::int64_t> moved, Models& models,
                alloc::Book& book, MovesMade* made = nullptr);

// When all orders are done, however much of them was filled: accounts that leave and hold no units any more take their
// cash to Independent and have no stake; then the model that closes, unless something is left in it. True: unless
// somebody or something stayed, all that was proposed has come about.
// REQUIRES: what was due is moved
bool finish_leaving(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made = nullptr);

// As older journals had it: transfers that waited took what was there, whoever's it was, accounts that left took their
// cash along, sold or not, and stakes had gone at once. True: all of it was.
bool apply_after_sales(const Proposal& proposal, alloc::Book& book, MovesMade* made = nullptr);
bool apply_after_orders(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made = nullptr);

}  // namespace portfolio
