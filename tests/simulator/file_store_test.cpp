#include "simulator/file_store.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

namespace simulator {
namespace {

class FileStoreTest : public testing::Test {
 protected:
  FileStoreTest() { std::filesystem::remove_all(folder); }
  ~FileStoreTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<FileStore> open() {
    auto store = FileStore::open(folder, "DESK");
    EXPECT_TRUE(store.has_value()) << store.error().text();
    return *std::move(store);
  }

  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "prorata_file_store_test";
  fix::SequenceNumbers numbers{7, 5, core::parse_iso("2026-11-20T14:00:00.000000001Z").value()};
};

TEST_F(FileStoreTest, RemembersNumbersAndMessages) {
  {
    const auto store = open();
    EXPECT_EQ(store->load(), fix::SequenceNumbers{});
    store->keep_sent(5, "five\n\x01");
    store->keep_sent(6, "six");
    store->save(numbers);
  }
  const auto store = open();
  EXPECT_EQ(store->load(), numbers);
  EXPECT_EQ(store->sent(1, 9), (std::vector<std::string>{"five\n\x01", "six"}));
  EXPECT_EQ(store->sent(6, 6), std::vector<std::string>{"six"});
  store->forget_sent();
  EXPECT_TRUE(open()->sent(1, 9).empty());
}

TEST_F(FileStoreTest, DropsHalfARecordAndGoesOnBehindTheWholeOnes) {
  open()->keep_sent(1, "one");
  std::ofstream(folder / "DESK.sent", std::ios::app) << "2 100\nhalf";
  open()->keep_sent(3, "three");
  EXPECT_EQ(open()->sent(1, 9), (std::vector<std::string>{"one", "three"}));
}

TEST_F(FileStoreTest, RefusesNumbersThatAreNotOurs) {
  open();
  std::ofstream(folder / "DESK.numbers") << "seven";
  const auto store = FileStore::open(folder, "DESK");
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().text().find("DESK.numbers"), std::string::npos);
}

}  // namespace
}  // namespace simulator
