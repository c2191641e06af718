#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/targets.hpp"

// What sleeves and models are worth; accounts and the desk are sums of them.
namespace portfolio {

// One instrument in one group, with its price: what each sleeve holds of it and may sell.
struct Column {
  const Instrument* instrument = nullptr;
  DatedPrice price;
  UnitValue unit;
  Rate rate;  // from the instrument's currency to the one the group is valued in
  core::Currency valued_in = core::Currency::of("USD");
  bool is_foreign = false;
  bool has_expired = false;
  std::span<const alloc::Holding> held_by_slot;   // may be shorter than the group's accounts
  std::span<const std::int64_t> selling_by_slot;  // allocation units that open orders are selling; likewise

  [[nodiscard]] core::Quantity held(alloc::SlotIndex slot) const {
    const auto place = static_cast<std::size_t>(slot);
    return place < held_by_slot.size() ? held_by_slot[place].quantity : core::Quantity{};
  }
  // Whole allocation units, towards zero; a short position has less than none.
  [[nodiscard]] std::int64_t held_units(alloc::SlotIndex slot) const { return held(slot).raw / instrument->unit.raw; }
  // That open orders are selling.
  [[nodiscard]] std::int64_t selling_units(alloc::SlotIndex slot) const {
    const auto place = static_cast<std::size_t>(slot);
    return place < selling_by_slot.size() ? selling_by_slot[place] : 0;
  }
  // Units held that no open order is selling; 0 for a short position.
  [[nodiscard]] std::int64_t free_units(alloc::SlotIndex slot) const;
  // Units beyond those held that open orders are selling.
  [[nodiscard]] std::int64_t shorting_units(alloc::SlotIndex slot) const;
  // In the currency the group is valued in. REQUIRES: no more than the group's largest holding, or money of it
  [[nodiscard]] std::int64_t worth(core::Quantity quantity) const;
  [[nodiscard]] std::int64_t worth_of_units(std::int64_t units) const { return worth({units * instrument->unit.raw}); }
};

// What has no price, or no rate into the currency of a view, by symbol or currency, and why.
using Unpriced = std::map<std::string, core::Error>;

// A model, or Independent, with a price for all that is held in it. Made once, asked for each sleeve.
class PricedGroup {
 public:
  // `also`: instruments that must have a column although nobody holds them, such as those of the targets.
  // Error: an instrument without a record, a price or a rate that is missing or too old, or amounts beyond 2^58. With
  // `unpriced`, what lacks a price or a rate is noted there, has no column and counts as nothing: for people to look
  // at, never for what money or units depend on.
  [[nodiscard]] static core::Result<PricedGroup> of(const Desk& desk, alloc::GroupIndex group, core::Currency currency,
                                                    std::span<const core::Symbol> also = {},
                                                    Unpriced* unpriced = nullptr);

  [[nodiscard]] core::Currency currency() const { return currency_; }
  [[nodiscard]] alloc::GroupIndex group() const { return group_; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }  // by symbol
  // REQUIRES: a slot of the group
  [[nodiscard]] std::int64_t value(alloc::SlotIndex slot) const { return values_[static_cast<std::size_t>(slot)]; }
  [[nodiscard]] const std::vector<std::int64_t>& values() const { return values_; }  // by slot
  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::int64_t total_of(std::size_t column) const { return column_totals_[column]; }
  [[nodiscard]] std::int64_t total_cash() const { return total_cash_; }  // of every currency
  // In the group's own currency: what there is, and what no open order may spend.
  [[nodiscard]] std::int64_t cash(alloc::SlotIndex slot) const;
  [[nodiscard]] std::int64_t free_cash(alloc::SlotIndex slot) const;

 private:
  PricedGroup(const Desk& desk, alloc::GroupIndex group, core::Currency currency)
      : desk_(&desk), group_(group), currency_(currency) {}
  [[nodiscard]] core::Result<Column> column(const core::Symbol& symbol) const;
  [[nodiscard]] core::Result<bool> add_cash(Unpriced* unpriced);
  [[nodiscard]] bool add_column(const Column& column);  // false: an amount is beyond what is reckoned with

  const Desk* desk_;
  alloc::GroupIndex group_;
  core::Currency currency_;
  std::vector<Column> columns_;
  std::vector<std::int64_t> column_totals_;
  std::vector<std::int64_t> values_;
  std::int64_t total_ = 0;
  std::int64_t total_cash_ = 0;
};

// Hundredths of a percent that sum to exactly 100.00: each is its exact share rounded down, and what is missing then
// goes to the largest remainders, one each, those that come first among equals. Values may be negative.
// Empty when the values do not sum to more than zero: there is nothing to be a share of.
[[nodiscard]] std::vector<std::int64_t> percentages(std::span<const std::int64_t> values);

}  // namespace portfolio
