#pragma once

#include <cstddef>
#include <vector>

#include "tests/tidy/text.hpp"

// The rules that every file keeps. Each looks at one file, or at all of them, and says what is wrong; none touches the
// disk.
namespace tidy {

inline constexpr std::size_t file_lines_max = 500;

// Includes name files from the root of the repository and follow the arrows between its folders. Tests and benchmarks
// are free to use any of them.
[[nodiscard]] Findings check_arrows(const SourceFile& file);
// QuickFIX is seen in fix/ only, and in the benchmark that measures it as it is.
[[nodiscard]] Findings check_quickfix(const SourceFile& file);
// The pure rooms touch no clock, thread, file or randomness.
[[nodiscard]] Findings check_purity(const SourceFile& file);

// No binary fractions where prices, quantities and amounts live. `allowed` lists files with a reason: "path: why".
[[nodiscard]] Findings check_floats(const std::vector<SourceFile>& files, const SourceFile& allowed);

[[nodiscard]] Findings check_file_length(const SourceFile& file);
[[nodiscard]] Findings check_pragma_once(const SourceFile& file);
// Neither tabs nor blanks at the end of a line; the last line ends with a line feed.
[[nodiscard]] Findings check_whitespace(const SourceFile& file);
// Unfinished work is finished or written down as an issue, not left as a marker.
[[nodiscard]] Findings check_markers(const SourceFile& file);
// No path that exists on one machine only.
[[nodiscard]] Findings check_machine_paths(const SourceFile& file);

// rc::check() says whether a property holds; only an assertion around it lets the test fail.
[[nodiscard]] Findings check_properties(const SourceFile& file);

// Each folder with code has a README.md; below tests/, which mirrors the tree, the one in tests/ is enough.
[[nodiscard]] Findings check_readmes(const std::vector<SourceFile>& files);

}  // namespace tidy
