#include "portfolio/targets.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/check.hpp"

namespace portfolio {
namespace {

core::Result<Percent> parse_percent(const TargetRow& row, const std::string& place, const Instrument& instrument) {
  core::Result<Percent> percent = Percent::parse(row.percent);
  if (!percent) {
    return core::fail(place,
                      "'" + row.percent.substr(0, 24) + "' is no percentage such as 12.5, with 4 decimals at most");
  }
  if (*percent > all_of_it || *percent < Percent{} - all_of_it) {
    return core::fail(
        place, "is " + percent->text() + "; a target is " + (instrument.is_shortable ? "-100" : "0") + " to 100");
  }
  if (percent->raw < 0 && !instrument.is_shortable) {
    return core::fail(place, "is " + percent->text() + ", and " + row.symbol + " cannot be sold short");
  }
  return percent;
}

}  // namespace

Percent Targets::cash() const {
  Percent left = all_of_it;
  for (const Target& target : of) left -= target.percent;
  return left;
}

core::Result<Targets> parse_targets(std::span<const TargetRow> rows, const Instruments& instruments,
                                    core::Currency currency, core::Time now) {
  std::map<core::Symbol, Percent> by_symbol;
  Percent sum;
  bool all_zero = true;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const core::Symbol symbol(rows[i].symbol);
    const std::string place =
        !rows[i].place.empty() ? rows[i].place : "targets[" + std::to_string(i) + "], " + symbol.text().substr(0, 32);
    const auto found = instruments.find(symbol);
    if (found == instruments.end()) return core::fail(place, "there is no such instrument on this desk");
    const Instrument& instrument = found->second;
    const core::Result<Percent> percent = parse_percent(rows[i], place, instrument);
    if (!percent) return tl::unexpected<core::Error>(percent.error());
    if (instrument.currency != currency) {
      return core::fail(
          place, "trades in " + instrument.currency.text() + ", and the cash of the model is in " + currency.text());
    }
    if (percent->raw != 0 && instrument.has_expired(now)) {
      return core::fail(place, "was last traded on " + instrument.last_trading_date);
    }
    if (!by_symbol.emplace(symbol, *percent).second) return core::fail(place, "is there twice");
    sum += *percent;
    all_zero = all_zero && percent->raw == 0;
  }
  if (sum > all_of_it) {
    return core::fail("targets", "sum to " + sum.text() + "; 100 is the most, and cash is what they leave of it");
  }
  Targets targets;
  if (all_zero) return targets;
  for (const auto& [symbol, percent] : by_symbol) targets.of.push_back({symbol, percent});
  return targets;
}

void TargetsHistory::add(core::Time time, std::string who, std::string why, Targets targets) {
  CHECK(versions_.empty() || versions_.back().time <= time);
  versions_.push_back({number() + 1, time, std::move(who), std::move(why), std::move(targets)});
}

const Targets& TargetsHistory::current() const {
  static const Targets none;
  return versions_.empty() ? none : versions_.back().targets;
}

const TargetsVersion* TargetsHistory::at(core::Time time) const {
  const auto after = std::upper_bound(versions_.begin(), versions_.end(), time,
                                      [](core::Time t, const TargetsVersion& version) { return t < version.time; });
  return after == versions_.begin() ? nullptr : &*std::prev(after);
}

std::vector<TargetChange> changes(const Targets& before, const Targets& after) {
  std::map<core::Symbol, std::pair<Percent, Percent>> both;
  for (const Target& target : before.of) both[target.symbol].first = target.percent;
  for (const Target& target : after.of) both[target.symbol].second = target.percent;
  std::vector<TargetChange> result;
  for (const auto& [symbol, percents] : both) {
    if (percents.first != percents.second) result.push_back({symbol, percents.first, percents.second});
  }
  return result;
}

}  // namespace portfolio
