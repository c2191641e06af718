#include <sqlite3.h>

#include <array>
#include <boost/json.hpp>
#include <map>
#include <utility>

#include "files/text.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/proof/database.hpp"
#include "gateway/proof/journal_reader.hpp"
#include "gateway/proof/tasks.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

constexpr int file_problems_shown = 5;

// What the journal says must be there as often as these rows are.
struct Counted {
  const char* what;
  const char* kind;  // of the entry
  const char* rows;
};
constexpr std::array<Counted, 7> counted{{
    {"orders", "order_entered", "SELECT count(*) FROM order_row"},
    {"fills", "fill_booked", "SELECT count(*) FROM fill_row"},
    {"busted fills", "fill_busted", "SELECT count(*) FROM fill_change_row WHERE kind = 'BUST'"},
    {"corrections", "fill_corrected", "SELECT count(DISTINCT seq) FROM fill_change_row WHERE kind = 'CORRECTION'"},
    {"breaks", "break_kept", "SELECT count(*) FROM break_row"},
    {"settled breaks", "break_settled", "SELECT count(*) FROM settlement_row"},
    {"breaks in the trade log", "break_kept", "SELECT count(*) FROM log_row WHERE kind = 'BREAK'"},
}};

struct Walk {
  explicit Walk(const VerifyTask& task) : task_(task) {}

  bool visit(const JournalRow& row) {
    for (std::size_t i = 0; i < counted.size(); ++i) entries[i] += row.kind == counted[i].kind ? 1 : 0;
    if (task_.expected_hash.empty() || found_hash) return true;
    if (task_.expected_seq && *task_.expected_seq != row.seq) return true;
    if (hex(row.hash) == task_.expected_hash) found_hash = row.seq;
    return true;
  }

  std::array<std::int64_t, counted.size()> entries{};
  std::optional<std::int64_t> found_hash;  // where the expected one is

 private:
  const VerifyTask& task_;
};

json::object count_row(const char* what, std::int64_t journal, std::int64_t rows) {
  return {{"what", what}, {"journal", journal}, {"rows", rows}, {"holds", journal == rows}};
}

json::array counts(sqlite::Database& database, const Walk& walk) {
  json::array list;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    list.push_back(count_row(counted[i].what, walk.entries[i], database.number(counted[i].rows)));
  }
  // Not from the journal, but cheap: the log's numbers have no gap.
  const std::int64_t last = database.number(
      "SELECT max(last) FROM (SELECT max(log_seq) AS last FROM fill_row UNION ALL SELECT max(log_seq) FROM "
      "fill_change_row UNION ALL SELECT max(last_seq) FROM part_log_row UNION ALL SELECT max(last_seq) FROM log_row)");
  const std::int64_t lines = database.number(
      "SELECT (SELECT count(*) FROM fill_row) + (SELECT count(*) FROM fill_change_row) + "
      "(SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM part_log_row) + (SELECT coalesce(sum(last_seq - "
      "first_seq + 1), 0) FROM log_row)");
  list.push_back(count_row("lines of the trade log", last, lines));
  return list;
}

// SQLite puts a heading before a database's first problem.
std::string problem_text(std::string_view told) {
  constexpr std::string_view heading = "*** in database main ***\n";
  if (told.starts_with(heading)) told.remove_prefix(heading.size());
  return files::cleaned(told);
}

std::map<std::string, std::string> views_in(sqlite::Database& database) {
  std::map<std::string, std::string> views;
  sqlite::Statement select(database, "SELECT name, sql FROM sqlite_master WHERE type = 'view'");
  while (select.row()) views.emplace(select.text(0), select.text(1));
  return views;
}

// The views that people read through, in a file of this version: whoever changed one could show anything.
void check_views(sqlite::Database& database, json::array& problems) {
  if (database.number("PRAGMA user_version") != schema_version) return;
  sqlite::Database ours("", sqlite::Database::Mode::scratch);
  ours.run(view_sql());
  const auto found = views_in(database);
  for (const auto& [name, sql] : views_in(ours)) {
    const auto view = found.find(name);
    if (view != found.end() && view->second == sql) continue;
    problems.push_back(json::value("the view " + name + (view == found.end() ? " is not there" : " was changed") +
                                   "; a gateway that starts on the file makes it anew"));
  }
}

// Damage that a walk from the first entry to the last does not meet: a page of the tree over the rows, an index, the
// rows for people. SQLite reads the whole file for it.
json::object file_check(sqlite::Database& database, const Progress& progress, const JournalReader& reader) {
  json::array problems;
  try {
    const std::int64_t last = reader.seq();
    database.give_up_when([&] { return progress && !progress(last, last); });
    sqlite::Statement check(database, "PRAGMA integrity_check(" + std::to_string(file_problems_shown) + ")");
    while (check.row()) {
      if (check.text(0) != "ok") problems.push_back(json::value(problem_text(check.text(0))));
    }
    check_views(database, problems);
  } catch (const sqlite::Failure& failure) {
    if ((failure.code & 0xff) == SQLITE_INTERRUPT) throw Refused("stopped before it was done");
    problems.push_back(json::value(problem_text(failure.what())));
  }
  database.give_up_when(nullptr);
  return {{"holds", problems.empty()}, {"problems", std::move(problems)}};
}

bool all_hold(const json::array& list) {
  for (const json::value& row : list) {
    if (!row.at("holds").as_bool()) return false;
  }
  return true;
}

}  // namespace

json::object verify(const VerifyTask& task, const std::string& path, const Progress& progress) {
  const auto database = open_to_read(path);
  JournalReader reader(*database, "main");
  Walk walk(task);
  const auto visit = [&](const JournalRow& row) { return walk.visit(row); };
  while (reader.read(rows_at_a_time, visit)) tell(progress, reader.seq(), reader.last_seq());
  json::object file = file_check(*database, progress, reader);
  json::array rows;
  if (!reader.bad()) {
    database->run("BEGIN");  // the last entries and the rows of one moment
    while (reader.read(rows_at_a_time, visit)) {
    }
    if (!reader.bad() && file.at("holds").as_bool()) rows = counts(*database, walk);
    database->run("COMMIT");
  }
  const bool expected = !task.expected_hash.empty();
  json::object answer = proof_of(path, reader);
  answer["holds"] = !reader.bad() && file.at("holds").as_bool() && all_hold(rows) && (!expected || walk.found_hash);
  if (expected) {
    answer["expected"] = {{"hash", task.expected_hash}, {"holds", walk.found_hash.has_value()}};
    const auto at = walk.found_hash ? walk.found_hash : task.expected_seq;
    if (at) answer["expected"].as_object()["seq"] = *at;
  }
  answer["rows"] = std::move(rows);
  answer["file"] = std::move(file);
  return answer;
}

}  // namespace gateway
