#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/certify/suite.hpp"

// The words of a suite's lines. Private to this folder.
namespace simulator::certify {

struct Line {
  int number = 0;
  std::vector<std::string> words;  // as they stand, with their quotes

  [[nodiscard]] std::string source() const;
};

// Lines without comments, and each with those that go on with it (they begin with |). Errors, to `errors`: a quote or
// an expression without an end, at `file`:line.
[[nodiscard]] std::vector<Line> lines_of(std::string_view text, const std::string& file, files::Errors& errors);

// "..." without its quotes. Error: it is none.
[[nodiscard]] core::Result<std::string> unquoted(std::string_view word);
[[nodiscard]] std::string in_quotes(std::string_view text);

// "11=?order|54=1" cut at the bars that stand outside quotes and expressions; a bar at the end is left out.
[[nodiscard]] std::vector<std::string> pieces_of(std::string_view word);
// One piece, "11=?order". Errors: no tag, no value, and what would be right.
[[nodiscard]] core::Result<Item> item_of(std::string_view piece);
[[nodiscard]] std::string text_of(const Item& item);

// 500ms, 30s, 2m. Error: anything else, or more than a day.
[[nodiscard]] core::Result<std::chrono::milliseconds> duration_of(std::string_view word);
[[nodiscard]] std::string text_of(std::chrono::milliseconds duration);

}  // namespace simulator::certify
