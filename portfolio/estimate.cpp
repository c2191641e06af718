#include "portfolio/estimate.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/funds.hpp"
#include "portfolio/valuation.hpp"

namespace portfolio {
namespace {

using core::Int128;

constexpr alloc::GroupIndex independent = alloc::Book::independent();
constexpr Int128 largest = Int128{1} << 58;

class Estimate {
 public:
  Estimate(Proposal& proposal, const Desk& desk, bool has_sold_before)
      : proposal_(proposal), desk_(desk), has_sold_before_(has_sold_before) {}

  [[nodiscard]] core::Result<bool> make() {
    clear();
    if (auto priced = price_quotes(); !priced) return priced;
    move_cash(When::now);
    if (auto traded = trade(true); !traded) return traded;
    move_cash(When::after_sales);
    if (auto traded = trade(false); !traded) return traded;
    move_cash(When::after_orders);
    leave();
    for (std::size_t i = 0; i < proposal_.sleeves.size(); ++i) {
      if (auto valued = value(i); !valued) return valued;
    }
    for (const Shortfall& shortfall : shortfalls(proposal_, desk_)) {
      warn(Warning{WarningKind::cash_short, text(shortfall, desk_), shortfall.account, {}});
    }
    proposal_.hash = fingerprint(proposal_);
    return true;
  }

 private:
  using Place = std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>;

  void clear() {
    std::erase_if(proposal_.orders, [](const BlockOrder& order) { return order.legs.empty(); });
    std::erase_if(proposal_.warnings, [](const Warning& warning) {
      return warning.kind == WarningKind::odd_lot || warning.kind == WarningKind::below_minimum_trade ||
             (warning.kind == WarningKind::cash_short && warning.message.starts_with(shortfall_words));
    });
    for (SleeveLine& line : proposal_.lines) line.traded = {};
    for (SleevePreview& sleeve : proposal_.sleeves) {
      sleeve.fees = 0;
      cash_[{sleeve.group, sleeve.account, sleeve.currency}] = sleeve.cash_before;
    }
    stays_.assign(proposal_.lines.size(), {});
    for (const BlockOrder& order : proposal_.orders) {
      has_sold_before_ = has_sold_before_ || (order.has_gone && core::is_sale(order.side));
    }
  }

  core::Result<bool> price_quotes() {
    for (const Quote& quote : proposal_.quotes) {
      const auto known = desk_.instruments.find(quote.symbol);
      if (known == desk_.instruments.end()) {
        return core::fail(quote.symbol.text(), "there is no record of this instrument; add it first");
      }
      units_.emplace_back();
      if (quote.price.price.raw == 0) continue;
      const core::Result<UnitValue> unit = UnitValue::of(known->second, quote.price.price);
      if (unit) units_.back() = *unit;
    }
    return true;
  }

  core::Result<bool> trade(bool is_sale) {
    for (const BlockOrder& order : proposal_.orders) {
      if (core::is_sale(order.side) != is_sale || order.has_gone) continue;
      const Quote& quote = proposal_.quotes[order.quote];
      if (!units_[order.quote]) return core::fail(quote.symbol.text(), "has no price in this proposal");
      const UnitValue& unit = *units_[order.quote];
      if (!unit.worth(order.quantity())) return beyond(quote.symbol.text());
      for (const Leg& leg : order.legs) {
        const std::int64_t units = leg.quantity.raw / quote.unit.raw;
        const std::int64_t fee = desk_.fees.fee(leg.quantity, quote.currency);
        const std::int64_t net = (is_sale ? unit.proceeds_of(units) : -unit.price_of(units)) - fee;
        const bool leaves = leg.does_money_leave && net > 0;  // what costs more than it brings takes nothing along
        cash_[{leaves ? independent : leg.group, leg.account, quote.currency}] += net;
        if (leaves) brought_[{leg.account, quote.currency}] += net;
        SleevePreview& sleeve = sleeve_of(leg);
        if (quote.currency == sleeve.currency) sleeve.fees += fee;
        const std::size_t line = line_of(sleeve, order.quote);
        const core::Quantity change{is_sale ? -leg.quantity.raw : leg.quantity.raw};
        proposal_.lines[line].traded += change;
        if (quote.currency != sleeve.currency && !leg.does_money_leave) stays_[line] += change;
        warn(small_leg(desk_, quote, leg, unit.price_of(units)));
      }
      warn(odd_lot(desk_, quote, order.quantity()));
      warn_of_lost_legs(order, quote);
    }
    return true;
  }

  // Of a quantity that a person changed.
  void warn_of_lost_legs(const BlockOrder& order, const Quote& quote) {
    for (const Leg& leg : order.proposed) {
      const bool is_there = std::any_of(order.legs.begin(), order.legs.end(), [&](const Leg& each) {
        return each.account == leg.account && each.group == leg.group;
      });
      if (is_there) continue;
      warn(Warning{WarningKind::below_minimum_trade,
                   "trades no " + quote.symbol.text() + " any more: its part of the changed quantity is no whole unit",
                   leg.account, quote.symbol});
    }
  }

  void warn(std::optional<Warning> warning) {
    if (warning) proposal_.warnings.push_back(std::move(*warning));
  }

  [[nodiscard]] SleevePreview& sleeve_of(const Leg& leg) {
    const SleevePreview* sleeve = proposal_.sleeve_of(leg.group, leg.account);
    CHECK(sleeve != nullptr);
    return proposal_.sleeves[static_cast<std::size_t>(sleeve - proposal_.sleeves.data())];
  }

  [[nodiscard]] std::size_t line_of(const SleevePreview& sleeve, std::uint32_t quote) const {
    std::size_t line = sleeve.first_line;
    while (line < sleeve.first_line + sleeve.line_count && proposal_.lines[line].quote != quote) ++line;
    CHECK(line < sleeve.first_line + sleeve.line_count);
    return line;
  }

  // What moves at once was there when it was proposed. What waits for sales is no more than they bring; what those that
  // went out before have brought is not known here.
  void move_cash(When when) {
    for (const CashMove& move : proposal_.cash_moves) {
      if (move.when != when) continue;
      Int128& from = cash_[{move.from, move.account, move.amount.currency}];
      Int128 minor = when == When::now ? move.amount.minor : std::clamp<Int128>(from, 0, move.amount.minor);
      if (when == When::after_sales && !has_sold_before_) {
        Int128& brought = brought_[{move.account, move.amount.currency}];
        minor = std::min(minor, brought);
        brought -= minor;
      }
      from -= minor;
      cash_[{move.to, move.account, move.amount.currency}] += minor;
    }
  }

  // What is still in a sleeve that is left goes to Independent, unless units stay in it.
  void leave() {
    for (const Leaving& leaving : proposal_.leaving) {
      const Model* model = desk_.models.find(leaving.model);
      if (model == nullptr || stays_in(*model, leaving.account)) continue;
      for (auto& [place, minor] : cash_) {
        const auto& [group, account, currency] = place;
        if (group != model->group || account != leaving.account) continue;
        cash_[{independent, account, currency}] += minor;
        minor = 0;
      }
      const SleevePreview* sleeve = proposal_.sleeve_of(model->group, leaving.account);
      if (sleeve == nullptr) continue;
      for (std::uint32_t i = 0; i < sleeve->line_count; ++i) stays_[sleeve->first_line + i] = {};
    }
  }

  [[nodiscard]] bool stays_in(const Model& model, alloc::AccountIndex account) const {
    const SleevePreview* sleeve = proposal_.sleeve_of(model.group, account);
    if (sleeve == nullptr) return false;
    const std::span<const SleeveLine> lines = proposal_.lines_of(*sleeve);
    return std::any_of(lines.begin(), lines.end(), [](const SleeveLine& line) { return line.after().raw != 0; });
  }

  [[nodiscard]] core::Result<Int128> worth(const SleevePreview& sleeve, std::uint32_t place, core::Quantity quantity) {
    if (quantity.raw == 0) return 0;
    const Quote& quote = proposal_.quotes[place];
    if (!units_[place]) return core::fail(quote.symbol.text(), "has no price in this proposal");
    const std::optional<std::int64_t> own = units_[place]->worth(quantity);
    if (!own) return beyond(quote.symbol.text());
    if (quote.currency == sleeve.currency) return *own;
    auto known = rates_.find({quote.currency, sleeve.currency});
    if (known == rates_.end()) {
      const core::Result<Rate> rate =
          desk_.rates.find(quote.currency, sleeve.currency, desk_.now, desk_.rules.price_age_max);
      if (!rate) return core::fail(quote.symbol.text(), rate.error().text());
      known = rates_.emplace(std::pair{quote.currency, sleeve.currency}, *rate).first;
    }
    return known->second.convert(*own, quote.currency, sleeve.currency);
  }

  core::Result<bool> value(std::size_t place) {
    SleevePreview& sleeve = proposal_.sleeves[place];
    const std::string& account = desk_.book.account_id(sleeve.account).text();
    const Int128 cash = cash_.at({sleeve.group, sleeve.account, sleeve.currency});
    if (cash > largest || cash < -largest) return beyond(account);
    sleeve.cash_after = static_cast<std::int64_t>(cash);
    sleeve.value_after.reset();
    const auto lines = std::span(proposal_.lines).subspan(sleeve.first_line, sleeve.line_count);
    for (SleeveLine& line : lines) line.share_after = {};
    if (!sleeve.value_before) return true;
    Int128 value = *sleeve.value_before + cash - sleeve.cash_before;
    std::vector<std::int64_t> worths;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const SleeveLine& line = lines[i];
      const core::Result<Int128> before = worth(sleeve, line.quote, line.before);
      const core::Result<Int128> after = worth(sleeve, line.quote, line.after());
      const core::Result<Int128> stays = worth(sleeve, line.quote, stays_[sleeve.first_line + i]);
      for (const auto* each : {&before, &after, &stays}) {
        if (!*each) return tl::unexpected<core::Error>(each->error());
      }
      value += *after - *before - *stays;
      worths.push_back(static_cast<std::int64_t>(*after));
    }
    if (value > largest || value < -largest) return beyond(account);
    sleeve.value_after = static_cast<std::int64_t>(value);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].share_after = share_of(worths[i], *sleeve.value_after);
    return true;
  }

  [[nodiscard]] static tl::unexpected<core::Error> beyond(const std::string& what) {
    return core::fail(what, "comes to more than any amount that is booked here");
  }

  Proposal& proposal_;
  const Desk& desk_;
  bool has_sold_before_;
  std::vector<std::optional<UnitValue>> units_;                               // by quote; none: without a price
  std::map<std::pair<alloc::AccountIndex, core::Currency>, Int128> brought_;  // to Independent, by sales
  std::map<Place, Int128> cash_;       // of sleeves with a preview, and of those that something comes to
  std::vector<core::Quantity> stays_;  // by line, what is traded for foreign money that stays in the sleeve
  std::map<std::pair<core::Currency, core::Currency>, Rate> rates_;
};

}  // namespace

core::Result<bool> estimate_anew(Proposal& proposal, const Desk& desk, bool has_sold_before) {
  return Estimate(proposal, desk, has_sold_before).make();
}

}  // namespace portfolio
