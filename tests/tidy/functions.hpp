#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/text.hpp"

namespace tidy {

inline constexpr std::size_t function_lines_max = 70;

// A function with its body, as found in a file.
struct Function {
  std::string name;       // as written: Split::add, or TEST(Split, AddsUp) where a macro makes the function
  std::size_t line = 0;   // where it begins
  std::size_t lines = 0;  // from its first line to its closing brace, both counted

  friend bool operator==(const Function&, const Function&) = default;
};

// The functions of a C++ text, found by its braces; lambdas and local classes belong to the function around them. Not a
// parser: it knows the ways in which this repository is written.
[[nodiscard]] std::vector<Function> functions(std::string_view cpp);

// A function that may stay longer than the limit for now, with the length that it may have at most.
struct LongFunction {
  std::string path;
  std::string name;
  std::size_t lines = 0;
};

// Reads lines of "path lines name"; blank lines and lines that begin with # are skipped. What can't be read is a
// finding.
[[nodiscard]] std::vector<LongFunction> parse_ratchet(const SourceFile& ratchet, Findings& findings);

// Functions over the limit, but for those listed; and entries of the list that are too generous by now, so that it
// shrinks.
[[nodiscard]] Findings check_function_lengths(const std::vector<SourceFile>& files, const SourceFile& ratchet);

}  // namespace tidy
