#include "gateway/journal/file_lock.hpp"
#include "tests/support/test_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace gateway {
namespace {

class FileLockTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder / "elsewhere");
    path = folder / "desk.db";
  }

  static std::string error_of(const std::string& path) {
    const auto lock = FileLock::take(path);
    return lock ? "" : lock.error().text();
  }

  support::TestFolder scratch;
  std::filesystem::path folder = scratch.path();
  std::string path;
};

// Another process that holds the lock until it is killed.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    std::array<int, 2> told{};
    EXPECT_EQ(::pipe(told.data()), 0);
    pid = ::fork();
    if (pid == 0) {
      const auto lock = FileLock::take(path);
      (void)!::write(told[1], lock ? "y" : "n", 1);
      while (lock) ::pause();
      ::_exit(1);
    }
    char answer = 0;
    EXPECT_EQ(::read(told[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    ::close(told[0]), ::close(told[1]);
  }
  ~Holder() { kill(); }
  void kill() {
    if (pid <= 0) return;
    ::kill(std::exchange(pid, 0), SIGKILL);
    ::wait(nullptr);
  }

  pid_t pid = 0;
};

TEST_F(FileLockTest, SaysWhoHoldsIt) {
  const Holder holder(path);
  std::array<char, 256> host{};
  ASSERT_EQ(::gethostname(host.data(), host.size() - 1), 0);
  const std::string error = error_of(path);
  EXPECT_EQ(error.find(path + ": another gateway works on this database: process " + std::to_string(holder.pid) +
                       " (gateway_tests) on host " + host.data() + ", since 20"),
            0U)
      << error;
  EXPECT_NE(error.find("Z. Stop it first"), std::string::npos) << error;
}

TEST_F(FileLockTest, IsFreeAsSoonAsTheHolderIsKilled) {
  Holder holder(path);
  ASSERT_NE(error_of(path), "");
  holder.kill();
  EXPECT_EQ(error_of(path), "");
}

TEST_F(FileLockTest, HoldsUnderASymbolicLink) {
  const Holder holder(path);
  std::filesystem::create_symlink(path, folder / "elsewhere" / "link.db");
  std::filesystem::create_directory_symlink(folder, folder / "elsewhere" / "here");
  for (const std::string other : {folder / "elsewhere" / "link.db", folder / "elsewhere" / "here" / "desk.db",
                                  folder / "elsewhere" / ".." / "desk.db"}) {
    EXPECT_NE(error_of(other).find("database: process " + std::to_string(holder.pid) + " (gateway_tests) on host"),
              std::string::npos)
        << other << ": " << error_of(other);
  }
}

TEST_F(FileLockTest, HoldsUnderAHardLink) {
  const Holder holder(path);
  const std::string other = folder / "elsewhere" / "hard.db";
  std::filesystem::create_hard_link(path, other);
  EXPECT_EQ(error_of(other).find(other + ": another gateway works on this database under another name: "), 0U)
      << error_of(other);
}

TEST_F(FileLockTest, HoldsWhileTheFileIsReplaced) {
  const Holder holder(path);
  std::filesystem::remove(path);
  std::ofstream(path) << "";
  EXPECT_NE(error_of(path).find("process " + std::to_string(holder.pid)), std::string::npos) << error_of(path);
}

TEST_F(FileLockTest, DoesNotBelieveTheLabelOfAnEarlierHolder) {
  const Holder holder(path);
  std::ofstream(path + ".lock") << "process 1 (of yesterday) on host h, since 2026-01-01T00:00:00Z\n";
  const std::string error = error_of(path);
  EXPECT_EQ(error.find("yesterday"), std::string::npos) << error;
  EXPECT_NE(error.find("process " + std::to_string(holder.pid) + " (gateway_tests)"), std::string::npos) << error;
}

TEST_F(FileLockTest, SaysThatTheFolderIsMissing) {
  const std::string nowhere = folder / "none" / "desk.db";
  EXPECT_EQ(error_of(nowhere), nowhere + ".lock: No such file or directory");
}

}  // namespace
}  // namespace gateway
