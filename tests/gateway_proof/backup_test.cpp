#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <fstream>

#include "gateway/proof/proof.hpp"
#include "tests/support/day.hpp"

namespace gateway {
namespace {

namespace json = boost::json;

class Backup : public testing::Test {
 protected:
  [[nodiscard]] json::object carry(const Task& task, const std::string& file) const {
    const core::Result<std::string> answer = carry_out(task, file, {});
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return json::parse(answer.value_or("{}")).as_object();
  }
  [[nodiscard]] std::string error() const {
    const core::Result<std::string> answer = carry_out(BackupTask{copy}, path, {});
    return answer ? "" : answer.error().text();
  }

  support::TestFolder folder;
  std::string path = folder / "desk.db";
  std::string copy = folder / "copy.db";
};

TEST_F(Backup, IsOneFileThatProvesTheSame) {
  support::write_day(path, support::trading_day());
  chmod(path.c_str(), 0640);
  const json::object made = carry(BackupTask{copy}, path);
  EXPECT_EQ(made.at("head").as_string(), carry(VerifyTask{}, path).at("head").as_string());
  EXPECT_EQ(made.at("bytes").as_int64(), static_cast<std::int64_t>(std::filesystem::file_size(copy)));
  EXPECT_TRUE(carry(VerifyTask{}, copy).at("holds").as_bool());
  EXPECT_TRUE(carry(ReplayTask{}, copy).at("holds").as_bool());
  for (const char* other : {".partial", "-wal", "-shm", "-journal", ".partial-wal", ".partial-shm"}) {
    EXPECT_FALSE(std::filesystem::exists(copy + other)) << other;
  }
  struct stat told {};
  ASSERT_EQ(stat(copy.c_str(), &told), 0);
  EXPECT_EQ(told.st_mode & 0777U, 0640U);
}

// Between two pieces of the copy the gateway commits on: the copy is of the moment at which it began.
TEST_F(Backup, IsOfOneMomentWhileTheGatewayWrites) {
  const std::vector<Entry> day = support::trading_day();
  auto store = *SqliteStore::open(path);
  ASSERT_TRUE(store->load([](const Entry&) {}).has_value());
  State state;
  std::size_t written = 0;
  const auto write_one = [&](std::vector<std::pair<int, std::string>> sent) {
    Batch batch;
    if (written < day.size()) {
      state.apply(day[written]);
      batch.entries.push_back(day[written++]);
    }
    state.settle();
    batch.changes = state.take_changes();
    batch.sessions[core::SessionName("SIM")] = {{}, std::move(sent)};
    ASSERT_TRUE(store->write(batch).has_value());
  };
  std::vector<std::pair<int, std::string>> ballast;  // 40 MB: a copy in several pieces
  for (int i = 1; i <= 400; ++i) ballast.emplace_back(i, std::string(100'000, 'x'));
  while (written < day.size() / 2) write_one(std::exchange(ballast, {}));
  const std::size_t begun = written;
  int pieces = 0;
  const auto answer = carry_out(BackupTask{copy}, path, [&](std::int64_t, std::int64_t) {
    write_one({});
    return ++pieces > 0;
  });
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_GE(pieces, 4);
  EXPECT_GT(written, begun + 3);
  EXPECT_EQ(json::parse(*answer).at("entries").as_int64(), static_cast<std::int64_t>(begun));
  EXPECT_TRUE(carry(ReplayTask{}, copy).at("holds").as_bool());
}

TEST_F(Backup, OverwritesNothing) {
  support::write_day(path, support::trading_day());
  std::ofstream(copy) << "dear";
  EXPECT_EQ(error(), copy + ": is there already, and a backup overwrites nothing; choose another name");
  EXPECT_EQ(std::filesystem::file_size(copy), 4U);
  std::filesystem::remove(copy);
  std::filesystem::create_symlink("nowhere", copy);
  EXPECT_NE(error().find("is there already"), std::string::npos);
  std::filesystem::remove(copy);
  std::ofstream(copy + ".partial") << "half";
  EXPECT_NE(error().find("another backup is under way, or one was cut off"), std::string::npos) << error();
  EXPECT_TRUE(std::filesystem::exists(copy + ".partial")) << "it may be somebody else's";
}

TEST_F(Backup, TellsAFolderThatIsNotThere) {
  support::write_day(path, support::trading_day());
  copy = folder / "none/copy.db";
  EXPECT_EQ(error(), copy + ".partial: No such file or directory");
}

TEST_F(Backup, OfABrokenJournalIsNone) {
  support::write_day(path, support::trading_day());
  support::tamper(path, "UPDATE journal SET time_ns = 1 WHERE seq = 9");
  EXPECT_EQ(error(), path + ": its copy does not verify, so there is no backup; see: prorata verify");
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_FALSE(std::filesystem::exists(copy + ".partial"));
}

TEST_F(Backup, IsKnownForACopyUntilAGatewayHasWorkedOnIt) {
  const std::vector<Entry> day = support::trading_day();
  support::write_day(path, day);
  EXPECT_FALSE(copied_at(path).has_value());
  (void)carry(BackupTask{copy}, path);
  const std::optional<core::Time> made = copied_at(copy);
  ASSERT_TRUE(made.has_value());
  EXPECT_LE(*made, core::SystemClock().now());
  auto store = SqliteStore::open(copy);
  (void)(*store)->load([](const Entry&) {});
  Batch batch;
  batch.entries.push_back({static_cast<std::int64_t>(day.size()) + 1, *made, CopyTakenOver{*made}});
  ASSERT_TRUE((*store)->write(batch).has_value());
  EXPECT_FALSE(copied_at(copy).has_value());
}

}  // namespace
}  // namespace gateway
