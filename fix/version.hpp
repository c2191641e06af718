#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

// The versions of FIX that are spoken, by the words that settings, sessions and messages have for them.
namespace fix {

enum class Version { fix42, fix44, fix50sp2 };

struct VersionWords {
  Version version;
  std::string_view text;          // in settings and for people: FIX 4.2
  std::string_view begin_string;  // BeginString(8): of FIX 5.0 it is that of its transport
  std::string_view appl_ver_id;   // ApplVerID(1128)
};

inline constexpr std::array<VersionWords, 3> versions{{{Version::fix42, "4.2", "FIX.4.2", "4"},
                                                       {Version::fix44, "4.4", "FIX.4.4", "6"},
                                                       {Version::fix50sp2, "5.0SP2", "FIXT.1.1", "9"}}};

[[nodiscard]] constexpr const VersionWords& words_of(Version version) {
  return versions[static_cast<std::size_t>(version)];
}

[[nodiscard]] inline std::string begin_string(Version version) { return std::string(words_of(version).begin_string); }

// FIX 5.0 is carried by FIXT 1.1: the session's messages and the header are in a dictionary of their own, and the
// Logon(A) says in DefaultApplVerID(1137) which version the others are of.
[[nodiscard]] constexpr bool has_transport(Version version) { return version == Version::fix50sp2; }

[[nodiscard]] constexpr std::optional<Version> parse_version(std::string_view text) {
  for (const VersionWords& words : versions)
    if (words.text == text) return words.version;
  return std::nullopt;
}

}  // namespace fix
