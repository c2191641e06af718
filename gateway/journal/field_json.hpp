#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <concepts>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/order_terms.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "gateway/journal/event.hpp"
#include "gateway/journal/proposal_json.hpp"
#include "gateway/journal/row_json.hpp"

// A list of named fields as a JSON object, and back. Whoever has such a list walks it with a writer or a reader:
// `fields(v, event)` calls v("account", event.account) for each.
namespace gateway {

// Writes the text directly: an order of a model with a thousand accounts has as many shares, on the way to the wire.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  void operator()(std::string_view key, const std::string& value) { text(key, value); }
  template <class Tag>
  void operator()(std::string_view key, const core::Id<Tag>& value) {
    text(key, value.text());
  }
  template <class Tag, int decimals>
  void operator()(std::string_view key, const core::Scaled<Tag, decimals>& value) {
    plain(key, value.text());
  }
  template <class T>
  void operator()(std::string_view key, const std::optional<T>& value) {
    if (value) (*this)(key, *value);
  }
  void operator()(std::string_view key, const core::Currency& value) { plain(key, value.text()); }
  void operator()(std::string_view key, const core::Time& value) { plain(key, core::iso_text(value)); }
  void operator()(std::string_view key, bool value) { member(key), out_.append(value ? "true" : "false"); }
  void operator()(std::string_view key, char value) { text(key, std::string_view(&value, 1)); }
  void operator()(std::string_view key, int value) { (*this)(key, std::int64_t{value}); }
  void operator()(std::string_view key, std::int64_t value) { fmt::format_to(member(key), "{}", value); }
  void operator()(std::string_view key, std::uint64_t value) { fmt::format_to(member(key), "\"{:x}\"", value); }
  void operator()(std::string_view key, const std::vector<Share>& shares) {
    member(key);
    out_.push_back('[');
    for (const Share& share : shares) {
      out_.append(out_.back() == '[' ? "[" : ",[");
      core::append_integer(out_, share.slot);
      out_.push_back(',');
      core::append_integer(out_, share.weight);
      if (share.group) {
        out_.push_back(',');
        core::append_integer(out_, *share.group);
        if (share.does_money_leave) out_.append(",1");
        if (share.does_money_leave && share.stake != 0) {
          out_.push_back(',');
          core::append_integer(out_, share.stake);
        }
      }
      out_.push_back(']');
    }
    out_.push_back(']');
  }
  template <HasWords T>
  void operator()(std::string_view key, T value) {
    plain(key, WordsOf<T>::all[static_cast<std::size_t>(value)]);
  }
  template <HasCells T>
  void operator()(std::string_view key, const std::vector<T>& rows) {
    member(key);
    out_.push_back('[');
    for (const T& row : rows) {
      out_.append(out_.back() == '[' ? "[" : ",[");
      CellWriter writer(out_);
      cells(writer, row);
      out_.push_back(']');
    }
    out_.push_back(']');
  }
  template <class T>
  requires(!HasCells<T>) void operator()(std::string_view key, const std::vector<T>& values) {
    member(key);
    out_.push_back('[');
    CellWriter writer(out_);
    for (const T& value : values) writer(value);
    out_.push_back(']');
  }
  // An object of its own, which `complete(value)` makes whole when it was read. REQUIRES: it is there
  template <class T>
  void operator()(std::string_view key, const std::shared_ptr<const T>& value) {
    member(key);
    std::string object = "{";
    FieldWriter writer(object);
    fields(writer, *value);
    out_.append(object).push_back('}');
  }
  // What most entries do not have, and older journals nowhere: left out when it is `usual`.
  template <class T>
  void unless(const T& usual, std::string_view key, const T& value) {
    if (!(value == usual)) (*this)(key, value);
  }
  void unless_empty(std::string_view key, const std::string& value) { unless(std::string(), key, value); }

 private:
  std::back_insert_iterator<std::string> member(std::string_view key) {
    return fmt::format_to(std::back_inserter(out_), "{}\"{}\":", out_.size() > 1 ? "," : "", key);
  }
  void plain(std::string_view key, std::string_view value) { fmt::format_to(member(key), "\"{}\"", value); }
  // What people and brokers wrote may need escapes.
  void text(std::string_view key, std::string_view value) {
    fmt::format_to(member(key), "{}", boost::json::serialize(boost::json::string_view(value.data(), value.size())));
  }

  std::string& out_;
};

class FieldReader {
 public:
  explicit FieldReader(const boost::json::object& in) : in_(in) {}

  [[nodiscard]] const std::string& error() const { return error_; }

  void operator()(std::string_view key, std::string& value) { value = string(key); }
  template <class Tag>
  void operator()(std::string_view key, core::Id<Tag>& value) {
    value = core::Id<Tag>(string(key));
  }
  template <class Tag, int decimals>
  void operator()(std::string_view key, core::Scaled<Tag, decimals>& value) {
    take(key, core::Scaled<Tag, decimals>::parse(string(key)), value);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& value) {
    if (!in_.contains(key)) return;
    value.emplace();
    (*this)(key, *value);
  }
  void operator()(std::string_view key, core::Currency& value) { take(key, core::Currency::parse(string(key)), value); }
  void operator()(std::string_view key, core::Time& value) { take(key, core::parse_iso(string(key)), value); }
  void operator()(std::string_view key, bool& value) {
    const boost::json::value* found = in_.if_contains(key);
    if (found == nullptr || !found->is_bool()) return wrong(key, "true or false");
    value = found->get_bool();
  }
  void operator()(std::string_view key, char& value) {
    const std::string text = string(key);
    if (text.size() != 1) return wrong(key, "one character");
    value = text.front();
  }
  void operator()(std::string_view key, int& value) { number(key, value); }
  void operator()(std::string_view key, std::int64_t& value) { number(key, value); }
  void operator()(std::string_view key, std::uint64_t& value) {
    const std::string text = string(key);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) wrong(key, "a hexadecimal number");
  }
  void operator()(std::string_view key, std::vector<Share>& shares) {
    const boost::json::array* given = array(key);
    if (given == nullptr) return;
    shares.clear();
    for (const boost::json::value& element : *given) {
      const boost::json::array* cells = element.if_array();
      boost::system::error_code no_slot;
      boost::system::error_code no_weight;
      boost::system::error_code no_group;
      if (cells == nullptr || cells->size() < 2 || cells->size() > 5) return wrong(key, "an array of pairs or triples");
      Share& share = shares.emplace_back();
      share.slot = cells->at(0).to_number<std::uint32_t>(no_slot);
      share.weight = cells->at(1).to_number<std::int64_t>(no_weight);
      boost::system::error_code no_stake;
      share.does_money_leave = cells->size() >= 4;
      if (share.does_money_leave && cells->at(3) != 1) return wrong(key, "shares whose fourth number is 1");
      if (cells->size() >= 3) share.group = cells->at(2).to_number<std::uint32_t>(no_group);
      if (cells->size() == 5) share.stake = cells->at(4).to_number<std::int64_t>(no_stake);
      if (no_stake || share.stake < 0) return wrong(key, "shares whose fifth number is a stake");
      if (no_slot || no_weight || no_group) return wrong(key, "whole numbers: slot, weight, and perhaps the group");
    }
  }
  template <HasWords T>
  void operator()(std::string_view key, T& value) {
    const std::string given = string(key);
    constexpr auto& words = WordsOf<T>::all;
    const auto found = std::find(words.begin(), words.end(), given);
    if (found == words.end()) return wrong(key, "one of the known words, not '" + given + "'");
    value = static_cast<T>(found - words.begin());
  }
  template <HasCells T>
  void operator()(std::string_view key, std::vector<T>& rows) {
    const boost::json::array* given = array(key);
    if (given != nullptr && !CellReader::read_rows(*given, rows))
      wrong(key, "an array of rows as this version has them");
  }
  template <class T>
  requires(!HasCells<T>) void operator()(std::string_view key, std::vector<T>& values) {
    const boost::json::array* given = array(key);
    if (given == nullptr) return;
    values.clear();
    CellReader reader(*given);
    for (std::size_t i = 0; i < given->size(); ++i) reader(values.emplace_back());
    if (!reader.is_done()) wrong(key, "an array of such values");
  }
  template <class T>
  void operator()(std::string_view key, std::shared_ptr<const T>& value) {
    const boost::json::value* found = in_.if_contains(key);
    const boost::json::object* object = found == nullptr ? nullptr : found->if_object();
    if (object == nullptr) return wrong(key, "an object");
    auto read = std::make_shared<T>();
    FieldReader reader(*object);
    fields(reader, *read);
    if (!reader.error().empty()) return wrong(key, "whole: " + reader.error());
    if (!complete(*read)) return wrong(key, "of rows that fit each other");
    value = std::move(read);
  }
  template <class T>
  void unless(const T& usual, std::string_view key, T& value) {
    value = usual;
    if (in_.contains(key)) (*this)(key, value);
  }
  void unless_empty(std::string_view key, std::string& value) { unless(std::string(), key, value); }

 private:
  std::string string(std::string_view key) {
    const boost::json::value* found = in_.if_contains(key);
    const boost::json::string* text = found == nullptr ? nullptr : found->if_string();
    if (text == nullptr) {
      wrong(key, "text");
      return {};
    }
    return {text->data(), text->size()};
  }
  const boost::json::array* array(std::string_view key) {
    const boost::json::value* found = in_.if_contains(key);
    const boost::json::array* given = found == nullptr ? nullptr : found->if_array();
    if (given == nullptr) wrong(key, "an array");
    return given;
  }
  template <class T>
  void number(std::string_view key, T& value) {
    const boost::json::value* found = in_.if_contains(key);
    boost::system::error_code failed;
    if (found != nullptr) value = found->to_number<T>(failed);
    if (found == nullptr || failed) wrong(key, "a whole number");
  }
  template <class T>
  void take(std::string_view key, core::Result<T> result, T& value) {
    if (result) {
      value = *result;
    } else {
      wrong(key, result.error().message);
    }
  }
  void wrong(std::string_view key, std::string_view right) {
    if (error_.empty()) error_ = "field '" + std::string(key) + "' should be " + std::string(right);
  }

  const boost::json::object& in_;
  std::string error_;
};

}  // namespace gateway
