#include "gateway/journal/schema.hpp"

#include <fmt/format.h>

namespace gateway {

namespace {

// SQL that makes text of integers; the same forms as core::format_decimal.
// ---------------------------------------------

// Minor units `value` of a currency with `digits` minor digits (0, 2 or 3).
std::string money(const std::string& value, const std::string& digits) {
  return fmt::format(
      "CASE {1} WHEN 0 THEN CAST({0} AS TEXT) ELSE printf('%s%d.%0*d', iif({0} < 0, '-', ''), "
      "abs({0}) / iif({1} = 2, 100, 1000), {1}, abs({0}) % iif({1} = 2, 100, 1000)) END",
      value, digits);
}

// A core::Quantity: millionths, trailing zeros left out.
std::string quantity(const std::string& value) {
  return fmt::format(
      "rtrim(rtrim(printf('%s%d.%06d', iif({0} < 0, '-', ''), abs({0}) / 1000000, abs({0}) % 1000000), '0'), '.')",
      value);
}

std::string utc(const std::string& nanoseconds) {
  return fmt::format(
      "strftime('%Y-%m-%dT%H:%M:%S', {0} / 1000000000, 'unixepoch') || printf('.%09dZ', {0} % 1000000000)",
      nanoseconds);
}

// A cell of a JSON array of arrays, as json_each() hands it out.
std::string cell(int index) { return fmt::format("json_extract(cell.value, '$[{}]')", index); }

// The trade log, of the rows that `rows` gives: one entry for each cell.
std::string trade_log_of(std::string_view rows) {
  return fmt::format(
      "SELECT first_seq + cell.key AS seq, {} AS time_utc, kind, {} AS account, model, side, {} AS quantity, symbol, "
      "price, currency, {} AS commission, order_id, exec_id, broker, exchange FROM {} AS r, json_each(r.cells) AS cell",
      utc("time_ns"), cell(0), cell(1), cell(2), rows);
}

// What version 2 added.
constexpr const char* tables_of_2 = R"(
CREATE TABLE settlement_row(
  seq INTEGER PRIMARY KEY, break_number INTEGER NOT NULL UNIQUE, time_ns INTEGER NOT NULL, settled_as TEXT NOT NULL,
  reason TEXT NOT NULL, who TEXT NOT NULL) STRICT;
CREATE TABLE copy_row(
  last_seq INTEGER PRIMARY KEY /* of the journal when `prorata backup` made this file */, time_ns INTEGER NOT NULL) STRICT;
)";

}  // namespace

std::string upgrade_sql(std::int64_t version) { return version < 2 ? tables_of_2 : ""; }

std::string table_sql() {
  return std::string(tables_of_2) + R"(
CREATE TABLE journal(
  seq INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TRIGGER journal_is_append_only_1 BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_append_only_2 BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

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
  parts TEXT NOT NULL /* [[slot, units, cost, commission], ...] */,
  entered_seq INTEGER NOT NULL /* of the journal entry, which holds the shares */) STRICT;
CREATE TABLE holding_row(
  group_idx INTEGER NOT NULL, symbol TEXT NOT NULL, currency TEXT NOT NULL, minor_digits INTEGER NOT NULL,
  cells TEXT NOT NULL /* by slot: [[quantity, cost], ...] */, PRIMARY KEY(group_idx, symbol)) STRICT, WITHOUT ROWID;
CREATE TABLE cash_row(
  group_idx INTEGER NOT NULL, currency TEXT NOT NULL, minor_digits INTEGER NOT NULL,
  cells TEXT NOT NULL /* by slot: [amount, ...] */, PRIMARY KEY(group_idx, currency)) STRICT, WITHOUT ROWID;
CREATE TABLE fill_row(
  seq INTEGER PRIMARY KEY, order_number INTEGER NOT NULL, exec_id TEXT NOT NULL, time_ns INTEGER NOT NULL,
  quantity TEXT NOT NULL, price TEXT NOT NULL, commission TEXT NOT NULL, exchange TEXT NOT NULL,
  trade_date TEXT NOT NULL) STRICT;
CREATE INDEX fill_by_exec_id ON fill_row(exec_id);
CREATE INDEX fill_by_order ON fill_row(order_number);
CREATE TABLE break_row(
  number INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, broker TEXT NOT NULL, kind TEXT NOT NULL, order_id TEXT NOT NULL,
  exec_id TEXT NOT NULL, text TEXT NOT NULL, raw TEXT NOT NULL) STRICT;
CREATE TABLE log_row(
  first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, time_ns INTEGER NOT NULL, kind TEXT NOT NULL,
  model TEXT NOT NULL, side TEXT NOT NULL, symbol TEXT NOT NULL, price TEXT NOT NULL, currency TEXT NOT NULL,
  order_id TEXT NOT NULL, exec_id TEXT NOT NULL, broker TEXT NOT NULL, exchange TEXT NOT NULL,
  cells TEXT NOT NULL /* [[account, quantity, commission], ...] */) STRICT;
CREATE UNIQUE INDEX log_by_last_seq ON log_row(last_seq);
CREATE TRIGGER log_is_append_only_1 BEFORE UPDATE ON log_row BEGIN SELECT RAISE(ABORT, 'the trade log is append-only'); END;
CREATE TRIGGER log_is_append_only_2 BEFORE DELETE ON log_row BEGIN SELECT RAISE(ABORT, 'the trade log is append-only'); END;
)";
}

std::string view_sql() {
  std::string sql;
  const auto view = [&](std::string_view name, const std::string& select) {
    sql += fmt::format("DROP VIEW IF EXISTS {0};\nCREATE VIEW {0} AS {1};\n", name, select);
  };
  view("trade_log", trade_log_of("log_row"));
  view("orders",
       fmt::format("SELECT order_id, {} AS time_utc, model, side, {} AS quantity, symbol, order_type, "
                   "limit_price, time_in_force, broker, exchange, currency, state, {} AS filled, "
                   "average_price, commission, text, submitted_by, broker_order_id, {} AS unit, number FROM order_row",
                   utc("time_ns"), quantity("quantity"), quantity("filled"), quantity("unit")));
  view("fills", fmt::format("SELECT fill_row.exec_id, o.order_id, {} AS time_utc, o.broker, o.side, "
                            "fill_row.quantity, o.symbol, fill_row.price, o.currency, fill_row.commission, "
                            "fill_row.exchange, fill_row.trade_date, fill_row.seq AS journal_seq "
                            "FROM fill_row JOIN order_row AS o ON o.number = fill_row.order_number",
                            utc("fill_row.time_ns")));
  view("parts", fmt::format("SELECT o.order_id, a.id AS account, o.model, {} AS quantity, {} AS cost, {} AS commission "
                            "FROM order_row AS o, json_each(o.parts) AS cell "
                            "JOIN slot_row AS s ON s.group_idx = o.group_idx AND s.slot = {} "
                            "JOIN account_row AS a ON a.idx = s.account_idx",
                            quantity("(" + cell(1) + " * o.unit)"), money(cell(2), "o.minor_digits"),
                            money(cell(3), "o.minor_digits"), cell(0)));
  // The shares are sealed in the journal, and only there.
  view(
      "shares",
      fmt::format("SELECT o.order_id, a.id AS account, o.model, {} AS weight, cell.key AS position FROM order_row AS o "
                  "JOIN journal AS j ON j.seq = o.entered_seq, json_each(j.body, '$.shares') AS cell "
                  "JOIN slot_row AS s ON s.group_idx = o.group_idx AND s.slot = {} "
                  "JOIN account_row AS a ON a.idx = s.account_idx",
                  cell(1), cell(0)));
  const std::string place =
      "JOIN group_row AS g ON g.idx = r.group_idx, json_each(r.cells) AS cell "
      "JOIN slot_row AS s ON s.group_idx = r.group_idx AND s.slot = cell.key "
      "JOIN account_row AS a ON a.idx = s.account_idx";
  view("positions", fmt::format("SELECT a.id AS account, g.code AS sleeve, r.symbol, {} AS quantity, {} AS cost, "
                                "r.currency FROM holding_row AS r {} WHERE cell.value <> '[0,0]' "
                                "UNION ALL SELECT a.id, g.code, r.currency, {}, {}, r.currency FROM cash_row AS r {}",
                                quantity(cell(0)), money(cell(1), "r.minor_digits"), place,
                                money("cell.value", "r.minor_digits"), money("cell.value", "r.minor_digits"), place));
  view("breaks", fmt::format("SELECT b.number AS break_id, {} AS time_utc, b.broker, b.kind, b.order_id, b.exec_id, "
                             "b.text, b.raw, iif(s.seq IS NULL, 'open', 'settled') AS state, "
                             "coalesce(s.settled_as, '') AS settled_as, coalesce(s.who, '') AS settled_by, "
                             "coalesce({}, '') AS settled_utc, coalesce(s.reason, '') AS reason "
                             "FROM break_row AS b LEFT JOIN settlement_row AS s ON s.break_number = b.number",
                             utc("b.time_ns"), utc("s.time_ns")));
  return sql;
}

std::string trade_log_page_sql() {
  const std::string rows =
      "(SELECT * FROM log_row WHERE last_seq > CAST(?1 AS INTEGER) ORDER BY last_seq LIMIT CAST(?2 AS INTEGER))";
  return fmt::format("SELECT * FROM ({}) WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT CAST(?2 AS INTEGER)",
                     trade_log_of(rows));
}

}  // namespace gateway
