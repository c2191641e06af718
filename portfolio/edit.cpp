#include "portfolio/edit.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "portfolio/estimate.hpp"

namespace portfolio {
namespace {

using core::Int128;

constexpr std::int64_t most_raw = std::int64_t{1} << 61;  // of a quantity

// In proportion to the weights, by largest remainder, the first among equals. REQUIRES: weights > 0, total >= 0
std::vector<std::int64_t> spread(std::int64_t total, const std::vector<std::int64_t>& weights) {
  Int128 sum = 0;
  for (const std::int64_t weight : weights) sum += weight;
  std::vector<std::int64_t> parts;
  std::vector<std::pair<Int128, std::size_t>> remainders;
  std::int64_t left = total;
  for (const std::int64_t weight : weights) {
    const Int128 exact = static_cast<Int128>(weight) * total;
    remainders.emplace_back(exact % sum, parts.size());
    parts.push_back(static_cast<std::int64_t>(exact / sum));
    left -= parts.back();
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::int64_t i = 0; i < left; ++i) ++parts[remainders[static_cast<std::size_t>(i)].second];
  return parts;
}

class Edit {
 public:
  Edit(const Proposal& proposal, const OrderEdit& edit, const Desk& desk)
      : desk_(desk), edit_(edit), place_("order " + std::to_string(edit.order)), proposal_(proposal) {}

  [[nodiscard]] core::Result<Proposal> take() && {
    if (edit_.order >= proposal_.orders.size()) {
      return core::fail(
          place_, "there is none; the proposal has " + std::to_string(proposal_.orders.size()) + ", counted from 0");
    }
    if (order().has_gone) return core::fail(place_, "is not staged: it went out, or could not be paid");
    if (!edit_.quantity && !edit_.type && !edit_.limit && !edit_.time_in_force) {
      return core::fail(place_, "there is nothing to change; give a quantity, a type, a limit or a time in force");
    }
    const Quote& quote = proposal_.quotes[order().quote];
    const auto known = desk_.instruments.find(quote.symbol);
    if (known == desk_.instruments.end()) {
      return core::fail(quote.symbol.text(), "there is no record of this instrument; add it first");
    }
    if (auto changed = change_terms(known->second); !changed) return tl::unexpected<core::Error>(changed.error());
    if (auto changed = change_quantity(quote); !changed) return tl::unexpected<core::Error>(changed.error());
    if (auto checked = check_worth(known->second); !checked) return tl::unexpected<core::Error>(checked.error());
    if (auto made = estimate_anew(proposal_, desk_); !made) return tl::unexpected<core::Error>(made.error());
    return std::move(proposal_);
  }

 private:
  [[nodiscard]] BlockOrder& order() { return proposal_.orders[edit_.order]; }

  core::Result<bool> change_terms(const Instrument& instrument) {
    BlockOrder& order = this->order();
    if (edit_.limit) {
      const core::Price limit = *edit_.limit;
      if (edit_.type == core::OrderType::market) {
        return core::fail(place_, "a market order has no limit; leave out the limit, or make it a limit order");
      }
      if (limit.raw <= 0) return core::fail(place_, "the limit is " + limit.text() + "; it must be above zero");
      if (instrument.tick.raw > 0 && limit.raw % instrument.tick.raw != 0) {
        return core::fail(place_, "the limit " + limit.text() + " is no multiple of the tick of " +
                                      instrument.symbol.text() + ", " + instrument.tick.text());
      }
      order.limit = limit;
      order.type = core::OrderType::limit;
    }
    if (edit_.type == core::OrderType::limit && !order.limit) {
      return core::fail(place_, "a limit order needs a limit");
    }
    order.type = edit_.type.value_or(order.type);
    if (order.type == core::OrderType::market) order.limit.reset();
    order.time_in_force = edit_.time_in_force.value_or(order.time_in_force);
    return true;
  }

  core::Result<bool> change_quantity(const Quote& quote) {
    if (!edit_.quantity) return true;
    const core::Quantity quantity = *edit_.quantity;
    if (quantity.raw < 0) {
      return core::fail(place_, "the quantity is " + quantity.text() + "; it must be above 0, or 0 to leave it out");
    }
    if (quantity.raw > most_raw) return core::fail(place_, "the quantity is more than any that is booked here");
    if (quantity.raw % quote.unit.raw != 0) {
      return core::fail(place_, "the quantity " + quantity.text() + " is no whole number of units of " +
                                    quote.symbol.text() + ", " + quote.unit.text() + " each");
    }
    BlockOrder& order = this->order();
    const bool is_more = quantity > order.quantity();
    if (order.proposed.empty()) order.proposed = order.legs;
    std::vector<std::int64_t> units;
    for (const Leg& leg : order.proposed) units.push_back(leg.quantity.raw / quote.unit.raw);
    const std::vector<std::int64_t> parts = spread(quantity.raw / quote.unit.raw, units);
    order.legs.clear();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Leg leg = order.proposed[i];
      const core::Quantity part{parts[i] * quote.unit.raw};
      if (part.raw == 0) continue;
      if (core::is_sale(order.side) && part > leg.quantity) {
        if (auto checked = check_is_free(leg, part, quote); !checked) return checked;
      }
      // A sale that was raised takes the stake of more along, at the same rate.
      leg.stake = static_cast<std::int64_t>(static_cast<Int128>(leg.stake) * part.raw / leg.quantity.raw);
      leg.quantity = part;
      order.legs.push_back(leg);
    }
    const bool is_as_proposed =
        std::equal(order.legs.begin(), order.legs.end(), order.proposed.begin(), order.proposed.end(),
                   [](const Leg& a, const Leg& b) {
                     return a.account == b.account && a.group == b.group && a.quantity == b.quantity;
                   });
    if (is_as_proposed) order.proposed.clear();
    if (is_more && order.side == core::Side::buy) return mark_what_waits();
    return true;
  }

  // Units that are transferred move first.
  core::Result<bool> check_is_free(const Leg& leg, core::Quantity part, const Quote& quote) const {
    const SleevePreview* sleeve = proposal_.sleeve_of(leg.group, leg.account);
    CHECK(sleeve != nullptr);
    core::Quantity free;
    for (const SleeveLine& line : proposal_.lines_of(*sleeve)) {
      if (proposal_.quotes[line.quote].symbol == quote.symbol) free = line.free + line.moved;
    }
    if (part <= free) return true;
    return core::fail(place_, desk_.book.account_id(leg.account).text() + " in " +
                                  desk_.book.group_code(leg.group).text() + " would sell " + part.text() + " " +
                                  quote.symbol.text() + "; " + std::max(free, core::Quantity{}).text() + " are free");
  }

  // As Draft marks them: all purchases of a sleeve whose purchases are more than is there before the sales.
  core::Result<bool> mark_what_waits() {
    const auto brings = [](const CashMove& move) { return move.when == When::after_sales; };
    const auto sells = [](const BlockOrder& each) { return core::is_sale(each.side); };
    if (std::none_of(proposal_.orders.begin(), proposal_.orders.end(), sells) &&
        std::none_of(proposal_.cash_moves.begin(), proposal_.cash_moves.end(), brings)) {
      return true;
    }
    std::map<std::pair<alloc::GroupIndex, alloc::AccountIndex>, Int128> left;
    for (const SleevePreview& sleeve : proposal_.sleeves) left[{sleeve.group, sleeve.account}] = sleeve.cash_free;
    for (const CashMove& move : proposal_.cash_moves) {
      if (move.when != When::now) continue;
      left[{move.from, move.account}] -= move.amount.minor;
      left[{move.to, move.account}] += move.amount.minor;
    }
    for (const BlockOrder& each : proposal_.orders) {
      if (core::is_sale(each.side) || each.has_gone) continue;
      const Quote& quote = proposal_.quotes[each.quote];
      const core::Result<UnitValue> unit = UnitValue::of(desk_.instruments.at(quote.symbol), quote.price.price);
      if (!unit) return tl::unexpected<core::Error>(unit.error());
      if (!unit->worth(each.quantity())) return too_much();
      for (const Leg& leg : each.legs) {
        left[{leg.group, leg.account}] -=
            unit->price_of(leg.quantity.raw / quote.unit.raw) + desk_.fees.fee(leg.quantity, quote.currency);
      }
    }
    std::vector<Leg> short_legs = order().legs;
    std::erase_if(short_legs, [&](const Leg& leg) { return left[{leg.group, leg.account}] >= 0; });
    for (BlockOrder& each : proposal_.orders) {
      if (core::is_sale(each.side) || each.has_gone) continue;
      const auto is_short = [&](const Leg& leg) {
        return std::any_of(short_legs.begin(), short_legs.end(),
                           [&](const Leg& other) { return other.group == leg.group && other.account == leg.account; });
      };
      each.waits_for_sales = each.waits_for_sales || std::any_of(each.legs.begin(), each.legs.end(), is_short);
    }
    return true;
  }

  // At its limit too, so that whoever reserves cash for it can write the amount.
  core::Result<bool> check_worth(const Instrument& instrument) {
    if (!order().limit) return true;
    const core::Result<UnitValue> unit = UnitValue::of(instrument, *order().limit);
    if (!unit) return tl::unexpected<core::Error>(unit.error());
    if (!unit->worth(order().quantity())) return too_much();
    return true;
  }

  [[nodiscard]] tl::unexpected<core::Error> too_much() const {
    return core::fail(place_, "comes to more than any amount that is booked here");
  }

  const Desk& desk_;
  const OrderEdit& edit_;
  std::string place_;
  Proposal proposal_;
};

void drop_sleeves(Proposal& proposal, alloc::AccountIndex account) {
  std::vector<SleevePreview> sleeves;
  std::vector<SleeveLine> lines;
  for (SleevePreview sleeve : proposal.sleeves) {
    if (sleeve.account == account) continue;
    const std::span<const SleeveLine> of = proposal.lines_of(sleeve);
    sleeve.first_line = static_cast<std::uint32_t>(lines.size());
    lines.insert(lines.end(), of.begin(), of.end());
    sleeves.push_back(sleeve);
  }
  proposal.sleeves = std::move(sleeves);
  proposal.lines = std::move(lines);
}

}  // namespace

core::Result<Proposal> edit_order(const Proposal& proposal, const OrderEdit& edit, const Desk& desk) {
  return Edit(proposal, edit, desk).take();
}

core::Result<Proposal> leave_out(const Proposal& proposal, alloc::AccountIndex account, const Desk& desk) {
  const std::string& name = desk.book.account_id(account).text();
  Proposal rest = proposal;
  std::size_t parts = 0;
  const auto is_of = [&](const auto& each) { return each.account == account; };
  const auto is_open = [&](const auto& each) { return each.account == account && each.when != When::booked; };
  parts += std::erase_if(rest.cash_moves, is_open);
  parts += std::erase_if(rest.unit_moves, is_open);
  bool has_gone = false;
  for (BlockOrder& order : rest.orders) {
    if (order.has_gone) {
      has_gone = has_gone || std::any_of(order.legs.begin(), order.legs.end(), is_of);
      continue;
    }
    parts += std::erase_if(order.legs, is_of);
    std::erase_if(order.proposed, is_of);
  }
  parts += std::erase_if(rest.stakes, is_of);
  if (!has_gone) parts += std::erase_if(rest.leaving, is_of);
  if (!has_gone) drop_sleeves(rest, account);  // what went out of it may have to be finished
  parts += proposal.sleeves.size() - rest.sleeves.size();
  if (parts == 0) return core::fail("account", name + " has no part in the proposal");
  rest.closes.reset();
  std::erase_if(rest.warnings, [&](const Warning& warning) {
    return warning.account == account || warning.kind == WarningKind::model_closes;
  });
  if (auto made = estimate_anew(rest, desk); !made) return tl::unexpected<core::Error>(made.error());
  if (rest.does_nothing()) return core::fail("account", "without " + name + " nothing would be left of the proposal");
  return rest;
}

}  // namespace portfolio
