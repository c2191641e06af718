#include "portfolio/proposal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace portfolio {

std::string Fingerprint::text() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t lane : {high, low}) {
    for (unsigned shift = 64; shift > 0; shift -= 4) out.push_back(digits[(lane >> (shift - 4)) & 0xFU]);
  }
  return out;
}

std::string_view text(Operation operation) {
  switch (operation) {
    case Operation::invest: return "invest";
    case Operation::rebalance: return "rebalance";
    case Operation::divest: return "divest";
    case Operation::reallocate: return "reallocate";
    case Operation::withdraw: return "withdraw";
    case Operation::remove: return "delete";
  }
  return "";
}

std::string_view text(WarningKind kind) {
  switch (kind) {
    case WarningKind::cash_short: return "cash short";
    case WarningKind::position_short: return "position short";
    case WarningKind::price_missing: return "price missing or old";
    case WarningKind::below_minimum_trade: return "below minimum trade";
    case WarningKind::odd_lot: return "odd lot";
    case WarningKind::orders_working: return "orders working";
    case WarningKind::has_expired: return "expired";
    case WarningKind::model_closes: return "model closes";
    case WarningKind::market_closed: return "market closed";
  }
  return "";
}

core::Quantity BlockOrder::quantity() const {
  core::Quantity sum;
  for (const Leg& leg : legs) sum += leg.quantity;
  return sum;
}

std::span<const SleeveLine> Proposal::lines_of(const SleevePreview& sleeve) const {
  return std::span(lines).subspan(sleeve.first_line, sleeve.line_count);
}

const SleevePreview* Proposal::sleeve_of(alloc::GroupIndex group, alloc::AccountIndex account) const {
  const auto found = std::lower_bound(
      sleeves.begin(), sleeves.end(), std::pair(group, account),
      [](const SleevePreview& sleeve, const auto& wanted) { return std::pair(sleeve.group, sleeve.account) < wanted; });
  return found == sleeves.end() || found->group != group || found->account != account ? nullptr : &*found;
}

bool Proposal::does_nothing() const {
  return cash_moves.empty() && unit_moves.empty() && orders.empty() && stakes.empty() && leaving.empty() && !closes;
}

namespace {

void add_list(FingerprintMaker& maker, const auto& list, auto each) {
  maker.add(static_cast<std::int64_t>(list.size()));
  for (const auto& element : list) each(element);
}

template <class... Words>
void add_words(FingerprintMaker& maker, Words... words) {
  (maker.add(static_cast<std::int64_t>(words)), ...);
}

// What older proposals do not have, whose hashes stay as they were.
void add_unless_none(FingerprintMaker& maker, std::string_view what, std::int64_t word) {
  if (word == 0) return;
  maker.add(what);
  maker.add(word);
}

void add_what_is_done(FingerprintMaker& maker, const Proposal& proposal) {
  const auto add_leg = [&](const Leg& leg) {
    add_words(maker, leg.account, leg.group, leg.quantity.raw, leg.does_money_leave);
    add_unless_none(maker, "stake", leg.stake);
  };
  add_words(maker, proposal.operation);
  add_list(maker, proposal.cash_moves, [&](const CashMove& move) {
    add_words(maker, move.account, move.from, move.to, move.amount.minor, move.when);
    maker.add(move.amount.currency.text());
    add_unless_none(maker, "stake", move.stake);
    add_unless_none(maker, "of sales", move.was_after_sales ? 1 : 0);
  });
  add_list(maker, proposal.unit_moves, [&](const UnitsMove& move) {
    add_words(maker, move.account, move.from, move.to, move.quote, move.quantity.raw);
    add_unless_none(maker, "when", static_cast<std::int64_t>(move.when));
  });
  add_list(maker, proposal.orders, [&](const BlockOrder& order) {
    add_words(maker, order.quote, order.side, order.type, order.limit.has_value(),
              order.limit.value_or(core::Price{}).raw, order.time_in_force, order.waits_for_sales);
    add_list(maker, order.legs, add_leg);
    if (!order.proposed.empty()) add_list(maker, order.proposed, add_leg);
    add_unless_none(maker, "gone", order.has_gone ? 1 : 0);
  });
  add_list(maker, proposal.stakes, [&](const StakeChange& stake) {
    maker.add(stake.model.text());
    add_words(maker, stake.account, stake.by);
  });
  add_list(maker, proposal.leaving, [&](const Leaving& leaving) {
    maker.add(leaving.model.text());
    add_words(maker, leaving.account);
  });
  maker.add(proposal.closes ? proposal.closes->text() : "");
}

void add_what_it_stands_on(FingerprintMaker& maker, const Proposal& proposal) {
  add_list(maker, proposal.quotes, [&](const Quote& quote) {
    maker.add(quote.symbol.text());
    add_words(maker, quote.unit.raw, quote.price.price.raw);
    add_unless_none(maker, "factor", quote.factor.num);
    add_unless_none(maker, "of", quote.factor.den);
  });
  add_list(maker, proposal.models, [&](const ModelBasis& model) {
    maker.add(model.model.text());
    add_words(maker, model.targets_version, model.total_stake);
  });
  add_list(maker, proposal.sleeves, [&](const SleevePreview& sleeve) {
    maker.add(sleeve.currency.text());
    add_words(maker, sleeve.account, sleeve.group, sleeve.cash_before, sleeve.cash_free, sleeve.line_count);
    for (const SleeveLine& line : proposal.lines_of(sleeve)) {
      add_words(maker, line.quote, line.before.raw, line.free.raw);
    }
  });
}

}  // namespace

Fingerprint fingerprint(const Proposal& proposal) {
  FingerprintMaker maker;
  add_what_is_done(maker, proposal);
  add_what_it_stands_on(maker, proposal);
  return maker.result();
}

}  // namespace portfolio
