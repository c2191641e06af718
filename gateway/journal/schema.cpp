#include "gateway/journal/schema.hpp"

#include <fmt/format.h>

#include <array>

#include "gateway/journal/desk_schema.hpp"
#include "gateway/journal/sql_text.hpp"

namespace gateway {

namespace {

// The group of a cell of parts: named after its numbers when it is not that of the order's row.
std::string group_of_cell(int index) { return fmt::format("coalesce({}, o.group_idx)", cell(index)); }

// From a cell to its account (a) and its model (g).
std::string sleeve_of_cell(int group_index) {
  return fmt::format(
      "JOIN slot_row AS s ON s.group_idx = {0} AND s.slot = {1} JOIN group_row AS g ON g.idx = s.group_idx "
      "JOIN account_row AS a ON a.idx = s.account_idx",
      group_of_cell(group_index), cell(0));
}

constexpr std::array<std::string_view, 4> ledger_tables{"fill_row", "fill_change_row", "part_log_row", "log_row"};

std::string append_only(std::string_view table, std::string_view name) {
  return fmt::format(
      "CREATE TRIGGER {0}_keeps_its_rows BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, '{1} is append-only'); END;\n"
      "CREATE TRIGGER {0}_loses_no_row BEFORE DELETE ON {0} BEGIN SELECT RAISE(ABORT, '{1} is append-only'); END;\n",
      table, name);
}

// The trade log: four tables, each of which knows its place in it. `{table}_rows` are those to look at.
std::string trade_log_of(std::string_view fill_rows, std::string_view change_rows, std::string_view part_rows,
                         std::string_view other_rows) {
  const std::string fills = fmt::format(
      "SELECT r.log_seq AS seq, {} AS time_utc, 'FILL' AS kind, '' AS account, o.model, o.side, r.quantity, o.symbol, "
      "r.price, o.currency, r.commission, o.order_id, r.exec_id, o.broker, r.exchange "
      "FROM {} AS r JOIN order_row AS o ON o.number = r.order_number",
      utc("r.time_ns"), fill_rows);
  // Under the ExecID of the fill, so that the lines of one ExecID sum to what counts of it.
  const std::string changes = fmt::format(
      "SELECT r.log_seq, {}, r.kind, '', o.model, o.side, r.quantity, o.symbol, r.price, o.currency, r.commission, "
      "o.order_id, r.fill_exec_id, o.broker, r.exchange FROM {} AS r JOIN order_row AS o ON o.number = r.order_number",
      utc("r.time_ns"), change_rows);
  const std::string parts = fmt::format(
      "SELECT r.first_seq + cell.key, {}, 'PART', a.id, g.code, o.side, {}, o.symbol, r.price, o.currency, {}, "
      "o.order_id, '', o.broker, o.exchange FROM {} AS r JOIN order_row AS o ON o.number = r.order_number, "
      "json_each(r.cells) AS cell {}",
      utc("r.time_ns"), quantity("(" + cell(1) + " * o.unit)"), money(cell(2), "o.minor_digits"), part_rows,
      sleeve_of_cell(3));
  const std::string others = fmt::format(
      "SELECT r.first_seq + cell.key, {}, r.kind, {}, r.model, '', {}, r.symbol, '', r.currency, {}, r.order_id, "
      "r.exec_id, r.broker, '' FROM {} AS r, json_each(r.cells) AS cell",
      utc("r.time_ns"), cell(0), cell(1), cell(2), other_rows);
  return fills + " UNION ALL " + changes + " UNION ALL " + parts + " UNION ALL " + others;
}

// What version 3 added.
constexpr const char* tables_of_3 = R"(
CREATE TABLE settlement_row(
  seq INTEGER PRIMARY KEY, break_number INTEGER NOT NULL UNIQUE, time_ns INTEGER NOT NULL, settled_as TEXT NOT NULL,
  reason TEXT NOT NULL, who TEXT NOT NULL) STRICT;
CREATE TABLE copy_row(
  last_seq INTEGER PRIMARY KEY /* of the journal when `prorata backup` made this file */, time_ns INTEGER NOT NULL) STRICT;
)";

// What version 4 added: busts and corrections, as entries of the trade log.
constexpr const char* tables_of_4 = R"(
CREATE TABLE fill_change_row(
  log_seq INTEGER PRIMARY KEY, seq INTEGER NOT NULL /* of the journal entry */, order_number INTEGER NOT NULL,
  fill_seq INTEGER NOT NULL /* of the fill */, fill_exec_id TEXT NOT NULL, exec_id TEXT NOT NULL /* of the report */,
  kind TEXT NOT NULL, time_ns INTEGER NOT NULL,
  quantity TEXT NOT NULL /* below zero: what had counted is taken back */, price TEXT NOT NULL, commission TEXT NOT NULL,
  exchange TEXT NOT NULL) STRICT;
CREATE INDEX fill_change_by_fill ON fill_change_row(fill_seq);
CREATE INDEX fill_change_by_order ON fill_change_row(order_number);
CREATE INDEX fill_change_by_exec_id ON fill_change_row(exec_id);
)";

// What version 5 added, besides cells of parts that name their group.
constexpr const char* columns_of_5 = "ALTER TABLE order_row ADD COLUMN proposal TEXT NOT NULL DEFAULT '';\n";

}  // namespace

std::string upgrade_sql(std::int64_t version) {
  std::string sql;
  if (version < 3) sql += tables_of_3;
  if (version < 4) sql += tables_of_4 + append_only("fill_change_row", "the trade log");
  if (version < 5) sql += columns_of_5;
  return sql + desk_tables_sql() + desk_rows_sql();
}

std::string table_sql() {
  return std::string(tables_of_3) + tables_of_4 + R"(
CREATE TABLE journal(
  seq INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE fix_session(
  name TEXT PRIMARY KEY, next_sender INTEGER NOT NULL, next_target INTEGER NOT NULL, created_ns INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE fix_sent(
  session TEXT NOT NULL, created_ns INTEGER NOT NULL, seq_num INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(session, created_ns, seq_num)) STRICT, WITHOUT ROWID;

CREATE TABLE account_row(idx INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, currency TEXT NOT NULL) STRICT;
CREATE TABLE group_row(idx INTEGER PRIMARY KEY, code TEXT NOT NULL) STRICT;
CREATE TABLE slot_row(
  group_idx INTEGER NOT NULL, slot INTEGER NOT NULL, account_idx INTEGER NOT NULL,
  PRIMARY KEY(group_idx, slot)) STRICT, WITHOUT ROWID;
CREATE TABLE instrument_row(
  symbol TEXT PRIMARY KEY, security_type TEXT NOT NULL, exchange TEXT NOT NULL, currency TEXT NOT NULL,
  unit TEXT NOT NULL, reference_price TEXT NOT NULL, reference_date TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE order_row(
  number INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, time_ns INTEGER NOT NULL, model TEXT NOT NULL,
  side TEXT NOT NULL, quantity INTEGER NOT NULL, symbol TEXT NOT NULL, order_type TEXT NOT NULL,
  limit_price TEXT NOT NULL, time_in_force TEXT NOT NULL, broker TEXT NOT NULL, exchange TEXT NOT NULL,
  currency TEXT NOT NULL, minor_digits INTEGER NOT NULL, group_idx INTEGER NOT NULL, unit INTEGER NOT NULL,
  state TEXT NOT NULL, filled INTEGER NOT NULL, average_price TEXT NOT NULL, notional_minor INTEGER NOT NULL,
  commission TEXT NOT NULL, broker_order_id TEXT NOT NULL, text TEXT NOT NULL, submitted_by TEXT NOT NULL,
  parts TEXT NOT NULL /* [[slot, units, cost, commission], ...], and the group when it is not group_idx */,
  shares_seq INTEGER NOT NULL /* of the journal entry that holds the shares */) STRICT;
CREATE TABLE holding_row(
  group_idx INTEGER NOT NULL, symbol TEXT NOT NULL, currency TEXT NOT NULL, minor_digits INTEGER NOT NULL,
  scale INTEGER NOT NULL /* of the quantities, in millionths */,
  cells TEXT NOT NULL /* by slot: [[quantity, cost], ...] */, PRIMARY KEY(group_idx, symbol)) STRICT, WITHOUT ROWID;
CREATE TABLE cash_row(
  group_idx INTEGER NOT NULL, currency TEXT NOT NULL, minor_digits INTEGER NOT NULL,
  cells TEXT NOT NULL /* by slot: [amount, ...] */, PRIMARY KEY(group_idx, currency)) STRICT, WITHOUT ROWID;
CREATE TABLE fill_row(
  log_seq INTEGER PRIMARY KEY, seq INTEGER NOT NULL, order_number INTEGER NOT NULL, exec_id TEXT NOT NULL,
  time_ns INTEGER NOT NULL, quantity TEXT NOT NULL, price TEXT NOT NULL, commission TEXT NOT NULL,
  exchange TEXT NOT NULL, trade_date TEXT NOT NULL) STRICT;
CREATE INDEX fill_by_exec_id ON fill_row(exec_id);
CREATE INDEX fill_by_order ON fill_row(order_number);
CREATE TABLE break_row(
  number INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, broker TEXT NOT NULL, kind TEXT NOT NULL, order_id TEXT NOT NULL,
  exec_id TEXT NOT NULL, text TEXT NOT NULL, raw TEXT NOT NULL) STRICT;
CREATE TABLE part_log_row(
  first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, time_ns INTEGER NOT NULL, order_number INTEGER NOT NULL,
  price TEXT NOT NULL, cells TEXT NOT NULL /* [[slot, units, commission], ...], and the group as above */) STRICT;
CREATE UNIQUE INDEX part_log_by_last_seq ON part_log_row(last_seq);
CREATE TABLE log_row(
  first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, time_ns INTEGER NOT NULL, kind TEXT NOT NULL,
  model TEXT NOT NULL, symbol TEXT NOT NULL, currency TEXT NOT NULL, order_id TEXT NOT NULL, exec_id TEXT NOT NULL,
  broker TEXT NOT NULL, cells TEXT NOT NULL /* [[account, quantity, commission], ...] */) STRICT;
CREATE UNIQUE INDEX log_by_last_seq ON log_row(last_seq);
)" + columns_of_5 +
         desk_tables_sql() + append_only("journal", "the journal") + ledger_triggers_sql();
}

std::string ledger_triggers_sql() {
  std::string sql;
  for (const std::string_view table : ledger_tables) sql += append_only(table, "the trade log");
  return sql;
}

std::string drop_ledger_triggers_sql() {
  std::string sql;
  for (const std::string_view table : ledger_tables) {
    sql += fmt::format("DROP TRIGGER IF EXISTS {0}_keeps_its_rows;\nDROP TRIGGER IF EXISTS {0}_loses_no_row;\n", table);
  }
  return sql;
}

namespace {

std::string positions() {
  // CROSS JOIN keeps SQLite to this order; else it reads all cells again for each slot.
  const std::string place =
      "JOIN group_row AS g ON g.idx = r.group_idx CROSS JOIN json_each(r.cells) AS cell "
      "CROSS JOIN slot_row AS s ON s.group_idx = r.group_idx AND s.slot = cell.key "
      "JOIN account_row AS a ON a.idx = s.account_idx";
  // Rows have a cell for each sleeve of their group, whatever the account's money: no cash is told in its own only.
  return fmt::format(
      "SELECT a.id AS account, g.code AS sleeve, r.symbol, {} AS quantity, {} AS cost, "
      "r.currency FROM holding_row AS r {} WHERE cell.value <> '[0,0]' "
      "UNION ALL SELECT a.id, g.code, r.currency, {}, {}, r.currency FROM cash_row AS r {} "
      "WHERE cell.value <> 0 OR r.currency = a.currency",
      quantity("(" + cell(0) + " * r.scale)"), money(cell(1), "r.minor_digits"), place,
      money("cell.value", "r.minor_digits"), money("cell.value", "r.minor_digits"), place);
}

}  // namespace

std::string view_sql() {
  std::string sql;
  const auto view = [&](std::string_view name, const std::string& select) {
    sql += fmt::format("DROP VIEW IF EXISTS {0};\nCREATE VIEW {0} AS {1};\n", name, select);
  };
  view("trade_log", trade_log_of("fill_row", "fill_change_row", "part_log_row", "log_row"));
  view("orders",
       fmt::format("SELECT order_id, {} AS time_utc, model, side, {} AS quantity, symbol, order_type, "
                   "limit_price, time_in_force, broker, exchange, currency, state, {} AS filled, "
                   "average_price, commission, text, submitted_by, broker_order_id, {} AS unit, number, proposal "
                   "FROM order_row",
                   utc("time_ns"), quantity("quantity"), quantity("filled"), quantity("unit")));
  // As they count now, and as they were reported first.
  view("fills",
       fmt::format("SELECT f.exec_id, o.order_id, {} AS time_utc, o.broker, o.side, "
                   "CASE c.kind WHEN 'BUST' THEN '0' ELSE coalesce(c.quantity, f.quantity) END AS quantity, o.symbol, "
                   "coalesce(c.price, f.price) AS price, o.currency, "
                   "CASE c.kind WHEN 'BUST' THEN '0.00' ELSE coalesce(c.commission, f.commission) END AS commission, "
                   "f.exchange, f.trade_date, f.seq AS journal_seq, "
                   "CASE c.kind WHEN 'BUST' THEN 'BUSTED' WHEN 'CORRECTION' THEN 'CORRECTED' ELSE '' END AS changed, "
                   "coalesce(c.exec_id, '') AS changed_by, f.quantity AS first_quantity, f.price AS first_price, "
                   "f.commission AS first_commission "
                   "FROM fill_row AS f JOIN order_row AS o ON o.number = f.order_number "
                   "LEFT JOIN fill_change_row AS c "
                   "ON c.log_seq = (SELECT max(log_seq) FROM fill_change_row WHERE fill_seq = f.seq)",
                   utc("f.time_ns")));
  // Each bust and correction, under the ExecID of its report; a correction has two rows.
  view("fill_changes",
       fmt::format(
           "SELECT c.exec_id, c.kind, c.fill_exec_id, o.order_id, {} AS time_utc, o.broker, c.quantity, c.price, "
           "c.commission, c.seq AS journal_seq, c.fill_seq AS fill_journal_seq, c.log_seq "
           "FROM fill_change_row AS c JOIN order_row AS o ON o.number = c.order_number",
           utc("c.time_ns")));
  view("parts",
       fmt::format("SELECT o.order_id, a.id AS account, g.code AS model, {} AS quantity, {} AS cost, {} AS commission "
                   "FROM order_row AS o, json_each(o.parts) AS cell {}",
                   quantity("(" + cell(1) + " * o.unit)"), money(cell(2), "o.minor_digits"),
                   money(cell(3), "o.minor_digits"), sleeve_of_cell(4)));
  // The shares are sealed in the journal, and only there.
  view("shares",
       fmt::format(
           "SELECT o.order_id, a.id AS account, g.code AS model, {} AS weight, cell.key AS position "
           "FROM order_row AS o JOIN journal AS j ON j.seq = o.shares_seq, json_each(j.body, '$.shares') AS cell "
           "{}",
           cell(1), sleeve_of_cell(2)));
  // The trade log's HOLDING entries have no column for what a holding had cost; the journal has.
  view("brought",
       "SELECT seq AS journal_seq, json_extract(body, '$.account') AS account, json_extract(body, '$.model') AS model, "
       "json_extract(body, '$.symbol') AS symbol, json_extract(body, '$.cost_minor') AS cost_minor FROM journal "
       "WHERE kind = 'holding_brought'");
  view("positions", positions());
  view("breaks", fmt::format("SELECT b.number AS break_id, {} AS time_utc, b.broker, b.kind, b.order_id, b.exec_id, "
                             "b.text, b.raw, iif(s.seq IS NULL, 'open', 'settled') AS state, "
                             "coalesce(s.settled_as, '') AS settled_as, coalesce(s.who, '') AS settled_by, "
                             "coalesce({}, '') AS settled_utc, coalesce(s.reason, '') AS reason "
                             "FROM break_row AS b LEFT JOIN settlement_row AS s ON s.break_number = b.number",
                             utc("b.time_ns"), utc("s.time_ns")));
  for (const auto& [name, select] : desk_views()) view(name, select);
  return sql;
}

std::string trade_log_page_sql() {
  const auto page = [](std::string_view table, std::string_view seq) {
    return fmt::format("(SELECT * FROM {0} WHERE {1} > CAST(?1 AS INTEGER) ORDER BY {1} LIMIT CAST(?2 AS INTEGER))",
                       table, seq);
  };
  return fmt::format("SELECT * FROM ({}) WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT CAST(?2 AS INTEGER)",
                     trade_log_of(page("fill_row", "log_seq"), page("fill_change_row", "log_seq"),
                                  page("part_log_row", "last_seq"), page("log_row", "last_seq")));
}

}  // namespace gateway
