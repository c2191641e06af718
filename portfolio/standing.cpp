#include "portfolio/standing.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "portfolio/draft.hpp"
#include "portfolio/valuation.hpp"

namespace portfolio {
namespace {

constexpr std::int64_t largest_value = std::int64_t{1} << 58;

using Sleeve = std::pair<alloc::GroupIndex, alloc::AccountIndex>;

// What apply() has brought into each sleeve and model; out of it, where it is below zero.
class Done {
 public:
  explicit Done(const Proposal& proposal) {
    for (const CashMove& move : proposal.cash_moves) {
      if (move.when != When::now) continue;
      cash_[{{move.from, move.account}, move.amount.currency}] -= move.amount.minor;
      cash_[{{move.to, move.account}, move.amount.currency}] += move.amount.minor;
    }
    for (const UnitsMove& move : proposal.unit_moves) {
      if (move.when != When::now) continue;
      const core::Symbol& symbol = proposal.quotes[move.quote].symbol;
      units_[{{move.from, move.account}, symbol}] -= move.quantity;
      units_[{{move.to, move.account}, symbol}] += move.quantity;
    }
    for (const StakeChange& stake : proposal.stakes) stakes_[stake.model] += stake.by;
    if (proposal.orders.empty()) closed_ = proposal.closes;
  }
  Done() = default;

  [[nodiscard]] std::int64_t cash(Sleeve sleeve, core::Currency currency) const {
    const auto found = cash_.find({sleeve, currency});
    return found == cash_.end() ? 0 : found->second;
  }
  [[nodiscard]] core::Quantity units(Sleeve sleeve, const core::Symbol& symbol) const {
    if (units_.empty()) return {};
    const auto found = units_.find({sleeve, symbol});
    return found == units_.end() ? core::Quantity{} : found->second;
  }
  [[nodiscard]] std::int64_t stakes(const core::ModelCode& model) const {
    const auto found = stakes_.find(model);
    return found == stakes_.end() ? 0 : found->second;
  }
  [[nodiscard]] bool has_closed(const core::ModelCode& model) const { return closed_ == model; }

 private:
  std::map<std::pair<Sleeve, core::Currency>, std::int64_t> cash_;
  std::map<std::pair<Sleeve, core::Symbol>, core::Quantity> units_;
  std::map<core::ModelCode, std::int64_t> stakes_;
  std::optional<core::ModelCode> closed_;
};

class Standing {
 public:
  Standing(const Proposal& previewed, const Desk& desk, bool is_applied)
      : desk_(desk), now_(previewed), done_(is_applied ? Done(previewed) : Done()) {}

  [[nodiscard]] core::Result<Proposal> take() && {
    if (auto priced = renew_quotes(); !priced) return tl::unexpected<core::Error>(priced.error());
    renew_models();
    if (auto renewed = renew_sleeves(); !renewed) return tl::unexpected<core::Error>(renewed.error());
    now_.hash = fingerprint(now_);
    return std::move(now_);
  }

 private:
  core::Result<bool> renew_quotes() {
    for (std::uint32_t place = 0; place < now_.quotes.size(); ++place) {
      Quote& quote = now_.quotes[place];
      place_of_.emplace(quote.symbol, place);
      units_.emplace_back();
      if (quote.price.price.raw == 0) continue;
      const core::Result<DatedPrice> price = desk_.prices.find(quote.symbol, desk_.now, desk_.rules.price_age_max);
      if (!price) return tl::unexpected<core::Error>(price.error());
      quote.price = *price;
      const auto known = desk_.instruments.find(quote.symbol);
      if (known == desk_.instruments.end()) {
        return core::fail(quote.symbol.text(), "there is no record of this instrument; add it first");
      }
      if (quote.knows_factor()) quote.factor = known->second.money_factor();
      const core::Result<UnitValue> unit = UnitValue::of(known->second, price->price);
      if (unit) units_.back() = *unit;
      if (!unit && now_.operation != Operation::remove) return tl::unexpected<core::Error>(unit.error());
    }
    return true;
  }

  void renew_models() {
    std::vector<ModelBasis> models;
    for (const ModelBasis& was : now_.models) {
      const Model* model = desk_.models.find(was.model);
      if (model != nullptr) {
        models.push_back({was.model, model->targets.number(), model->total_stake() - done_.stakes(was.model)});
      } else if (done_.has_closed(was.model)) {
        models.push_back(was);
      }
    }
    now_.models = std::move(models);
  }

  core::Result<bool> renew_sleeves() {
    std::vector<SleeveLine> lines;
    lines.reserve(now_.lines.size());
    const SleevePreview* before = nullptr;
    for (SleevePreview& sleeve : now_.sleeves) {
      const Sleeve place{sleeve.group, sleeve.account};
      const bool is_first = before == nullptr || place != Sleeve{before->group, before->account};
      before = &sleeve;
      slot_ = desk_.book.find_slot(sleeve.group, sleeve.account);
      sleeve.cash_before = cash(sleeve, sleeve.currency);
      sleeve.cash_free = sleeve.cash_before;
      if (slot_) sleeve.cash_free -= desk_.working.spending_of(sleeve.group, sleeve.currency, *slot_);
      const auto first = static_cast<std::uint32_t>(lines.size());
      for (const SleeveLine& was : now_.lines_of(sleeve)) lines.push_back(renewed(sleeve, was));
      if (is_first && sleeve.group != alloc::Book::independent()) add_new_lines(sleeve, lines);
      sleeve.first_line = first;
      sleeve.line_count = static_cast<std::uint32_t>(lines.size()) - first;
      if (!sleeve.value_before) continue;
      if (auto valued = renew_value(sleeve, std::span(lines).subspan(first)); !valued) return valued;
    }
    now_.lines = std::move(lines);
    return true;
  }

  [[nodiscard]] std::int64_t cash(const SleevePreview& sleeve, core::Currency currency) const {
    if (!slot_) return 0;
    return desk_.book.cash(sleeve.group, currency, *slot_) - done_.cash({sleeve.group, sleeve.account}, currency);
  }

  [[nodiscard]] core::Quantity held(const SleevePreview& sleeve, const core::Symbol& symbol) const {
    if (!slot_) return {};
    return desk_.book.holding(sleeve.group, symbol, *slot_).quantity -
           done_.units({sleeve.group, sleeve.account}, symbol);
  }

  [[nodiscard]] SleeveLine renewed(const SleevePreview& sleeve, SleeveLine line) const {
    const Quote& quote = now_.quotes[line.quote];
    line.before = held(sleeve, quote.symbol);
    const std::span<const std::int64_t> selling = desk_.working.selling_of(sleeve.group, quote.symbol);
    const std::size_t at = slot_ ? static_cast<std::size_t>(*slot_) : selling.size();
    const std::int64_t busy = at < selling.size() ? selling[at] : 0;
    // What is moved goes with its fraction of a unit; what is sold is whole units.
    const bool is_moved = now_.operation == Operation::remove || sleeve.group == alloc::Book::independent();
    const std::int64_t all = is_moved ? line.before.raw : line.before.raw / quote.unit.raw * quote.unit.raw;
    line.free = core::Quantity{std::max<std::int64_t>(all - busy * quote.unit.raw, 0)};
    return line;
  }

  // A sleeve with previews in several currencies has its lines in one of them.
  void add_new_lines(const SleevePreview& sleeve, std::vector<SleeveLine>& lines) {
    const Sleeve place{sleeve.group, sleeve.account};
    const auto has_line = [&](const core::Symbol& symbol) {
      for (const SleevePreview* each = &sleeve; each != now_.sleeves.data() + now_.sleeves.size(); ++each) {
        if (Sleeve{each->group, each->account} != place) return false;
        const std::span<const SleeveLine> of = now_.lines_of(*each);
        const auto is_of = [&](const SleeveLine& line) { return now_.quotes[line.quote].symbol == symbol; };
        if (std::any_of(of.begin(), of.end(), is_of)) return true;
      }
      return false;
    };
    for (const auto& [symbol, row] : desk_.book.instruments_of(sleeve.group)) {
      if (held(sleeve, symbol).raw == 0 || has_line(symbol)) continue;
      SleeveLine line;
      line.quote = place_of(symbol, row.currency);
      lines.push_back(renewed(sleeve, line));
    }
  }

  std::uint32_t place_of(const core::Symbol& symbol, core::Currency currency) {
    const auto [at, is_new] = place_of_.try_emplace(symbol, static_cast<std::uint32_t>(now_.quotes.size()));
    if (!is_new) return at->second;
    Quote quote{.symbol = symbol, .currency = currency, .unit = core::Quantity::whole(1), .price = {}};
    units_.emplace_back();
    if (const auto known = desk_.instruments.find(symbol); known != desk_.instruments.end()) {
      quote.unit = known->second.unit;
      quote.factor = known->second.money_factor();
      const core::Result<DatedPrice> price = desk_.prices.find(symbol, desk_.now, desk_.rules.price_age_max);
      const core::Result<UnitValue> unit = UnitValue::of(known->second, price ? price->price : core::Price{});
      if (price && unit) {
        quote.price = *price;
        units_.back() = *unit;
      }
    }
    now_.quotes.push_back(std::move(quote));
    return at->second;
  }

  core::Result<std::int64_t> converted(std::int64_t minor, core::Currency from, core::Currency to) {
    if (from == to) return minor;
    auto known = rates_.find({from, to});
    if (known == rates_.end()) {
      const core::Result<Rate> rate = desk_.rates.find(from, to, desk_.now, desk_.rules.price_age_max);
      if (!rate) return tl::unexpected<core::Error>(rate.error());
      known = rates_.emplace(std::pair{from, to}, *rate).first;
    }
    return known->second.convert(minor, from, to);
  }

  // As PricedGroup values a sleeve.
  core::Result<bool> renew_value(SleevePreview& sleeve, std::span<SleeveLine> lines) {
    const auto beyond = [&] {
      return core::fail(desk_.book.account_id(sleeve.account).text(), "holds more than any amount that is booked here");
    };
    core::Int128 value = sleeve.cash_before;
    for (const auto& [currency, row] : desk_.book.cash_of(sleeve.group)) {
      const std::int64_t minor = currency == sleeve.currency ? 0 : cash(sleeve, currency);
      if (minor == 0) continue;
      if (minor > largest_value || minor < -largest_value) return beyond();
      const core::Result<std::int64_t> here = converted(minor, currency, sleeve.currency);
      if (!here) return tl::unexpected<core::Error>(here.error());
      value += *here;
    }
    std::vector<std::int64_t> worths;
    bool is_known = true;
    for (const SleeveLine& line : lines) {
      const Quote& quote = now_.quotes[line.quote];
      worths.push_back(0);
      is_known = is_known && (line.before.raw == 0 || units_[line.quote]);
      if (!units_[line.quote]) continue;
      const std::optional<std::int64_t> own = units_[line.quote]->worth(line.before);
      if (!own) return beyond();
      const core::Result<std::int64_t> here = converted(*own, quote.currency, sleeve.currency);
      if (!here) return core::fail(quote.symbol.text(), here.error().text());
      worths.back() = *here;
      value += *here;
    }
    if (value > largest_value || value < -largest_value) return beyond();
    const auto minor = static_cast<std::int64_t>(value);
    sleeve.value_before = is_known ? std::optional(minor) : std::nullopt;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i].share_before = is_known ? share_of(worths[i], minor) : Percent{};
    }
    return true;
  }

  const Desk& desk_;
  Proposal now_;
  Done done_;
  std::map<core::Symbol, std::uint32_t> place_of_;
  std::vector<std::optional<UnitValue>> units_;  // by quote; none: without a price
  std::map<std::pair<core::Currency, core::Currency>, Rate> rates_;
  std::optional<alloc::SlotIndex> slot_;  // of the sleeve that is looked at
};

}  // namespace

core::Result<Proposal> standing_now(const Proposal& previewed, const Desk& desk, bool is_applied) {
  return Standing(previewed, desk, is_applied).take();
}

}  // namespace portfolio
