#include "gateway/journal/wal_file.hpp"

#include <gtest/gtest.h>

#include "gateway/journal/sqlite_store.hpp"
#include "simulation/disk/disk.hpp"

namespace simulation {
namespace {

constexpr int pages = 1'000;  // four steps
constexpr std::size_t full_bytes = 32 + 4'120 * pages;
constexpr const char* wal = "desk.db-wal";

gateway::Batch note(std::int64_t number) {
  gateway::Batch batch;
  batch.entries.push_back({number, core::Time{}, gateway::DeskImported{"note " + std::to_string(number)}});
  return batch;
}

std::unique_ptr<gateway::SqliteStore> open(const Disk& disk) {
  auto store = gateway::SqliteStore::open("desk.db", disk.vfs(), pages);
  if (!store) throw std::runtime_error(store.error().text());
  return std::move(*store);
}

int lengthen(gateway::SqliteStore& store) {
  int calls = 1;
  while (store.lengthen_wal()) ++calls;
  return calls;
}

std::int64_t entries(gateway::SqliteStore& store) {
  std::int64_t count = 0;
  EXPECT_TRUE(store.load([&](const gateway::Entry&) { ++count; }).has_value());
  return count;
}

TEST(WalFile, IsLengthenedInStepsAndCommitsOverwriteIt) {
  Disk disk;
  auto store = open(disk);
  ASSERT_TRUE(store->write(note(1)).has_value());
  EXPECT_LT(disk.contents(wal).size(), full_bytes / 4);
  EXPECT_EQ(lengthen(*store), 4);
  EXPECT_EQ(disk.contents(wal).size(), full_bytes);
  for (std::int64_t i = 2; i < 10; ++i) ASSERT_TRUE(store->write(note(i)).has_value());
  EXPECT_EQ(disk.contents(wal).size(), full_bytes);
  core::Random random(1);
  auto next = disk.after_power_cut(random);
  auto reopened = open(*next);
  EXPECT_EQ(entries(*reopened), 9);
  reopened.reset();
  EXPECT_EQ(next->contents(wal), "") << "a clean end takes the WAL in, and away";
}

// A start writes again what the WAL holds, not the zeros behind it and not the frames of its rounds before.
TEST(WalFile, IsRewrittenAsFarAsItCounts) {
  Disk disk;
  auto store = open(disk);
  ASSERT_TRUE(store->write(note(1)).has_value());
  (void)lengthen(*store);
  ASSERT_TRUE(store->write(note(2)).has_value());
  auto next = disk.after_crash();
  std::size_t written = 0;
  bool opened = false;
  next->set_plan([&](const Access& access) {
    if (!opened && access.what == Operation::write && access.file == wal) written += access.bytes;
    return Fault::none;
  });
  auto again = open(*next);
  opened = true;
  EXPECT_GT(written, 2U * 4'120);
  EXPECT_LT(written, full_bytes / 4);
  EXPECT_EQ(entries(*again), 2);
}

TEST(WalFile, StaysAsItIsWhenThereIsNoRoom) {
  for (const Fault fault : {Fault::no_room, Fault::over_limit}) {
    Disk disk;
    auto store = open(disk);
    ASSERT_TRUE(store->write(note(1)).has_value());
    const std::size_t before = disk.contents(wal).size();
    disk.set_plan(Disk::at(Operation::write, disk.count(Operation::write) + 3, fault));
    EXPECT_EQ(lengthen(*store), 1);
    EXPECT_EQ(disk.contents(wal).size(), before) << "the room is given back";
    EXPECT_TRUE(store->write(note(2)).has_value());
  }
}

// Nothing is written or synced after a sync has failed, and the next batch is told.
TEST(WalFile, EndsTheJournalWhenItsSyncFails) {
  Disk disk;
  auto store = open(disk);
  ASSERT_TRUE(store->write(note(1)).has_value());
  const std::uint64_t syncs = disk.count(Operation::sync) + 1;
  disk.set_plan(Disk::at(Operation::sync, syncs, Fault::io_error));
  EXPECT_EQ(lengthen(*store), 1);
  const gateway::CommitResult result = store->write(note(2));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().why, gateway::NotDurable::Why::failed);
  store.reset();
  EXPECT_EQ(disk.count(Operation::sync), syncs);
  core::Random random(1);
  auto next = disk.after_power_cut(random);
  EXPECT_EQ(entries(*open(*next)), 1);
}

}  // namespace
}  // namespace simulation
