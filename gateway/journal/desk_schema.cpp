#include "gateway/journal/desk_schema.hpp"

#include <fmt/format.h>

#include "gateway/journal/sql_text.hpp"

namespace gateway {

namespace {

// What version 6 added: models that are run by command. The rows of older databases are made from the journal.
constexpr const char* tables = R"(
ALTER TABLE instrument_row ADD COLUMN round_lot TEXT NOT NULL DEFAULT '';
ALTER TABLE instrument_row ADD COLUMN tick TEXT NOT NULL DEFAULT '';
ALTER TABLE instrument_row ADD COLUMN multiplier TEXT NOT NULL DEFAULT '1';
ALTER TABLE instrument_row ADD COLUMN is_shortable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instrument_row ADD COLUMN last_trading_date TEXT NOT NULL DEFAULT '';
CREATE TABLE model_row(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, currency TEXT NOT NULL, group_idx INTEGER NOT NULL,
  targets_version INTEGER NOT NULL, targets TEXT NOT NULL /* [[symbol, ten-thousandths of a percent], ...] */)
  STRICT, WITHOUT ROWID;
CREATE TABLE targets_row(
  model TEXT NOT NULL, version INTEGER NOT NULL, time_ns INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
  targets TEXT NOT NULL, PRIMARY KEY(model, version)) STRICT, WITHOUT ROWID;
CREATE TABLE account_group_row(name TEXT PRIMARY KEY, accounts TEXT NOT NULL /* [account, ...] */) STRICT, WITHOUT ROWID;
CREATE TABLE proposal_row(
  number INTEGER PRIMARY KEY, proposal TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  seq INTEGER NOT NULL /* of the journal entry that has the content */, time_ns INTEGER NOT NULL,
  operation TEXT NOT NULL, title TEXT NOT NULL, stage TEXT NOT NULL, hash TEXT NOT NULL, submitted_by TEXT NOT NULL,
  why_held TEXT NOT NULL, places TEXT NOT NULL /* by order: [order_id or empty, whether it is transmitted] */) STRICT;
)";

// Tables that came into being after the journal's entries that they follow from.
constexpr const char* rows = R"(
INSERT INTO model_row SELECT g.code, coalesce(json_extract(j.body, '$.name'), g.code), json_extract(j.body, '$.currency'),
  g.idx, 0, '[]' FROM group_row AS g JOIN journal AS j ON j.kind = 'model_created' AND json_extract(j.body, '$.model') = g.code;
)";

// From a proposal to the rows of one list of its content.
std::string rows_of(const std::string& list) {
  return fmt::format("proposal_row AS p JOIN journal AS j ON j.seq = p.seq, json_each(j.body, '$.content.{}') AS cell",
                     list);
}
std::string account_of_cell(int index) {
  return fmt::format("(SELECT a.id FROM account_row AS a WHERE a.idx = {})", cell(index));
}
std::string sleeve_of_cell(int index) {
  return fmt::format("(SELECT g.code FROM group_row AS g WHERE g.idx = {})", cell(index));
}
std::string quote_of(const std::string& place, int index) {
  return fmt::format("json_extract(j.body, '$.content.quotes[' || {} || '][{}]')", place, index);
}

// What the orders of a proposal are, and what became of each.
std::string orders_view() {
  const std::string sum = fmt::format("(SELECT sum({}) FROM json_each({}) AS leg)", cell(2, "leg"), cell(6));
  const std::string sent = "json_extract(p.places, '$[' || cell.key || '][0]')";
  const std::string transmitted = "json_extract(p.places, '$[' || cell.key || '][1]')";
  return fmt::format(
      "SELECT p.proposal, cell.key + 1 AS place, {} AS side, {} AS quantity, {} AS symbol, {} AS order_type, "
      "iif({} IS NULL, '', {}) AS limit_price, {} AS time_in_force, {} AS waits_for_sales, coalesce(o.order_id, '') AS "
      "order_id, "
      "coalesce(o.state, iif({} = 1, 'WAITS', 'STAGED')) AS state, coalesce({}, '0') AS sent, "
      "coalesce({}, '0') AS filled, coalesce(o.average_price, '') AS average_price, json_array_length({}) AS legs "
      "FROM {} LEFT JOIN order_row AS o ON o.order_id = {}",
      cell(1), quantity(sum), quote_of(cell(0), 0), cell(2), cell(3), scaled(cell(3), 8), cell(4), cell(5), transmitted,
      quantity("o.quantity"), quantity("o.filled"), cell(6), rows_of("orders"), sent);
}

std::string legs_view() {
  return fmt::format(
      "SELECT p.proposal, cell.key + 1 AS place, (SELECT a.id FROM account_row AS a WHERE a.idx = {}) AS account, "
      "(SELECT g.code FROM group_row AS g WHERE g.idx = {}) AS sleeve, {} AS quantity, {} AS symbol, {} AS side "
      "FROM {}, json_each({}) AS leg",
      cell(0, "leg"), cell(1, "leg"), quantity(cell(2, "leg")), quote_of(cell(0), 0), cell(1), rows_of("orders"),
      cell(6));
}

std::string moves_view() {
  const std::string cash = fmt::format(
      "SELECT p.proposal, {} AS account, {} AS from_sleeve, {} AS to_sleeve, {} AS symbol, {} AS quantity, {} AS moves "
      "FROM {}",
      account_of_cell(0), sleeve_of_cell(1), sleeve_of_cell(2), cell(4), money(cell(3), digits_of(cell(4))), cell(5),
      rows_of("cash_moves"));
  const std::string units = fmt::format("SELECT p.proposal, {}, {}, {}, {}, {}, coalesce({}, 'now') FROM {}",
                                        account_of_cell(0), sleeve_of_cell(1), sleeve_of_cell(2), quote_of(cell(3), 0),
                                        quantity(cell(4)), cell(5), rows_of("unit_moves"));
  return cash + " UNION ALL " + units;
}

std::string sleeves_view() {
  const std::string digits = digits_of(cell(2));
  const auto amount = [&](int index) {
    return fmt::format("iif({} IS NULL, '', {})", cell(index), money(cell(index), digits));
  };
  // Of all that the account then has in models: of new money only.
  const std::string share =
      fmt::format("iif({0} + {1} > 0, format('%.2f', 100.0 * {0} / ({0} + {1})), '')", cell(7), cell(11));
  return fmt::format(
      "SELECT p.proposal, {} AS account, {} AS sleeve, {} AS currency, {} AS cash_before, {} AS cash_free, "
      "{} AS cash_after, {} AS value_before, {} AS value_after, {} AS fees, {} AS left_over, {} AS percent_of_models "
      "FROM {}",
      account_of_cell(0), sleeve_of_cell(1), cell(2), amount(3), amount(4), amount(5), amount(6), amount(7), amount(8),
      amount(9), share, rows_of("sleeves"));
}

std::string lines_view() {
  const auto of = [](int index) { return cell(index, "line"); };
  const auto after = fmt::format("({} + {} + {})", of(1), of(3), of(4));
  return fmt::format(
      "SELECT p.proposal, {} AS account, {} AS sleeve, {} AS symbol, {} AS before, {} AS free, {} AS moved, "
      "{} AS traded, {} AS after, {} AS target, {} AS share_before, {} AS share_after, {} AS drift_after "
      "FROM {}, json_each({}) AS line",
      account_of_cell(0), sleeve_of_cell(1), quote_of(of(0), 0), quantity(of(1)), quantity(of(2)), quantity(of(3)),
      quantity(of(4)), quantity(after), percent(of(5)), percent(of(6)), percent(of(7)),
      percent(fmt::format("({} - {})", of(7), of(5))), rows_of("sleeves"), cell(10));
}

}  // namespace

std::string desk_tables_sql() { return tables; }

std::string desk_rows_sql() { return rows; }

std::vector<std::pair<std::string, std::string>> desk_views() {
  const std::string targets = fmt::format("{} AS symbol, {} AS percent", cell(0), percent(cell(1)));
  return {
      {"models", "SELECT code AS model, name, currency, targets_version FROM model_row"},
      {"targets", "SELECT r.code AS model, r.targets_version AS version, " + targets +
                      " FROM model_row AS r, json_each(r.targets) AS cell"},
      {"target_versions",
       fmt::format("SELECT r.model, r.version, {} AS time_utc, r.who, r.why, {} FROM targets_row AS r "
                   "LEFT JOIN json_each(r.targets) AS cell",
                   utc("r.time_ns"), targets)},
      {"account_groups",
       "SELECT r.name AS account_group, cell.value AS account, cell.key + 1 AS position FROM account_group_row AS r, "
       "json_each(r.accounts) AS cell"},
      {"instruments",
       "SELECT symbol, security_type, exchange, currency, unit, round_lot, tick, multiplier, "
       "iif(is_shortable, 'yes', 'no') AS shortable, last_trading_date, reference_price, reference_date "
       "FROM instrument_row"},
      {"proposals",
       fmt::format("SELECT p.proposal, {} AS time_utc, p.operation, p.title, p.stage, p.version, p.hash, "
                   "p.submitted_by, p.why_held, json_array_length(p.places) AS orders, p.number FROM proposal_row AS p",
                   utc("p.time_ns"))},
      {"proposal_orders", orders_view()},
      {"proposal_legs", legs_view()},
      {"proposal_moves", moves_view()},
      {"proposal_sleeves", sleeves_view()},
      {"proposal_lines", lines_view()},
      {"proposal_quotes",
       fmt::format("SELECT p.proposal, {} AS symbol, {} AS currency, {} AS price, {} AS time_utc, {} AS source FROM {}",
                   cell(0), cell(1), scaled(cell(3), 8), utc(cell(4)), cell(5), rows_of("quotes"))},
      {"proposal_warnings",
       fmt::format("SELECT p.proposal, {} AS kind, {} AS message, coalesce({}, '') AS account, coalesce({}, '') AS "
                   "symbol FROM {}",
                   cell(0), cell(1), account_of_cell(2), cell(3), rows_of("warnings"))},
  };
}

}  // namespace gateway
