#include <algorithm>
#include <array>
#include <string>

#include "tests/tidy/rules.hpp"

namespace tidy {
namespace {

struct Room {
  std::string_view name;
  std::vector<std::string_view> may_include;  // besides itself
};

// The picture in ARCHITECTURE.md. Arrows point from the first name to the others and never back. A name with a slash is
// one folder of a room, and no more of it.
const std::vector<Room>& rooms() {
  static const std::vector<Room> all = {
      {"core", {}},
      {"files", {"core"}},
      {"web", {"core", "files"}},
      {"alloc", {"core"}},
      {"portfolio", {"core", "alloc"}},
      {"strategy", {"core", "portfolio"}},
      {"fix", {"core"}},
      {"gateway", {"core", "files", "web", "alloc", "portfolio", "strategy", "fix"}},
      {"simulator", {"core", "files", "web", "fix", "cli/table", "cli/json_table"}},
      {"cli", {"core", "files", "web", "gateway/proof"}},
      {"audit", {"core"}},
      {"simulation", {"core", "files", "alloc", "portfolio", "fix", "gateway", "simulator", "audit"}},
  };
  return all;
}

constexpr std::array<std::string_view, 3> free_rooms = {"bench", "fuzz", "tests"};

const Room* find_room(std::string_view name) {
  const auto room = std::find_if(rooms().begin(), rooms().end(), [&](const Room& each) { return each.name == name; });
  return room == rooms().end() ? nullptr : &*room;
}

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Include {
  std::size_t line = 0;
  std::string path;
  bool quoted = false;  // "path" rather than <path>
};

std::vector<Include> includes(std::string_view cpp) {
  std::vector<Include> result;
  const std::string text = without_comments(cpp);
  std::size_t number = 0;
  for (std::string_view line : lines(text)) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() != '#') continue;
    line = trim(line.substr(1));
    if (find_word(line, "include") != 0) continue;
    line = trim(line.substr(std::string_view("include").size()));
    if (line.size() < 2 || (line.front() != '"' && line.front() != '<')) continue;
    const std::size_t end = line.find(line.front() == '"' ? '"' : '>', 1);
    result.push_back({number, std::string(line.substr(1, end - 1)), line.front() == '"'});
  }
  return result;
}

// gateway/orders is pure: gateway/orders.cpp, and everything in gateway/orders/.
bool is_within(std::string_view path, std::string_view part) {
  return path.starts_with(part) && path.size() > part.size() && (path[part.size()] == '/' || path[part.size()] == '.');
}

bool may_include(const Room& room, std::string_view path) {
  return std::any_of(room.may_include.begin(), room.may_include.end(),
                     [&](std::string_view each) { return is_within(path, each); });
}

constexpr std::array<std::string_view, 7> pure = {"core",           "alloc",        "portfolio",     "strategy",
                                                  "gateway/orders", "gateway/risk", "gateway/engine"};
constexpr std::array<std::string_view, 10> impure_headers = {
    "thread",  "mutex",      "shared_mutex", "condition_variable", "future", "iostream",
    "fstream", "filesystem", "ctime",        "sys/time.h"};
constexpr std::array<std::string_view, 6> impure_calls = {
    "system_clock::now", "steady_clock::now", "high_resolution_clock::now", "std::random_device", "rand(", "srand("};

struct Exception {
  std::string_view path;
  std::string_view call;
};
constexpr std::array<Exception, 1> exceptions = {
    {{"core/time.hpp", "system_clock::now"}}};  // SystemClock, the real one

// The call in the line, not as the end of a longer name: rand( but not operand(.
bool calls(std::string_view line, std::string_view call) {
  const std::size_t at = line.find(call);
  return at != std::string_view::npos && (at == 0 || !is_word(line[at - 1]));
}

bool is_excepted(std::string_view path, std::string_view call) {
  return std::any_of(exceptions.begin(), exceptions.end(),
                     [&](const Exception& each) { return each.path == path && each.call == call; });
}

}  // namespace

Findings check_arrows(const SourceFile& file) {
  if (!is_cpp(file.path)) return {};
  const std::string from(room_of(file.path));
  const Room* room = find_room(from);
  const bool free = contains(free_rooms, from);
  if (room == nullptr && !free) return {{file.path, 0, "folder " + from + "/ is not in the table of arrows"}};
  Findings findings;
  for (const Include& include : includes(file.text)) {
    const std::string to(room_of(include.path));
    const bool known = find_room(to) != nullptr || contains(free_rooms, to);
    if (include.quoted && !known && !free) {
      findings.push_back(
          {file.path, include.line, "\"" + include.path + "\" is not written from the root of the tree"});
    } else if (known && !include.quoted) {
      findings.push_back({file.path, include.line, "<" + include.path + "> is ours: it goes in quotes"});
    } else if (known && !free && to != from && !may_include(*room, include.path)) {
      findings.push_back({file.path, include.line, from + " may not include " + to + ": " + include.path});
    }
  }
  return findings;
}

Findings check_quickfix(const SourceFile& file) {
  if (!is_cpp(file.path) || room_of(file.path) == "fix" || room_of(file.path) == "bench") return {};
  Findings findings;
  for (const Include& include : includes(file.text)) {
    if (!include.path.starts_with("quickfix/") && include.path != "fix/quickfix.hpp") continue;
    findings.push_back({file.path, include.line, "QuickFIX belongs to fix/: " + include.path});
  }
  return findings;
}

Findings check_purity(const SourceFile& file) {
  if (!is_cpp(file.path)) return {};
  const auto holds = [&](std::string_view part) { return is_within(file.path, part); };
  if (std::none_of(pure.begin(), pure.end(), holds)) return {};
  Findings findings;
  for (const Include& include : includes(file.text)) {
    if (include.quoted || !contains(impure_headers, include.path)) continue;
    findings.push_back({file.path, include.line, "this part is pure: no <" + include.path + ">"});
  }
  std::size_t number = 0;
  const std::string code = code_only(file.text);
  for (const std::string_view line : lines(code)) {
    ++number;
    for (const std::string_view call : impure_calls) {
      const bool found = calls(line, call) || calls(line, "std::chrono::" + std::string(call));
      if (!found || is_excepted(file.path, call)) continue;
      findings.push_back({file.path, number, "this part is pure: no " + std::string(call)});
    }
  }
  return findings;
}

}  // namespace tidy
