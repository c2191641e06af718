#include "core/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace core {
namespace {

TEST(Time, IsoTextReadsBackToTheNanosecond) {
  EXPECT_TRUE(rc::check([] {
    const Time time{std::chrono::nanoseconds{*rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000'000'000)}};
    RC_ASSERT(parse_iso(iso_text(time)) == time);
  }));
}

TEST(Time, FixTimestampReadsBackToTheMicrosecond) {
  EXPECT_TRUE(rc::check([] {
    const Time time{std::chrono::microseconds{*rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000'000)}};
    RC_ASSERT(parse_fix_timestamp(fix_timestamp(time)) == time);
  }));
}

TEST(Time, ReadsFixFractionsOfAnyLength) {
  const Time whole = *parse_fix_timestamp("20261121-07:36:07");
  EXPECT_EQ(*parse_fix_timestamp("20261121-07:36:07.5"), whole + std::chrono::milliseconds(500));
  EXPECT_EQ(*parse_fix_timestamp("20261121-07:36:07.123456789"), whole + std::chrono::nanoseconds(123456789));
  EXPECT_EQ(fix_date(whole), "20261121");
  EXPECT_EQ(iso_text(whole), "2026-11-21T07:36:07.000000000Z");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "20261121", "20261321-07:36:07", "20260230-07:36:07", "20261121-24:00:00",
                           "20261121-07:36:07.", "20261121-07:36:07Z", "99991231-00:00:00", "20261121-07:36:61"}) {
    EXPECT_FALSE(parse_fix_timestamp(text).has_value()) << text;
  }
}

// What is read can be written and read again: a journal that was written is read at the next start. Found by fuzzing.
TEST(Time, RefusesTheLeapSecondBehindTheLastYear) {
  EXPECT_TRUE(parse_fix_timestamp("22611231-23:59:59.999").has_value());
  EXPECT_FALSE(parse_fix_timestamp("22611231-23:59:60.999").has_value());
  EXPECT_FALSE(parse_iso("2261-12-31T23:59:60Z").has_value());
  EXPECT_EQ(iso_text(*parse_fix_timestamp("20161231-23:59:60")), "2017-01-01T00:00:00.000000000Z");
}

}  // namespace
}  // namespace core
