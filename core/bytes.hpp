#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"

// Values as bytes and back, for what one version of the program writes and the same version reads: no field has a name
// or a type. Integers are little-endian; text and lists have their length before them.
//
// A type of one's own is written and read through one function that lists its fields, so that the two cannot differ:
//   template <class Bytes, class T> requires std::same_as<std::remove_const_t<T>, Fruit>
//   void fields(Bytes& bytes, T& fruit) { bytes(fruit.name), bytes(fruit.weight); }
namespace core {

static_assert(std::endian::native == std::endian::little);

// What is in memory as it is in bytes: no padding, no pointer.
template <class T>
concept PlainBytes =
    std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T> && !std::same_as<T, bool> &&
    !std::same_as<T, Currency> && !std::is_pointer_v<T>;

class ByteWriter {
 public:
  void operator()(const PlainBytes auto& value) { out_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void operator()(bool value) { out_.push_back(value ? '\1' : '\0'); }
  void operator()(std::string_view text) {
    (*this)(std::uint64_t{text.size()});
    out_.append(text);
  }
  void operator()(const std::string& text) { (*this)(std::string_view(text)); }
  template <class Tag>
  void operator()(const Id<Tag>& id) {
    (*this)(id.text());
  }
  void operator()(const Currency& currency) { (*this)(currency.text()); }
  void operator()(const Time& time) { (*this)(std::int64_t{time.time_since_epoch().count()}); }
  template <class T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <class T>
  void operator()(const std::vector<T>& values) {
    (*this)(std::uint64_t{values.size()});
    if constexpr (PlainBytes<T>) {
      out_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    } else {
      for (const T& value : values) (*this)(value);
    }
  }
  template <class Key, class Value>
  void operator()(const std::map<Key, Value>& values) {
    (*this)(std::uint64_t{values.size()});
    for (const auto& [key, value] : values) (*this)(key), (*this)(value);
  }
  template <class T>
  void operator()(const T& value) requires requires(ByteWriter& bytes) {
    fields(bytes, value);
  }
  { fields(*this, value); }

  [[nodiscard]] std::string take() { return std::exchange(out_, {}); }

 private:
  std::string out_;
};

// Never reads beyond its bytes and believes no length: after the first thing that is not there, or is not what it
// should be, ok() is false and everything that follows is left as it was.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}

  [[nodiscard]] bool ok() const { return ok_; }
  // Nothing was wrong and nothing is left over.
  [[nodiscard]] bool is_done() const { return ok_ && in_.empty(); }
  void fail() { ok_ = false; }

  void operator()(PlainBytes auto& value) { take(&value, sizeof value); }
  void operator()(bool& value) {
    std::uint8_t byte = 0;
    (*this)(byte);
    if (byte > 1) fail();
    if (ok_) value = byte == 1;
  }
  void operator()(std::string& text) {
    const std::size_t size = length(1);
    if (!ok_) return;
    text.assign(in_.substr(0, size));
    in_.remove_prefix(size);
  }
  template <class Tag>
  void operator()(Id<Tag>& id) {
    std::string text;
    (*this)(text);
    if (ok_) id = Id<Tag>(std::move(text));
  }
  void operator()(Currency& currency) {
    std::string text;
    (*this)(text);
    const Result<Currency> read = Currency::parse(text);
    if (!read) fail();
    if (ok_) currency = *read;
  }
  void operator()(Time& time) {
    std::int64_t ns = 0;
    (*this)(ns);
    if (ok_) time = Time{std::chrono::nanoseconds{ns}};
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool is_there = false;
    (*this)(is_there);
    if (!ok_) return;
    value.reset();
    if (is_there) (*this)(value.emplace());
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    if constexpr (PlainBytes<T>) {
      const std::size_t count = length(sizeof(T));
      if (!ok_) return;
      values.resize(count);
      take(values.data(), count * sizeof(T));
    } else {
      const std::size_t count = length(1);
      values.clear();
      for (std::size_t i = 0; i < count && ok_; ++i) (*this)(values.emplace_back());
    }
  }
  template <class Key, class Value>
  void operator()(std::map<Key, Value>& values) {
    const std::size_t count = length(1);
    values.clear();
    for (std::size_t i = 0; i < count && ok_; ++i) {
      Key key = blank<Key>();
      (*this)(key);
      (*this)(values[std::move(key)]);
    }
  }
  template <class T>
  void operator()(T& value) requires requires(ByteReader& bytes) {
    fields(bytes, value);
  }
  { fields(*this, value); }

 private:
  template <class T>
  static T blank() {
    if constexpr (std::same_as<T, Currency>)
      return Currency::of("USD");  // has no value of its own
    else
      return T{};
  }
  void take(void* to, std::size_t size) {
    if (size > in_.size()) fail();
    if (!ok_ || size == 0) return;
    std::memcpy(to, in_.data(), size);
    in_.remove_prefix(size);
  }
  // Of a list whose elements take `each` bytes at least; 0 when that many cannot be there.
  std::size_t length(std::size_t each) {
    std::uint64_t count = 0;
    (*this)(count);
    if (count > in_.size() / each) fail();
    return ok_ ? static_cast<std::size_t>(count) : 0;
  }

  std::string_view in_;
  bool ok_ = true;
};

}  // namespace core
