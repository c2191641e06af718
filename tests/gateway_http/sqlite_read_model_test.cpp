#include "gateway/http/sqlite_read_model.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

namespace gateway {
namespace {

class SqliteReading : public testing::Test {
 protected:
  SqliteReading() {
    std::filesystem::remove(path_);
    sqlite3_open(path_.c_str(), &database_);
    run("PRAGMA journal_mode = WAL");
    run("CREATE TABLE orders(order_id TEXT, time_utc TEXT, model TEXT, state TEXT)");
    run("CREATE TABLE fills(exec_id TEXT, order_id TEXT, time_utc TEXT)");
    run("CREATE TABLE parts(order_id TEXT, account TEXT)");
    run("CREATE TABLE trade_log(seq INTEGER, kind TEXT)");
    run("CREATE TABLE positions(account TEXT, sleeve TEXT, symbol TEXT)");
    run("CREATE TABLE breaks(break_id INTEGER, text TEXT)");
  }
  ~SqliteReading() override {
    sqlite3_close(database_);
    std::filesystem::remove(path_);
  }
  void run(const char* sql) { ASSERT_EQ(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql; }

  // The first column of all rows: "P1 P2".
  static std::string firsts(const core::Result<Rows>& rows) {
    if (!rows) return rows.error().text();
    std::string text;
    for (const auto& row : rows->rows) text += (text.empty() ? "" : " ") + row.at(0).value_or("NULL");
    return text;
  }

  std::filesystem::path path_ = std::filesystem::path(testing::TempDir()) / "prorata_read_model_test.db";
  sqlite3* database_ = nullptr;
};

TEST_F(SqliteReading, FiltersOrders) {
  run("INSERT INTO orders VALUES ('P1','2026-01-01','A','filled'),('P2','2026-01-02','A','new'),"
      "('P3','2026-01-03','B','PARTIALLY_FILLED'),('P4','2026-01-04','B','done_for_day')");
  SqliteReadModel model(path_);
  EXPECT_EQ(firsts(model.orders({})), "P1 P2 P3 P4");
  EXPECT_EQ(firsts(model.orders({.open_only = true, .model = {}})), "P2 P3");
  EXPECT_EQ(firsts(model.orders({.open_only = true, .model = core::ModelCode("B")})), "P3");
  EXPECT_EQ(firsts(model.orders({.open_only = false, .model = {}, .limit = 2})), "P3 P4");
  EXPECT_EQ(firsts(model.order(core::OrderId("P2"))), "P2");
  EXPECT_EQ(firsts(model.order(core::OrderId("P9' OR '1'='1"))), "");
}

TEST_F(SqliteReading, SeesWhatWasCommittedSinceTheLastRead) {
  SqliteReadModel model(path_);
  EXPECT_EQ(firsts(model.trade_log(0, 10)), "");
  run("INSERT INTO trade_log VALUES (1,'FILL'),(2,'PART'),(3,'FILL')");
  EXPECT_EQ(firsts(model.trade_log(1, 1)), "2");
  EXPECT_EQ(firsts(model.trade_log(1, 10)), "2 3");
  EXPECT_EQ(model.trade_log(0, 1)->columns, (std::vector<std::string>{"seq", "kind"}));
}

TEST_F(SqliteReading, ReadsTheOtherViews) {
  run("INSERT INTO fills VALUES ('E2','P1','2'),('E1','P1','1'),('E3','P2','3')");
  run("INSERT INTO parts VALUES ('P1','U2'),('P2','U3')");
  run("INSERT INTO positions VALUES ('U1','A','MSFT'),('U1','A','AAPL'),('U2','B','AAPL')");
  run("INSERT INTO breaks VALUES (2,'b'),(1,NULL)");
  SqliteReadModel model(path_);
  EXPECT_EQ(firsts(model.fills(core::OrderId("P1"))), "E1 E2");
  EXPECT_EQ(firsts(model.parts(core::OrderId("P1"))), "P1");
  EXPECT_EQ(model.positions(core::AccountId("U1"))->rows.at(0).at(2), "AAPL");
  EXPECT_EQ(firsts(model.positions(core::ModelCode("B"))), "U2");
  EXPECT_EQ(firsts(model.breaks()), "1 2");
  EXPECT_EQ(model.breaks()->rows.at(0).at(1), std::nullopt);
}

TEST_F(SqliteReading, TellsWhatCannotBeRead) {
  SqliteReadModel missing("no/such.db");
  EXPECT_EQ(missing.breaks().error().text(), "no/such.db: cannot be opened for reading: unable to open database file");
  run("DROP TABLE breaks");
  SqliteReadModel model(path_);
  EXPECT_EQ(model.breaks().error().text(), path_.string() + ": cannot be read just now: no such table: breaks");
}

}  // namespace
}  // namespace gateway
