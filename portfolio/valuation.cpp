#include "portfolio/valuation.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "core/check.hpp"

namespace portfolio {
namespace {

constexpr std::int64_t largest_sum = std::int64_t{1} << 58;

// False when the sum would leave what is reckoned with.
bool add(std::int64_t& to, std::int64_t amount) {
  return !__builtin_add_overflow(to, amount, &to) && to <= largest_sum && to >= -largest_sum;
}

core::Error beyond(const std::string& what) { return {what, "is worth more than any amount that is booked here"}; }

}  // namespace

std::int64_t Column::free_units(alloc::SlotIndex slot) const {
  return std::max<std::int64_t>(held_units(slot) - selling_units(slot), 0);
}

std::int64_t Column::shorting_units(alloc::SlotIndex slot) const {
  const std::int64_t selling = selling_units(slot);
  if (selling == 0) return 0;
  return std::max<std::int64_t>(selling - std::max<std::int64_t>(held_units(slot), 0), 0);
}

std::int64_t Column::worth(core::Quantity quantity) const {
  const std::optional<std::int64_t> own = unit.worth(quantity);
  CHECK(own.has_value());
  return is_foreign ? rate.convert(*own, instrument->currency, valued_in) : *own;
}

core::Result<Column> PricedGroup::column(const core::Symbol& symbol) const {
  const auto known = desk_->instruments.find(symbol);
  if (known == desk_->instruments.end()) {
    return core::fail(symbol.text(), "there is no record of this instrument; add it first");
  }
  const Instrument& instrument = known->second;
  const core::Result<DatedPrice> price = desk_->prices.find(symbol, desk_->now, desk_->rules.price_age_max);
  if (!price) return tl::unexpected<core::Error>(price.error());
  const core::Result<UnitValue> unit = UnitValue::of(instrument, price->price);
  if (!unit) return tl::unexpected<core::Error>(unit.error());
  const core::Result<Rate> rate =
      desk_->rates.find(instrument.currency, currency_, desk_->now, desk_->rules.price_age_max);
  if (!rate) return tl::unexpected<core::Error>(rate.error());
  Column column{.instrument = &instrument,
                .price = *price,
                .unit = *unit,
                .rate = *rate,
                .valued_in = currency_,
                .is_foreign = instrument.currency != currency_,
                .has_expired = instrument.has_expired(desk_->now),
                .held_by_slot = {},
                .selling_by_slot = desk_->working.selling_of(group_, symbol)};
  const auto& rows = desk_->book.instruments_of(group_);
  if (const auto row = rows.find(symbol); row != rows.end()) column.held_by_slot = row->second.by_slot;
  return column;
}

core::Result<bool> PricedGroup::add_cash(Unpriced* unpriced) {
  for (const auto& [currency, row] : desk_->book.cash_of(group_)) {
    const auto is_some = [](std::int64_t minor) { return minor != 0; };
    if (std::none_of(row.by_slot.begin(), row.by_slot.end(), is_some)) continue;
    const core::Result<Rate> rate = desk_->rates.find(currency, currency_, desk_->now, desk_->rules.price_age_max);
    if (!rate && unpriced != nullptr) {
      unpriced->emplace(currency.text(), rate.error());
      continue;
    }
    if (!rate) return tl::unexpected<core::Error>(rate.error());
    for (std::size_t slot = 0; slot < row.by_slot.size(); ++slot) {
      const std::int64_t minor = row.by_slot[slot];
      if (minor > largest_sum || minor < -largest_sum) return tl::unexpected(beyond("cash"));
      const std::int64_t here = currency == currency_ ? minor : rate->convert(minor, currency, currency_);
      if (!add(values_[slot], here) || !add(total_cash_, here)) return tl::unexpected(beyond("cash"));
    }
  }
  return true;
}

bool PricedGroup::add_column(const Column& column) {
  std::int64_t sum = 0;
  for (std::size_t slot = 0; slot < column.held_by_slot.size(); ++slot) {
    const core::Quantity held = column.held_by_slot[slot].quantity;
    if (held.raw == 0) continue;
    const std::optional<std::int64_t> own = column.unit.worth(held);
    if (!own) return false;
    const std::int64_t here =
        column.is_foreign ? column.rate.convert(*own, column.instrument->currency, currency_) : *own;
    if (!add(values_[slot], here) || !add(sum, here)) return false;
  }
  columns_.push_back(column);
  column_totals_.push_back(sum);
  return true;
}

core::Result<PricedGroup> PricedGroup::of(const Desk& desk, alloc::GroupIndex group, core::Currency currency,
                                          std::span<const core::Symbol> also, Unpriced* unpriced) {
  PricedGroup priced(desk, group, currency);
  priced.values_.resize(desk.book.accounts_of(group).size());
  std::set<core::Symbol> symbols(also.begin(), also.end());
  for (const auto& [symbol, row] : desk.book.instruments_of(group)) {
    const auto is_held = [](const alloc::Holding& held) { return held.quantity.raw != 0; };
    if (std::any_of(row.by_slot.begin(), row.by_slot.end(), is_held)) symbols.insert(symbol);
  }
  if (auto added = priced.add_cash(unpriced); !added) return tl::unexpected<core::Error>(added.error());
  for (const core::Symbol& symbol : symbols) {
    const core::Result<Column> column = priced.column(symbol);
    if (!column && unpriced != nullptr) {
      unpriced->emplace(symbol.text(), column.error());
      continue;
    }
    if (!column) return tl::unexpected<core::Error>(column.error());
    if (!priced.add_column(*column)) return tl::unexpected(beyond(symbol.text()));
  }
  for (const std::int64_t value : priced.values_) {
    if (!add(priced.total_, value)) return tl::unexpected(beyond(desk.book.group_code(group).text()));
  }
  return priced;
}

std::int64_t PricedGroup::cash(alloc::SlotIndex slot) const { return desk_->book.cash(group_, currency_, slot); }

std::int64_t PricedGroup::free_cash(alloc::SlotIndex slot) const {
  return cash(slot) - desk_->working.spending_of(group_, currency_, slot);
}

std::vector<std::int64_t> percentages(std::span<const std::int64_t> values) {
  constexpr std::int64_t whole = 10'000;  // 100.00
  const core::Int128 total = std::accumulate(values.begin(), values.end(), core::Int128{0});
  if (total <= 0) return {};
  std::vector<std::int64_t> shares(values.size());
  std::vector<std::pair<core::Int128, std::size_t>> remainders;
  std::int64_t left = whole;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const core::Int128 exact = static_cast<core::Int128>(values[i]) * whole;
    core::Int128 floor = exact / total;
    if (exact % total < 0) --floor;
    shares[i] = static_cast<std::int64_t>(floor);
    left -= shares[i];
    remainders.emplace_back(exact - floor * total, i);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  // Fewer are missing than there are remainders above zero.
  for (std::int64_t i = 0; i < left; ++i) ++shares[remainders[static_cast<std::size_t>(i)].second];
  return shares;
}

}  // namespace portfolio
