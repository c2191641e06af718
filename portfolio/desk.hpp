#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "portfolio/instrument.hpp"
#include "portfolio/models.hpp"
#include "portfolio/prices.hpp"

// Everything that a proposal is computed from. Nothing else is looked at, so the same desk gives the same proposal.
namespace portfolio {

// What open orders may still sell and spend, sleeve by sleeve. A row may be shorter than the group's accounts: the rest
// has no open orders.
struct Working {
  std::map<std::pair<alloc::GroupIndex, core::Symbol>, std::vector<std::int64_t>> selling;     // allocation units
  std::map<std::pair<alloc::GroupIndex, core::Currency>, std::vector<std::int64_t>> spending;  // minor units

  [[nodiscard]] std::span<const std::int64_t> selling_of(alloc::GroupIndex group, const core::Symbol& symbol) const {
    const auto row = selling.find({group, symbol});
    return row == selling.end() ? std::span<const std::int64_t>() : row->second;
  }
  [[nodiscard]] std::int64_t spending_of(alloc::GroupIndex group, core::Currency currency,
                                         alloc::SlotIndex slot) const {
    const auto row = spending.find({group, currency});
    const auto place = static_cast<std::size_t>(slot);
    return row == spending.end() || place >= row->second.size() ? 0 : row->second[place];
  }
};

// What a broker is expected to charge for each account's leg of an order, in the instrument's currency.
struct FeeSchedule {
  core::Amount per_unit;  // for a quantity of 1, whatever the allocation unit
  core::Amount minimum;   // of a leg

  // Minor units, rounded up, so that money that is set aside for it lasts. REQUIRES: quantity >= 0
  [[nodiscard]] std::int64_t fee(core::Quantity quantity, core::Currency currency) const;
};

struct Rules {
  std::chrono::nanoseconds price_age_max = std::chrono::hours(24);
  std::int64_t minimum_trade = 0;  // minor units of the instrument's currency; a smaller leg is warned of
};

struct Desk {
  const alloc::Book& book;
  const Models& models;
  const Instruments& instruments;
  const Prices& prices;
  const Rates& rates;
  const Working& working;
  FeeSchedule fees;
  Rules rules;
  core::Time now;
};

}  // namespace portfolio
