#include <algorithm>
#include <array>
#include <map>

#include "audit/checks.hpp"
#include "audit/law.hpp"
#include "audit/numbers.hpp"
#include "core/random.hpp"

namespace audit {

namespace {

// The orders that something was filled of.
template <class Take>
std::size_t each_filled(const Blocks& blocks, const Take& take) {
  std::size_t count = 0;
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr || (block.fills.empty() && block.parts.empty())) continue;
    ++count;
    take(id, block);
  }
  return count;
}

bool is_known_type(std::string_view type) {
  constexpr std::array<std::string_view, 6> known{"STK", "FUND", "BOND", "OPT", "FUT", "CASH"};
  return std::find(known.begin(), known.end(), type) != known.end();
}

std::vector<std::int64_t> weights_of(const Block& block) {
  std::vector<std::int64_t> weights;
  weights.reserve(block.shares.size());
  for (const Share* share : block.shares) weights.push_back(share->weight);
  return weights;
}

template <class Row>
Sleeve sleeve_of(const Row& row) {
  return {row.account, row.model};
}

// Quantity of each sleeve in millionths of a unit of the instrument.
std::map<Sleeve, core::Int128> quantities_of(const Block& block) {
  std::map<Sleeve, core::Int128> quantities;
  for (const Part* part : block.parts) quantities[sleeve_of(*part)] += part->quantity.raw;
  return quantities;
}

// Replays the fills of an order by the law, and shows each state to `look`. What stands in the way of that is a
// difference.
template <class Look>
void replay(const std::string& id, const Block& block, Check& check, const Look& look) {
  const std::vector<std::int64_t> weights = weights_of(block);
  const std::int64_t unit = block.order->unit.raw;
  if (const std::string problem = SlowSplit::problem_with(weights); !problem.empty()) {
    return check.differs(id + ": " + problem);
  }
  if (unit <= 0) return check.differs(id + ": its allocation unit is " + block.order->unit.text());
  // The seed by which ties are broken is drawn from the order's own id.
  SlowSplit split(weights, core::stable_hash(id));
  for (const Fill* fill : block.fills) {
    if (fill->quantity.raw <= 0 || fill->quantity.raw % unit != 0) {
      return check.differs(id + ", fill " + fill->exec_id + ": " + fill->quantity.text() +
                           " is not a whole number of units of " + block.order->unit.text());
    }
    const std::int64_t units = fill->quantity.raw / unit;
    if (units >= SlowSplit::units_limit - split.filled()) return check.differs(id + ": more units than can be counted");
    split.fill(units);
    look(split, *fill);
  }
}

}  // namespace

Check parts_sum_to_fills(const Blocks& blocks) {
  Check check("parts sum to fills, for every order");
  std::size_t orders = 0;
  core::Int128 total = 0;
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr) {
      check.differs(id + ": there are fills, parts or shares of it, and no order");
      continue;
    }
    ++orders;
    core::Int128 parts = 0;
    for (const Part* part : block.parts) {
      parts += part->quantity.raw;
      if (part->quantity.raw < 0) check.differs(id + ": " + part->account + " got " + part->quantity.text());
      const std::string& model = block.order->model;
      if (!model.empty() && part->model != model) check.differs(id + ": a part of it is in the model " + part->model);
    }
    const core::Int128 filled = block.filled();
    total += filled;
    if (parts != filled) {
      check.differs(id + ": parts sum to " + quantity_text(parts) + ", fills to " + quantity_text(filled));
    }
    if (filled != block.order->filled.raw) {
      check.differs(id + ": the order says " + quantity_text(block.order->filled.raw) + " filled, its fills sum to " +
                    quantity_text(filled));
    }
    if (filled > block.order->quantity.raw) {
      check.differs(id + ": " + quantity_text(filled) + " filled of " + quantity_text(block.order->quantity.raw));
    }
  }
  check.compared = counted(orders, "order", "orders") + ", " + quantity_text(total) + " units";
  return check;
}

Check costs_sum_to_notional(const Blocks& blocks) {
  Check check("part costs sum to the notional, to the cent");
  std::map<core::Currency, core::Int128> totals;
  const std::size_t orders = each_filled(blocks, [&](const std::string& id, const Block& block) {
    const core::Currency currency = block.order->currency;
    if (!is_known_type(block.order->security_type)) {
      check.differs(id + ": no instrument is listed as " + block.order->symbol + ", or what it is, '" +
                    block.order->security_type + "', is not known");
    }
    core::Int128 costs = 0;
    for (const Part* part : block.parts) costs += part->cost;
    const core::Int128 notional = block.notional();
    totals[currency] += notional;
    if (costs != notional) {
      check.differs(id + ": costs sum to " + money_text(costs, currency) + ", quantities times prices to " +
                    money_text(notional, currency));
    }
  });
  check.compared = counted(orders, "order", "orders");
  for (const auto& [currency, sum] : totals) check.compared += ", " + money_text(sum, currency) + " " + currency.text();
  return check;
}

Check commissions_sum_to_fees(const Blocks& blocks) {
  Check check("part commissions sum to the fees, to the cent");
  std::map<core::Currency, core::Int128> totals;
  const std::size_t orders = each_filled(blocks, [&](const std::string& id, const Block& block) {
    const core::Currency currency = block.order->currency;
    core::Int128 commissions = 0;
    for (const Part* part : block.parts) commissions += part->commission;
    const core::Int128 fees = rounded_to_minor(block.fees(), core::Amount::decimals, currency);
    totals[currency] += fees;
    if (commissions != fees) {
      check.differs(id + ": commissions sum to " + money_text(commissions, currency) + ", the fees of its fills to " +
                    money_text(fees, currency));
    }
  });
  check.compared = counted(orders, "order", "orders");
  for (const auto& [currency, sum] : totals) check.compared += ", " + money_text(sum, currency) + " " + currency.text();
  return check;
}

Check one_price_for_all(const Blocks& blocks) {
  Check check("one average price for all, and fees by units; cents by largest remainder");
  std::size_t parts = 0;
  const std::size_t orders = each_filled(blocks, [&](const std::string& id, const Block& block) {
    const core::Currency currency = block.order->currency;
    std::map<Sleeve, const Part*> part_of;
    for (const Part* part : block.parts) part_of[sleeve_of(*part)] = part;
    std::vector<const Part*> sharing;  // in the order of the shares, by which ties are broken
    std::vector<std::int64_t> quantities;
    core::Int128 sum = 0;
    for (const Share* share : block.shares) {
      const auto part = part_of.find(sleeve_of(*share));
      sharing.push_back(part == part_of.end() ? nullptr : part->second);
      quantities.push_back(part == part_of.end() ? 0 : std::max<std::int64_t>(0, part->second->quantity.raw));
      sum += quantities.back();
    }
    if (sum == 0) return check.differs(id + ": no account with a share of it got anything");
    const std::uint64_t seed = core::stable_hash(id);
    const auto costs = by_largest_remainder(block.notional(), quantities, seed);
    const auto fees =
        by_largest_remainder(rounded_to_minor(block.fees(), core::Amount::decimals, currency), quantities, seed);
    for (std::size_t i = 0; i < sharing.size(); ++i) {
      if (sharing[i] == nullptr) continue;
      ++parts;
      const Part& part = *sharing[i];
      if (part.cost == costs[i] && part.commission == fees[i]) continue;
      check.differs(id + ": " + name_of(sleeve_of(part)) + " carries " + money_text(part.cost, currency) +
                    " and commission " + money_text(part.commission, currency) + " for " +
                    quantity_text(part.quantity.raw) + "; it should be " + money_text(costs[i], currency) + " and " +
                    money_text(fees[i], currency));
    }
  });
  check.compared = counted(orders, "order", "orders") + ", " + counted(parts, "part", "parts");
  return check;
}

Check within_one_unit(const Blocks& blocks) {
  Check check("every account within one unit of its exact share, after every fill");
  std::size_t fills = 0;
  std::size_t looked_at = 0;
  each_filled(blocks, [&](const std::string& id, const Block& block) {
    replay(id, block, check, [&](const SlowSplit& split, const Fill& fill) {
      ++fills;
      looked_at += split.units().size();
      for (const std::string& broken : split.broken()) check.differs(id + ", fill " + fill.exec_id + ": " + broken);
      if (&fill != block.fills.back()) return;
      // Where the fills have led: the parts as the gateway booked them.
      const auto quantities = quantities_of(block);
      for (std::size_t i = 0; i < block.shares.size(); ++i) {
        const Sleeve sleeve = sleeve_of(*block.shares[i]);
        const auto part = quantities.find(sleeve);
        const core::Int128 got = part == quantities.end() ? 0 : part->second;
        const core::Int128 unit = block.order->unit.raw;
        if (got >= split.floor_of(i) * unit && got <= split.ceiling_of(i) * unit) continue;
        check.differs(id + ": " + name_of(sleeve) + " got " + quantity_text(got) + ", its share is between " +
                      quantity_text(split.floor_of(i) * unit) + " and " + quantity_text(split.ceiling_of(i) * unit));
      }
    });
  });
  check.compared = counted(fills, "fill", "fills") + ", " + counted(looked_at, "share", "shares") + " of accounts";
  return check;
}

Check parts_follow_the_law(const Blocks& blocks) {
  Check check("parts as the law gives them when the fills are replayed, ties included");
  std::size_t parts = 0;
  each_filled(blocks, [&](const std::string& id, const Block& block) {
    auto quantities = quantities_of(block);
    replay(id, block, check, [&](const SlowSplit& split, const Fill& fill) {
      if (&fill != block.fills.back()) return;
      for (std::size_t i = 0; i < block.shares.size(); ++i) {
        ++parts;
        const Sleeve sleeve = sleeve_of(*block.shares[i]);
        const core::Int128 due = static_cast<core::Int128>(split.units()[i]) * block.order->unit.raw;
        const core::Int128 got = quantities[sleeve];
        if (got != due) {
          check.differs(id + ": " + name_of(sleeve) + " got " + quantity_text(got) + ", the law gives " +
                        quantity_text(due));
        }
        quantities.erase(sleeve);
      }
      for (const auto& [sleeve, quantity] : quantities) {
        if (quantity == 0) continue;
        check.differs(id + ": " + name_of(sleeve) + " got " + quantity_text(quantity) + " without a share");
      }
    });
  });
  check.compared = counted(parts, "part", "parts");
  return check;
}

}  // namespace audit
