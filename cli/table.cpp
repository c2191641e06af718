#include "cli/table.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "files/text.hpp"

namespace cli {

namespace {

constexpr int gap = 2;
constexpr int least_remark = 12;

using CellRows = std::vector<std::vector<Cell>>;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }

std::string cut(const std::string& text, int width) {
  if (width_of(text) <= width) return text;
  std::size_t end = 0;
  for (int seen = 0; end < text.size(); ++end) {
    if (!begins_character(text[end])) continue;
    if (seen == width - 1) break;
    ++seen;
  }
  return text.substr(0, end) + "…";
}

const char* tone_code(Tone tone) {
  switch (tone) {
    case Tone::good: return "\x1b[32m";
    case Tone::bad: return "\x1b[31m";
    case Tone::waiting: return "\x1b[33m";
    case Tone::faint: return "\x1b[2m";
    case Tone::plain: break;
  }
  return "";
}

std::vector<int> natural_widths(const std::vector<Column>& columns, const CellRows& rows, bool header) {
  std::vector<int> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    int width = std::max(columns[i].least, header ? width_of(columns[i].title) : 0);
    for (const auto& row : rows) width = std::max(width, width_of(row[i].text));
    widths.push_back(width);
  }
  return widths;
}

int total(const std::vector<int>& widths) {
  int sum = 0;
  for (const int width : widths) sum += width + gap;
  return sum - gap;
}

// Takes from the widest remark first; false when there is nothing left to take.
bool narrow_one(const std::vector<Column>& columns, std::vector<int>& widths) {
  int widest = -1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].remark || widths[i] <= std::max({least_remark, columns[i].least, width_of(columns[i].title)}))
      continue;
    if (widest < 0 || widths[i] > widths[static_cast<std::size_t>(widest)]) widest = static_cast<int>(i);
  }
  if (widest < 0) return false;
  --widths[static_cast<std::size_t>(widest)];
  return true;
}

std::vector<int> fitting_widths(const std::vector<Column>& columns, const CellRows& rows, const Screen& screen,
                                bool header) {
  std::vector<int> widths = natural_widths(columns, rows, header);
  while (screen.width > 0 && total(widths) > screen.width && narrow_one(columns, widths)) {
  }
  return widths;
}

void append_cell(std::string& line, const Column& column, const Cell& cell, int width, bool last, bool colour) {
  const std::string text = column.remark ? cut(cell.text, width) : cell.text;
  const std::string space(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ');
  const bool toned = colour && cell.tone != Tone::plain && !text.empty();
  if (column.number) line += space;
  line += toned ? tone_code(cell.tone) + text + "\x1b[0m" : text;
  if (!column.number && !last) line += space;
  if (!last) line.append(gap, ' ');
}

std::string line_of(const std::vector<Column>& columns, const std::vector<Cell>& cells, const std::vector<int>& widths,
                    bool colour) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    append_cell(line, columns[i], cells[i], widths[i], i + 1 == columns.size(), colour);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

// Broken at blanks, so that no line is longer where that can be.
std::string wrapped(std::string line, int width) {
  std::size_t begin = 0;
  while (line.size() - begin > static_cast<std::size_t>(width)) {
    const std::size_t blank = line.rfind(' ', begin + static_cast<std::size_t>(width));
    if (blank == std::string::npos || blank <= begin) break;
    line[blank] = '\n';
    begin = blank + 1;
  }
  return line + "\n";
}

}  // namespace

int width_of(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string render(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows, const Screen& screen,
                   bool header) {
  for (const auto& row : rows) CHECK(row.size() == columns.size());
  std::vector<Column> shown = columns;
  CellRows cells = rows;
  std::vector<std::string> left_out;
  std::vector<int> widths = fitting_widths(shown, cells, screen, header);
  while (screen.width > 0 && total(widths) > screen.width) {
    const auto most_spare = std::max_element(shown.rbegin(), shown.rend(),
                                             [](const Column& a, const Column& b) { return a.spare < b.spare; });
    if (most_spare->spare == 0) break;
    const auto at = shown.rend() - most_spare - 1;
    left_out.insert(left_out.begin(), most_spare->title);
    shown.erase(shown.begin() + at);
    for (auto& row : cells) row.erase(row.begin() + at);
    widths = fitting_widths(shown, cells, screen, header);
  }
  std::string text;
  if (header) {
    std::vector<Cell> titles;
    for (const Column& column : shown) titles.push_back({column.title, Tone::faint});
    text += line_of(shown, titles, widths, screen.colour);
  }
  for (const auto& row : cells) text += line_of(shown, row, widths, screen.colour);
  if (header && !left_out.empty()) {
    text += wrapped("Left out, the screen is narrow: " + files::joined(left_out) + ". All of it: --json", screen.width);
  }
  return text;
}

}  // namespace cli
