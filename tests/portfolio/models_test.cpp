#include "portfolio/models.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "portfolio/stakes.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

TEST(Models, TakeCodesThatArePlain) {
  for (const char* code : {"A", "GROWTH", "US-LARGE.60_40", "0123456789ABCDEF"}) {
    EXPECT_EQ(parse_model_code(code)->text(), code);
  }
  for (const char* code :
       {"", "growth", "A B", "0123456789ABCDEFG", "Ä", "A/B", "A\n", " A", "..", "TOTAL", "ALL", "INDEPENDENT"}) {
    EXPECT_FALSE(parse_model_code(code).has_value()) << code;
  }
}

TEST(Models, TakeNamesThatCanBePrinted) {
  EXPECT_EQ(*parse_model_name("Wachstum für Müller & Söhne"), "Wachstum für Müller & Söhne");
  EXPECT_TRUE(parse_model_name(std::string(100, 'x')).has_value());
  EXPECT_FALSE(parse_model_name(std::string(101, 'x')).has_value());
  for (const char* name : {"", " ", "a\tb", "a ", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\x7F", "\xC2\x85"}) {
    EXPECT_FALSE(parse_model_name(name).has_value());
  }
}

TEST(Models, ACodeIsNeverUsedTwice) {
  test::ToyDesk desk;
  const core::ModelCode code("GROWTH");
  EXPECT_TRUE(desk.models.check_is_new(code, desk.book).has_value());
  desk.add_model("GROWTH");
  EXPECT_FALSE(desk.models.check_is_new(code, desk.book).has_value());
  desk.models.rename(code, "Slow growth");
  EXPECT_EQ(desk.models.find(code)->name, "Slow growth");
  desk.models.remove(code, desk.book);
  EXPECT_EQ(desk.models.find(code), nullptr);
  EXPECT_FALSE(desk.models.check_is_new(code, desk.book).has_value());
}

TEST(Stakes, FirstMoneyCountsAsItselfAndLaterMoneyAtTheModelsValue) {
  EXPECT_EQ(*stake_for_money(10'000, 0, 0), 10'000);
  EXPECT_EQ(*stake_for_money(10'000, 10'000, 20'000), 5'000);  // the model has doubled
  EXPECT_EQ(*stake_for_money(10'000, 10'000, 5'000), 20'000);  // or halved
  EXPECT_EQ(*stake_for_money(1, 10, 1'000'000), 1);
  EXPECT_FALSE(stake_for_money(10'000, 10'000, 0).has_value());
  EXPECT_FALSE(stake_for_money(1'000'000'000'000'000, 1'000'000'000, 1).has_value());
}

TEST(Stakes, GoWithTheValueThatIsTaken) {
  EXPECT_EQ(stake_taken_with(10'000, 2'500, 10'000), 2'500);
  EXPECT_EQ(stake_taken_with(10'000, 10'000, 10'000), 10'000);
  EXPECT_EQ(stake_taken_with(3, 9'999, 10'000), 2);
  EXPECT_EQ(stake_taken_with(1, 9'999, 10'000), 0);  // something is left, so a share is
}

// Money in and money out at any values: nobody's share of the value changes by what others do, but for rounding.
TEST(Stakes, KeepSharesTrueAfterPricesMoved) {
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    const std::int64_t mine = random.between(1'000'000, 1'000'000'000);
    std::int64_t total = mine + random.between(1'000'000, 1'000'000'000);
    std::int64_t value = total * random.between(50, 200) / 100;
    const core::Int128 worth = static_cast<core::Int128>(mine) * value / total;
    for (int step = 0; step < 20; ++step) {
      if (random.below(2) == 0) {
        const std::int64_t amount = random.between(1, 100'000'000);
        total += *stake_for_money(amount, total, value);
        value += amount;
      } else {
        const std::int64_t other = total - mine;
        const auto theirs = static_cast<std::int64_t>(static_cast<core::Int128>(other) * value / total);
        const std::int64_t taken = random.between(0, theirs / 2);
        total -= stake_taken_with(other, taken, theirs);
        value -= taken;
      }
    }
    const core::Int128 now = static_cast<core::Int128>(mine) * value / total;
    const core::Int128 off = now > worth ? now - worth : worth - now;
    RC_ASSERT(off <= 100);
  }));
}

}  // namespace
}  // namespace portfolio
