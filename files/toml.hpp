#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "files/text.hpp"

// Strict reading of TOML (1.0) configuration. Read every key that has a meaning, then ask finish() what was wrong:
// wrong types, values out of range, missing keys, and keys that nobody asked for. One run tells a person all of it.
//
//   auto root = files::Table::load("gateway.toml");
//   if (!root) ...
//   settings.port = static_cast<int>(root->integer("port", 1, 65535));
//   for (files::Table session : root->tables("session", "name")) settings.hosts.push_back(session.address("address"));
//   if (files::Errors errors = root->finish(); !errors.empty()) ...
namespace files {

struct Address {
  std::string host;
  std::uint16_t port = 0;  // 0: any free port, for listening

  // "127.0.0.1:9878", "broker.example.com:9878", "[::1]:9878"
  [[nodiscard]] static core::Result<Address> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Address&, const Address&) = default;
};

// One table of a file; copies are the same table. A read that fails notes the error and gives its fallback, or an empty
// value when it has none, so that reading goes on; nothing that was read counts before finish() has found no errors.
// A read without a fallback is of a required key. One thread.
class Table {
 public:
  // Errors: what read_text tells, and TOML syntax with line and column (a key given twice is one).
  [[nodiscard]] static core::Result<Table> load(const std::filesystem::path& path);
  [[nodiscard]] static core::Result<Table> parse(std::string_view text, const std::string& file_name);

  // Whether the key is there. Asking makes it a known key.
  [[nodiscard]] bool has(std::string_view key);
  // Whether a table is there under it, for keys that may have either that or a plain value.
  [[nodiscard]] bool holds_table(std::string_view key);

  [[nodiscard]] std::string text(std::string_view key);  // not empty
  [[nodiscard]] std::string text(std::string_view key, std::string fallback);
  // A CompID, symbol or name that goes into FIX fields and file names: letters, digits, point, dash and underscore.
  [[nodiscard]] std::string word(std::string_view key);
  [[nodiscard]] std::string one_of(std::string_view key, std::initializer_list<std::string_view> allowed);
  [[nodiscard]] std::string one_of(std::string_view key, std::initializer_list<std::string_view> allowed,
                                   std::string fallback);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);  // an array of texts; empty when not there
  // An array of whole numbers, each from low to high; empty when not there.
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key, std::int64_t low, std::int64_t high);
  // low <= value <= high
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high);
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high, std::int64_t fallback);
  [[nodiscard]] bool boolean(std::string_view key);
  [[nodiscard]] bool boolean(std::string_view key, bool fallback);
  [[nodiscard]] Address address(std::string_view key);
  [[nodiscard]] Address address(std::string_view key, Address fallback);
  // A path; a relative one counts from the folder of this file.
  [[nodiscard]] std::filesystem::path path(std::string_view key);
  [[nodiscard]] std::filesystem::path path(std::string_view key, std::filesystem::path fallback);
  [[nodiscard]] std::vector<std::filesystem::path> paths(std::string_view key);  // an array; empty when not there

  // A core::Quantity, core::Price or core::Amount, written as text ("187.50") or as a whole number. Never a TOML float:
  // a float is binary and has lost digits before anyone can look.
  template <class Scaled>
  [[nodiscard]] Scaled decimal(std::string_view key) {
    return decimal_value<Scaled>(key, required(key));
  }
  template <class Scaled>
  [[nodiscard]] Scaled decimal(std::string_view key, Scaled fallback) {
    return has(key) ? decimal_value<Scaled>(key, true) : fallback;
  }

  [[nodiscard]] Table table(std::string_view key);  // an empty one when not there
  [[nodiscard]] std::optional<Table> optional_table(std::string_view key);
  // The tables of [[key]], none when not there. With `unique`, two that have the same text under that key are an error.
  [[nodiscard]] std::vector<Table> tables(std::string_view key, std::string_view unique = "");
  // All keys of a table whose keys are names that people choose ([prices] AAPL = "187.50"); they become known keys.
  [[nodiscard]] std::vector<std::string> keys();

  // "gateway.toml:12:8" of the key's value, or of the table when the key is not there.
  [[nodiscard]] std::string place(std::string_view key = "") const;
  // Notes an error that only the caller can see ("no such zone"), at the key's place.
  void refuse(std::string_view key, const std::string& message);

  // All errors noted anywhere in this file, in the order of the lines, and every key that was not asked for.
  [[nodiscard]] Errors finish();

 private:
  struct Document;
  struct Node;
  explicit Table(std::shared_ptr<Node> node) : node_(std::move(node)) {}

  [[nodiscard]] bool required(std::string_view key);
  [[nodiscard]] std::filesystem::path from_folder(const std::filesystem::path& path) const;
  [[nodiscard]] std::optional<std::string> decimal_text(std::string_view key);
  [[nodiscard]] std::optional<std::string> text_value(std::string_view key);

  template <class Scaled>
  Scaled decimal_value(std::string_view key, bool there) {
    const std::optional<std::string> text = there ? decimal_text(key) : std::nullopt;
    if (!text) return {};
    const core::Result<Scaled> value = Scaled::parse(*text);
    if (!value) refuse(key, value.error().message);
    return value.value_or(Scaled{});
  }

  std::shared_ptr<Node> node_;
};

}  // namespace files
