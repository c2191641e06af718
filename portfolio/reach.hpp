#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/decimal.hpp"
#include "core/scaled.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/valuation.hpp"

// The arithmetic of one sleeve: which trades reach proportions (reach), and which take an amount out (release).
namespace portfolio {

// One instrument in it. `change` is the answer: units to buy (> 0) or to sell (< 0).
struct Goal {
  const Column* column = nullptr;
  std::int64_t weight = 0;     // of the scale, as in Ratios
  std::int64_t held = 0;       // whole allocation units
  std::int64_t free = 0;       // of them, those that may be sold
  std::int64_t shorting = 0;   // units beyond those held that open orders may sell
  std::int64_t closable = 0;   // units of a sale that close what is held: what goes beyond is an order, and a fee, more
  std::int64_t elsewhere = 0;  // units of a purchase that come without an order and its fee: transfers
  core::Quantity rest;         // what is held beyond whole units; stays as it is

  std::int64_t change = 0;
  bool is_short_of_units = false;  // more would have to be sold than is free, or may be sold short
  core::Int128 shortfall = 0;      // money missing to the exact target after rounding down, in 1 / scale minor units

  [[nodiscard]] std::int64_t bought() const { return change > elsewhere ? change - elsewhere : 0; }  // by an order
  [[nodiscard]] std::int64_t sold() const { return change < 0 ? -change : 0; }
  // The fee of its order, or of both: one closes, one opens. Below zero: a sale; in the instrument's currency.
  [[nodiscard]] std::int64_t fee(std::int64_t units, const FeeSchedule& fees) const;
  [[nodiscard]] core::Quantity quantity(std::int64_t units) const { return {units * column->instrument->unit.raw}; }
};

// One goal for each column, in its order: what the sleeve holds and may sell of it.
void fill_goals(const PricedGroup& priced, alloc::SlotIndex slot, std::vector<Goal>& goals);

struct Purse {
  std::int64_t scale = 1;
  std::int64_t money = 0;  // what the weights are shares of
  std::int64_t cash = 0;   // what purchases may spend beside the proceeds of sales
};

struct Outcome {
  std::int64_t fees = 0;         // estimate, in the group's currency
  std::int64_t cash_change = 0;  // of trades in the group's currency, less fees; transferred units count as bought
  std::int64_t set_aside = 0;    // of the money, for fees, when the targets were computed; `fees` or somewhat more
  bool is_cash_short = false;    // purchases were cut to what can be paid
  bool is_beyond = false;        // a quantity that cannot be written; nothing was decided
};

// Reaches the weights with the money, in whole units:
//  1. fees of the trades are set aside from the money;
//  2. each instrument gets its exact target rounded down (towards more short, when it is below zero);
//  3. one unit more where the shortfall in money is largest, by symbol among equals, as long as what 2. left over
//  lasts;
//     the cash that the weights leave is not touched by it;
//  4. when not everything can be sold, purchases are cut in one proportion to what can be paid, rounded down.
// So each holding is within one unit of its exact target unless the goal or the outcome says why not, and cash plus
// proceeds pay for purchases and fees.
// REQUIRES: scale > 0, 0 <= money <= 2^58
[[nodiscard]] Outcome reach(std::span<Goal> goals, const Purse& purse, const FeeSchedule& fees);

struct Release {
  std::int64_t cash_now = 0;  // of the free cash, what leaves
  std::int64_t raised = 0;    // what the positions that leave are worth, less what covering shorts costs
  // The cash that covering shorts takes stays; that and the proceeds leave only when they are covered.
  bool is_cash_held_for_shorts = false;
  [[nodiscard]] std::int64_t taken() const { return cash_now + raised; }
};

// Takes `amount` of the sleeve's `value` out, or everything when `amount` == `value`: of each position the share
// amount / value, rounded down in units; then cash for what is missing; then one unit more where the shortfall is
// largest, as long as no more than the amount is taken. Short positions are covered in the same proportion, as far as
// the cash and the sales pay for it. Positions are sold at a fee, or, when `are_sold` is false, just leave; those that
// have expired always just leave.
// REQUIRES: 0 < amount <= value
[[nodiscard]] Release release(std::span<Goal> goals, std::int64_t value, std::int64_t amount, std::int64_t free_cash,
                              bool are_sold, const FeeSchedule& fees);

}  // namespace portfolio
