#include "alloc/parts.hpp"

#include <limits>
#include <utility>

#include "alloc/largest_remainder.hpp"
#include "core/check.hpp"

namespace alloc {

BlockParts::BlockParts(std::shared_ptr<const ShareTable> shares, std::uint64_t tie_seed, core::Quantity unit,
                       core::Currency currency, core::MoneyFactor factor)
    : split_(std::move(shares), tie_seed),
      unit_(unit),
      currency_(currency),
      factor_(factor),
      parts_(split_.weights().size()) {
  CHECK(unit.raw > 0 && factor.num > 0 && factor.den > 0);
}

BlockParts::BlockParts(std::vector<std::int64_t> weights, std::uint64_t tie_seed, core::Quantity unit,
                       core::Currency currency, core::MoneyFactor factor)
    : BlockParts(std::make_shared<const ShareTable>(std::move(weights)), tie_seed, unit, currency, factor) {}

BlockParts::BlockParts(Split split, core::Quantity unit, core::Currency currency, core::MoneyFactor factor,
                       Totals totals)
    : split_(std::move(split)),
      unit_(unit),
      currency_(currency),
      factor_(factor),
      notional_(totals.notional),
      commission_(totals.commission),
      parts_(split_.units().size()) {
  CHECK(unit.raw > 0 && factor.num > 0 && factor.den > 0 && split_.filled() == totals.units);
  if (is_retired() || totals.units == 0) return;
  is_settled_ = false;
  static_cast<void>(settle());
}

void BlockParts::retire() {
  CHECK(is_settled_);
  split_.retire();
  parts_ = {};
}

void BlockParts::fill(core::Quantity quantity, core::Price price, core::Amount commission) {
  CHECK(quantity.raw > 0 && quantity.raw % unit_.raw == 0 && price.raw >= 0);
  CHECK(quantity.raw <= std::numeric_limits<std::int64_t>::max() - filled().raw);
  split_.fill(quantity.raw / unit_.raw);
  notional_ += core::notional(quantity, price);
  commission_ += commission.raw;
  is_settled_ = false;
}

void BlockParts::restate(std::span<const Fill> fills) {
  split_.start_again();
  notional_ = 0;
  commission_ = 0;
  is_settled_ = false;
  for (const Fill& each : fills) fill(each.quantity, each.price, each.commission);
}

std::vector<Part> BlockParts::settle() {
  std::vector<Part> before = parts_;
  if (is_settled_) return before;
  is_settled_ = true;
  if (split_.filled() == 0) {  // every fill was busted
    parts_.assign(parts_.size(), {});
    return before;
  }
  const std::vector<std::int64_t>& units = split_.units();
  std::vector<std::int64_t> shares(units.size());
  largest_remainder(cost_minor(), units, split_.tie_seed(), shares);
  for (std::size_t i = 0; i < units.size(); ++i) {
    parts_[i].units = units[i];
    parts_[i].cost = shares[i];
  }
  largest_remainder(commission_minor(), units, split_.tie_seed(), shares);
  for (std::size_t i = 0; i < units.size(); ++i) parts_[i].commission = shares[i];
  return before;
}

const std::vector<Part>& BlockParts::parts() const {
  CHECK(is_settled_ && !is_retired());
  return parts_;
}

core::Quantity BlockParts::filled() const { return {split_.filled() * unit_.raw}; }

std::int64_t BlockParts::cost_minor() const { return core::round_to_minor(notional_, factor_, currency_); }

std::int64_t BlockParts::commission_minor() const {
  return core::round_to_minor(commission_, core::Amount::decimals, currency_);
}

core::Price BlockParts::average_price() const {
  CHECK(split_.filled() > 0);
  const core::Int128 quantity = filled().raw;
  return {static_cast<std::int64_t>((2 * notional_ + quantity) / (2 * quantity))};
}

}  // namespace alloc
