#include "files/text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <numeric>

namespace files {

namespace {

constexpr std::size_t max_shown_characters = 40;

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

// Bytes of the well-formed character at the front of `text`, or 0. RFC 3629 section 4: no overlong forms, no
// surrogates.
std::size_t character_bytes(std::string_view text) {
  const unsigned char lead = byte(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(text[i]) & 0xc0U) != 0x80) return 0;
  }
  const unsigned char second = byte(text[1]);
  const bool bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                   (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
  return bad ? 0 : bytes;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, above + 1, row[j - 1] + 1});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

core::Result<std::string> read_text(const std::filesystem::path& path, std::size_t max_bytes) {
  const std::string place = path.string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return core::fail(place, "there is no such file");
  if (std::filesystem::is_directory(status)) return core::fail(place, "is a folder; a file is needed");
  std::ifstream in(path, std::ios::binary);
  if (!in) return core::fail(place, "cannot be opened for reading; check its permissions");
  // Read one byte more than allowed rather than trust a size that pipes do not have; in pieces, since most are short.
  std::string text;
  std::array<char, 64U << 10U> piece{};
  while (in && text.size() <= max_bytes) {
    in.read(piece.data(), static_cast<std::streamsize>(std::min(piece.size(), max_bytes + 1 - text.size())));
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return core::fail(place, "cannot be read to its end");
  if (text.size() > max_bytes) {
    return core::fail(place, "is longer than " + std::to_string(max_bytes) + " bytes, the most that is read");
  }
  const std::size_t bad = std::min(first_bad_utf8(text), text.find('\0'));
  if (bad != std::string::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
    return core::fail(place + ":" + std::to_string(line), "is not UTF-8 text; save it as UTF-8");
  }
  return text;
}

std::size_t first_bad_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = character_bytes(text.substr(at));
    if (bytes == 0) return at;
    at += bytes;
  }
  return std::string_view::npos;
}

std::string cleaned(std::string_view text, bool keep_lines) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    const unsigned char lead = byte(text[0]);
    const bool keep = keep_lines && (lead == '\n' || lead == '\t');
    // C1 controls (0xc2 0x80 to 0x9f) move terminals about just as C0 does.
    const bool control = lead < 0x20 || lead == 0x7f || (bytes == 2 && lead == 0xc2 && byte(text[1]) < 0xa0);
    if (bytes == 0 || (control && !keep)) {
      clean.push_back('?');
    } else {
      clean.append(text.substr(0, bytes));
    }
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return clean;
}

std::string shown(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++count) {
    if (count == max_shown_characters) return cleaned(text.substr(0, end)) + "...";
    end += std::max<std::size_t>(character_bytes(text.substr(end)), 1);
  }
  return cleaned(text);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string nearest(std::string_view name, std::span<const std::string> known) {
  constexpr std::size_t longest = 64;  // beyond it nobody mistyped a key, and the distance costs its square
  if (name.size() > longest) return "";
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(lower(name), lower(candidate));
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string joined(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace files
