#include "alloc/book.hpp"

#include <algorithm>
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

// cost * some / all, towards zero; all of it when some == all. REQUIRES: 0 <= some <= all
std::int64_t pro_rata(std::int64_t cost, std::int64_t some, std::int64_t all) {
  if (some == all) return cost;
  return static_cast<std::int64_t>(static_cast<core::Int128>(cost) * some / all);
}

// One sleeve's place in an instrument: what it holds and what it has sold. Every rule keeps held.cost + sold.cost equal
// to all that was ever paid, less what was paid back.
struct Place {
  Holding& held;
  Holding& sold;

  // Units that have left take their cost with them, so that a sleeve that holds nothing has no cost. The same for a
  // sleeve that is short: what it has sold and not yet bought carries no cost. And a purchase that is taken back after
  // some of it was sold may have cost more than is left: the rest had left with what was sold.
  void leave_no_cost_without_units() {
    if (held.quantity.raw > 0 && held.cost >= 0) return;
    add(sold.cost, held.cost);
    held.cost = 0;
  }

  // Also backwards: a bought unit that is taken back (quantity < 0) leaves with what its part had cost (cost < 0).
  void buy(std::int64_t quantity, std::int64_t cost) {
    if (held.quantity.raw < 0 && quantity > 0) {  // what covers the short belongs to the units sold before
      const std::int64_t covered = pro_rata(cost, std::min(quantity, -held.quantity.raw), quantity);
      add(sold.cost, covered);
      cost -= covered;
    }
    add(held.quantity.raw, quantity);
    add(held.cost, cost);
    leave_no_cost_without_units();
  }

  // REQUIRES: quantity > 0
  void sell(std::int64_t quantity) {
    const std::int64_t owned = std::max<std::int64_t>(held.quantity.raw, 0);
    const std::int64_t relieved = pro_rata(held.cost, std::min(quantity, owned), owned);
    add(held.quantity.raw, -quantity);
    add(held.cost, -relieved);
    add(sold.quantity.raw, quantity);
    add(sold.cost, relieved);
    leave_no_cost_without_units();
  }

  // Units leave for another sleeve of the account; the cost that leaves with them. Nothing counts as sold.
  // REQUIRES: quantity > 0
  std::int64_t give(std::int64_t quantity) {
    const std::int64_t owned = std::max<std::int64_t>(held.quantity.raw, 0);
    const std::int64_t given = owned == 0 ? 0 : pro_rata(held.cost, std::min(quantity, owned), owned);
    add(held.quantity.raw, -quantity);
    add(held.cost, -given);
    leave_no_cost_without_units();
    return given;
  }

  // What one order did to the sleeve: units > 0 were traded, units < 0 are taken back. The cost is a buy's.
  void post(core::Side side, std::int64_t quantity, std::int64_t cost) {
    if (side == core::Side::buy) {
      buy(quantity, cost);
    } else if (quantity > 0) {
      sell(quantity);
    } else if (quantity < 0) {
      take_back_sale(-quantity);
    }
  }

  // Units sold come back at the average cost of all units sold so far. REQUIRES: quantity > 0
  void take_back_sale(std::int64_t quantity) {
    const std::int64_t sold_before = std::max<std::int64_t>(sold.quantity.raw, 0);
    const std::int64_t returned = pro_rata(sold.cost, std::min(quantity, sold_before), sold_before);
    add(sold.quantity.raw, -quantity);
    add(sold.cost, -returned);
    add(held.quantity.raw, quantity);
    add(held.cost, returned);
    leave_no_cost_without_units();
  }
};

template <class Cell>
void cover(std::vector<Cell>& row, std::size_t slots) {
  if (row.size() < slots) row.resize(slots);
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
  CHECK(holding.quantity.raw >= 0 && holding.cost >= 0);
  const SlotIndex slot = slot_of(where, account);
  Group& group = group_at(where);
  InstrumentRow& row = row_of(group, symbol, currency);
  row.run.order = 0;
  Place{row.by_slot[position(slot)], row.sold_by_slot[position(slot)]}.buy(holding.quantity.raw, holding.cost);
  outside_.quantity[symbol] += -static_cast<core::Int128>(holding.quantity.raw);
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
  const std::int64_t cost = Place{left.by_slot[giver], left.sold_by_slot[giver]}.give(quantity.raw);
  Place{joined.by_slot[taker], joined.sold_by_slot[taker]}.buy(quantity.raw, cost);
  return {quantity, cost};
}

Book::InstrumentRow& Book::row_of(Group& group, const core::Symbol& symbol, core::Currency currency) {
  InstrumentRow& row = group.instruments.try_emplace(symbol, InstrumentRow{currency, {}, {}, {}}).first->second;
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
    row.run = {block.order, row.by_slot, row.sold_by_slot, std::vector<Part>(before.begin(), before.end())};
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

    row.by_slot[slot] = row.run.held[slot];
    row.sold_by_slot[slot] = row.run.sold[slot];
    const Part& start = row.run.parts[i];
    Place{row.by_slot[slot], row.sold_by_slot[slot]}.post(
        block.side, product(difference(after[i].units, start.units), block.unit.raw),
        difference(after[i].cost, start.cost));
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
