#include "simulator/certify/suite_words.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <regex>
#include <utility>

#include "simulator/certify/template.hpp"

namespace simulator::certify {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::chrono::milliseconds longest = std::chrono::hours(24);

// Where what begins at `at` ends: behind the quote, the expression, or the one character that stands there. npos: a
// quote or an expression that has no end.
std::size_t end_of_piece(std::string_view line, std::size_t at) {
  if (line[at] == '"') {
    for (std::size_t i = at + 1; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
      } else if (line[i] == '"') {
        return i + 1;
      }
    }
    return std::string_view::npos;
  }
  if (line[at] == '~' && at > 0 && line[at - 1] == '=') {
    const std::size_t end = line.find('~', at + 1);
    return end == std::string_view::npos ? end : end + 1;
  }
  return at + 1;
}

core::Result<std::vector<std::string>> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (true) {
    at = line.find_first_not_of(blanks, at);
    if (at == std::string_view::npos || line[at] == '#') return words;
    const std::size_t start = at;
    while (at < line.size() && blanks.find(line[at]) == std::string_view::npos) {
      const std::size_t end = end_of_piece(line, at);
      if (end == std::string_view::npos) {
        return core::fail(
            "", line[at] == '"' ? "a quote has no end" : "an expression begins with ~ and has no ~ at its end");
      }
      at = end;
    }
    words.emplace_back(line.substr(start, at - start));
  }
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  return point > 0 && text.substr(0, point).find_first_not_of("0123456789") == std::string_view::npos &&
         fraction.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::string> fault_of_name(std::string_view name) {
  if (!is_name(name)) return "a ? stands before a name of letters, digits and _, such as ?order";
  const bool taken =
      std::ranges::find(built_in_names, name) != std::end(built_in_names) || name == sender_name || name == target_name;
  if (taken) return "'" + std::string(name) + "' is known without being captured; take another name";
  return std::nullopt;
}

core::Result<Item> regex_of(int tag, std::string_view value) {
  if (value.size() < 3 || value.back() != '~') return core::fail("", "an expression stands between ~ and ~");
  Item item{tag, Item::Kind::regex, std::string(value.substr(1, value.size() - 2))};
  try {
    static_cast<void>(std::regex(item.text));  // throws when it is none
  } catch (const std::regex_error& problem) {
    return core::fail("", "'" + item.text + "' is no regular expression: " + problem.what());
  }
  return item;
}

core::Result<Item> text_item(int tag, Item::Kind kind, std::string text) {
  if (const auto names = names_in(text); !names) return tl::unexpected(names.error());
  return Item{tag, kind, std::move(text)};
}

core::Result<Item> value_item(int tag, std::string_view value) {
  if (value.empty()) {
    return core::fail(
        "", "field " + std::to_string(tag) + " has no value; an empty one is \"\", one that must not be there !");
  }
  if (value == "*") return Item{tag, Item::Kind::any, {}};
  if (value == "!") return Item{tag, Item::Kind::absent, {}};
  if (value.front() == '~') return regex_of(tag, value);
  if (value.front() == '<' || value.front() == '>') {
    const std::string bound(value.substr(1));
    if (!is_number(bound) && !bound.starts_with('$')) {
      return core::fail("", "'" + bound + "' is no number; < and > stand before one, such as >0");
    }
    return text_item(tag, value.front() == '<' ? Item::Kind::less : Item::Kind::greater, bound);
  }
  if (value.front() != '"') {
    if (value.find('"') != std::string_view::npos)
      return core::fail("", "quotes stand around a whole value: 58=\"...\"");
    return text_item(tag, Item::Kind::text, std::string(value));
  }
  auto text = unquoted(value);
  if (!text) return tl::unexpected(text.error());
  return text_item(tag, Item::Kind::text, *std::move(text));
}

}  // namespace

// Passwords are not told.
std::string Line::source() const {
  std::string text;
  for (const std::string& word : words) {
    std::string_view before = text.empty() ? "" : " ";
    for (const std::string& piece : word.front() == '"' ? std::vector{word} : pieces_of(word)) {
      text.append(std::exchange(before, "|"));
      const bool secret = piece.starts_with("554=") || piece.starts_with("925=") || piece.starts_with("96=");
      text += secret ? piece.substr(0, piece.find('=')) + "=***" : piece;
    }
  }
  return text;
}

std::vector<Line> lines_of(std::string_view text, const std::string& file, files::Errors& errors) {
  std::vector<Line> lines;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    auto words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!words) {
      errors.push_back({file + ":" + std::to_string(number), words.error().message});
      continue;
    }
    if (words->empty()) continue;
    if (words->front().front() != '|') {
      lines.push_back({number, *std::move(words)});
    } else if (lines.empty()) {
      errors.push_back(
          {file + ":" + std::to_string(number), "begins with |, but no line is there that it goes on with"});
    } else {
      Line& before = lines.back();
      before.words.back() += words->front();
      before.words.insert(before.words.end(), words->begin() + 1, words->end());
    }
  }
  return lines;
}

core::Result<std::string> unquoted(std::string_view word) {
  if (word.size() < 2 || word.front() != '"' || end_of_piece(word, 0) != word.size()) {
    return core::fail("", "'" + files::shown(word) + "' stands without quotes: \"...\"");
  }
  std::string text;
  for (std::size_t i = 1; i + 1 < word.size(); ++i) {
    if (word[i] == '\\') ++i;
    text += word[i];
  }
  return text;
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::vector<std::string> pieces_of(std::string_view word) {
  std::vector<std::string> pieces{""};
  for (std::size_t at = 0; at < word.size();) {
    if (word[at] == '|') {
      pieces.emplace_back();
      ++at;
      continue;
    }
    const std::size_t end = std::min(end_of_piece(word, at), word.size());
    pieces.back().append(word.substr(at, end - at));
    at = end;
  }
  if (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
  return pieces;
}

core::Result<Item> item_of(std::string_view piece) {
  const std::size_t equals = piece.find('=');
  int tag = 0;
  const char* tag_end = piece.data() + std::min(equals, piece.size());
  const auto [end, error] = std::from_chars(piece.data(), tag_end, tag);
  if (equals == std::string_view::npos || error != std::errc() || end != tag_end || tag < 1 || equals > 9) {
    return core::fail("", "'" + files::shown(piece) + "' is no field such as 54=1, and no name given by `fields`");
  }
  const std::string_view value = piece.substr(equals + 1);
  if (!value.starts_with('?')) return value_item(tag, value);
  const std::size_t name_end = std::min(value.find('='), value.size());
  const std::string_view name = value.substr(1, name_end - 1);
  if (auto fault = fault_of_name(name)) return core::fail("", *std::move(fault));
  auto item = name_end == value.size() ? core::Result<Item>(Item{tag, Item::Kind::any, {}})
                                       : value_item(tag, value.substr(name_end + 1));
  if (item && item->kind == Item::Kind::absent) return core::fail("", "what must not be there cannot be captured");
  if (item) item->name = name;
  return item;
}

std::string text_of(const Item& item) {
  const std::string tag = std::to_string(item.tag) + "=" + (item.name.empty() ? "" : "?" + item.name + "=");
  switch (item.kind) {
    case Item::Kind::any: return item.name.empty() ? tag + "*" : tag.substr(0, tag.size() - 1);
    case Item::Kind::absent: return tag + "!";
    case Item::Kind::regex: return tag + "~" + item.text + "~";
    case Item::Kind::less: return tag + "<" + item.text;
    case Item::Kind::greater: return tag + ">" + item.text;
    case Item::Kind::text: break;
  }
  const bool plain = !item.text.empty() && item.text.find_first_of(" \t\r|\"\\") == std::string::npos &&
                     std::string_view("?*!~<>#").find(item.text.front()) == std::string_view::npos;
  return tag + (plain ? item.text : in_quotes(item.text));
}

core::Result<std::chrono::milliseconds> duration_of(std::string_view word) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
  const std::string_view unit = word.substr(static_cast<std::size_t>(end - word.data()));
  const std::int64_t scale = unit == "ms" ? 1 : unit == "s" ? 1'000 : unit == "m" ? 60'000 : 0;
  if (error != std::errc() || count < 0 || scale == 0 || count > longest.count() / scale) {
    return core::fail("", "'" + files::shown(word) + "' is no time such as 500ms, 30s or 2m, up to a day");
  }
  return std::chrono::milliseconds(count * scale);
}

std::string text_of(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count % 60'000 == 0 && count > 0) return std::to_string(count / 60'000) + "m";
  if (count % 1'000 == 0) return std::to_string(count / 1'000) + "s";
  return std::to_string(count) + "ms";
}

}  // namespace simulator::certify
