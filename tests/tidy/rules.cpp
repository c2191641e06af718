#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace tidy {
namespace {

constexpr std::array<std::string_view, 6> exact_rooms = {"core", "alloc", "portfolio", "fix", "gateway", "simulator"};
constexpr auto npos = std::string_view::npos;

// Calls rule(number, line) for each line of the text.
template <class Rule>
void each_line(std::string_view text, Rule rule) {
  std::size_t number = 0;
  for (const std::string_view line : lines(text)) rule(++number, line);
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == npos ? std::string() : std::string(path.substr(0, slash));
}

// The paths of "path: reason" lines, each still to be used.
std::set<std::string> parse_allowed(const SourceFile& allowed, Findings& findings) {
  std::set<std::string> paths;
  each_line(allowed.text, [&](std::size_t number, std::string_view line) {
    if (trim(line).empty() || line.front() == '#') return;
    const std::size_t colon = line.find(':');
    if (colon == npos || trim(line.substr(colon + 1)).empty()) {
      findings.push_back({allowed.path, number, "not an entry: write path, colon, reason"});
    } else {
      paths.insert(std::string(line.substr(0, colon)));
    }
  });
  return paths;
}

}  // namespace

Findings check_floats(const std::vector<SourceFile>& files, const SourceFile& allowed) {
  Findings findings;
  const std::set<std::string> excepted = parse_allowed(allowed, findings);
  std::set<std::string> unused = excepted;
  for (const SourceFile& file : files) {
    if (!is_cpp(file.path)) continue;
    if (std::find(exact_rooms.begin(), exact_rooms.end(), room_of(file.path)) == exact_rooms.end()) continue;
    each_line(code_only(file.text), [&](std::size_t number, std::string_view line) {
      for (const std::string_view word : {"float", "double"}) {
        if (find_word(line, word) == npos) continue;
        unused.erase(file.path);
        if (excepted.count(file.path) != 0) continue;
        findings.push_back({file.path, number, "no " + std::string(word) + " here: values are scaled integers"});
      }
    });
  }
  for (const std::string& path : unused) findings.push_back({allowed.path, 0, path + " needs no exception any more"});
  return findings;
}

Findings check_file_length(const SourceFile& file) {
  const std::size_t count = lines(file.text).size();
  if (!is_cpp(file.path) || count <= file_lines_max) return {};
  return {{file.path, count, std::to_string(count) + " lines; the limit is " + std::to_string(file_lines_max)}};
}

Findings check_pragma_once(const SourceFile& file) {
  if (extension_of(file.path) != ".hpp") return {};
  const std::string code = without_comments(file.text);
  for (const std::string_view line : lines(code)) {
    if (trim(line) == "#pragma once") return {};
  }
  return {{file.path, 1, "a header begins with #pragma once"}};
}

Findings check_whitespace(const SourceFile& file) {
  Findings findings;
  each_line(file.text, [&](std::size_t number, std::string_view line) {
    if (line.find('\t') != npos) findings.push_back({file.path, number, "a tab"});
    if (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
      findings.push_back({file.path, number, "blanks at the end of the line"});
    }
  });
  if (!file.text.empty() && file.text.back() != '\n') {
    findings.push_back({file.path, lines(file.text).size(), "no line feed at the end of the file"});
  }
  return findings;
}

Findings check_markers(const SourceFile& file) {
  Findings findings;
  // Put together here, so that the rule can read itself.
  const std::array<std::string, 2> markers = {std::string("TO") + "DO", std::string("FIX") + "ME"};
  each_line(file.text, [&](std::size_t number, std::string_view line) {
    for (const std::string& marker : markers) {
      if (find_word(line, marker) != npos)
        findings.push_back({file.path, number, marker + ": finish it or open an issue"});
    }
  });
  return findings;
}

Findings check_machine_paths(const SourceFile& file) {
  Findings findings;
  each_line(file.text, [&](std::size_t number, std::string_view line) {
    for (const std::string_view top : {"home", "root", "Users", "work", "mnt", "tmp"}) {
      std::string path(1, '/');  // put together here, so that the rule can read itself
      path.append(top).append(1, '/');
      for (std::size_t at = line.find(path); at != npos; at = line.find(path, at + 1)) {
        // Not inside a longer path or address: docs/work/a, https://host/home/, $folder/tmp/, ../tmp/.
        if (at > 0 && (is_word(line[at - 1]) || std::string_view("./-}~*)").find(line[at - 1]) != npos)) continue;
        findings.push_back({file.path, number, path + "... is a path of one machine"});
      }
    }
  });
  return findings;
}

Findings check_properties(const SourceFile& file) {
  if (!is_cpp(file.path)) return {};
  Findings findings;
  const std::string code = code_only(file.text);
  const std::string_view call = "rc::check(";
  for (std::size_t at = code.find(call); at != npos; at = code.find(call, at + 1)) {
    const std::size_t before = code.find_last_not_of(" \n", at == 0 ? npos : at - 1);
    const bool is_statement = at == 0 || before == npos || std::string_view(";{}):").find(code[before]) != npos;
    if (!is_statement) continue;
    const auto line =
        static_cast<std::size_t>(std::count(code.begin(), code.begin() + static_cast<long>(at), '\n')) + 1;
    findings.push_back({file.path, line, "nobody looks at what rc::check() says: EXPECT_TRUE(rc::check(...))"});
  }
  return findings;
}

Findings check_readmes(const std::vector<SourceFile>& files) {
  std::set<std::string> with_code;
  std::set<std::string> with_readme;
  for (const SourceFile& file : files) {
    const std::string folder = folder_of(file.path);
    if (is_cpp(file.path) || extension_of(file.path) == ".sh") with_code.insert(folder);
    if (file.path == folder + "/README.md") with_readme.insert(folder);
  }
  Findings findings;
  std::set<std::string> missing;
  for (const std::string& folder : with_code) {
    if (folder.empty() || with_readme.count(folder) != 0) continue;
    if (room_of(folder) == "tests") {
      if (with_readme.count("tests") == 0) missing.insert("tests");
    } else {
      missing.insert(folder);
    }
  }
  for (const std::string& folder : missing) findings.push_back({folder, 0, "a folder with code has a README.md"});
  return findings;
}

}  // namespace tidy
