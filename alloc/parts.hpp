#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "alloc/split.hpp"
#include "core/money.hpp"

namespace alloc {

// What an account got of a block order: units, and what they cost, in minor units of the order's currency.
struct Part {
  std::int64_t units = 0;
  std::int64_t cost = 0;        // share of the notional, never negative
  std::int64_t commission = 0;  // share of the fees; may be negative (a rebate)

  friend bool operator==(const Part&, const Part&) = default;
};

// The parts of one block order as fills arrive (laws 2 and 4). Whenever they are settled
//   sum(units) = units filled, sum(cost) = notional filled times the factor, rounded to cents,
//   sum(commission) = fees rounded to cents.
// Every account carries the block's average price: costs are notional * units_i / units, cents placed by largest
// remainder, ties by the order of the split; commissions likewise. Both follow from the totals alone, so settling after
// several fills gives what settling after each of them gives; units are split fill by fill.
class BlockParts {
 public:
  // `unit` is the instrument's allocation unit (one share, 0.001 of a fund), `factor` makes money of its notional.
  // REQUIRES: as for Split; unit > 0
  BlockParts(std::shared_ptr<const ShareTable> shares, std::uint64_t tie_seed, core::Quantity unit,
             core::Currency currency, core::MoneyFactor factor = {});
  BlockParts(std::vector<std::int64_t> weights, std::uint64_t tie_seed, core::Quantity unit, core::Currency currency,
             core::MoneyFactor factor = {});

  // What is known of the block as a whole.
  struct Totals {
    std::int64_t units = 0;  // allocation units filled
    core::Notional notional = 0;
    core::Int128 commission = 0;

    friend bool operator==(const Totals&, const Totals&) = default;
  };
  [[nodiscard]] Totals totals() const { return {split_.filled(), notional_, commission_}; }
  // As after fills that gave these totals and each account these units; settled.
  // REQUIRES: the units sum to totals.units
  BlockParts(Split split, core::Quantity unit, core::Currency currency, core::MoneyFactor factor, Totals totals);

  // Frees everything that is per account; what is about the whole block stays. REQUIRES: is_settled()
  void retire();
  [[nodiscard]] bool is_retired() const { return split_.is_retired(); }

  // REQUIRES (from here to parts()): not retired
  // Splits the units; the parts are no longer settled.
  // REQUIRES: quantity > 0 and a whole multiple of the unit; price >= 0; totals fit (see core::round_to_minor)
  void fill(core::Quantity quantity, core::Price price, core::Amount commission);
  // What is filled becomes what these fills come to, in this order, as if no other had ever been: after a bust or a
  // correction. Units may be taken back by it. The parts are no longer settled. O(accounts * fills).
  // REQUIRES: each as for fill()
  struct Fill {
    core::Quantity quantity;
    core::Price price;
    core::Amount commission;
  };
  void restate(std::span<const Fill> fills);
  // Places the cents of everything filled so far, and returns the parts as they were before. O(accounts).
  std::vector<Part> settle();
  [[nodiscard]] bool is_settled() const { return is_settled_; }

  [[nodiscard]] const Split& split() const { return split_; }
  // REQUIRES: is_settled()
  [[nodiscard]] const std::vector<Part>& parts() const;
  [[nodiscard]] core::Quantity filled() const;
  [[nodiscard]] core::Notional notional() const { return notional_; }    // exact
  [[nodiscard]] core::Int128 commission() const { return commission_; }  // exact, core::Amount::decimals
  [[nodiscard]] std::int64_t cost_minor() const;                         // notional * factor, rounded
  [[nodiscard]] std::int64_t commission_minor() const;                   // commission, rounded
  // notional / filled, rounded half up to core::Price::decimals; for people. REQUIRES: filled() > 0
  [[nodiscard]] core::Price average_price() const;
  [[nodiscard]] core::Quantity unit() const { return unit_; }
  [[nodiscard]] core::Currency currency() const { return currency_; }
  [[nodiscard]] core::MoneyFactor factor() const { return factor_; }

 private:
  Split split_;
  core::Quantity unit_;
  core::Currency currency_;
  core::MoneyFactor factor_;
  core::Notional notional_ = 0;
  core::Int128 commission_ = 0;
  std::vector<Part> parts_;
  bool is_settled_ = true;
};

}  // namespace alloc
