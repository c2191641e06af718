#include "portfolio/funds.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace portfolio {
namespace {

using core::Int128;
using Place = std::tuple<alloc::GroupIndex, alloc::AccountIndex, core::Currency>;

std::optional<UnitValue> unit_of(const Quote& quote, core::Price price, const Desk& desk) {
  const auto known = desk.instruments.find(quote.symbol);
  if (known == desk.instruments.end() || price.raw <= 0) return std::nullopt;
  const core::Result<UnitValue> unit = UnitValue::of(known->second, price);
  return unit ? std::optional(*unit) : std::nullopt;
}

class Funds {
 public:
  Funds(const Proposal& proposal, const Desk& desk) : proposal_(proposal), desk_(desk) {
    for (const SleevePreview& sleeve : proposal.sleeves) {
      left_[{sleeve.group, sleeve.account, sleeve.currency}] = sleeve.cash_free;
    }
    for (const CashMove& move : proposal.cash_moves) {
      if (move.when != When::now && move.when != When::after_sales) continue;
      left_[{move.from, move.account, move.amount.currency}] -= move.amount.minor;
      left_[{move.to, move.account, move.amount.currency}] += move.amount.minor;
    }
    for (const BlockOrder& order : proposal.orders) {
      if (core::is_sale(order.side) && !order.has_gone) sell(order);
    }
  }

  // What it costs is no more than can be written, which was checked when it was entered.
  void buy(const BlockOrder& order) {
    const Quote& quote = proposal_.quotes[order.quote];
    const auto unit = unit_of(quote, order.limit.value_or(quote.price.price), desk_);
    if (!unit) return;
    for (const Leg& leg : order.legs) {
      const Place place{leg.group, leg.account, quote.currency};
      const Int128 units = leg.quantity.raw / quote.unit.raw;
      left_[place] -=
          (units * unit->num() + unit->den() - 1) / unit->den() + desk_.fees.fee(leg.quantity, quote.currency);
      buys_.insert(place);
    }
  }

  [[nodiscard]] std::vector<Shortfall> short_of() const {
    std::vector<Shortfall> all;
    for (const Place& place : buys_) {
      const Int128 left = left_.at(place);
      const auto& [group, account, currency] = place;
      if (left < 0) {
        const Int128 most = Int128{1} << 62;
        all.push_back({group, account, {static_cast<std::int64_t>(std::min(-left, most)), currency}});
      }
    }
    return all;
  }

 private:
  void sell(const BlockOrder& order) {
    const Quote& quote = proposal_.quotes[order.quote];
    const auto unit = unit_of(quote, quote.price.price, desk_);
    if (!unit) return;
    for (const Leg& leg : order.legs) {
      if (leg.does_money_leave) continue;
      left_[{leg.group, leg.account, quote.currency}] +=
          unit->proceeds_of(leg.quantity.raw / quote.unit.raw) - desk_.fees.fee(leg.quantity, quote.currency);
    }
  }

  const Proposal& proposal_;
  const Desk& desk_;
  std::map<Place, Int128> left_;
  std::set<Place> buys_;
};

}  // namespace

std::string text(const Shortfall& shortfall, const Desk& desk) {
  const core::ModelCode& model = desk.book.group_code(shortfall.group);
  return std::string(shortfall_words) + shortfall.missing.text() + " " + shortfall.missing.currency.text() +
         " more than it has in " + (model.empty() ? "Independent" : model.text()) + ", sales included";
}

std::vector<Shortfall> shortfalls(const Proposal& proposal, const Desk& desk,
                                  std::optional<std::span<const std::size_t>> places) {
  Funds funds(proposal, desk);
  for (std::size_t i = 0; i < proposal.orders.size(); ++i) {
    const BlockOrder& order = proposal.orders[i];
    const bool counts = places ? std::find(places->begin(), places->end(), i) != places->end() : !order.has_gone;
    if (counts && order.side == core::Side::buy) funds.buy(order);
  }
  return funds.short_of();
}

}  // namespace portfolio
