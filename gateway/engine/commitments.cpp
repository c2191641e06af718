#include "gateway/engine/commitments.hpp"

#include <algorithm>
#include <tuple>

namespace gateway {

core::Int128 highest_cost(core::Quantity quantity, core::Price price, core::MoneyFactor factor,
                          core::Currency currency) {
  const core::Notional exact = core::notional(quantity, price);
  if (!core::is_within(exact, factor, max_amount_minor, currency)) return max_amount_minor + 1;
  return core::round_up_to_minor(exact, factor, currency);
}

Commitments::Commitments(const State& state, bool by_sleeve) : state_(state), by_sleeve_(by_sleeve) {
  for (const auto& [number, order] : state.orders().open()) add(*order);
  for (const std::int64_t number : state.live_proposals()) keep_for(state.proposals().at(number));
}

// No more than is there: what is not there yet, others cannot take.
void Commitments::keep(alloc::GroupIndex group, alloc::AccountIndex account, core::Currency currency,
                       core::Int128 minor) {
  const auto slot = state_.book().find_slot(group, account);
  if (!slot) return;
  const core::Int128 there = state_.book().cash(group, currency, *slot);
  minor = std::min(minor, there);
  if (minor <= 0) return;
  spending_[{group, currency}] += minor;
  if (!by_sleeve_) return;
  std::vector<core::Int128>& by_slot = spending_by_slot_[{group, currency}];
  by_slot.resize(state_.book().accounts_of(group).size());
  by_slot[static_cast<std::size_t>(*slot)] += minor;
}

// Of a sale that is not finished: what it has brought so far stays in the sleeve until then.
void Commitments::keep_what_leaves(const Order& order) {
  if (order.parts.filled().raw == 0) return;
  for (const Leg& leg : order.legs()) {
    const auto accounts = state_.book().accounts_of(leg.group);
    for (const std::uint64_t i : order.shares->leaving) {
      if (i < leg.first || i >= leg.first + leg.count) continue;
      const alloc::Part& part = order.parts.parts()[i];
      keep(leg.group, accounts[static_cast<std::size_t>(order.slots()[i])], order.currency,
           part.cost - part.commission);
    }
  }
}

namespace {

// What a proposal that is under way counts on, sleeve by sleeve.
class Needs {
 public:
  Needs(const Staged& proposal, const State& state)
      : proposal_(proposal), content_(*proposal.content), state_(state), brought_(proposal.brought) {
    // What was moved of it is not there any more.
    for (std::size_t i = 0; i < content_.cash_moves.size(); ++i) {
      const portfolio::CashMove& move = content_.cash_moves[i];
      const bool is_of_sales = move.when == portfolio::When::after_sales || move.was_after_sales;
      if (!is_of_sales) continue;
      brought_[{move.account, move.amount.currency}] -=
          move.when == portfolio::When::booked ? move.amount.minor : proposal.moved[i];
    }
    for (std::size_t i = 0; i < proposal.places.size(); ++i) look_at(content_.orders[i], proposal.places[i]);
    for (std::size_t i = 0; i < content_.cash_moves.size(); ++i) look_at(content_.cash_moves[i], proposal.moved[i]);
  }

  template <class Keep>
  void each(const Keep& keep) const {
    for (const auto& [place, needed] : needs_) {
      const auto& [group, account, currency] = place;
      core::Int128 minor = needed;
      const portfolio::SleevePreview* sleeve = content_.sleeve_of(group, account);
      if (sleeve != nullptr && sleeve->currency == currency) minor += sleeve->fees;
      const auto to_come = coming_.find(place);
      keep(group, account, currency, minor - (to_come == coming_.end() ? 0 : to_come->second));
    }
  }

 private:
  using Place = std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>;

  void look_at(const portfolio::BlockOrder& order, const Staged::Place& place) {
    if (!place.is_transmitted) return;
    const Order* out = place.order.empty() ? nullptr : state_.orders().find(place.order);
    const bool is_sale = order.side == core::Side::sell;
    if (!is_sale && out == nullptr) {
      if (!order.waits_for_sales || proposal_.are_purchases_due) return;  // those go out in this step
      const portfolio::Quote& quote = content_.quotes[order.quote];
      for (const portfolio::Leg& leg : order.legs) {
        needs_[{leg.group, leg.account, quote.currency}] +=
            highest_cost(leg.quantity, order.limit.value_or(quote.price.price), factor_of(quote), quote.currency);
      }
    }
    if (is_sale && (out == nullptr || !is_finished(state_of(*out)))) add_what_comes(order, out);
  }

  // At the quotes, as far as it is not sold yet.
  void add_what_comes(const portfolio::BlockOrder& order, const Order* out) {
    const portfolio::Quote& quote = content_.quotes[order.quote];
    const core::Quantity all = order.quantity();
    const core::Quantity left = out == nullptr ? all : out->leaves();
    for (const portfolio::Leg& leg : order.legs) {
      if (leg.does_money_leave || all.raw == 0) continue;
      const core::Quantity part{
          static_cast<std::int64_t>(static_cast<core::Int128>(leg.quantity.raw) * left.raw / all.raw)};
      const auto value = value_of(part, quote.price.price, factor_of(quote), quote.currency);
      if (value) coming_[{leg.group, leg.account, quote.currency}] += value->minor;
    }
  }

  void look_at(const portfolio::CashMove& move, std::int64_t moved) {
    const core::Int128 left = move.amount.minor - moved;
    const core::Currency currency = move.amount.currency;
    if (move.when == portfolio::When::after_orders) needs_[{move.from, move.account, currency}] += left;
    if (move.when != portfolio::When::after_sales) return;
    coming_[{move.to, move.account, currency}] += left;
    std::int64_t& there = brought_[{move.account, currency}];
    const core::Int128 kept = std::clamp<core::Int128>(left, 0, std::max<std::int64_t>(there, 0));
    needs_[{move.from, move.account, currency}] += kept;
    there -= static_cast<std::int64_t>(kept);
  }

  [[nodiscard]] core::MoneyFactor factor_of(const portfolio::Quote& quote) const {
    return state_.instruments().at(quote.symbol).money_factor();
  }

  const Staged& proposal_;
  const portfolio::Proposal& content_;
  const State& state_;
  portfolio::Brought brought_;  // by its sales, and not moved
  std::map<Place, core::Int128> needs_;
  std::map<Place, core::Int128> coming_;
};

}  // namespace

// While nothing of it is on its way, nothing is kept: a person decides what becomes of it.
void Commitments::keep_for(const Staged& proposal) {
  if (proposal.stage != Stage::working) return;
  Needs(proposal, state_)
      .each([&](alloc::GroupIndex group, alloc::AccountIndex account, core::Currency currency, core::Int128 minor) {
        keep(group, account, currency, minor);
      });
}

void Commitments::add(const PlannedOrder& order) {
  const OrderRequest& request = order.request;
  add(Working{.side = request.side,
              .symbol = request.symbol,
              .currency = order.value.currency,
              .price = request.limit ? *request.limit : order.instrument->reference.value_or(core::Price{}),
              .factor = order.factor,
              .unit = order.instrument->unit,
              .open = request.quantity,
              .units = request.quantity.raw / order.instrument->unit.raw,
              .legs = order.legs,
              .slots = order.shares.slots,
              .weights = order.shares.weights,
              .total_weight = order.shares.total(),
              .had = {}});
}

void Commitments::add(const Order& order) {
  const OrderEntered& entered = order.entered;
  const core::Price reference = state_.instrument(entered.symbol)->reference.value_or(core::Price{});
  add(Working{.side = entered.side,
              .symbol = entered.symbol,
              .currency = order.currency,
              .price = entered.limit.value_or(reference),
              .factor = order.parts.factor(),
              .unit = order.parts.unit(),
              .open = order.leaves(),
              .units = entered.quantity.raw / order.parts.unit().raw,
              .legs = order.legs(),
              .slots = order.slots(),
              .weights = order.parts.split().weights(),
              .total_weight = order.parts.split().total_weight(),
              .had = order.parts.split().units()});
  if (entered.side == core::Side::sell) keep_what_leaves(order);
}

void Commitments::add(const Working& order) { order.side == core::Side::sell ? sell(order) : spend(order); }

std::int64_t Commitments::Working::left_for(std::size_t i) const {
  const core::Int128 most = (static_cast<core::Int128>(units) * weights[i] + total_weight - 1) / total_weight;
  return static_cast<std::int64_t>(most) - (had.empty() ? 0 : had[i]);
}

void Commitments::sell(const Working& order) {
  for (const Leg& leg : order.legs) {
    std::vector<std::int64_t>& units = selling_[{leg.group, order.symbol}];
    units.resize(state_.book().accounts_of(leg.group).size());
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      units[static_cast<std::size_t>(order.slots[i])] += order.left_for(i);
    }
  }
}

// The sum over an order of one leg is known without looking at its sleeves.
void Commitments::spend(const Working& order) {
  const bool is_one_leg = order.legs.size() == 1;
  if (is_one_leg) {
    const auto value = value_of(order.open, order.price, order.factor, order.currency);
    if (value) spending_[{order.legs.front().group, order.currency}] += value->minor;
  }
  if (is_one_leg && !by_sleeve_) return;
  for (const Leg& leg : order.legs) {
    std::vector<core::Int128>& by_slot = spending_by_slot_[{leg.group, order.currency}];
    by_slot.resize(state_.book().accounts_of(leg.group).size());
    core::Int128 sum = 0;
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      const core::Quantity left{order.left_for(i) * order.unit.raw};
      const core::Int128 cost = highest_cost(left, order.price, order.factor, order.currency);
      by_slot[static_cast<std::size_t>(order.slots[i])] += cost;
      sum += cost;
    }
    if (!is_one_leg) spending_[{leg.group, order.currency}] += sum;
  }
}

core::Int128 Commitments::spending(alloc::GroupIndex group, core::Currency currency) const {
  const auto found = spending_.find({group, currency});
  return found == spending_.end() ? 0 : found->second;
}

core::Int128 Commitments::spending(alloc::GroupIndex group, core::Currency currency, alloc::SlotIndex slot) const {
  const auto found = spending_by_slot_.find({group, currency});
  return found == spending_by_slot_.end() ? 0 : found->second.at(static_cast<std::size_t>(slot));
}

portfolio::Working Commitments::working() const {
  portfolio::Working working{.selling = selling_, .spending = {}};
  for (const auto& [place, by_slot] : spending_by_slot_) {
    std::vector<std::int64_t>& row = working.spending[place];
    for (const core::Int128 minor : by_slot) {
      row.push_back(static_cast<std::int64_t>(std::min<core::Int128>(minor, max_amount_minor)));
    }
  }
  return working;
}

std::span<const std::int64_t> Commitments::selling(alloc::GroupIndex group, const core::Symbol& symbol) const {
  const auto found = selling_.find({group, symbol});
  return found == selling_.end() ? std::span<const std::int64_t>() : found->second;
}

}  // namespace gateway
