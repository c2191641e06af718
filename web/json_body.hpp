#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/result.hpp"
#include "web/message.hpp"

// The JSON that comes in: an object whose members are all known, each of the right kind.
namespace web {

// The object that the body is, or the answer to give: 400, for what is no JSON, no object, nested deeper than 16, or
// names a member twice. `what` and `example` are for the message.
[[nodiscard]] tl::expected<boost::json::object, Response> object_from_json(std::string_view body,
                                                                           const std::string& what,
                                                                           const std::string& example);

// Takes an object apart, member by member; what is wrong is noted with its place ("accounts[1].amount"), and reading
// goes on. Whoever has taken all calls finish(), which notes members that nobody asked for.
class Form {
 public:
  // `object` and `errors` must outlive the form.
  Form(const boost::json::object& object, std::string place, std::vector<core::Error>& errors);

  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }
  [[nodiscard]] bool is_empty_list(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name, bool is_required = false);  // "" when it is not there
  [[nodiscard]] bool flag(std::string_view name);                                   // false when it is not there
  [[nodiscard]] std::int64_t place_number(std::string_view name);                   // 1, 2, 3, ...
  [[nodiscard]] std::vector<std::string> texts(std::string_view name, bool is_required = false);
  [[nodiscard]] std::vector<std::int64_t> places(std::string_view name);
  void rows(std::string_view name, const std::function<void(Form&)>& read, bool is_required = false);
  // Text as a scaled number or the like; the fallback when it is not there or wrong.
  template <class T, class Read>
  [[nodiscard]] std::optional<T> read(std::string_view name, Read parse) {
    if (!has(name)) {
      names_.emplace_back(name);
      return std::nullopt;
    }
    const std::size_t before = errors_.size();
    const std::string given = text(name);
    if (errors_.size() > before) return std::nullopt;
    core::Result<T> value = parse(given);
    if (value) return *std::move(value);
    wrong(name, value.error().message);
    return std::nullopt;
  }
  void wrong(std::string_view name, std::string message);
  void finish();

 private:
  [[nodiscard]] const boost::json::value* take(std::string_view name);

  const boost::json::object& object_;
  std::string place_;
  std::vector<core::Error>& errors_;
  std::vector<std::string> names_;
};

}  // namespace web
