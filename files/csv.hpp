#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "files/text.hpp"

// CSV as RFC 4180 has it, UTF-8, with a header row. Lines may end in CRLF or LF; a UTF-8 byte order mark is skipped,
// and so are empty lines. Spaces are part of a cell.
namespace files {

struct CsvLimits {
  std::size_t bytes = 64U << 20U;
  std::size_t rows = 1'000'000;  // without the header
  std::size_t columns = 256;
  std::size_t cell_bytes = 64U << 10U;
};

struct CsvCell {
  std::string text;
  int line = 1;    // where the cell begins, counting from 1
  int column = 1;  // in bytes
};

// A column that a reader knows.
struct CsvColumn {
  std::string_view name;
  bool required = true;
};

class Csv {
 public:
  // What is wrong with rows is added to `bad_rows`, and the other rows are read all the same, so that a caller who
  // looks into the cells can tell everything in one go; nothing that was read counts when there is a bad row. Bad rows:
  // more or fewer cells than the header; and, after which nothing more is read: quotes that are not closed or stand
  // inside a cell, a carriage return without line feed, more columns, longer cells or more rows than the limits.
  // Errors: not UTF-8, NUL, too long, no header, two columns of one name, a header that is no CSV.
  [[nodiscard]] static tl::expected<Csv, Errors> parse(std::string_view text, std::string file_name, CsvLimits limits,
                                                       Errors& bad_rows);
  // Errors: what read_text tells, too.
  [[nodiscard]] static tl::expected<Csv, Errors> load(const std::filesystem::path& path, CsvLimits limits,
                                                      Errors& bad_rows);

  [[nodiscard]] const std::vector<CsvCell>& header() const { return header_; }
  [[nodiscard]] const std::vector<std::vector<CsvCell>>& rows() const { return rows_; }

  // Where each known column stands in the rows, whatever the order and the case of the header; nothing for an optional
  // one that is not there. Errors: a column that is not known, a required one that is missing.
  [[nodiscard]] tl::expected<std::vector<std::optional<std::size_t>>, Errors> find_columns(
      std::span<const CsvColumn> known) const;

  // "basket.csv:7: LmtPrice". REQUIRES: row < rows().size(), column < header().size()
  [[nodiscard]] std::string place(std::size_t row, std::size_t column) const;
  // "basket.csv:7"
  [[nodiscard]] std::string place(std::size_t row) const;

 private:
  std::string file_;
  std::vector<CsvCell> header_;
  std::vector<std::vector<CsvCell>> rows_;
};

// The text that parse() reads back as these cells. Lines end in LF.
// REQUIRES: every row has as many cells as the header, which has at least one.
[[nodiscard]] std::string write_csv(std::span<const std::string> header,
                                    std::span<const std::vector<std::string>> rows);

}  // namespace files
