#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 17> text_extensions = {".cpp", ".hpp",  ".md",  ".txt",  ".cmake", ".toml",
                                                              ".sh",  ".json", ".xml", ".csv",  ".sql",   ".js",
                                                              ".ts",  ".tsx",  ".css", ".html", ""};

// The inputs of fuzz/ are bytes, whatever they are called.
bool is_skipped(const std::string& folder) {
  return folder.front() == '.' || folder.starts_with("build") || folder == "node_modules" || folder == "data" ||
         folder == "corpus" || folder == "crashes";
}

bool is_text(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.front() == '.') return false;
  return std::find(text_extensions.begin(), text_extensions.end(), file.extension().string()) != text_extensions.end();
}

}  // namespace

SourceFile read_file(const fs::path& root, const std::string& path) {
  std::ifstream in(root / path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + (root / path).string());
  return {path, std::string(std::istreambuf_iterator<char>(in), {})};
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory()) {
      if (is_skipped(entry->path().filename().string())) entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && is_text(entry->path())) {
      files.push_back(read_file(root, entry->path().lexically_relative(root).generic_string()));
    }
  }
  std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace tidy
