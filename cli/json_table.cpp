#include "cli/json_table.hpp"

#include <boost/json.hpp>
#include <map>
#include <utility>

#include "files/text.hpp"

namespace cli {

namespace json = boost::json;

namespace {

Tone tone_of(std::string_view member, const std::string& text) {
  if (member != "state" && member != "kind") return Tone::plain;
  static const std::map<std::string, Tone> tones{{"filled", Tone::good},
                                                 {"logged on", Tone::good},
                                                 {"rejected", Tone::bad},
                                                 {"cancelled", Tone::waiting},
                                                 {"pending cancel", Tone::waiting},
                                                 {"expired", Tone::waiting},
                                                 {"uncertain", Tone::bad},
                                                 {"not connected", Tone::bad},
                                                 {"connected", Tone::waiting},
                                                 {"break", Tone::bad},
                                                 {"open", Tone::bad},
                                                 {"settled", Tone::good},
                                                 {"bust", Tone::bad},
                                                 {"correction", Tone::waiting}};
  const auto found = tones.find(files::lower(text));
  return found == tones.end() ? Tone::plain : found->second;
}

}  // namespace

Column text_column(const char* title, int spare) { return {.title = title, .spare = spare}; }
Column number_column(const char* title, int spare) { return {.title = title, .number = true, .spare = spare}; }
Column remark_column(const char* title, int spare) { return {.title = title, .remark = true, .spare = spare}; }

std::string text_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return "";
  if (const json::string* text = value->if_string()) return files::cleaned({text->data(), text->size()});
  return files::cleaned(json::serialize(*value));
}

std::string text_at(const json::object& object, std::string_view member) { return text_of(object.if_contains(member)); }

std::string text_at(const json::value& value, std::string_view member) {
  return value.is_object() ? text_at(value.get_object(), member) : "";
}

const json::array& list_at(const json::value& value, std::string_view member) {
  static const json::array none;
  const json::object* object = value.if_object();
  const json::value* found = object == nullptr ? nullptr : object->if_contains(member);
  const json::array* list = found == nullptr ? nullptr : found->if_array();
  return list == nullptr ? none : *list;
}

std::string short_time(const std::string& text) {
  return text.size() < 20 || text[10] != 'T' ? text : text.substr(0, 10) + " " + text.substr(11, 8);
}

std::string table_of(const json::array& list, const std::vector<Shown>& shown, const Screen& screen,
                     std::string_view nothing, bool header) {
  std::vector<Column> columns;
  for (const Shown& one : shown) columns.push_back(one.column);
  std::vector<std::vector<Cell>> rows;
  for (const json::value& element : list) {
    const json::object* object = element.if_object();
    if (object == nullptr) continue;
    rows.emplace_back();
    for (const Shown& one : shown) {
      std::string text = text_at(*object, one.member);
      const Tone tone = tone_of(one.member, text);
      if (one.member == "time_utc" || one.member == "settled_utc") text = short_time(text);
      rows.back().push_back({std::move(text), tone});
    }
  }
  if (rows.empty() && !nothing.empty()) return std::string(nothing) + "\n";
  return render(columns, rows, screen, header);
}

}  // namespace cli
