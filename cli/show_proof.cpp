#include <boost/json.hpp>

#include "cli/json_table.hpp"
#include "cli/show.hpp"

namespace cli {

namespace json = boost::json;

namespace {

// Where the journal breaks off, or "".
std::string first_bad(const json::value& answer) {
  const json::object* object = answer.if_object();
  const json::value* bad = object == nullptr ? nullptr : object->if_contains("first_bad");
  if (bad == nullptr) return "";
  return "DOES NOT HOLD from journal entry " + text_at(*bad, "seq") + " on: " + text_at(*bad, "what") + "\nThe " +
         text_at(answer, "entries") + " entries before it are good.\n";
}

std::string head(const json::value& answer) {
  const std::string time = text_at(answer, "time_utc");
  return text_at(answer, "entries") + " journal entries" +
         (time.empty() ? "" : ", the last of " + short_time(time) + " UTC") + "\nhead " + text_at(answer, "head") +
         "\n";
}

// "ok" or "DIFFERS" for each row, as a member that a column can show.
json::array judged(const json::array& list) {
  json::array rows = list;
  for (json::value& each : rows) {
    if (!each.is_object()) continue;
    const json::value* holds = each.get_object().if_contains("holds");
    const bool ok = holds != nullptr && holds->is_bool() && holds->get_bool();
    each.get_object()["judged"] = ok ? "ok" : "DIFFERS";
  }
  return rows;
}

// What SQLite finds wrong with the file, a line each, or "".
std::string damage(const json::value& answer) {
  const json::object* object = answer.if_object();
  const json::value* file = object == nullptr ? nullptr : object->if_contains("file");
  if (file == nullptr || !file->is_object() || text_at(*file, "holds") == "true") return "";
  std::string text = "\nIt DOES NOT HOLD: the file is damaged, see docs/recovery.md. SQLite says of it:\n";
  for (const json::value& each : list_at(*file, "problems")) text += "  " + text_of(&each) + "\n";
  return text;
}

std::string expected(const json::value& answer) {
  const json::object* object = answer.if_object();
  const json::value* told = object == nullptr ? nullptr : object->if_contains("expected");
  if (told == nullptr) return "";
  const std::string seq = text_at(*told, "seq");
  if (text_at(*told, "holds") == "true") return "The expected hash is there, at entry " + seq + ".\n";
  return "DOES NOT HOLD: the expected hash is not there" + (seq.empty() ? "" : ", at entry " + seq) +
         ": the journal was cut or rewritten.\n";
}

}  // namespace

std::string show_verification(const json::value& answer, const Screen& screen) {
  if (const std::string bad = first_bad(answer); !bad.empty()) {
    return text_at(answer, "database") + "\n" + bad + damage(answer);
  }
  static const std::vector<Shown> columns{{"what", text_column("COUNTED")},
                                          {"journal", number_column("SHOULD BE")},
                                          {"rows", number_column("ARE")},
                                          {"judged", text_column("")}};
  const std::string damaged = damage(answer);
  const bool holds = text_at(answer, "holds") == "true" || !damaged.empty();
  const json::array& rows = list_at(answer, "rows");  // they are not counted in a damaged file
  return text_at(answer, "database") + "\nThe hash chain is whole: " + head(answer) + expected(answer) +
         (rows.empty() ? "" : "\n" + table_of(judged(rows), columns, screen, "")) + damaged +
         (holds ? ""
                : "\nIt DOES NOT HOLD. For rows that differ, `prorata replay` tells which, and `prorata mend` makes "
                  "them anew.\n");
}

std::string show_replay(const json::value& answer, const Screen& screen) {
  if (const std::string bad = first_bad(answer); !bad.empty()) return text_at(answer, "database") + "\n" + bad;
  const json::object* object = answer.if_object();
  if (object != nullptr && object->contains("positions")) {
    return "As of " + head(answer) + "\n" + show_positions(answer, screen);
  }
  static const std::vector<Shown> columns{{"what", text_column("REBUILT FROM THE JOURNAL")},
                                          {"compared", number_column("ROWS")},
                                          {"differing", number_column("DIFFERENT")},
                                          {"judged", text_column("")}};
  std::string text = text_at(answer, "database") + "\n" + head(answer) + "\n" +
                     table_of(judged(list_at(answer, "rows")), columns, screen, "");
  for (const json::value& each : list_at(answer, "differences")) {
    text += "\n" + text_at(each, "what") + ", " + text_at(each, "row") + "\n  " + text_at(each, "text") + "\n";
  }
  return text + (text_at(answer, "holds") == "true" ? "\nThe rebuilt book is equal to the live one.\n"
                                                    : "\nThe live rows DO NOT FOLLOW from the journal.\n");
}

std::string show_mended(const json::value& answer) {
  if (const std::string bad = first_bad(answer); !bad.empty()) {
    return text_at(answer, "database") + "\n" + bad +
           "Nothing was changed: rows can be made of a whole journal only.\n";
  }
  return text_at(answer, "database") + "\nAll rows were made anew from " + head(answer);
}

std::string show_backup(const json::value& answer) {
  return text_at(answer, "file") + "\n" + text_at(answer, "bytes") + " bytes, verified: " + head(answer);
}

}  // namespace cli
