#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/engine/state.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

// From what a person asks about models to what portfolio/ computes. Pure.
namespace gateway {

// The refusal names the field: "accounts[1].amount".
[[nodiscard]] tl::expected<portfolio::Proposal, Refusal> propose(const Propose& asked, const State& state,
                                                                 const portfolio::Desk& desk);

// "invest in GROWTH, 3 accounts"
[[nodiscard]] std::string title_of(const Propose& asked, const portfolio::Proposal& proposal);

// The account of that name, or those of the group. A name that is both is the account's.
[[nodiscard]] tl::expected<std::vector<alloc::AccountIndex>, Refusal> accounts_named(const std::string& name,
                                                                                     const State& state,
                                                                                     const std::string& place);

// That it cannot be done where the proposal is now, and what can.
// Whether an order that may still fill has a part in the model.
[[nodiscard]] bool is_worked_on(const State& state, alloc::GroupIndex group);

[[nodiscard]] Answer refuse_stage(const Staged& staged, std::string_view wish);

// What each leg of an order got.
// REQUIRES: the parts of the order are not retired
[[nodiscard]] std::vector<core::Quantity> got_by_legs(const portfolio::BlockOrder& asked, const Order& order,
                                                      const State& state);

}  // namespace gateway
