#pragma once

#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/scaled.hpp"
#include "gateway/engine/planning.hpp"
#include "portfolio/desk.hpp"

namespace gateway {

// What open orders, and earlier ones of the same plan, may still spend and sell, and cash that proposals count on: for
// their purchases that wait, and what sales have brought that is to leave. Open orders are looked at once a plan.
class Commitments {
 public:
  // `by_sleeve`: whether anybody will ask what purchases may spend sleeve by sleeve, which takes a look at each account
  // of each open purchase.
  Commitments(const State& state, bool by_sleeve);

  void add(const PlannedOrder& order);

  // By all sleeves of a group, in minor units, at the limits or at the reference prices.
  [[nodiscard]] core::Int128 spending(alloc::GroupIndex group, core::Currency currency) const;
  // By one of them. REQUIRES: by_sleeve
  [[nodiscard]] core::Int128 spending(alloc::GroupIndex group, core::Currency currency, alloc::SlotIndex slot) const;
  // The same for portfolios. REQUIRES: by_sleeve
  [[nodiscard]] portfolio::Working working() const;
  // By slot, in allocation units; slots beyond the end sell nothing.
  [[nodiscard]] std::span<const std::int64_t> selling(alloc::GroupIndex group, const core::Symbol& symbol) const;

 private:
  // An order that may still fill.
  struct Working {
    core::Side side{};
    core::Symbol symbol;
    core::Currency currency;
    core::Price price;
    core::MoneyFactor factor;
    core::Quantity unit;
    core::Quantity open;
    std::int64_t units = 0;  // of the whole order
    std::span<const Leg> legs;
    std::span<const alloc::SlotIndex> slots;
    std::span<const std::int64_t> weights;
    std::int64_t total_weight = 0;
    std::span<const std::int64_t> had;  // units of each sleeve so far; empty: none

    // Units that the sleeve may still get: at most the ceiling of its share of the whole order.
    [[nodiscard]] std::int64_t left_for(std::size_t i) const;
  };
  void add(const Order& order);
  void add(const Working& order);
  void sell(const Working& order);
  void spend(const Working& order);
  void keep(alloc::GroupIndex group, alloc::AccountIndex account, core::Currency currency, core::Int128 minor);
  void keep_what_leaves(const Order& order);
  void keep_for(const Staged& proposal);

  const State& state_;
  bool by_sleeve_;
  std::map<std::pair<alloc::GroupIndex, core::Currency>, core::Int128> spending_;
  std::map<std::pair<alloc::GroupIndex, core::Currency>, std::vector<core::Int128>> spending_by_slot_;
  std::map<std::pair<alloc::GroupIndex, core::Symbol>, std::vector<std::int64_t>> selling_;
};

// What so many units cost at most at this price, in minor units; above max_amount_minor just that it is.
[[nodiscard]] core::Int128 highest_cost(core::Quantity quantity, core::Price price, core::MoneyFactor factor,
                                        core::Currency currency);

}  // namespace gateway
