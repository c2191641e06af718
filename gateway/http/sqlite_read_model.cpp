#include "gateway/http/sqlite_read_model.hpp"

#include <utility>

#include "core/decimal.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/journal/sql_text.hpp"
#include "gateway/journal/sqlite.hpp"

namespace gateway {

namespace {

// Finished are the orders that nothing more can happen to.
constexpr const char* orders_sql =
    "SELECT * FROM (SELECT * FROM orders WHERE (?1 = '' OR model = ?1 OR (model = '' AND EXISTS"
    " (SELECT 1 FROM shares WHERE shares.order_id = orders.order_id AND shares.model = ?1)))"
    " AND (?2 = 'all' OR state NOT IN ('FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'DONE FOR DAY'))"
    " AND number < CAST(?4 AS INTEGER) ORDER BY number DESC LIMIT CAST(?3 AS INTEGER)) ORDER BY number";
constexpr const char* order_sql = "SELECT * FROM orders WHERE order_id = ?1";
constexpr const char* fills_sql = "SELECT * FROM fills WHERE order_id = ?1 ORDER BY journal_seq";
constexpr const char* parts_sql = "SELECT * FROM parts WHERE order_id = ?1 ORDER BY account, model";
constexpr const char* last_change_sql = "SELECT coalesce(max(seq), 0) FROM journal";
constexpr const char* last_entry_sql =
    "SELECT max(coalesce((SELECT max(log_seq) FROM fill_row), 0), coalesce((SELECT max(log_seq) FROM fill_change_row), "
    "0), coalesce((SELECT max(last_seq) FROM part_log_row), 0), coalesce((SELECT max(last_seq) FROM log_row), 0))";
constexpr int most_open = 1'000'000;
std::string changes_sql() {
  return "SELECT seq, " + utc("time_ns") +
         ", kind, body FROM journal WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT CAST(?2 AS INTEGER)";
}

// Whole, without a page: ?1 is what it is of, ?2 the account.
std::string sql_of(Table table) {
  const auto of_proposal = [](const std::string& view, const std::string& order) {
    return "SELECT * FROM " + view + " WHERE proposal = ?1" + order;
  };
  const auto is_of = [](const std::string& name) {
    return "(account = " + name + " OR account IN (SELECT account FROM account_groups WHERE account_group = " + name +
           "))";
  };
  const std::string by_account = " AND (?2 = '' OR " + is_of("?2") + ")";
  switch (table) {
    case Table::account_positions:
      return "SELECT * FROM positions WHERE " + is_of("?1") + " ORDER BY account, sleeve, symbol";
    case Table::model_positions: return "SELECT * FROM positions WHERE sleeve = ?1 ORDER BY account, symbol";
    case Table::breaks: return "SELECT * FROM breaks WHERE ?1 <> 'open' OR state = 'open' ORDER BY break_id";
    case Table::accounts: return "SELECT id AS account, name, currency FROM account_row ORDER BY idx";
    case Table::account_groups: return "SELECT * FROM account_groups ORDER BY account_group, position";
    case Table::instruments: return "SELECT * FROM instruments ORDER BY symbol";
    case Table::models: return "SELECT * FROM models WHERE ?1 = '' OR model = ?1 ORDER BY model";
    case Table::targets: return "SELECT * FROM targets WHERE ?1 = '' OR model = ?1 ORDER BY model, symbol";
    case Table::target_versions: return "SELECT * FROM target_versions WHERE model = ?1 ORDER BY version, symbol";
    case Table::proposals:
      return "SELECT * FROM proposals WHERE ?1 <> 'open' OR stage NOT IN ('DONE', 'CLOSED', 'DISCARDED') "
             "ORDER BY number DESC";
    case Table::proposal: return of_proposal("proposals", "");
    case Table::proposal_orders: return of_proposal("proposal_orders", " ORDER BY place");
    case Table::proposal_legs: return of_proposal("proposal_legs", by_account + " ORDER BY place");
    case Table::proposal_moves: return of_proposal("proposal_moves", by_account);
    case Table::proposal_sleeves: return of_proposal("proposal_sleeves", by_account);
    case Table::proposal_lines: return of_proposal("proposal_lines", by_account);
    case Table::proposal_quotes: return of_proposal("proposal_quotes", " ORDER BY symbol");
    case Table::account_file:
      return "SELECT id AS Account, name AS Name, currency AS Currency FROM account_row ORDER BY idx";
    case Table::group_file:
      return "SELECT account_group AS \"Group\", account AS Account, "
             "iif(position = 1, (SELECT group_concat(account, ' ') FROM (SELECT account FROM account_groups AS every "
             "WHERE every.account_group = account_groups.account_group ORDER BY position)), '') AS Was "
             "FROM account_groups ORDER BY account_group, position";
    case Table::instrument_file:
      return "SELECT symbol AS Symbol, security_type AS SecType, exchange AS Exchange, currency AS Currency, unit AS "
             "Unit, "
             "round_lot AS RoundLot, tick AS Tick, iif(security_type IN ('OPT', 'FUT'), multiplier, '') AS Multiplier, "
             "shortable AS Shortable, last_trading_date AS LastTradingDate, reference_price AS ReferencePrice, "
             "reference_date AS ReferenceDate FROM instruments ORDER BY symbol";
    case Table::model_file:
      return "SELECT m.model AS Model, m.name AS Name, m.currency AS Currency, coalesce(t.symbol, '') AS Symbol, "
             "coalesce(t.percent, '') AS Percent, m.targets_version AS Version FROM models AS m LEFT JOIN targets AS t "
             "ON t.model = m.model "
             "ORDER BY m.model, t.symbol";
    case Table::position_file:
      return "SELECT account AS Account, sleeve AS Sleeve, symbol AS Symbol, quantity AS Quantity, cost AS Cost, "
             "currency AS Currency, quantity || ' ' || cost AS Was FROM positions WHERE sleeve = 'Independent' OR "
             "trim(quantity, '0.') <> '' OR sleeve "
             "IN "
             "(SELECT model FROM models) ORDER BY account, sleeve, symbol";
    case Table::proposal_warnings: return of_proposal("proposal_warnings", by_account);
  }
  return "";
}

}  // namespace

SqliteReadModel::SqliteReadModel(std::filesystem::path database, std::stop_token stop)
    : path_(std::move(database)), stop_(std::move(stop)) {}
SqliteReadModel::~SqliteReadModel() = default;

core::Result<Rows> SqliteReadModel::query(const std::string& sql, const std::vector<std::string>& arguments) {
  give_up_at_ = std::chrono::steady_clock::now() + std::chrono::seconds(max_read_s);
  try {
    if (stop_.stop_requested()) throw sqlite::Failure("interrupted");
    if (!database_) {
      database_ = std::make_unique<sqlite::Database>(path_.string(), sqlite::Database::Mode::read_only);
      database_->run("PRAGMA busy_timeout = 2000");
      database_->give_up_when(
          [this] { return stop_.stop_requested() || std::chrono::steady_clock::now() > give_up_at_; });
    }
    sqlite::Statement statement(*database_, sql);
    for (const std::string& argument : arguments) statement.bind(argument);
    Rows rows;
    for (int i = 0; i < statement.columns(); ++i) rows.columns.emplace_back(statement.name(i));
    while (statement.row()) {
      auto& row = rows.rows.emplace_back();
      for (int i = 0; i < statement.columns(); ++i) row.emplace_back(std::string(statement.text(i)));
    }
    return rows;
  } catch (const sqlite::Failure& failure) {
    if (stop_.stop_requested()) return core::fail(path_.string(), "is not read any more: the gateway is stopping");
    if (std::chrono::steady_clock::now() > give_up_at_) {
      return core::fail(path_.string(), "took longer than " + std::to_string(max_read_s) +
                                            " s to read; ask for less, or read it with sqlite3 -readonly");
    }
    return core::fail(path_.string(), std::string("cannot be read just now: ") + failure.what());
  }
}

core::Result<Rows> SqliteReadModel::orders(const OrderFilter& filter) {
  return query(orders_sql, {filter.model.text(), filter.open_only ? "open" : "all", std::to_string(filter.limit),
                            std::to_string(filter.before)});
}
core::Result<Rows> SqliteReadModel::order(const core::OrderId& order) { return query(order_sql, {order.text()}); }
core::Result<Rows> SqliteReadModel::fills(const core::OrderId& order) { return query(fills_sql, {order.text()}); }
core::Result<Rows> SqliteReadModel::parts(const core::OrderId& order) { return query(parts_sql, {order.text()}); }
core::Result<Rows> SqliteReadModel::trade_log(std::int64_t after, int limit) {
  return query(trade_log_page_sql(), {std::to_string(after), std::to_string(limit)});
}
core::Result<Rows> SqliteReadModel::table(const TableQuery& asked) {
  return query("SELECT * FROM (" + sql_of(asked.table) +
                   ") WHERE ?1 = ?1 AND ?2 = ?2 LIMIT CAST(?3 AS INTEGER) "
                   "OFFSET CAST(?4 AS INTEGER)",
               {asked.of, asked.account, std::to_string(asked.limit), std::to_string(asked.offset)});
}
core::Result<std::vector<Change>> SqliteReadModel::changes(std::int64_t after, int limit) {
  const core::Result<Rows> rows = query(changes_sql(), {std::to_string(after), std::to_string(limit)});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Change> changes;
  for (const auto& row : rows->rows) {
    changes.push_back({core::parse_decimal(row[0].value_or(""), 0).value_or(0), row[1].value_or(""),
                       row[2].value_or(""), row[3].value_or("")});
  }
  return changes;
}

core::Result<std::int64_t> SqliteReadModel::number(const std::string& sql) {
  const core::Result<Rows> rows = query(sql, {});
  if (!rows) return tl::unexpected(rows.error());
  return core::parse_decimal(rows->rows.at(0).at(0).value_or(""), 0);
}
core::Result<std::int64_t> SqliteReadModel::last_change() { return number(last_change_sql); }

// One transaction, so that nothing happens between its reads.
core::Result<DeskNow> SqliteReadModel::now() {
  if (const core::Result<Rows> begun = query("BEGIN", {}); !begun) return tl::unexpected(begun.error());
  core::Result<DeskNow> now = read_now();
  const core::Result<Rows> ended = query("COMMIT", {});  // of reads only: what fails leaves nothing behind
  if (now && !ended) return tl::unexpected(ended.error());
  return now;
}

core::Result<DeskNow> SqliteReadModel::read_now() {
  const core::Result<std::int64_t> seq = last_change();
  if (!seq) return tl::unexpected(seq.error());
  const core::Result<std::int64_t> log_seq = number(last_entry_sql);
  if (!log_seq) return tl::unexpected(log_seq.error());
  core::Result<Rows> open_orders = orders({.open_only = true, .model = {}, .limit = most_open});
  if (!open_orders) return tl::unexpected(open_orders.error());
  core::Result<Rows> open_proposals =
      table({.table = Table::proposals, .of = "open", .account = {}, .limit = most_open});
  if (!open_proposals) return tl::unexpected(open_proposals.error());
  core::Result<Rows> open_breaks = table({.table = Table::breaks, .of = "open", .account = {}, .limit = most_open});
  if (!open_breaks) return tl::unexpected(open_breaks.error());
  return DeskNow{*seq, *log_seq, *std::move(open_orders), *std::move(open_proposals), *std::move(open_breaks)};
}

}  // namespace gateway
