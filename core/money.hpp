#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/scaled.hpp"

namespace core {

// An ISO 4217 code. Only codes with a known number of minor digits can be made, so an amount always has a text form.
class Currency {
 public:
  // Error: not one of the codes of the table in money.cpp.
  [[nodiscard]] static Result<Currency> parse(std::string_view code);
  // REQUIRES: a code of the table (constants in code and tests).
  [[nodiscard]] static Currency of(std::string_view code);

  [[nodiscard]] std::string text() const { return {code_.data(), code_.size()}; }
  // Digits of the minor unit: 2 for USD, 0 for JPY, 3 for KWD.
  [[nodiscard]] int minor_digits() const { return minor_digits_; }

  friend auto operator<=>(const Currency&, const Currency&) = default;

 private:
  Currency(std::array<char, 3> code, int minor_digits) : code_(code), minor_digits_(minor_digits) {}

  std::array<char, 3> code_;
  int minor_digits_;
};

// Money that is posted: whole minor units (cents) of one currency. Adding two currencies is a broken invariant.
struct Money {
  std::int64_t minor = 0;
  Currency currency;

  [[nodiscard]] static Result<Money> parse(std::string_view text, Currency currency);
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Money&, const Money&) = default;
  friend Money operator+(Money a, Money b);
  friend Money operator-(Money a, Money b);
};

// Quantity times price, exactly: 14 decimals in 128 bits.
using Notional = Int128;
inline constexpr int notional_decimals = Quantity::decimals + Price::decimals;

[[nodiscard]] constexpr Notional notional(Quantity quantity, Price price) {
  return static_cast<Notional>(quantity.raw) * price.raw;
}

// What quantity times price is multiplied with to be money: the multiplier of options and futures, 1/100 where prices
// are in percent. Kept apart from the notional, which stays quantity times price exactly, until that becomes cents.
struct MoneyFactor {
  static constexpr std::int64_t largest_den = 1'000'000;  // a multiplier of 4 decimals, in percent

  std::int64_t num = 1;  // > 0
  std::int64_t den = 1;  // > 0, at most largest_den

  friend bool operator==(const MoneyFactor&, const MoneyFactor&) = default;
};

// Whether notional times factor, exactly, is at most so many minor units, on either side of zero. Of any notional.
// REQUIRES: 0 <= most_minor <= 2^50
[[nodiscard]] bool is_within(Notional exact, MoneyFactor factor, std::int64_t most_minor, Currency currency);

// The one place where an exact amount becomes cents: to the nearest minor unit, halves away from zero, so that a sale
// and a purchase of the same amount cancel. What is rounded is always the running total of an order, never a single
// fill, so the remainder of one fill is carried into the next and the order as a whole is off by half a cent at most.
// REQUIRES: the result fits in int64.
[[nodiscard]] std::int64_t round_to_minor(Int128 exact, int exact_decimals, Currency currency);
// The same of a notional times its factor.
// REQUIRES: the result fits in int64, and exact * factor.num in 126 bits: so whenever is_within() 2^50 minor units
[[nodiscard]] std::int64_t round_to_minor(Notional exact, MoneyFactor factor, Currency currency);
// Rounded up instead, for money that is set aside. REQUIRES: exact >= 0
[[nodiscard]] Int128 round_up_to_minor(Notional exact, MoneyFactor factor, Currency currency);

}  // namespace core
