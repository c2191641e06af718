#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/engine/commitments.hpp"
#include "gateway/engine/planning.hpp"

// Whether what an order sells and spends is there, sleeve by sleeve: what a model has as a whole belongs to many
// clients, and no sleeve may give what is another's. Pure.
namespace gateway {

// A sleeve as people name it: "A1 in GROWTH".
[[nodiscard]] std::string sleeve_name(const core::AccountId& account, const core::ModelCode& model);

// Nothing: it is. The place of the refusal is the field alone. A sale with given parts that opens short positions in
// all its sleeves becomes one of SELL SHORT; one of a proposal is what was previewed, or it is refused.
// REQUIRES: of a purchase, a limit or a price to expect
[[nodiscard]] std::optional<Refusal> check_means(PlannedOrder& order, const State& state, Commitments& commitments);

// Units that are to come into sleeves before the orders of a proposal go out; out of them, where it is below zero.
using ToCome = std::map<std::tuple<alloc::AccountIndex, alloc::GroupIndex, core::Symbol>, core::Quantity>;

// Of all sales with given parts together, before the transfers are made that they need: the same as check_means().
// REQUIRES: check_orders() refuses none of them
[[nodiscard]] std::vector<Refusal> check_sales(const std::vector<OrderRequest>& requests, const State& state,
                                               ToCome to_come);

}  // namespace gateway
