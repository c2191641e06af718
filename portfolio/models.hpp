#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "portfolio/targets.hpp"

// Models: baskets run for many clients, who has invested what in them, and the shares that follow.
namespace portfolio {

// An account in a model and its stake: what it has invested, in minor units of the model's currency as worth when the
// first investors came. Later money is counted at the model's value then, like units of a fund (stakes.hpp), so that
// stakes are the shares of the accounts after prices have moved, and no price is needed when an order is entered.
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
  TargetsHistory targets;

  [[nodiscard]] std::int64_t stake_of(alloc::AccountIndex account) const;  // 0: not invested
  [[nodiscard]] std::int64_t total_stake() const;
};

// Of an account, group or model. Error, at `place`: a word that views use for sums or for what is outside of models, a
// slash, or nothing but dots, because names stand in paths.
[[nodiscard]] core::Result<void> check_name(const std::string& place, std::string_view text);
// 1 to 16 characters of A-Z, 0-9, '.', '_' and '-', and a name as above. A code never changes.
[[nodiscard]] core::Result<core::ModelCode> parse_model_code(std::string_view text);
// 1 to 100 characters that can be printed (UTF-8), neither beginning nor ending with a blank.
[[nodiscard]] core::Result<std::string> parse_model_name(std::string_view text);

class Models {
 public:
  // REQUIRES: the code is new. Opens the model's group in the book.
  void create(const core::ModelCode& code, std::string name, core::Currency currency, alloc::Book& book);
  // Error: the code is taken, or was taken by a model that is gone.
  [[nodiscard]] core::Result<core::ModelCode> check_is_new(const core::ModelCode& code, const alloc::Book& book) const;
  // REQUIRES (these two): the model exists
  void rename(const core::ModelCode& code, std::string name);
  void save_targets(const core::ModelCode& code, core::Time time, std::string who, std::string why, Targets targets);
  // Adds to the account's stake; an account whose stake is gone is no investor any more. Moves no money.
  // REQUIRES: the model exists; the stake does not fall below 0, nor the sum of them rise to 2^62
  void change_stake(const core::ModelCode& code, alloc::AccountIndex account, std::int64_t by, alloc::Book& book);
  // The model is gone; its group in the book stays, empty, and its code is not used again.
  // REQUIRES: the model exists, nothing is left in its sleeves
  void remove(const core::ModelCode& code, const alloc::Book& book);

  // Adds to what the account has invested, as of a first investor, and moves the cash from its Independent sleeve.
  // REQUIRES: the model exists; amount in the model's currency and > 0
  void invest(const core::ModelCode& code, alloc::AccountIndex account, core::Money amount, alloc::Book& book);

  [[nodiscard]] const Model* find(const core::ModelCode& code) const;
  [[nodiscard]] const Model* find(alloc::GroupIndex group) const;
  [[nodiscard]] const std::map<core::ModelCode, Model>& all() const { return models_; }

  // A model as it was once, for a snapshot. REQUIRES: the code is new; group and slots are those of the book
  void restore(Model model) {
    const core::ModelCode code = model.code;
    models_.insert_or_assign(code, std::move(model));
  }

 private:
  [[nodiscard]] Model& model_at(const core::ModelCode& code);

  std::map<core::ModelCode, Model> models_;
};

// The exact shares by which an order of a model is split: weights[i] / sum(weights) goes to slots[i].
struct Shares {
  std::vector<alloc::SlotIndex> slots;
  std::vector<std::int64_t> weights;

  [[nodiscard]] std::int64_t total() const;
};

// A purchase is split by the stakes. Accounts without one take no part.
[[nodiscard]] Shares buy_shares(const Model& model);

// A sale is split by the units that each account holds and that no other order is selling (`being_sold` by slot, in
// allocation units), so that a sale of all that is free leaves nobody with a unit over or short. Whole allocation units
// only: a fraction below the unit stays where it is.
[[nodiscard]] Shares sell_shares(const Model& model, const alloc::Book& book, const core::Symbol& symbol,
                                 core::Quantity unit, std::span<const std::int64_t> being_sold);

// The mirror of it: a purchase that covers is split by the units that each account is short and that no other order is
// buying back.
[[nodiscard]] Shares cover_shares(const Model& model, const alloc::Book& book, const core::Symbol& symbol,
                                  core::Quantity unit, std::span<const std::int64_t> being_bought);

}  // namespace portfolio
