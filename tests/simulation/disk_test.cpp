#include "simulation/disk/disk.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_store.hpp"
#include "simulation/disk/disk_journal.hpp"

namespace simulation {
namespace {

using gateway::sqlite::Database;

constexpr auto writable = Database::Mode::read_write_create;

gateway::Batch notes(std::int64_t first, std::int64_t count) {
  gateway::Batch batch;
  for (std::int64_t i = first; i < first + count; ++i) {
    batch.entries.push_back({i, core::Time{}, gateway::DeskImported{"note " + std::to_string(i)}});
  }
  return batch;
}

std::unique_ptr<gateway::SqliteStore> open(const Disk& disk) {
  auto store = gateway::SqliteStore::open("desk.db", disk.vfs());
  if (!store) throw std::runtime_error(store.error().text());
  return std::move(*store);
}

// How many entries are there; the chain is verified on the way.
std::int64_t entries(gateway::SqliteStore& store) {
  std::int64_t count = 0;
  const auto loaded = store.load([&](const gateway::Entry&) { ++count; });
  if (!loaded) throw std::runtime_error(loaded.error().text());
  return count;
}

TEST(Disk, KeepsWhatTheStoreWrites) {
  Disk disk;
  {
    auto store = open(disk);
    ASSERT_TRUE(store->write(notes(1, 3)).has_value());
  }
  auto store = open(disk);
  EXPECT_EQ(entries(*store), 3);
  EXPECT_GT(disk.count(Operation::sync), 3U);
}

TEST(Disk, LetsASecondConnectionReadWhatIsCommitted) {
  Disk disk;
  auto store = open(disk);
  ASSERT_TRUE(store->write(notes(1, 3)).has_value());
  Database reader("desk.db", writable, disk.vfs());
  EXPECT_EQ(reader.number("SELECT count(*) FROM journal"), 3);
  ASSERT_TRUE(store->write(notes(4, 1)).has_value());
  EXPECT_EQ(reader.number("SELECT count(*) FROM journal"), 4);
}

TEST(Disk, TheSameOperationsGiveTheSameBytes) {
  const auto day = [] {
    Disk disk;
    auto store = open(disk);
    EXPECT_TRUE(store->write(notes(1, 300)).has_value());
    return disk.contents("desk.db") + disk.contents("desk.db-wal");
  };
  const std::string once = day();
  EXPECT_GT(once.size(), 10'000U);
  EXPECT_EQ(once, day());
}

TEST(Disk, KeepsWhatWasSyncedWhenThePowerGoes) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Disk disk;
    auto store = open(disk);
    ASSERT_TRUE(store->write(notes(1, 5)).has_value());
    disk.cut_power();
    EXPECT_FALSE(store->write(notes(6, 5)).has_value());
    core::Random random(seed);
    const auto after = disk.after_power_cut(random);
    store.reset();
    EXPECT_EQ(entries(*open(*after)), 5);
  }
}

// Without the sync the disk must lose something, or it would prove nothing.
TEST(Disk, LosesWhatWasNotSyncedWhenThePowerGoes) {
  int lost = 0;
  int kept = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Disk disk;
    auto store = open(disk);
    ASSERT_TRUE(store->write(notes(1, 5)).has_value());
    disk.set_plan(Disk::at(Operation::sync, disk.count(Operation::sync) + 1, Fault::cut_power));
    EXPECT_FALSE(store->write(notes(6, 5)).has_value());
    core::Random random(seed);
    const auto after = disk.after_power_cut(random);
    store.reset();
    const std::int64_t found = entries(*open(*after));
    EXPECT_TRUE(found == 5 || found == 10) << found;
    (found == 5 ? lost : kept) += 1;
  }
  EXPECT_GT(lost, 0);
  EXPECT_GT(kept, 0);
}

TEST(Disk, KeepsWhatWasWrittenWhenTheProcessIsKilled) {
  Disk disk;
  auto store = open(disk);
  ASSERT_TRUE(store->write(notes(1, 5)).has_value());
  disk.set_plan(Disk::at(Operation::sync, disk.count(Operation::sync) + 1, Fault::cut_power));
  EXPECT_FALSE(store->write(notes(6, 5)).has_value());
  EXPECT_EQ(entries(*open(*disk.after_crash())), 10);
}

TEST(Disk, ASecondConnectionThatWritesLocksTheStoreOut) {
  Disk disk;
  auto store = open(disk);
  Database other("desk.db", writable, disk.vfs());
  other.run("BEGIN IMMEDIATE");
  const gateway::CommitResult refused = store->write(notes(1, 1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().why, gateway::NotDurable::Why::locked) << refused.error().error.text();
  other.run("ROLLBACK");
  EXPECT_TRUE(store->write(notes(1, 1)).has_value());
}

}  // namespace
}  // namespace simulation
