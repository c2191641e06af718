#include <algorithm>

#include "core/check.hpp"
#include "core/money.hpp"
#include "core/time.hpp"
#include "files/text.hpp"
#include "files/toml.hpp"
#include "fix/wire_text.hpp"
#include "fuzz/harness.hpp"

// Numbers, money, times and addresses as text: what is read is written so that it is read as the same again.
namespace fuzz {

namespace {

template <class Scaled>
void check_decimal(std::string_view given) {
  const core::Result<Scaled> value = Scaled::parse(given);
  if (!value) {
    CHECK(!value.error().message.empty());
    return;
  }
  for (int shown = 0; shown <= Scaled::decimals; ++shown) {
    const core::Result<Scaled> again = Scaled::parse(value->text(shown));
    CHECK(again.has_value() && *again == *value);
  }
  // The digits that were written are the digits that stand there, but for zeros at both ends.
  std::string digits(given);
  std::erase_if(digits, [](char c) { return c == '.' || c == '-'; });
  const std::size_t point = std::min(given.find('.'), given.size());
  const std::size_t after_point = point == given.size() ? 0 : given.size() - point - 1;
  const auto places = static_cast<std::size_t>(Scaled::decimals);
  if (after_point <= places)
    digits.append(places - after_point, '0');
  else
    digits.resize(digits.size() - (after_point - places));
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  const std::string raw = value->raw == 0 ? "" : std::to_string(value->raw < 0 ? -value->raw : value->raw);
  CHECK(digits == raw && (value->raw >= 0 || given.starts_with('-')));
}

void check_money(std::string_view given) {
  for (const char* code : {"USD", "JPY", "KWD"}) {
    const core::Currency currency = core::Currency::of(code);
    const core::Result<core::Money> money = core::Money::parse(given, currency);
    if (!money) continue;
    const core::Result<core::Money> again = core::Money::parse(money->text(), currency);
    CHECK(again.has_value() && *again == *money);
  }
  const core::Result<core::Currency> currency = core::Currency::parse(given);
  CHECK(!currency || currency->text() == given);
}

void check_time(std::string_view given) {
  if (const core::Result<core::Time> time = core::parse_iso(given)) {
    const core::Result<core::Time> again = core::parse_iso(core::iso_text(*time));
    CHECK(again.has_value() && *again == *time);
  }
  if (const core::Result<core::Time> time = core::parse_fix_timestamp(given)) {
    const core::Result<core::Time> again = core::parse_fix_timestamp(core::fix_timestamp(*time));
    CHECK(again.has_value() && *again == std::chrono::floor<std::chrono::microseconds>(*time));
    CHECK(core::parse_iso(core::iso_text(*time)).has_value());
  }
}

void check_words(std::string_view given) {
  const std::string cleaned = files::cleaned(given);
  CHECK(files::first_bad_utf8(cleaned) == std::string_view::npos && files::cleaned(cleaned) == cleaned);
  CHECK(files::first_bad_utf8(files::shown(given)) == std::string_view::npos);
  if (const core::Result<files::Address> address = files::Address::parse(given)) {
    const core::Result<files::Address> again = files::Address::parse(address->text());
    CHECK(again.has_value() && *again == *address);
  }
  const std::string blanked = fix::blank_passwords(given);
  const auto secret = fix::field_of(blanked, 554);
  CHECK(!secret || *secret == "***");
  CHECK(fix::field_of(given, 554).has_value() == secret.has_value() || given.find("96=") != std::string_view::npos);
}

}  // namespace

int text(const std::uint8_t* data, std::size_t size) {
  const std::string_view given = as_text(data, size);
  check_decimal<core::Quantity>(given);
  check_decimal<core::Price>(given);
  check_money(given);
  check_time(given);
  check_words(given);
  return 0;
}

}  // namespace fuzz
