#include "simulator/certify/template.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "files/text.hpp"

namespace simulator::certify {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

struct Reference {
  std::string name;
  std::size_t bytes = 0;  // with the $
};

// What `text`, which begins with a $, refers to.
core::Result<Reference> reference_in(std::string_view text) {
  const std::string_view rest = text.substr(1);
  if (rest.starts_with('{')) {
    const std::size_t end = rest.find('}');
    const std::string_view name = rest.substr(1, std::min(end, rest.size()) - 1);
    const bool is_tag = !name.empty() && name.find_first_not_of(digits) == std::string_view::npos;
    if (end == std::string_view::npos || (!is_tag && !is_name(name))) {
      return core::fail("", "'${' begins a name that '}' ends, such as ${order}");
    }
    return Reference{std::string(name), end + 2};
  }
  const bool is_tag = !rest.empty() && digits.find(rest.front()) != std::string_view::npos;
  const std::size_t end = std::min(rest.find_first_not_of(is_tag ? digits : name_characters), rest.size());
  if (end == 0)
    return core::fail("", "'$' stands before a name or a tag, such as $order or $55; a dollar itself is $$");
  return Reference{std::string(rest.substr(0, end)), end + 1};
}

// 2 of "+2", -1 of "-1"; nothing when it is anything else.
std::optional<int> step_in(std::string_view text) {
  if (text.size() < 2 || text.size() > 7 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return text.front() == '-' ? -value : value;
}

core::Result<std::string> moved(const std::string& name, const std::string& value, int step) {
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (value.size() > 9 || error != std::errc() || end != value.data() + value.size()) {
    return core::fail("", "$" + name + " is '" + files::shown(value) + "', which is no whole number to reckon with");
  }
  return std::to_string(number + step);
}

}  // namespace

core::Result<std::string> filled(std::string_view text, const Lookup& lookup) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      result += text[at++];
      continue;
    }
    if (text.substr(at, 2) == "$$") {
      result += '$';
      at += 2;
      continue;
    }
    const auto reference = reference_in(text.substr(at));
    if (!reference) return tl::unexpected(reference.error());
    const auto value = lookup(reference->name);
    if (!value) return tl::unexpected(value.error());
    const auto step = at == 0 ? step_in(text.substr(reference->bytes)) : std::nullopt;
    if (step) return moved(reference->name, *value, *step);
    result += *value;
    at += reference->bytes;
  }
  return result;
}

core::Result<std::vector<std::string>> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      ++at;
      continue;
    }
    if (text.substr(at, 2) == "$$") {
      at += 2;
      continue;
    }
    const auto reference = reference_in(text.substr(at));
    if (!reference) return tl::unexpected(reference.error());
    names.push_back(reference->name);
    at += reference->bytes;
  }
  return names;
}

std::string as_template(std::string_view text) {
  std::string result;
  for (const char c : text) result.append(c == '$' ? 2 : 1, c);
  return result;
}

bool is_name(std::string_view text) {
  return !text.empty() && digits.find(text.front()) == std::string_view::npos &&
         text.find_first_not_of(name_characters) == std::string_view::npos;
}

}  // namespace simulator::certify
