#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <boost/json.hpp>
#include <fstream>

#include "core/random.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/proof/proof.hpp"
#include "tests/support/day.hpp"

// Whatever is changed in the journal of a real day, verify names the row.
namespace gateway {
namespace {

namespace json = boost::json;
using support::tamper;

class Verify : public testing::Test {
 protected:
  Verify() { support::write_day(path, entries()); }

  // The day is made once; each test tampers with a file of its own.
  static const std::vector<Entry>& entries() {
    static const std::vector<Entry> day = support::trading_day();
    return day;
  }
  [[nodiscard]] json::object verify(const VerifyTask& task = {}) const {
    const core::Result<std::string> answer = carry_out(task, path, {});
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return json::parse(*answer).as_object();
  }
  // "4: its hash does not match its content", or "" when all holds.
  [[nodiscard]] std::string bad() const {
    const json::object answer = verify();
    if (!answer.contains("first_bad")) return "";
    EXPECT_FALSE(answer.at("holds").as_bool());
    const json::object& row = answer.at("first_bad").as_object();
    return std::to_string(row.at("seq").as_int64()) + ": " + std::string(row.at("what").as_string());
  }
  [[nodiscard]] std::string text(const std::string& sql) const {
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    sqlite::Statement select(database, sql);
    return select.row() ? std::string(select.text(0)) : "";
  }

  [[nodiscard]] bool finds_every_row() const {
    try {
      sqlite::Database database(path, sqlite::Database::Mode::read_only);
      sqlite::Statement select(database, "SELECT body FROM journal WHERE seq = ?");
      for (const Entry& entry : entries()) {
        select.bind(entry.seq);
        if (!select.row() || select.text(0) != event_to_json(entry.event)) return false;
        select.finish();
      }
      return true;
    } catch (const sqlite::Failure&) {
      return false;
    }
  }

  support::TestFolder folder;
  std::string path = folder / "desk.db";
};

TEST_F(Verify, AWholeJournalHoldsAndTellsItsHead) {
  const json::object answer = verify();
  EXPECT_TRUE(answer.at("holds").as_bool()) << json::serialize(answer);
  const auto last = std::to_string(entries().size());
  EXPECT_EQ(answer.at("entries").as_int64(), static_cast<std::int64_t>(entries().size()));
  EXPECT_EQ(answer.at("head").as_string(),
            last + ":" + text("SELECT lower(hex(hash)) FROM journal WHERE seq = " + last));
  EXPECT_EQ(answer.at("rows").as_array().size(), 8U);
}

TEST_F(Verify, NamesWhatWasChanged) {
  tamper(path, "UPDATE journal SET body = replace(body, 'AAPL', 'AAPM') WHERE seq = 4");
  tamper(path, "UPDATE journal SET time_ns = time_ns + 1 WHERE seq = 9");
  const std::string first = text("SELECT seq FROM journal WHERE body LIKE '%AAPM%'");
  if (!first.empty()) {
    EXPECT_EQ(bad().substr(0, 2), "4:");
  }
  tamper(path, "UPDATE journal SET body = replace(body, 'AAPM', 'AAPL') WHERE seq = 4");
  EXPECT_EQ(bad(),
            "9: its hash does not match its content: number, time, kind or body was changed, for the next entry fits "
            "the hash");
  tamper(path, "UPDATE journal SET time_ns = time_ns - 1 WHERE seq = 9");
  EXPECT_EQ(bad(), "");
  tamper(path, "UPDATE journal SET hash = zeroblob(32) WHERE seq = 9");
  EXPECT_EQ(bad(), "9: its hash does not match its content: the hash was changed, for the next entry fits the content");
  tamper(path, "UPDATE journal SET hash = x'00' WHERE seq = 8");
  EXPECT_EQ(bad().substr(0, 2), "8:");
}

TEST_F(Verify, NamesWhatIsMissingAddedOrMoved) {
  tamper(path, "CREATE TABLE kept AS SELECT * FROM journal; DELETE FROM journal WHERE seq = 5");
  EXPECT_EQ(bad(), "5: it is missing: after entry 4 comes 6");
  tamper(path, "INSERT INTO journal SELECT 0, time_ns, kind, body, hash FROM kept WHERE seq = 5");
  EXPECT_EQ(bad(), "1: in its place stands one with number 0, and numbers begin at 1");
  // 6 and 7 change places.
  tamper(path,
         "DELETE FROM journal WHERE seq IN (0, 6, 7); INSERT INTO journal SELECT * FROM kept WHERE seq = 5;"
         "INSERT INTO journal SELECT 13 - seq, time_ns, kind, body, hash FROM kept WHERE seq IN (6, 7)");
  EXPECT_EQ(bad().substr(0, 2), "6:");
  tamper(path, "DELETE FROM journal; INSERT INTO journal SELECT * FROM kept");
  EXPECT_EQ(bad(), "");
  tamper(path, "INSERT INTO journal SELECT max(seq) + 1, time_ns, kind, body, hash FROM kept");
  EXPECT_EQ(bad(), std::to_string(entries().size() + 1) + ": its hash does not match its content");
}

TEST_F(Verify, AByteThatBecameAnotherTypeIsSeen) {
  // The same bytes as a blob hash to the same; a flip in a page's record header does this.
  tamper(path,
         "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = "
         "'journal'");
  tamper(path, "UPDATE journal SET body = CAST(body AS BLOB) WHERE seq = 6");
  EXPECT_EQ(bad(), "6: a column holds another type than it should");
}

// Each bit of each cell of the journal: flipped, the row is named; flipped back, all holds.
TEST_F(Verify, AnyFlippedBitOfAnyColumnNamesItsRow) {
  EXPECT_TRUE(rc::check([this] {
    const auto count = static_cast<std::int64_t>(entries().size());
    const auto seq = *rc::gen::inRange<std::int64_t>(1, count + 1);
    const std::string where = " WHERE seq = " + std::to_string(seq);
    const char* column = *rc::gen::element("seq", "time_ns", "kind", "body", "hash");
    const bool is_number = std::string_view(column) == "seq" || std::string_view(column) == "time_ns";
    if (is_number) {
      const int bit = *rc::gen::inRange(0, 62);
      const std::string flip = "UPDATE OR ABORT journal SET " + std::string(column) + " = (" + column + " | (1 << " +
                               std::to_string(bit) + ")) - (" + column + " & (1 << " + std::to_string(bit) + "))";
      const std::int64_t flipped = seq ^ (std::int64_t{1} << bit);
      if (std::string_view(column) == "seq") {
        RC_PRE(flipped < 1 || flipped > count);  // otherwise the number is taken already
        tamper(path, flip + where);
        RC_ASSERT(bad().substr(0, bad().find(':')) == std::to_string(flipped < 1 ? 1 : seq));
        tamper(path, "UPDATE journal SET seq = " + std::to_string(seq) + " WHERE seq = " + std::to_string(flipped));
      } else {
        const std::string before = text("SELECT time_ns FROM journal" + where);
        tamper(path, flip + where);
        RC_ASSERT(bad().substr(0, bad().find(':')) == std::to_string(seq));
        tamper(path, "UPDATE journal SET time_ns = " + before + where);
      }
    } else {
      std::string bytes = text("SELECT " + std::string(column) + " FROM journal" + where);
      const std::string before = bytes;
      const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << *rc::gen::inRange(0, 8)));
      const auto put = [&](const std::string& value) {
        tamper(path, "SELECT 1");
        sqlite::Database database(path, sqlite::Database::Mode::read_write_create);
        const bool blob = std::string_view(column) == "hash";
        sqlite::Statement update(database, "UPDATE journal SET " + std::string(column) + " = ?" + where);
        if (blob) {
          update.bind_blob({reinterpret_cast<const unsigned char*>(value.data()), value.size()}).execute();
        } else {
          update.bind(std::string_view(value)).execute();
        }
      };
      put(bytes);
      RC_ASSERT(bad().substr(0, bad().find(':')) == std::to_string(seq));
      put(before);
    }
    RC_ASSERT(bad().empty());
  }));
}

// Bytes of the file itself, where nobody asks SQLite: what reads as another journal is named, what cannot be read too.
TEST_F(Verify, BytesFlippedInTheFileAreSeenWhereverTheJournalReadsThem) {
  { sqlite::Database(path, sqlite::Database::Mode::read_write_create).run("PRAGMA journal_mode = DELETE"); }
  const std::string body = text("SELECT body FROM journal WHERE kind = 'fill_booked'");
  std::ifstream in(path, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  const std::size_t at = whole.find(body);
  ASSERT_NE(at, std::string::npos);
  const std::string seq = text("SELECT seq FROM journal WHERE kind = 'fill_booked'");
  EXPECT_TRUE(rc::check([&] {
    std::string spoiled = whole;
    const auto offset = at + *rc::gen::inRange<std::size_t>(0, body.size());
    spoiled[offset] = static_cast<char>(spoiled[offset] ^ *rc::gen::inRange(1, 128));
    std::ofstream(path, std::ios::binary) << spoiled;
    RC_ASSERT(bad().substr(0, bad().find(':')) == seq);
  }));
}

// The tree over the journal's rows, of which a walk from the first to the last meets little: a look-up by number goes
// through it. Whatever bit of a page in it is flipped, verify says so, or every look-up finds its row.
TEST_F(Verify, BitsFlippedInTheJournalsTreeAreSeen) {
  sqlite::Database(path, sqlite::Database::Mode::read_write_create).run("PRAGMA journal_mode = DELETE");
  constexpr std::size_t page_bytes = 4'096;
  constexpr char interior = 5;  // sqlite.org/fileformat2.html, "B-tree Pages"
  const auto root =
      static_cast<std::size_t>(std::stoull(text("SELECT rootpage FROM sqlite_master WHERE name = 'journal'")) - 1);
  std::ifstream in(path, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  ASSERT_EQ(whole[root * page_bytes], interior) << "the day is too short";
  const auto cells = static_cast<std::size_t>(static_cast<unsigned char>(whole[root * page_bytes + 4]));
  int seen = 0;
  // The header with the pointers to the cells, and the cells at the end of the page: a child's number and a key.
  const std::size_t head_bytes = 12 + 2 * cells;
  const std::size_t cell_bytes = 6 * cells;
  for (std::size_t bit = 0; bit < 8 * (head_bytes + cell_bytes); bit += 3) {
    const std::size_t byte = bit / 8 < head_bytes ? bit / 8 : page_bytes - cell_bytes + (bit / 8 - head_bytes);
    std::string spoiled = whole;
    spoiled[root * page_bytes + byte] = static_cast<char>(spoiled[root * page_bytes + byte] ^ (1 << bit % 8));
    std::ofstream(path, std::ios::binary) << spoiled;
    const core::Result<std::string> answer = carry_out(VerifyTask{}, path, {});
    const bool says_whole = answer && json::parse(*answer).at("holds").as_bool();
    seen += says_whole ? 0 : 1;
    EXPECT_TRUE(!says_whole || finds_every_row())
        << "bit " << bit % 8 << " of byte " << byte << ": " << (answer ? *answer : answer.error().text());
    if (answer && json::parse(*answer).as_object().contains("first_bad")) {
      const json::value told = json::parse(*answer);
      EXPECT_EQ(told.at("first_bad").at("seq").as_int64(), told.at("entries").as_int64() + 1);
    }
  }
  EXPECT_GT(seen, 20);
  std::ofstream(path, std::ios::binary) << whole;
  EXPECT_TRUE(verify().at("holds").as_bool());
}

// Of an index nothing else is looked at.
TEST_F(Verify, DamageBesideTheJournalIsSaidInSQLitesWords) {
  tamper(path,
         "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE "
         "name = 'fill_row') WHERE name = 'log_row'");
  const json::object answer = verify();
  EXPECT_FALSE(answer.at("holds").as_bool());
  EXPECT_FALSE(answer.at("file").at("problems").as_array().empty()) << json::serialize(answer);
  EXPECT_EQ(answer.at("entries").as_int64(), static_cast<std::int64_t>(entries().size())) << "the journal is good";
  const auto backup = carry_out(BackupTask{folder / "copy.db"}, path, {});
  ASSERT_FALSE(backup.has_value());
  EXPECT_NE(backup.error().text().find("does not verify"), std::string::npos) << backup.error().text();
}

TEST_F(Verify, AViewThatWasChangedOrDroppedDoesNotHold) {
  for (const char* change : {"DROP VIEW parts; CREATE VIEW parts AS SELECT 'x' AS order_id", "DROP VIEW positions"}) {
    tamper(path, change);
    EXPECT_FALSE(verify().at("holds").as_bool()) << change;
  }
  const json::object answer = verify();
  const json::array& problems = answer.at("file").at("problems").as_array();
  ASSERT_EQ(problems.size(), 2U) << json::serialize(answer);
  EXPECT_NE(problems[0].as_string().find("the view parts was changed"), std::string::npos);
  EXPECT_NE(problems[1].as_string().find("the view positions is not there"), std::string::npos);
}

TEST_F(Verify, RowsForPeopleThatDoNotNumberWhatTheJournalSaysDoNotHold) {
  tamper(path, "DELETE FROM fill_row WHERE seq = (SELECT max(seq) FROM fill_row)");
  const json::object answer = verify();
  EXPECT_FALSE(answer.at("holds").as_bool());
  EXPECT_FALSE(answer.contains("first_bad"));
  const json::object& fills = answer.at("rows").as_array().at(1).as_object();
  EXPECT_EQ(fills.at("what").as_string(), "fills");
  EXPECT_EQ(fills.at("journal").as_int64(), fills.at("rows").as_int64() + 1);
  EXPECT_FALSE(fills.at("holds").as_bool());
}

// The chain cannot tell what was cut off at its end; a head that somebody wrote down can.
TEST_F(Verify, AnExpectedHashTellsACutJournalOrAForgedOne) {
  const std::string head(verify().at("head").as_string());
  const auto holds = [&](const std::string& expected) {
    const auto task = read_task("verify", {{"expect", expected}});
    EXPECT_TRUE(task.has_value()) << task.error().text();
    return json::parse(*carry_out(*task, path, {})).as_object().at("holds").as_bool();
  };
  EXPECT_TRUE(holds(head));
  EXPECT_TRUE(holds(head.substr(head.find(':') + 1)));
  EXPECT_FALSE(holds("3" + head.substr(head.find(':'))));
  tamper(path, "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal); DELETE FROM settlement_row");
  EXPECT_EQ(bad(), "");
  EXPECT_FALSE(holds(head));
}

TEST_F(Verify, TellsFilesThatAreNotADesk) {
  const auto error = [](const std::string& file) { return carry_out(VerifyTask{}, file, {}).error().text(); };
  EXPECT_EQ(error("no/such.db"), "no/such.db: there is no such file");
  EXPECT_EQ(error("/tmp"), "/tmp: is not a file");
  const std::string other = folder / "other.db";
  std::ofstream(other) << "not a database at all, but long enough to be read as a header of one, one would think so..";
  EXPECT_EQ(error(other), other + ": file is not a database");
  { sqlite::Database(folder / "recipes.db", sqlite::Database::Mode::read_write_create).run("CREATE TABLE t(a)"); }
  EXPECT_EQ(error(folder / "recipes.db"), folder / "recipes.db" + ": this is a database, but not one of Prorata's");
  tamper(path, "PRAGMA user_version = 99");
  EXPECT_NE(error(path).find("version 99"), std::string::npos) << error(path);
}

TEST_F(Verify, StopsWhenToldTo) {
  EXPECT_EQ(carry_out(BackupTask{folder / "copy.db"}, path, [](auto, auto) { return false; }).error().text(),
            "stopped before it was done");
  EXPECT_FALSE(std::filesystem::exists(folder / "copy.db"));
  EXPECT_FALSE(std::filesystem::exists(folder / "copy.db.partial"));
}

}  // namespace
}  // namespace gateway
