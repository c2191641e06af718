#pragma once

#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/scaled.hpp"
#include "gateway/engine/kept_cash.hpp"
#include "gateway/engine/planning.hpp"
#include "portfolio/desk.hpp"

namespace gateway {

// What units of an instrument cost at most at a price: exactly, rounded up to minor units. Made once, asked for each
// sleeve, so it divides 64 bits where they are enough.
class UnitCost {
 public:
  // REQUIRES: unit > 0, price >= 0, the factor of an instrument
  UnitCost(core::Quantity unit, core::Price price, core::MoneyFactor factor, core::Currency currency);

  // Above max_amount_minor just that it is. REQUIRES: units >= 0
  [[nodiscard]] std::int64_t of(std::int64_t units) const;

 private:
  core::Int128 num_ = 0;  // minor units of one unit: num / den
  core::Int128 den_ = 1;
};

// What open orders, and earlier ones of the same plan, may still spend and sell, sleeve by sleeve, and the cash that is
// kept for others (kept_cash.hpp). The open orders are looked at for each group that somebody asks about, and only
// then.
class Commitments {
 public:
  explicit Commitments(const State& state) : state_(state) {}

  void add(const PlannedOrder& order);

  // By slot, in minor units, at the limits or at the reference prices; slots beyond the end spend nothing.
  [[nodiscard]] std::span<const core::Int128> spending(alloc::GroupIndex group, core::Currency currency);
  // By slot, in allocation units; slots beyond the end sell nothing.
  [[nodiscard]] std::span<const std::int64_t> selling(alloc::GroupIndex group, const core::Symbol& symbol);
  // Likewise, of purchases.
  [[nodiscard]] std::span<const std::int64_t> buying(alloc::GroupIndex group, const core::Symbol& symbol);

  // Of all open orders, for portfolios.
  [[nodiscard]] static portfolio::Working working(const State& state);

 private:
  using Spender = std::pair<alloc::GroupIndex, core::Currency>;
  using Trader = std::pair<alloc::GroupIndex, core::Symbol>;
  using Units = std::map<Trader, std::vector<std::int64_t>>;

  // An order that may still fill.
  struct Working {
    core::Price price;
    core::MoneyFactor factor;
    core::Currency currency;
    core::Quantity unit;
    std::int64_t units = 0;  // of the whole order
    std::span<const alloc::SlotIndex> slots;
    std::span<const std::int64_t> weights;
    std::int64_t total_weight = 0;
    std::span<const std::int64_t> had;  // units of each sleeve so far; empty: none

    // Units that the sleeve may still get: at most the ceiling of its share of the whole order.
    [[nodiscard]] std::int64_t left_for(std::size_t i) const;
  };
  [[nodiscard]] Working working(const Order& order) const;
  void spend(const Working& order, const Leg& leg, std::vector<core::Int128>& by_slot) const;
  void trade(const Working& order, const Leg& leg, std::vector<std::int64_t>& by_slot) const;
  [[nodiscard]] std::span<const std::int64_t> trading(Units& units, bool are_sales, const Trader& trader) const;

  const State& state_;
  std::optional<KeptCash> kept_;  // once somebody asks what is spent
  std::map<Spender, std::vector<core::Int128>> spending_;
  Units selling_;
  Units buying_;
};

// Units of one sleeve when the order fills whole: its exact share rounded up, which is the most that the split gives.
// REQUIRES: units >= 0, 0 <= weight <= total_weight, total_weight > 0
[[nodiscard]] std::int64_t most_of(std::int64_t units, std::int64_t weight, std::int64_t total_weight);

}  // namespace gateway
