#include "cli/table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

namespace cli {
namespace {

const std::vector<Column> columns{
    {.title = "NAME"}, {.title = "UNITS", .number = true}, {.title = "NOTE", .remark = true, .spare = 1}};

TEST(Table, PutsNumbersToTheRight) {
  EXPECT_EQ(render(columns, {{{"a"}, {"1"}, {"x"}}, {{"bcdef"}, {"1000"}, {""}}}, {}),
            "NAME   UNITS  NOTE\n"
            "a          1  x\n"
            "bcdef   1000\n");
}

TEST(Table, CutsRemarksAndThenLeavesOutSpareColumns) {
  const std::vector<std::vector<Cell>> rows{{{"short"}, {"123456"}, {"a rather long remark"}}};
  EXPECT_EQ(render(columns, rows, {.width = 27}),
            "NAME    UNITS  NOTE\n"
            "short  123456  a rather lo…\n");
  EXPECT_EQ(render(columns, rows, {.width = 14}),
            "NAME    UNITS\n"
            "short  123456\n"
            "Left out, the\n"
            "screen is\n"
            "narrow: NOTE.\n"
            "All of it:\n"
            "--json\n");
}

// An id of which half is shown can be given to no command, and all of them look alike.
TEST(Table, NeverCutsAnIdEvenWhenTheScreenIsNarrower) {
  const std::vector<Column> ids{{.title = "ORDER"}, {.title = "STATE"}};
  EXPECT_EQ(render(ids, {{{"20261124-1234"}, {"PARTIALLY FILLED"}}}, {.width = 10}, false),
            "20261124-1234  PARTIALLY FILLED\n");
}

TEST(Table, LeavesOutTheSparestFirst) {
  const std::vector<Column> three{{.title = "ORDER"}, {.title = "BY", .spare = 2}, {.title = "TEXT", .spare = 1}};
  const std::vector<std::vector<Cell>> rows{{{"O-1"}, {"somebody"}, {"late"}}};
  EXPECT_EQ(render(three, rows, {.width = 12}),
            "ORDER  TEXT\n"
            "O-1    late\n"
            "Left out,\n"
            "the screen\n"
            "is narrow:\n"
            "BY. All of\n"
            "it: --json\n");
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

// Whatever is in it, a table keeps to the screen when its ids and numbers do, and those are always whole.
TEST(Table, FitsTheScreenAndCutsNothingButRemarks) {
  EXPECT_TRUE(rc::check([] {
    const auto text = rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
    const auto id = rc::gen::container<std::string>(6, rc::gen::inRange('a', 'z'));
    const auto rows = *rc::gen::container<std::vector<std::vector<Cell>>>(
        rc::gen::map(rc::gen::tuple(id, rc::gen::inRange(0, 100'000), text), [](const auto& row) {
          return std::vector<Cell>{{std::get<0>(row)}, {std::to_string(std::get<1>(row))}, {std::get<2>(row)}};
        }));
    const int width = *rc::gen::inRange(13, 120);  // an id, 5 digits, the gap
    std::istringstream lines(render(columns, rows, {.width = width}));
    std::string line;
    std::getline(lines, line);
    for (const auto& row : rows) {
      RC_ASSERT(static_cast<bool>(std::getline(lines, line)));
      RC_ASSERT(width_of(line) <= width);
      RC_ASSERT(line.starts_with(row[0].text));
      RC_ASSERT(line.find(row[1].text) != std::string::npos);
    }
  }));
}

}  // namespace
}  // namespace cli
