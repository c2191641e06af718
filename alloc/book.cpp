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
  // sleeve that is short: what it has sold and not yet bought carries no cost.
  void leave_no_cost_without_units() {
    if (held.quantity.raw > 0) return;
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
  InstrumentRow& row = group.instruments.try_emplace(symbol, InstrumentRow{currency, {}, {}}).first->second;
  CHECK(row.currency == currency);
  cover(row.by_slot, group.accounts.size());
  cover(row.sold_by_slot, group.accounts.size());
  Place{row.by_slot[position(slot)], row.sold_by_slot[position(slot)]}.buy(holding.quantity.raw, holding.cost);
  outside_.quantity[symbol] += -static_cast<core::Int128>(holding.quantity.raw);
}

void Book::transfer_cash(AccountIndex account, GroupIndex from, GroupIndex to, core::Money amount) {
  const SlotIndex giver = slot_of(from, account);
  const SlotIndex taker = slot_of(to, account);
  add(cash_cell(from, amount.currency, giver), -amount.minor);
  add(cash_cell(to, amount.currency, taker), amount.minor);
}

void Book::post_parts(GroupIndex group, const core::Symbol& symbol, core::Currency currency, core::Side side,
                      core::Quantity unit, std::span<const SlotIndex> slots, std::span<const Part> before,
                      std::span<const Part> after) {
  CHECK(slots.size() == before.size() && slots.size() == after.size() && unit.raw > 0);
  Group& posted = group_at(group);
  InstrumentRow& row = posted.instruments.try_emplace(symbol, InstrumentRow{currency, {}, {}}).first->second;
  CHECK(row.currency == currency);
  CashRow& cash_row = posted.cash[currency];
  cover(row.by_slot, posted.accounts.size());
  cover(row.sold_by_slot, posted.accounts.size());
  cover(cash_row.by_slot, posted.accounts.size());

  core::Int128 street_quantity = 0;
  core::Int128 street_cash = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (before[i] == after[i]) continue;
    const std::size_t slot = position(slots[i]);
    CHECK(slot < posted.accounts.size());
    const std::int64_t quantity = product(difference(after[i].units, before[i].units), unit.raw);
    const std::int64_t cost = difference(after[i].cost, before[i].cost);
    const std::int64_t commission = difference(after[i].commission, before[i].commission);
    Place place{row.by_slot[slot], row.sold_by_slot[slot]};
    if (side == core::Side::buy) {
      place.buy(quantity, cost);
    } else if (quantity > 0) {
      place.sell(quantity);
    } else if (quantity < 0) {
      place.take_back_sale(-quantity);
    }
    const std::int64_t cash_change = difference(side == core::Side::buy ? -cost : cost, commission);
    add(cash_row.by_slot[slot], cash_change);
    street_quantity += side == core::Side::buy ? -quantity : quantity;
    street_cash -= cash_change;
  }
  street_.quantity[symbol] += street_quantity;
  street_.cash[currency] += street_cash;
}

std::size_t Book::account_count() const { return accounts_.size(); }

std::size_t Book::group_count() const { return groups_.size(); }

const core::AccountId& Book::account_id(AccountIndex account) const {
  CHECK(position(account) < accounts_.size());
  return accounts_[position(account)];
}

const core::ModelCode& Book::group_code(GroupIndex group) const { return group_at(group).code; }

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
  const Group& joined = group_at(group);
  const auto slot = joined.slot_of.find(static_cast<std::uint32_t>(account));
  CHECK(slot != joined.slot_of.end());
  return slot->second;
}

}  // namespace alloc
