#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/scaled.hpp"

// Models: baskets run for many clients, who has invested what in them, and the shares that follow.
namespace portfolio {

// An account in a model and the money it has put there, in minor units of the model's currency.
struct Investor {
  alloc::AccountIndex account;
  alloc::SlotIndex slot;
  std::int64_t invested = 0;
};

struct Model {
  core::ModelCode code;
  std::string name;
  core::Currency currency;
  alloc::GroupIndex group;
  std::vector<Investor> investors;  // in the order of their first investment
};

class Models {
 public:
  // REQUIRES: the code is new. Opens the model's group in the book.
  void create(const core::ModelCode& code, std::string name, core::Currency currency, alloc::Book& book);
  // Adds to what the account has invested and moves the cash from its Independent sleeve.
  // REQUIRES: the model exists; amount in the model's currency and > 0
  void invest(const core::ModelCode& code, alloc::AccountIndex account, core::Money amount, alloc::Book& book);

  [[nodiscard]] const Model* find(const core::ModelCode& code) const;
  [[nodiscard]] const std::map<core::ModelCode, Model>& all() const { return models_; }

  // A model as it was once, for a snapshot. REQUIRES: the code is new; group and slots are those of the book
  void restore(Model model) {
    const core::ModelCode code = model.code;
    models_.insert_or_assign(code, std::move(model));
  }

 private:
  std::map<core::ModelCode, Model> models_;
};

// The exact shares by which an order of a model is split: weights[i] / sum(weights) goes to slots[i].
struct Shares {
  std::vector<alloc::SlotIndex> slots;
  std::vector<std::int64_t> weights;

  [[nodiscard]] std::int64_t total() const;
};

// A purchase is split by what each account has invested. Accounts with nothing invested take no part.
[[nodiscard]] Shares buy_shares(const Model& model);

// A sale is split by the units that each account holds and that no other order is selling (`being_sold` by slot, in
// allocation units), so that a sale of all that is free leaves nobody with a unit over or short. Whole allocation units
// only: a fraction below the unit stays where it is.
[[nodiscard]] Shares sell_shares(const Model& model, const alloc::Book& book, const core::Symbol& symbol,
                                 core::Quantity unit, std::span<const std::int64_t> being_sold);

}  // namespace portfolio
