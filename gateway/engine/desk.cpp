#include <algorithm>
#include <map>
#include <utility>

#include "core/random.hpp"
#include "files/text.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/engine/importing.hpp"
#include "gateway/engine/proposing.hpp"
#include "gateway/engine/views.hpp"
#include "gateway/risk/limits.hpp"

// People's commands about models, accounts and prices. Those about proposals are in proposals.cpp.
namespace gateway {

namespace {

constexpr std::size_t longest_why = 1'000;
constexpr std::size_t longest_group = 32;

Answer refuse(RefusalCode code, std::string place, std::string message) {
  Answer answer;
  answer.refusals.push_back({code, std::move(place), std::move(message)});
  return answer;
}

Answer refuse(RefusalCode code, const core::Error& error) { return refuse(code, error.place, error.message); }

Answer unknown_model(const core::ModelCode& model) {
  return refuse(RefusalCode::unknown_model, "model",
                "there is no model '" + files::shown(model.text()) + "'; see: prorata models");
}

}  // namespace

Answer Engine::carry_out(const DeskCommand& command, core::Time now) {
  state_.settle();
  const std::uint64_t asked = core::stable_hash(command.asked);
  if (const State::Done* done = state_.done_for(command.caller.key)) return answer_again(*done, asked, command.caller);
  const Origin by{command.caller.key, asked, command.caller.who};
  return std::visit([&](const auto& wish) { return decide(wish, by, now); }, command.wish);
}

Viewed Engine::look(const ViewRequest& request, core::Time now) {
  state_.settle();
  const Ground ground(state_, live_, settings_.models, now);
  return gateway::look(request, state_, ground.desk());
}

Answer Engine::decide(const CreateModel& wish, const Origin& by, core::Time now) {
  const auto code = portfolio::parse_model_code(wish.code);
  if (!code) return refuse(RefusalCode::malformed, code.error());
  auto name = portfolio::parse_model_name(wish.name);
  if (!name) return refuse(RefusalCode::malformed, name.error());
  const auto currency = core::Currency::parse(wish.currency);
  if (!currency) {
    return refuse(RefusalCode::malformed, "currency",
                  "'" + files::shown(wish.currency) + "' is no currency that is known here, such as USD");
  }
  if (const auto is_new = state_.models().check_is_new(*code, state_.book()); !is_new) {
    return refuse(RefusalCode::code_taken, is_new.error());
  }
  record(ModelCreated{*code, *std::move(name), *currency, by}, now);
  return {};
}

Answer Engine::decide(const RenameModel& wish, const Origin& by, core::Time now) {
  if (state_.models().find(wish.model) == nullptr) return unknown_model(wish.model);
  auto name = portfolio::parse_model_name(wish.name);
  if (!name) return refuse(RefusalCode::malformed, name.error());
  record(ModelRenamed{wish.model, *std::move(name), by}, now);
  return {};
}

Answer Engine::decide(const SaveTargets& wish, const Origin& by, core::Time now) {
  const portfolio::Model* model = state_.models().find(wish.model);
  if (model == nullptr) return unknown_model(wish.model);
  if (wish.why.size() > longest_why || files::cleaned(wish.why) != wish.why) {
    return refuse(RefusalCode::malformed, "why", "should be text, of 1,000 bytes at most");
  }
  auto targets = portfolio::parse_targets(wish.targets, state_.instruments(), model->currency, now);
  if (!targets) return refuse(RefusalCode::not_possible, targets.error());
  record(TargetsSaved{wish.model, std::move(targets->of), wish.why, by}, now);
  return {};
}

Answer Engine::decide(const GroupAccounts& wish, const Origin& by, core::Time now) {
  const bool is_name = !wish.group.empty() && wish.group.size() <= longest_group &&
                       files::cleaned(wish.group) == wish.group && files::trimmed(wish.group) == wish.group;
  if (!is_name) {
    return refuse(RefusalCode::malformed, "group", "should be a name of 1 to 32 bytes, without blanks around it");
  }
  if (const auto good = portfolio::check_name("group", wish.group); !good) {
    return refuse(RefusalCode::malformed, good.error());
  }
  if (state_.find_account(core::AccountId(wish.group))) {
    return refuse(RefusalCode::malformed, "group", "'" + wish.group + "' is an account; a group needs another name");
  }
  if (wish.accounts.empty() && !state_.account_groups().contains(wish.group)) {
    return refuse(RefusalCode::unknown_account, "group", "there is no group '" + wish.group + "'");
  }
  std::set<core::AccountId> seen;
  for (std::size_t i = 0; i < wish.accounts.size(); ++i) {
    const std::string place = files::item("accounts", i);
    const core::AccountId& account = wish.accounts[i];
    if (!state_.find_account(account)) {
      return refuse(RefusalCode::unknown_account, place, "there is no account '" + files::shown(account.text()) + "'");
    }
    if (!seen.insert(account).second) return refuse(RefusalCode::malformed, place, account.text() + " is there twice");
  }
  record(AccountsGrouped{wish.group, wish.accounts, by}, now);
  return {};
}

Answer Engine::decide(const MoveClientCash& wish, const Origin& by, core::Time now) {
  const auto account = state_.find_account(wish.account);
  if (!account) {
    const bool is_group = state_.account_groups().contains(wish.account.text());
    return refuse(RefusalCode::unknown_account, "account",
                  is_group ? "'" + wish.account.text() + "' is a group; cash comes and goes account by account"
                           : "there is no account '" + files::shown(wish.account.text()) + "'");
  }
  const auto currency =
      wish.currency.empty() ? state_.account_of(*account).currency : core::Currency::parse(wish.currency);
  if (!currency) {
    return refuse(RefusalCode::malformed, "currency",
                  "'" + files::shown(wish.currency) + "' is no currency that is known here, such as USD");
  }
  const core::Result<core::Money> amount = core::Money::parse(wish.amount, *currency);
  if (!amount || amount->minor == 0 || amount->minor > max_amount_minor || amount->minor < -max_amount_minor) {
    return refuse(RefusalCode::malformed, "amount",
                  "'" + files::shown(wish.amount) + "' is no amount of " + currency->text() +
                      " that can come in, such as 25000.00, or go out, such as -25000.00");
  }
  const Ground ground(state_, live_, settings_.models, now);
  const auto slot = state_.book().find_slot(alloc::Book::independent(), *account);
  const std::int64_t there = state_.book().cash(alloc::Book::independent(), *currency, *slot);
  const std::int64_t free = there - ground.desk().working.spending_of(alloc::Book::independent(), *currency, *slot);
  if (amount->minor < 0 && -amount->minor > free) {
    return refuse(RefusalCode::cash_short, "amount",
                  "is " + amount->text() + "; " + wish.account.text() + " has " +
                      core::Money{std::max<std::int64_t>(free, 0), *currency}.text() + " " + currency->text() +
                      " outside the models that no order may spend");
  }
  record(CashDeposited{wish.account, *currency, amount->minor, by}, now);
  return {};
}

Answer Engine::decide(const BringPrices& wish, const Origin& by, core::Time now) {
  if (wish.prices.empty()) return refuse(RefusalCode::malformed, "prices", "there is none in it");
  Answer answer;
  std::map<core::Symbol, std::size_t> first;  // where a symbol stands first
  for (std::size_t i = 0; i < wish.prices.size(); ++i) {
    const PriceRow& row = wish.prices[i];
    const std::string place = files::item("prices", i);
    const auto wrong = [&](RefusalCode code, std::string message) {
      answer.refusals.push_back({code, place, std::move(message)});
    };
    if (state_.instrument(row.symbol) == nullptr) {
      wrong(RefusalCode::unknown_symbol,
            "there is no instrument '" + files::shown(row.symbol.text()) + "' on this desk");
    } else if (row.price.raw <= 0) {
      wrong(RefusalCode::malformed,
            "the price of " + row.symbol.text() + " is " + row.price.text() + "; it should be above zero");
    } else if (row.time > now + std::chrono::minutes(1)) {
      wrong(RefusalCode::malformed,
            "the price of " + row.symbol.text() + " is of " + core::iso_text(row.time) + ", which is still to come");
    }
    if (const auto [at, is_new] = first.emplace(row.symbol, i); !is_new) {
      wrong(RefusalCode::malformed, "a price of " + files::shown(row.symbol.text()) + " is there already, " +
                                        files::item("prices", at->second) + "; give one");
    }
    const auto known = state_.prices().all().find(row.symbol);
    if (row.time != core::Time{} && known != state_.prices().all().end() && row.time < known->second.time) {
      wrong(RefusalCode::not_possible, "the price of " + row.symbol.text() + " is of " + core::iso_text(row.time) +
                                           "; there is one of " + core::iso_text(known->second.time) +
                                           " already, which stays: leave this one out");
    }
  }
  if (!answer.refusals.empty()) return answer;
  PricesBrought brought{wish.prices, by};
  for (PriceRow& row : brought.prices) {
    if (row.time == core::Time{}) row.time = now;
  }
  record(std::move(brought), now);
  return answer;
}

Answer Engine::decide(const ImportFile& wish, const Origin& by, core::Time now) {
  const Ground ground(state_, live_, settings_.models, now);
  Import import = read_import(wish, state_, ground.desk().prices, by, now);
  Answer answer;
  answer.refusals = std::move(import.refusals);
  answer.changes = std::move(import.changes);
  if (wish.dry_run || !answer.refusals.empty()) return answer;
  ask_for_prices(import.events);
  for (Event& event : import.events) record(std::move(event), now);
  return answer;
}

}  // namespace gateway
