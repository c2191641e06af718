#pragma once

#include <charconv>
#include <string_view>

#include "core/check.hpp"
#include "core/result.hpp"

namespace fuzz {

// An error says something, and names the file, or a line that is in it: 1 to one more than there are line ends.
inline void check_place(const core::Error& error, std::string_view file, std::string_view content) {
  CHECK(!error.message.empty());
  std::string_view place = error.place;
  CHECK(place.starts_with(file));
  place.remove_prefix(file.size());
  if (place.empty()) return;
  CHECK(place.front() == ':');
  std::size_t line = 0;
  const auto [end, failed] = std::from_chars(place.data() + 1, place.data() + place.size(), line);
  CHECK(failed == std::errc());
  std::size_t lines = 1;
  for (const char c : content) lines += c == '\n' ? 1 : 0;
  CHECK(line >= 1 && line <= lines);
}

}  // namespace fuzz
