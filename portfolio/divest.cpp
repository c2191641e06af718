#include "portfolio/divest.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "portfolio/departure.hpp"

namespace portfolio {
namespace {

core::Result<Departure> departure_of(const Desk& desk, const Model& model, const PricedGroup& priced,
                                     const Divestment& divestment, const DivestOptions& options) {
  const std::string& account = desk.book.account_id(divestment.account).text();
  const auto slot = desk.book.find_slot(model.group, divestment.account);
  if (!slot) return core::fail("account", account + " is not in " + model.code.text());
  const std::int64_t value = priced.value(*slot);
  const bool holds_some = std::any_of(priced.columns().begin(), priced.columns().end(),
                                      [&](const Column& column) { return column.held(*slot).raw != 0; });
  if (value == 0 && !holds_some && priced.cash(*slot) == 0 && model.stake_of(divestment.account) == 0) {
    return core::fail("account", account + " has left " + model.code.text() + "; nothing of it is there");
  }
  if (value < 0) {
    return core::fail("account", account + " owes more than it holds in " + model.code.text() + "; settle that first");
  }
  if (!divestment.amount) {
    if (auto may = check_may_leave(desk, model, divestment.account, *slot); !may) return tl::unexpected(may.error());
    return depart(desk, model, priced, divestment.account, *slot, value, true, !options.transfer_positions);
  }
  const core::Money& amount = *divestment.amount;
  if (amount.currency != model.currency) {
    return core::fail("amount",
                      "is in " + amount.currency.text() + "; " + model.code.text() + " is in " + model.currency.text());
  }
  if (amount.minor <= 0) {
    return core::fail("amount", "is " + amount.text() + " for " + account + "; it must be above zero");
  }
  if (amount.minor > value) {
    return core::fail("amount", "is " + amount.text() + "; " + account + " holds " +
                                    core::Money{value, model.currency}.text() + " " + model.currency.text() + " in " +
                                    model.code.text());
  }
  if (amount.minor == value) {
    if (auto may = check_may_leave(desk, model, divestment.account, *slot); !may) return tl::unexpected(may.error());
  }
  return depart(desk, model, priced, divestment.account, *slot, amount.minor, amount.minor == value,
                !options.transfer_positions);
}

// Nobody is left: no investor, and nothing in any sleeve but those that leave.
bool is_empty_without(const Desk& desk, const Model& model, const PricedGroup& priced,
                      const std::set<alloc::AccountIndex>& leaving) {
  for (const Investor& investor : model.investors) {
    if (!leaving.contains(investor.account)) return false;
  }
  const std::span<const alloc::AccountIndex> accounts = desk.book.accounts_of(model.group);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (leaving.contains(accounts[i])) continue;
    const auto slot = static_cast<alloc::SlotIndex>(i);
    for (const Column& column : priced.columns()) {
      if (column.held(slot).raw != 0) return false;
    }
    for (const auto& [currency, row] : desk.book.cash_of(model.group)) {
      if (desk.book.cash(model.group, currency, slot) != 0) return false;
    }
  }
  return true;
}

}  // namespace

core::Result<Proposal> propose_divest(const Desk& desk, const core::ModelCode& code,
                                      std::span<const Divestment> divestments, const DivestOptions& options) {
  const core::Result<const Model*> found = find_model(desk, code);
  if (!found) return tl::unexpected<core::Error>(found.error());
  const Model& model = **found;
  if (divestments.empty()) return core::fail("accounts", "there is none to divest for");
  const core::Result<PricedGroup> priced = PricedGroup::of(desk, model.group, model.currency);
  if (!priced) return tl::unexpected<core::Error>(priced.error());

  Draft draft(desk, Operation::divest, options.style);
  draft.stand_on(model);
  const Draft::Places places = draft.add_quotes(*priced);
  std::set<alloc::AccountIndex> seen;
  std::set<alloc::AccountIndex> leaving;
  for (const Divestment& divestment : divestments) {
    if (!seen.insert(divestment.account).second) {
      return core::fail("account", desk.book.account_id(divestment.account).text() + " is there twice");
    }
    const core::Result<Departure> departure = departure_of(desk, model, *priced, divestment, options);
    if (!departure) return tl::unexpected<core::Error>(departure.error());
    if (draft_departure(desk, *departure, draft, places)) leaving.insert(divestment.account);
  }
  if (!options.keep_model && !leaving.empty() && is_empty_without(desk, model, *priced, leaving)) {
    draft.close(code);
    draft.warn(WarningKind::model_closes,
               "the last investor leaves: " + code.text() + " is deleted when the orders are done, unless it is kept");
  }
  return std::move(draft).finish();
}

}  // namespace portfolio
