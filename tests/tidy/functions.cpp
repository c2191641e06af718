#include "tests/tidy/functions.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace tidy {
namespace {

enum class Block { scope, body, opaque };  // scope: namespaces and classes; opaque: enums, initialisers

constexpr auto npos = std::string_view::npos;

// Where the bracket that opens at `open` closes; npos when it does not.
std::size_t closing(std::string_view text, std::size_t open, char opens, char closes) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == opens) ++depth;
    if (text[at] == closes && --depth == 0) return at;
  }
  return npos;
}

// What stands before a brace, without template parameters and attributes.
std::string_view declaration(std::string_view header) {
  header = trim(header);
  while (true) {
    if (header.starts_with("[[")) {
      const std::size_t end = header.find("]]");
      if (end == npos) return header;
      header = trim(header.substr(end + 2));
    } else if (find_word(header, "template") == 0 && header.find('<') != npos) {
      const std::size_t end = closing(header, header.find('<'), '<', '>');
      if (end == npos) return header;
      header = trim(header.substr(end + 1));
    } else {
      return header;
    }
  }
}

bool starts_with_word(std::string_view text, std::string_view word) { return find_word(text, word) == 0; }

// A colon by itself: what begins a constructor's list of initialisers.
bool has_single_colon(std::string_view text) {
  for (std::size_t at = text.find(':'); at != npos; at = text.find(':', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != ':') return true;
    ++at;
  }
  return false;
}

// An assignment outside all parentheses.
bool is_assignment(std::string_view header) {
  if (header.find("operator") != npos) return false;
  int depth = 0;
  for (const char c : header) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '=' && depth == 0) return true;
  }
  return false;
}

Block classify(std::string_view whole) {
  const std::string_view header = declaration(whole);
  if (starts_with_word(header, "enum")) return Block::opaque;
  for (const std::string_view word : {"namespace", "inline namespace", "class", "struct", "union", "typedef struct"}) {
    if (starts_with_word(header, word)) return Block::scope;
  }
  const std::size_t open = header.find('(');
  if (starts_with_word(header, "extern") && open == npos) return Block::scope;
  if (is_assignment(header)) return header.find("](") != npos ? Block::body : Block::opaque;
  if (open == npos) return Block::opaque;
  const std::size_t close = closing(header, open, '(', ')');
  if (close == npos) return Block::opaque;
  if (!has_single_colon(header.substr(close))) return Block::body;
  const char last = header.back();
  return last == ')' || last == '}' ? Block::body : Block::opaque;
}

std::string name_of(std::string_view whole) {
  const std::string_view header = declaration(whole);
  std::size_t open = header.find('(');
  if (const std::size_t op = header.find("operator"); op != npos && op < open) {
    if (header.substr(op).starts_with("operator()")) open = header.find('(', op + 10);
    return std::string(trim(header.substr(op, open - op)));
  }
  if (const std::size_t assigned = header.find('='); assigned < open) open = assigned;
  std::string_view before = trim(header.substr(0, open));
  std::size_t start = before.size();
  while (start > 0 && (is_word(before[start - 1]) || before[start - 1] == ':' || before[start - 1] == '~')) --start;
  const std::string_view name = before.substr(start);
  const auto is_capital = [](char c) { return is_word(c) && std::islower(static_cast<unsigned char>(c)) == 0; };
  const bool is_macro = name.size() > 1 && std::all_of(name.begin(), name.end(), is_capital);
  if (!is_macro) return std::string(name);
  std::string result;
  for (const char c : header.substr(start, closing(header, open, '(', ')') + 1 - start)) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) result += c;
  }
  return result;
}

// Directives are no part of the braces' structure.
std::string without_directives(std::string_view cpp) {
  const std::string original = code_only(cpp);
  std::string code = original;
  bool directive = false;
  std::size_t start = 0;
  for (const std::string_view line : lines(original)) {
    if (!directive) directive = !trim(line).empty() && trim(line).front() == '#';
    if (directive) std::fill_n(code.begin() + static_cast<std::ptrdiff_t>(start), line.size(), ' ');
    directive = directive && !line.empty() && line.back() == '\\';
    start += line.size() + 1;
  }
  return code;
}

class FunctionFinder {
 public:
  std::vector<Function> run(std::string_view code) {
    for (const char c : code) {
      if (c == '\n') ++line_;
      if (c == '{') {
        open();
      } else if (c == '}') {
        close();
      } else if (at_scope()) {
        declare(c);
      }
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool at_scope() const { return blocks_.empty() || blocks_.back() == Block::scope; }

  void forget() {
    header_.clear();
    parens_ = 0;
  }

  void declare(char c) {
    if (c == '(') ++parens_;
    if (c == ')') --parens_;
    if (c == ';' && parens_ == 0) return forget();
    if (header_.empty()) {
      if (std::isspace(static_cast<unsigned char>(c)) != 0) return;
      header_line_ = line_;
    }
    header_ += c;
    for (const std::string_view label : {"public:", "protected:", "private:"}) {
      if (header_ == label) return forget();
    }
  }

  void open() {
    Block block = Block::opaque;
    if (at_scope() && parens_ == 0) block = classify(header_);
    blocks_.push_back(block);
    if (block == Block::scope) forget();
  }

  void close() {
    if (blocks_.empty()) return;
    const Block block = blocks_.back();
    blocks_.pop_back();
    if (block == Block::body) found_.push_back({name_of(header_), header_line_, line_ - header_line_ + 1});
    if (block != Block::opaque) return forget();
    if (at_scope()) header_ += "{}";
  }

  std::vector<Function> found_;
  std::vector<Block> blocks_;
  std::string header_;
  std::size_t header_line_ = 1;
  std::size_t line_ = 1;
  int parens_ = 0;
};

}  // namespace

std::vector<Function> functions(std::string_view cpp) { return FunctionFinder().run(without_directives(cpp)); }

std::vector<LongFunction> parse_ratchet(const SourceFile& ratchet, Findings& findings) {
  std::vector<LongFunction> entries;
  std::size_t number = 0;
  for (const std::string_view raw : lines(ratchet.text)) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    LongFunction entry;
    const std::size_t first = std::min(line.find(' '), line.size());
    const std::size_t second = std::min(line.find(' ', first + 1), line.size());
    entry.path = line.substr(0, first);
    const std::string_view count = trim(line.substr(first, second - first));
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), entry.lines);
    entry.name = trim(line.substr(second));
    if (error != std::errc() || end != count.data() + count.size() || entry.name.empty()) {
      findings.push_back({ratchet.path, number, "not an entry: write path, number of lines, name of the function"});
    } else {
      entries.push_back(entry);
    }
  }
  return entries;
}

Findings check_function_lengths(const std::vector<SourceFile>& files, const SourceFile& ratchet) {
  Findings findings;
  const std::vector<LongFunction> allowed = parse_ratchet(ratchet, findings);
  std::vector<bool> used(allowed.size());
  for (const SourceFile& file : files) {
    if (!is_cpp(file.path)) continue;
    for (const Function& function : functions(file.text)) {
      if (function.lines <= function_lines_max) continue;
      const auto entry = std::find_if(allowed.begin(), allowed.end(), [&](const LongFunction& each) {
        return each.path == file.path && each.name == function.name && each.lines == function.lines;
      });
      if (entry != allowed.end()) {
        used[static_cast<std::size_t>(entry - allowed.begin())] = true;
        continue;
      }
      findings.push_back({file.path, function.line,
                          function.name + " has " + std::to_string(function.lines) + " lines; the limit is " +
                              std::to_string(function_lines_max)});
    }
  }
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (used[i]) continue;
    findings.push_back({ratchet.path, 0,
                        allowed[i].path + " has no function " + allowed[i].name + " of " +
                            std::to_string(allowed[i].lines) + " lines any more: lower the entry or remove it"});
  }
  return findings;
}

}  // namespace tidy
