#include "tests/tidy/text.hpp"

#include <algorithm>
#include <cctype>

namespace tidy {
namespace {

// Walks over C++ text once and writes a copy in which comments, and what stands between quotes if asked, are blank.
class Blanker {
 public:
  Blanker(std::string_view text, bool quoted_too) : text_(text), out_(text), quoted_too_(quoted_too) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool ahead(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void step() {
    if (ahead("//")) {
      blank_until(text_.find('\n', at_));
    } else if (ahead("/*")) {
      blank_until(end_after("*/", at_ + 2));
    } else if (ahead("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
      raw_string();
    } else if (text_[at_] == '"' || (text_[at_] == '\'' && !in_number())) {
      quoted(text_[at_]);
    } else {
      ++at_;
    }
  }

  [[nodiscard]] std::size_t end_after(std::string_view what, std::size_t from) const {
    const std::size_t found = text_.find(what, from);
    return found == std::string_view::npos ? text_.size() : found + what.size();
  }

  void blank_until(std::size_t end) {
    end = std::min(end, text_.size());
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') out_[at_] = ' ';
    }
  }

  // R"mark( ... )mark"
  void raw_string() {
    const std::size_t open = std::min(text_.find('(', at_), text_.size());
    std::string close(1, ')');
    close.append(text_.substr(at_ + 2, open - at_ - 2)).append(1, '"');
    const std::size_t end = end_after(close, open);
    at_ = std::min(at_ + 2, end);
    if (quoted_too_) blank_until(end - 1);
    at_ = end;
  }

  void quoted(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    ++at_;
    if (quoted_too_) blank_until(end);
    at_ = std::min(end + 1, text_.size());
  }

  // 1'000'000: the quote separates digits.
  [[nodiscard]] bool in_number() const {
    std::size_t start = at_;
    while (start > 0 && (is_word(text_[start - 1]) || text_[start - 1] == '\'')) --start;
    return start < at_ && std::isdigit(static_cast<unsigned char>(text_[start])) != 0;
  }

  std::string_view text_;
  std::string out_;
  bool quoted_too_;
  std::size_t at_ = 0;
};

}  // namespace

std::string to_text(const Finding& finding) {
  return finding.path + ":" + std::to_string(finding.line) + ": " + finding.message;
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string without_comments(std::string_view cpp) { return Blanker(cpp, false).run(); }
std::string code_only(std::string_view cpp) { return Blanker(cpp, true).run(); }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::size_t find_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]))) return at;
  }
  return std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view room_of(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view extension_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

bool is_cpp(std::string_view path) {
  const std::string_view extension = extension_of(path);
  return extension == ".cpp" || extension == ".hpp";
}

}  // namespace tidy
