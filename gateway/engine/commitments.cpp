#include "gateway/engine/commitments.hpp"

#include <algorithm>

namespace gateway {

namespace {

constexpr core::Int128 greatest = ~(core::Int128{1} << 127U);

// std::gcd does not take 128 bits.
core::Int128 greatest_divisor(core::Int128 a, core::Int128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

const Leg* leg_in(alloc::GroupIndex group, std::span<const Leg> legs) {
  const auto found = std::find_if(legs.begin(), legs.end(), [&](const Leg& leg) { return leg.group == group; });
  return found == legs.end() ? nullptr : &*found;
}

}  // namespace

UnitCost::UnitCost(core::Quantity unit, core::Price price, core::MoneyFactor factor, core::Currency currency)
    : num_(core::notional(unit, price)) {
  if (__builtin_mul_overflow(num_, static_cast<core::Int128>(factor.num), &num_)) num_ = greatest;
  for (int i = currency.minor_digits(); i < core::notional_decimals; ++i) den_ *= 10;
  den_ *= factor.den;
  const core::Int128 divisor = greatest_divisor(num_, den_);
  num_ /= divisor;
  den_ /= divisor;
}

std::int64_t UnitCost::of(std::int64_t units) const {
  constexpr std::int64_t beyond = max_amount_minor + 1;
  std::int64_t quick = 0;
  if (num_ <= INT64_MAX && den_ <= INT64_MAX &&
      !__builtin_mul_overflow(units, static_cast<std::int64_t>(num_), &quick)) {
    const auto den = static_cast<std::int64_t>(den_);
    const std::int64_t cost = den == 1 ? quick : quick / den + (quick % den != 0 ? 1 : 0);
    return std::min(cost, beyond);
  }
  core::Int128 exact = 0;
  if (__builtin_mul_overflow(static_cast<core::Int128>(units), num_, &exact)) return beyond;
  return static_cast<std::int64_t>(std::min<core::Int128>(exact / den_ + (exact % den_ != 0 ? 1 : 0), beyond));
}

std::int64_t most_of(std::int64_t units, std::int64_t weight, std::int64_t total_weight) {
  std::int64_t quick = 0;
  if (!__builtin_mul_overflow(units, weight, &quick)) {
    return quick / total_weight + (quick % total_weight != 0 ? 1 : 0);
  }
  return static_cast<std::int64_t>((static_cast<core::Int128>(units) * weight + total_weight - 1) / total_weight);
}

std::int64_t Commitments::Working::left_for(std::size_t i) const {
  return most_of(units, weights[i], total_weight) - (had.empty() ? 0 : had[i]);
}

Commitments::Working Commitments::working(const Order& order) const {
  const OrderEntered& entered = order.entered;
  const core::Price reference = state_.instrument(entered.symbol)->reference.value_or(core::Price{});
  return {.price = entered.limit.value_or(reference),
          .factor = order.parts.factor(),
          .currency = order.currency,
          .unit = order.parts.unit(),
          .units = entered.quantity.raw / order.parts.unit().raw,
          .slots = order.slots(),
          .weights = order.parts.split().weights(),
          .total_weight = order.parts.split().total_weight(),
          .had = order.parts.split().units()};
}

void Commitments::add(const PlannedOrder& order) {
  const OrderRequest& request = order.request;
  const Working working{.price = request.limit.value_or(order.instrument->reference.value_or(core::Price{})),
                        .factor = order.factor,
                        .currency = order.value.currency,
                        .unit = order.instrument->unit,
                        .units = request.quantity.raw / order.instrument->unit.raw,
                        .slots = order.shares.slots,
                        .weights = order.shares.weights,
                        .total_weight = order.shares.total(),
                        .had = {}};
  const bool is_sale = core::is_sale(request.side);
  for (const Leg& leg : order.legs) {
    Units& units = is_sale ? selling_ : buying_;
    (void)trading(units, is_sale, {leg.group, request.symbol});
    trade(working, leg, units.at({leg.group, request.symbol}));
    if (is_sale) continue;
    (void)spending(leg.group, working.currency);
    spend(working, leg, spending_.at({leg.group, working.currency}));
  }
}

void Commitments::spend(const Working& order, const Leg& leg, std::vector<core::Int128>& by_slot) const {
  by_slot.resize(state_.book().accounts_of(leg.group).size());
  const UnitCost cost(order.unit, order.price, order.factor, order.currency);
  for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
    by_slot[static_cast<std::size_t>(order.slots[i])] += cost.of(order.left_for(i));
  }
}

void Commitments::trade(const Working& order, const Leg& leg, std::vector<std::int64_t>& by_slot) const {
  by_slot.resize(state_.book().accounts_of(leg.group).size());
  for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
    by_slot[static_cast<std::size_t>(order.slots[i])] += order.left_for(i);
  }
}

std::span<const core::Int128> Commitments::spending(alloc::GroupIndex group, core::Currency currency) {
  const auto [row, is_new] = spending_.try_emplace({group, currency});
  if (!is_new) return row->second;
  if (!kept_) kept_ = kept_cash(state_);
  if (const auto kept = kept_->find({group, currency}); kept != kept_->end()) row->second = kept->second;
  for (const auto& [number, order] : state_.orders().open()) {
    if (core::is_sale(order->entered.side) || order->currency != currency) continue;
    if (const Leg* leg = leg_in(group, order->legs())) spend(working(*order), *leg, row->second);
  }
  return row->second;
}

std::span<const std::int64_t> Commitments::trading(Units& units, bool are_sales, const Trader& trader) const {
  const auto [row, is_new] = units.try_emplace(trader);
  if (!is_new) return row->second;
  for (const auto& [number, order] : state_.orders().open()) {
    if (core::is_sale(order->entered.side) != are_sales || order->entered.symbol != trader.second) continue;
    if (const Leg* leg = leg_in(trader.first, order->legs())) trade(working(*order), *leg, row->second);
  }
  return row->second;
}

std::span<const std::int64_t> Commitments::selling(alloc::GroupIndex group, const core::Symbol& symbol) {
  return trading(selling_, true, {group, symbol});
}

std::span<const std::int64_t> Commitments::buying(alloc::GroupIndex group, const core::Symbol& symbol) {
  return trading(buying_, false, {group, symbol});
}

portfolio::Working Commitments::working(const State& state) {
  Commitments all(state);
  all.spending_ = kept_cash(state);
  portfolio::Working working;
  for (const auto& [number, order] : state.orders().open()) {
    const Working open = all.working(*order);
    for (const Leg& leg : order->legs()) {
      if (core::is_sale(order->entered.side)) {
        all.trade(open, leg, working.selling[{leg.group, order->entered.symbol}]);
      } else {
        all.spend(open, leg, all.spending_[{leg.group, order->currency}]);
      }
    }
  }
  for (const auto& [place, by_slot] : all.spending_) {
    std::vector<std::int64_t>& row = working.spending[place];
    row.reserve(by_slot.size());
    for (const core::Int128 minor : by_slot) {
      row.push_back(static_cast<std::int64_t>(std::min<core::Int128>(minor, max_amount_minor)));
    }
  }
  return working;
}

}  // namespace gateway
