#include "tests/tidy/text.hpp"

#include <gtest/gtest.h>

namespace tidy {
namespace {

TEST(Lines, EndAtLineFeeds) {
  EXPECT_EQ(lines("a\n\nb"), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(lines("a\n"), (std::vector<std::string_view>{"a"}));
  EXPECT_TRUE(lines("").empty());
}

TEST(Words, AreNotPartsOfLongerWords) {
  EXPECT_EQ(find_word("a double b", "double"), 2U);
  EXPECT_EQ(find_word("doubled double_ redouble", "double"), std::string_view::npos);
}

TEST(Comments, BecomeBlankAndKeepTheLines) {
  EXPECT_EQ(without_comments("a; // b\nc;"), "a;     \nc;");
  EXPECT_EQ(without_comments("a /* b\nc */ d"), "a     \n     d");
  EXPECT_EQ(without_comments("a /* never closed"), "a                ");
}

TEST(Comments, AreNotFoundWithinQuotes) {
  EXPECT_EQ(without_comments(R"(x = "// no"; // yes)"), R"(x = "// no";       )");
  EXPECT_EQ(code_only(R"(x = "a\"// no"; y)"), R"(x = "        "; y)");
  EXPECT_EQ(code_only("c = '\"'; d; // e"), "c = ' '; d;     ");
}

TEST(Quotes, SeparateDigitsToo) { EXPECT_EQ(code_only("n = 1'000'000; f('x');"), "n = 1'000'000; f(' ');"); }

TEST(RawStrings, AreBlankInCode) {
  const std::string raw = "a = R\"x({ \" )\" })x\"; b";
  EXPECT_EQ(without_comments(raw), raw);
  const std::string code = code_only(raw);
  EXPECT_EQ(code.size(), raw.size());
  EXPECT_EQ(code.find('{'), std::string::npos);
  EXPECT_EQ(code.substr(code.size() - 4), "\"; b");
}

TEST(Paths, HaveARoomAndAnExtension) {
  EXPECT_EQ(room_of("core/money.hpp"), "core");
  EXPECT_EQ(room_of("dev"), "");
  EXPECT_EQ(extension_of("core/money.hpp"), ".hpp");
  EXPECT_EQ(extension_of("a.b/dev"), "");
}

}  // namespace
}  // namespace tidy
