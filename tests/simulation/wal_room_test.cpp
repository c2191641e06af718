#include <gtest/gtest.h>

#include "gateway/journal/sqlite_store.hpp"
#include "simulation/disk/disk.hpp"

// Small disks: the zeros that make commits quick must never be what fills one.
namespace simulation {
namespace {

constexpr int pages = 1'000;
constexpr std::int64_t full_bytes = 32 + 4'120 * pages;
constexpr const char* wal = "desk.db-wal";

class WalRoom : public testing::Test {
 protected:
  void open() {
    store_.reset();
    auto store = gateway::SqliteStore::open("desk.db", disk_->vfs(), pages);
    ASSERT_TRUE(store.has_value()) << store.error().text();
    store_ = std::move(*store);
  }
  [[nodiscard]] gateway::CommitResult note(std::size_t bytes = 100) {
    gateway::Batch batch;
    batch.entries.push_back({entries_ + 1, core::Time{}, gateway::DeskImported{std::string(bytes, 'x')}});
    const gateway::CommitResult result = store_->write(batch);
    if (result) ++entries_;
    return result;
  }
  void lengthen() {
    while (store_->lengthen_wal()) {
    }
  }
  [[nodiscard]] std::int64_t wal_bytes() const { return static_cast<std::int64_t>(disk_->contents(wal).size()); }
  void leave_free(std::int64_t bytes) { disk_->set_capacity(disk_->used() + bytes); }
  // As the gateway's thread does it; returns when there is no room any more.
  void write_until_full(std::size_t bytes) {
    for (;;) {
      const gateway::CommitResult result = note(bytes);
      if (!result) {
        ASSERT_EQ(result.error().why, gateway::NotDurable::Why::no_room) << result.error().error.text();
        return;
      }
      lengthen();
    }
  }
  // Killed, and started again on the same disk with as much room.
  void crash(std::int64_t capacity) {
    auto next = disk_->after_crash();
    store_.reset();
    disk_ = std::move(next);
    disk_->set_capacity(capacity);
  }
  void expect_all_entries() {
    std::int64_t found = 0;
    ASSERT_TRUE(store_->load([&](const gateway::Entry&) { ++found; }).has_value());
    EXPECT_EQ(found, entries_);
  }

  std::unique_ptr<Disk> disk_ = std::make_unique<Disk>();
  std::unique_ptr<gateway::SqliteStore> store_;
  std::int64_t entries_ = 0;
};

TEST_F(WalRoom, TheLogIsLengthenedOnlyWhereAReserveIsLeft) {
  open();
  ASSERT_TRUE(note());
  const std::int64_t before = wal_bytes();
  const auto database = static_cast<std::int64_t>(disk_->contents("desk.db").size());
  leave_free(full_bytes - before + full_bytes - 1);
  lengthen();
  EXPECT_EQ(wal_bytes(), before);
  leave_free(full_bytes - before + full_bytes + 100 * 4'096 + database);
  lengthen();
  EXPECT_EQ(wal_bytes(), full_bytes) << "it is asked again when there is room";
}

// The tester's small disk: zeros had filled it, and no checkpoint found room any more.
TEST_F(WalRoom, ASmallDiskHoldsEntriesAndNotZeros) {
  for (const std::size_t bytes : {100UL, 1'000UL, 100'000UL}) {
    disk_ = std::make_unique<Disk>();
    entries_ = 0;
    constexpr std::int64_t capacity = 3'000'000;  // less than the log's full length
    disk_->set_capacity(capacity);
    open();
    write_until_full(bytes);
    EXPECT_GT(static_cast<std::int64_t>(disk_->contents("desk.db").size()), capacity / 2) << bytes << " bytes an entry";
    disk_->set_capacity(2 * capacity);
    EXPECT_TRUE(note(bytes)) << "nothing but room is missing";
    expect_all_entries();
    store_.reset();
  }
}

TEST_F(WalRoom, ABatchThatFindsNoRoomGetsThatOfTheLogsEnd) {
  open();
  ASSERT_TRUE(note());
  lengthen();
  ASSERT_EQ(wal_bytes(), full_bytes);
  leave_free(0);
  // The log has as many frames as entries or more, of few pages, and the last batch does not fit behind them.
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(note());
  ASSERT_TRUE(note(3'000'000));
  expect_all_entries();
}

TEST_F(WalRoom, ACheckpointThatFindsNoRoomGetsThatOfTheLogsEnd) {
  open();
  ASSERT_TRUE(note());
  lengthen();
  leave_free(0);
  write_until_full(20'000);
  EXPECT_GT(entries_, 90) << "of about 200 that the log's room would hold at best";
  const std::int64_t capacity = disk_->used();
  crash(capacity + 64 * 1'024);
  open();
  expect_all_entries();
}

// The log's shared memory is made anew at each start.
TEST_F(WalRoom, AStartOnAFullDiskGivesTheLogsEndBack) {
  open();
  ASSERT_TRUE(note());
  lengthen();
  crash(0);
  disk_->set_capacity(disk_->used());
  open();
  EXPECT_LT(wal_bytes(), full_bytes / 2);
  expect_all_entries();
  EXPECT_TRUE(note());
}

TEST_F(WalRoom, AFullDiskWithoutSuchAnEndRefusesToStartAndSaysWhy) {
  open();
  ASSERT_TRUE(note());
  crash(0);
  const auto store = gateway::SqliteStore::open("desk.db", disk_->vfs(), pages);
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().text().find("is full"), std::string::npos) << store.error().text();
  disk_->set_capacity(10'000'000);
  open();
  expect_all_entries();
}

}  // namespace
}  // namespace simulation
