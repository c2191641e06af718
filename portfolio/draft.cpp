#include "portfolio/draft.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "core/check.hpp"

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

core::Price to_tick(core::Price price, core::Price tick, core::Side side) {
  if (tick.raw <= 0) return price;
  const std::int64_t beyond = price.raw % tick.raw;
  if (beyond == 0) return price;
  const core::Price below{price.raw - beyond};
  return side == core::Side::buy && below.raw > 0 ? below : below + tick;
}

}  // namespace

Percent share_of(std::int64_t worth, std::int64_t value) {
  if (value <= 0) return {};
  std::int64_t scaled = 0;
  if (!__builtin_mul_overflow(worth, all_of_it.raw, &scaled)) return {scaled / value};
  return {static_cast<std::int64_t>(static_cast<core::Int128>(worth) * all_of_it.raw / value)};
}

std::optional<Warning> small_leg(const Desk& desk, const Quote& quote, const Leg& leg, std::int64_t worth) {
  if (worth < 0 || worth >= desk.rules.minimum_trade) return std::nullopt;
  return Warning{WarningKind::below_minimum_trade,
                 "trades " + leg.quantity.text() + " " + quote.symbol.text() + ", worth " +
                     core::Money{worth, quote.currency}.text() + " " + quote.currency.text() + "; the minimum is " +
                     core::Money{desk.rules.minimum_trade, quote.currency}.text(),
                 leg.account, quote.symbol};
}

std::optional<Warning> odd_lot(const Desk& desk, const Quote& quote, core::Quantity quantity) {
  const core::Quantity round_lot = desk.instruments.at(quote.symbol).round_lot;
  if (round_lot.raw <= 0 || quantity.raw % round_lot.raw == 0) return std::nullopt;
  return Warning{
      WarningKind::odd_lot,
      "the order is for " + quantity.text() + "; round lots of " + quote.symbol.text() + " are " + round_lot.text(),
      {},
      quote.symbol};
}

core::Result<const Model*> find_model(const Desk& desk, const core::ModelCode& code) {
  const Model* model = desk.models.find(code);
  if (model == nullptr) return core::fail("model", "there is no model '" + code.text() + "'");
  return model;
}

TargetWeights target_weights(const Desk& desk, const Model& model, const PricedGroup& priced) {
  TargetWeights result{std::vector<std::int64_t>(priced.columns().size()), 1};
  const core::Result<Ratios> ratios = ratios_of_targets(desk, model);
  if (!ratios) return result;
  result.scale = ratios->scale;
  for (std::size_t i = 0; i < result.weights.size(); ++i) {
    result.weights[i] = ratios->weight_of(priced.columns()[i].instrument->symbol);
  }
  return result;
}

Draft::Draft(const Desk& desk, Operation operation, OrderStyle style) : desk_(desk), style_(style) {
  proposal_.operation = operation;
}

Draft::Places Draft::add_quotes(const PricedGroup& priced) {
  Places places;
  places.reserve(priced.columns().size());
  for (const Column& column : priced.columns()) places.push_back(add_quote(*column.instrument, column.price));
  return places;
}

std::uint32_t Draft::add_quote(const Instrument& instrument, DatedPrice price) {
  const auto [at, is_new] =
      place_of_.try_emplace(instrument.symbol, static_cast<std::uint32_t>(proposal_.quotes.size()));
  if (is_new) {
    proposal_.quotes.push_back(
        {instrument.symbol, instrument.currency, instrument.unit, price, instrument.money_factor()});
    legs_.emplace_back();
  }
  return at->second;
}

void Draft::stand_on(const Model& model) {
  const auto is_it = [&](const auto& stood_on) { return stood_on.model == model.code; };
  if (std::any_of(proposal_.models.begin(), proposal_.models.end(), is_it)) return;
  proposal_.models.push_back({model.code, model.targets.number(), model.total_stake()});
}

void Draft::move_cash(alloc::AccountIndex account, alloc::GroupIndex from, alloc::GroupIndex to, core::Money amount,
                      When when, std::int64_t stake) {
  if (amount.minor == 0) return;
  if (amount.minor < 0) return move_cash(account, to, from, {-amount.minor, amount.currency}, when, stake);
  proposal_.cash_moves.push_back({account, from, to, amount, when, stake});
}

void Draft::move_units(alloc::AccountIndex account, alloc::GroupIndex from, alloc::GroupIndex to, std::uint32_t quote,
                       core::Quantity quantity) {
  if (quantity.raw == 0) return;
  if (quantity.raw < 0) return move_units(account, to, from, quote, core::Quantity{-quantity.raw});
  proposal_.unit_moves.push_back({account, from, to, quote, quantity});
}

void Draft::trade(const Trade& trade) {
  if (trade.quantity.raw == 0) return;
  const std::int64_t size = trade.quantity.raw < 0 ? -trade.quantity.raw : trade.quantity.raw;
  const Leg leg{trade.account, trade.group, core::Quantity{size}, trade.does_money_leave, trade.stake};
  Legs& legs = legs_[trade.quote];
  if (trade.quantity.raw > 0) {
    legs.purchases.push_back(leg);
  } else {
    Leg closing = leg;
    Leg opening = leg;
    closing.quantity = std::min(leg.quantity, free_units(trade));
    opening.quantity = leg.quantity - closing.quantity;
    if (closing.quantity.raw > 0) legs.sales.push_back(closing);
    if (opening.quantity.raw > 0) legs.short_sales.push_back(opening);
  }
  legs.waits = legs.waits || (trade.quantity.raw > 0 && trade.waits);
  if (auto warning = small_leg(desk_, proposal_.quotes[trade.quote], leg, trade.worth)) {
    proposal_.warnings.push_back(std::move(*warning));
  }
}

// Whole units; of an instrument that cannot be sold short, whatever is sold.
core::Quantity Draft::free_units(const Trade& trade) const {
  const Quote& quote = proposal_.quotes[trade.quote];
  if (!desk_.instruments.at(quote.symbol).is_shortable) return core::Quantity{-trade.quantity.raw};
  const std::optional<alloc::SlotIndex> slot = desk_.book.find_slot(trade.group, trade.account);
  if (!slot) return {};
  const std::span<const std::int64_t> selling = desk_.working.selling_of(trade.group, quote.symbol);
  const auto at = static_cast<std::size_t>(*slot);
  const std::int64_t held = desk_.book.holding(trade.group, quote.symbol, *slot).quantity.raw / quote.unit.raw;
  const std::int64_t free = held - (at < selling.size() ? selling[at] : 0);
  return core::Quantity{std::max<std::int64_t>(free, 0) * quote.unit.raw};
}

void Draft::change_stake(const Model& model, alloc::AccountIndex account, std::int64_t by) {
  if (by != 0) proposal_.stakes.push_back({model.code, account, by});
}

void Draft::change_stake_later(const Model& model, alloc::AccountIndex account, std::int64_t stake) {
  if (stake == 0) return;
  const auto move = std::find_if(proposal_.cash_moves.rbegin(), proposal_.cash_moves.rend(), [&](const CashMove& each) {
    return each.when == When::after_sales && each.to == model.group && each.account == account;
  });
  CHECK(move != proposal_.cash_moves.rend());
  move->stake = stake;
}

void Draft::leave(const Model& model, alloc::AccountIndex account) {
  proposal_.leaving.push_back({model.code, account});
}

void Draft::warn(WarningKind kind, std::string message, std::optional<alloc::AccountIndex> account,
                 std::optional<core::Symbol> symbol) {
  proposal_.warnings.push_back({kind, std::move(message), account, std::move(symbol)});
}

void Draft::expect(alloc::AccountIndex account, core::Money amount) {
  expected_[{account, amount.currency}] += amount.minor;
}

void Draft::preview(const SleeveDraft& sleeve, const Places& places) {
  const PricedGroup& priced = sleeve.priced;
  const bool is_in = sleeve.slot.has_value();
  const std::int64_t value_before = is_in ? priced.value(*sleeve.slot) : 0;
  const std::int64_t cash_before = is_in ? priced.cash(*sleeve.slot) : 0;
  std::int64_t value_after = value_before + sleeve.cash_after - cash_before;
  const auto first = static_cast<std::uint32_t>(proposal_.lines.size());
  std::int64_t owed = 0;  // to buy back what is short then
  // The worth after, which the shares wait for until the value after is known.
  std::vector<std::int64_t> worths;
  worths.reserve(sleeve.steps.size());
  for (std::size_t i = 0; i < sleeve.steps.size(); ++i) {
    const Column& column = priced.columns()[i];
    const Step& step = sleeve.steps[i];
    SleeveLine line;
    if (is_in) line.before = column.held(*sleeve.slot);
    if (line.before.raw == 0 && step.moved.raw == 0 && step.traded.raw == 0 && sleeve.weights[i] == 0) continue;
    line.quote = places[i];
    line.free =
        is_in ? core::Quantity{column.free_units(*sleeve.slot) * column.instrument->unit.raw} : core::Quantity{};
    line.moved = step.moved;
    line.traded = step.traded;
    line.target = share_of(sleeve.weights[i], sleeve.scale);
    const std::int64_t worth_before = line.before.raw == 0 ? 0 : column.worth(line.before);
    const std::int64_t worth_after = line.after() == line.before ? worth_before : column.worth(line.after());
    line.share_before = share_of(worth_before, value_before);
    value_after += worth_after - worth_before;
    if (column.is_foreign && sleeve.does_foreign_money_stay) value_after -= column.worth(step.traded);
    worths.push_back(worth_after);
    owed -= std::min<std::int64_t>(worth_after, 0);
    proposal_.lines.push_back(line);
  }
  for (std::size_t i = 0; i < worths.size(); ++i)
    proposal_.lines[first + i].share_after = share_of(worths[i], value_after);
  if (owed > std::max<std::int64_t>(sleeve.cash_after, 0)) {
    const core::Currency currency = priced.currency();
    warn(WarningKind::cash_short,
         "has " + core::Money{sleeve.cash_after, currency}.text() + " " + currency.text() +
             " of cash then; buying back what it is short would take " + core::Money{owed, currency}.text(),
         sleeve.account);
  }
  proposal_.sleeves.push_back({.account = sleeve.account,
                               .group = priced.group(),
                               .currency = priced.currency(),
                               .cash_before = cash_before,
                               .cash_free = is_in ? priced.free_cash(*sleeve.slot) : 0,
                               .cash_after = sleeve.cash_after,
                               .value_before = value_before,
                               .value_after = value_after,
                               .fees = sleeve.fees,
                               .left_over = sleeve.left_over,
                               .first_line = first,
                               .line_count = static_cast<std::uint32_t>(worths.size())});
}

SleevePreview& Draft::preview_cash(alloc::AccountIndex account, alloc::GroupIndex group, core::Currency currency,
                                   std::int64_t cash_after) {
  const std::optional<alloc::SlotIndex> slot = desk_.book.find_slot(group, account);
  const std::int64_t cash = slot ? desk_.book.cash(group, currency, *slot) : 0;
  const std::int64_t spending = slot ? desk_.working.spending_of(group, currency, *slot) : 0;
  return proposal_.sleeves.emplace_back(
      SleevePreview{.account = account,
                    .group = group,
                    .currency = currency,
                    .cash_before = cash,
                    .cash_free = cash - spending,
                    .cash_after = cash_after,
                    .value_before = {},
                    .value_after = {},
                    .first_line = static_cast<std::uint32_t>(proposal_.lines.size())});
}

void Draft::add_line(const SleeveLine& line) {
  proposal_.lines.push_back(line);
  ++proposal_.sleeves.back().line_count;
}

Proposal Draft::finish() && {
  preview_independent();
  sort_quotes();
  make_orders();
  sort_sleeves();
  proposal_.hash = fingerprint(proposal_);
  return std::move(proposal_);
}

// By symbol, so that the same proposal is the same whatever came first.
void Draft::sort_quotes() {
  std::vector<std::uint32_t> new_place(proposal_.quotes.size());
  std::vector<Quote> quotes;
  std::vector<Legs> legs;
  for (const auto& [symbol, place] : place_of_) {
    new_place[place] = static_cast<std::uint32_t>(quotes.size());
    quotes.push_back(std::move(proposal_.quotes[place]));
    legs.push_back(std::move(legs_[place]));
  }
  proposal_.quotes = std::move(quotes);
  legs_ = std::move(legs);
  for (UnitsMove& move : proposal_.unit_moves) move.quote = new_place[move.quote];
  for (SleeveLine& line : proposal_.lines) line.quote = new_place[line.quote];
}

void Draft::make_orders() {
  for (const core::Side side : {core::Side::sell, core::Side::sell_short, core::Side::buy}) {
    for (std::uint32_t quote = 0; quote < legs_.size(); ++quote) {
      Legs& legs = legs_[quote];
      std::vector<Leg>& of_side = side == core::Side::sell         ? legs.sales
                                  : side == core::Side::sell_short ? legs.short_sales
                                                                   : legs.purchases;
      if (of_side.empty()) continue;
      BlockOrder order = make_order(quote, side, std::move(of_side), side == core::Side::buy && legs.waits);
      if (auto warning = odd_lot(desk_, proposal_.quotes[quote], order.quantity())) {
        proposal_.warnings.push_back(std::move(*warning));
      }
      proposal_.orders.push_back(std::move(order));
    }
  }
}

BlockOrder Draft::make_order(std::uint32_t quote, core::Side side, std::vector<Leg> legs, bool waits) const {
  std::sort(legs.begin(), legs.end(),
            [](const Leg& a, const Leg& b) { return std::tie(a.account, a.group) < std::tie(b.account, b.group); });
  BlockOrder order{.quote = quote,
                   .side = side,
                   .type = style_.type,
                   .limit = {},
                   .time_in_force = style_.time_in_force,
                   .waits_for_sales = waits,
                   .legs = std::move(legs)};
  if (style_.type == core::OrderType::limit) {
    const Quote& of = proposal_.quotes[quote];
    order.limit = to_tick(of.price.price, desk_.instruments.at(of.symbol).tick, side);
  }
  return order;
}

// Where money and units came from, or went, outside the models: one preview for each account and currency.
void Draft::preview_independent() {
  std::map<std::pair<alloc::AccountIndex, core::Currency>, std::int64_t> cash = expected_;
  std::map<alloc::AccountIndex, std::map<std::uint32_t, core::Quantity>> units;
  for (const CashMove& move : proposal_.cash_moves) {
    if (move.to == independent) cash[{move.account, move.amount.currency}] += move.amount.minor;
    if (move.from == independent) cash[{move.account, move.amount.currency}] -= move.amount.minor;
  }
  for (const UnitsMove& move : proposal_.unit_moves) {
    core::Quantity& change = units[move.account][move.quote];
    if (move.to == independent) change += move.quantity;
    if (move.from == independent) change -= move.quantity;
  }
  std::set<alloc::AccountIndex> shown;
  for (const auto& [place, change] : cash) shown.insert(place.first);
  for (const UnitsMove& move : proposal_.unit_moves) {  // an account whose cash stays as it is
    const bool concerns = move.to == independent || move.from == independent;
    if (concerns && shown.insert(move.account).second) {
      cash[{move.account, proposal_.quotes[move.quote].currency}] = 0;
    }
  }
  for (const auto& [place, change] : cash) {
    const auto [account, currency] = place;
    const alloc::SlotIndex slot = *desk_.book.find_slot(independent, account);
    const std::int64_t before = desk_.book.cash(independent, currency, slot);
    preview_cash(account, independent, currency, before + change);
    const auto moved = units.find(account);
    if (moved == units.end()) continue;
    for (const auto& [quote, quantity] : moved->second) {
      if (quantity.raw == 0) continue;
      const Quote& of = proposal_.quotes[quote];
      SleeveLine line;
      line.quote = quote;
      line.before = desk_.book.holding(independent, of.symbol, slot).quantity;
      const std::span<const std::int64_t> selling = desk_.working.selling_of(independent, of.symbol);
      const auto at = static_cast<std::size_t>(slot);
      const std::int64_t busy = at < selling.size() ? selling[at] : 0;
      line.free = core::Quantity{std::max<std::int64_t>(line.before.raw - busy * of.unit.raw, 0)};
      line.moved = quantity;
      add_line(line);
    }
    units.erase(moved);  // with the first currency of the account
  }
}

void Draft::sort_sleeves() {
  std::vector<SleevePreview>& sleeves = proposal_.sleeves;
  const auto before = [](const SleevePreview& a, const SleevePreview& b) {
    return std::tie(a.group, a.account) < std::tie(b.group, b.account);
  };
  if (std::is_sorted(sleeves.begin(), sleeves.end(), before)) return;
  std::stable_sort(sleeves.begin(), sleeves.end(), before);
  std::vector<SleeveLine> lines;
  lines.reserve(proposal_.lines.size());
  for (SleevePreview& sleeve : sleeves) {
    const auto of = std::span(proposal_.lines).subspan(sleeve.first_line, sleeve.line_count);
    sleeve.first_line = static_cast<std::uint32_t>(lines.size());
    lines.insert(lines.end(), of.begin(), of.end());
  }
  proposal_.lines = std::move(lines);
}

}  // namespace portfolio
