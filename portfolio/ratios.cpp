#include "portfolio/ratios.hpp"

#include <algorithm>
#include <string>

namespace portfolio {
namespace {

constexpr std::int64_t billionths = 1'000'000'000;

core::Result<Ratios> ratios_held(const Desk& desk, const Model& model) {
  const core::Result<PricedGroup> priced = PricedGroup::of(desk, model.group, model.currency);
  if (!priced) return tl::unexpected<core::Error>(priced.error());
  Ratios ratios;
  if (priced->columns().empty()) return ratios;
  if (priced->total() <= 0) {
    return core::fail(model.code.text(), "is worth nothing, so its holdings have no proportions; set targets");
  }
  ratios.source = Ratios::Source::held;
  ratios.scale = billionths;
  for (std::size_t i = 0; i < priced->columns().size(); ++i) {
    const Column& column = priced->columns()[i];
    const std::string& symbol = column.instrument->symbol.text();
    const core::Int128 weight = static_cast<core::Int128>(priced->total_of(i)) * billionths / priced->total();
    if (weight == 0) continue;
    if (weight > billionths * 100 || weight < -billionths * 100) {
      return core::fail(model.code.text(), "holds more than a hundred times what it is worth of " + symbol);
    }
    if (column.is_foreign) {
      return core::fail(model.code.text(), "holds " + symbol + ", which trades in " +
                                               column.instrument->currency.text() + " and cannot be bought with its " +
                                               model.currency.text() + "; set targets");
    }
    if (column.has_expired) {
      return core::fail(model.code.text(), "holds " + symbol + ", which was last traded on " +
                                               column.instrument->last_trading_date + "; set targets");
    }
    if (weight < 0 && !column.instrument->is_shortable) {
      return core::fail(model.code.text(), "is short " + symbol + ", which cannot be sold short; set targets");
    }
    ratios.parts.push_back({column.instrument->symbol, static_cast<std::int64_t>(weight)});
  }
  return ratios;
}

}  // namespace

std::int64_t Ratios::weight_of(const core::Symbol& symbol) const {
  const auto part = std::lower_bound(parts.begin(), parts.end(), symbol,
                                     [](const Part& each, const core::Symbol& wanted) { return each.symbol < wanted; });
  return part == parts.end() || part->symbol != symbol ? 0 : part->weight;
}

std::vector<core::Symbol> Ratios::symbols() const {
  std::vector<core::Symbol> result;
  result.reserve(parts.size());
  for (const Part& part : parts) result.push_back(part.symbol);
  return result;
}

core::Result<Ratios> ratios_of_targets(const Desk& desk, const Model& model) {
  Ratios ratios{.source = Ratios::Source::targets, .scale = all_of_it.raw, .parts = {}};
  for (const Target& target : model.targets.current().of) {
    if (target.percent.raw == 0) continue;
    const auto known = desk.instruments.find(target.symbol);
    if (known == desk.instruments.end()) {
      return core::fail(target.symbol.text(), "there is no record of this instrument; add it first");
    }
    if (known->second.has_expired(desk.now)) {
      return core::fail(target.symbol.text(), "is a target of " + model.code.text() + " and was last traded on " +
                                                  known->second.last_trading_date + "; change the targets");
    }
    if (target.percent.raw < 0 && !known->second.is_shortable) {
      return core::fail(target.symbol.text(), "is a target of " + model.code.text() + " below zero, " +
                                                  target.percent.text() +
                                                  ", and cannot be sold short; change the targets");
    }
    ratios.parts.push_back({target.symbol, target.percent.raw});
  }
  return ratios;
}

core::Result<Ratios> ratios_for_new_money(const Desk& desk, const Model& model) {
  return model.targets.current().is_dynamic() ? ratios_held(desk, model) : ratios_of_targets(desk, model);
}

}  // namespace portfolio
