#include <algorithm>

#include "core/check.hpp"
#include "gateway/engine/state.hpp"
#include "portfolio/apply.hpp"

// The part of State that is about the desk: accounts, instruments, models, prices, and money that comes and moves
// without an order.
namespace gateway {

namespace {

// Of the reference price, which has a date only: the end of that day, or the entry's time when that is earlier.
core::Time close_of(const std::string& date, core::Time now) {
  const core::Result<core::Time> end = core::parse_iso(date + "T23:59:59Z");
  return end ? std::min(*end, now) : now;
}

}  // namespace

portfolio::Instrument instrument_of(const InstrumentAdded& added) {
  // A word that is not known is a share's: what is entered is checked before it comes here.
  const auto type = portfolio::parse_security_type(added.security_type).value_or(portfolio::SecurityType::stock);
  return {.symbol = added.symbol,
          .type = type,
          .currency = added.currency,
          .unit = added.unit,
          .round_lot = added.round_lot,
          .tick = added.tick,
          .multiplier = added.multiplier,
          .is_in_percent = type == portfolio::SecurityType::bond,
          .is_shortable = added.is_shortable,
          .last_trading_date = added.last_trading_date};
}

void State::on(const AccountOpened& event) {
  const alloc::AccountIndex index = book_.open_account(event.account);
  accounts_[event.account.text()] = index;
  opened_.push_back(event);
  changes_.accounts.push_back({index, event});
  remember(event.by);
  note_slots();  // every account is in Independent, in the slot of its own number
}

void State::on(const AccountRenamed& event) {
  const alloc::AccountIndex index = account(event.account);
  AccountOpened& opened = opened_.at(static_cast<std::size_t>(index));
  opened.name = event.name;
  changes_.accounts.push_back({index, opened});
  remember(event.by);
}

void State::on(const InstrumentAdded& event) {
  instruments_[event.symbol] = event;
  priced_instruments_[event.symbol] = instrument_of(event);
  if (event.reference) {
    prices_.set(event.symbol, {*event.reference, close_of(event.reference_date, now_), portfolio::PriceSource::file});
  }
  changes_.instruments.push_back(event);
  remember(event.by);
}

void State::on(const ModelCreated& event) {
  models_.create(event.model, event.name, event.currency, book_);
  changes_.groups.push_back({models_.find(event.model)->group, event.model.text()});
  note_model(*models_.find(event.model));
  remember(event.by);
}

void State::on(const ModelRenamed& event) {
  models_.rename(event.model, event.name);
  note_model(*models_.find(event.model));
  remember(event.by);
}

void State::on(const TargetsSaved& event) {
  // A clock that was set back does not put a version before the one that it follows.
  const auto& versions = models_.find(event.model)->targets.all();
  const core::Time time = versions.empty() ? now_ : std::max(now_, versions.back().time);
  models_.save_targets(event.model, time, event.by.who, event.why, {event.targets});
  const portfolio::Model& model = *models_.find(event.model);
  note_model(model);
  changes_.targets.push_back({event.model, model.targets.all().back()});
  remember(event.by);
}

void State::on(const AccountsGrouped& event) {
  std::vector<alloc::AccountIndex> accounts;
  for (const core::AccountId& id : event.accounts) accounts.push_back(account(id));
  if (accounts.empty()) {
    account_groups_.erase(event.group);
  } else {
    account_groups_[event.group] = std::move(accounts);
  }
  changes_.account_groups.push_back({event.group, event.accounts});
  remember(event.by);
}

void State::on(const PricesBrought& event) {
  for (const PriceRow& row : event.prices) {
    prices_.set(row.symbol, {row.price, row.time, portfolio::PriceSource::file});
  }
  remember(event.by);
}

void State::on(const CashDeposited& event) {
  const core::Money amount{event.minor, event.currency};
  book_.deposit(account(event.account), amount);
  touch_cash(alloc::Book::independent(), event.currency);
  log({.kind = "DEPOSIT",
       .symbol = event.currency.text(),
       .currency = event.currency.text(),
       .cells = {{event.account.text(), amount.text(), ""}}});
  remember(event.by);
}

void State::on(const CashInvested& event) {
  const alloc::AccountIndex index = account(event.account);
  models_.invest(event.model, index, {event.minor, event.currency}, book_);
  const portfolio::Model& model = *models_.find(event.model);
  note_slots();
  note_move({.account = index,
             .from = alloc::Book::independent(),
             .to = model.group,
             .currency = event.currency,
             .minor = event.minor,
             .symbol = {}});
}

void State::on(const HoldingBrought& event) {
  const alloc::AccountIndex index = account(event.account);
  // A model, or what is outside all of them.
  const portfolio::Model* model = models_.find(event.model);
  const alloc::GroupIndex group = model == nullptr ? alloc::Book::independent() : model->group;
  book_.join(group, index);
  note_slots();
  settle(group, event.symbol);
  book_.bring_in(index, group, event.symbol, event.currency, {event.quantity, event.cost_minor});
  touch_holding(group, event.symbol);
  log({.kind = "HOLDING",
       .model = event.model.text(),
       .symbol = event.symbol.text(),
       .currency = event.currency.text(),
       .cells = {{event.account.text(), event.quantity.text(), ""}}});
  remember(event.by);
}

void State::on(const DeskImported&) { desk_imported_ = true; }

// ---- transfers

void State::note_moves(const portfolio::MovesMade& moves) {
  note_slots();
  for (const portfolio::MoveMade& move : moves) note_move(move);
}

// A line for each model: what comes into its sleeve, or goes out of it, below zero. What the other side is follows: a
// model with a line beside it, or Independent.
void State::note_move(const portfolio::MoveMade& move) {
  const std::string symbol = move.symbol ? move.symbol->text() : move.currency.text();
  const std::string account = book_.account_id(move.account).text();
  for (const auto& [group, sign] : {std::pair{move.from, -1}, std::pair{move.to, 1}}) {
    if (move.symbol) {
      touch_holding(group, *move.symbol);
    } else {
      touch_cash(group, move.currency);
    }
    if (group == alloc::Book::independent()) continue;
    const std::string amount = move.symbol ? core::Quantity{sign * move.quantity.raw}.text()
                                           : core::Money{sign * move.minor, move.currency}.text();
    log({.kind = "TRANSFER",
         .model = book_.group_code(group).text(),
         .symbol = symbol,
         .currency = move.currency.text(),
         .cells = {{account, amount, ""}}});
  }
}

void State::note_slots() {
  noted_slots_.resize(book_.group_count());
  for (std::size_t i = 0; i < noted_slots_.size(); ++i) {
    const auto group = static_cast<alloc::GroupIndex>(i);
    const auto accounts = book_.accounts_of(group);
    for (std::size_t& slot = noted_slots_[i]; slot < accounts.size(); ++slot) {
      changes_.slots.push_back({group, static_cast<alloc::SlotIndex>(slot), accounts[slot]});
    }
  }
}

void State::note_model(const portfolio::Model& model) {
  changes_.models.push_back({.model = model.code,
                             .name = model.name,
                             .currency = model.currency,
                             .group = model.group,
                             .targets_version = model.targets.number(),
                             .targets = model.targets.current()});
}

}  // namespace gateway
