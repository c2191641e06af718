#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/money.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "fix/field_names.hpp"
#include "fix/quickfix.hpp"
#include "fix/wire_text.hpp"

// Private to fix/.
namespace fix {

// Fills fields and remembers the first thing that was wrong.
class FieldWriter {
 public:
  FieldWriter(FIX::FieldMap& fields, std::optional<core::Error>& error) : fields_(fields), error_(error) {}

  void optional(Field field, const std::string& value) {
    if (value.empty()) return;
    if (value.find(soh) != std::string::npos) return refuse(field, "holds the separator SOH (0x01)");
    fields_.setField(field.tag, value);
  }
  void required(Field field, const std::string& value) {
    if (value.empty()) return refuse(field, "is empty, but the message requires it");
    optional(field, value);
  }
  void character(Field field, char value) { fields_.setField(field.tag, std::string(1, value)); }
  void number(Field field, int value) { fields_.setField(field.tag, std::to_string(value)); }
  void number(Field field, std::optional<int> value) {
    if (value) number(field, *value);
  }
  void time(Field field, core::Time value) { fields_.setField(field.tag, core::fix_timestamp(value)); }
  void currency(const std::optional<core::Currency>& value) {
    if (value) fields_.setField(field::currency.tag, value->text());
  }
  template <class Tag, int decimals>
  void decimal(Field field, core::Scaled<Tag, decimals> value) {
    fields_.setField(field.tag, value.text());
  }
  void positive(Field field, core::Quantity value) {
    if (value.raw <= 0) return refuse(field, "'" + value.text() + "' is not greater than zero");
    decimal(field, value);
  }
  void refuse(Field field, std::string why) {
    if (!error_) error_ = core::Error{field.text(), std::move(why)};
  }

 private:
  FIX::FieldMap& fields_;
  std::optional<core::Error>& error_;
};

struct WriterState {
  FIX::Message message;
  std::optional<core::Error> error;
};

// Fills an engine's message.
class Writer : private WriterState, public FieldWriter {
 public:
  explicit Writer(const char* msg_type) : FieldWriter(WriterState::message, WriterState::error) {
    message.getHeader().setField(field::msg_type.tag, msg_type);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // A repeating group: `fill` writes the fields of each value, `first` among them, into a FieldWriter.
  template <class Values, class Fill>
  void group(Field count, Field first, const Values& values, const Fill& fill) {
    if (values.empty()) return refuse(count, "is zero, but the message requires one entry at least");
    for (const auto& value : values) {
      FIX::Group entry(count.tag, first.tag);
      FieldWriter out(entry, error);
      fill(out, value);
      message.addGroup(entry);
    }
  }

  [[nodiscard]] core::Result<FIX::Message> take() {
    if (error) return tl::unexpected(*error);
    return std::move(message);
  }
};

}  // namespace fix
