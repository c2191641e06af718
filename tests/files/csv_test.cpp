#include "files/csv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace files {
namespace {

using Texts = std::vector<std::string>;

Texts told(std::string_view text, CsvLimits limits = {}) {
  Errors errors;
  const auto csv = Csv::parse(text, "t.csv", limits, errors);
  if (!csv) errors.insert(errors.begin(), csv.error().begin(), csv.error().end());
  if (errors.empty()) return {"read"};
  Texts texts;
  for (const core::Error& error : errors) texts.push_back(error.text());
  return texts;
}

// Of a text without bad rows; nothing when there is one.
std::optional<Csv> good(std::string_view text) {
  Errors bad_rows;
  auto csv = Csv::parse(text, "t.csv", {}, bad_rows);
  if (!csv || !bad_rows.empty()) return std::nullopt;
  return *std::move(csv);
}

Texts texts_of(const std::vector<CsvCell>& cells) {
  Texts texts;
  for (const CsvCell& cell : cells) texts.push_back(cell.text);
  return texts;
}

rc::Gen<std::string> cell_text() {
  // Mostly what is special to CSV, and some of what is not.
  return rc::gen::container<std::string>(rc::gen::elementOf(std::string(",,\"\"\n\r ab;\t'")));
}

TEST(Csv, AnyTableReadsBackAsItWasWritten) {
  EXPECT_TRUE(rc::check([] {
    const auto columns = *rc::gen::inRange<std::size_t>(1, 5);
    Texts header;
    for (std::size_t i = 0; i < columns; ++i) header.push_back(*cell_text() + std::to_string(i));
    const auto rows = *rc::gen::container<std::vector<Texts>>(rc::gen::container<Texts>(columns, cell_text()));
    std::string text = write_csv(header, rows);
    if (*rc::gen::arbitrary<bool>()) text.insert(0, "\xef\xbb\xbf");
    const auto csv = good(text);
    RC_ASSERT(csv.has_value());
    RC_ASSERT(texts_of(csv->header()) == header);
    RC_ASSERT(csv->rows().size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(texts_of(csv->rows()[i]) == rows[i]);
  }));
}

// Found by fuzzing: a file with two marks was read with one in the first cell, which was lost when it was written.
TEST(Csv, KeepsAByteOrderMarkThatBelongsToACell) {
  const std::string marked = "\xef\xbb\xbfName";
  Errors bad_rows;
  const auto read = Csv::parse(write_csv(std::vector{marked}, {}), "f.csv", {}, bad_rows);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->header()[0].text, marked);
}

// Found by fuzzing: each of a row of commas was a twin that was told of.
TEST(Csv, TellsTwentyErrorsOfAHeaderAtMost) {
  Errors bad_rows;
  const auto read = Csv::parse(std::string(100, ',') + "\n", "f.csv", {}, bad_rows);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().size(), 20U);
}

TEST(Csv, NeverFailsOtherThanByAnError) {
  EXPECT_TRUE(rc::check([](const std::string& noise) { (void)told(noise); }));
}

TEST(Csv, EveryCellKnowsItsPlace) {
  const auto csv = good("Action,Model\r\n\r\nBUY,\"two\r\nlines\"\r\nSELL,X");
  ASSERT_TRUE(csv.has_value());
  EXPECT_EQ(csv->rows()[0][1].line, 3);
  EXPECT_EQ(csv->rows()[0][1].column, 5);
  EXPECT_EQ(csv->rows()[1][0].line, 5);
  EXPECT_EQ(csv->place(1, 1), "t.csv:5: Model");
  EXPECT_EQ(csv->place(1), "t.csv:5");
}

TEST(Csv, FindsColumnsInAnyOrderAndCase) {
  const auto csv = good("MODEL, action\nX,BUY\n");
  ASSERT_TRUE(csv.has_value());
  const CsvColumn known[] = {{"Action"}, {"Model"}, {"LmtPrice", false}};
  const auto found = csv->find_columns(known);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, (std::vector<std::optional<std::size_t>>{1, 0, std::nullopt}));
}

TEST(Csv, TellsUnknownAndMissingColumns) {
  const auto csv = good("Modle,Zebra,Action\n");
  ASSERT_TRUE(csv.has_value());
  const CsvColumn known[] = {{"Action"}, {"Model"}};
  const auto found = csv->find_columns(known);
  ASSERT_FALSE(found.has_value());
  Texts texts;
  for (const core::Error& error : found.error()) texts.push_back(error.text());
  EXPECT_EQ(texts, (Texts{"t.csv:1:1: column 'Modle' is not known; did you mean 'Model'?",
                          "t.csv:1:7: column 'Zebra' is not known; known are Action, Model",
                          "t.csv:1: column 'Model' is missing"}));
}

TEST(Csv, RefusesWhatIsNotCsv) {
  EXPECT_EQ(told(""), Texts{"t.csv: is empty; the first line names the columns"});
  EXPECT_EQ(told("\n\n"), Texts{"t.csv: is empty; the first line names the columns"});
  EXPECT_EQ(told("a,b\n1\n1,2\n1,2,3\n"),
            (Texts{"t.csv:2: has 1 cells where the header has 2", "t.csv:4: has 3 cells where the header has 2"}));
  EXPECT_EQ(told("a,b\n1,\"2\n"), Texts{"t.csv:2:3: this quote is never closed"});
  EXPECT_EQ(told("a,b\n1,2\"\n"),
            Texts{"t.csv:2:4: a quote inside a cell; put the whole cell in quotes and write \"\" for a quote"});
  EXPECT_EQ(told("a,b\n\"1\"x,2\n"),
            Texts{"t.csv:2:4: a closing quote must be followed by a comma or the end of the line"});
  EXPECT_EQ(told("a\r1\r"), Texts{"t.csv:1:2: a carriage return without a line feed; save it with LF or CRLF"});
  EXPECT_EQ(told("a,A\n"), Texts{"t.csv:1:3: two columns are called 'A'; remove one"});
  EXPECT_EQ(told("a\n\xff\n"), Texts{"t.csv:2: is not UTF-8 text; save it as UTF-8"});
  EXPECT_EQ(told(std::string_view("a\nb\0c\n", 6)), Texts{"t.csv:2: is not UTF-8 text; save it as UTF-8"});
  EXPECT_EQ(told("a\n\xed\xa0\x80\n"), Texts{"t.csv:2: is not UTF-8 text; save it as UTF-8"});
}

TEST(Csv, ReadsTheOtherRowsWhenAsked) {
  Errors bad;
  const auto csv = Csv::parse("a,b\n1\n2,3\n4,5,6\n7,8\n\"9\n", "t.csv", {}, bad);
  ASSERT_TRUE(csv.has_value());
  ASSERT_EQ(csv->rows().size(), 2U);
  EXPECT_EQ(texts_of(csv->rows()[1]), (Texts{"7", "8"}));
  EXPECT_EQ(csv->place(1), "t.csv:5");
  ASSERT_EQ(bad.size(), 3U);
  EXPECT_EQ(bad[0].text(), "t.csv:2: has 1 cells where the header has 2");
  EXPECT_EQ(bad[1].text(), "t.csv:4: has 3 cells where the header has 2");
  EXPECT_EQ(bad[2].text(), "t.csv:6:1: this quote is never closed");
}

TEST(Csv, KeepsItsLimits) {
  EXPECT_EQ(told("a\n1\n2\n3\n", {.rows = 2}), Texts{"t.csv:4: has more than 2 rows, the most that are read"});
  EXPECT_EQ(told("a\n1\n2\n", {.rows = 2}), Texts{"read"});
  EXPECT_EQ(told("a,b\n1\n2\n3\n", {.rows = 2}).size(), 3U) << "bad rows count too";
  EXPECT_EQ(told("a,b,c\n", {.columns = 2}), Texts{"t.csv:1:5: has more than 2 columns"});
  EXPECT_EQ(told("a\n12345\n", {.cell_bytes = 4}), Texts{"t.csv:2:1: this cell is longer than 4 bytes"});
  EXPECT_EQ(told("a\n1234\n", {.bytes = 6}), Texts{"t.csv: is longer than 6 bytes, the most that is read"});
}

}  // namespace
}  // namespace files
