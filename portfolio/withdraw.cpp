#include "portfolio/withdraw.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "alloc/largest_remainder.hpp"
#include "core/random.hpp"

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

// Halves up.
std::int64_t nearest_share(std::int64_t minor, Percent percent) {
  return static_cast<std::int64_t>((static_cast<core::Int128>(minor) * percent.raw + all_of_it.raw / 2) /
                                   all_of_it.raw);
}

// A position may be worth less than half a cent: then cash that is all of the value is not all of the sleeve.
bool holds_units(const PricedGroup& priced, alloc::SlotIndex slot) {
  return std::any_of(priced.columns().begin(), priced.columns().end(),
                     [&](const Column& column) { return column.held(slot).raw != 0; });
}

// What buying back what the sleeve is short would take.
std::int64_t owed(const PricedGroup& priced, alloc::SlotIndex slot) {
  std::int64_t sum = 0;
  for (const Column& column : priced.columns()) {
    const core::Quantity held = column.held(slot);
    if (held.raw < 0) sum -= column.worth(held);
  }
  return sum;
}

}  // namespace

core::Result<Proposal> propose_withdrawal(const Desk& desk, const core::ModelCode& code, Percent percent) {
  const core::Result<const Model*> found = find_model(desk, code);
  if (!found) return tl::unexpected<core::Error>(found.error());
  const Model& model = **found;
  if (percent.raw <= 0 || percent > all_of_it) {
    return core::fail("percent", "is " + percent.text() + "; it must be above 0 and at most 100");
  }
  const core::Result<PricedGroup> priced = PricedGroup::of(desk, model.group, model.currency);
  if (!priced) return tl::unexpected<core::Error>(priced.error());

  const std::span<const alloc::AccountIndex> accounts = desk.book.accounts_of(model.group);
  std::vector<std::int64_t> free(accounts.size());
  for (std::size_t i = 0; i < free.size(); ++i) {
    const auto slot = static_cast<alloc::SlotIndex>(i);
    free[i] = std::max<std::int64_t>(priced->free_cash(slot) - owed(*priced, slot), 0);
  }
  const std::int64_t all = std::accumulate(free.begin(), free.end(), std::int64_t{0});
  const std::int64_t amount = nearest_share(all, percent);
  if (amount == 0) {
    return core::fail("percent", percent.text() + " % of the cash of " + code.text() + " that no order may spend, " +
                                     core::Money{all, model.currency}.text() + " " + model.currency.text() +
                                     ", is nothing");
  }
  std::vector<std::int64_t> parts(free.size());
  alloc::largest_remainder(amount, free, core::stable_hash(code.text()), parts);

  Draft draft(desk, Operation::withdraw, {});
  std::int64_t kept = -all;
  for (std::size_t i = 0; i < free.size(); ++i) {
    kept += std::max<std::int64_t>(priced->cash(static_cast<alloc::SlotIndex>(i)), 0);
  }
  if (kept > 0) {
    draft.warn(WarningKind::orders_working, "the percentage is of " + core::Money{all, model.currency}.text() + " " +
                                                model.currency.text() + "; open orders and short positions keep " +
                                                core::Money{kept, model.currency}.text());
  }
  draft.stand_on(model);
  const Draft::Places places = draft.add_quotes(*priced);
  const std::vector<Step> steps(priced->columns().size());
  const TargetWeights targets = target_weights(desk, model, *priced);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == 0) continue;
    const auto slot = static_cast<alloc::SlotIndex>(i);
    draft.move_cash(accounts[i], model.group, independent, {parts[i], model.currency});
    const std::int64_t stake = model.stake_of(accounts[i]);
    const std::int64_t taken = stake_taken_with(stake, parts[i], priced->value(slot));
    draft.change_stake(model, accounts[i],
                       -(holds_units(*priced, slot) ? std::min(taken, std::max<std::int64_t>(stake - 1, 0)) : taken));
    draft.preview({.priced = *priced,
                   .account = accounts[i],
                   .slot = slot,
                   .steps = steps,
                   .weights = targets.weights,
                   .scale = targets.scale,
                   .cash_after = priced->cash(slot) - parts[i]},
                  places);
  }
  return std::move(draft).finish();
}

}  // namespace portfolio
