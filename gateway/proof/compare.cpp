#include "gateway/proof/compare.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <optional>

#include "files/text.hpp"
#include "gateway/journal/schema.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

constexpr std::size_t most_differences = 20;
constexpr std::size_t most_bytes = 120;

// What a row holds, which anybody may have put there, as it can stand in an answer.
std::string shown(const std::string& value) {
  std::string text = files::cleaned(value);
  if (text.size() <= most_bytes) return text;
  std::size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // not within a character
  text.resize(end);
  return text + "...";
}

std::vector<std::string> values_of(const sqlite::Statement& row) {
  std::vector<std::string> values;
  for (int i = 0; i < row.columns(); ++i) values.emplace_back(row.text(i));
  return values;
}

std::string condition(const std::vector<std::string>& key) {
  std::string sql;
  for (const std::string& column : key) sql += (sql.empty() ? " WHERE " : " AND ") + column + " = ?";
  return sql;
}

// The row with the key of `values`; nothing when there is none.
std::optional<std::vector<std::string>> find_row(sqlite::Database& database, const std::string& table,
                                                 const std::vector<std::string>& key,
                                                 const std::vector<std::string>& columns,
                                                 const std::vector<std::string>& values) {
  sqlite::Statement select(database, "SELECT * FROM " + table + condition(key));
  for (const std::string& column : key) {
    const auto at = std::find(columns.begin(), columns.end(), column) - columns.begin();
    select.bind(std::string_view(values[static_cast<std::size_t>(at)]));
  }
  return select.row() ? std::optional(values_of(select)) : std::nullopt;
}

}  // namespace

const std::vector<DerivedTable>& derived_tables() {
  static const std::vector<DerivedTable> tables{{"account_row", "accounts", {"idx"}},
                                                {"group_row", "models", {"idx"}},
                                                {"slot_row", "sleeves", {"group_idx", "slot"}},
                                                {"instrument_row", "instruments", {"symbol"}},
                                                {"model_row", "models with their targets", {"code"}},
                                                {"targets_row", "versions of targets", {"model", "version"}},
                                                {"account_group_row", "groups of accounts", {"name"}},
                                                {"proposal_row", "proposals", {"number"}},
                                                {"order_row", "orders with their parts", {"number"}},
                                                {"holding_row", "holdings", {"group_idx", "symbol"}, false, true},
                                                {"cash_row", "cash", {"group_idx", "currency"}, false, true},
                                                {"fill_row", "fills", {"log_seq"}, true},
                                                {"fill_change_row", "busts and corrections", {"log_seq"}, true},
                                                {"part_log_row", "parts in the trade log", {"first_seq"}, true},
                                                {"break_row", "breaks", {"number"}, true},
                                                {"settlement_row", "settled breaks", {"seq"}, true},
                                                {"log_row", "other lines of the trade log", {"first_seq"}, true}};
  return tables;
}

Comparison::Comparison(sqlite::Database& database) : database_(database) {
  for (const DerivedTable& table : derived_tables()) tables_.push_back({table});
  // The scratch database is no ledger.
  database_.run(drop_ledger_triggers_sql());
}

void Comparison::compare_appended() {
  for (Table& table : tables_) {
    if (!table.appended) continue;
    const std::int64_t last = database_.number(fmt::format("SELECT max({}) FROM main.{}", table.key[0], table.name));
    if (last > 0) compare(table, last);
  }
}

void Comparison::compare_all() {
  for (Table& table : tables_) {
    if (table.appended) {
      compare(table, std::numeric_limits<std::int64_t>::max());
    } else {
      table.compared = database_.number(fmt::format("SELECT count(*) FROM main.{}", table.name));
      table.differing = differing(table, "", !table.packed);
    }
  }
  const bool moved =
      std::any_of(tables_.begin(), tables_.end(), [](const Table& each) { return each.packed && each.differing > 0; });
  if (moved) tell_positions();
}

// What holdings and cash differ in, account by account, which is how people know them.
void Comparison::tell_positions() {
  const Table view{{"positions", "positions", {"account", "sleeve", "symbol"}}};
  try {
    if (differing(view, "", true) > 0) return;
  } catch (const sqlite::Failure& failure) {
    if (failure.code != SQLITE_ERROR) throw;  // "malformed JSON": cells that no view can show
  }
  for (const Table& table : tables_) {
    if (table.packed) (void)differing(table, "", true);  // in a way that no view shows
  }
}

void Comparison::compare(Table& table, std::int64_t up_to) {
  const std::int64_t from = table.last_key == 0 ? std::numeric_limits<std::int64_t>::min() : table.last_key;
  const std::string& key = table.key[0];
  const std::string range = fmt::format(" WHERE {0} > {1} AND {0} <= {2}", key, from, up_to);
  table.compared += database_.number(fmt::format("SELECT count(*) FROM main.{}", table.name));
  table.differing += differing(table, range, true);
  database_.run(fmt::format("DELETE FROM main.{}", table.name));
  table.last_key = up_to;
}

std::int64_t Comparison::differing(const Table& table, const std::string& range, bool in_words) {
  try {
    return differing_from(table, true, range, in_words) + differing_from(table, false, range, in_words);
  } catch (const sqlite::Failure& failure) {
    throw sqlite::Failure(fmt::format("{}: {}", table.name, failure.what()), failure.code, failure.system_error);
  }
}

std::int64_t Comparison::differing_from(const Table& table, bool rebuilt_first, const std::string& range,
                                        bool in_words) {
  const auto rows = [&](const char* schema) { return fmt::format("SELECT * FROM {}.{}{}", schema, table.name, range); };
  sqlite::Statement select(
      database_, rebuilt_first ? rows("main") + " EXCEPT " + rows("live") : rows("live") + " EXCEPT " + rows("main"));
  std::vector<std::string> columns;
  for (int i = 0; i < select.columns(); ++i) columns.emplace_back(select.name(i));
  std::int64_t count = 0;
  while (select.row()) {
    const std::vector<std::string> values = values_of(select);
    // A row that differs is counted from the rebuilt side.
    if (!rebuilt_first && is_in("main", table, columns, values)) continue;
    ++count;
    if (in_words && differences_.size() < most_differences) describe(table, rebuilt_first, columns, values);
  }
  return count;
}

bool Comparison::is_in(const std::string& schema, const Table& table, const std::vector<std::string>& columns,
                       const std::vector<std::string>& values) {
  return find_row(database_, schema + "." + table.name, table.key, columns, values).has_value();
}

void Comparison::describe(const Table& table, bool rebuilt_first, const std::vector<std::string>& columns,
                          const std::vector<std::string>& values) {
  std::string row;
  for (const std::string& column : table.key) {
    const auto at = std::find(columns.begin(), columns.end(), column) - columns.begin();
    row += (row.empty() ? "" : ", ") + column + " " + shown(values[static_cast<std::size_t>(at)]);
  }
  std::string text = "the live rows have it, the journal does not";
  if (rebuilt_first) {
    const auto live = find_row(database_, std::string("live.") + table.name, table.key, columns, values);
    text = live ? "" : "it follows from the journal, and is missing in the live rows";
    for (std::size_t i = 0; live && i < std::min(values.size(), live->size()); ++i) {
      if (values[i] == (*live)[i]) continue;
      text += fmt::format("{}{}: journal {}, live {}", text.empty() ? "" : "; ", columns[i], shown(values[i]),
                          shown((*live)[i]));
    }
  }
  differences_.push_back(json::object{{"what", table.what}, {"row", row}, {"text", text}});
}

bool Comparison::holds() const {
  return std::all_of(tables_.begin(), tables_.end(), [](const Table& table) { return table.differing == 0; });
}

json::array Comparison::rows() const {
  json::array list;
  for (const Table& table : tables_) {
    list.push_back(json::object{{"what", table.what},
                                {"compared", table.compared},
                                {"differing", table.differing},
                                {"holds", table.differing == 0}});
  }
  return list;
}

}  // namespace gateway
