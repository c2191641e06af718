#include "portfolio/reach.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace portfolio {
namespace {

using core::Int128;

constexpr std::int64_t most_raw = std::int64_t{1} << 61;  // of a quantity

struct Floor {
  Int128 whole = 0;
  Int128 rest = 0;  // 0 <= rest < divisor
};

// REQUIRES: divisor > 0
Floor floor_of(Int128 number, Int128 divisor) {
  Floor floor;
  if (number >= 0 && number <= INT64_MAX && divisor <= INT64_MAX) {  // nearly always, and several times as fast
    const auto small = static_cast<std::int64_t>(number);
    const auto by = static_cast<std::int64_t>(divisor);
    floor.whole = small / by;
    floor.rest = small % by;
    return floor;
  }
  floor = {number / divisor, number % divisor};
  if (floor.rest < 0) floor = {floor.whole - 1, floor.rest + divisor};
  return floor;
}

std::int64_t rest_worth(const Goal& goal) { return goal.rest.raw == 0 ? 0 : goal.column->worth(goal.rest); }

std::int64_t worth_after(const Goal& goal) {
  return goal.column->worth_of_units(goal.held + goal.change) + rest_worth(goal);
}

// Never more than is free, and short only what the target says and the instrument allows, less what open orders may
// bring of it already.
void limit_sale(Goal& goal, std::int64_t want) {
  const std::int64_t owned = std::max<std::int64_t>(goal.held, 0);
  const std::int64_t of_owned = std::min(goal.sold(), owned);
  const std::int64_t sold_short = goal.sold() - of_owned;
  const bool is_free = of_owned <= goal.free;
  const bool may_short = want < 0 && goal.column->instrument->is_shortable;
  const std::int64_t most_short = may_short && is_free ? std::max<std::int64_t>(sold_short - goal.shorting, 0) : 0;
  if (is_free && most_short == sold_short) return;
  goal.is_short_of_units = true;
  goal.change = -std::min(of_owned, goal.free) - most_short;
}

// The exact target rounded down. False: no quantity that can be written.
bool aim(Goal& goal, std::int64_t money, std::int64_t scale) {
  goal.change = 0;
  goal.shortfall = 0;
  goal.is_short_of_units = false;
  if (goal.column->has_expired) {
    goal.is_short_of_units = goal.held != 0;
    return true;
  }
  std::int64_t want = 0;
  if (goal.weight != 0) {
    const UnitValue& unit = goal.column->unit;
    Int128 number = static_cast<Int128>(money) * goal.weight;
    number -= static_cast<Int128>(rest_worth(goal)) * scale;
    const Floor floor = floor_of(number * unit.den(), static_cast<Int128>(scale) * unit.num());
    const Int128 most = most_raw / goal.column->instrument->unit.raw;
    if (floor.whole > most || floor.whole < -most || goal.held > most || goal.held < -most) return false;
    want = static_cast<std::int64_t>(floor.whole);
    goal.shortfall = unit.den() == 1 ? floor.rest : floor.rest / unit.den();
  }
  goal.change = want - goal.held;
  if (goal.change < 0) limit_sale(goal, want);
  return true;
}

std::int64_t fee_of(const Goal& goal, const FeeSchedule& fees) {
  return goal.fee(goal.change < 0 ? goal.change : goal.bought(), fees);
}

// Fees of trades in another currency are paid in that, from their own proceeds.
std::int64_t own_fee(const Goal& goal, const FeeSchedule& fees) {
  return goal.column->is_foreign ? 0 : fee_of(goal, fees);
}

struct Flow {
  std::int64_t spent = 0;
  std::int64_t proceeds = 0;
  std::int64_t fees = 0;
};

Flow flow_of(std::span<const Goal> goals, const FeeSchedule& fees) {
  Flow flow;
  for (const Goal& goal : goals) {
    if (goal.change == 0 || goal.column->is_foreign) continue;
    if (goal.change > 0) {
      flow.spent += goal.column->unit.price_of(goal.change);
    } else {
      flow.proceeds += goal.column->unit.proceeds_of(-goal.change);
    }
    flow.fees += own_fee(goal, fees);
  }
  return flow;
}

// Purchases in one proportion to what can be paid; each is rounded down. REQUIRES: flow.spent > 0
void cut_purchases(std::span<Goal> goals, const Flow& flow, std::int64_t payable) {
  const std::int64_t available = std::max<std::int64_t>(payable, 0);
  for (Goal& goal : goals) {
    if (goal.change <= 0 || goal.column->is_foreign) continue;
    goal.change = static_cast<std::int64_t>(static_cast<Int128>(goal.change) * available / flow.spent);
  }
}

// What is left when purchases are gone: sales that cost more than they bring and that no cash is there for.
void drop_sales_at_a_loss(std::span<Goal> goals, const FeeSchedule& fees) {
  for (Goal& goal : goals) {
    if (goal.change >= 0 || goal.column->is_foreign) continue;
    if (goal.column->unit.proceeds_of(-goal.change) < own_fee(goal, fees)) goal.change = 0;
  }
}

// Step 3: one unit more, where it is missed most.
void top_up(std::span<Goal> goals, std::int64_t left, const FeeSchedule& fees) {
  std::vector<Goal*> missing;
  missing.reserve(goals.size());
  for (Goal& goal : goals) {
    if (goal.shortfall > 0 && !goal.is_short_of_units) missing.push_back(&goal);
  }
  std::stable_sort(missing.begin(), missing.end(),
                   [](const Goal* a, const Goal* b) { return a->shortfall > b->shortfall; });
  for (Goal* goal : missing) {
    const UnitValue& unit = goal->column->unit;
    const std::int64_t fee_before = own_fee(*goal, fees);
    const std::int64_t flow_before = goal->change > 0 ? unit.price_of(goal->change) : -unit.proceeds_of(-goal->change);
    ++goal->change;
    const std::int64_t flow_after = goal->change > 0 ? unit.price_of(goal->change) : -unit.proceeds_of(-goal->change);
    const std::int64_t cost = flow_after - flow_before + own_fee(*goal, fees) - fee_before;
    if (cost > left) {
      --goal->change;
    } else {
      left -= cost;
    }
  }
}

}  // namespace

std::int64_t Goal::fee(std::int64_t units, const FeeSchedule& fees) const {
  if (units == 0) return 0;
  const core::Currency currency = column->instrument->currency;
  if (units > 0) return fees.fee(quantity(units), currency);
  const std::int64_t closing = column->instrument->is_shortable ? std::min(-units, closable) : -units;
  return (closing > 0 ? fees.fee(quantity(closing), currency) : 0) +
         (-units > closing ? fees.fee(quantity(-units - closing), currency) : 0);
}

void fill_goals(const PricedGroup& priced, alloc::SlotIndex slot, std::vector<Goal>& goals) {
  goals.resize(priced.columns().size());
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const Column& column = priced.columns()[i];
    Goal goal;
    goal.column = &column;
    goal.held = column.held_units(slot);
    goal.free = column.free_units(slot);
    goal.shorting = column.shorting_units(slot);
    goal.closable = goal.free;
    goal.rest = column.held(slot) - core::Quantity{goal.held * column.instrument->unit.raw};
    goals[i] = goal;
  }
}

Outcome reach(std::span<Goal> goals, const Purse& purse, const FeeSchedule& fees) {
  CHECK(purse.scale > 0 && purse.money >= 0);
  Outcome outcome;
  std::int64_t reserve = 0;
  Flow flow;
  // Less money means smaller purchases and larger sales, whose fees may be higher again; it settles in two rounds
  // nearly always, and where it has not, step 4 pays for the difference.
  for (int round = 0; round < 4; ++round) {
    const std::int64_t money = std::max<std::int64_t>(purse.money - reserve, 0);
    for (Goal& goal : goals) {
      if (aim(goal, money, purse.scale)) continue;
      outcome.is_beyond = true;
      return outcome;
    }
    flow = flow_of(goals, fees);
    if (flow.fees <= reserve) break;
    reserve = flow.fees;
  }
  const std::int64_t room = purse.cash + flow.proceeds - flow.spent - flow.fees;
  if (room < 0) {
    outcome.is_cash_short = true;
    if (flow.spent > 0) cut_purchases(goals, flow, purse.cash + flow.proceeds - flow.fees);
    flow = flow_of(goals, fees);
    if (purse.cash + flow.proceeds - flow.spent - flow.fees < 0) drop_sales_at_a_loss(goals, fees);
  } else if (room > 0) {
    const std::int64_t money = std::max<std::int64_t>(purse.money - reserve, 0);
    Int128 weights = 0;
    Int128 worth = 0;
    for (const Goal& goal : goals) {
      weights += goal.weight;
      worth += worth_after(goal);
    }
    const Int128 left = floor_of(weights * money, purse.scale).whole - worth;
    if (left > 0) top_up(goals, static_cast<std::int64_t>(std::min<Int128>(left, room)), fees);
  }
  flow = flow_of(goals, fees);
  outcome.fees = flow.fees;
  outcome.set_aside = reserve;
  outcome.cash_change = flow.proceeds - flow.spent - flow.fees;
  return outcome;
}

namespace {

// In the currency of the group, as the value of the sleeve is.
std::int64_t worth_of_change(const Goal& goal) { return -goal.column->worth_of_units(goal.change); }

// The share some / all of a position, rounded towards zero.
void take_share(Goal& goal, std::int64_t value, std::int64_t amount) {
  const Int128 exact = static_cast<Int128>(goal.held) * amount;
  const auto units = static_cast<std::int64_t>(exact / value);
  goal.change = -units;
  goal.is_short_of_units = false;
  if (units > goal.free && goal.held > 0) {
    goal.change = -goal.free;
    goal.is_short_of_units = true;
  }
  // Shares of positions are compared by the money that is missing, in 1 / value minor units of the group's currency.
  const Int128 rest = exact % value;
  goal.shortfall = rest > 0 ? rest * goal.column->worth_of_units(1) : 0;
}

bool is_cover(const Goal& goal) { return goal.change > 0 && !goal.column->has_expired && !goal.column->is_foreign; }

// Short positions are covered as far as the cash and the sales pay for it, in one proportion, rounded down.
void cut_covers(std::span<Goal> goals, std::int64_t cash, const FeeSchedule& fees, std::int64_t& raised) {
  std::int64_t payable = cash;
  std::int64_t cost = 0;
  for (const Goal& goal : goals) {
    if (goal.column->has_expired || goal.column->is_foreign || goal.change == 0) continue;
    const std::int64_t fee = own_fee(goal, fees);
    if (goal.change < 0) {
      payable += std::max<std::int64_t>(goal.column->unit.proceeds_of(-goal.change) - fee, 0);
    } else {
      payable -= fee;
      cost += goal.column->unit.price_of(goal.change);
    }
  }
  if (cost <= payable) return;
  for (Goal& goal : goals) {
    if (!is_cover(goal)) continue;
    raised -= worth_of_change(goal);
    goal.change = payable <= 0 ? 0 : static_cast<std::int64_t>(static_cast<Int128>(goal.change) * payable / cost);
    raised += worth_of_change(goal);
  }
}

}  // namespace

Release release(std::span<Goal> goals, std::int64_t value, std::int64_t amount, std::int64_t free_cash, bool are_sold,
                const FeeSchedule& fees) {
  CHECK(amount > 0 && amount <= value);
  Release result;
  for (Goal& goal : goals) {
    take_share(goal, value, amount);
    result.raised += worth_of_change(goal);
  }
  const std::int64_t most = std::max<std::int64_t>(free_cash, 0);
  const bool is_all = amount == value;
  result.cash_now = is_all ? most : std::clamp<std::int64_t>(amount - result.raised, 0, most);

  std::vector<Goal*> missing;
  for (Goal& goal : goals) {
    if (goal.shortfall > 0 && !goal.is_short_of_units && -goal.change < goal.free) missing.push_back(&goal);
  }
  std::stable_sort(missing.begin(), missing.end(),
                   [](const Goal* a, const Goal* b) { return a->shortfall > b->shortfall; });
  for (Goal* goal : missing) {
    const std::int64_t before = worth_of_change(*goal);
    --goal->change;
    const std::int64_t more = worth_of_change(*goal) - before;
    if (result.taken() + more > amount) {
      ++goal->change;
    } else {
      result.raised += more;
    }
  }
  if (are_sold) cut_covers(goals, most, fees, result.raised);
  std::int64_t held_back = 0;
  for (const Goal& goal : goals) {
    if (!is_cover(goal) || !are_sold) continue;
    result.is_cash_held_for_shorts = true;
    held_back += goal.column->unit.price_of(goal.change) + own_fee(goal, fees);
  }
  // What covering takes is no part of the amount: when it is more than the sales bring, so much cash stays.
  if (result.is_cash_held_for_shorts) result.cash_now = std::min({result.cash_now, most - held_back, amount});
  result.cash_now = std::max<std::int64_t>(result.cash_now, 0);
  return result;
}

}  // namespace portfolio
