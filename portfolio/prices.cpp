#include "portfolio/prices.hpp"

#include <string>

#include "core/check.hpp"

namespace portfolio {
namespace {

std::string age_text(std::chrono::nanoseconds age) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  if (seconds < 120) return std::to_string(seconds) + " seconds";
  if (seconds < 7'200) return std::to_string(seconds / 60) + " minutes";
  if (seconds < 172'800) return std::to_string(seconds / 3'600) + " hours";
  return std::to_string(seconds / 86'400) + " days";
}

std::string too_old(core::Time time, core::Time now, std::chrono::nanoseconds age_max) {
  return "is of " + core::iso_text(time).substr(0, 19) + "Z, " + age_text(now - time) +
         " ago; the oldest that counts is " + age_text(age_max) + " old";
}

}  // namespace

std::string_view text(PriceSource source) {
  switch (source) {
    case PriceSource::broker: return "broker";
    case PriceSource::last_fill: return "last fill";
    case PriceSource::file: return "file";
  }
  return "";
}

void Prices::set(const core::Symbol& symbol, DatedPrice price) {
  const auto [at, is_new] = prices_.try_emplace(symbol, price);
  if (!is_new && price.time >= at->second.time) at->second = price;
}

core::Result<DatedPrice> Prices::find(const core::Symbol& symbol, core::Time now,
                                      std::chrono::nanoseconds age_max) const {
  const auto found = prices_.find(symbol);
  if (found == prices_.end()) return core::fail(symbol.text(), "there is no price of it; one must come in first");
  const DatedPrice& price = found->second;
  if (price.price.raw <= 0) {
    return core::fail(symbol.text(), "its price is " + price.price.text() + "; it must be above zero");
  }
  if (now - price.time > age_max) return core::fail(symbol.text(), "its price " + too_old(price.time, now, age_max));
  return price;
}

std::int64_t Rate::convert(std::int64_t minor, core::Currency from, core::Currency to) const {
  core::Int128 above = num;
  core::Int128 below = den;
  for (int i = from.minor_digits(); i < to.minor_digits(); ++i) above *= 10;
  for (int i = to.minor_digits(); i < from.minor_digits(); ++i) below *= 10;
  const core::Int128 product = above * minor;
  const core::Int128 rounded = product >= 0 ? (product + below / 2) / below : -((-product + below / 2) / below);
  CHECK(rounded <= INT64_MAX && rounded >= INT64_MIN);
  return static_cast<std::int64_t>(rounded);
}

void Rates::set(core::Currency from, core::Currency to, DatedPrice price) {
  CHECK(from != to && price.price.raw > 0);
  const auto [at, is_new] = rates_.try_emplace(std::pair{from, to}, price);
  if (!is_new && price.time >= at->second.time) at->second = price;
}

core::Result<Rate> Rates::find(core::Currency from, core::Currency to, core::Time now,
                               std::chrono::nanoseconds age_max) const {
  if (from == to) return Rate{};
  const auto direct = rates_.find({from, to});
  const auto inverse = rates_.find({to, from});
  const std::string pair = from.text() + " to " + to.text();
  if (direct == rates_.end() && inverse == rates_.end()) {
    return core::fail(pair, "there is no rate; one must come in first");
  }
  const bool use_direct =
      inverse == rates_.end() || (direct != rates_.end() && direct->second.time >= inverse->second.time);
  const DatedPrice& price = use_direct ? direct->second : inverse->second;
  if (now - price.time > age_max) return core::fail(pair, "the rate " + too_old(price.time, now, age_max));
  const std::int64_t one = core::Price::one().raw;
  return use_direct ? Rate{price.price.raw, one} : Rate{one, price.price.raw};
}

}  // namespace portfolio
