#include "tests/audit/small_desk.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <stdexcept>

namespace audit_test {

namespace {

constexpr const char* desk_sql = R"(
PRAGMA application_id = 0x50524f52;
PRAGMA user_version = 5;

CREATE TABLE orders(order_id, model, side, quantity, symbol, broker, currency, state, filled, unit);
INSERT INTO orders VALUES
  ('O-1', 'M', 'BUY', '100', 'XYZ', 'SIM', 'USD', 'CANCELLED', '10', '1'),
  ('O-2', 'M', 'SELL', '4', 'FND', 'SIM', 'USD', 'PARTIALLY FILLED', '2.5', '0.5');

CREATE TABLE instruments(symbol, security_type, multiplier);
INSERT INTO instruments VALUES ('XYZ', 'STK', '1'), ('FND', 'FUND', '1');

CREATE TABLE fills(exec_id, order_id, broker, side, quantity, symbol, price, currency, commission, exchange, trade_date,
                   journal_seq INTEGER);
INSERT INTO fills VALUES
  ('E-1', 'O-1', 'SIM', 'BUY', '1', 'XYZ', '187.31', 'USD', '0.35', 'XNAS', '20261120', 21),
  ('E-2', 'O-1', 'SIM', 'BUY', '4', 'XYZ', '187.33', 'USD', '0.35', 'XNAS', '20261120', 22),
  ('E-3', 'O-1', 'SIM', 'BUY', '5', 'XYZ', '187.36', 'USD', '0.35', 'XNAS', '20261120', 24),
  ('E-4', 'O-2', 'SIM', 'SELL', '2.5', 'FND', '50.02', 'USD', '0.5', 'XNYS', '20261120', 29);

CREATE TABLE shares(order_id, account, model, weight, position INTEGER);
INSERT INTO shares VALUES
  ('O-1', 'A', 'M', 47, 0), ('O-1', 'B', 'M', 31, 1), ('O-1', 'C', 'M', 22, 2),
  ('O-2', 'A', 'M', 6, 0), ('O-2', 'B', 'M', 4, 1);

CREATE TABLE parts(order_id, account, model, quantity, cost, commission);
INSERT INTO parts VALUES
  ('O-1', 'A', 'M', '5', '936.71', '0.52'), ('O-1', 'B', 'M', '3', '562.03', '0.32'),
  ('O-1', 'C', 'M', '2', '374.69', '0.21'),
  ('O-2', 'A', 'M', '1.5', '75.03', '0.30'), ('O-2', 'B', 'M', '1', '50.02', '0.20');

CREATE TABLE positions(account, sleeve, symbol, quantity, cost, currency);
INSERT INTO positions VALUES
  ('A', 'Independent', 'USD', '500.00', '500.00', 'USD'), ('B', 'Independent', 'USD', '100.00', '100.00', 'USD'),
  ('C', 'Independent', 'USD', '100.00', '100.00', 'USD'),
  ('A', 'M', 'USD', '637.50', '637.50', 'USD'), ('B', 'M', 'USD', '387.47', '387.47', 'USD'),
  ('C', 'M', 'USD', '25.10', '25.10', 'USD'),
  ('A', 'M', 'XYZ', '5', '936.71', 'USD'), ('B', 'M', 'XYZ', '3', '562.03', 'USD'),
  ('C', 'M', 'XYZ', '2', '374.69', 'USD'),
  ('A', 'M', 'FND', '1.5', '60.00', 'USD'), ('B', 'M', 'FND', '1', '40.00', 'USD');

CREATE TABLE brought(account, model, symbol, cost_minor INTEGER, journal_seq INTEGER);
INSERT INTO brought VALUES ('A', 'M', 'FND', 12000, 7), ('B', 'M', 'FND', 8000, 8);

CREATE TABLE trade_log(seq INTEGER, kind, account, model, side, quantity, symbol, price, currency, commission, order_id,
                       exec_id, broker, exchange);
INSERT INTO trade_log VALUES
  (1, 'DEPOSIT', 'A', '', '', '2000.00', 'USD', '', 'USD', '', '', '', '', ''),
  (2, 'DEPOSIT', 'B', '', '', '1000.00', 'USD', '', 'USD', '', '', '', '', ''),
  (3, 'DEPOSIT', 'C', '', '', '500.00', 'USD', '', 'USD', '', '', '', '', ''),
  (4, 'TRANSFER', 'A', 'M', '', '1500.00', 'USD', '', 'USD', '', '', '', '', ''),
  (5, 'TRANSFER', 'B', 'M', '', '900.00', 'USD', '', 'USD', '', '', '', '', ''),
  (6, 'TRANSFER', 'C', 'M', '', '400.00', 'USD', '', 'USD', '', '', '', '', ''),
  (7, 'HOLDING', 'A', 'M', '', '3', 'FND', '', 'USD', '', '', '', '', ''),
  (8, 'HOLDING', 'B', 'M', '', '2', 'FND', '', 'USD', '', '', '', '', ''),
  (9, 'FILL', '', 'M', 'BUY', '1', 'XYZ', '187.31', 'USD', '0.35', 'O-1', 'E-1', 'SIM', 'XNAS'),
  (10, 'FILL', '', 'M', 'BUY', '4', 'XYZ', '187.33', 'USD', '0.35', 'O-1', 'E-2', 'SIM', 'XNAS'),
  (11, 'FILL', '', 'M', 'BUY', '5', 'XYZ', '187.36', 'USD', '0.35', 'O-1', 'E-3', 'SIM', 'XNAS'),
  (12, 'PART', 'A', 'M', 'BUY', '5', 'XYZ', '187.343', 'USD', '0.52', 'O-1', '', 'SIM', 'XNAS'),
  (13, 'PART', 'B', 'M', 'BUY', '3', 'XYZ', '187.343', 'USD', '0.32', 'O-1', '', 'SIM', 'XNAS'),
  (14, 'PART', 'C', 'M', 'BUY', '2', 'XYZ', '187.343', 'USD', '0.21', 'O-1', '', 'SIM', 'XNAS'),
  (15, 'FILL', '', 'M', 'SELL', '2.5', 'FND', '50.02', 'USD', '0.50', 'O-2', 'E-4', 'SIM', 'XNYS');

CREATE TABLE breaks(break_id, kind, text, state);
)";

}  // namespace

SmallDesk::SmallDesk() {
  static int made = 0;
  const std::string name = "prorata-audit-" + std::to_string(getpid()) + "-" + std::to_string(++made) + ".db";
  path_ = std::filesystem::temp_directory_path() / name;
  std::filesystem::remove(path_);
  run(desk_sql);
}

SmallDesk::~SmallDesk() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void SmallDesk::run(const std::string& sql) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open(path_.c_str(), &handle);
  // Nobody needs the file after a power failure, and the tests make many.
  sqlite3_exec(handle, "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY", nullptr, nullptr, nullptr);
  const int before = sqlite3_total_changes(handle);
  const bool done = opened == SQLITE_OK && sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  const bool changed = sqlite3_total_changes(handle) > before || sql.starts_with("PRAGMA") || sql.starts_with("DROP");
  const std::string message = sqlite3_errmsg(handle);
  sqlite3_close(handle);
  if (!done) throw std::runtime_error(sql + ": " + message);
  if (!changed) throw std::runtime_error(sql + ": changes nothing");
}

}  // namespace audit_test
