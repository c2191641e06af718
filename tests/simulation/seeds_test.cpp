#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "simulation/runner.hpp"

namespace simulation {
namespace {

constexpr std::array<std::uint64_t, 12> some_seeds{1, 2, 3, 7, 84, 102, 137, 169, 228, 982, 3448, 5212};

TEST(Seeds, GiveTheSameDayTwice) {
  for (const std::uint64_t seed : some_seeds) {
    const Outcome first = run_day(draw_plan(seed));
    // The trace changes nothing, and what ran before neither.
    const Outcome second = run_day(draw_plan(seed), [](std::string_view) {});
    EXPECT_EQ(first.digest, second.digest) << "seed " << seed;
    EXPECT_EQ(first.events, second.events) << "seed " << seed;
    EXPECT_GT(first.events, 50U) << "seed " << seed;
    EXPECT_NE(first.digest, run_day(draw_plan(seed + 1)).digest);
  }
}

// Other processes: addresses, locale and time zone are others.
TEST(Seeds, GiveTheSameDaysInAnotherProcessAndAnotherPlace) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "prorata-simulation";
  ASSERT_TRUE(std::filesystem::exists(program)) << "build prorata-simulation";
  const auto digests = [&](const std::string& environment) {
    std::string out;
    std::FILE* const pipe = popen((environment + " " + program + " --seeds 25 --digests").c_str(), "r");
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
      if (std::string_view(line.data()).find("digest") != std::string_view::npos) out += line.data();
    }
    EXPECT_EQ(pclose(pipe), 0) << environment;
    return out;
  };
  const std::string here = digests("env -i");
  EXPECT_EQ(std::count(here.begin(), here.end(), '\n'), 26);
  EXPECT_EQ(digests("env -i LC_ALL=C.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Kolkata MALLOC_PERTURB_=165"), here);
  EXPECT_EQ(digests("env -i TZ=America/New_York X=$(printf '%05000d' 0) setarch -R"), here);
}

TEST(Seeds, ACalmDayFillsEverything) {
  std::size_t calm = 0;
  for (std::uint64_t seed = 1; seed < 200 && calm < 5; ++seed) {
    const Plan plan = draw_plan(seed);
    if (!plan.is_calm) continue;
    ++calm;
    const Outcome outcome = run_day(plan);
    EXPECT_TRUE(outcome.wrong.empty()) << outcome.wrong.front();
    EXPECT_EQ(outcome.breaks, 0U);
    EXPECT_GE(outcome.fills, outcome.orders);
  }
  EXPECT_EQ(calm, 5U);
}

// What led to the death of a day's process is known, up to the step in which it died.
TEST(Seeds, ADayWhoseProcessDiesHasLeftItsTrace) {
  Plan plan = draw_plan(1);
  plan.actions = {{.at = std::chrono::milliseconds(300), .kind = Kind::order, .a = 3, .b = 4},
                  {.at = std::chrono::milliseconds(900), .kind = Kind::cancel, .broker = 99}};  // no such broker
  const Outcome outcome = run_apart(plan, true);
  ASSERT_EQ(outcome.wrong.size(), 1U);
  EXPECT_EQ(outcome.wrong[0], "the process died: Aborted");
  ASSERT_GT(outcome.trace.size(), 10U);
  EXPECT_EQ(outcome.trace.front(), "14:00:00.000000 gateway starts");
  EXPECT_EQ(outcome.trace.back(), "14:00:00.900000 -- cancel");
}

TEST(Seeds, AShortenedPlanStillFailsAndKeepsOnlyWhatItNeeds) {
  Plan plan = draw_plan(1);
  plan.is_calm = true;  // everything should be filled, and every order is rejected
  for (BrokerShape& broker : plan.brokers) broker.exchange.reject_per_mille = 1'000;
  plan.actions = {{.at = std::chrono::milliseconds(200), .kind = Kind::stranger},
                  {.at = std::chrono::milliseconds(310), .kind = Kind::cut, .a = 2},
                  {.at = std::chrono::milliseconds(400), .kind = Kind::unreadable, .a = 8},
                  {.at = std::chrono::milliseconds(3'000), .kind = Kind::order, .a = 3, .b = 4},
                  {.at = std::chrono::milliseconds(3'500), .kind = Kind::cancel, .a = 3, .b = 5}};
  ASSERT_FALSE(run_apart(plan, false).wrong.empty());
  const Plan less = shortened(plan, 100);
  ASSERT_FALSE(run_apart(less, false).wrong.empty());
  ASSERT_EQ(less.actions.size(), 1U) << text(less);
  EXPECT_EQ(less.actions[0].kind, Kind::order);
}

}  // namespace
}  // namespace simulation
