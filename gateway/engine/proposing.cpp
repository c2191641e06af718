#include "gateway/engine/proposing.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "files/text.hpp"
#include "portfolio/divest.hpp"
#include "portfolio/invest.hpp"
#include "portfolio/reallocate.hpp"
#include "portfolio/rebalance.hpp"
#include "portfolio/remove.hpp"
#include "portfolio/withdraw.hpp"

namespace gateway {

namespace {

using Proposed = tl::expected<portfolio::Proposal, Refusal>;

tl::unexpected<Refusal> refuse(RefusalCode code, std::string place, std::string message) {
  return tl::unexpected<Refusal>(Refusal{code, std::move(place), std::move(message)});
}

Proposed proposed(core::Result<portfolio::Proposal> result) {
  if (!result) return refuse(RefusalCode::not_possible, result.error().place, result.error().message);
  return *std::move(result);
}

// One that was asked for by name, perhaps with others of a group.
struct Named {
  alloc::AccountIndex account{};
  const Participant* asked = nullptr;
  std::string place;
};

class Proposer {
 public:
  Proposer(const Propose& asked, const State& state, const portfolio::Desk& desk)
      : asked_(asked), state_(state), desk_(desk) {}

  Proposed propose() {
    if (auto refusal = check_form()) return tl::unexpected<Refusal>(*std::move(refusal));
    if (asked_.operation != portfolio::Operation::reallocate) {
      model_ = state_.models().find(asked_.model);
      if (model_ == nullptr) return unknown_model(asked_.model, "model");
    }
    if (auto refusal = find_accounts()) return tl::unexpected<Refusal>(*std::move(refusal));
    switch (asked_.operation) {
      case portfolio::Operation::invest: return invest();
      case portfolio::Operation::rebalance: return rebalance();
      case portfolio::Operation::divest: return divest();
      case portfolio::Operation::reallocate: return reallocate();
      case portfolio::Operation::withdraw: return withdraw();
      case portfolio::Operation::remove: return remove();
    }
    return refuse(RefusalCode::malformed, "operation", "is none that is known");
  }

 private:
  static tl::unexpected<Refusal> unknown_model(const core::ModelCode& model, std::string place) {
    return refuse(RefusalCode::unknown_model, std::move(place),
                  "there is no model '" + files::shown(model.text()) + "'; see: prorata models");
  }

  // What an operation does not look at must not be there: whoever wrote it expects something of it.
  [[nodiscard]] std::optional<Refusal> check_form() const {
    using portfolio::Operation;
    const Operation operation = asked_.operation;
    const auto wrong = [&](const char* place, const std::string& message) {
      return Refusal{RefusalCode::malformed, place, message};
    };
    const std::string name(portfolio::text(operation));
    const bool is_by_account = operation == Operation::invest || operation == Operation::divest ||
                               operation == Operation::rebalance || operation == Operation::reallocate;
    if (!is_by_account && !asked_.accounts.empty()) {
      return wrong("accounts", "stands here, and to " + name + " is for all accounts of the model");
    }
    const bool has_amounts = operation == Operation::invest || operation == Operation::divest;
    for (std::size_t i = 0; i < asked_.accounts.size(); ++i) {
      if (has_amounts || asked_.accounts[i].amount.empty()) continue;
      return Refusal{RefusalCode::malformed, files::item("accounts", i) + ".amount",
                     "stands here, and to " + name + " takes none"};
    }
    if (!asked_.leave_out.empty() && !is_by_account) {
      return wrong("leave_out", "stands here, and to " + name + " cannot leave accounts out");
    }
    const bool needs_accounts =
        operation == Operation::invest || operation == Operation::divest || operation == Operation::reallocate;
    if (needs_accounts && asked_.accounts.empty()) return wrong("accounts", "is empty; name an account or a group");
    if (operation != Operation::reallocate && !asked_.allocations.empty()) {
      return wrong("allocations", "stands here, and only reallocating has percentages of models");
    }
    if ((operation == Operation::withdraw) == asked_.percent.empty()) {
      return wrong("percent", asked_.percent.empty() ? "is missing: how much of the model's cash, such as 25"
                                                     : "stands here, and only a withdrawal of cash has one");
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Refusal> find_accounts() {
    std::set<alloc::AccountIndex> left_out;
    for (std::size_t i = 0; i < asked_.leave_out.size(); ++i) {
      auto named = accounts_named(asked_.leave_out[i], state_, files::item("leave_out", i));
      if (!named) return named.error();
      left_out.insert(named->begin(), named->end());
    }
    if (asked_.accounts.empty() && asked_.operation == portfolio::Operation::rebalance && !left_out.empty()) {
      for (const portfolio::Investor& investor : model_->investors) {
        if (!left_out.contains(investor.account)) accounts_.push_back({investor.account, nullptr, "accounts"});
      }
      if (accounts_.empty()) return Refusal{RefusalCode::malformed, "leave_out", "leaves nobody"};
    }
    for (std::size_t i = 0; i < asked_.accounts.size(); ++i) {
      const std::string place = files::item("accounts", i);
      auto named = accounts_named(asked_.accounts[i].account, state_, place);
      if (!named) return named.error();
      for (const alloc::AccountIndex account : *named) {
        if (!left_out.contains(account)) accounts_.push_back({account, &asked_.accounts[i], place});
      }
    }
    if (accounts_.empty() && !asked_.accounts.empty()) {
      return Refusal{RefusalCode::malformed, "leave_out", "leaves nobody"};
    }
    return std::nullopt;
  }

  [[nodiscard]] tl::expected<core::Money, Refusal> amount_of(const Named& named) const {
    const core::Currency currency = model_->currency;
    const core::Result<core::Money> amount = core::Money::parse(named.asked->amount, currency);
    if (amount) return *amount;
    return refuse(RefusalCode::malformed, named.place + ".amount",
                  "'" + files::shown(named.asked->amount) + "' is no amount of " + currency.text() + ": " +
                      amount.error().message);
  }

  [[nodiscard]] portfolio::OrderStyle style() const { return {asked_.type, asked_.time_in_force}; }

  [[nodiscard]] Proposed invest() const {
    std::vector<portfolio::Investment> investments;
    for (const Named& named : accounts_) {
      const auto amount = amount_of(named);
      if (!amount) return tl::unexpected<Refusal>(amount.error());
      investments.push_back({named.account, *amount});
    }
    return proposed(portfolio::propose_invest(desk_, asked_.model, investments,
                                              {.transfer_positions = asked_.transfer_positions, .style = style()}));
  }

  [[nodiscard]] Proposed divest() const {
    std::vector<portfolio::Divestment> divestments;
    for (const Named& named : accounts_) {
      portfolio::Divestment divestment{named.account, std::nullopt};
      if (!named.asked->amount.empty() && named.asked->amount != "all") {
        const auto amount = amount_of(named);
        if (!amount) return tl::unexpected<Refusal>(amount.error());
        divestment.amount = *amount;
      }
      divestments.push_back(divestment);
    }
    return proposed(portfolio::propose_divest(
        desk_, asked_.model, divestments,
        {.transfer_positions = asked_.transfer_positions, .keep_model = asked_.keep_model, .style = style()}));
  }

  [[nodiscard]] Proposed rebalance() const {
    std::vector<alloc::AccountIndex> accounts;
    for (const Named& named : accounts_) accounts.push_back(named.account);
    return proposed(portfolio::propose_rebalance(desk_, asked_.model, accounts, style()));
  }

  [[nodiscard]] Proposed reallocate() const {
    std::vector<portfolio::Allocation> allocations;
    for (std::size_t i = 0; i < asked_.allocations.size(); ++i) {
      const ModelPercent& each = asked_.allocations[i];
      const std::string place = files::item("allocations", i);
      if (state_.models().find(each.model) == nullptr) return unknown_model(each.model, place + ".model");
      const auto percent = percent_of(each.percent, place + ".percent");
      if (!percent) return tl::unexpected<Refusal>(percent.error());
      allocations.push_back({each.model, *percent});
    }
    std::vector<alloc::AccountIndex> accounts;
    for (const Named& named : accounts_) accounts.push_back(named.account);
    return proposed(portfolio::propose_reallocation(desk_, accounts, allocations, style()));
  }

  [[nodiscard]] Proposed withdraw() const {
    const auto percent = percent_of(asked_.percent, "percent");
    if (!percent) return tl::unexpected<Refusal>(percent.error());
    return proposed(portfolio::propose_withdrawal(desk_, asked_.model, *percent));
  }

  [[nodiscard]] Proposed remove() const {
    if (is_worked_on(state_, model_->group)) {
      return refuse(RefusalCode::orders_working, "model",
                    asked_.model.text() + " has working orders; cancel them, or wait: prorata orders --open --model " +
                        asked_.model.text());
    }
    return proposed(portfolio::propose_deletion(desk_, asked_.model, false));
  }

  [[nodiscard]] static tl::expected<portfolio::Percent, Refusal> percent_of(const std::string& text,
                                                                            std::string place) {
    const core::Result<portfolio::Percent> percent = portfolio::Percent::parse(text);
    if (percent) return *percent;
    return refuse(RefusalCode::malformed, std::move(place),
                  "'" + files::shown(text) + "' is no percentage such as 12.5, with 4 decimals at most");
  }

  const Propose& asked_;
  const State& state_;
  const portfolio::Desk& desk_;
  const portfolio::Model* model_ = nullptr;
  std::vector<Named> accounts_;
};

}  // namespace

Proposed propose(const Propose& asked, const State& state, const portfolio::Desk& desk) {
  return Proposer(asked, state, desk).propose();
}

std::string title_of(const Propose& asked, const portfolio::Proposal& proposal) {
  const std::string& model = asked.model.text();
  std::set<alloc::AccountIndex> accounts;
  for (const portfolio::SleevePreview& sleeve : proposal.sleeves) accounts.insert(sleeve.account);
  const std::string whom = accounts.size() == 1 && !asked.accounts.empty()
                               ? asked.accounts.front().account
                               : std::to_string(accounts.size()) + (accounts.size() == 1 ? " account" : " accounts");
  switch (asked.operation) {
    case portfolio::Operation::invest: return "invest in " + model + ", " + whom;
    case portfolio::Operation::rebalance: return "rebalance " + model + ", " + whom;
    case portfolio::Operation::divest: return "divest from " + model + ", " + whom;
    case portfolio::Operation::reallocate: return "reallocate " + whom;
    case portfolio::Operation::withdraw: return "withdraw " + asked.percent + " % of the cash of " + model;
    case portfolio::Operation::remove: return "delete " + model;
  }
  return "";
}

tl::expected<std::vector<alloc::AccountIndex>, Refusal> accounts_named(const std::string& name, const State& state,
                                                                       const std::string& place) {
  if (const auto account = state.find_account(core::AccountId(name))) return std::vector{*account};
  const auto group = state.account_groups().find(name);
  if (group != state.account_groups().end()) return group->second;
  return refuse(RefusalCode::unknown_account, place,
                "there is no account and no group '" + files::shown(name) + "'; see: prorata accounts");
}

bool is_worked_on(const State& state, alloc::GroupIndex group) {
  return std::any_of(state.orders().open().begin(), state.orders().open().end(), [&](const auto& open) {
    const auto& legs = open.second->legs();
    return std::any_of(legs.begin(), legs.end(), [&](const Leg& leg) { return leg.group == group; });
  });
}

}  // namespace gateway
