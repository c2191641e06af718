#include "portfolio/proposal_changes.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace portfolio {
namespace {

class Comparison {
 public:
  Comparison(const Proposal& before, const Proposal& now, const alloc::Book& book)
      : before_(before), now_(now), book_(book) {}

  void compare_prices(Percent tolerance) {
    std::map<core::Symbol, const Quote*> new_quotes;
    for (const Quote& quote : now_.quotes) new_quotes[quote.symbol] = &quote;
    for (const Quote& quote : before_.quotes) {
      const auto found = new_quotes.find(quote.symbol);
      if (found == new_quotes.end()) continue;  // then no sleeve holds it any more, which is told below
      const Quote& now = *found->second;
      if (quote.knows_factor() && quote.factor != now.factor) {
        add(Moved::What::price, "the multiplier of " + quote.symbol.text() + " is another one now");
      }
      const core::Int128 old_price = quote.price.price.raw;
      const core::Int128 new_price = now.price.price.raw;
      const core::Int128 off = new_price > old_price ? new_price - old_price : old_price - new_price;
      if (off * all_of_it.raw <= old_price * tolerance.raw) continue;
      add(Moved::What::price, "the price of " + quote.symbol.text() + " was " + quote.price.price.text() + " and is " +
                                  now.price.price.text());
    }
  }

  void compare_models() {
    for (const ModelBasis& model : before_.models) {
      const auto same = std::find_if(now_.models.begin(), now_.models.end(),
                                     [&](const ModelBasis& each) { return each.model == model.model; });
      if (same == now_.models.end()) {
        add(Moved::What::sleeves, model.model.text() + " is no part of it any more");
        continue;
      }
      if (same->targets_version != model.targets_version) {
        add(Moved::What::targets, "the targets of " + model.model.text() + " were version " +
                                      std::to_string(model.targets_version) + " and are version " +
                                      std::to_string(same->targets_version));
      }
      if (same->total_stake != model.total_stake) {
        add(Moved::What::stakes, "the stakes in " + model.model.text() + " have changed");
      }
    }
  }

  // Independent is shown as far as something moves from or to it, so what only one of the two shows has not moved.
  void compare_sleeves() {
    using Key = std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>;
    const auto key = [](const SleevePreview& each) { return Key{each.group, each.account, each.currency}; };
    std::map<Key, const SleevePreview*> new_sleeves;
    for (const SleevePreview& sleeve : now_.sleeves) new_sleeves.emplace(key(sleeve), &sleeve);
    for (const SleevePreview& sleeve : before_.sleeves) {
      const auto found = new_sleeves.find(key(sleeve));
      if (found == new_sleeves.end()) {
        if (sleeve.group == alloc::Book::independent()) continue;
        add(Moved::What::sleeves, name(sleeve) + " is no part of it any more");
        continue;
      }
      compare_sleeve(sleeve, *found->second);
      new_sleeves.erase(found);
    }
    for (const auto& [place, sleeve] : new_sleeves) {
      if (sleeve->group == alloc::Book::independent()) continue;
      add(Moved::What::sleeves, name(*sleeve) + " is a part of it now");
    }
  }

  std::vector<Moved> take() { return std::move(moved_); }

 private:
  void add(Moved::What what, std::string text) { moved_.push_back({what, std::move(text)}); }

  [[nodiscard]] std::string name(const SleevePreview& sleeve) const {
    const core::ModelCode& model = book_.group_code(sleeve.group);
    return book_.account_id(sleeve.account).text() + " in " + (model.empty() ? "Independent" : model.text());
  }

  void compare_sleeve(const SleevePreview& was, const SleevePreview& is) {
    if (was.cash_before != is.cash_before || was.cash_free != is.cash_free) {
      const auto shown = [&](std::int64_t minor) { return core::Money{minor, was.currency}.text(); };
      add(Moved::What::cash, name(was) + " had " + shown(was.cash_before) + " " + was.currency.text() + " of cash, " +
                                 shown(was.cash_free) + " free, and has " + shown(is.cash_before) + ", " +
                                 shown(is.cash_free) + " free");
    }
    using Held = std::pair<core::Quantity, core::Quantity>;  // in all, and free
    std::map<core::Symbol, std::pair<std::optional<Held>, std::optional<Held>>> both;
    for (const SleeveLine& line : before_.lines_of(was)) {
      both[before_.quotes[line.quote].symbol].first = Held{line.before, line.free};
    }
    for (const SleeveLine& line : now_.lines_of(is)) {
      both[now_.quotes[line.quote].symbol].second = Held{line.before, line.free};
    }
    for (const auto& [symbol, held] : both) {
      const bool is_independent = was.group == alloc::Book::independent();
      if (is_independent && (!held.first || !held.second)) continue;
      const Held old_held = held.first.value_or(Held{});
      const Held new_held = held.second.value_or(Held{});
      if (old_held == new_held) continue;
      add(Moved::What::holding, name(was) + " held " + old_held.first.text() + " " + symbol.text() + ", " +
                                    old_held.second.text() + " free, and holds " + new_held.first.text() + ", " +
                                    new_held.second.text() + " free");
    }
  }

  const Proposal& before_;
  const Proposal& now_;
  const alloc::Book& book_;
  std::vector<Moved> moved_;
};

}  // namespace

std::string_view text(Moved::What what) {
  switch (what) {
    case Moved::What::price: return "price";
    case Moved::What::holding: return "holding";
    case Moved::What::cash: return "cash";
    case Moved::What::targets: return "targets";
    case Moved::What::stakes: return "stakes";
    case Moved::What::sleeves: return "sleeves";
  }
  return "";
}

std::vector<Moved> what_moved(const Proposal& previewed, const Proposal& now, Percent tolerance,
                              const alloc::Book& book) {
  if (previewed.hash == now.hash) return {};
  Comparison comparison(previewed, now, book);
  comparison.compare_prices(tolerance);
  comparison.compare_models();
  comparison.compare_sleeves();
  return comparison.take();
}

}  // namespace portfolio
