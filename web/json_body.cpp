#include "web/json_body.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <set>

#include "files/text.hpp"

namespace web {

namespace json = boost::json;

namespace {

constexpr std::size_t max_depth = 16;

// Looks for a name that an object has twice: json::parser drops all but the last, which may not be the one meant.
class TwinFinder {
 public:
  static constexpr auto max_object_size = static_cast<std::size_t>(-1);
  static constexpr auto max_array_size = max_object_size;
  static constexpr auto max_key_size = max_object_size;
  static constexpr auto max_string_size = max_object_size;

  bool on_object_begin(json::error_code& /*error*/) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t /*size*/, json::error_code& /*error*/) {
    names_.pop_back();
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    name_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t size, json::error_code& error) {
    on_key_part(part, size, error);
    if (!names_.back().insert(name_).second && !twin_) twin_ = name_;
    name_.clear();
    return true;
  }
  bool on_document_begin(json::error_code& /*error*/) { return true; }
  bool on_document_end(json::error_code& /*error*/) { return true; }
  bool on_array_begin(json::error_code& /*error*/) { return true; }
  bool on_array_end(std::size_t /*size*/, json::error_code& /*error*/) { return true; }
  bool on_string_part(json::string_view /*part*/, std::size_t /*size*/, json::error_code& /*error*/) { return true; }
  bool on_string(json::string_view /*part*/, std::size_t /*size*/, json::error_code& /*error*/) { return true; }
  bool on_number_part(json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_int64(std::int64_t /*number*/, json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_uint64(std::uint64_t /*number*/, json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_double(auto /*a fraction, not looked at*/, json::string_view /*part*/, json::error_code& /*error*/) {
    return true;
  }
  bool on_bool(bool /*value*/, json::error_code& /*error*/) { return true; }
  bool on_null(json::error_code& /*error*/) { return true; }
  bool on_comment_part(json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_comment(json::string_view /*part*/, json::error_code& /*error*/) { return true; }

  [[nodiscard]] const std::optional<std::string>& twin() const { return twin_; }

 private:
  std::vector<std::set<std::string>> names_;  // of the objects around the place that is read, the innermost last
  std::string name_;
  std::optional<std::string> twin_;
};

// REQUIRES: `body` is JSON.
std::optional<std::string> twin_name(std::string_view body, const json::parse_options& options) {
  json::basic_parser<TwinFinder> parser(options);
  json::error_code error;
  parser.write_some(false, body.data(), body.size(), error);
  return parser.handler().twin();
}

}  // namespace

tl::expected<json::object, Response> object_from_json(std::string_view body, const std::string& what,
                                                      const std::string& example) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::stream_parser parser(json::storage_ptr{}, options);
  json::error_code error;
  const std::size_t read = parser.write_some(body.data(), body.size(), error);
  if (!error) parser.finish(error);
  if (!error && read < body.size()) error = json::error::extra_data;
  if (error) {
    return tl::unexpected(
        problem(400, "The body is not JSON.", {{"malformed", "body:" + std::to_string(read + 1), error.message()}}));
  }
  if (const std::optional<std::string> twin = twin_name(body, options)) {
    return tl::unexpected(problem(400, "The body names a member twice.",
                                  {{"malformed", files::shown(*twin), "is given twice; give it once"}}));
  }
  json::value value = parser.release();
  if (!value.is_object()) {
    return tl::unexpected(problem(400, "The body is not " + what + ".",
                                  {{"malformed", "body", "must be a JSON object such as " + example}}));
  }
  return std::move(value.get_object());
}

Form::Form(const json::object& object, std::string place, std::vector<core::Error>& errors)
    : object_(object), place_(std::move(place)), errors_(errors) {}

bool Form::is_empty_list(std::string_view name) const {
  const json::value* value = object_.if_contains(name);
  return value != nullptr && value->is_array() && value->get_array().empty();
}

const json::value* Form::take(std::string_view name) {
  names_.emplace_back(name);
  return object_.if_contains(name);
}

void Form::wrong(std::string_view name, std::string message) {
  errors_.push_back({place_ + std::string(name), std::move(message)});
}

std::string Form::text(std::string_view name, bool is_required) {
  const json::value* value = take(name);
  if (value == nullptr) {
    if (is_required) wrong(name, "is missing");
    return {};
  }
  if (const json::string* text = value->if_string()) return {text->data(), text->size()};
  wrong(name, "must be a string in quotes; decimal numbers too, such as \"187.50\"");
  return {};
}

bool Form::flag(std::string_view name) {
  const json::value* value = take(name);
  if (value == nullptr) return false;
  if (value->is_bool()) return value->get_bool();
  wrong(name, "must be true or false, without quotes");
  return false;
}

std::int64_t Form::place_number(std::string_view name) {
  const json::value* value = take(name);
  if (value != nullptr && value->is_int64() && value->get_int64() > 0) return value->get_int64();
  wrong(name, value == nullptr ? "is missing" : "must be a whole number from 1 on, without quotes");
  return 0;
}

std::vector<std::string> Form::texts(std::string_view name, bool is_required) {
  std::vector<std::string> texts;
  const json::value* value = take(name);
  if (value == nullptr) {
    if (is_required) wrong(name, "is missing");
    return texts;
  }
  const json::array* list = value->if_array();
  if (list == nullptr) wrong(name, "must be a list");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (const json::string* text = (*list)[i].if_string()) {
      texts.emplace_back(text->data(), text->size());
    } else {
      wrong(std::string(name) + "[" + std::to_string(i) + "]", "must be a string in quotes");
    }
  }
  return texts;
}

std::vector<std::int64_t> Form::places(std::string_view name) {
  std::vector<std::int64_t> places;
  const json::value* value = take(name);
  if (value == nullptr) return places;
  const json::array* list = value->if_array();
  if (list == nullptr || list->empty()) wrong(name, "must be a list of places, from 1 on");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if ((*list)[i].is_int64() && (*list)[i].get_int64() > 0) {
      places.push_back((*list)[i].get_int64());
    } else {
      wrong(std::string(name) + "[" + std::to_string(i) + "]", "must be a whole number from 1 on, without quotes");
    }
  }
  return places;
}

void Form::rows(std::string_view name, const std::function<void(Form&)>& read, bool is_required) {
  const json::value* value = take(name);
  if (value == nullptr) {
    if (is_required) wrong(name, "is missing");
    return;
  }
  const json::array* list = value->if_array();
  if (list == nullptr) return wrong(name, "must be a list of objects");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = place_ + std::string(name) + "[" + std::to_string(i) + "]";
    if (const json::object* object = (*list)[i].if_object()) {
      Form row(*object, place + ".", errors_);
      read(row);
      row.finish();
    } else {
      errors_.push_back({place, "must be an object"});
    }
  }
}

void Form::finish() {
  for (const json::key_value_pair& pair : object_) {
    const std::string key(pair.key().data(), pair.key().size());
    if (std::find(names_.begin(), names_.end(), key) != names_.end()) continue;
    const std::string close = files::nearest(key, names_);
    wrong(files::shown(key), names_.empty()  ? "is not known; there are none"
                             : close.empty() ? "is not known; known are " + files::joined(names_)
                                             : "is not known; did you mean '" + close + "'?");
  }
}

}  // namespace web
