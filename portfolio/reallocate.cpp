#include "portfolio/reallocate.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "alloc/largest_remainder.hpp"
#include "portfolio/departure.hpp"
#include "portfolio/invest.hpp"

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

struct Giver {
  PricedGroup priced;
  Departure departure;  // refers to `priced`
  Draft::Places places;
};

struct Taker {
  NewMoney money;
  std::int64_t amount = 0;
  Draft::Places places;
};

class Reallocation {
 public:
  Reallocation(const Desk& desk, alloc::AccountIndex account, Draft& draft)
      : desk_(desk), account_(account), draft_(draft) {}

  [[nodiscard]] core::Result<bool> plan(std::span<const Allocation> allocations) {
    if (auto checked = find_models(allocations); !checked) return checked;
    if (auto valued = value_all(); !valued) return valued;
    std::int64_t goals = 0;
    for (const auto& [model, percent] : wanted_) goals += goal(percent);
    for (const auto& [model, value] : values_) {
      if (!wanted_.contains(model)) goals += value;
    }
    if (goals > total_) {
      return core::fail(
          "percent", "the percentages and what the models that are not named keep are more than 100 of the account's " +
                         core::Money{total_, *currency_}.text() + " " + currency_->text());
    }
    for (const auto& [model, percent] : wanted_) {
      const std::int64_t wanted = goal(percent);  // nothing, of a small percentage of very little
      const std::int64_t change = wanted - values_.at(model);
      const auto added = change < 0   ? add_giver(*model, -change, wanted == 0)
                         : change > 0 ? add_taker(*model, change)
                                      : core::Result<bool>(true);
      if (!added) return added;
    }
    share_what_is_raised();
    return true;
  }

  [[nodiscard]] core::Result<bool> draft() {
    for (Giver& giver : givers_) draft_.stand_on(*giver.departure.model);
    for (Taker& taker : takers_) draft_.stand_on(taker.money.model());
    for (Taker& taker : takers_) {
      if (auto taken = take(taker); !taken) return taken;
    }
    for (const Giver& giver : givers_) draft_departure(desk_, giver.departure, draft_, giver.places);
    return true;
  }

 private:
  using ByCode = decltype([](const Model* a, const Model* b) { return a->code < b->code; });

  // Rounded down.
  [[nodiscard]] std::int64_t goal(Percent percent) const {
    return static_cast<std::int64_t>(static_cast<core::Int128>(total_) * percent.raw / all_of_it.raw);
  }

  core::Result<bool> find_models(std::span<const Allocation> allocations) {
    if (allocations.empty()) return core::fail("models", "there is none to reallocate to");
    Percent sum;
    for (const Allocation& allocation : allocations) {
      const core::Result<const Model*> model = find_model(desk_, allocation.model);
      if (!model) return tl::unexpected<core::Error>(model.error());
      const std::string& code = allocation.model.text();
      if (allocation.percent.raw < 0 || allocation.percent > all_of_it) {
        return core::fail("percent", "of " + code + " is " + allocation.percent.text() + "; it must be 0 to 100");
      }
      if (!wanted_.emplace(*model, allocation.percent).second) return core::fail("model", code + " is there twice");
      if (currency_ && *currency_ != (*model)->currency) {
        return core::fail("model", code + " is in " + (*model)->currency.text() + ", another in " + currency_->text() +
                                       "; money is exchanged by an order of its own");
      }
      currency_ = (*model)->currency;
      sum += allocation.percent;
    }
    if (sum > all_of_it) return core::fail("percent", "sums to " + sum.text() + "; 100 is the most");
    return true;
  }

  // Models in other currencies are no part of it.
  core::Result<bool> value_all() {
    for (const auto& [code, model] : desk_.models.all()) {
      const auto slot = desk_.book.find_slot(model.group, account_);
      if (!slot) {
        if (wanted_.contains(&model)) values_[&model] = 0;
        continue;
      }
      if (model.currency != *currency_) continue;
      const core::Result<PricedGroup> priced = PricedGroup::of(desk_, model.group, model.currency);
      if (!priced) return tl::unexpected<core::Error>(priced.error());
      const std::int64_t value = priced->value(*slot);
      if (value < 0) {
        return core::fail("account", desk_.book.account_id(account_).text() + " owes more than it holds in " +
                                         code.text() + "; settle that first");
      }
      values_[&model] = value;
      total_ += value;
    }
    if (total_ > 0) return true;
    return core::fail("account", desk_.book.account_id(account_).text() + " has nothing in a model in " +
                                     currency_->text() + "; invest first");
  }

  core::Result<bool> add_giver(const Model& model, std::int64_t amount, bool is_all) {
    core::Result<PricedGroup> priced = PricedGroup::of(desk_, model.group, model.currency);
    if (!priced) return tl::unexpected<core::Error>(priced.error());
    const alloc::SlotIndex slot = *desk_.book.find_slot(model.group, account_);
    if (is_all) {
      if (auto may = check_may_leave(desk_, model, account_, slot); !may) return tl::unexpected(may.error());
    }
    Giver& giver = givers_.emplace_back(Giver{std::move(*priced), {}, {}});
    giver.departure = depart(desk_, model, giver.priced, account_, slot, amount, is_all, true);
    giver.places = draft_.add_quotes(giver.priced);
    return true;
  }

  core::Result<bool> add_taker(const Model& model, std::int64_t amount) {
    core::Result<NewMoney> money = NewMoney::of(desk_, model);
    if (!money) return tl::unexpected<core::Error>(money.error());
    Taker& taker = takers_.emplace_back(Taker{std::move(*money), amount, {}});
    taker.places = draft_.add_quotes(taker.money.priced());
    return true;
  }

  // In proportion to what they are to get, by largest remainder, when less is raised.
  void share_what_is_raised() {
    std::int64_t raised = 0;
    for (const Giver& giver : givers_) {
      raised += giver.departure.raises(desk_.fees);
      if (!giver.departure.release.is_cash_held_for_shorts || takers_.empty()) continue;
      draft_.warn(
          WarningKind::cash_short,
          "what " + giver.departure.model->code.text() +
              " brings beyond its cash comes to Independent when its short positions are covered; invest it then",
          account_);
    }
    std::vector<std::int64_t> amounts;
    for (const Taker& taker : takers_) amounts.push_back(taker.amount);
    if (raised >= std::accumulate(amounts.begin(), amounts.end(), std::int64_t{0})) return;
    std::vector<std::int64_t> shares(amounts.size());
    alloc::largest_remainder(raised, amounts, 0, shares);
    std::size_t i = 0;
    for (Taker& taker : takers_) taker.amount = shares[i++];
  }

  // Units that givers would sell and that are not promised yet.
  [[nodiscard]] static std::int64_t offered(const Giver& giver, const Instrument* instrument, std::size_t& column) {
    const std::vector<Column>& columns = giver.priced.columns();
    for (column = 0; column < columns.size(); ++column) {
      if (columns[column].instrument != instrument) continue;
      const bool is_sold = !columns[column].has_expired && !columns[column].is_foreign &&
                           !giver.departure.release.is_cash_held_for_shorts;
      return is_sold ? std::max<std::int64_t>(giver.departure.sold(column), 0) : 0;
    }
    return 0;
  }

  core::Result<bool> take(Taker& taker) {
    const Model& model = taker.money.model();
    if (taker.amount == 0) return true;
    std::vector<Goal> goals = taker.money.goals(desk_, account_);
    for (Goal& goal : goals) {
      if (goal.weight < 0) continue;
      std::size_t column = 0;
      for (const Giver& giver : givers_) goal.elsewhere += offered(giver, goal.column->instrument, column);
    }
    const Outcome outcome = reach(goals,
                                  {.scale = taker.money.ratios().scale,
                                   .money = taker.amount,
                                   .cash = taker.money.spendable(desk_, account_, taker.amount)},
                                  desk_.fees);
    if (outcome.is_beyond) return core::fail(model.code.text(), "would buy more units than can be written");
    std::int64_t worth = 0;
    const std::vector<std::int64_t> moved = take_units(taker, goals, worth);
    const std::int64_t cash_now = take_cash(model, taker.amount - worth);
    return taker.money.enter(desk_,
                             {.account = account_,
                              .amount = taker.amount,
                              .moved_worth = worth,
                              .cash_now = cash_now,
                              .goals = goals,
                              .moved = moved,
                              .outcome = outcome},
                             draft_, taker.places);
  }

  std::vector<std::int64_t> take_units(const Taker& taker, std::span<const Goal> goals, std::int64_t& worth) {
    std::vector<std::int64_t> moved(goals.size());
    for (std::size_t i = 0; i < goals.size(); ++i) {
      for (Giver& giver : givers_) {
        std::size_t column = 0;
        const std::int64_t there = offered(giver, goals[i].column->instrument, column);
        std::int64_t units = std::min(there, goals[i].change - moved[i]);
        // Never worth more than the amount, which a short target could otherwise make it.
        while (units > 0 && goals[i].column->worth_of_units(units) > taker.amount - worth) units /= 2;
        if (units <= 0) continue;
        giver.departure.units_elsewhere[column] += units;
        moved[i] += units;
        worth += goals[i].column->worth_of_units(units);
        draft_.move_units(account_, giver.departure.model->group, taker.money.model().group, taker.places[i],
                          goals[i].quantity(units));
      }
    }
    return moved;
  }

  // Cash of the givers first; what is missing comes from Independent when the sales have brought it there.
  std::int64_t take_cash(const Model& model, std::int64_t needed) {
    std::int64_t now = 0;
    for (Giver& giver : givers_) {
      Departure& departure = giver.departure;
      const std::int64_t minor = std::min(departure.release.cash_now - departure.cash_elsewhere, needed - now);
      if (minor <= 0) continue;
      departure.cash_elsewhere += minor;
      now += minor;
      draft_.move_cash(account_, departure.model->group, model.group, {minor, *currency_});
    }
    draft_.move_cash(account_, independent, model.group, {needed - now, *currency_}, When::after_sales);
    return now;
  }

  const Desk& desk_;
  alloc::AccountIndex account_;
  Draft& draft_;
  std::optional<core::Currency> currency_;
  std::map<const Model*, Percent, ByCode> wanted_;
  std::map<const Model*, std::int64_t, ByCode> values_;
  std::int64_t total_ = 0;
  std::list<Giver> givers_;  // a list, because departures refer to their giver's prices
  std::list<Taker> takers_;
};

}  // namespace

core::Result<Proposal> propose_reallocation(const Desk& desk, std::span<const alloc::AccountIndex> accounts,
                                            std::span<const Allocation> allocations, OrderStyle style) {
  Draft draft(desk, Operation::reallocate, style);
  std::set<alloc::AccountIndex> seen;
  for (const alloc::AccountIndex account : accounts) {
    if (!seen.insert(account).second) {
      return core::fail("account", desk.book.account_id(account).text() + " is there twice");
    }
    Reallocation reallocation(desk, account, draft);
    if (auto planned = reallocation.plan(allocations); !planned) return tl::unexpected<core::Error>(planned.error());
    if (auto drafted = reallocation.draft(); !drafted) return tl::unexpected<core::Error>(drafted.error());
  }
  return std::move(draft).finish();
}

}  // namespace portfolio
