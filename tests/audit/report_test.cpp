#include "audit/report.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "audit/numbers.hpp"

namespace audit_test {
namespace {

std::vector<audit::Check> two_checks() {
  audit::Check good("parts sum to fills");
  good.compared = "14 orders, 8,400 units";
  audit::Check bad("no breaks");
  bad.compared = "7 breaks";
  for (int i = 1; i <= 7; ++i) bad.differs("break " + std::to_string(i));
  return {good, bad};
}

TEST(Report, IsATableWithTheDifferencesUnderIt) {
  EXPECT_EQ(audit::table_of(two_checks()),
            "Check               Compared                Result\n"
            "parts sum to fills  14 orders, 8,400 units  ok\n"
            "no breaks           7 breaks                FAILED\n"
            "\n"
            "no breaks: 7 differences\n"
            "  break 1\n  break 2\n  break 3\n  break 4\n  break 5\n  and 2 more\n"
            "\n"
            "2 checks, 1 failed\n");
  EXPECT_FALSE(audit::all_ok(two_checks()));
  EXPECT_TRUE(audit::all_ok({two_checks()[0]}));
  EXPECT_TRUE(audit::table_of({two_checks()[0]}).ends_with("\n\n1 check, all ok\n"));
}

TEST(Report, IsJsonForPrograms) {
  const auto value = boost::json::parse(audit::json_of(two_checks(), "a\"b.db", ""));
  EXPECT_EQ(value.at("database").as_string(), "a\"b.db");
  EXPECT_TRUE(value.at("against").is_null());
  EXPECT_FALSE(value.at("ok").as_bool());
  EXPECT_TRUE(value.at("checks").at(0).at("ok").as_bool());
  EXPECT_EQ(value.at("checks").at(1).at("difference_count").to_number<int>(), 7);
  EXPECT_EQ(value.at("checks").at(1).at("differences").as_array().size(), 5U);
}

TEST(Numbers, AreGroupedInThousands) {
  EXPECT_EQ(audit::grouped("0"), "0");
  EXPECT_EQ(audit::grouped("999"), "999");
  EXPECT_EQ(audit::grouped("1000"), "1,000");
  EXPECT_EQ(audit::grouped("-123456.789012"), "-123,456.789012");
  EXPECT_EQ(audit::grouped("-1234567"), "-1,234,567");
}

TEST(Numbers, RoundHalvesAwayFromZero) {
  const core::Currency dollar = core::Currency::of("USD");
  EXPECT_TRUE(audit::rounded_to_minor(1'005'000, 6, dollar) == 101);
  EXPECT_TRUE(audit::rounded_to_minor(1'004'999, 6, dollar) == 100);
  EXPECT_TRUE(audit::rounded_to_minor(-1'005'000, 6, dollar) == -101);
  EXPECT_TRUE(audit::rounded_to_minor(1'500'000, 6, core::Currency::of("JPY")) == 2);
}

}  // namespace
}  // namespace audit_test
