#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <boost/json.hpp>

#include "gateway/journal/file_lock.hpp"
#include "gateway/proof/proof.hpp"
#include "tests/support/day.hpp"

// The book out of the journal alone, now and at any moment.
namespace gateway {
namespace {

namespace json = boost::json;
using support::tamper;

class Replay : public testing::Test {
 protected:
  Replay() { support::write_day(path, entries()); }

  static const std::vector<Entry>& entries() {
    static const std::vector<Entry> day = support::trading_day();
    return day;
  }
  [[nodiscard]] json::object replay(const ReplayTask& task = {}) const {
    const core::Result<std::string> answer = carry_out(task, path, {});
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return json::parse(answer.value_or("{}")).as_object();
  }
  [[nodiscard]] std::vector<std::string> differences() const {
    const json::object answer = replay();
    std::vector<std::string> texts;
    for (const json::value& each : answer.at("differences").as_array()) {
      texts.push_back(std::string(each.at("what").as_string()) + ", " + std::string(each.at("row").as_string()) + ": " +
                      std::string(each.at("text").as_string()));
    }
    EXPECT_EQ(answer.at("holds").as_bool(), texts.empty());
    return texts;
  }
  // account, sleeve, symbol, quantity, cost of all positions, one a line.
  static std::string positions(const json::object& answer) {
    std::string text;
    for (const json::value& row : answer.at("positions").as_array()) {
      for (const char* column : {"account", "sleeve", "symbol", "quantity", "cost"}) {
        text += std::string(row.at(column).as_string()) + " ";
      }
      text += "\n";
    }
    return text;
  }
  // The same, out of a state in memory: how the engine saw it after these entries.
  static std::string remembered(std::size_t count) {
    State state;
    for (std::size_t i = 0; i < count; ++i) state.apply(entries()[i]);
    state.settle();
    std::set<std::tuple<std::string, std::string, std::string, std::string>> rows;
    const alloc::Book& book = state.book();
    for (std::uint32_t g = 0; g < book.group_count(); ++g) {
      const auto group = static_cast<alloc::GroupIndex>(g);
      const std::string code = book.group_code(group).text().empty() ? "Independent" : book.group_code(group).text();
      const auto accounts = book.accounts_of(group);
      for (std::uint32_t s = 0; s < accounts.size(); ++s) {
        const auto slot = static_cast<alloc::SlotIndex>(s);
        const std::string account = book.account_id(accounts[s]).text();
        for (const auto& [symbol, row] : book.instruments_of(group)) {
          const alloc::Holding held = book.holding(group, symbol, slot);
          if (held == alloc::Holding{}) continue;
          rows.emplace(account, code, symbol.text(),
                       held.quantity.text() + " " + core::Money{held.cost, row.currency}.text());
        }
        for (const auto& [currency, row] : book.cash_of(group)) {
          if (s >= row.by_slot.size()) continue;  // nobody there has ever had money
          const std::string cash = core::Money{row.by_slot[s], currency}.text();
          rows.emplace(account, code, currency.text(), cash + " " + cash);
        }
      }
    }
    std::string text;
    for (const auto& [account, sleeve, symbol, held] : rows) {
      text += account + " " + sleeve + " " + symbol + " " + held + " \n";
    }
    return text;
  }

  support::TestFolder folder;
  std::string path = folder / "desk.db";
};

TEST_F(Replay, BytesThatAreNoTextAreToldAsText) {
  tamper(path, "UPDATE account_row SET name = CAST(x'41ff0a42' AS TEXT) WHERE idx = 0");
  tamper(path, "UPDATE break_row SET text = CAST(x'fe' AS TEXT)");
  tamper(path,
         "UPDATE instrument_row SET symbol = CAST(x'58ff' AS TEXT) WHERE symbol = (SELECT min(symbol) FROM "
         "instrument_row)");
  const std::vector<std::string> told = differences();
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told.front().ends_with(", live A??B")) << told.front();
}

// A text of letters of two bytes: 120 of them is not a place to cut at.
TEST_F(Replay, ALongValueIsCutBetweenItsCharacters) {
  tamper(path, "UPDATE account_row SET name = 'x' || replace(hex(zeroblob(100)), '00', 'é') WHERE idx = 0");
  const std::vector<std::string> told = differences();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told.front().ends_with("ééé...")) << told.front();
}

TEST_F(Replay, CellsThatAreNoJsonAreTold) {
  tamper(path, "UPDATE cash_row SET cells = '[1,' WHERE group_idx = 0");
  const std::vector<std::string> told = differences();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told.front().starts_with("cash, group_idx 0, currency USD: cells: journal [")) << told.front();
  EXPECT_TRUE(told.front().ends_with(", live [1,")) << told.front();
}

// A link in the place of the -shm file, which SQLite does not follow, is what a read-only file system is to it.
TEST_F(Replay, SaysWhatToDoWhereSqliteCanMakeNoFile) {
  sqlite::Database(path, sqlite::Database::Mode::read_write_create).run("PRAGMA journal_mode = WAL");
  std::filesystem::create_symlink("nowhere", path + "-shm");
  for (const Task& task : std::vector<Task>{VerifyTask{}, ReplayTask{}, BackupTask{folder / "copy.db"}}) {
    const core::Result<std::string> answer = carry_out(task, path, {});
    ASSERT_FALSE(answer.has_value());
    EXPECT_NE(answer.error().message.find("is the file system read-only? Copy the database"), std::string::npos)
        << answer.error().text();
  }
}

TEST_F(Replay, WhatDoesNotFollowIsMended) {
  tamper(path, "UPDATE cash_row SET cells = replace(cells, '1', '2')");
  tamper(path, "DELETE FROM order_row WHERE number = 2");
  tamper(path,
         "UPDATE fill_row SET exec_id = 'other' WHERE log_seq = (SELECT min(log_seq) FROM fill_row);"
         "DELETE FROM fill_row WHERE log_seq = (SELECT max(log_seq) FROM fill_row)");
  ASSERT_FALSE(differences().empty());
  const core::Result<std::string> mended = carry_out(MendTask{}, path, {});
  ASSERT_TRUE(mended.has_value()) << mended.error().text();
  EXPECT_EQ(differences(), std::vector<std::string>());
  sqlite::Database database(path, sqlite::Database::Mode::read_write_create);
  EXPECT_THROW(database.run("DELETE FROM fill_row"), sqlite::Failure) << "the trade log is append-only again";
}

TEST_F(Replay, ABrokenJournalMendsNothing) {
  tamper(path, "DELETE FROM order_row WHERE number = 2");
  tamper(path, "UPDATE journal SET body = body || ' ' WHERE seq = 40");
  const json::object answer = json::parse(carry_out(MendTask{}, path, {}).value()).as_object();
  EXPECT_FALSE(answer.at("holds").as_bool());
  EXPECT_EQ(answer.at("first_bad").at("seq").as_int64(), 40);
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  EXPECT_GT(database.number("SELECT count(*) FROM order_row"), 0) << "rows are as they were";
}

TEST_F(Replay, NothingIsMendedWhileAGatewayWorks) {
  const auto lock = FileLock::take(path);
  ASSERT_TRUE(lock.has_value());
  const core::Result<std::string> answer = carry_out(MendTask{}, path, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_TRUE(answer.error().message.find("another gateway works on this database") != std::string::npos);
}

TEST_F(Replay, EveryRowOfARealDayFollowsFromItsJournal) {
  EXPECT_EQ(differences(), std::vector<std::string>());
  const json::object answer = replay();
  std::map<std::string, std::int64_t> compared;
  for (const json::value& row : answer.at("rows").as_array()) {
    compared[std::string(row.at("what").as_string())] = row.at("compared").as_int64();
  }
  EXPECT_EQ(compared["orders with their parts"], 3);
  EXPECT_EQ(compared["breaks"], 3);
  EXPECT_EQ(compared["settled breaks"], 1);
  EXPECT_GT(compared["fills"], 4);
  EXPECT_GE(compared["parts in the trade log"], 2);
  EXPECT_GT(compared["other lines of the trade log"], 4);
}

TEST_F(Replay, TheDayHasASettledBreakInItsTradeLog) {
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  sqlite::Statement select(database, "SELECT order_id || ' ' || exec_id FROM trade_log WHERE kind = 'BREAK_SETTLED'");
  ASSERT_TRUE(select.row());
  EXPECT_EQ(select.text(0), "by-phone E-2");
  EXPECT_FALSE(select.row());
}

// Law 9 as a person can check it: at every entry, what the journal gives is what the engine knew then.
TEST_F(Replay, GivesThePositionsOfEveryMoment) {
  for (std::size_t count = 1; count <= entries().size(); ++count) {
    ReplayTask task;
    task.as_of_seq = static_cast<std::int64_t>(count);
    EXPECT_EQ(positions(replay(task)), remembered(count)) << count;
  }
}

TEST_F(Replay, AMomentIsUpToTheLastEntryBeforeIt) {
  const std::size_t middle = entries().size() / 2;
  ReplayTask task;
  task.as_of = entries()[middle].time;
  std::size_t count = 0;
  while (count < entries().size() && entries()[count].time <= *task.as_of) ++count;
  const json::object answer = replay(task);
  EXPECT_EQ(answer.at("entries").as_int64(), static_cast<std::int64_t>(count));
  EXPECT_EQ(positions(answer), remembered(count));
  task.as_of = entries()[0].time - std::chrono::nanoseconds(1);
  EXPECT_EQ(positions(replay(task)), "");
  task.as_of = entries().back().time + std::chrono::hours(24);
  EXPECT_EQ(positions(replay(task)), remembered(entries().size()));
}

TEST_F(Replay, TakesOneAccountOrOneModel) {
  ReplayTask task;
  task.as_of_seq = static_cast<std::int64_t>(entries().size());
  task.account = core::AccountId("A2");
  const json::object account = replay(task);
  EXPECT_GE(account.at("positions").as_array().size(), 3U);
  for (const json::value& row : account.at("positions").as_array()) EXPECT_EQ(row.at("account").as_string(), "A2");
  task.account = {};
  task.model = core::ModelCode("GROWTH");
  const json::object model = replay(task);
  EXPECT_GE(model.at("positions").as_array().size(), 6U);
  for (const json::value& row : model.at("positions").as_array()) EXPECT_EQ(row.at("sleeve").as_string(), "GROWTH");
  task.account = core::AccountId("A9");
  EXPECT_EQ(carry_out(task, path, {}).error().message, "there is no account 'A9'");
}

TEST_F(Replay, NamesTheAccountWhosePositionWasChanged) {
  tamper(path, "UPDATE holding_row SET cells = json_set(cells, '$[1][0]', json_extract(cells, '$[1][0]') + 1)");
  const std::vector<std::string> told = differences();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].substr(0, 68), "positions, account A2, sleeve GROWTH, symbol AAPL: quantity: journal") << told[0];
}

TEST_F(Replay, NamesRowsThatWereChangedTakenOrAdded) {
  const std::string fill = " WHERE seq = (SELECT min(seq) FROM fill_row)";
  tamper(path, "UPDATE fill_row SET price = '1.00'" + fill);
  ASSERT_EQ(differences().size(), 1U);
  EXPECT_NE(differences()[0].find("price: journal 1"), std::string::npos) << differences()[0];
  EXPECT_NE(differences()[0].find(", live 1.00"), std::string::npos) << differences()[0];
  tamper(path, "DELETE FROM fill_row" + fill);
  ASSERT_EQ(differences().size(), 1U);
  EXPECT_NE(differences()[0].find("missing in the live rows"), std::string::npos) << differences()[0];
}

TEST_F(Replay, NamesALineThatTheTradeLogGotFromNowhere) {
  tamper(path,
         "INSERT INTO log_row SELECT 1000000, 1000000, time_ns, kind, model, symbol, currency, order_id, exec_id, "
         "broker, cells FROM log_row ORDER BY last_seq DESC LIMIT 1");
  ASSERT_EQ(differences().size(), 1U);
  EXPECT_NE(differences()[0].find("the live rows have it, the journal does not"), std::string::npos);
}

TEST_F(Replay, StopsAtARowThatDoesNotHold) {
  tamper(path, "UPDATE journal SET time_ns = 1 WHERE seq = 9");
  const json::object answer = replay();
  EXPECT_FALSE(answer.at("holds").as_bool());
  EXPECT_EQ(answer.at("first_bad").at("seq").as_int64(), 9);
}

TEST_F(Replay, TellsAnEntryBeyondTheEnd) {
  ReplayTask task;
  task.as_of_seq = 1'000'000;
  EXPECT_EQ(carry_out(task, path, {}).error().text(),
            "the journal ends with entry " + std::to_string(entries().size()));
}

}  // namespace
}  // namespace gateway
