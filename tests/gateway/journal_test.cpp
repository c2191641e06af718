#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "gateway/engine/engine.hpp"
#include "gateway/journal/desk_schema.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_journal.hpp"
#include "simulation/world.hpp"
#include "tests/support/test_folder.hpp"

namespace gateway {
namespace {

class SqliteFile : public testing::Test {
 protected:
  void SetUp() override { path = folder_ / "desk.db"; }

  static CommitResult commit(Journal& journal, Batch batch) {
    std::promise<CommitResult> done;
    journal.commit(std::move(batch), [&](CommitResult result, Batch) { done.set_value(std::move(result)); });
    return done.get_future().get();
  }
  static std::vector<Entry> load(Journal& journal) {
    std::vector<Entry> entries;
    EXPECT_TRUE(journal.load([&](const Entry& entry) { entries.push_back(entry); }).has_value());
    return entries;
  }
  static Batch notes(std::int64_t first, std::int64_t count) {
    Batch batch;
    for (std::int64_t i = 0; i < count; ++i) {
      batch.entries.push_back(
          {first + i, simulation::simulated_now(), DeskImported{"note " + std::to_string(first + i)}});
    }
    return batch;
  }
  void tamper(const std::string& sql) {
    sqlite::Database database(path, sqlite::Database::Mode::read_write_create);
    database.run(sql);
  }
  std::string open_error() {
    auto journal = SqliteJournal::open(path);
    return journal ? "" : journal.error().text();
  }

  std::string path;
  support::TestFolder folder_;
};

TEST_F(SqliteFile, GivesBackWhatWasCommitted) {
  {
    auto journal = SqliteJournal::open(path);
    ASSERT_TRUE(journal.has_value());
    Batch batch = notes(1, 3);
    batch.sessions[core::SessionName("SIM")] = {{7, 9, simulation::simulated_now()}, {{6, "8=FIX"}}};
    ASSERT_TRUE(commit(**journal, std::move(batch)).has_value());
    ASSERT_TRUE(commit(**journal, notes(4, 1)).has_value());
  }
  auto journal = SqliteJournal::open(path);
  ASSERT_TRUE(journal.has_value());
  std::vector<Entry> entries;
  const auto sessions = (*journal)->load([&](const Entry& entry) { entries.push_back(entry); });
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(std::get<DeskImported>(entries[3].event).files, "note 4");
  EXPECT_EQ(sessions->at(core::SessionName("SIM")), (fix::SequenceNumbers{7, 9, simulation::simulated_now()}));
}

TEST_F(SqliteFile, NamesTheFirstEntryThatWasChanged) {
  {
    auto journal = SqliteJournal::open(path);
    ASSERT_TRUE(commit(**journal, notes(1, 9)).has_value());
  }
  tamper("DROP TRIGGER journal_keeps_its_rows; UPDATE journal SET body = '{\"files\":\"nOte 4\"}' WHERE seq = 4");
  auto journal = SqliteJournal::open(path);
  const auto loaded = (*journal)->load([](const Entry&) {});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().text(),
            path + ": journal entry 4: its hash does not match: this entry or the chain before it was changed");
}

TEST_F(SqliteFile, NamesTheEntryThatIsMissing) {
  {
    auto journal = SqliteJournal::open(path);
    ASSERT_TRUE(commit(**journal, notes(1, 9)).has_value());
  }
  tamper("DROP TRIGGER journal_loses_no_row; DELETE FROM journal WHERE seq = 4");
  auto journal = SqliteJournal::open(path);
  EXPECT_EQ((*journal)->load([](const Entry&) {}).error().text(),
            path + ": journal entry 5: entry 4 is missing before it");
}

TEST_F(SqliteFile, IsAppendOnlyForOrdinaryStatements) {
  {
    auto journal = SqliteJournal::open(path);
    ASSERT_TRUE(commit(**journal, notes(1, 1)).has_value());
  }
  EXPECT_THROW(tamper("UPDATE journal SET body = ''"), sqlite::Failure);
  EXPECT_THROW(tamper("DELETE FROM journal"), sqlite::Failure);
}

TEST_F(SqliteFile, RefusesASecondGateway) {
  auto first = SqliteJournal::open(path);
  const std::string error = open_error();
  EXPECT_NE(error.find("another gateway works on this database: process " + std::to_string(getpid())),
            std::string::npos)
      << error;
}

TEST_F(SqliteFile, RefusesFilesThatAreNotItsOwn) {
  tamper("CREATE TABLE recipes(name TEXT)");
  EXPECT_EQ(open_error(), path + ": this is a database, but not one of Prorata's; choose another file");
  std::filesystem::remove(path);
  std::ofstream(path) << "not a database at all, but long enough to be read as a header of one, one would think so";
  EXPECT_EQ(open_error(), path + ": file is not a database");
}

TEST_F(SqliteFile, BringsOlderVersionsUpToThisOneAndNothingBeforeTheSecond) {
  std::string to_5;
  for (const auto& [name, select] : desk_views()) to_5 += "DROP VIEW " + name + ";";
  for (const char* table : {"model_row", "targets_row", "account_group_row", "proposal_row"}) {
    to_5 += std::string("DROP TABLE ") + table + ";";
  }
  for (const char* column : {"round_lot", "tick", "multiplier", "is_shortable", "last_trading_date"}) {
    to_5 += std::string("ALTER TABLE instrument_row DROP COLUMN ") + column + ";";
  }
  to_5 += "PRAGMA user_version = 5;";
  const std::string to_4 =
      to_5 + "DROP VIEW orders; ALTER TABLE order_row DROP COLUMN proposal; PRAGMA user_version = 4;";
  const std::string to_3 = to_4 +
                           "DROP VIEW fills; DROP VIEW fill_changes; DROP VIEW trade_log; DROP TABLE fill_change_row; "
                           "PRAGMA user_version = 3;";
  const std::string to_2 =
      to_3 + "DROP VIEW breaks; DROP TABLE settlement_row; DROP TABLE copy_row; PRAGMA user_version = 2;";
  { auto journal = SqliteJournal::open(path); }
  for (const std::string& downgrade : {to_5, to_4, to_3, to_2}) {
    tamper(downgrade);
    EXPECT_EQ(open_error(), "");
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    EXPECT_EQ(database.number("PRAGMA user_version"), schema_version);
    EXPECT_EQ(database.number("SELECT count(*) FROM settlement_row"), 0);
    EXPECT_EQ(database.number("SELECT count(*) FROM fill_changes"), 0);
    EXPECT_EQ(database.number("SELECT count(*) FROM trade_log"), 0);
    EXPECT_EQ(database.number("SELECT count(proposal) FROM orders"), 0);
    EXPECT_EQ(database.number("SELECT count(*) FROM proposals"), 0);
  }
  tamper("PRAGMA user_version = 1");
  EXPECT_NE(open_error().find("of before the first release"), std::string::npos);
}

TEST_F(SqliteFile, RefusesANewerVersion) {
  { auto journal = SqliteJournal::open(path); }
  tamper("PRAGMA user_version = 99");
  EXPECT_EQ(open_error(),
            path + ": its schema has version 99, this gateway knows 6; use the version of Prorata that wrote it");
}

TEST_F(SqliteFile, TellsWhenTheDiskRefuses) {
  auto journal = SqliteJournal::open(path);
  ASSERT_TRUE(commit(**journal, notes(1, 1)).has_value());
  // A number that is there already stands for whatever the disk may say: the commit fails as a whole.
  EXPECT_FALSE(commit(**journal, notes(1, 2)).has_value());
}

// Of what an account does not have, only money of its own currency is told.
TEST_F(SqliteFile, TellsNoCashOfForeignCurrenciesWhereThereIsNone) {
  const core::Currency usd = core::Currency::of("USD");
  const core::Currency eur = core::Currency::of("EUR");
  const core::ModelCode growth("GROWTH");
  std::vector<Event> desk{ModelCreated{growth, "Growth", usd}};
  for (const auto& [id, currency] : {std::pair{"A1", usd}, {"A2", eur}, {"A3", eur}}) {
    desk.emplace_back(AccountOpened{core::AccountId(id), "Client", currency});
    desk.emplace_back(CashDeposited{core::AccountId(id), currency, 50'000});
  }
  desk.emplace_back(CashDeposited{core::AccountId("A3"), usd, 20'000});
  desk.emplace_back(CashInvested{core::AccountId("A1"), growth, usd, 50'000});
  desk.emplace_back(CashInvested{core::AccountId("A3"), growth, usd, 5'000});
  desk.emplace_back(DeskImported{"test"});
  simulation::World world(desk, simulation::lively_exchange(3));
  auto journal = SqliteJournal::open(path);
  State state;
  Batch batch;
  batch.entries = world.journal.entries();
  for (const Entry& entry : batch.entries) state.apply(entry);
  batch.changes = state.take_changes();
  ASSERT_TRUE(commit(**journal, std::move(batch)).has_value());
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  sqlite::Statement select(database, "SELECT account, sleeve, symbol, quantity FROM positions ORDER BY 1, 2, 3");
  std::vector<std::string> rows;
  while (select.row()) {
    std::string row;
    for (int i = 0; i < 4; ++i) row += std::string(select.text(i)) + " ";
    rows.push_back(row);
  }
  EXPECT_EQ(rows, (std::vector<std::string>{"A1 GROWTH USD 500.00 ", "A1 Independent USD 0.00 ",
                                            "A2 Independent EUR 500.00 ", "A3 GROWTH USD 50.00 ",
                                            "A3 Independent EUR 500.00 ", "A3 Independent USD 150.00 "}));
}

// The views against the state in memory, after a real day in a simulated world.
TEST_F(SqliteFile, ShowsPeopleWhatTheEngineKnows) {
  simulation::World world(simulation::desk_of({500'000, 333'333, 200'001}), simulation::lively_exchange(3));
  (void)world.buy(1'001, "AAPL", "GROWTH");
  world.run_for(std::chrono::seconds(3));
  (void)world.sell(500, "AAPL", "GROWTH");
  (void)world.buy(77, "KO", "GROWTH", "30.00");
  world.run_for(std::chrono::seconds(3));
  auto journal = SqliteJournal::open(path);
  // The whole day as one batch: replayed entries and the rows they make.
  State state;
  Batch batch;
  batch.entries = world.journal.entries();
  for (const Entry& entry : batch.entries) state.apply(entry);
  batch.changes = state.take_changes();
  ASSERT_TRUE(commit(**journal, std::move(batch)).has_value());

  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  const auto text = [&](const std::string& sql) {
    sqlite::Statement select(database, sql);
    return select.row() ? std::string(select.text(0)) : std::string("no row");
  };
  const Order& first = *world.state().orders().all()[0];
  const auto money = [&](std::int64_t minor) { return core::Money{minor, first.currency}.text(); };
  EXPECT_EQ(text("SELECT state FROM orders WHERE symbol = 'AAPL' AND side = 'BUY'"), "FILLED");
  EXPECT_EQ(text("SELECT filled || ' ' || average_price FROM orders"),
            first.parts.filled().text() + " " + first.parts.average_price().text(2));
  EXPECT_EQ(text("SELECT limit_price || ' ' || state FROM orders WHERE symbol = 'KO'"), "30.00 NEW");
  EXPECT_EQ(text("SELECT count(*) FROM parts"), "6");
  EXPECT_EQ(
      text("SELECT quantity || ' ' || cost || ' ' || commission FROM parts WHERE account = 'A2' AND order_id = '" +
           first.id().text() + "'"),
      core::Quantity::whole(first.parts.parts()[1].units).text() + " " + money(first.parts.parts()[1].cost) + " " +
          money(first.parts.parts()[1].commission));
  const auto group = first.group;
  const alloc::Holding held =
      world.state().book().holding(group, core::Symbol("AAPL"), static_cast<alloc::SlotIndex>(2));
  EXPECT_EQ(text("SELECT quantity || ' ' || cost FROM positions WHERE account = 'A3' AND symbol = 'AAPL'"),
            held.quantity.text() + " " + money(held.cost));
  EXPECT_EQ(text("SELECT quantity FROM positions WHERE account = 'A3' AND sleeve = 'GROWTH' AND symbol = 'USD'"),
            money(world.state().book().cash(group, first.currency, static_cast<alloc::SlotIndex>(2))));
  EXPECT_EQ(text("SELECT max(seq) - count(*) FROM trade_log"), "0") << "numbered without gaps";
  EXPECT_EQ(text("SELECT count(*) FROM trade_log WHERE kind = 'FILL'"),
            std::to_string(simulation::count_fills(world.journal.entries())));
  EXPECT_EQ(text("SELECT count(*) FROM trade_log WHERE kind = 'PART' AND account = ''"), "0");
}

TEST(EventJson, GivesBackEveryKindOfEvent) {
  simulation::World world(simulation::desk_of({500'000, 300'000}), simulation::lively_exchange(5));
  (void)world.buy(100, "AAPL", "GROWTH");
  (void)world.buy(100, "KO", "GROWTH", "10");
  world.run_for(std::chrono::seconds(2));
  (void)world.cancel(world.last_order().id());
  world.run_for(std::chrono::seconds(1));
  ASSERT_GT(world.journal.entries().size(), 10U);
  for (const Entry& entry : world.journal.entries()) {
    const std::string json = event_to_json(entry.event);
    const auto back = event_from_json(kind(entry.event), json);
    ASSERT_TRUE(back.has_value()) << back.error().text();
    EXPECT_EQ(event_to_json(*back), json);
  }
}

TEST(EventJson, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(event_from_json("cash_deposited", R"({"account":"A","currency":"USD"})").error().text(),
            "cash_deposited: field 'minor' should be a whole number");
  EXPECT_FALSE(event_from_json("moon_landing", "{}").has_value());
  EXPECT_FALSE(event_from_json("desk_imported", "[1").has_value());
}

}  // namespace
}  // namespace gateway
