#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "gateway/engine/engine.hpp"
#include "gateway/http/sqlite_read_model.hpp"
#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_journal.hpp"
#include "simulation/world.hpp"
#include "tests/support/test_folder.hpp"

// What people read over HTTP, from a real day in a real file.
namespace gateway {
namespace {

class ReadingADay : public testing::Test {
 protected:
  void SetUp() override {
    simulation::World world(simulation::desk_of({500'000, 333'333, 200'001}), simulation::lively_exchange(3));
    for (int i = 0; i < 11; ++i) (void)world.buy(100 + i, "AAPL", "GROWTH");
    (void)world.buy(77, "KO", "GROWTH", "30.00");
    world.run_for(std::chrono::seconds(3));
    State state;
    Batch batch;
    batch.entries = world.journal.entries();
    for (const Entry& entry : batch.entries) state.apply(entry);
    batch.changes = state.take_changes();
    journal = std::move(*SqliteJournal::open(path));
    std::promise<bool> done;
    journal->commit(std::move(batch),
                    [&](const CommitResult& result, const Batch&) { done.set_value(result.has_value()); });
    ASSERT_TRUE(done.get_future().get());
  }
  void TearDown() override { journal.reset(); }
  static std::size_t column(const Rows& rows, const std::string& name) {
    return static_cast<std::size_t>(std::find(rows.columns.begin(), rows.columns.end(), name) - rows.columns.begin());
  }

  support::TestFolder folder;
  std::string path = folder / "desk.db";
  std::unique_ptr<SqliteJournal> journal;
  SqliteReadModel model{path};
};

TEST_F(ReadingADay, OrdersComeInTheOrderOfEntry) {
  const Rows orders = *model.orders({});
  ASSERT_EQ(orders.rows.size(), 12U);
  EXPECT_TRUE(orders.rows[1][column(orders, "order_id")]->ends_with("-2"));
  EXPECT_TRUE(orders.rows[11][column(orders, "order_id")]->ends_with("-12"));
  EXPECT_EQ(model.orders({.open_only = true, .model = {}})->rows.size(), 1U);
  EXPECT_EQ(model.orders({.open_only = true, .model = core::ModelCode("VALUE")})->rows.size(), 0U);
  const Rows newest = *model.orders({.open_only = false, .model = {}, .limit = 2});
  ASSERT_EQ(newest.rows.size(), 2U);
  EXPECT_TRUE(newest.rows[1][0]->ends_with("-12"));
  const Rows before = *model.orders({.open_only = false, .model = {}, .limit = 2, .before = 11});
  ASSERT_EQ(before.rows.size(), 2U);
  EXPECT_TRUE(before.rows[0][0]->ends_with("-9"));
  EXPECT_TRUE(before.rows[1][0]->ends_with("-10"));
  EXPECT_EQ(model.order(core::OrderId("20261120-3' OR '1'='1"))->rows.size(), 0U);
}

TEST_F(ReadingADay, ChangesAreTheWholeJournalWithoutAGap) {
  const std::int64_t last = *model.last_change();
  std::int64_t seen = 0;
  while (seen < last) {
    const std::vector<Change> piece = *model.changes(seen, 7);
    ASSERT_FALSE(piece.empty());
    ASSERT_LE(piece.size(), 7U);
    for (const Change& change : piece) EXPECT_EQ(change.seq, ++seen);
  }
  EXPECT_GT(seen, 50);
  const DeskNow now = *model.now();
  EXPECT_EQ(now.seq, last);
  EXPECT_EQ(now.open_orders.rows.size(), 1U);
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  EXPECT_EQ(now.log_seq, database.number("SELECT max(seq) FROM trade_log"));
}

TEST_F(ReadingADay, PagesOfTheTradeLogAreTheWholeOfIt) {
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  sqlite::Statement whole(database, "SELECT * FROM trade_log ORDER BY seq");
  std::int64_t after = 0;
  for (;;) {
    const Rows page = *model.trade_log(after, 7);
    if (page.rows.empty()) break;
    EXPECT_LE(page.rows.size(), 7U);
    for (const auto& row : page.rows) {
      ASSERT_TRUE(whole.row());
      for (std::size_t i = 0; i < row.size(); ++i) EXPECT_EQ(*row[i], whole.text(static_cast<int>(i)));
      EXPECT_EQ(row[0], std::to_string(++after));
    }
  }
  EXPECT_GT(after, 50);
  EXPECT_FALSE(whole.row());
}

TEST_F(ReadingADay, PagesOfPositionsAreTheWholeOfThem) {
  const auto page = [&](Table table, int limit, int offset) {
    return model.table({.table = table, .of = "GROWTH", .account = {}, .limit = limit, .offset = offset})->rows;
  };
  const auto whole = page(Table::model_positions, -1, 0);
  ASSERT_GT(whole.size(), 5U);
  std::vector<std::vector<std::optional<std::string>>> pieces;
  while (true) {
    const auto piece = page(Table::model_positions, 3, static_cast<int>(pieces.size()));
    if (piece.empty()) break;
    ASSERT_LE(piece.size(), 3U);
    pieces.insert(pieces.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(pieces, whole);
}

TEST_F(ReadingADay, TellsWhatCannotBeRead) {
  SqliteReadModel missing("no/such.db");
  EXPECT_EQ(missing.table({.table = Table::breaks, .of = "open", .account = {}}).error().text(),
            "no/such.db: cannot be read just now: unable to open database file");
}

TEST_F(ReadingADay, IsGivenUpWhenTheGatewayStops) {
  std::stop_source stop;
  SqliteReadModel stopped(path, stop.get_token());
  EXPECT_EQ(stopped.orders({})->rows.size(), 12U);
  stop.request_stop();
  EXPECT_EQ(stopped.orders({}).error().text(), path + ": is not read any more: the gateway is stopping");
}

TEST_F(ReadingADay, AStatementIsGivenUpWhenItIsEnough) {
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  int asked = 0;
  database.give_up_when([&] { return ++asked == 3; });
  const std::string endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
  EXPECT_THROW((void)database.number(endless), sqlite::Failure);
  EXPECT_EQ(asked, 3);
  EXPECT_GT(database.number("SELECT count(*) FROM journal"), 0) << "the connection goes on";
}

}  // namespace
}  // namespace gateway
