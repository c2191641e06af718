#include "portfolio/rebalance.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace portfolio {
namespace {

class Rebalance {
 public:
  Rebalance(const Desk& desk, const Model& model, const Ratios& ratios, const PricedGroup& priced, Draft& draft)
      : desk_(desk), model_(model), priced_(priced), draft_(draft), scale_(ratios.scale) {
    places_ = draft.add_quotes(priced);
    for (const Column& column : priced.columns()) weights_.push_back(ratios.weight_of(column.instrument->symbol));
    steps_.resize(weights_.size());
  }

  void add(alloc::AccountIndex account, alloc::SlotIndex slot) {
    const std::int64_t value = priced_.value(slot);
    fill_goals(priced_, slot, goals_);
    for (std::size_t i = 0; i < goals_.size(); ++i) goals_[i].weight = weights_[i];
    Outcome outcome;
    const std::int64_t free_cash = priced_.free_cash(slot);
    if (value > 0) {
      outcome = reach(goals_, {.scale = scale_, .money = value, .cash = free_cash}, desk_.fees);
    } else if (value < 0) {
      outcome.is_cash_short = true;
    }
    if (outcome.is_beyond) {
      draft_.warn(WarningKind::cash_short, "needs quantities that cannot be written; its sleeve is left as it is",
                  account);
    }
    warn(account, outcome);
    trade(account, free_cash);
    const std::int64_t cash_after = priced_.cash(slot) + outcome.cash_change;
    draft_.preview({.priced = priced_,
                    .account = account,
                    .slot = slot,
                    .steps = steps_,
                    .weights = weights_,
                    .scale = scale_,
                    .cash_after = cash_after,
                    .fees = outcome.fees,
                    .left_over = cash_after - cash_target(value - outcome.fees)},
                   places_);
  }

 private:
  void trade(alloc::AccountIndex account, std::int64_t free_cash) {
    std::int64_t needed = 0;
    for (const Goal& goal : goals_) {
      if (goal.change <= 0) continue;
      needed += goal.column->unit.price_of(goal.change) +
                desk_.fees.fee(goal.quantity(goal.change), goal.column->instrument->currency);
    }
    for (std::size_t i = 0; i < goals_.size(); ++i) {
      const Goal& goal = goals_[i];
      steps_[i] = {{}, goal.quantity(goal.change)};
      if (goal.change == 0) continue;
      const std::int64_t units = goal.change < 0 ? -goal.change : goal.change;
      draft_.trade({.quote = places_[i],
                    .account = account,
                    .group = model_.group,
                    .quantity = steps_[i].traded,
                    .waits = needed > free_cash,
                    .worth = goal.column->unit.price_of(units)});
    }
  }

  void warn(alloc::AccountIndex account, const Outcome& outcome) {
    if (outcome.is_cash_short) {
      draft_.warn(WarningKind::cash_short, "has too little free cash to reach the targets; purchases were cut",
                  account);
    }
    for (const Goal& goal : goals_) {
      if (!goal.is_short_of_units) continue;
      const core::Symbol& symbol = goal.column->instrument->symbol;
      if (goal.column->has_expired) {
        draft_.warn(WarningKind::has_expired, symbol.text() + " is traded no more and stays", account, symbol);
      } else {
        draft_.warn(WarningKind::position_short, "cannot sell as many " + symbol.text() + " as the targets ask for",
                    account, symbol);
      }
    }
  }

  // Rounded down: what the targets leave of the value.
  [[nodiscard]] std::int64_t cash_target(std::int64_t value) const {
    core::Int128 weight = scale_;
    for (const std::int64_t each : weights_) weight -= each;
    return static_cast<std::int64_t>(weight * value / scale_);
  }

  const Desk& desk_;
  const Model& model_;
  const PricedGroup& priced_;
  Draft& draft_;
  std::int64_t scale_;
  Draft::Places places_;
  std::vector<std::int64_t> weights_;
  std::vector<Goal> goals_;
  std::vector<Step> steps_;
};

bool are_orders_working(const Desk& desk, alloc::GroupIndex group) {
  const auto is_some = [](std::int64_t amount) { return amount != 0; };
  const auto works = [&](const auto& row) {
    return row.first.first == group && std::any_of(row.second.begin(), row.second.end(), is_some);
  };
  const Working& working = desk.working;
  return std::any_of(working.selling.begin(), working.selling.end(), works) ||
         std::any_of(working.spending.begin(), working.spending.end(), works);
}

}  // namespace

core::Result<Proposal> propose_rebalance(const Desk& desk, const core::ModelCode& code,
                                         std::span<const alloc::AccountIndex> accounts, OrderStyle style) {
  const core::Result<const Model*> found = find_model(desk, code);
  if (!found) return tl::unexpected<core::Error>(found.error());
  const Model& model = **found;
  if (model.targets.current().is_dynamic()) {
    return core::fail("model", code.text() + " has no targets to rebalance to; set them first");
  }
  const core::Result<Ratios> ratios = ratios_of_targets(desk, model);
  if (!ratios) return tl::unexpected<core::Error>(ratios.error());
  const core::Result<PricedGroup> priced = PricedGroup::of(desk, model.group, model.currency, ratios->symbols());
  if (!priced) return tl::unexpected<core::Error>(priced.error());

  Draft draft(desk, Operation::rebalance, style);
  draft.stand_on(model);
  if (are_orders_working(desk, model.group)) {
    draft.warn(WarningKind::orders_working,
               "orders of " + code.text() + " are working; what they will bring is not counted");
  }
  Rebalance rebalance(desk, model, *ratios, *priced, draft);
  if (accounts.empty()) {
    const std::span<const alloc::AccountIndex> all = desk.book.accounts_of(model.group);
    for (std::size_t slot = 0; slot < all.size(); ++slot) rebalance.add(all[slot], static_cast<alloc::SlotIndex>(slot));
  }
  for (const alloc::AccountIndex account : accounts) {
    const std::optional<alloc::SlotIndex> slot = desk.book.find_slot(model.group, account);
    if (!slot) {
      return core::fail("account", desk.book.account_id(account).text() + " is not in " + code.text());
    }
    rebalance.add(account, *slot);
  }
  return std::move(draft).finish();
}

}  // namespace portfolio
