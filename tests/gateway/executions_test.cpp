#include "gateway/engine/executions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>

#include "core/random.hpp"

namespace gateway {
namespace {

const core::SessionName sim("SIM");

std::string id(std::uint64_t number) { return "EXEC-" + std::to_string(number); }

std::vector<Blocks::Block> blocks_of(const Executions& executions) {
  std::vector<Blocks::Block> blocks;
  for (std::size_t i = 0; i < executions.blocks().size(); ++i) blocks.push_back(executions.blocks().share(i));
  return blocks;
}

TEST(Executions, KnowsAnExecutionByItsContentOnAnyDateAndByItsDateWithOther) {
  Executions executions;
  EXPECT_EQ(executions.seen(sim, "20261121", "X", 1), Seen::never);
  executions.remember(sim, "20261121", "X", 1);
  EXPECT_EQ(executions.seen(sim, "20261121", "X", 1), Seen::same_content);
  EXPECT_EQ(executions.seen(sim, "20261122", "X", 1), Seen::same_content);
  EXPECT_EQ(executions.seen(sim, "20261121", "X", 2), Seen::other_content);
  EXPECT_EQ(executions.seen(sim, "20261122", "X", 2), Seen::never);
  EXPECT_EQ(executions.seen(sim, "20261121", "Y", 1), Seen::never);
  EXPECT_EQ(executions.seen(core::SessionName("OTHER"), "20261121", "X", 1), Seen::never);
}

TEST(Executions, TakesNoSessionAndIdForOthersThatAreWrittenAlike) {
  Executions executions;
  executions.remember(core::SessionName("AB"), "20261121", "C", 1);
  EXPECT_EQ(executions.seen(core::SessionName("A"), "20261121", "BC", 1), Seen::never);
}

TEST(Executions, TakesNoDateForAnotherHoweverItIsWritten) {
  Executions executions;
  const std::vector<std::string> dates = {"20261121", "2026-11-21", "",         "020261121",
                                          "2026112",  "someday",    "00000000", "99999999"};
  for (std::size_t i = 0; i < dates.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_EQ(executions.seen(sim, dates[j], "X", 99), Seen::other_content);
    EXPECT_EQ(executions.seen(sim, dates[i], "X", 99), Seen::never) << dates[i];
    executions.remember(sim, dates[i], "X", i);
  }
  EXPECT_EQ(executions.size(), dates.size());
}

// What it stands for: every (date, digest) under each session and id.
struct Plain {
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<std::string, std::uint64_t>>> known;

  Seen seen(const core::SessionName& broker, const std::string& date, const std::string& exec, std::uint64_t digest) {
    Seen result = Seen::never;
    for (const auto& [known_date, known_digest] : known[{broker.text(), exec}]) {
      if (known_digest == digest) return Seen::same_content;
      if (known_date == date) result = Seen::other_content;
    }
    return result;
  }
  void remember(const core::SessionName& broker, const std::string& date, const std::string& exec,
                std::uint64_t digest) {
    if (seen(broker, date, exec, digest) != Seen::same_content) known[{broker.text(), exec}].emplace_back(date, digest);
  }
};

TEST(Executions, SaysWhatAPlainMapSaysAlsoAfterComingBack) {
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    const std::vector<std::string> dates = {"20261120", "20261121", "", "odd"};
    Executions executions;
    Plain plain;
    for (int i = 0; i < 400; ++i) {
      const core::SessionName broker(random.below(2) == 0 ? "SIM" : "OTHER");
      const std::string& date = dates[random.below(dates.size())];
      const std::string exec = id(random.below(60));
      const std::uint64_t digest = random.below(4);
      RC_ASSERT(executions.seen(broker, date, exec, digest) == plain.seen(broker, date, exec, digest));
      if (random.below(2) == 0) continue;
      executions.remember(broker, date, exec, digest);
      plain.remember(broker, date, exec, digest);
      if (random.below(50) != 0) continue;
      Executions restored;
      RC_ASSERT(restored.restore(blocks_of(executions), executions.odd_dates()));
      RC_ASSERT(restored.size() == executions.size());
      executions = std::move(restored);
    }
  }));
}

TEST(Executions, FindsEachOfManyAndNoOther) {
  constexpr std::uint64_t count = 100'000;
  Executions executions;
  for (std::uint64_t i = 0; i < count; ++i) executions.remember(sim, "20261121", id(i), i);
  Executions restored;
  ASSERT_TRUE(restored.restore(blocks_of(executions), {}));
  ASSERT_EQ(restored.size(), count);
  for (const Executions* each : {&executions, &restored}) {
    std::size_t wrong = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      wrong += each->seen(sim, "20261121", id(i), i) != Seen::same_content;
      wrong += each->seen(sim, "20261121", id(i + count), i) != Seen::never;
    }
    EXPECT_EQ(wrong, 0U);
  }
}

TEST(Executions, ComesBackFromNothingButItsOwnBlocks) {
  const auto block = [](std::size_t bytes) { return std::make_shared<const std::string>(bytes, '\1'); };
  EXPECT_TRUE(Executions().restore({block(24)}, {}));
  EXPECT_FALSE(Executions().restore({block(23)}, {})) << "part of an entry";
  EXPECT_FALSE(Executions().restore({block(24), block(24)}, {})) << "a block that is not full before another";
  EXPECT_FALSE(Executions().restore({block(24 * 16 * 1024 + 24)}, {})) << "more than a block";
}

}  // namespace
}  // namespace gateway
