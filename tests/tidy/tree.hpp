#pragma once

#include <filesystem>
#include <vector>

#include "tests/tidy/text.hpp"

namespace tidy {

// The text files below the root, sorted by path: about what git would list. Skips hidden files and folders, build
// folders (build*), node_modules, and folders named data, whose files are what they are: recorded bytes and broken
// examples. ERRORS: throws std::filesystem::filesystem_error when the tree can't be read.
[[nodiscard]] std::vector<SourceFile> read_tree(const std::filesystem::path& root);

// One file of the tree. ERRORS: throws std::runtime_error when it can't be read.
[[nodiscard]] SourceFile read_file(const std::filesystem::path& root, const std::string& path);

}  // namespace tidy
