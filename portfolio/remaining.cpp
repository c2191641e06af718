#include "portfolio/remaining.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/check.hpp"
#include "portfolio/estimate.hpp"
#include "portfolio/funds.hpp"
#include "portfolio/stakes.hpp"
#include "portfolio/standing.hpp"

namespace portfolio {
namespace {

using core::Int128;

// What each leg did not get, in whole units, with the stake that goes with it.
void take_off(BlockOrder& order, std::span<const core::Quantity> got, core::Quantity unit) {
  CHECK(got.size() == order.legs.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    Leg& leg = order.legs[i];
    const std::int64_t missing = std::max<std::int64_t>(leg.quantity.raw - got[i].raw, 0) / unit.raw * unit.raw;
    leg.stake = static_cast<std::int64_t>(static_cast<Int128>(leg.stake) * missing / leg.quantity.raw);
    leg.quantity = core::Quantity{missing};
  }
  std::erase_if(order.legs, [](const Leg& leg) { return leg.quantity.raw == 0; });
}

void subtract(Proposal& proposal, std::span<const std::vector<core::Quantity>> got) {
  CHECK(got.size() == proposal.orders.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    BlockOrder& order = proposal.orders[i];
    take_off(order, got[i], proposal.quotes[order.quote].unit);
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

  // Fees included; of what has a price.
  [[nodiscard]] Int128 cost_of_all(const Desk& desk) const {
    Int128 sum = 0;
    for (const Each& each : legs_) {
      if (!each.priced->unit) continue;
      sum += cost(each, each.units()) + desk.fees.fee(each.leg->quantity, each.priced->quote->currency);
    }
    return sum;
  }

  // True: something was cut.
  [[nodiscard]] bool cut(Int128 free_cash, const Desk& desk) {
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
  if (auto made = estimate_anew(*rest, desk, true); !made) return tl::unexpected<core::Error>(made.error());
  return rest;
}

namespace {

// The moves of a proposal that is applied: those that are booked, and what is left of the others.
struct Moves {
  std::vector<CashMove> booked;
  std::vector<CashMove> waiting;
};

Moves sort_moves(const Proposal& proposal, std::span<const std::int64_t> moved) {
  Moves moves;
  for (std::size_t i = 0; i < proposal.cash_moves.size(); ++i) {
    CashMove move = proposal.cash_moves[i];
    const bool is_done = move.when == When::now || move.when == When::booked;
    const std::int64_t minor = is_done ? move.amount.minor : i < moved.size() ? moved[i] : 0;
    if (!is_done && minor < move.amount.minor) {
      CashMove& left = moves.waiting.emplace_back(move);
      left.stake -= stake_gone_with(move.stake, minor, move.amount.minor);
      left.amount.minor -= minor;
    }
    if (minor == 0) continue;
    move.was_after_sales = move.was_after_sales || move.when == When::after_sales;
    move.when = When::booked;
    move.amount.minor = minor;
    move.stake = 0;
    moves.booked.push_back(move);
  }
  return moves;
}

// Purchases that their sleeves cannot pay with all they have and all that is sold.
bool cut_to_funds(Proposal& proposal, const Desk& desk) {
  std::map<std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>, std::int64_t> missing;
  for (const Shortfall& each : shortfalls(proposal, desk)) {
    missing[{each.group, each.account, each.missing.currency}] = each.missing.minor;
  }
  if (missing.empty()) return false;
  std::vector<Priced> priced;
  priced.reserve(proposal.orders.size());  // legs refer to it
  std::map<std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>, Purchases> sleeves;
  for (BlockOrder& order : proposal.orders) {
    if (core::is_sale(order.side) || order.has_gone) continue;
    if (order.proposed.empty()) order.proposed = order.legs;
    const Priced& each = priced.emplace_back(price_purchase(proposal, order, desk));
    for (Leg& leg : order.legs) {
      const std::tuple place{leg.group, leg.account, each.quote->currency};
      if (missing.contains(place)) sleeves[place].add(each, leg);
    }
  }
  for (auto& [place, purchases] : sleeves) {
    (void)purchases.cut(purchases.cost_of_all(desk) - missing.at(place), desk);
  }
  for (BlockOrder& order : proposal.orders) {
    std::erase_if(order.legs, [](const Leg& leg) { return leg.quantity.raw == 0; });
  }
  return true;
}

}  // namespace

core::Result<CarriedOn> carry_on(const Proposal& proposal, std::span<const Progress> progress,
                                 std::span<const std::int64_t> moved, bool with_rest, const Desk& desk) {
  CHECK(progress.size() == proposal.orders.size());
  Moves moves = sort_moves(proposal, moved);
  Proposal open = proposal;
  open.cash_moves = std::move(moves.waiting);
  open.unit_moves.clear();
  open.orders.clear();
  std::vector<std::size_t> from;
  for (std::size_t i = 0; i < progress.size(); ++i) {
    BlockOrder order = proposal.orders[i];
    const Progress& at = progress[i];
    if (at.is_out ? !with_rest || at.is_followed : order.has_gone && !with_rest) continue;
    order.has_gone = false;
    if (at.is_out) {
      order.proposed.clear();
      take_off(order, at.got, proposal.quotes[order.quote].unit);
    }
    if (order.legs.empty()) continue;
    open.orders.push_back(std::move(order));
    from.push_back(i);
  }
  std::vector<std::vector<core::Quantity>> none;
  for (const BlockOrder& order : open.orders) none.emplace_back(order.legs.size());
  core::Result<Proposal> rest = remaining(open, none, false, desk);
  if (!rest) return tl::unexpected<core::Error>(rest.error());
  CarriedOn result{.proposal = *std::move(rest), .kept = {}};
  Proposal& next = result.proposal;
  if (!with_rest) {
    // Sales that are out may still pay for what waits.
    for (std::size_t i = 0; i < from.size(); ++i) {
      next.orders[i].waits_for_sales = proposal.orders[from[i]].waits_for_sales;
    }
  } else if (cut_to_funds(next, desk)) {
    result.was_cut = true;
  }
  // What it did, each order before what is left of it.
  std::vector<BlockOrder> left = std::exchange(next.orders, {});
  std::size_t at = 0;
  for (std::size_t i = 0; i < progress.size(); ++i) {
    const bool is_any_left = at < from.size() && from[at] == i;
    BlockOrder* more = is_any_left ? &left[at++] : nullptr;
    if (more != nullptr && more->legs.empty()) more = nullptr;  // the cash pays for none of it
    const bool is_out = progress[i].is_out;
    const auto place = static_cast<std::uint32_t>(i + 1);
    // What cannot be paid at all stays told too, so that it is not forgotten.
    if (is_out || more == nullptr) {
      next.orders.push_back(proposal.orders[i]);
      next.orders.back().has_gone = true;
      result.kept.push_back({place, progress[i].is_followed || (is_out && more != nullptr)});
    }
    if (more == nullptr) continue;
    next.orders.push_back(std::move(*more));
    result.kept.push_back({is_out ? 0 : place, false});
  }
  next.cash_moves.insert(next.cash_moves.begin(), moves.booked.begin(), moves.booked.end());
  next.unit_moves = proposal.unit_moves;
  for (UnitsMove& move : next.unit_moves) move.when = When::booked;
  if (auto made = estimate_anew(next, desk, true); !made) return tl::unexpected<core::Error>(made.error());
  if (result.was_cut) {
    next.warnings.push_back(
        {WarningKind::cash_short, "the cash does not pay for all that is missing; purchases were cut", {}, {}});
  }
  return result;
}

bool is_more_payable(const Proposal& proposal, std::span<const std::size_t> places,
                     std::span<const std::vector<core::Quantity>> got, const Desk& desk) {
  Proposal rest = proposal;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < places.size(); ++i) {
    BlockOrder& order = rest.orders[places[i]];
    take_off(order, got[i], proposal.quotes[order.quote].unit);
    if (!order.legs.empty()) some.push_back(places[i]);
  }
  return !cut_to_cash(rest, some, desk).orders.empty();
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
