#pragma once

#include <span>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/proposal.hpp"

namespace portfolio {

struct Investment {
  alloc::AccountIndex account{};
  core::Money amount;
};

struct InvestOptions {
  // What the account holds outside the models moves in, up to what the new money needs of it, instead of being bought;
  // less cash moves then.
  bool transfer_positions = false;
  OrderStyle style;
};

// Funds the model from the Independent cash of the accounts and buys with it in the model's ratios (ratios.hpp). What
// the sleeve held before is left alone. With no targets and nothing held it is a transfer of cash.
// Errors: no such model; an account that is there twice; an amount of 0 or less, in another currency than the model's,
// or beyond the account's free Independent cash; whatever refuses ratios, prices and stakes.
[[nodiscard]] core::Result<Proposal> propose_invest(const Desk& desk, const core::ModelCode& code,
                                                    std::span<const Investment> investments,
                                                    const InvestOptions& options);

// How new money in a model is spread: shared with reallocating.
class NewMoney {
 public:
  [[nodiscard]] static core::Result<NewMoney> of(const Desk& desk, const Model& model);

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const PricedGroup& priced() const { return priced_; }
  [[nodiscard]] const Ratios& ratios() const { return ratios_; }

  // One goal for each column: nothing is held of the new money yet. Weights are set, `elsewhere` is the caller's.
  [[nodiscard]] std::vector<Goal> goals(const Desk& desk, alloc::AccountIndex account) const;
  // What purchases may spend of an amount: what the sleeve owes, or open orders may spend of it, comes first.
  [[nodiscard]] std::int64_t spendable(const Desk& desk, alloc::AccountIndex account, std::int64_t amount) const;
  // Drafts what goals that were reached ask for: units `moved` come by transfer, which the caller drafts, the rest by
  // orders. `moved_worth` is what of the amount they are, as each transfer was counted; `cash_now` is what of its cash
  // is there before any sale.
  struct Entry {
    alloc::AccountIndex account{};
    std::int64_t amount = 0;
    std::int64_t moved_worth = 0;
    std::int64_t cash_now = 0;
    std::span<const Goal> goals;
    std::span<const std::int64_t> moved;
    Outcome outcome;
  };
  [[nodiscard]] core::Result<bool> enter(const Desk& desk, const Entry& entry, Draft& draft,
                                         const Draft::Places& places) const;

 private:
  NewMoney(const Model& model, Ratios ratios, PricedGroup priced);

  const Model* model_;
  Ratios ratios_;
  PricedGroup priced_;
  std::vector<std::int64_t> weights_;
};

}  // namespace portfolio
