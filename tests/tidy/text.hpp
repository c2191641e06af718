#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// A file of the repository. The path is relative to the root, with slashes: core/money.hpp.
struct SourceFile {
  std::string path;
  std::string text;
};

// What a rule has against a file. Line 0 means the file as a whole.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string message;

  friend bool operator==(const Finding&, const Finding&) = default;
};
using Findings = std::vector<Finding>;

// "core/money.hpp:12: message": where an editor finds it.
[[nodiscard]] std::string to_text(const Finding& finding);

// The lines without their line feeds; line 1 is the first element.
[[nodiscard]] std::vector<std::string_view> lines(std::string_view text);

// C++ text with every comment made blank. Line feeds stay, so that line numbers do.
[[nodiscard]] std::string without_comments(std::string_view cpp);
// The same, and what stands between quotes is blank too.
[[nodiscard]] std::string code_only(std::string_view cpp);

// True where the character can be part of a C++ identifier.
[[nodiscard]] bool is_word(char c);
// Where the word stands in the line by itself, not as part of a longer word; npos when nowhere.
[[nodiscard]] std::size_t find_word(std::string_view line, std::string_view word);
[[nodiscard]] std::string_view trim(std::string_view text);

// "core" of core/money.hpp; empty for a file at the root.
[[nodiscard]] std::string_view room_of(std::string_view path);
// ".hpp" of core/money.hpp; empty without one.
[[nodiscard]] std::string_view extension_of(std::string_view path);
[[nodiscard]] bool is_cpp(std::string_view path);

}  // namespace tidy
