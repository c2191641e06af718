#include "alloc/book.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/check.hpp"

namespace alloc {
namespace {

template <class Index>
constexpr std::size_t position(Index index) {
  return static_cast<std::size_t>(index);
}

template <class Index>
constexpr Index index_of(std::size_t position) {
  CHECK(position < UINT32_MAX);
  return Index{static_cast<std::uint32_t>(position)};
}

// The book's sums never wrap round: an amount beyond int64 is a broken invariant, not a new amount.
void add(std::int64_t& to, std::int64_t amount) { CHECK(!__builtin_add_overflow(to, amount, &to)); }

std::int64_t difference(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  CHECK(!__builtin_sub_overflow(a, b, &result));
  return result;
}

std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  CHECK(!__builtin_mul_overflow(a, b, &result));
  return result;
}

// cost * some / all, towards zero; all of it when some == all. REQUIRES: 0 <= some <= all, all > 0
std::int64_t pro_rata(std::int64_t cost, std::int64_t some, std::int64_t all) {
  if (some == all) return cost;
  return static_cast<std::int64_t>(static_cast<core::Int128>(cost) * some / all);
}

// One sleeve's place in an instrument: what it holds, what it has sold of what it held, and what it has bought back of
// what it was short. A short position is the mirror of one that is held: units and cost below zero, the cost being what
// its sale brought. So whatever is posted, units that are held never cost less than nothing, and units that are short
// never brought less than nothing.
struct Place {
  Holding held;
  Holding sold;
  Holding covered;

  // REQUIRES (from here to take_back_sale): quantity > 0
  // Short units are covered first; what they brought leaves with them. `cost` may be below zero: a restated part.
  void buy(std::int64_t quantity, std::int64_t cost) {
    if (const std::int64_t closing = std::min(quantity, short_units()); closing > 0) {
      leave(closing, covered);
      cost -= pro_rata(cost, closing, quantity);
      quantity -= closing;
    }
    add(held.quantity.raw, quantity);
    add(held.cost, cost);
    leave_no_cost_of_the_other_sign();
  }

  // Units that are held leave first; the rest is short, at what it brings.
  void sell(std::int64_t quantity, std::int64_t proceeds) {
    if (const std::int64_t closing = std::min(quantity, owned_units()); closing > 0) {
      leave(closing, sold);
      proceeds -= pro_rata(proceeds, closing, quantity);
      quantity -= closing;
    }
    add(held.quantity.raw, -quantity);
    add(held.cost, -proceeds);
    leave_no_cost_of_the_other_sign();
  }

  // A bust or a correction: bought units leave with what their part had cost. Those that were used to cover a short are
  // short again, at the average of all that was ever covered; those that were sold since are short at what they cost.
  void take_back_purchase(std::int64_t quantity, std::int64_t cost) {
    const std::int64_t of_owned = std::min(quantity, owned_units());
    const std::int64_t cost_of_owned = pro_rata(cost, of_owned, quantity);
    add(held.quantity.raw, -of_owned);
    add(held.cost, -cost_of_owned);
    if (of_owned > 0) leave_no_cost_of_the_other_sign(sold);
    if (of_owned == quantity) return;
    const std::int64_t rest = quantity - of_owned;
    const std::int64_t back = come_back(rest, covered);
    const std::int64_t cost_of_rest = cost - cost_of_owned;
    add(held.quantity.raw, back - rest);
    add(held.cost, pro_rata(cost_of_rest, back, rest) - cost_of_rest);
    leave_no_cost_of_the_other_sign();
  }

  // The mirror: units that were sold short are short no more, what they brought leaves with them. Those that were sold
  // of what was held come back at the average cost of all that was ever sold; those that were covered since are held
  // at what they brought.
  void take_back_sale(std::int64_t quantity, std::int64_t proceeds) {
    const std::int64_t of_short = std::min(quantity, short_units());
    const std::int64_t proceeds_of_short = pro_rata(proceeds, of_short, quantity);
    add(held.quantity.raw, of_short);
    add(held.cost, proceeds_of_short);
    if (of_short > 0) leave_no_cost_of_the_other_sign(covered);
    if (of_short == quantity) return;
    const std::int64_t rest = quantity - of_short;
    const std::int64_t back = come_back(rest, sold);
    const std::int64_t proceeds_of_rest = proceeds - proceeds_of_short;
    add(held.quantity.raw, rest - back);
    add(held.cost, proceeds_of_rest - pro_rata(proceeds_of_rest, back, rest));
    leave_no_cost_of_the_other_sign();
  }

  // Only cents move: those of units that are held, or short. What they would be of is gone otherwise.
  void restate(core::Side side, std::int64_t cost) {
    if (side == core::Side::buy) {
      add(held.quantity.raw > 0 ? held.cost : sold.cost, cost);
    } else if (side == core::Side::sell_short && held.quantity.raw < 0) {
      add(held.cost, -cost);
    }
    leave_no_cost_of_the_other_sign();
  }

  // What one order did to the sleeve: units > 0 were traded, units < 0 are taken back.
  void post(core::Side side, std::int64_t quantity, std::int64_t cost) {
    if (quantity == 0) {
      restate(side, cost);
    } else if (side == core::Side::buy) {
      quantity > 0 ? buy(quantity, cost) : take_back_purchase(-quantity, -cost);
    } else {
      quantity > 0 ? sell(quantity, cost) : take_back_sale(-quantity, -cost);
    }
  }

  // Units from here to another sleeve of the account; returns the cost that moves with them. Units that are held go
  // first, with their cost. What is given beyond them leaves this sleeve short, and takes over as much of a short
  // position of the other as it covers there, with what that brought. What is held here and short there is gone in
  // both. REQUIRES: quantity > 0
  std::int64_t give(std::int64_t quantity, Place& taker) {
    const std::int64_t of_owned = std::min(quantity, owned_units());
    const std::int64_t cost = of_owned == 0 ? 0 : pro_rata(held.cost, of_owned, owned_units());
    const std::int64_t covering = std::min(quantity, taker.short_units());
    const std::int64_t taken_over = std::min(quantity - of_owned, covering);
    Holding brought;  // of the short position that is taken over
    if (taken_over > 0) taker.leave(taken_over, brought);
    add(held.quantity.raw, -quantity);
    add(held.cost, brought.cost - cost);
    const std::int64_t gone = covering - taken_over;
    const std::int64_t cost_gone = gone == 0 ? 0 : pro_rata(cost, gone, of_owned);
    if (gone > 0) {
      taker.leave(gone, taker.covered);
      add(sold.quantity.raw, gone);
      add(sold.cost, cost_gone);
    }
    add(taker.held.quantity.raw, quantity - covering);
    add(taker.held.cost, cost - cost_gone);
    return cost - brought.cost;
  }

 private:
  [[nodiscard]] std::int64_t owned_units() const { return std::max<std::int64_t>(held.quantity.raw, 0); }
  [[nodiscard]] std::int64_t short_units() const { return std::max<std::int64_t>(-held.quantity.raw, 0); }

  // Units of the position, held or short, are no more, and their cost in proportion, all of it with the last.
  // REQUIRES: 0 < units <= |held|
  void leave(std::int64_t units, Holding& to) {
    const std::int64_t all = std::abs(held.quantity.raw);
    const std::int64_t cost = pro_rata(held.cost, units, all);
    add(held.quantity.raw, held.quantity.raw > 0 ? -units : units);
    add(held.cost, -cost);
    add(to.quantity.raw, units);
    add(to.cost, cost);
  }

  // As many of these units as have left, at the average of all that have; returns how many.
  std::int64_t come_back(std::int64_t units, Holding& from) {
    const std::int64_t back = std::min(units, from.quantity.raw);
    if (back <= 0) return 0;
    const std::int64_t cost = pro_rata(from.cost, back, from.quantity.raw);
    add(from.quantity.raw, -back);
    add(from.cost, -cost);
    add(held.quantity.raw, &from == &sold ? back : -back);
    add(held.cost, cost);
    return back;
  }

  // A purchase that is taken back after some of it was sold may have cost more than is left: the rest had left with
  // what was sold. The same of a short sale. A sleeve without units has no cost.
  // `last`: where the cost of the last unit is.
  void leave_no_cost_of_the_other_sign(Holding& last) {
    const std::int64_t units = held.quantity.raw;
    if (units > 0 ? held.cost >= 0 : units < 0 ? held.cost <= 0 : held.cost == 0) return;
    Holding& to = units > 0 ? sold : units < 0 ? covered : last;
    add(to.cost, held.cost);
    held.cost = 0;
  }
  void leave_no_cost_of_the_other_sign() { leave_no_cost_of_the_other_sign(sold); }
};

template <class Cell>
void cover(std::vector<Cell>& row, std::size_t slots) {
  if (row.size() < slots) row.resize(slots);
}

// Few sleeves are ever short: the row of what they covered is as long as it must be.
Holding covered_at(const std::vector<Holding>& row, std::size_t slot) {
  return slot < row.size() ? row[slot] : Holding{};
}

Place place_at(const Book::InstrumentRow& row, std::size_t slot) {
  return {row.by_slot[slot], row.sold_by_slot[slot], covered_at(row.covered_by_slot, slot)};
}

void put(const Place& place, Book::InstrumentRow& row, std::size_t slot) {
  row.by_slot[slot] = place.held;
  row.sold_by_slot[slot] = place.sold;
  if (place.covered == covered_at(row.covered_by_slot, slot)) return;
  cover(row.covered_by_slot, slot + 1);
  row.covered_by_slot[slot] = place.covered;
}

}  // namespace

Book::Book() { groups_.emplace_back(); }

AccountIndex Book::open_account(const core::AccountId& account) {
  CHECK(!account.empty() && account_names_.insert(account).second);
  const auto index = index_of<AccountIndex>(accounts_.size());
  accounts_.push_back(account);
  join(independent(), index);
  return index;
}

GroupIndex Book::open_group(const core::ModelCode& model) {
  CHECK(!model.empty() && group_names_.insert(model).second);
  groups_.push_back(Group{.code = model, .accounts = {}, .slot_of = {}, .instruments = {}, .cash = {}});
  return index_of<GroupIndex>(groups_.size() - 1);
}

SlotIndex Book::join(GroupIndex group, AccountIndex account) {
  CHECK(position(account) < accounts_.size());
  Group& joined = group_at(group);
  const auto slot = index_of<SlotIndex>(joined.accounts.size());
  const auto [at, is_new] = joined.slot_of.try_emplace(static_cast<std::uint32_t>(account), slot);
  if (is_new) joined.accounts.push_back(account);
  return at->second;
}

void Book::deposit(AccountIndex account, core::Money amount) {
  add(cash_cell(independent(), amount.currency, slot_of(independent(), account)), amount.minor);
  outside_.cash[amount.currency] += -static_cast<core::Int128>(amount.minor);
}

void Book::bring_in(AccountIndex account, GroupIndex where, const core::Symbol& symbol, core::Currency currency,
                    Holding holding) {
  const std::int64_t quantity = holding.quantity.raw;
  CHECK(quantity >= 0 ? holding.cost >= 0 : holding.cost <= 0);
  const std::size_t slot = position(slot_of(where, account));
  Group& group = group_at(where);
  InstrumentRow& row = row_of(group, symbol, currency);
  row.run.order = 0;
  Place place = place_at(row, slot);
  if (quantity == 0) place.restate(core::Side::buy, holding.cost);
  if (quantity > 0) place.buy(quantity, holding.cost);
  if (quantity < 0) place.sell(-quantity, -holding.cost);
  put(place, row, slot);
  outside_.quantity[symbol] += -static_cast<core::Int128>(quantity);
}

void Book::transfer_cash(AccountIndex account, GroupIndex from, GroupIndex to, core::Money amount) {
  const SlotIndex giver = slot_of(from, account);
  const SlotIndex taker = slot_of(to, account);
  add(cash_cell(from, amount.currency, giver), -amount.minor);
  add(cash_cell(to, amount.currency, taker), amount.minor);
}

Holding Book::transfer_units(AccountIndex account, GroupIndex from, GroupIndex to, const core::Symbol& symbol,
                             core::Currency currency, core::Quantity quantity) {
  CHECK(from != to && quantity.raw > 0);
  const std::size_t giver = position(slot_of(from, account));
  const std::size_t taker = position(slot_of(to, account));
  InstrumentRow& left = row_of(group_at(from), symbol, currency);
  InstrumentRow& joined = row_of(group_at(to), symbol, currency);
  // Where a run began is no longer where its order's next posting can be computed from: that begins a new one.
  left.run.order = 0;
  joined.run.order = 0;
  Place gives = place_at(left, giver);
  Place takes = place_at(joined, taker);
  const std::int64_t cost = gives.give(quantity.raw, takes);
  put(gives, left, giver);
  put(takes, joined, taker);
  return {quantity, cost};
}

Book::InstrumentRow& Book::row_of(Group& group, const core::Symbol& symbol, core::Currency currency) {
  InstrumentRow& row = group.instruments.try_emplace(symbol, InstrumentRow{currency, {}, {}, {}, {}}).first->second;
  CHECK(row.currency == currency);
  cover(row.by_slot, group.accounts.size());
  cover(row.sold_by_slot, group.accounts.size());
  return row;
}

void Book::post_parts(const Block& block, std::span<const Part> before, std::span<const Part> after) {
  CHECK(block.order != 0 && block.unit.raw > 0);
  CHECK(block.slots.size() == before.size() && block.slots.size() == after.size());
  Group& posted = group_at(block.group);
  InstrumentRow& row = row_of(posted, block.symbol, block.currency);
  CashRow& cash_row = posted.cash[block.currency];
  cover(cash_row.by_slot, posted.accounts.size());
  if (row.run.order != block.order) {
    row.run = {block.order, row.by_slot, row.sold_by_slot, row.covered_by_slot,
               std::vector<Part>(before.begin(), before.end())};
  }
  cover(row.run.held, posted.accounts.size());
  cover(row.run.sold, posted.accounts.size());

  core::Int128 street_quantity = 0;
  core::Int128 street_cash = 0;
  for (std::size_t i = 0; i < block.slots.size(); ++i) {
    if (before[i] == after[i]) continue;
    const std::size_t slot = position(block.slots[i]);
    CHECK(slot < posted.accounts.size());
    const std::int64_t units = difference(after[i].units, before[i].units);
    const std::int64_t cost = difference(after[i].cost, before[i].cost);
    const std::int64_t commission = difference(after[i].commission, before[i].commission);
    const std::int64_t cash_change = difference(block.side == core::Side::buy ? -cost : cost, commission);
    add(cash_row.by_slot[slot], cash_change);
    street_cash -= cash_change;
    const std::int64_t quantity = product(units, block.unit.raw);
    street_quantity += block.side == core::Side::buy ? -quantity : quantity;

    const Part& start = row.run.parts[i];
    Place place{row.run.held[slot], row.run.sold[slot], covered_at(row.run.covered, slot)};
    place.post(block.side, product(difference(after[i].units, start.units), block.unit.raw),
               difference(after[i].cost, start.cost));
    put(place, row, slot);
  }
  street_.quantity[block.symbol] += street_quantity;
  street_.cash[block.currency] += street_cash;
}

std::size_t Book::account_count() const { return accounts_.size(); }

std::size_t Book::group_count() const { return groups_.size(); }

const core::AccountId& Book::account_id(AccountIndex account) const {
  CHECK(position(account) < accounts_.size());
  return accounts_[position(account)];
}

const core::ModelCode& Book::group_code(GroupIndex group) const { return group_at(group).code; }

std::optional<SlotIndex> Book::find_slot(GroupIndex group, AccountIndex account) const {
  CHECK(position(account) < accounts_.size());
  const Group& joined = group_at(group);
  const auto slot = joined.slot_of.find(static_cast<std::uint32_t>(account));
  return slot == joined.slot_of.end() ? std::nullopt : std::optional(slot->second);
}

std::span<const AccountIndex> Book::accounts_of(GroupIndex group) const { return group_at(group).accounts; }

const std::map<core::Symbol, Book::InstrumentRow>& Book::instruments_of(GroupIndex group) const {
  return group_at(group).instruments;
}

const std::map<core::Currency, Book::CashRow>& Book::cash_of(GroupIndex group) const { return group_at(group).cash; }

Holding Book::holding(GroupIndex group, const core::Symbol& symbol, SlotIndex slot) const {
  const Group& held_in = group_at(group);
  CHECK(position(slot) < held_in.accounts.size());
  const auto row = held_in.instruments.find(symbol);
  if (row == held_in.instruments.end() || position(slot) >= row->second.by_slot.size()) return {};
  return row->second.by_slot[position(slot)];
}

std::int64_t Book::cash(GroupIndex group, core::Currency currency, SlotIndex slot) const {
  const Group& held_in = group_at(group);
  CHECK(position(slot) < held_in.accounts.size());
  const auto row = held_in.cash.find(currency);
  if (row == held_in.cash.end() || position(slot) >= row->second.by_slot.size()) return 0;
  return row->second.by_slot[position(slot)];
}

bool Book::balanced() const {
  Contra sums = street_;
  for (const auto& [symbol, quantity] : outside_.quantity) sums.quantity[symbol] += quantity;
  for (const auto& [currency, cash] : outside_.cash) sums.cash[currency] += cash;
  for (const Group& group : groups_) {
    for (const auto& [symbol, row] : group.instruments) {
      for (const Holding& held : row.by_slot) sums.quantity[symbol] += held.quantity.raw;
    }
    for (const auto& [currency, row] : group.cash) {
      for (const std::int64_t cash : row.by_slot) sums.cash[currency] += cash;
    }
  }
  const auto is_zero = [](const auto& sum) { return sum.second == 0; };
  return std::all_of(sums.quantity.begin(), sums.quantity.end(), is_zero) &&
         std::all_of(sums.cash.begin(), sums.cash.end(), is_zero);
}

Book::Group& Book::group_at(GroupIndex group) {
  CHECK(position(group) < groups_.size());
  return groups_[position(group)];
}

const Book::Group& Book::group_at(GroupIndex group) const {
  CHECK(position(group) < groups_.size());
  return groups_[position(group)];
}

std::int64_t& Book::cash_cell(GroupIndex group, core::Currency currency, SlotIndex slot) {
  Group& held_in = group_at(group);
  CHECK(position(slot) < held_in.accounts.size());
  CashRow& row = held_in.cash[currency];
  cover(row.by_slot, held_in.accounts.size());
  return row.by_slot[position(slot)];
}

SlotIndex Book::slot_of(GroupIndex group, AccountIndex account) const {
  const auto slot = find_slot(group, account);
  CHECK(slot.has_value());
  return *slot;
}

}  // namespace alloc
