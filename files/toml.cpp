#include "files/toml.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace files {

namespace {

constexpr std::size_t max_file_bytes = 4U << 20U;
constexpr std::size_t max_word_bytes = 32;

struct Position {
  std::uint32_t line = 0;  // 0: the file as a whole
  std::uint32_t column = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

Position position(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a floating-point number";
    case toml::node_type::boolean: return "a boolean";
    case toml::node_type::array: return "an array";
    case toml::node_type::table: return "a table";
    default: return "a date or time";
  }
}

std::vector<std::string> strings(std::initializer_list<std::string_view> views) { return {views.begin(), views.end()}; }

}  // namespace

struct Table::Document {
  struct Noted {
    Position position;
    core::Error error;
  };

  std::string file;
  toml::table root;
  std::vector<Noted> noted;
  std::map<const toml::table*, std::set<std::string, std::less<>>> asked;  // of the tables that were opened

  [[nodiscard]] std::string place(Position at) const {
    if (at.line == 0) return file;
    return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  void note(Position at, std::string message) { noted.push_back({at, {place(at), std::move(message)}}); }
  void note_unknown(const toml::table& table, const std::string& path);
};

struct Table::Node {
  std::shared_ptr<Document> document;
  const toml::table* table;  // of document->root; nullptr when the table is not there
  Position at;
  std::string path;  // "", "risk.", "session[2]."

  [[nodiscard]] const toml::node* find(std::string_view key) const {
    if (table == nullptr) return nullptr;
    document->asked[table].emplace(key);
    return table->get(key);
  }
  void note(std::string_view key, const std::string& message) const {
    const toml::node* node = key.empty() || table == nullptr ? nullptr : table->get(key);
    const std::string name = key.empty() ? path.substr(0, path.empty() ? 0 : path.size() - 1) : path + std::string(key);
    const std::string subject = name.empty() ? "" : "key '" + shown(name) + "': ";
    document->note(node != nullptr ? position(node->source()) : at, subject + message);
  }
  void note_type(std::string_view key, const toml::node& node, std::string_view wanted) const {
    note(key, "is " + std::string(type_name(node)) + "; it must be " + std::string(wanted));
  }
  [[nodiscard]] std::shared_ptr<Node> child(const toml::table* inner, Position where, std::string name) const {
    if (inner != nullptr) document->asked.try_emplace(inner);
    return std::make_shared<Node>(Node{document, inner, where, path + std::move(name)});
  }
};

void Table::Document::note_unknown(const toml::table& table, const std::string& path) {
  const auto known = asked.find(&table);
  if (known == asked.end()) return;
  const std::vector<std::string> names(known->second.begin(), known->second.end());
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    if (!known->second.contains(name)) {
      const std::string close = nearest(name, names);
      const std::string help = !close.empty()  ? "did you mean '" + close + "'?"
                               : names.empty() ? "nothing is read from this table"
                                               : "known here are " + joined(names);
      note(position(key.source()), "key '" + shown(path + name) + "': is not known; " + help);
    } else if (const toml::table* inner = value.as_table()) {
      note_unknown(*inner, path + name + ".");
    } else if (const toml::array* array = value.as_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        const toml::table* element = array->get(i)->as_table();
        if (element != nullptr) note_unknown(*element, path + name + "[" + std::to_string(i + 1) + "].");
      }
    }
  }
}

core::Result<Address> Address::parse(std::string_view text) {
  const auto refuse = [&] {
    return core::fail("",
                      "'" + shown(text) + "' is not an address such as 127.0.0.1:9878 (host, colon, port to 65535)");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool host_good = !host.empty() && host.find_first_of(" \t[]/") == std::string_view::npos &&
                         (bracketed || host.find(':') == std::string_view::npos);
  Address address{std::string(host), 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (!host_good || error != std::errc() || end != digits.data() + digits.size()) return refuse();
  return address;
}

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

core::Result<Table> Table::load(const std::filesystem::path& path) {
  return read_text(path, max_file_bytes).and_then([&](const std::string& text) { return parse(text, path.string()); });
}

core::Result<Table> Table::parse(std::string_view text, const std::string& file_name) {
  auto document = std::make_shared<Document>();
  document->file = file_name;
  try {
    document->root = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    return core::fail(document->place(position(error.source())), cleaned(error.description()));
  }
  document->asked.try_emplace(&document->root);
  return Table(std::make_shared<Node>(Node{document, &document->root, {}, ""}));
}

bool Table::has(std::string_view key) { return node_->find(key) != nullptr; }

bool Table::holds_table(std::string_view key) { return has(key) && node_->find(key)->is_table(); }

bool Table::required(std::string_view key) {
  if (has(key)) return true;
  // When the table itself is missing, that is the error, and it was noted when it was asked for.
  if (node_->table != nullptr) node_->note(key, "is missing");
  return false;
}

std::optional<std::string> Table::text_value(std::string_view key) {
  const toml::node* node = node_->find(key);
  const toml::value<std::string>* value = node->as_string();
  if (value == nullptr) {
    node_->note_type(key, *node, "a text in quotes");
    return std::nullopt;
  }
  if (value->get().empty()) {
    node_->note(key, "is empty");
    return std::nullopt;
  }
  return value->get();
}

std::string Table::text(std::string_view key) { return required(key) ? text_value(key).value_or("") : ""; }

std::string Table::text(std::string_view key, std::string fallback) {
  return has(key) ? text_value(key).value_or(fallback) : fallback;
}

std::string Table::word(std::string_view key) {
  std::string word = text(key);
  const auto is_plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  if (!std::all_of(word.begin(), word.end(), is_plain)) {
    node_->note(key, "'" + shown(word) + "' has other characters than letters, digits, point, dash and underscore");
  } else if (word.size() > max_word_bytes) {
    node_->note(key, "is longer than " + std::to_string(max_word_bytes) + " characters");
  }
  return word;
}

std::string Table::one_of(std::string_view key, std::initializer_list<std::string_view> allowed) {
  if (!required(key)) return "";
  const std::optional<std::string> value = text_value(key);
  if (!value) return "";
  if (std::find(allowed.begin(), allowed.end(), *value) != allowed.end()) return *value;
  node_->note(key, "'" + shown(*value) + "' is not one of " + joined(strings(allowed)));
  return "";
}

std::string Table::one_of(std::string_view key, std::initializer_list<std::string_view> allowed, std::string fallback) {
  return has(key) ? one_of(key, allowed) : fallback;
}

std::vector<std::string> Table::texts(std::string_view key) {
  std::vector<std::string> values;
  if (!has(key)) return values;
  const toml::node* node = node_->find(key);
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    node_->note_type(key, *node, "an array of texts");
    return values;
  }
  for (const toml::node& element : *array) {
    const toml::value<std::string>* value = element.as_string();
    if (value == nullptr) {
      node_->note(key, "holds " + std::string(type_name(element)) + "; it must be an array of texts");
    } else {
      values.push_back(value->get());
    }
  }
  return values;
}

std::vector<std::int64_t> Table::integers(std::string_view key, std::int64_t low, std::int64_t high) {
  std::vector<std::int64_t> values;
  if (!has(key)) return values;
  const toml::node* node = node_->find(key);
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    node_->note_type(key, *node, "an array of whole numbers");
    return values;
  }
  for (const toml::node& element : *array) {
    const toml::value<std::int64_t>* value = element.as_integer();
    if (value == nullptr) {
      node_->note(key, "holds " + std::string(type_name(element)) + "; it must be an array of whole numbers");
    } else if (value->get() < low || value->get() > high) {
      node_->note(key, "holds " + std::to_string(value->get()) + "; each must be from " + std::to_string(low) + " to " +
                           std::to_string(high));
    } else {
      values.push_back(value->get());
    }
  }
  return values;
}

std::int64_t Table::integer(std::string_view key, std::int64_t low, std::int64_t high) {
  if (!required(key)) return 0;
  const toml::node* node = node_->find(key);
  const toml::value<std::int64_t>* value = node->as_integer();
  if (value == nullptr) {
    node_->note_type(key, *node, "a whole number");
    return 0;
  }
  if (value->get() >= low && value->get() <= high) return value->get();
  node_->note(key, std::to_string(value->get()) + " is out of range; it must be from " + std::to_string(low) + " to " +
                       std::to_string(high));
  return 0;
}

std::int64_t Table::integer(std::string_view key, std::int64_t low, std::int64_t high, std::int64_t fallback) {
  return has(key) ? integer(key, low, high) : fallback;
}

bool Table::boolean(std::string_view key) {
  if (!required(key)) return false;
  const toml::node* node = node_->find(key);
  const toml::value<bool>* value = node->as_boolean();
  if (value == nullptr) node_->note_type(key, *node, "true or false, without quotes");
  return value != nullptr && value->get();
}

bool Table::boolean(std::string_view key, bool fallback) { return has(key) ? boolean(key) : fallback; }

Address Table::address(std::string_view key) {
  if (!required(key)) return {};
  const std::optional<std::string> value = text_value(key);
  if (!value) return {};
  const core::Result<Address> parsed = Address::parse(*value);
  if (!parsed) node_->note(key, parsed.error().message);
  return parsed.value_or(Address{});
}

Address Table::address(std::string_view key, Address fallback) { return has(key) ? address(key) : fallback; }

std::filesystem::path Table::path(std::string_view key) { return from_folder(text(key)); }

std::vector<std::filesystem::path> Table::paths(std::string_view key) {
  std::vector<std::filesystem::path> all;
  for (const std::string& value : texts(key)) {
    if (value.empty()) node_->note(key, "holds an empty path");
    all.push_back(from_folder(value));
  }
  return all;
}

std::filesystem::path Table::from_folder(const std::filesystem::path& path) const {
  if (path.empty() || path.is_absolute()) return path;
  return std::filesystem::path(node_->document->file).parent_path() / path;
}

std::filesystem::path Table::path(std::string_view key, std::filesystem::path fallback) {
  return has(key) ? path(key) : fallback;
}

std::optional<std::string> Table::decimal_text(std::string_view key) {
  const toml::node* node = node_->find(key);
  if (const toml::value<std::int64_t>* whole = node->as_integer()) return std::to_string(whole->get());
  if (node->is_floating_point()) {
    node_->note(key, "write decimal numbers in quotes, such as \"187.50\", so that no digit is lost");
    return std::nullopt;
  }
  if (!node->is_string()) {
    node_->note_type(key, *node, "a decimal number in quotes, such as \"187.50\"");
    return std::nullopt;
  }
  return text_value(key);
}

Table Table::table(std::string_view key) {
  std::optional<Table> inner = optional_table(key);
  if (inner) return *std::move(inner);
  if (!has(key) && node_->table != nullptr) node_->note(key, "this table is missing");
  return Table(node_->child(nullptr, node_->at, std::string(key) + "."));
}

std::optional<Table> Table::optional_table(std::string_view key) {
  const toml::node* node = node_->find(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* inner = node->as_table();
  if (inner == nullptr) {
    node_->note_type(key, *node, "a table: [" + node_->path + std::string(key) + "]");
    return std::nullopt;
  }
  return Table(node_->child(inner, position(inner->source()), std::string(key) + "."));
}

std::vector<Table> Table::tables(std::string_view key, std::string_view unique) {
  std::vector<Table> result;
  const toml::node* node = node_->find(key);
  if (node == nullptr) return result;
  const std::string wanted = "an array of tables: [[" + node_->path + std::string(key) + "]]";
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    node_->note_type(key, *node, wanted);
    return result;
  }
  std::map<std::string, Position> seen;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::table* inner = array->get(i)->as_table();
    if (inner == nullptr) {
      node_->note_type(key, *array->get(i), wanted);
      continue;
    }
    const Position at = position(inner->source());
    result.push_back(Table(node_->child(inner, at, std::string(key) + "[" + std::to_string(i + 1) + "].")));
    const toml::node* name = unique.empty() ? nullptr : inner->get(unique);
    if (name == nullptr || !name->is_string()) continue;
    const auto [first, fresh] = seen.emplace(name->as_string()->get(), position(name->source()));
    if (!fresh) {
      result.back().refuse(unique, "'" + shown(first->first) + "' is taken already, in line " +
                                       std::to_string(first->second.line) + "; each must be another");
    }
  }
  return result;
}

std::vector<std::string> Table::keys() {
  std::vector<std::string> names;
  if (node_->table == nullptr) return names;
  for (const auto& [key, value] : *node_->table) names.emplace_back(key.str());
  for (const std::string& name : names) node_->document->asked[node_->table].insert(name);
  return names;
}

std::string Table::place(std::string_view key) const {
  const toml::node* node = key.empty() || node_->table == nullptr ? nullptr : node_->table->get(key);
  return node_->document->place(node != nullptr ? position(node->source()) : node_->at);
}

void Table::refuse(std::string_view key, const std::string& message) { node_->note(key, message); }

Errors Table::finish() {
  Document& document = *node_->document;
  document.note_unknown(document.root, "");
  std::stable_sort(document.noted.begin(), document.noted.end(),
                   [](const Document::Noted& a, const Document::Noted& b) { return a.position < b.position; });
  Errors errors;
  for (const Document::Noted& noted : document.noted) {
    // A key that is read twice is wrong twice, but one line tells it.
    if (std::find(errors.begin(), errors.end(), noted.error) == errors.end()) errors.push_back(noted.error);
  }
  return errors;
}

}  // namespace files
