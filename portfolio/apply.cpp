#include "portfolio/apply.hpp"

#include <algorithm>

#include "portfolio/stakes.hpp"

namespace portfolio {
namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();

bool is_empty(const alloc::Book& book, alloc::GroupIndex group) {
  for (const auto& [symbol, row] : book.instruments_of(group)) {
    for (const alloc::Holding& held : row.by_slot) {
      if (held.quantity.raw != 0) return false;
    }
  }
  for (const auto& [currency, row] : book.cash_of(group)) {
    for (const std::int64_t minor : row.by_slot) {
      if (minor != 0) return false;
    }
  }
  return true;
}

bool close(const Proposal& proposal, Models& models, const alloc::Book& book) {
  if (!proposal.closes) return true;
  const Model* model = models.find(*proposal.closes);
  if (model == nullptr) return true;
  if (!is_empty(book, model->group) || !model->investors.empty()) return false;
  models.remove(*proposal.closes, book);
  return true;
}

void move_cash(alloc::Book& book, alloc::AccountIndex account, alloc::GroupIndex from, alloc::GroupIndex to,
               core::Money amount, MovesMade* made) {
  book.transfer_cash(account, from, to, amount);
  if (made == nullptr) return;
  made->push_back(
      {.account = account, .from = from, .to = to, .currency = amount.currency, .minor = amount.minor, .symbol = {}});
}

// Each amount, or what is there when that is less. True: all of it was.
bool move_waiting_cash(const Proposal& proposal, When when, alloc::Book& book, MovesMade* made) {
  bool is_whole = true;
  for (const CashMove& move : proposal.cash_moves) {
    if (move.when != when) continue;
    const alloc::SlotIndex from = book.join(move.from, move.account);
    book.join(move.to, move.account);
    const std::int64_t there = book.cash(move.from, move.amount.currency, from);
    const std::int64_t minor = std::clamp<std::int64_t>(there, 0, move.amount.minor);
    is_whole = is_whole && minor == move.amount.minor;
    if (minor > 0) move_cash(book, move.account, move.from, move.to, {minor, move.amount.currency}, made);
  }
  return is_whole;
}

std::int64_t moved_before(std::span<const std::int64_t> moved, std::size_t move) {
  return move < moved.size() ? moved[move] : 0;
}

std::int64_t there(const alloc::Book& book, const CashMove& move) {
  const auto slot = book.find_slot(move.from, move.account);
  return slot ? book.cash(move.from, move.amount.currency, *slot) : 0;
}

bool holds_units(const alloc::Book& book, alloc::GroupIndex group, alloc::SlotIndex slot) {
  for (const auto& [symbol, row] : book.instruments_of(group)) {
    if (book.holding(group, symbol, slot).quantity.raw != 0) return true;
  }
  return false;
}

// All cash of the sleeve, what it owes too.
void clear_cash(const Model& model, alloc::AccountIndex account, alloc::SlotIndex slot, alloc::Book& book,
                MovesMade* made) {
  for (const auto& [currency, row] : book.cash_of(model.group)) {
    const std::int64_t left = book.cash(model.group, currency, slot);
    if (left != 0) move_cash(book, account, model.group, independent, {left, currency}, made);
  }
}

}  // namespace

void apply(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made) {
  for (const StakeChange& stake : proposal.stakes) models.change_stake(stake.model, stake.account, stake.by, book);
  for (const UnitsMove& move : proposal.unit_moves) {
    if (move.when != When::now) continue;
    book.join(move.from, move.account);
    book.join(move.to, move.account);
    const Quote& quote = proposal.quotes[move.quote];
    book.transfer_units(move.account, move.from, move.to, quote.symbol, quote.currency, move.quantity);
    if (made == nullptr) continue;
    made->push_back({.account = move.account,
                     .from = move.from,
                     .to = move.to,
                     .currency = quote.currency,
                     .symbol = quote.symbol,
                     .quantity = move.quantity});
  }
  for (const CashMove& move : proposal.cash_moves) {
    if (move.when != When::now) continue;
    book.join(move.from, move.account);
    book.join(move.to, move.account);
    move_cash(book, move.account, move.from, move.to, move.amount, made);
  }
  if (proposal.orders.empty()) close(proposal, models, book);
}

MovesDue due_after_sales(const Proposal& proposal, std::span<const std::int64_t> moved, const Brought& brought,
                         const alloc::Book& book) {
  Brought left = brought;
  // What moved before has used it up.
  for (std::size_t i = 0; i < proposal.cash_moves.size(); ++i) {
    const CashMove& move = proposal.cash_moves[i];
    const bool is_of_sales = move.from == independent && (move.when == When::after_sales || move.was_after_sales);
    const std::int64_t gone = move.when == When::booked ? move.amount.minor : moved_before(moved, i);
    if (is_of_sales) left[{move.account, move.amount.currency}] -= gone;
  }
  std::map<std::pair<alloc::AccountIndex, core::Currency>, std::int64_t> taken;  // from Independent, just now
  MovesDue due;
  for (std::size_t i = 0; i < proposal.cash_moves.size(); ++i) {
    const CashMove& move = proposal.cash_moves[i];
    if (move.when != When::after_sales) continue;
    const std::pair place{move.account, move.amount.currency};
    const std::int64_t most = std::min(left[place], there(book, move) - taken[place]);
    const std::int64_t minor = std::min(move.amount.minor - moved_before(moved, i), most);
    if (minor <= 0) continue;
    left[place] -= minor;
    taken[place] += minor;
    due.push_back({static_cast<std::uint32_t>(i), minor});
  }
  return due;
}

MovesDue due_after_orders(const Proposal& proposal, std::span<const std::int64_t> moved, const Sleeves& unfilled,
                          const alloc::Book& book) {
  MovesDue due;
  for (std::size_t i = 0; i < proposal.cash_moves.size(); ++i) {
    const CashMove& move = proposal.cash_moves[i];
    if (move.when != When::after_orders || unfilled.contains({move.from, move.account})) continue;
    const std::int64_t minor = std::min(move.amount.minor - moved_before(moved, i), there(book, move));
    if (minor > 0) due.push_back({static_cast<std::uint32_t>(i), minor});
  }
  return due;
}

void make_moves(const Proposal& proposal, const MovesDue& due, std::span<const std::int64_t> moved, Models& models,
                alloc::Book& book, MovesMade* made) {
  for (const MoveDue& each : due) {
    const CashMove& move = proposal.cash_moves[each.move];
    const bool comes = move.to != independent;
    const Model* model = models.find(comes ? move.to : move.from);
    if (comes && model == nullptr) continue;  // it was deleted since
    book.join(move.from, move.account);
    book.join(move.to, move.account);
    move_cash(book, move.account, move.from, move.to, {each.minor, move.amount.currency}, made);
    if (move.stake == 0 || model == nullptr) continue;
    const std::int64_t before = moved_before(moved, each.move);
    const std::int64_t by = stake_gone_with(move.stake, before + each.minor, move.amount.minor) -
                            stake_gone_with(move.stake, before, move.amount.minor);
    if (comes) {
      // At least one: who has anything in a model has a stake in it.
      const bool is_first = model->stake_of(move.account) == 0;
      models.change_stake(model->code, move.account, is_first ? std::max<std::int64_t>(by, 1) : by, book);
    } else {
      take_stake(model->code, move.account, by, models, book);
    }
  }
}

bool finish_leaving(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made) {
  bool have_left = true;
  for (const Leaving& leaving : proposal.leaving) {
    const Model* model = models.find(leaving.model);
    const auto slot = model == nullptr ? std::nullopt : book.find_slot(model->group, leaving.account);
    if (!slot) continue;
    if (holds_units(book, model->group, *slot)) {
      have_left = false;
      continue;
    }
    clear_cash(*model, leaving.account, *slot, book, made);
    take_stake(leaving.model, leaving.account, 0, models, book);
  }
  return close(proposal, models, book) && have_left;
}

bool apply_after_sales(const Proposal& proposal, alloc::Book& book, MovesMade* made) {
  return move_waiting_cash(proposal, When::after_sales, book, made);
}

bool apply_after_orders(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made) {
  const bool is_whole = move_waiting_cash(proposal, When::after_orders, book, made);
  for (const Leaving& leaving : proposal.leaving) {
    const Model* model = models.find(leaving.model);
    if (model == nullptr) continue;
    const auto slot = book.find_slot(model->group, leaving.account);
    if (!slot) continue;
    clear_cash(*model, leaving.account, *slot, book, made);
  }
  return close(proposal, models, book) && is_whole;
}

}  // namespace portfolio
