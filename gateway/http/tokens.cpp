#include "gateway/http/tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>

#include "files/toml.hpp"

namespace gateway {

namespace {

constexpr std::array<std::string_view, 3> roles{"viewer", "trader", "admin"};
constexpr std::string_view prefix = "prorata_";  // by which a token is known for what it is, where it should not be
constexpr std::string_view digits = "0123456789abcdef";

std::string hex_of(const SecretHash& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += {digits[byte >> 4U], digits[byte & 15U]};
  return text;
}

std::optional<SecretHash> bytes_of(std::string_view hex) {
  SecretHash bytes{};
  if (hex.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const std::size_t digit = digits.find(files::lower(hex.substr(i, 1)));
    if (digit == std::string_view::npos) return std::nullopt;
    bytes[i / 2] = static_cast<unsigned char>(bytes[i / 2] * 16 + digit);
  }
  return bytes;
}

// The beginning of that day, UTC.
core::Result<core::Time> day(const std::string& text) {
  const core::Result<core::Time> time =
      text.size() == 10 ? core::parse_iso(text + "T00:00:00Z") : core::fail("", "is too short or too long");
  if (time) return *time;
  return core::fail("", "'" + files::shown(text) + "' is not a date such as \"2027-01-01\"");
}

std::string wrong_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= 64 && files::cleaned(name) == name &&
                    files::trimmed(name) == name && name.find_first_of("\"\\") == std::string::npos;
  return good ? "" : "should be printable, 1 to 64 bytes, without quotes, backslashes or spaces around it";
}

std::optional<Role> role_of(std::string_view word) {
  const auto* found = std::find(roles.begin(), roles.end(), word);
  if (found == roles.end()) return std::nullopt;
  return static_cast<Role>(found - roles.begin());
}

tl::expected<std::vector<Token>, files::Errors> tokens_in(core::Result<files::Table> root) {
  if (!root) return tl::unexpected(files::Errors{root.error()});
  std::vector<Token> tokens;
  for (files::Table table : root->tables("token", "name")) {
    Token& token = tokens.emplace_back();
    token.name = table.text("name");
    if (const std::string wrong = wrong_name(token.name); !token.name.empty() && !wrong.empty()) {
      table.refuse("name", wrong);
    }
    token.role = role_of(table.one_of("role", {"viewer", "trader", "admin"})).value_or(Role::viewer);
    const std::string hash = table.text("sha256");
    const std::optional<SecretHash> bytes = bytes_of(hash);
    if (!hash.empty() && !bytes) {
      table.refuse("sha256", "should be 64 hexadecimal digits, as prorata-gateway --new-token prints them");
    }
    token.hash = bytes.value_or(SecretHash{});
    if (!table.has("expires")) continue;
    const std::string text = table.text("expires");
    const core::Result<core::Time> expires = text.empty() ? core::Time{} : day(text);
    if (!expires) table.refuse("expires", expires.error().message);
    token.expires = expires.value_or(core::Time{});
  }
  if (tokens.empty()) root->refuse("", "there is no [[token]]; prorata-gateway --new-token NAME --role ROLE makes one");
  if (tokens.size() > max_tokens) root->refuse("", "has more than " + std::to_string(max_tokens) + " tokens");
  if (files::Errors errors = root->finish(); !errors.empty()) return tl::unexpected(std::move(errors));
  return tokens;
}

}  // namespace

std::string_view text(Role role) { return roles[static_cast<std::size_t>(role)]; }

SecretHash hash_of(std::string_view secret) {
  static_assert(std::tuple_size_v<SecretHash> == SHA256_DIGEST_LENGTH);
  SecretHash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), hash.data());
  return hash;
}

tl::expected<std::vector<Token>, files::Errors> read_tokens(const std::filesystem::path& file) {
  return tokens_in(files::Table::load(file));
}

tl::expected<std::vector<Token>, files::Errors> tokens_from_text(std::string_view text, const std::string& file_name) {
  return tokens_in(files::Table::parse(text, file_name));
}

core::Result<NewToken> make_token(const std::string& name, const std::string& role, const std::string& expires) {
  if (const std::string wrong = wrong_name(name); !wrong.empty()) return core::fail("--new-token", wrong);
  if (!role_of(role)) {
    return core::fail("--role", role.empty() ? "is missing; it should be viewer, trader or admin"
                                             : "'" + files::shown(role) + "' is none of viewer, trader, admin");
  }
  if (const auto read = expires.empty() ? core::Time{} : day(expires); !read) {
    return core::fail("--expires", read.error().message);
  }
  SecretHash random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return core::fail("--new-token", "the system gives no random bytes just now; try again");
  }
  NewToken made;
  made.secret = std::string(prefix) + hex_of(random);
  made.lines = "[[token]]\nname = \"" + name + "\"\nrole = \"" + role + "\"\n" +
               (expires.empty() ? "" : "expires = \"" + expires + "\"\n") + "sha256 = \"" +
               hex_of(hash_of(made.secret)) + "\"\n";
  return made;
}

const Token* find_token(const std::vector<Token>& tokens, std::string_view secret) {
  const SecretHash hash = hash_of(secret);
  const Token* found = nullptr;
  for (const Token& token : tokens) {
    if (CRYPTO_memcmp(token.hash.data(), hash.data(), hash.size()) == 0) found = &token;
  }
  return found;
}

}  // namespace gateway
