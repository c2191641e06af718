#include "portfolio/invest.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

std::string money_text(std::int64_t minor, core::Currency currency) {
  return core::Money{minor, currency}.text() + " " + currency.text();
}

// Whole units outside the models that no open order is selling.
std::int64_t free_outside(const Desk& desk, alloc::AccountIndex account, const Instrument& instrument) {
  const auto slot = desk.book.find_slot(independent, account);
  if (!slot) return 0;
  const std::int64_t held = desk.book.holding(independent, instrument.symbol, *slot).quantity.raw / instrument.unit.raw;
  const std::span<const std::int64_t> selling = desk.working.selling_of(independent, instrument.symbol);
  const auto at = static_cast<std::size_t>(*slot);
  return std::max<std::int64_t>(held - (at < selling.size() ? selling[at] : 0), 0);
}

std::int64_t free_cash_outside(const Desk& desk, alloc::AccountIndex account, core::Currency currency) {
  const auto slot = desk.book.find_slot(independent, account);
  if (!slot) return 0;
  return desk.book.cash(independent, currency, *slot) - desk.working.spending_of(independent, currency, *slot);
}

// What comes by transfer: as much as is bought and there, and together worth no more than the amount.
std::vector<std::int64_t> moved_units(std::span<const Goal> goals, std::int64_t amount, std::int64_t& worth) {
  std::vector<std::int64_t> moved(goals.size());
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const Goal& goal = goals[i];
    if (goal.change <= 0 || goal.elsewhere == 0) continue;
    std::int64_t units = std::min(goal.change, goal.elsewhere);
    if (goal.column->worth_of_units(units) > amount - worth) {
      units = static_cast<std::int64_t>(static_cast<core::Int128>(amount - worth) * goal.column->unit.den() /
                                        goal.column->unit.num());
    }
    moved[i] = units;
    worth += goal.column->worth_of_units(units);
  }
  return moved;
}

core::Result<bool> check(const Desk& desk, const Model& model, std::span<const Investment> investments) {
  if (investments.empty()) return core::fail("accounts", "there is none to invest for");
  std::set<alloc::AccountIndex> seen;
  for (const Investment& investment : investments) {
    const std::string& account = desk.book.account_id(investment.account).text();
    if (!seen.insert(investment.account).second) return core::fail("account", account + " is there twice");
    if (investment.amount.currency != model.currency) {
      return core::fail("amount", "is in " + investment.amount.currency.text() + "; the cash of " + model.code.text() +
                                      " is in " + model.currency.text());
    }
    if (investment.amount.minor <= 0) {
      return core::fail("amount", "is " + investment.amount.text() + " for " + account + "; it must be above zero");
    }
  }
  return true;
}

core::Result<bool> invest(const Desk& desk, const NewMoney& money, const Investment& investment, bool may_transfer,
                          Draft& draft, const Draft::Places& places) {
  const core::Currency currency = money.model().currency;
  const std::string& account = desk.book.account_id(investment.account).text();
  const std::int64_t amount = investment.amount.minor;
  std::vector<Goal> goals = money.goals(desk, investment.account);
  for (Goal& goal : goals) {
    if (may_transfer && goal.weight > 0)
      goal.elsewhere = free_outside(desk, investment.account, *goal.column->instrument);
  }
  // More than anybody has would not be reckoned with; it is refused below whatever it buys.
  const std::int64_t free = free_cash_outside(desk, investment.account, currency);
  const auto too_much = [&](std::int64_t needed) {
    return core::fail("amount", "takes " + money_text(needed, currency) + " of cash; " + account + " has " +
                                    money_text(std::max<std::int64_t>(free, 0), currency) +
                                    " outside the models that no order may spend");
  };
  if (amount > std::int64_t{1} << 58) return too_much(amount);
  const Outcome outcome =
      reach(goals,
            {.scale = money.ratios().scale, .money = amount, .cash = money.spendable(desk, investment.account, amount)},
            desk.fees);
  if (outcome.is_beyond) return core::fail("amount", "buys more units for " + account + " than can be written");
  std::int64_t worth = 0;
  const std::vector<std::int64_t> moved = moved_units(goals, amount, worth);
  if (amount - worth > free) return too_much(amount - worth);
  for (std::size_t i = 0; i < goals.size(); ++i) {
    draft.move_units(investment.account, independent, money.model().group, places[i], goals[i].quantity(moved[i]));
  }
  draft.move_cash(investment.account, independent, money.model().group, {amount - worth, currency});
  return money.enter(desk,
                     {.account = investment.account,
                      .amount = amount,
                      .moved_worth = worth,
                      .cash_now = amount - worth,
                      .goals = goals,
                      .moved = moved,
                      .outcome = outcome},
                     draft, places);
}

// What the account has in the other models, for its previews in this one. Nothing refuses new money in one model
// because something in another has no price: there is no share to tell then.
void tell_other_models(const Desk& desk, const Model& model, Proposal& proposal) {
  std::vector<SleevePreview*> sleeves;
  for (SleevePreview& sleeve : proposal.sleeves) {
    if (sleeve.group != model.group) continue;
    sleeve.in_other_models = 0;
    sleeves.push_back(&sleeve);
  }
  for (const auto& [code, other] : desk.models.all()) {
    if (other.group == model.group) continue;
    const core::Result<PricedGroup> priced = PricedGroup::of(desk, other.group, model.currency);
    for (SleevePreview* sleeve : sleeves) {
      const auto slot = desk.book.find_slot(other.group, sleeve->account);
      if (!slot || !sleeve->in_other_models) continue;
      sleeve->in_other_models = priced ? std::optional(*sleeve->in_other_models + priced->value(*slot)) : std::nullopt;
    }
  }
}

}  // namespace

NewMoney::NewMoney(const Model& model, Ratios ratios, PricedGroup priced)
    : model_(&model), ratios_(std::move(ratios)), priced_(std::move(priced)) {
  for (const Column& column : priced_.columns()) weights_.push_back(ratios_.weight_of(column.instrument->symbol));
}

core::Result<NewMoney> NewMoney::of(const Desk& desk, const Model& model) {
  core::Result<Ratios> ratios = ratios_for_new_money(desk, model);
  if (!ratios) return tl::unexpected<core::Error>(ratios.error());
  core::Result<PricedGroup> priced = PricedGroup::of(desk, model.group, model.currency, ratios->symbols());
  if (!priced) return tl::unexpected<core::Error>(priced.error());
  return NewMoney(model, std::move(*ratios), std::move(*priced));
}

std::int64_t NewMoney::spendable(const Desk& desk, alloc::AccountIndex account, std::int64_t amount) const {
  const auto slot = desk.book.find_slot(model_->group, account);
  const std::int64_t owed = slot ? std::min<std::int64_t>(priced_.free_cash(*slot), 0) : 0;
  return std::max<std::int64_t>(amount + owed, 0);
}

std::vector<Goal> NewMoney::goals(const Desk& desk, alloc::AccountIndex account) const {
  const std::optional<alloc::SlotIndex> slot = desk.book.find_slot(model_->group, account);
  std::vector<Goal> goals(priced_.columns().size());
  for (std::size_t i = 0; i < goals.size(); ++i) {
    goals[i].column = &priced_.columns()[i];
    goals[i].weight = weights_[i];
    if (slot && weights_[i] < 0) goals[i].closable = goals[i].column->free_units(*slot);
  }
  return goals;
}

core::Result<bool> NewMoney::enter(const Desk& desk, const Entry& entry, Draft& draft,
                                   const Draft::Places& places) const {
  const core::Result<std::int64_t> stake = stake_for_money(entry.amount, model_->total_stake(), priced_.total());
  if (!stake) return core::fail(model_->code.text(), stake.error().message);
  // That of money which comes after sales comes with it.
  const std::int64_t here = entry.moved_worth + entry.cash_now;
  const std::int64_t stake_now = here <= 0 ? 0 : std::max<std::int64_t>(stake_gone_with(*stake, here, entry.amount), 1);
  draft.change_stake(*model_, entry.account, stake_now);
  draft.change_stake_later(*model_, entry.account, *stake - stake_now);

  std::vector<Step> steps(entry.goals.size());
  std::int64_t needed = 0;
  std::int64_t flow = 0;
  std::int64_t weighted = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Goal& goal = entry.goals[i];
    const std::int64_t traded = goal.change - entry.moved[i];
    steps[i] = {goal.quantity(entry.moved[i]), goal.quantity(traded)};
    weighted += goal.weight;
    if (traded == 0) continue;
    const std::int64_t fee = goal.fee(traded, desk.fees);
    const std::int64_t worth =
        traded > 0 ? goal.column->unit.price_of(traded) : -goal.column->unit.proceeds_of(-traded);
    flow -= worth + fee;
    if (traded > 0) needed += worth + fee;
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    draft.trade({.quote = places[i],
                 .account = entry.account,
                 .group = model_->group,
                 .quantity = steps[i].traded,
                 .waits = needed > entry.cash_now,
                 .worth = entry.goals[i].column->unit.price_of(
                     steps[i].traded.raw < 0 ? entry.goals[i].sold() : entry.goals[i].change - entry.moved[i])});
  }
  for (const Goal& goal : entry.goals) {
    if (!goal.is_short_of_units) continue;
    const core::Symbol& symbol = goal.column->instrument->symbol;
    draft.warn(WarningKind::position_short, symbol.text() + " cannot be sold short", entry.account, symbol);
  }
  if (entry.outcome.is_cash_short) {
    draft.warn(WarningKind::cash_short, "the money does not reach for all purchases; they were cut", entry.account);
  }
  const auto slot = desk.book.find_slot(model_->group, entry.account);
  const std::int64_t new_cash = entry.amount - entry.moved_worth + flow;
  const auto cash_target = static_cast<std::int64_t>(static_cast<core::Int128>(ratios_.scale - weighted) *
                                                     (entry.amount - entry.outcome.fees) / ratios_.scale);
  draft.preview({.priced = priced_,
                 .account = entry.account,
                 .slot = slot,
                 .steps = steps,
                 .weights = weights_,
                 .scale = ratios_.scale,
                 .cash_after = (slot ? priced_.cash(*slot) : 0) + new_cash,
                 .fees = entry.outcome.fees,
                 .left_over = new_cash - cash_target},
                places);
  return true;
}

core::Result<Proposal> propose_invest(const Desk& desk, const core::ModelCode& code,
                                      std::span<const Investment> investments, const InvestOptions& options) {
  const core::Result<const Model*> model = find_model(desk, code);
  if (!model) return tl::unexpected<core::Error>(model.error());
  if (auto checked = check(desk, **model, investments); !checked) return tl::unexpected<core::Error>(checked.error());
  const core::Result<NewMoney> money = NewMoney::of(desk, **model);
  if (!money) return tl::unexpected<core::Error>(money.error());
  Draft draft(desk, Operation::invest, options.style);
  draft.stand_on(**model);
  const Draft::Places places = draft.add_quotes(money->priced());
  for (const Investment& investment : investments) {
    const auto invested = invest(desk, *money, investment, options.transfer_positions, draft, places);
    if (!invested) return tl::unexpected<core::Error>(invested.error());
  }
  Proposal proposal = std::move(draft).finish();
  tell_other_models(desk, **model, proposal);
  return proposal;
}

}  // namespace portfolio
