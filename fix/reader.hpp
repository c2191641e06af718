#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/money.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "fix/codes.hpp"
#include "fix/field_names.hpp"
#include "fix/messages.hpp"
#include "fix/quickfix.hpp"

// Private to fix/.
namespace fix {

// Reads fields and remembers the first thing that was wrong; the caller asks once, at the end.
class Reader {
 public:
  explicit Reader(const FIX::FieldMap& fields) : fields_(fields) {}

  [[nodiscard]] bool has(Field field) const { return fields_.isSetField(field.tag); }

  std::string optional(Field field) {
    std::string value = has(field) ? fields_.getField(field.tag) : std::string();
    if (value.size() <= max_id_bytes) return value;
    refuse(field, "has " + std::to_string(value.size()) + " characters; at most " + std::to_string(max_id_bytes) +
                      " are taken");
    return {};
  }
  // Text(58), for people.
  std::string remark() {
    std::string value = has(field::msg_text) ? fields_.getField(field::msg_text.tag) : std::string();
    if (value.size() <= max_text_bytes) return value;
    const std::string note = " ... (cut; it has " + std::to_string(value.size()) + " characters)";
    std::size_t end = max_text_bytes - note.size();
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0U) == 0x80) --end;  // not within a UTF-8 character
    return value.substr(0, end) + note;
  }
  std::string required(Field field) {
    std::string value = optional(field);
    if (value.empty()) refuse(field, "is missing, but the message requires it");
    return value;
  }
  char character(Field field) {
    const std::string value = required(field);
    const auto printable = [](char c) { return c > ' ' && c <= '~'; };
    if (value.size() > 1 || (!value.empty() && !printable(value.front()))) {
      refuse(field, "'" + value + "' is not a single character");
    }
    return value.empty() ? '\0' : value.front();
  }
  template <class Enum, std::size_t size>
  Enum code(Field field, const std::array<Code<Enum>, size>& table) {
    const std::string value = required(field);
    const auto known = from_code(table, value);
    if (!known) refuse(field, "'" + value + "' is not known here; known are " + known_codes(table));
    return known.value_or(table.front().value);
  }
  template <class Number>
  Number decimal(Field field) {
    return converted(field, Number::parse(required(field)));
  }
  template <class Number>
  std::optional<Number> optional_decimal(Field field) {
    if (!has(field)) return std::nullopt;
    return decimal<Number>(field);
  }
  // Of a field that only repeats what the order says: no fill is refused on its account.
  std::optional<core::Price> decimal_if_readable(Field field) {
    const auto price = core::Price::parse(optional(field));
    return price ? std::optional(*price) : std::nullopt;
  }
  core::Quantity positive(Field field) {
    const auto value = decimal<core::Quantity>(field);
    if (value.raw <= 0) refuse(field, "'" + value.text() + "' is not greater than zero");
    return value;
  }
  core::Quantity not_negative(Field field) {
    const auto value = decimal<core::Quantity>(field);
    if (value.raw < 0) refuse(field, "'" + value.text() + "' is less than zero");
    return value;
  }
  core::Time time(Field field) { return converted(field, core::parse_fix_timestamp(required(field))); }
  std::optional<core::Time> optional_time(Field field) {
    return has(field) ? std::optional(time(field)) : std::nullopt;
  }
  std::optional<core::Currency> currency() {
    const std::string code = optional(field::currency);
    if (code.empty()) return std::nullopt;
    const auto known = core::Currency::parse(code);
    if (!known) refuse(field::currency, known.error().message);
    return known ? std::optional(*known) : std::nullopt;
  }
  int number(Field field) {
    const std::string text = required(field);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      refuse(field, "'" + text + "' is not a whole number");
    }
    return value;
  }
  std::optional<int> optional_number(Field field) { return has(field) ? std::optional(number(field)) : std::nullopt; }
  bool flag(Field field) { return optional(field) == "Y"; }

  // A repeating group: `read` takes a Reader of one entry and gives its value; the first error of an entry is ours.
  template <class Value, class Read>
  std::vector<Value> group(Field count, std::size_t most, const Read& read) {
    std::vector<Value> values;
    const std::size_t entries = fields_.groupCount(count.tag);
    if (entries == 0) refuse(count, "is missing or zero, but the message requires one entry at least");
    if (entries > most)
      refuse(count, "is " + std::to_string(entries) + "; at most " + std::to_string(most) + " are taken");
    for (std::size_t i = 1; i <= std::min(entries, most) && !error_; ++i) {
      Reader entry(fields_.getGroupRef(static_cast<int>(i), count.tag));
      values.push_back(read(entry));
      if (entry.error())
        error_ = core::Error{count.text() + " entry " + std::to_string(i) + ": " + entry.error()->place,
                             entry.error()->message};
    }
    return values;
  }

  void refuse(Field field, std::string why) {
    if (!error_) error_ = core::Error{field.text(), std::move(why)};
  }
  template <class Struct>
  core::Result<Message> done(Struct&& value) {
    if (error_) return tl::unexpected(*error_);
    return Message(std::forward<Struct>(value));
  }
  [[nodiscard]] const std::optional<core::Error>& error() const { return error_; }

 private:
  template <class Value>
  Value converted(Field field, core::Result<Value> result) {
    if (!result) refuse(field, result.error().message);
    return result.value_or(Value{});
  }

  const FIX::FieldMap& fields_;
  std::optional<core::Error> error_;
};

}  // namespace fix
