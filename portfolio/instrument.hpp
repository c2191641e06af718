#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"

// What the arithmetic of portfolios needs to know of an instrument, and what a quantity of it is worth.
namespace portfolio {

enum class SecurityType { stock, fund, bond, option, future, forex };

// The desk's words: STK, FUND, BOND, OPT, FUT, CASH.
[[nodiscard]] std::string_view text(SecurityType type);
[[nodiscard]] core::Result<SecurityType> parse_security_type(std::string_view word);

using Multiplier = core::Scaled<struct MultiplierTag, 4>;

struct Instrument {
  core::Symbol symbol;
  SecurityType type = SecurityType::stock;
  core::Currency currency = core::Currency::of("USD");
  core::Quantity unit = core::Quantity::whole(1);  // the smallest quantity that an account is given; > 0
  core::Quantity round_lot;                        // 0: none. Other quantities are odd lots: allowed, and warned of
  core::Price tick;                                // 0: any price
  Multiplier multiplier = Multiplier::whole(1);    // of options and futures; > 0
  bool is_in_percent = false;                      // the price is percent of the face amount: bonds
  bool is_shortable = false;
  std::string last_trading_date;  // YYYY-MM-DD, UTC; empty: has none

  // What makes money of quantity * price: the multiplier, / 100 for prices in percent; in lowest terms.
  [[nodiscard]] core::MoneyFactor money_factor() const;
  // The day after its last trading date has begun.
  [[nodiscard]] bool has_expired(core::Time now) const;
};

using Instruments = std::map<core::Symbol, Instrument>;

// What one allocation unit is worth at a price: exactly num / den minor units of the instrument's currency.
// Kept as a reduced fraction, because most prices are whole cents and need no division then.
class UnitValue {
 public:
  // One unit is worth no more: some 44,000 million in most currencies.
  static constexpr std::int64_t largest = std::int64_t{1} << 42;

  UnitValue() = default;
  // quantity * price * multiplier of one unit, / 100 for prices in percent.
  // Error: the price is not above zero, or the unit is worth more than 2^42 minor units or less than a billionth of
  // one.
  [[nodiscard]] static core::Result<UnitValue> of(const Instrument& instrument, core::Price price);

  [[nodiscard]] std::int64_t num() const { return num_; }
  [[nodiscard]] std::int64_t den() const { return den_; }

  // Minor units, to the nearest, halves away from zero, so that a long and a short position of the same size cancel:
  // what a fill of the quantity at the price is booked with. nullopt: beyond 2^58.
  [[nodiscard]] std::optional<std::int64_t> worth(core::Quantity quantity) const;
  // What buying so many units takes: rounded up, so that money that is set aside for it lasts. REQUIRES: units >= 0
  [[nodiscard]] std::int64_t price_of(std::int64_t units) const;
  // What selling so many units brings: rounded down. REQUIRES: units >= 0
  [[nodiscard]] std::int64_t proceeds_of(std::int64_t units) const;

 private:
  std::int64_t num_ = 0;
  std::int64_t den_ = 1;
  std::int64_t unit_raw_ = 1;
  // Where num / den had to be cut.
  struct Exact {
    core::Price price;
    core::MoneyFactor factor;
    core::Currency currency;
  };
  std::optional<Exact> exact_;
};

// In the instrument's currency, rounded like UnitValue::worth.
[[nodiscard]] core::Result<core::Money> value_of(const Instrument& instrument, core::Quantity quantity,
                                                 core::Price price);

}  // namespace portfolio
