#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/crash/place.hpp"

namespace crash {
namespace {

class TwoGateways : public testing::Test {
 protected:
  TwoGateways()
      : place(std::filesystem::path(testing::TempDir()) /
                  (std::string("prorata-") + testing::UnitTest::GetInstance()->current_test_info()->name()),
              PRORATA_PROGRAMS, 1) {}
  ~TwoGateways() override { std::filesystem::remove_all(place.folder()); }

  // Only a broken gateway ever waits for the deadline.
  [[nodiscard]] static bool is_ready(Process& gateway) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!gateway.said("prorata-gateway: ready") && !gateway.ended() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return gateway.said("prorata-gateway: ready");
  }
  // What a second gateway says that is to use this name of the database; it must end with the code of wrong use.
  [[nodiscard]] std::string refusal(const std::string& database) const {
    place.write_gateway_settings("second", database);
    Process second = place.start_gateway("second");
    EXPECT_EQ(second.wait(), 2) << second.output();
    return second.output();
  }

  Place place;
};

TEST_F(TwoGateways, TheSecondSaysWhoHoldsTheDatabase) {
  Process first = place.start_gateway();
  ASSERT_TRUE(is_ready(first)) << first.output();
  std::array<char, 256> host{};
  ASSERT_EQ(::gethostname(host.data(), host.size() - 1), 0);
  const std::string holder =
      "process " + std::to_string(first.pid()) + " (prorata-gateway) on host " + host.data() + ", since 20";
  const std::string said = refusal("desk.db");
  EXPECT_NE(said.find("desk.db: another gateway works on this database: " + holder), std::string::npos) << said;

  const std::filesystem::path folder = place.folder();
  std::filesystem::create_symlink("desk.db", folder / "link.db");
  EXPECT_NE(refusal("link.db").find(holder), std::string::npos);
  std::filesystem::create_hard_link(folder / "desk.db", folder / "hard.db");
  EXPECT_NE(refusal("hard.db").find("hard.db: another gateway works on this database under another name: "),
            std::string::npos);
  EXPECT_FALSE(first.ended());
}

TEST_F(TwoGateways, TheDatabaseIsFreeAtOnceWhenTheFirstIsKilled) {
  Process first = place.start_gateway();
  ASSERT_TRUE(is_ready(first)) << first.output();
  first.kill();
  Process second = place.start_gateway();
  EXPECT_TRUE(is_ready(second)) << second.output();
}

}  // namespace
}  // namespace crash
