#include "gateway/http/sqlite_read_model.hpp"

#include <sqlite3.h>

namespace gateway {

namespace {

constexpr int busy_timeout_ms = 1000;

// Finished are the orders that nothing more can happen to.
constexpr const char* orders_sql =
    "SELECT * FROM (SELECT * FROM orders WHERE (?1 = '' OR model = ?1)"
    " AND (?2 = 'all' OR replace(lower(state), '_', ' ') NOT IN"
    " ('filled', 'cancelled', 'rejected', 'expired', 'done for day'))"
    " ORDER BY time_utc DESC, order_id DESC LIMIT CAST(?3 AS INTEGER)) ORDER BY time_utc, order_id";
constexpr const char* order_sql = "SELECT * FROM orders WHERE order_id = ?1";
constexpr const char* fills_sql = "SELECT * FROM fills WHERE order_id = ?1 ORDER BY time_utc, exec_id";
constexpr const char* parts_sql = "SELECT * FROM parts WHERE order_id = ?1 ORDER BY account";
constexpr const char* trade_log_sql =
    "SELECT * FROM trade_log WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT CAST(?2 AS INTEGER)";
constexpr const char* account_sql = "SELECT * FROM positions WHERE account = ?1 ORDER BY sleeve, symbol";
constexpr const char* model_sql = "SELECT * FROM positions WHERE sleeve = ?1 ORDER BY account, symbol";
constexpr const char* breaks_sql = "SELECT * FROM breaks ORDER BY break_id";

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

std::vector<std::optional<std::string>> current_row(sqlite3_stmt* statement, int columns) {
  std::vector<std::optional<std::string>> row(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    if (text == nullptr) continue;
    row[static_cast<std::size_t>(i)].emplace(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i)));
  }
  return row;
}

}  // namespace

class SqliteReadModel::Connection {
 public:
  [[nodiscard]] static core::Result<std::unique_ptr<Connection>> open(const std::string& path) {
    auto connection = std::make_unique<Connection>();
    const int opened = sqlite3_open_v2(path.c_str(), &connection->database_, SQLITE_OPEN_READONLY, nullptr);
    if (opened != SQLITE_OK) return core::fail(path, "cannot be opened for reading: " + connection->last_error());
    sqlite3_busy_timeout(connection->database_, busy_timeout_ms);
    sqlite3_exec(connection->database_, "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
    return connection;
  }
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close(database_); }

  [[nodiscard]] std::string last_error() const { return sqlite3_errmsg(database_); }

  [[nodiscard]] core::Result<Rows> query(const char* sql, const std::vector<std::string>& arguments) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &prepared, nullptr) != SQLITE_OK) return core::fail("", last_error());
    const Statement statement(prepared);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& text = arguments[i];
      sqlite3_bind_text64(prepared, static_cast<int>(i) + 1, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    Rows rows;
    const int columns = sqlite3_column_count(prepared);
    for (int i = 0; i < columns; ++i) rows.columns.emplace_back(sqlite3_column_name(prepared, i));
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(prepared)) == SQLITE_ROW) rows.rows.push_back(current_row(prepared, columns));
    if (step != SQLITE_DONE) return core::fail("", last_error());
    return rows;
  }

 private:
  sqlite3* database_ = nullptr;
};

SqliteReadModel::SqliteReadModel(std::filesystem::path database) : path_(std::move(database)) {}
SqliteReadModel::~SqliteReadModel() = default;

core::Result<Rows> SqliteReadModel::query(const char* sql, std::vector<std::string> arguments) {
  if (connection_ == nullptr) {
    auto opened = Connection::open(path_.string());
    if (!opened) return tl::unexpected(opened.error());
    connection_ = *std::move(opened);
  }
  return connection_->query(sql, arguments).map_error([&](const core::Error& error) {
    return core::Error{path_.string(), "cannot be read just now: " + error.message};
  });
}

core::Result<Rows> SqliteReadModel::orders(const OrderFilter& filter) {
  return query(orders_sql, {filter.model.text(), filter.open_only ? "open" : "all", std::to_string(filter.limit)});
}
core::Result<Rows> SqliteReadModel::order(const core::OrderId& order) { return query(order_sql, {order.text()}); }
core::Result<Rows> SqliteReadModel::fills(const core::OrderId& order) { return query(fills_sql, {order.text()}); }
core::Result<Rows> SqliteReadModel::parts(const core::OrderId& order) { return query(parts_sql, {order.text()}); }
core::Result<Rows> SqliteReadModel::trade_log(std::int64_t after, int limit) {
  return query(trade_log_sql, {std::to_string(after), std::to_string(limit)});
}
core::Result<Rows> SqliteReadModel::positions(const core::AccountId& account) {
  return query(account_sql, {account.text()});
}
core::Result<Rows> SqliteReadModel::positions(const core::ModelCode& model) { return query(model_sql, {model.text()}); }
core::Result<Rows> SqliteReadModel::breaks() { return query(breaks_sql, {}); }

}  // namespace gateway
