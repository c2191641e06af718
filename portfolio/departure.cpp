#include "portfolio/departure.hpp"

#include <algorithm>
#include <string>

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

// What the orders of one departure come to, in the model's currency.
struct Totals {
  std::int64_t fees = 0;
  std::int64_t flow = 0;   // proceeds less purchases less fees
  std::int64_t moved = 0;  // worth of what leaves without an order
  std::int64_t kept = 0;   // worth of what stays, because its sale would cost more than it brings
};

// The stake that goes with what leaves, worth so much: exactly its share of the sleeve, rounded down.
std::int64_t stake_of(const Departure& departure, std::int64_t worth) {
  const std::int64_t value = departure.priced->value(departure.slot);
  if (value <= 0 || worth <= 0) return 0;
  return stake_gone_with(departure.model->stake_of(departure.account), worth, value);
}

// By an order. A sale must bring more than its fee; a short position is covered at any fee.
bool is_traded(const Departure& departure, std::size_t i, const FeeSchedule& fees) {
  const Goal& goal = departure.goals[i];
  const Column& column = *goal.column;
  const std::int64_t sold = departure.sold(i);
  if (!departure.are_sold || column.has_expired) return false;
  return sold <= 0 || column.unit.proceeds_of(sold) > fees.fee(goal.quantity(sold), column.instrument->currency);
}

bool is_traded_at_all(const Departure& departure, const FeeSchedule& fees) {
  for (std::size_t i = 0; i < departure.goals.size(); ++i) {
    if (departure.sold(i) != 0 && is_traded(departure, i, fees)) return true;
  }
  return false;
}

// Whether covering what is short takes more than the cash that stays for it, so that it waits for the sales.
bool do_covers_wait(const Departure& departure, const FeeSchedule& fees) {
  std::int64_t needed = 0;
  for (std::size_t i = 0; i < departure.goals.size(); ++i) {
    const Goal& goal = departure.goals[i];
    const std::int64_t units = -departure.sold(i);
    if (units <= 0 || goal.column->is_foreign || !is_traded(departure, i, fees)) continue;
    needed += goal.column->unit.price_of(units) + goal.fee(units, fees);
  }
  return needed > departure.priced->free_cash(departure.slot) - departure.release.cash_now;
}

// The steps of the sleeve, and the orders and transfers that they are.
Totals draft_positions(const Desk& desk, const Departure& departure, Draft& draft, const Draft::Places& places,
                       std::vector<Step>& steps) {
  Totals totals;
  const alloc::GroupIndex group = departure.model->group;
  const bool does_money_leave = !departure.release.is_cash_held_for_shorts;
  const bool do_wait = do_covers_wait(departure, desk.fees);
  for (std::size_t i = 0; i < departure.goals.size(); ++i) {
    const Goal& goal = departure.goals[i];
    const Column& column = *goal.column;
    const std::int64_t sold = departure.sold(i);
    core::Quantity outside;  // to Independent
    if (is_traded(departure, i, desk.fees)) {
      steps[i].traded = goal.quantity(-sold);
    } else if (departure.is_all || !departure.are_sold || column.has_expired) {
      outside = goal.quantity(sold);
      totals.moved += column.worth_of_units(sold);
    } else {
      totals.kept += column.worth_of_units(sold);
    }
    if (departure.is_all && !goal.is_short_of_units) {
      outside += goal.rest;
      totals.moved += column.worth(goal.rest);
    }
    totals.moved += column.worth_of_units(departure.units_elsewhere[i]);
    steps[i].moved = core::Quantity{} - outside - goal.quantity(departure.units_elsewhere[i]);
    draft.move_units(departure.account, group, independent, places[i], outside);
    if (steps[i].traded.raw != 0) {
      const std::int64_t units = sold < 0 ? -sold : sold;
      const core::Currency currency = column.instrument->currency;
      const std::int64_t fee = desk.fees.fee(goal.quantity(units), currency);
      const std::int64_t net = (sold < 0 ? -column.unit.price_of(units) : column.unit.proceeds_of(units)) - fee;
      if (!column.is_foreign) totals.flow += net, totals.fees += fee;
      if (does_money_leave) draft.expect(departure.account, {net, currency});
      draft.trade({.quote = places[i],
                   .account = departure.account,
                   .group = group,
                   .quantity = steps[i].traded,
                   .waits = sold < 0 && do_wait,
                   .does_money_leave = does_money_leave && sold > 0,
                   .stake = does_money_leave && sold > 0 ? stake_of(departure, column.worth_of_units(sold)) : 0,
                   .worth = column.unit.price_of(units)});
    }
    if (!goal.is_short_of_units) continue;
    draft.warn(WarningKind::position_short,
               "open orders are selling " + column.instrument->symbol.text() + "; only what is free is taken",
               departure.account, column.instrument->symbol);
  }
  return totals;
}

// Returns what leaves once shorts are covered.
std::int64_t draft_cash(const Desk& desk, const Departure& departure, std::int64_t flow, Draft& draft) {
  const core::Currency own = departure.model->currency;
  const alloc::GroupIndex group = departure.model->group;
  const Release& release = departure.release;
  draft.move_cash(departure.account, group, independent, {release.cash_now - departure.cash_elsewhere, own});
  std::int64_t later = 0;
  if (release.is_cash_held_for_shorts) {
    const std::int64_t cash_left = departure.priced->free_cash(departure.slot) - release.cash_now;
    later = std::max<std::int64_t>(std::min(departure.amount - release.cash_now, cash_left + flow), 0);
    if (later > 0) {
      draft.move_cash(departure.account, group, independent, {later, own}, When::after_orders,
                      stake_of(departure, later));
    }
  }
  if (!departure.is_all) return later;
  for (const auto& [currency, row] : desk.book.cash_of(group)) {
    if (currency == own) continue;
    const std::int64_t minor = desk.book.cash(group, currency, departure.slot);
    draft.move_cash(departure.account, group, independent,
                    {minor - desk.working.spending_of(group, currency, departure.slot), currency});
  }
  return later;
}

}  // namespace

std::int64_t Departure::sold(std::size_t column) const { return -goals[column].change - units_elsewhere[column]; }

std::int64_t Departure::raises(const FeeSchedule& fees) const {
  std::int64_t sum = release.cash_now;
  if (release.is_cash_held_for_shorts) return sum;  // the rest comes when they are covered
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const Goal& goal = goals[i];
    const std::int64_t units = sold(i);
    if (goal.column->is_foreign || units <= 0 || !is_traded(*this, i, fees)) continue;
    const std::int64_t cent = goal.column->unit.den() == 1 ? 0 : 1;
    const std::int64_t fee = fees.fee(goal.quantity(units), goal.column->instrument->currency);
    sum += std::max<std::int64_t>(goal.column->unit.proceeds_of(units) - cent - fee, 0);
  }
  return sum;
}

core::Result<void> check_may_leave(const Desk& desk, const Model& model, alloc::AccountIndex account,
                                   alloc::SlotIndex slot) {
  const auto place = static_cast<std::size_t>(slot);
  for (const auto& [trader, units] : desk.working.selling) {
    if (trader.first != model.group || place >= units.size() || units[place] == 0) continue;
    const core::Symbol& symbol = trader.second;
    const std::int64_t unit = desk.instruments.at(symbol).unit.raw;
    if (units[place] <= desk.book.holding(model.group, symbol, slot).quantity.raw / unit) continue;
    return core::fail("account", "an open order may still sell " + symbol.text() + " short for " +
                                     desk.book.account_id(account).text() + " in " + model.code.text() +
                                     "; cancel it, or wait, before all is taken out");
  }
  return {};
}

Departure depart(const Desk& desk, const Model& model, const PricedGroup& priced, alloc::AccountIndex account,
                 alloc::SlotIndex slot, std::int64_t amount, bool is_all, bool are_sold) {
  Departure departure{.model = &model,
                      .priced = &priced,
                      .account = account,
                      .slot = slot,
                      .amount = amount,
                      .is_all = is_all,
                      .are_sold = are_sold,
                      .goals = {},
                      .release = {},
                      .units_elsewhere = std::vector<std::int64_t>(priced.columns().size())};
  fill_goals(priced, slot, departure.goals);
  const std::int64_t value = priced.value(slot);
  if (value > 0) {
    departure.release =
        release(departure.goals, value, is_all ? value : amount, priced.free_cash(slot), are_sold, desk.fees);
  }
  return departure;
}

bool draft_departure(const Desk& desk, const Departure& departure, Draft& draft, const Draft::Places& places) {
  const PricedGroup& priced = *departure.priced;
  const Model& model = *departure.model;
  const std::int64_t value = priced.value(departure.slot);
  std::vector<Step> steps(departure.goals.size());
  const Totals totals = draft_positions(desk, departure, draft, places, steps);
  const std::int64_t later = draft_cash(desk, departure, totals.flow, draft);

  bool is_busy = false;
  for (const Goal& goal : departure.goals) {
    is_busy = is_busy || goal.is_short_of_units || goal.shorting > 0;
    if (goal.shorting == 0) continue;
    const core::Symbol& symbol = goal.column->instrument->symbol;
    draft.warn(WarningKind::orders_working, "open orders may still sell " + symbol.text() + " short", departure.account,
               symbol);
  }
  if (desk.working.spending_of(model.group, model.currency, departure.slot) > 0) {
    is_busy = true;
    draft.warn(WarningKind::orders_working, "open orders may still spend cash of the sleeve; it stays",
               departure.account);
  }
  const bool leaves = departure.is_all && !is_busy;
  const std::int64_t stake = model.stake_of(departure.account);
  const Release& release = departure.release;
  const std::int64_t taken = release.is_cash_held_for_shorts ? release.cash_now + later
                                                             : std::max<std::int64_t>(release.taken() - totals.kept, 0);
  // The stake goes as what it stands for leaves: that of sales with their money, and the last of it with the last.
  const bool is_over_at_once = leaves && !is_traded_at_all(departure, desk.fees);
  const std::int64_t leaving_now = std::max<std::int64_t>(release.cash_now + totals.moved, 0);
  const std::int64_t in_part =
      value <= 1 ? 0 : stake_taken_with(stake, std::min(leaving_now, value - 1), value);  // never all of it
  draft.change_stake(model, departure.account, is_over_at_once ? -stake : -in_part);
  if (leaves) draft.leave(model, departure.account);

  std::int64_t cash_after = priced.cash(departure.slot) - release.cash_now;
  if (release.is_cash_held_for_shorts) cash_after += totals.flow - later;
  if (leaves) {
    draft.expect(departure.account, {cash_after, model.currency});
    cash_after = 0;
  }
  const TargetWeights targets = target_weights(desk, model, priced);
  draft.preview({.priced = priced,
                 .account = departure.account,
                 .slot = departure.slot,
                 .steps = steps,
                 .weights = targets.weights,
                 .scale = targets.scale,
                 .cash_after = cash_after,
                 .fees = totals.fees,
                 .left_over = leaves ? 0 : departure.amount - taken,
                 .does_foreign_money_stay = false},
                places);
  return leaves;
}

}  // namespace portfolio
