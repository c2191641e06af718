#include "cli/table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

namespace cli {
namespace {

const std::vector<Column> columns{
    {.title = "NAME"}, {.title = "UNITS", .number = true}, {.title = "NOTE", .spare = true}};

TEST(Table, PutsNumbersToTheRight) {
  EXPECT_EQ(render(columns, {{{"a"}, {"1"}, {"x"}}, {{"bcdef"}, {"1000"}, {""}}}, {}),
            "NAME   UNITS  NOTE\n"
            "a          1  x\n"
            "bcdef   1000\n");
}

TEST(Table, CutsTextsAndThenLeavesOutSpareColumns) {
  const std::vector<std::vector<Cell>> rows{{{"short"}, {"123456"}, {"a rather long remark"}}};
  EXPECT_EQ(render(columns, rows, {.width = 26}),
            "NAME    UNITS  NOTE\n"
            "short  123456  a rather l…\n");
  EXPECT_EQ(render(columns, rows, {.width = 14}),
            "NAME    UNITS\n"
            "short  123456\n");
}

TEST(Table, CountsCharactersNotBytes) {
  EXPECT_EQ(width_of("Zürich €"), 8);
  EXPECT_EQ(render({{.title = "A"}, {.title = "B"}}, {{{"é"}, {"1"}}, {{"ab"}, {"2"}}}, {}), "A   B\né   1\nab  2\n");
}

TEST(Table, ColoursOnlyWhenAskedAndKeepsTheWord) {
  const std::vector<std::vector<Cell>> rows{{{"rejected", Tone::bad}}};
  EXPECT_EQ(render({{.title = "S"}}, rows, {}, false), "rejected\n");
  EXPECT_EQ(render({{.title = "S"}}, rows, {.width = 0, .colour = true}, false), "\x1b[31mrejected\x1b[0m\n");
}

// Whatever is in it, a table with nothing but texts and spare columns keeps to the screen, and numbers are whole.
TEST(Table, FitsTheScreenAndNeverCutsANumber) {
  EXPECT_TRUE(rc::check([] {
    const auto text = rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
    const auto rows = *rc::gen::container<std::vector<std::vector<Cell>>>(
        rc::gen::map(rc::gen::tuple(text, rc::gen::inRange(0, 100'000), text), [](const auto& row) {
          return std::vector<Cell>{{std::get<0>(row)}, {std::to_string(std::get<1>(row))}, {std::get<2>(row)}};
        }));
    const int width = *rc::gen::inRange(13, 120);  // NAME at its least, 5 digits, the gap
    std::istringstream lines(render(columns, rows, {.width = width}));
    std::string line;
    std::getline(lines, line);
    for (const auto& row : rows) {
      RC_ASSERT(static_cast<bool>(std::getline(lines, line)));
      RC_ASSERT(width_of(line) <= width);
      RC_ASSERT(line.find(row[1].text) != std::string::npos);
    }
  }));
}

}  // namespace
}  // namespace cli
