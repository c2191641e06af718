#pragma once

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/decimal.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"

// Lists of many small things as JSON arrays without names: [[0,2,1500,"USD"],...]. A type has `cells(v, row)`, which
// calls v(member) for each of its cells in order; one list of cells both writes and reads. Scaled numbers are their
// integers, what is not there is null, and words of a closed list are words.
namespace gateway {

// Words of an enum, by value: specialised where the cells of a type need them. `all` begins with value 0.
template <class Enum>
struct WordsOf;

template <class Enum>
concept HasWords = std::is_enum_v<Enum> && requires {
  WordsOf<Enum>::all;
};
template <class T>
concept Index = std::is_enum_v<T> && !HasWords<T>;

class CellWriter;
template <class T>
concept HasCells = requires(CellWriter& v, const T& row) {
  cells(v, row);
};

class CellWriter {
 public:
  explicit CellWriter(std::string& out) : out_(out) {}

  void operator()(const std::string& text) { quoted(text); }
  template <class Tag>
  void operator()(const core::Id<Tag>& id) {
    quoted(id.text());
  }
  template <class Tag, int decimals>
  void operator()(const core::Scaled<Tag, decimals>& value) {
    core::append_integer(next(), value.raw);
  }
  void operator()(const core::Currency& currency) { quoted(currency.text()); }
  void operator()(const core::Time& time) { core::append_integer(next(), time.time_since_epoch().count()); }
  void operator()(const core::Money& money) { (*this)(money.minor), (*this)(money.currency); }
  void operator()(bool value) { core::append_integer(next(), value ? 1 : 0); }
  void operator()(std::integral auto value) { core::append_integer(next(), static_cast<std::int64_t>(value)); }
  void operator()(Index auto value) { core::append_integer(next(), static_cast<std::int64_t>(value)); }
  void operator()(HasWords auto value) { quoted(WordsOf<decltype(value)>::all[static_cast<std::size_t>(value)]); }
  template <class T>
  void operator()(const std::optional<T>& value) {
    if (value) {
      (*this)(*value);
    } else {
      next().append("null");
    }
  }
  // The last cells of a row, which most rows and all older ones do not have: none of them while all are as usual.
  template <class... Cells>
  void unless_usual(const Cells&... values) {
    if (((values == Cells{}) && ...)) return;
    ((*this)(values), ...);
  }
  template <HasCells T>
  void operator()(const std::vector<T>& rows) {
    next().push_back('[');
    for (const T& row : rows) {
      if (out_.back() != '[') out_.push_back(',');
      out_.push_back('[');
      cells(*this, row);
      out_.push_back(']');
    }
    out_.push_back(']');
  }

 private:
  std::string& next() {
    if (!out_.empty() && out_.back() != '[') out_.push_back(',');
    return out_;
  }
  void quoted(std::string_view text) {
    next().append(boost::json::serialize(boost::json::string_view(text.data(), text.size())));
  }

  std::string& out_;
};

// Believes nothing: after the first cell that is not there, or not what it should be, ok() is false.
class CellReader {
 public:
  explicit CellReader(const boost::json::array& row) : row_(row) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool is_done() const { return ok_ && at_ == row_.size(); }

  void operator()(std::string& text) {
    if (const auto* given = string()) text.assign(given->data(), given->size());
  }
  template <class Tag>
  void operator()(core::Id<Tag>& id) {
    std::string text;
    (*this)(text);
    id = core::Id<Tag>(std::move(text));
  }
  template <class Tag, int decimals>
  void operator()(core::Scaled<Tag, decimals>& value) {
    (*this)(value.raw);
  }
  void operator()(core::Currency& currency) {
    std::string text;
    (*this)(text);
    const auto read = core::Currency::parse(text);
    if (read) {
      currency = *read;
    } else {
      ok_ = false;
    }
  }
  void operator()(core::Time& time) {
    std::int64_t ns = 0;
    (*this)(ns);
    time = core::Time{std::chrono::nanoseconds{ns}};
  }
  void operator()(core::Money& money) { (*this)(money.minor), (*this)(money.currency); }
  void operator()(bool& value) {
    std::uint32_t number = 0;
    (*this)(number);
    value = number == 1;
    ok_ = ok_ && number <= 1;
  }
  template <std::integral T>
  void operator()(T& value) {
    if (const boost::json::value* cell = next()) {
      boost::system::error_code failed;
      value = cell->to_number<T>(failed);
      ok_ = ok_ && !failed;
    }
  }
  template <Index T>
  void operator()(T& value) {
    std::uint32_t number = 0;
    (*this)(number);
    value = static_cast<T>(number);
  }
  template <HasWords T>
  void operator()(T& value) {
    const auto* given = string();
    if (given == nullptr) return;
    constexpr auto& words = WordsOf<T>::all;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != std::string_view(given->data(), given->size())) continue;
      value = static_cast<T>(i);
      return;
    }
    ok_ = false;
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    if (at_ < row_.size() && row_[at_].is_null()) {
      ++at_;
      value.reset();
    } else {
      (*this)(value.emplace());
    }
  }
  template <HasCells T>
  void operator()(std::vector<T>& rows) {
    const boost::json::value* cell = next();
    const boost::json::array* given = cell == nullptr ? nullptr : cell->if_array();
    ok_ = ok_ && given != nullptr && read_rows(*given, rows);
  }

  template <class... Cells>
  void unless_usual(Cells&... values) {
    if (at_ < row_.size()) ((*this)(values), ...);
  }

  template <HasCells T>
  [[nodiscard]] static bool read_rows(const boost::json::array& given, std::vector<T>& rows) {
    rows.clear();
    rows.reserve(given.size());
    for (const boost::json::value& element : given) {
      const boost::json::array* row = element.if_array();
      if (row == nullptr) return false;
      CellReader reader(*row);
      cells(reader, rows.emplace_back());
      if (!reader.is_done()) return false;
    }
    return true;
  }

 private:
  const boost::json::value* next() {
    ok_ = ok_ && at_ < row_.size();
    return ok_ ? &row_[at_++] : nullptr;
  }
  const boost::json::string* string() {
    const boost::json::value* cell = next();
    const boost::json::string* text = cell == nullptr ? nullptr : cell->if_string();
    ok_ = ok_ && text != nullptr;
    return text;
  }

  const boost::json::array& row_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace gateway
