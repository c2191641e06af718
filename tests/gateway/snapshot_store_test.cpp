#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "gateway/engine/engine.hpp"
#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_store.hpp"
#include "tests/gateway/random_day.hpp"
#include "tests/support/test_folder.hpp"

namespace gateway {
namespace {

// Two databases of one random day: one whose state lets go and takes snapshots, and one that does nothing of the kind.
class SnapshotStore : public testing::Test {
 protected:
  void SetUp() override {
    file = folder_ / "desk.db";
    plain_file = folder_ / "plain.db";
  }

  static std::unique_ptr<SqliteStore> open(const std::string& path) {
    auto store = SqliteStore::open(path);
    if (!store) throw std::runtime_error(store.error().text());
    return std::move(*store);
  }

  // `batches` batches, with a snapshot every so many; the last snapshot is `tail` batches before the end.
  void live(int batches, int batches_per_snapshot, int tail) {
    const auto store = open(file);
    const auto plain_store = open(plain_file);
    State state;
    State plain;
    state.set_archive(&store->archive());
    RandomDay day(42);
    for (int i = 0; i < batches; ++i) {
      Batch batch;
      plain.settle();
      for (int event = 0; event < 8; ++event) {
        plain.settle();
        for (Event& next : i == 0 && event == 0 ? RandomDay::desk() : day.next(plain)) {
          batch.entries.push_back({plain.last_seq() + 1, core::Time{std::chrono::seconds(i)}, std::move(next)});
          plain.apply(batch.entries.back());
          state.apply(batch.entries.back());
        }
      }
      plain.settle();
      state.settle();
      batch.changes = plain.take_changes();
      ASSERT_TRUE(plain_store->write(batch).has_value());
      batch.changes = state.take_changes();
      if (i < batches - tail && (i + 1) % batches_per_snapshot == 0) {
        batch.snapshot = state.take_snapshot();
        seq = batch.snapshot->seq;
      }
      ASSERT_TRUE(store->write(batch).has_value());
    }
  }

  static std::map<std::string, std::string> bytes_of(const State& state) {
    std::map<std::string, std::string> parts;
    for (const Snapshot::Part& part : state.whole_snapshot().parts) parts[part.name] = *part.bytes;
    return parts;
  }
  static void replay(State& state, SqliteStore& store, bool after_snapshot) {
    const auto visit = [&](const Entry& entry) { state.apply(entry); };
    ASSERT_TRUE((after_snapshot ? store.load_after_snapshot(visit) : store.load(visit)).has_value());
    state.settle();
    state.discard_changes();
  }
  // Every row of the tables and views that people read.
  static std::string rows_of(const std::string& path) {
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    std::string text;
    for (const char* table : {"trade_log", "orders", "fills", "parts", "positions", "breaks", "order_row"}) {
      sqlite::Statement select(database, std::string("SELECT * FROM ") + table);
      while (select.row()) {
        for (int i = 0; i < select.columns(); ++i) text.append(select.text(i)).append("|");
        text.append("\n");
      }
    }
    return text;
  }
  void tamper(const std::string& sql) const {
    sqlite::Database database(file, sqlite::Database::Mode::read_write_create);
    database.run(sql);
  }
  std::string why_none() const {
    const core::Result<Snapshot> snapshot = open(file)->load_snapshot();
    return snapshot ? "" : snapshot.error().text();
  }

  std::string file, plain_file;
  std::int64_t seq = 0;
  support::TestFolder folder_;
};

TEST_F(SnapshotStore, TheSnapshotAndTheTailAreWhatTheWholeJournalIs) {
  live(120, 10, 30);
  const auto store = open(file);
  State replayed;
  replay(replayed, *store, false);

  const core::Result<Snapshot> snapshot = store->load_snapshot();
  ASSERT_TRUE(snapshot.has_value()) << snapshot.error().text();
  EXPECT_EQ(snapshot->seq, seq);
  State restored;
  restored.set_archive(&store->archive());
  ASSERT_TRUE(restored.restore(*snapshot).has_value());
  std::size_t retired = 0;
  for (const auto& order : restored.orders().all()) retired += order->parts.is_retired() ? 1U : 0U;
  EXPECT_GT(retired, 10U);
  replay(restored, *store, true);
  EXPECT_EQ(restored.last_seq(), replayed.last_seq());
  EXPECT_GT(restored.last_seq(), seq + 100);
  EXPECT_TRUE(bytes_of(restored) == bytes_of(replayed));
}

TEST_F(SnapshotStore, PeopleReadTheSameRowsAsWithout) {
  live(120, 4, 0);
  const std::string rows = rows_of(file);
  EXPECT_GT(rows.size(), 50'000U);
  EXPECT_TRUE(rows == rows_of(plain_file));
}

TEST_F(SnapshotStore, GoesOnFromWhereItWasLoaded) {
  live(40, 10, 5);
  {
    const auto store = open(file);
    State state;
    state.set_archive(&store->archive());
    ASSERT_TRUE(state.restore(store->load_snapshot().value()).has_value());
    replay(state, *store, true);
    Batch batch;
    batch.entries.push_back(
        {state.last_seq() + 1, {}, AccountOpened{core::AccountId("LATE"), "Late", core::Currency::of("USD")}});
    state.apply(batch.entries.back());
    batch.changes = state.take_changes();
    batch.snapshot = state.take_snapshot();
    EXPECT_FALSE(batch.snapshot->is_whole);
    seq = batch.snapshot->seq;
    ASSERT_TRUE(store->write(batch).has_value());
  }
  const auto store = open(file);
  const core::Result<Snapshot> snapshot = store->load_snapshot();
  ASSERT_TRUE(snapshot.has_value()) << snapshot.error().text();
  EXPECT_EQ(snapshot->seq, seq);
  State restored;
  ASSERT_TRUE(restored.restore(*snapshot).has_value());
  State replayed;
  replay(replayed, *store, false);
  EXPECT_TRUE(bytes_of(restored) == bytes_of(replayed));
}

TEST_F(SnapshotStore, SaysWhyThereIsNoneToUse) {
  live(5, 10, 0);
  EXPECT_EQ(why_none(), "snapshot: there is none yet");
  for (const std::string& each : {file, plain_file}) {
    std::filesystem::remove(each), std::filesystem::remove(each + ".lock");
  }
  live(20, 10, 0);
  EXPECT_EQ(why_none(), "");

  tamper("UPDATE snapshot SET format = 99");
  EXPECT_EQ(why_none(), "snapshot: its format is 99, this version reads " + std::to_string(snapshot_format));
  tamper("UPDATE snapshot SET format = " + std::to_string(snapshot_format));
  EXPECT_EQ(why_none(), "");

  tamper("UPDATE snapshot SET journal_seq = journal_seq - 1");
  EXPECT_EQ(why_none(), "snapshot: journal entry " + std::to_string(seq - 1) +
                            ", for which it stands, is not the one that it was made of");
  tamper("UPDATE snapshot SET journal_seq = journal_seq + 1");

  // A part with its hash put back in order: only the hash of all tells.
  tamper("CREATE TABLE kept AS SELECT * FROM snapshot_part; DELETE FROM snapshot_part WHERE name LIKE 'order/%1'");
  EXPECT_EQ(why_none(), "snapshot: its hash does not match: a part is missing, or was changed");
  tamper("DELETE FROM snapshot_part; INSERT INTO snapshot_part SELECT * FROM kept");
  EXPECT_EQ(why_none(), "");
  tamper("UPDATE snapshot_part SET bytes = CAST(bytes || 'x' AS BLOB) WHERE name = 'desk'");
  EXPECT_EQ(why_none(), "snapshot: the hash of its part desk does not match");
}

// The journal under the snapshot may be another one, put together from two files.
TEST_F(SnapshotStore, IsNotUsedWithAnotherJournal) {
  live(20, 10, 0);
  tamper("DROP TRIGGER journal_keeps_its_rows; UPDATE journal SET hash = zeroblob(32) WHERE seq = " +
         std::to_string(seq));
  EXPECT_NE(why_none(), "");
}

TEST_F(SnapshotStore, TheTailIsCheckedFromTheSnapshotOn) {
  live(30, 10, 9);
  tamper("DROP TRIGGER journal_keeps_its_rows; UPDATE journal SET time_ns = time_ns + 1 WHERE seq = " +
         std::to_string(seq + 1));
  const auto store = open(file);
  ASSERT_TRUE(store->load_snapshot().has_value());
  const auto loaded = store->load_after_snapshot([](const Entry&) {});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().text(), file + ": journal entry " + std::to_string(seq + 1) +
                                       ": its hash does not match: this entry or the chain before it was changed");
}

TEST_F(SnapshotStore, AJournalWhoseEndIsMissingIsRefused) {
  live(60, 10, 0);
  const auto why = [&]() -> std::string {
    const auto loaded = open(file)->load([](const Entry&) {});
    return loaded ? "" : loaded.error().text();
  };
  EXPECT_EQ(why(), "");
  const auto last_fill =
      sqlite::Database(file, sqlite::Database::Mode::read_only).number("SELECT max(seq) FROM fill_row");
  const auto told = [&](std::int64_t last, const std::string& table, std::int64_t known) {
    return file + ": its journal ends with entry " + std::to_string(last) + ", but " + table + " knows of entry " +
           std::to_string(known) +
           ": the end of the journal was cut off, or that table was changed; run `prorata "
           "verify --database " +
           file + "`, then see docs/recovery.md";
  };
  tamper("DROP TRIGGER journal_loses_no_row; DELETE FROM journal WHERE seq >= " + std::to_string(last_fill));
  EXPECT_EQ(why(), told(last_fill - 1, "fill_row", last_fill));
  tamper("DROP TRIGGER fill_row_loses_no_row; DELETE FROM fill_row WHERE seq >= " + std::to_string(last_fill));
  tamper("DROP TRIGGER fill_change_row_loses_no_row; DELETE FROM fill_change_row");
  tamper("DELETE FROM settlement_row; DELETE FROM order_row WHERE shares_seq >= " + std::to_string(last_fill));
  EXPECT_EQ(why(), told(last_fill - 1, "snapshot", seq));
}

// Rows beside the journal can be changed by anybody who may write the file; the journal decides.
TEST_F(SnapshotStore, OrdersComeBackFromTheJournalWhenTheRowsOfTheirFillsAreWrong) {
  live(120, 10, 0);
  tamper("DROP TRIGGER fill_row_keeps_its_rows; DROP TRIGGER fill_row_loses_no_row");
  for (const char* sql : {"UPDATE fill_row SET seq = seq + 1 WHERE log_seq % 5 = 0",
                          "UPDATE fill_row SET order_number = order_number + 1 WHERE log_seq % 2 = 0",
                          "DELETE FROM fill_row WHERE log_seq % 3 = 0", "DELETE FROM fill_row"}) {
    SCOPED_TRACE(sql);
    tamper(sql);
    const auto store = open(file);
    State replayed;
    replay(replayed, *store, false);
    State restored;
    restored.set_archive(&store->archive());
    ASSERT_TRUE(restored.restore(store->load_snapshot().value()).has_value());
    std::size_t retired = 0;
    for (const auto& order : restored.orders().all()) {
      retired += order->parts.is_retired() && order->parts.totals().units > 0 ? 1U : 0U;
      restored.bring_back(std::as_const(*order));
      EXPECT_TRUE(order->parts.parts() == replayed.orders().find(order->id())->parts.parts());
    }
    EXPECT_GT(retired, 10U);
  }
}

TEST_F(SnapshotStore, AnOrderThatTheJournalDoesNotGiveBackIsNamed) {
  struct Ended {
    std::string why;
  };
  live(60, 10, 0);
  const auto why_lost = [&](std::int64_t number) -> std::string {
    const auto store = open(file);
    State state;
    state.set_archive(&store->archive(), [](const core::Error& error) { throw Ended{error.text()}; });
    EXPECT_TRUE(state.restore(store->load_snapshot().value()).has_value());
    try {
      state.bring_back(std::as_const(*state.orders().all().at(static_cast<std::size_t>(number - 1))));
    } catch (const Ended& ended) {
      return ended.why;
    }
    return "";
  };
  const auto number = [&](const std::string& sql) {
    return sqlite::Database(file, sqlite::Database::Mode::read_only).number(sql);
  };
  // A finished order whose first fill is not the entry that the snapshot is checked against.
  const std::int64_t order =
      number("SELECT number FROM order_row JOIN fill_row ON order_number = number WHERE state = 'FILLED' LIMIT 1");
  const std::int64_t entry = number("SELECT min(seq) FROM fill_row WHERE order_number = " + std::to_string(order));
  ASSERT_GT(order, 0);
  ASSERT_LT(entry, seq);
  EXPECT_EQ(why_lost(order), "");
  const std::string id = [&] {
    sqlite::Database database(file, sqlite::Database::Mode::read_only);
    sqlite::Statement select(database, "SELECT order_id FROM order_row WHERE number = ?");
    return std::string(select.bind(order).row() ? select.text(0) : "");
  }();
  const std::string here = " WHERE seq = " + std::to_string(entry);
  tamper("DROP TRIGGER journal_keeps_its_rows; UPDATE journal SET time_ns = time_ns + 1" + here);
  EXPECT_EQ(why_lost(order), "order " + id + ": journal entry " + std::to_string(entry) + ": its hash does not match");
  tamper("UPDATE journal SET kind = 'break_kept'" + here);
  EXPECT_EQ(why_lost(order), "order " + id + ": the fills that the journal has of it are not those that were booked");
}

TEST_F(SnapshotStore, TheArchiveGivesNoEntryThatWasChanged) {
  live(60, 10, 0);
  const auto shares_seq = [&] {
    sqlite::Database database(file, sqlite::Database::Mode::read_only);
    return database.number("SELECT shares_seq FROM order_row WHERE number = 1");
  }();
  const std::int64_t end = seq + 1;
  {
    const auto history = open(file)->archive().history(1, shares_seq, end);
    ASSERT_TRUE(history.has_value()) << history.error().text();
    EXPECT_FALSE(history->fills.empty());
  }
  tamper(
      "DROP TRIGGER journal_keeps_its_rows; UPDATE journal SET body = replace(body, '\"price\":\"', '\"price\":\"1') "
      "WHERE kind = 'fill_booked'");
  EXPECT_FALSE(open(file)->archive().history(1, shares_seq, end).has_value());
  EXPECT_FALSE(open(file)->archive().history(1, shares_seq + 1, end).has_value()) << "an entry that is no shares";
}

}  // namespace
}  // namespace gateway
