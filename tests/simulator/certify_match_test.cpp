#include <gtest/gtest.h>

#include "simulator/certify/suite_words.hpp"
#include "tests/simulator/certify_fixture.hpp"

namespace simulator::certify {
namespace {

Match matched(const std::string& pattern, const std::string& message) {
  Items items;
  for (const std::string& piece : pieces_of(pattern)) {
    const auto item = item_of(piece);
    EXPECT_TRUE(item.has_value()) << item.error().text();
    if (item) items.push_back(*item);
  }
  return match(items, fields_in(message), [](const std::string& name) -> core::Result<std::string> {
    if (name == "qty") return std::string("100");
    return core::fail("", "$" + name + " is not known");
  });
}

// The differences as "tag text", a line each.
std::string differences(const std::string& pattern, const std::string& message) {
  std::string text;
  for (const Difference& each : matched(pattern, message).differences) {
    text += std::to_string(each.tag) + " " + each.text + "\n";
  }
  return text;
}

TEST(Match, FieldsThatAreNotNamedAreFree) { EXPECT_EQ(differences("35=D|54=1", "35=D|11=A|54=1|99=x"), ""); }

TEST(Match, TellsEveryDifference) {
  EXPECT_EQ(differences("35=D|38=100|54=2|44=!|1=*|40=~[12]~", "35=D|38=200|54=1|44=10|40=9"),
            "38 '200' came, '100' was expected\n"
            "54 '1' came, '2' was expected\n"
            "44 '10' came, it should not be there\n"
            "1 is missing, any value was expected\n"
            "40 '9' came, something like ~[12]~ was expected\n");
}

TEST(Match, CapturesWhatItFits) {
  const Match match = matched("11=?order|38=?qty=100|37=?none", "11=A1|38=100");
  EXPECT_EQ(match.captured.at("order"), "A1");
  EXPECT_EQ(match.captured.at("qty"), "100");
  EXPECT_FALSE(match.captured.contains("none"));
}

TEST(Match, NumbersAreTheSameWhateverTheirZeros) {
  EXPECT_EQ(differences("44=187.40|38=$qty", "44=187.4|38=100.00"), "");
  EXPECT_EQ(differences("11=7", "11=007"), "11 '007' came, '7' was expected\n");  // an id
}

TEST(Match, ComparesNumbersOfAnyLength) {
  EXPECT_EQ(differences("38=>0|44=<99999999999999999999.5", "38=0.1|44=99999999999999999999.49"), "");
  EXPECT_EQ(differences("38=>100", "38=100.0"), "38 '100.0' came, a number above 100 was expected\n");
  EXPECT_EQ(differences("38=<$qty", "38=many"), "38 'many' came, a number below 100 was expected\n");
  EXPECT_EQ(compare_decimals("-2", "-1.5"), -1);
  EXPECT_EQ(compare_decimals("-0", "0"), 0);
  EXPECT_EQ(compare_decimals("1", "."), std::nullopt);
}

TEST(Match, TheSecondOfATagIsTheSecondOfAGroup) {
  EXPECT_EQ(differences("269=0|269=1", "268=2|269=0|270=5|269=1|270=6"), "");
  EXPECT_EQ(differences("269=0|269=1|269=2", "269=0|269=2"),
            "269 '2' came, '1' was expected\n269 is missing, '2' was expected\n");
}

TEST(Match, SaysWhatIsNotKnown) { EXPECT_EQ(differences("11=$order", "11=A"), "11 $order is not known\n"); }

TEST(Frame, CountsLengthAndSumUnlessTheyAreGiven) {
  EXPECT_EQ(with_bars(bytes_of(fields_in("8=FIX.4.4|35=0|34=1"))), "8=FIX.4.4|9=10|35=0|34=1|10=165|");
  EXPECT_EQ(with_bars(bytes_of(fields_in("8=FIX.4.4|35=0|34=1|9=3|10=999"))), "8=FIX.4.4|9=3|35=0|34=1|10=999|");
  EXPECT_EQ(fields_of(with_soh("35=D|nonsense|=5|58=a=b|")),
            (Fields{{35, "D"}, {0, "nonsense"}, {0, "=5"}, {58, "a=b"}}));
}

}  // namespace
}  // namespace simulator::certify
