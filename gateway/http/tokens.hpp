#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/time.hpp"
#include "files/text.hpp"

// Bearer tokens: who may call the API, and how much each may do. The file that lists them has no secret in it.
namespace gateway {

// Each may do all that those before it may.
enum class Role {
  viewer,  // read
  trader,  // orders, cancels, proposals, breaks, client cash, prices
  admin,   // models, targets, groups, copies of the database
};
[[nodiscard]] std::string_view text(Role role);  // "viewer"

using SecretHash = std::array<unsigned char, 32>;
// SHA-256. Tokens are 256 random bits, so nothing slower is needed: there is nothing to guess.
[[nodiscard]] SecretHash hash_of(std::string_view secret);

struct Token {
  std::string name;  // who submitted, in the trade log
  Role role = Role::viewer;
  std::optional<core::Time> expires;  // from then on it does not count any more
  SecretHash hash{};
};

inline constexpr std::size_t max_tokens = 1'000;

// [[token]] with name, role, sha256 (64 hexadecimal digits) and, if it shall end, expires ("2027-01-01", UTC).
// Errors: all that is wrong, with file and line; no token at all is wrong too, since then nobody could call.
[[nodiscard]] tl::expected<std::vector<Token>, files::Errors> read_tokens(const std::filesystem::path& file);
[[nodiscard]] tl::expected<std::vector<Token>, files::Errors> tokens_from_text(std::string_view text,
                                                                               const std::string& file_name);

struct NewToken {
  std::string secret;  // shown once, kept nowhere
  std::string lines;   // what goes into the file
};
// Errors: what cannot stand in the file, placed at the option of the command line; no randomness.
[[nodiscard]] core::Result<NewToken> make_token(const std::string& name, const std::string& role,
                                                const std::string& expires);

// The token whose secret this is, or none. Takes the same time whichever it is.
[[nodiscard]] const Token* find_token(const std::vector<Token>& tokens, std::string_view secret);

}  // namespace gateway
