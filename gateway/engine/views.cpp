#include "gateway/engine/views.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "files/text.hpp"
#include "gateway/engine/proposing.hpp"
#include "portfolio/valuation.hpp"

namespace gateway {

namespace {

constexpr alloc::GroupIndex independent = alloc::Book::independent();
constexpr std::size_t most_named = 5;

std::string percent_text(std::int64_t hundredths) { return core::format_decimal(hundredths, 2, 2); }

// Of parts in their sum; "" where there is no sum to be a part of.
std::vector<std::string> percents_of(const std::vector<std::int64_t>& values) {
  std::vector<std::string> texts;
  for (const std::int64_t each : portfolio::percentages(values)) texts.push_back(percent_text(each));
  texts.resize(values.size());
  return texts;
}

class Viewer {
 public:
  Viewer(const ViewRequest& request, const State& state, const portfolio::Desk& desk)
      : request_(request), state_(state), desk_(desk), book_(state.book()) {
    // A value at an old price says more than none; how old it is stands in the view of prices.
    desk_.rules.price_age_max = std::chrono::hours(24 * 365 * 100);
  }

  Viewed look() {
    if (!choose_currency() || !choose_accounts() || !choose_model()) return std::move(viewed_);
    viewed_.currency = currency_->text();
    switch (request_.view) {
      case ViewRequest::View::models: models(); break;
      case ViewRequest::View::accounts: accounts(); break;
      case ViewRequest::View::holdings: holdings(); break;
      case ViewRequest::View::by_model: by_model(); break;
      case ViewRequest::View::positions: positions(); break;
      case ViewRequest::View::investors: investors(); break;
      case ViewRequest::View::prices: prices(); break;
    }
    if (!viewed_.refusals.empty()) viewed_.rows = {};
    if (viewed_.refusals.empty()) add_notes();
    return std::move(viewed_);
  }

 private:
  using Row = std::vector<std::optional<std::string>>;

  // ---- what is asked for

  bool refuse(RefusalCode code, std::string place, std::string message) {
    viewed_.refusals.push_back({code, std::move(place), std::move(message)});
    return false;
  }
  bool refuse(const core::Error& error) { return refuse(RefusalCode::not_possible, error.place, error.message); }

  bool choose_currency() {
    if (!request_.currency.empty()) {
      const auto read = core::Currency::parse(request_.currency);
      if (!read) return refuse(RefusalCode::malformed, "currency", "'" + files::shown(request_.currency) + "' is none");
      currency_ = *read;
      return true;
    }
    // That of the model, or of the first account: a desk with several currencies says which one it wants.
    currency_ = book_.account_count() == 0 ? core::Currency::of("USD") : state_.account_of({}).currency;
    const portfolio::Model* model = state_.models().find(request_.model);
    if (model != nullptr) currency_ = model->currency;
    return true;
  }

  bool choose_accounts() {
    if (request_.account.empty()) return true;
    auto named = accounts_named(request_.account, state_, "account");
    if (!named) {
      viewed_.refusals.push_back(named.error());
      return false;
    }
    only_.emplace(named->begin(), named->end());
    return true;
  }

  bool choose_model() {
    const bool needs_one =
        request_.view == ViewRequest::View::positions || request_.view == ViewRequest::View::investors;
    if (!needs_one && request_.model.empty()) return true;
    if (request_.model.text() == "Independent") {
      group_ = independent;
      return true;
    }
    if (request_.model.empty()) {
      return refuse(RefusalCode::malformed, "model", "is missing: which model, or Independent");
    }
    model_ = state_.models().find(request_.model);
    if (model_ == nullptr) {
      return refuse(RefusalCode::unknown_model, "model",
                    "there is no model '" + files::shown(request_.model.text()) + "'; see: prorata models");
    }
    group_ = model_->group;
    return true;
  }

  // ---- rows

  void columns(std::vector<std::string> names) { viewed_.rows.columns = std::move(names); }
  // Those of the page; the sums at the end are on the last page.
  void add(Row row) {
    const int at = seen_++;
    if (at >= request_.offset && at < request_.offset + request_.limit) viewed_.rows.rows.push_back(std::move(row));
  }
  [[nodiscard]] bool is_on_page() const { return seen_ >= request_.offset && seen_ < request_.offset + request_.limit; }
  void skip() { ++seen_; }
  [[nodiscard]] std::string money(std::int64_t minor) const { return core::Money{minor, *currency_}.text(); }
  [[nodiscard]] bool is_wanted(alloc::AccountIndex account) const { return !only_ || only_->contains(account); }

  // Independent and every model, priced in one currency.
  const std::vector<portfolio::PricedGroup>* priced_in(core::Currency currency) {
    const auto known = priced_.find(currency);
    if (known != priced_.end()) return &known->second;
    std::vector<portfolio::PricedGroup> groups;
    std::vector<alloc::GroupIndex> all;
    for (const auto& [code, model] : state_.models().all()) all.push_back(model.group);
    all.push_back(independent);
    for (const alloc::GroupIndex group : all) {
      auto priced = portfolio::PricedGroup::of(desk_, group, currency, {}, &unpriced_);
      if (!priced) {
        refuse(priced.error());
        return nullptr;
      }
      note_old(*priced);
      groups.push_back(*std::move(priced));
    }
    return &priced_.emplace(currency, std::move(groups)).first->second;
  }
  [[nodiscard]] std::string name_of(alloc::GroupIndex group) const {
    return group == independent ? "Independent" : book_.group_code(group).text();
  }
  // What the wanted accounts have in the group.
  [[nodiscard]] std::int64_t value_of(const portfolio::PricedGroup& priced) const {
    if (!only_) return priced.total();
    std::int64_t sum = 0;
    for (const alloc::AccountIndex account : *only_) {
      if (const auto slot = book_.find_slot(priced.group(), account)) sum += priced.value(*slot);
    }
    return sum;
  }

  // ---- notes

  void note_old(const portfolio::PricedGroup& priced) {
    for (const portfolio::Column& column : priced.columns()) {
      if (desk_.now - column.price.time > age_max_) old_.insert(column.instrument->symbol.text());
    }
  }
  void add_notes() {
    for (const auto& [name, why] : unpriced_) {
      viewed_.notes.push_back(name + " counts as nothing here: " + why.text());
    }
    if (old_.empty()) return;
    std::string some;
    std::size_t left = old_.size();
    for (const std::string& symbol : old_) {
      if (old_.size() - left == most_named) break;
      some += (some.empty() ? "" : ", ") + symbol;
      --left;
    }
    viewed_.notes.push_back("the price of " + some + (left == 0 ? "" : " and " + std::to_string(left) + " more") +
                            (old_.size() == 1 ? " is" : " are") + " old; see: prorata prices");
  }

  // ---- the views

  void models() {
    columns({"model", "name", "currency", "accounts", "targets_version", "market_value", "percent"});
    const auto* groups = priced_in(*currency_);
    if (groups == nullptr) return;
    std::vector<std::int64_t> values;
    for (const portfolio::PricedGroup& priced : *groups) values.push_back(value_of(priced));
    const std::vector<std::string> percents = percents_of(values);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < groups->size(); ++i) {
      const portfolio::Model* model = state_.models().find((*groups)[i].group());
      const bool is_model = (*groups)[i].group() != independent && model != nullptr;
      total += values[i];
      add({name_of((*groups)[i].group()), is_model ? model->name : "", is_model ? model->currency.text() : "",
           is_model ? std::to_string(model->investors.size()) : "",
           is_model ? std::to_string(model->targets.number()) : "", money(values[i]), percents[i]});
    }
    add({"TOTAL", "", "", "", "", money(total), percents.empty() || percents.front().empty() ? "" : "100.00"});
  }

  void accounts() {
    std::vector<std::string> names{"account", "name", "currency", "value"};
    for (const auto& [code, model] : state_.models().all()) names.push_back(code.text());
    names.emplace_back("Independent");
    columns(std::move(names));
    for (std::size_t i = 0; i < book_.account_count(); ++i) {
      const auto account = static_cast<alloc::AccountIndex>(i);
      if (!is_wanted(account)) continue;
      if (!is_on_page()) {
        skip();
        continue;
      }
      const AccountOpened& opened = state_.account_of(account);
      const core::Currency currency = request_.currency.empty() ? opened.currency : *currency_;
      const auto* groups = priced_in(currency);
      if (groups == nullptr) return;
      std::vector<std::int64_t> values;
      for (const portfolio::PricedGroup& priced : *groups) {
        const auto slot = book_.find_slot(priced.group(), account);
        values.push_back(slot ? priced.value(*slot) : 0);
      }
      add(account_row(opened.account.text(), opened.name, currency, values));
    }
    const auto* groups = priced_in(*currency_);
    if (groups == nullptr) return;
    std::vector<std::int64_t> values;
    for (const portfolio::PricedGroup& priced : *groups) values.push_back(value_of(priced));
    add(account_row("ALL", "", *currency_, values));
  }
  static Row account_row(std::string account, std::string name, core::Currency currency,
                         const std::vector<std::int64_t>& values) {
    std::int64_t total = 0;
    for (const std::int64_t value : values) total += value;
    Row row{std::move(account), std::move(name), currency.text(), core::Money{total, currency}.text()};
    for (std::string& percent : percents_of(values)) row.emplace_back(std::move(percent));
    return row;
  }

  // What somebody holds of one thing: an instrument, or cash.
  struct Line {
    std::string symbol;
    std::string kind;
    core::Int128 quantity = 0;  // millionths; of cash minor units
    std::string price;
    core::Currency currency = core::Currency::of("USD");
    std::int64_t value = 0;
    std::optional<portfolio::Percent> target;
    bool has_value = true;  // false: for want of a price or a rate
  };
  using Lines = std::map<std::pair<bool, std::string>, Line>;  // instruments first, then cash

  void add_lines(const portfolio::PricedGroup& priced, Lines& lines) const {
    const auto accounts = book_.accounts_of(priced.group());
    for (const portfolio::Column& column : priced.columns()) {
      Line& line = lines[{false, column.instrument->symbol.text()}];
      line.symbol = column.instrument->symbol.text();
      line.kind = portfolio::text(column.instrument->type);
      line.price = column.price.price.text(2);
      line.currency = column.instrument->currency;
      for (std::size_t i = 0; i < accounts.size(); ++i) {
        const core::Quantity held = column.held(static_cast<alloc::SlotIndex>(i));
        if (held.raw == 0 || !is_wanted(accounts[i])) continue;
        line.quantity += held.raw;
        line.value += column.worth(held);
      }
    }
    add_unpriced(priced.group(), lines);
    for (const auto& [currency, row] : book_.cash_of(priced.group())) {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < row.by_slot.size(); ++i) {
        if (is_wanted(accounts[i])) sum += row.by_slot[i];
      }
      Line& line = lines[{true, currency.text()}];
      line.symbol = currency.text();
      line.kind = "CASH";
      line.currency = currency;
      line.quantity += sum;
      const auto rate = desk_.rates.find(currency, *currency_, desk_.now, desk_.rules.price_age_max);
      if (rate) line.value += rate->convert(sum, currency, *currency_);
      if (!rate) line.has_value = false;
    }
  }
  void add_unpriced(alloc::GroupIndex group, Lines& lines) const {
    const auto accounts = book_.accounts_of(group);
    for (const auto& [symbol, row] : book_.instruments_of(group)) {
      const InstrumentAdded* instrument = state_.instrument(symbol);
      if (!unpriced_.contains(symbol.text()) || instrument == nullptr) continue;
      Line& line = lines[{false, symbol.text()}];
      line.symbol = symbol.text();
      line.kind = instrument->security_type;
      line.currency = instrument->currency;
      line.has_value = false;
      for (std::size_t i = 0; i < row.by_slot.size(); ++i) {
        if (is_wanted(accounts[i])) line.quantity += row.by_slot[i].quantity.raw;
      }
    }
  }

  void add_rows(const Lines& lines, const std::string& sleeve, bool with_targets) {
    std::vector<std::int64_t> values;
    for (const auto& [key, line] : lines) values.push_back(line.value);
    const std::vector<std::string> percents = percents_of(values);
    std::size_t i = 0;
    std::int64_t total = 0;
    for (const auto& [key, line] : lines) {
      total += line.value;
      const std::string& percent = percents[i++];
      if (line.quantity == 0 && line.value == 0 && !line.target) continue;
      const std::string quantity =
          key.first ? core::format_decimal(line.quantity, line.currency.minor_digits(), line.currency.minor_digits())
                    : core::format_decimal(line.quantity, core::Quantity::decimals, 0);
      Row row;
      if (!sleeve.empty()) row.emplace_back(sleeve);
      for (const std::string& each :
           {line.symbol, line.kind, quantity, line.price, line.currency.text(),
            line.has_value ? money(line.value) : std::string(), line.has_value ? percent : std::string()}) {
        row.emplace_back(each);
      }
      if (with_targets) row.emplace_back(line.target ? line.target->text(2) : "");
      add(std::move(row));
    }
    Row sum;
    if (!sleeve.empty()) sum.emplace_back(sleeve);
    for (const std::string& each :
         {std::string("TOTAL"), std::string(), std::string(), std::string(), currency_->text(), money(total),
          std::string(percents.empty() || percents.front().empty() ? "" : "100.00")}) {
      sum.emplace_back(each);
    }
    if (with_targets) sum.emplace_back("");
    add(std::move(sum));
  }

  void holdings() {
    columns({"symbol", "type", "quantity", "price", "currency", "value", "percent"});
    const auto* groups = priced_in(*currency_);
    if (groups == nullptr) return;
    Lines lines;
    for (const portfolio::PricedGroup& priced : *groups) add_lines(priced, lines);
    add_rows(lines, "", false);
  }

  void by_model() {
    columns({"sleeve", "symbol", "type", "quantity", "price", "currency", "value", "percent"});
    const auto* groups = priced_in(*currency_);
    if (groups == nullptr) return;
    for (const portfolio::PricedGroup& priced : *groups) {
      Lines lines;
      add_lines(priced, lines);
      add_rows(lines, name_of(priced.group()), false);
    }
  }

  void positions() {
    columns({"symbol", "type", "quantity", "price", "currency", "value", "percent", "target"});
    std::vector<core::Symbol> also;
    if (model_ != nullptr) {
      for (const portfolio::Target& target : model_->targets.current().of) also.push_back(target.symbol);
    }
    auto priced = portfolio::PricedGroup::of(desk_, group_, *currency_, also, &unpriced_);
    if (!priced) {
      refuse(priced.error());
      return;
    }
    note_old(*priced);
    Lines lines;
    add_lines(*priced, lines);
    if (model_ != nullptr && !model_->targets.current().is_dynamic()) {
      for (const portfolio::Target& target : model_->targets.current().of) {
        lines[{false, target.symbol.text()}].target = target.percent;
      }
      Line& cash = lines[{true, model_->currency.text()}];
      cash.symbol = model_->currency.text();
      cash.kind = "CASH";
      cash.currency = model_->currency;
      cash.target = model_->targets.current().cash();
    }
    add_rows(lines, "", true);
  }

  void investors() {
    columns({"account", "name", "value", "percent_of_model", "percent_of_account", "cash"});
    const auto* groups = priced_in(*currency_);
    if (groups == nullptr) return;
    const auto of_it = std::find_if(groups->begin(), groups->end(),
                                    [&](const portfolio::PricedGroup& each) { return each.group() == group_; });
    const auto accounts = book_.accounts_of(group_);
    std::vector<std::size_t> shown;
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const auto slot = static_cast<alloc::SlotIndex>(i);
      const bool is_in = of_it->value(slot) != 0 || (model_ != nullptr && model_->stake_of(accounts[i]) != 0);
      if (!is_in && group_ != independent) continue;
      shown.push_back(i);
      values.push_back(of_it->value(slot));
    }
    const std::vector<std::string> percents = percents_of(values);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto slot = static_cast<alloc::SlotIndex>(shown[i]);
      const alloc::AccountIndex account = accounts[shown[i]];
      if (!is_wanted(account)) continue;
      total += values[i];
      if (!is_on_page()) {
        skip();
        continue;
      }
      const AccountOpened& opened = state_.account_of(account);
      add({opened.account.text(), opened.name, money(values[i]), percents[i], part_of_account(account, *groups),
           money(of_it->cash(slot))});
    }
    add({"TOTAL", "", money(total), only_ || percents.empty() || percents.front().empty() ? "" : "100.00", "", ""});
  }
  // The group's percentage among all that the account has.
  [[nodiscard]] std::string part_of_account(alloc::AccountIndex account,
                                            const std::vector<portfolio::PricedGroup>& groups) const {
    std::vector<std::int64_t> values;
    std::size_t at = 0;
    for (const portfolio::PricedGroup& priced : groups) {
      if (priced.group() == group_) at = values.size();
      const auto slot = book_.find_slot(priced.group(), account);
      values.push_back(slot ? priced.value(*slot) : 0);
    }
    return percents_of(values)[at];
  }

  void prices() {
    columns({"symbol", "price", "currency", "time_utc", "source", "age_s", "state"});
    for (const auto& [symbol, instrument] : state_.instruments()) {
      const auto found = desk_.prices.all().find(symbol);
      if (found == desk_.prices.all().end()) {
        add({symbol.text(), "", instrument.currency.text(), "", "", "", "MISSING"});
        continue;
      }
      const auto age = desk_.now - found->second.time;
      const auto age_s = std::chrono::duration_cast<std::chrono::seconds>(age).count();
      add({symbol.text(), found->second.price.text(2), instrument.currency.text(), core::iso_text(found->second.time),
           std::string(portfolio::text(found->second.source)), std::to_string(std::max<std::int64_t>(age_s, 0)),
           age > age_max_ ? "OLD" : "GOOD"});
    }
  }

  const ViewRequest& request_;
  const State& state_;
  portfolio::Desk desk_;
  const alloc::Book& book_;
  std::chrono::nanoseconds age_max_ = desk_.rules.price_age_max;  // what counts for proposals
  std::optional<core::Currency> currency_;
  std::optional<std::set<alloc::AccountIndex>> only_;
  const portfolio::Model* model_ = nullptr;
  alloc::GroupIndex group_{};
  std::map<core::Currency, std::vector<portfolio::PricedGroup>> priced_;
  portfolio::Unpriced unpriced_;
  std::set<std::string> old_;
  Viewed viewed_;
  int seen_ = 0;
};

}  // namespace

Viewed look(const ViewRequest& request, const State& state, const portfolio::Desk& desk) {
  return Viewer(request, state, desk).look();
}

}  // namespace gateway
