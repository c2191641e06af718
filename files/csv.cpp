#include "files/csv.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace files {

namespace {

constexpr std::size_t max_errors = 20;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

using Row = std::vector<CsvCell>;

// Reads one row after the other from the front of a text.
class Scanner {
 public:
  Scanner(std::string_view text, const std::string& file, const CsvLimits& limits)
      : text_(text), file_(file), limits_(limits) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

  // An empty row for an empty line.
  [[nodiscard]] core::Result<Row> row() {
    Row cells;
    if (line_end()) return cells;
    while (true) {
      if (cells.size() == limits_.columns) {
        return error(here(), "has more than " + std::to_string(limits_.columns) + " columns");
      }
      core::Result<CsvCell> cell = at_ < text_.size() && text_[at_] == '"' ? quoted() : plain();
      if (!cell) return tl::unexpected(cell.error());
      if (cell->text.size() > limits_.cell_bytes) {
        return error(here(cell->line, cell->column),
                     "this cell is longer than " + std::to_string(limits_.cell_bytes) + " bytes");
      }
      cells.push_back(*std::move(cell));
      if (at_end() || line_end()) return cells;
      if (text_[at_] == '\r') return error(here(), "a carriage return without a line feed; save it with LF or CRLF");
      if (text_[at_] != ',') return error(here(), "a closing quote must be followed by a comma or the end of the line");
      ++at_;
    }
  }

 private:
  [[nodiscard]] int column() const { return static_cast<int>(at_ - line_start_) + 1; }
  [[nodiscard]] std::string here(int line, int column) const {
    return file_ + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  [[nodiscard]] std::string here() const { return here(line_, column()); }
  [[nodiscard]] static tl::unexpected<core::Error> error(std::string place, std::string message) {
    return core::fail(std::move(place), std::move(message));
  }

  void new_line() {
    ++line_;
    line_start_ = at_;
  }
  bool line_end() {
    const std::size_t bytes = text_.substr(at_, 1) == "\n" ? 1 : text_.substr(at_, 2) == "\r\n" ? 2 : 0;
    if (bytes == 0) return false;
    at_ += bytes;
    new_line();
    return true;
  }

  [[nodiscard]] core::Result<CsvCell> plain() {
    CsvCell cell{"", line_, column()};
    const std::size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
    cell.text = text_.substr(at_, end - at_);
    at_ = end;
    if (at_ < text_.size() && text_[at_] == '"') {
      return error(here(), "a quote inside a cell; put the whole cell in quotes and write \"\" for a quote");
    }
    return cell;
  }

  [[nodiscard]] core::Result<CsvCell> quoted() {
    CsvCell cell{"", line_, column()};
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        if (at_ == text_.size() || text_[at_] != '"') return cell;
        ++at_;
      }
      cell.text.push_back(c);
      if (c == '\n') new_line();
    }
    return error(here(cell.line, cell.column), "this quote is never closed");
  }

  std::string_view text_;
  const std::string& file_;
  const CsvLimits& limits_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

std::string line_place(const std::string& file, int line) { return file + ":" + std::to_string(line); }

core::Result<std::string_view> checked(std::string_view text, const std::string& file, const CsvLimits& limits) {
  if (text.size() > limits.bytes) {
    return core::fail(file, "is longer than " + std::to_string(limits.bytes) + " bytes, the most that is read");
  }
  const std::size_t bad = std::min(first_bad_utf8(text), text.find('\0'));
  if (bad != std::string_view::npos) {
    const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
    return core::fail(line_place(file, static_cast<int>(lines) + 1), "is not UTF-8 text; save it as UTF-8");
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text;
}

void note_twins(const Row& header, const std::string& file, Errors& errors) {
  for (std::size_t i = 0; i < header.size() && errors.size() < max_errors; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (lower(header[i].text) != lower(header[j].text)) continue;
      errors.push_back({line_place(file, header[i].line) + ":" + std::to_string(header[i].column),
                        "two columns are called '" + shown(header[i].text) + "'; remove one"});
      break;
    }
  }
}

// A mark at the front of the first cell would be taken for the file's.
bool needs_quotes(std::string_view cell) {
  return cell.find_first_of(",\"\r\n") != std::string_view::npos || cell.starts_with(byte_order_mark);
}

void write_row(std::span<const std::string> cells, std::string& out) {
  // An empty line is no row, so the only cell of a row is quoted when it is empty.
  const bool lonely_empty = cells.size() == 1 && cells[0].empty();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (!needs_quotes(cells[i]) && !lonely_empty) {
      out += cells[i];
      continue;
    }
    out.push_back('"');
    for (const char c : cells[i]) out.append(c == '"' ? 2 : 1, c);
    out.push_back('"');
  }
  out.push_back('\n');
}

}  // namespace

tl::expected<Csv, Errors> Csv::parse(std::string_view text, std::string file_name, CsvLimits limits, Errors& bad_rows) {
  const core::Result<std::string_view> sound = checked(text, file_name, limits);
  if (!sound) return tl::unexpected(Errors{sound.error()});
  Csv csv;
  csv.file_ = std::move(file_name);
  Errors errors;  // of the header: without it no row means anything
  Scanner scanner(*sound, csv.file_, limits);
  std::size_t rows = 0;
  while (!scanner.at_end()) {
    core::Result<Row> row = scanner.row();
    if (!row) {
      (csv.header_.empty() ? errors : bad_rows).push_back(row.error());
      break;  // where the next row begins is a guess after this
    }
    if (row->empty()) continue;
    const std::string place = line_place(csv.file_, row->front().line);
    if (csv.header_.empty()) {
      csv.header_ = *std::move(row);
      note_twins(csv.header_, csv.file_, errors);
    } else if (rows++ == limits.rows) {
      bad_rows.push_back({place, "has more than " + std::to_string(limits.rows) + " rows, the most that are read"});
      break;
    } else if (row->size() != csv.header_.size()) {
      bad_rows.push_back({place, "has " + std::to_string(row->size()) + " cells where the header has " +
                                     std::to_string(csv.header_.size())});
    } else {
      csv.rows_.push_back(*std::move(row));
    }
  }
  if (csv.header_.empty() && errors.empty())
    errors.push_back({csv.file_, "is empty; the first line names the columns"});
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return csv;
}

tl::expected<Csv, Errors> Csv::load(const std::filesystem::path& path, CsvLimits limits, Errors& bad_rows) {
  const core::Result<std::string> text = read_text(path, limits.bytes);
  if (!text) return tl::unexpected(Errors{text.error()});
  return parse(*text, path.string(), limits, bad_rows);
}

tl::expected<std::vector<std::optional<std::size_t>>, Errors> Csv::find_columns(
    std::span<const CsvColumn> known) const {
  std::vector<std::optional<std::size_t>> found(known.size());
  std::vector<std::string> names;
  for (const CsvColumn& column : known) names.emplace_back(column.name);
  Errors errors;
  for (std::size_t i = 0; i < header_.size(); ++i) {
    const std::string name = lower(trimmed(header_[i].text));
    const auto match = std::find_if(names.begin(), names.end(), [&](const auto& n) { return lower(n) == name; });
    if (match != names.end()) {
      found[static_cast<std::size_t>(match - names.begin())] = i;
      continue;
    }
    const std::string close = nearest(name, names);
    errors.push_back({line_place(file_, header_[i].line) + ":" + std::to_string(header_[i].column),
                      "column '" + shown(header_[i].text) + "' is not known; " +
                          (close.empty() ? "known are " + joined(names) : "did you mean '" + close + "'?")});
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!known[i].required || found[i]) continue;
    errors.push_back({line_place(file_, header_.front().line), "column '" + names[i] + "' is missing"});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return found;
}

std::string Csv::place(std::size_t row, std::size_t column) const {
  return line_place(file_, rows_[row][column].line) + ": " + std::string(trimmed(header_[column].text));
}

std::string Csv::place(std::size_t row) const { return line_place(file_, rows_[row].front().line); }

std::string write_csv(std::span<const std::string> header, std::span<const std::vector<std::string>> rows) {
  CHECK(!header.empty());
  std::string out;
  write_row(header, out);
  for (const std::vector<std::string>& row : rows) {
    CHECK(row.size() == header.size());
    write_row(row, out);
  }
  return out;
}

}  // namespace files
