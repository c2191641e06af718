#include "core/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

namespace core {
namespace {

TEST(Decimal, TextOfAnyValueReadsBackAsThatValue) {
  EXPECT_TRUE(rc::check([] {
    const auto value = *rc::gen::arbitrary<std::int64_t>();
    RC_PRE(value != std::numeric_limits<std::int64_t>::min());
    const int decimals = *rc::gen::inRange(0, max_decimals + 1);
    const int shown = *rc::gen::inRange(0, decimals + 1);
    const Result<std::int64_t> back = parse_decimal(format_decimal(value, decimals, shown), decimals);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  }));
}

TEST(Decimal, ReadsWhatFixAllows) {
  EXPECT_EQ(parse_decimal("187.50", 8), 18'750'000'000);
  EXPECT_EQ(parse_decimal("0023.0000", 2), 2300);
  EXPECT_EQ(parse_decimal(".5", 1), 5);
  EXPECT_EQ(parse_decimal("7.", 1), 70);
  EXPECT_EQ(parse_decimal("-0.00000001", 8), -1);
  EXPECT_EQ(parse_decimal("1.5000000000000000000000", 1), 15);
  EXPECT_EQ(parse_decimal("9223372036854775807", 0), std::numeric_limits<std::int64_t>::max());
}

TEST(Decimal, RefusesWhatIsNotADecimalNumber) {
  for (const char* text : {"", "-", ".", "+1", " 1", "1 ", "1e5", "0x10", "1,000", "1.2.3", "nan", "--1", "1\x01"}) {
    EXPECT_FALSE(parse_decimal(text, 8).has_value()) << text;
  }
}

TEST(Decimal, RefusesDigitsThatWouldBeLost) {
  EXPECT_EQ(parse_decimal("1.005", 2).error().message, "'1.005' has more than 2 digits after the point");
}

TEST(Decimal, RefusesTwentyDigits) {
  EXPECT_EQ(parse_decimal("99999999999999999999", 8).error().message,
            "'99999999999999999999' is too large; the largest is 92233720368.54775807");
  EXPECT_FALSE(parse_decimal("9223372036854775808", 0).has_value());
}

TEST(Decimal, ShowsAtLeastTheDigitsAskedFor) {
  EXPECT_EQ(format_decimal(18'750'000'000, 8, 2), "187.50");
  EXPECT_EQ(format_decimal(18'750'000'000, 8), "187.5");
  EXPECT_EQ(format_decimal(100, 2), "1");
  EXPECT_EQ(format_decimal(0, 2, 2), "0.00");
  EXPECT_EQ(format_decimal(-5, 2), "-0.05");
}

}  // namespace
}  // namespace core
