#include "gateway/engine/commitments.hpp"

#include <algorithm>

namespace gateway {

core::Int128 highest_cost(core::Quantity quantity, core::Price price, core::MoneyFactor factor,
                          core::Currency currency) {
  const core::Notional exact = core::notional(quantity, price);
  if (!core::is_within(exact, factor, max_amount_minor, currency)) return max_amount_minor + 1;
  return core::round_up_to_minor(exact, factor, currency);
}

Commitments::Commitments(const State& state, bool by_sleeve) : state_(state), by_sleeve_(by_sleeve) {
  for (const auto& [number, order] : state.orders().open()) add(*order);
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
