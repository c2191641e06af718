#include "portfolio/apply.hpp"

#include <algorithm>

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

}  // namespace

void apply(const Proposal& proposal, Models& models, alloc::Book& book, MovesMade* made) {
  for (const StakeChange& stake : proposal.stakes) models.change_stake(stake.model, stake.account, stake.by, book);
  for (const UnitsMove& move : proposal.unit_moves) {
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
    for (const auto& [currency, row] : book.cash_of(model->group)) {
      const std::int64_t left = book.cash(model->group, currency, *slot);
      if (left != 0) move_cash(book, leaving.account, model->group, independent, {left, currency}, made);
    }
  }
  return close(proposal, models, book) && is_whole;
}

}  // namespace portfolio
