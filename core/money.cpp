#include "core/money.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"

namespace core {

namespace {

struct MinorDigits {
  std::string_view code;
  int digits;
};

// ISO 4217, table A.1, the currencies in which listed instruments are commonly quoted.
constexpr std::array<MinorDigits, 24> known{{
    {"AUD", 2}, {"BRL", 2}, {"CAD", 2}, {"CHF", 2}, {"CNH", 2}, {"CZK", 2}, {"DKK", 2}, {"EUR", 2},
    {"GBP", 2}, {"HKD", 2}, {"HUF", 2}, {"ILS", 2}, {"INR", 2}, {"JPY", 0}, {"KRW", 0}, {"KWD", 3},
    {"MXN", 2}, {"NOK", 2}, {"NZD", 2}, {"PLN", 2}, {"SEK", 2}, {"SGD", 2}, {"USD", 2}, {"ZAR", 2},
}};

Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

constexpr std::int64_t max_most_minor = std::int64_t{1} << 50;

// One minor unit in parts of a notional times factor.num.
Int128 minor_of(MoneyFactor factor, Currency currency) {
  return power_of_ten(notional_decimals - currency.minor_digits()) * factor.den;
}

std::int64_t nearest(Int128 exact, Int128 divisor) {
  const Int128 half = divisor / 2;
  const Int128 rounded = exact >= 0 ? (exact + half) / divisor : -((-exact + half) / divisor);
  CHECK(rounded <= std::numeric_limits<std::int64_t>::max() && rounded >= std::numeric_limits<std::int64_t>::min());
  return static_cast<std::int64_t>(rounded);
}

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
  for (const MinorDigits& entry : known) {
    if (entry.code == code) return Currency({code[0], code[1], code[2]}, entry.digits);
  }
  return fail("", "'" + std::string(code.substr(0, 12)) + "' is not a currency code that is known here, such as USD");
}

Currency Currency::of(std::string_view code) {
  const Result<Currency> currency = parse(code);
  CHECK(currency.has_value());
  return *currency;
}

Result<Money> Money::parse(std::string_view text, Currency currency) {
  return parse_decimal(text, currency.minor_digits()).map([&](std::int64_t minor) { return Money{minor, currency}; });
}

std::string Money::text() const { return format_decimal(minor, currency.minor_digits(), currency.minor_digits()); }

Money operator+(Money a, Money b) {
  CHECK(a.currency == b.currency);
  return {a.minor + b.minor, a.currency};
}

Money operator-(Money a, Money b) {
  CHECK(a.currency == b.currency);
  return {a.minor - b.minor, a.currency};
}

bool is_within(Notional exact, MoneyFactor factor, std::int64_t most_minor, Currency currency) {
  CHECK(factor.num > 0 && factor.den > 0 && factor.den <= MoneyFactor::largest_den);
  CHECK(most_minor >= 0 && most_minor <= max_most_minor);
  // Below 2^50 * 10^14 * 10^6 < 2^117.
  const Int128 bound = most_minor * power_of_ten(notional_decimals - currency.minor_digits()) * factor.den / factor.num;
  return exact <= bound && exact >= -bound;
}

std::int64_t round_to_minor(Int128 exact, int exact_decimals, Currency currency) {
  CHECK(exact_decimals >= currency.minor_digits());
  return nearest(exact, power_of_ten(exact_decimals - currency.minor_digits()));
}

std::int64_t round_to_minor(Notional exact, MoneyFactor factor, Currency currency) {
  return nearest(exact * factor.num, minor_of(factor, currency));
}

Int128 round_up_to_minor(Notional exact, MoneyFactor factor, Currency currency) {
  CHECK(exact >= 0);
  const Int128 divisor = minor_of(factor, currency);
  return (exact * factor.num + divisor - 1) / divisor;
}

}  // namespace core
