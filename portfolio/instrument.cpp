#include "portfolio/instrument.hpp"

#include <array>
#include <numeric>
#include <utility>

#include "core/check.hpp"

namespace portfolio {
namespace {

using core::Int128;

constexpr std::array<std::pair<SecurityType, std::string_view>, 6> words{{{SecurityType::stock, "STK"},
                                                                          {SecurityType::fund, "FUND"},
                                                                          {SecurityType::bond, "BOND"},
                                                                          {SecurityType::option, "OPT"},
                                                                          {SecurityType::future, "FUT"},
                                                                          {SecurityType::forex, "CASH"}}};

constexpr std::int64_t largest_worth = std::int64_t{1} << 58;
constexpr std::int64_t largest_den = 1'000'000'000;

// std::gcd does not take 128 bits.
Int128 greatest_divisor(Int128 a, Int128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

// a / b to the nearest, halves away from zero. REQUIRES: b > 0
Int128 nearest(Int128 a, Int128 b) { return a >= 0 ? (a + b / 2) / b : -((-a + b / 2) / b); }

std::int64_t checked(Int128 value) {
  CHECK(value <= INT64_MAX && value >= INT64_MIN);
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string_view text(SecurityType type) {
  for (const auto& [known, word] : words) {
    if (known == type) return word;
  }
  return "";
}

core::Result<SecurityType> parse_security_type(std::string_view word) {
  for (const auto& [type, known] : words) {
    if (known == word) return type;
  }
  return core::fail("", "'" + std::string(word.substr(0, 12)) +
                            "' is no security type; there are STK, FUND, BOND, OPT, FUT and CASH (forex)");
}

core::MoneyFactor Instrument::money_factor() const {
  const std::int64_t whole = Multiplier::one().raw * (is_in_percent ? 100 : 1);
  const std::int64_t divisor = std::gcd(multiplier.raw, whole);
  return {multiplier.raw / divisor, whole / divisor};
}

bool Instrument::has_expired(core::Time now) const {
  return !last_trading_date.empty() && last_trading_date < core::iso_text(now).substr(0, 10);
}

core::Result<UnitValue> UnitValue::of(const Instrument& instrument, core::Price price) {
  CHECK(instrument.unit.raw > 0 && instrument.multiplier.raw > 0);
  if (price.raw <= 0) {
    return core::fail(instrument.symbol.text(),
                      "a price of " + price.text() + " values nothing; it must be above zero");
  }
  const auto too_odd = [&] {
    return core::fail(instrument.symbol.text(), "one unit of " + instrument.unit.text() + " at " + price.text() +
                                                    " is worth more, or less, than is reckoned with here");
  };
  Int128 num = core::notional(instrument.unit, price);
  if (num > (Int128{1} << 126) / instrument.multiplier.raw) return too_odd();
  num *= instrument.multiplier.raw;
  Int128 den = 1;
  const int decimals = core::notional_decimals + Multiplier::decimals + (instrument.is_in_percent ? 2 : 0);
  for (int i = instrument.currency.minor_digits(); i < decimals; ++i) den *= 10;
  const Int128 divisor = greatest_divisor(num, den);
  num /= divisor;
  den /= divisor;
  if (num > largest * static_cast<Int128>(den) || num > INT64_MAX / 4) return too_odd();
  const bool is_cut = den > largest_den;
  if (is_cut) {  // 1.00000001 of a fund's thousandth: cut to a billionth of a minor unit, downwards
    num = num * largest_den / den;
    den = largest_den;
    if (num == 0) return too_odd();
  }
  UnitValue value;
  value.num_ = static_cast<std::int64_t>(num);
  value.den_ = static_cast<std::int64_t>(den);
  value.unit_raw_ = instrument.unit.raw;
  if (is_cut) value.exact_ = {price, instrument.money_factor(), instrument.currency};
  return value;
}

std::optional<std::int64_t> UnitValue::worth(core::Quantity quantity) const {
  if (exact_) {
    const core::Notional exact = core::notional(quantity, exact_->price);
    // What is beyond is beyond what is booked, too.
    if (core::is_within(exact, exact_->factor, std::int64_t{1} << 50, exact_->currency)) {
      return core::round_to_minor(exact, exact_->factor, exact_->currency);
    }
  }
  const std::int64_t units = quantity.raw / unit_raw_;
  Int128 value = 0;
  if (units * unit_raw_ == quantity.raw) {
    std::int64_t quick = 0;
    if (den_ == 1 && !__builtin_mul_overflow(units, num_, &quick)) {
      value = quick;
    } else {
      value = nearest(static_cast<Int128>(units) * num_, den_);
    }
  } else {
    value = nearest(static_cast<Int128>(quantity.raw) * num_, static_cast<Int128>(unit_raw_) * den_);
  }
  if (value > largest_worth || value < -largest_worth) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::int64_t UnitValue::price_of(std::int64_t units) const {
  std::int64_t quick = 0;
  if (den_ == 1 && !__builtin_mul_overflow(units, num_, &quick)) return quick;
  return checked((static_cast<Int128>(units) * num_ + den_ - 1) / den_);
}

std::int64_t UnitValue::proceeds_of(std::int64_t units) const {
  std::int64_t quick = 0;
  if (den_ == 1 && !__builtin_mul_overflow(units, num_, &quick)) return quick;
  return checked(static_cast<Int128>(units) * num_ / den_);
}

core::Result<core::Money> value_of(const Instrument& instrument, core::Quantity quantity, core::Price price) {
  const core::Result<UnitValue> unit = UnitValue::of(instrument, price);
  if (!unit) return tl::unexpected<core::Error>(unit.error());
  const std::optional<std::int64_t> worth = unit->worth(quantity);
  if (!worth) {
    return core::fail(instrument.symbol.text(),
                      quantity.text() + " at " + price.text() + " is worth more than any amount that is booked here");
  }
  return core::Money{*worth, instrument.currency};
}

}  // namespace portfolio
