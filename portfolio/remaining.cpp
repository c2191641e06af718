#include "portfolio/remaining.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/check.hpp"
#include "portfolio/estimate.hpp"
#include "portfolio/standing.hpp"

namespace portfolio {
namespace {

using core::Int128;

void subtract(Proposal& proposal, std::span<const std::vector<core::Quantity>> got) {
  CHECK(got.size() == proposal.orders.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    BlockOrder& order = proposal.orders[i];
    const std::int64_t unit = proposal.quotes[order.quote].unit.raw;
    CHECK(got[i].size() == order.legs.size());
    for (std::size_t j = 0; j < got[i].size(); ++j) {
      const std::int64_t missing = std::max<std::int64_t>(order.legs[j].quantity.raw - got[i][j].raw, 0);
      order.legs[j].quantity = core::Quantity{missing / unit * unit};
    }
    std::erase_if(order.legs, [](const Leg& leg) { return leg.quantity.raw == 0; });
  }
  std::erase_if(proposal.orders, [](const BlockOrder& order) { return order.legs.empty(); });
}

// A purchase at what it is expected to cost. Without a price nothing is known to be enough for it.
struct Priced {
  BlockOrder* order = nullptr;
  const Quote* quote = nullptr;
  std::optional<UnitValue> unit;
};

Priced price_purchase(const Proposal& proposal, BlockOrder& order, const Desk& desk) {
  CHECK(order.side == core::Side::buy);
  Priced priced{&order, &proposal.quotes[order.quote], {}};
  const auto known = desk.instruments.find(priced.quote->symbol);
  if (known == desk.instruments.end()) return priced;
  core::Price price = priced.quote->price.price;
  if (order.type == core::OrderType::limit && order.limit) {
    price = *order.limit;
  } else if (const auto now = desk.prices.find(priced.quote->symbol, desk.now, desk.rules.price_age_max)) {
    price = now->price;
  }
  if (const core::Result<UnitValue> unit = UnitValue::of(known->second, price)) priced.unit = *unit;
  return priced;
}

// The purchases of one sleeve in one currency.
class Purchases {
 public:
  void add(const Priced& priced, Leg& leg) { legs_.push_back({&priced, &leg}); }

  // True: something was cut.
  [[nodiscard]] bool cut(std::int64_t free_cash, const Desk& desk) {
    bool was_cut = drop_unpriced();
    Int128 spent = 0;
    Int128 fees = 0;
    for (const Each& each : legs_) {
      spent += cost(each, each.units());
      fees += desk.fees.fee(each.leg->quantity, each.priced->quote->currency);
    }
    const Int128 excess = spent + fees - free_cash;
    if (excess <= 0) return was_cut;
    if (const Each* each = leg_that_suffices(excess, desk)) {
      each->leg->quantity -= each->priced->quote->unit;
      return true;
    }
    // Where a unit is no whole cents, rounding up may take one beyond the proportion.
    const auto is_rounded = [](const Each& each) { return each.priced->unit->den() != 1; };
    const Int128 payable = spent - excess - std::count_if(legs_.begin(), legs_.end(), is_rounded);
    for (const Each& each : legs_) {
      const Int128 units = payable <= 0 ? 0 : each.units() * payable / spent;
      each.leg->quantity = core::Quantity{static_cast<std::int64_t>(units) * each.priced->quote->unit.raw};
    }
    return true;
  }

 private:
  struct Each {
    const Priced* priced;
    Leg* leg;
    [[nodiscard]] std::int64_t units() const { return leg->quantity.raw / priced->quote->unit.raw; }
  };

  bool drop_unpriced() {
    const auto dropped = std::erase_if(legs_, [](const Each& each) {
      if (!each.priced->unit) each.leg->quantity = {};
      return !each.priced->unit;
    });
    return dropped > 0;
  }

  // UnitValue::price_of, for as much as anybody may ask.
  [[nodiscard]] static Int128 cost(const Each& each, std::int64_t units) {
    const UnitValue& unit = *each.priced->unit;
    return (static_cast<Int128>(units) * unit.num() + unit.den() - 1) / unit.den();
  }

  [[nodiscard]] const Each* leg_that_suffices(Int128 excess, const Desk& desk) const {
    const auto with_fee = [&](const Each& each, std::int64_t units) {
      const core::Quantity quantity{units * each.priced->quote->unit.raw};
      return cost(each, units) + desk.fees.fee(quantity, each.priced->quote->currency);
    };
    const Each* best = nullptr;
    for (const Each& each : legs_) {
      const std::int64_t units = each.units();
      if (with_fee(each, units) - with_fee(each, units - 1) < excess) continue;
      if (best == nullptr || is_cheaper(*each.priced->unit, *best->priced->unit)) best = &each;
    }
    return best;
  }

  [[nodiscard]] static bool is_cheaper(const UnitValue& a, const UnitValue& b) {
    return static_cast<Int128>(a.num()) * b.den() < static_cast<Int128>(b.num()) * a.den();
  }

  std::vector<Each> legs_;
};

}  // namespace

core::Result<Proposal> remaining(const Proposal& proposal, std::span<const std::vector<core::Quantity>> got,
                                 bool are_sales_done, const Desk& desk) {
  // All that was done stays done, so nothing of it is taken back out.
  core::Result<Proposal> rest = standing_now(proposal, desk, false);
  if (!rest) return rest;
  subtract(*rest, got);
  std::erase_if(rest->cash_moves, [&](const CashMove& move) {
    return move.when == When::now || (move.when == When::after_sales && are_sales_done);
  });
  rest->unit_moves.clear();
  rest->stakes.clear();
  for (SleeveLine& line : rest->lines) line.moved = {};
  const auto is_sale = [](const BlockOrder& order) { return core::is_sale(order.side); };
  const auto comes_later = [](const CashMove& move) { return move.when == When::after_sales; };
  const bool is_any_left = std::any_of(rest->orders.begin(), rest->orders.end(), is_sale) ||
                           std::any_of(rest->cash_moves.begin(), rest->cash_moves.end(), comes_later);
  for (BlockOrder& order : rest->orders) order.waits_for_sales = order.waits_for_sales && is_any_left;
  std::erase_if(rest->warnings, [](const Warning& warning) { return warning.kind != WarningKind::model_closes; });
  if (auto made = estimate_anew(*rest, desk); !made) return tl::unexpected<core::Error>(made.error());
  return rest;
}

Affordable cut_to_cash(const Proposal& proposal, std::span<const std::size_t> places, const Desk& desk) {
  Affordable result;
  for (const std::size_t place : places) {
    CHECK(place < proposal.orders.size());
    result.orders.push_back(proposal.orders[place]);
  }
  std::vector<Priced> priced;
  priced.reserve(result.orders.size());  // legs refer to it
  std::map<std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>, Purchases> sleeves;
  for (BlockOrder& order : result.orders) {
    const Priced& each = priced.emplace_back(price_purchase(proposal, order, desk));
    for (Leg& leg : order.legs) sleeves[{leg.group, leg.account, each.quote->currency}].add(each, leg);
  }
  for (auto& [sleeve, purchases] : sleeves) {
    const auto [group, account, currency] = sleeve;
    const auto slot = desk.book.find_slot(group, account);
    const std::int64_t free =
        slot ? desk.book.cash(group, currency, *slot) - desk.working.spending_of(group, currency, *slot) : 0;
    result.was_cut = purchases.cut(free, desk) || result.was_cut;
  }
  std::vector<BlockOrder> orders;
  for (std::size_t i = 0; i < places.size(); ++i) {
    BlockOrder& order = result.orders[i];
    std::erase_if(order.legs, [](const Leg& leg) { return leg.quantity.raw == 0; });
    if (order.legs.empty()) continue;
    orders.push_back(std::move(order));
    result.places.push_back(places[i]);
  }
  result.orders = std::move(orders);
  return result;
}

}  // namespace portfolio
