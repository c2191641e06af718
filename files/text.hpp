#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

// Small help for reading what people write.
namespace files {

using Errors = std::vector<core::Error>;

// The whole file. Errors: not there, not a file, not readable, longer than `max_bytes`, not UTF-8, a NUL in it.
[[nodiscard]] core::Result<std::string> read_text(const std::filesystem::path& path, std::size_t max_bytes);

// The position of the first byte that is not part of well-formed UTF-8 (RFC 3629), or npos.
[[nodiscard]] std::size_t first_bad_utf8(std::string_view text);

// `text` as it can stand in a message: at most 40 characters, control characters and bad UTF-8 as '?'.
[[nodiscard]] std::string shown(std::string_view text);

// All of `text`, control characters and bad UTF-8 as '?'; tabs and line feeds stay when asked for.
[[nodiscard]] std::string cleaned(std::string_view text, bool keep_lines = false);

[[nodiscard]] std::string lower(std::string_view text);         // ASCII letters only
[[nodiscard]] std::string_view trimmed(std::string_view text);  // without spaces and tabs at both ends

// The known name that `name` is most likely a slip of, or empty when none is close. Case does not count.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> known);

// "accounts[1]": where an item of a list stands, counted from 0 as in a JSON path.
[[nodiscard]] inline std::string item(std::string_view list, std::size_t at) {
  return std::string(list) + "[" + std::to_string(at) + "]";
}

// "a, b, c"
[[nodiscard]] std::string joined(std::span<const std::string> names);

}  // namespace files
