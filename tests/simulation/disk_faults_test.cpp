#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "gateway/journal/sqlite.hpp"
#include "tests/simulation/scripted_day.hpp"

// A scripted day for every n: at the n-th write, sync, truncation or removal the disk fails in one of its ways, and
// afterwards nothing is lost and nothing doubled. Under a sanitizer, which is slow, a
// sample is drawn from a seed that is printed; PRORATA_DISK_FAULTS_SEED=N draws that one, in any build.
namespace simulation {
namespace {

constexpr std::uint64_t variants = 3;  // of what a power cut leaves
constexpr std::uint64_t sample = 40;   // faults of each kind, about

bool all() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return std::getenv("PRORATA_DISK_FAULTS_SEED") == nullptr;
#endif
}

std::uint64_t seed() {
  static const std::uint64_t chosen = [] {
    const char* given = std::getenv("PRORATA_DISK_FAULTS_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  }();
  return chosen;
}

// How many operations of each kind a day without faults has.
std::uint64_t count_of(Operation what) {
  static const std::array<std::uint64_t, 5> counts = [] {
    ScriptedDay day({});
    day.run();
    std::array<std::uint64_t, 5> found{};
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = day.disk().count(static_cast<Operation>(i));
    return found;
  }();
  return counts[static_cast<std::size_t>(what)];
}

std::uint64_t syncs_of_opening() {
  Disk disk;
  const auto store = gateway::SqliteStore::open("desk.db", disk.vfs());
  return disk.count(Operation::sync);
}

// Every n, or a sample of them.
std::vector<std::uint64_t> places(Operation what) {
  const std::uint64_t count = count_of(what);
  std::vector<std::uint64_t> chosen;
  core::Random random(seed());
  for (std::uint64_t n = 1; n <= count; ++n) {
    if (all() || random.below(count) < sample) chosen.push_back(n);
  }
  return chosen;
}

class DiskFaults : public testing::Test {
 protected:
  void SetUp() override { begun_ = std::chrono::steady_clock::now(); }
  void TearDown() override {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_);
    std::cout << days_ << " days, " << starts_ << " starts, " << failures_ << " failed journals, " << waits_
              << " waits, " << refusals_ << " refusals, " << fills_ << " fills; seed " << seed() << "; " << ms.count()
              << " ms\n";
  }

  void run(ScriptedDay::Script script, const std::string& where) {
    SCOPED_TRACE(where);
    ScriptedDay day(std::move(script));
    day.run();
    for (const std::string& wrong : day.verify()) ADD_FAILURE() << wrong;
    ++days_;
    starts_ += day.starts, failures_ += day.failures, waits_ += day.waits, refusals_ += day.refusals;
    fills_ += day.fills;
    last_starts_ = day.starts, last_failures_ = day.failures, last_waits_ = day.waits;
  }

  void cut_at_each(Operation what) {
    for (const std::uint64_t n : places(what)) {
      for (std::uint64_t variant = 0; variant < variants; ++variant) {
        const std::uint64_t fate = core::mix(n * variants + variant);
        const auto revive = [fate](const Disk& disk) {
          core::Random random(fate);
          return disk.has_power() ? disk.after_crash() : disk.after_power_cut(random);
        };
        run({.plan = Disk::at(what, n, Fault::cut_power), .revive = revive},
            "power cut at operation " + std::to_string(static_cast<int>(what)) + " number " + std::to_string(n) +
                ", variant " + std::to_string(variant));
        if (HasFailure()) return;
        EXPECT_GE(last_starts_, 2);
      }
    }
  }

  int days_ = 0;
  int starts_ = 0;
  int failures_ = 0;
  int waits_ = 0;
  int refusals_ = 0;
  int last_starts_ = 0;
  int last_failures_ = 0;
  int last_waits_ = 0;
  std::size_t fills_ = 0;

 private:
  std::chrono::steady_clock::time_point begun_;
};

TEST_F(DiskFaults, ADayWithoutFaultsHasWhatTheOthersNeed) {
  run({}, "no fault");
  EXPECT_EQ(last_starts_, 1);
  EXPECT_GT(fills_, 4U);
  std::cout << count_of(Operation::write) << " writes, " << count_of(Operation::sync) << " syncs, "
            << count_of(Operation::truncate) << " truncations, " << count_of(Operation::remove) << " removals\n";
}

TEST_F(DiskFaults, APowerCutAtAnyWriteLosesNothing) { cut_at_each(Operation::write); }
TEST_F(DiskFaults, APowerCutAtAnySyncLosesNothing) { cut_at_each(Operation::sync); }

// The process ends at the first failed sync and asks for no second; the next one goes on from what it finds. Then the
// power goes too: what the failed sync left in doubt must not be under anything that came later.
TEST_F(DiskFaults, AFailedSyncEndsTheProcessAndLosesNothing) {
  for (const std::uint64_t n : places(Operation::sync)) {
    std::uint64_t syncs_after = 0;
    core::Random random(core::mix(n));
    const auto plan = [&, n](const Access& access) {
      if (access.what != Operation::sync) return Fault::none;
      syncs_after += access.number > n ? 1 : 0;
      return access.number == n ? Fault::io_error : Fault::none;
    };
    const auto revive = [&](const Disk& disk) {
      // While the database is made it has no WAL yet, and SQLite rolls back by syncing; nobody was told anything then.
      if (n > syncs_of_opening()) {
        EXPECT_EQ(syncs_after, 0U) << "the process synced again after a sync had failed";
      }
      if (!disk.has_power()) return disk.after_power_cut(random);
      auto next = disk.after_crash();
      next->set_plan(Disk::at(Operation::sync, 12, Fault::cut_power));
      return next;
    };
    run({.plan = plan, .revive = revive}, "failed sync number " + std::to_string(n));
    if (HasFailure()) return;
  }
}

TEST_F(DiskFaults, AFailedWriteEndsTheProcessAndLosesNothing) {
  for (const std::uint64_t n : places(Operation::write)) {
    run({.plan = Disk::at(Operation::write, n, Fault::io_error)}, "failed write number " + std::to_string(n));
    if (HasFailure()) return;
  }
}

// Full from the n-th write on, until it has been so for three seconds.
ScriptedDay::Script full_from(std::uint64_t n, Fault fault) {
  const auto is_full = std::make_shared<bool>(false);
  const auto seconds = std::make_shared<int>(0);
  ScriptedDay::Script script;
  script.plan = [=](const Access& access) {
    if (access.what != Operation::write) return Fault::none;
    if (access.number == n) *is_full = true;
    return *is_full ? fault : Fault::none;
  };
  script.second = [=](Disk&) {
    if (*is_full && ++*seconds >= 3) *is_full = false;
  };
  return script;
}

TEST_F(DiskFaults, AFullDiskStopsNothingForGoodAndLosesNothing) {
  for (const std::uint64_t n : places(Operation::write)) {
    const Fault fault = n % 2 == 0 ? Fault::no_room : Fault::over_limit;
    run(full_from(n, fault), "full at write " + std::to_string(n));
    if (HasFailure()) return;
    EXPECT_EQ(last_failures_, 0) << "a full disk ended the process at write " << n;
  }
  EXPECT_GT(waits_, 10);
  EXPECT_GT(refusals_, 0);
}

// Another program begins to write at the n-th second and goes on for a while.
TEST_F(DiskFaults, ALockedDatabaseStopsNothingForGoodAndLosesNothing) {
  for (int place = 0; place < 30; ++place) {
    const int begin = 1 + place / 3;
    const int end = std::min(11, begin + std::array{1, 3, 6}[static_cast<std::size_t>(place % 3)]);  // in the day
    auto second = std::make_shared<int>(0);
    auto other = std::make_shared<std::unique_ptr<gateway::sqlite::Database>>();
    ScriptedDay::Script script;
    script.second = [=](Disk& disk) {
      ++*second;
      if (*second == begin) {
        *other = std::make_unique<gateway::sqlite::Database>(
            "desk.db", gateway::sqlite::Database::Mode::read_write_create, disk.vfs());
        (*other)->run("BEGIN IMMEDIATE");
      }
      if (*second == end) other->reset();
    };
    run(std::move(script), "locked from second " + std::to_string(begin) + " to " + std::to_string(end));
    EXPECT_EQ(last_failures_, 0);
    EXPECT_EQ(last_starts_, 1);
    if (HasFailure()) return;
  }
  EXPECT_GT(waits_, 10);
}

// Read-only from the n-th write on, as Linux makes a file system that it no longer trusts: the process ends, writes
// nothing more, and the next goes on when the disk is repaired.
TEST_F(DiskFaults, ADiskThatBecomesReadOnlyAtAnyWriteEndsTheProcessAndLosesNothing) {
  for (const std::uint64_t n : places(Operation::write)) {
    run({.plan = Disk::at(Operation::write, n, Fault::read_only)}, "read-only at write " + std::to_string(n));
    EXPECT_EQ(last_waits_, 0);
    EXPECT_EQ(last_starts_, 2);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace simulation
