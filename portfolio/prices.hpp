#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"

// Prices and currency rates, each with its time. A look-up that finds none, or one that is too old, refuses.
namespace portfolio {

enum class PriceSource { broker, last_fill, file };
[[nodiscard]] std::string_view text(PriceSource source);

struct DatedPrice {
  core::Price price;
  core::Time time;
  PriceSource source = PriceSource::file;
};

class Prices {
 public:
  // The latest by time counts; of two with the same time, the one that came later.
  void set(const core::Symbol& symbol, DatedPrice price);
  // Error: none there, not above zero, or older than `age_max` at `now`.
  [[nodiscard]] core::Result<DatedPrice> find(const core::Symbol& symbol, core::Time now,
                                              std::chrono::nanoseconds age_max) const;
  [[nodiscard]] const std::map<core::Symbol, DatedPrice>& all() const { return prices_; }

 private:
  std::map<core::Symbol, DatedPrice> prices_;
};

// One unit of a currency costs num / den units of another.
struct Rate {
  std::int64_t num = 1;
  std::int64_t den = 1;

  // Minor units of one currency in those of the other: to the nearest, halves away from zero. Each amount is rounded by
  // itself, so the sum of converted amounts may differ from the converted sum by half a minor unit for each.
  // REQUIRES: the result fits in int64
  [[nodiscard]] std::int64_t convert(std::int64_t minor, core::Currency from, core::Currency to) const;
};

class Rates {
 public:
  // REQUIRES: the currencies differ; price > 0
  void set(core::Currency from, core::Currency to, DatedPrice price);
  // The rate that was set, or the inverse of the opposite one; the later of the two. 1 for the same currency.
  // Error: none there, or older than `age_max` at `now`. Rates are never chained over a third currency.
  [[nodiscard]] core::Result<Rate> find(core::Currency from, core::Currency to, core::Time now,
                                        std::chrono::nanoseconds age_max) const;

 private:
  std::map<std::pair<core::Currency, core::Currency>, DatedPrice> rates_;
};

}  // namespace portfolio
