#include "gateway/http/access.hpp"

#include <algorithm>

#include "files/text.hpp"
#include "web/loopback.hpp"

namespace gateway {

namespace {

// A browser cannot send Authorization with a WebSocket, but may offer protocols: "prorata, bearer.TOKEN".
std::string offered_token(const HttpRequest& request) {
  constexpr std::string_view prefix = "bearer.";
  const std::string offered = request.header("sec-websocket-protocol");
  for (std::string_view rest = offered; !rest.empty();) {
    const std::string_view each = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), each.size() + 1));
    const std::string_view name = files::trimmed(each);
    if (name.starts_with(prefix)) return "Bearer " + std::string(name.substr(prefix.size()));
  }
  return "";
}

// `code` is for programs.
HttpResponse who_are_you(const std::string& code, const std::string& detail, const std::string& error) {
  HttpResponse response = problem(401, detail, {{code, "Authorization", detail}});
  response.authenticate = "Bearer realm=\"prorata\"" + (error.empty() ? "" : ", error=\"" + error + "\"");
  return response;
}

}  // namespace

tl::expected<const Token*, HttpResponse> Access::admit(const HttpRequest& request) const {
  if (auto refusal = web::foreign(request, has_tokens())) return tl::unexpected(*std::move(refusal));
  if (!has_tokens()) return nullptr;
  return known(request);
}

tl::expected<const Token*, HttpResponse> Access::known(const HttpRequest& request) const {
  constexpr std::string_view scheme = "bearer ";
  std::string given = request.header("authorization");
  if (given.empty()) given = offered_token(request);
  if (given.empty()) {
    return tl::unexpected(
        who_are_you("token_missing", "A token is needed: send the header Authorization: Bearer TOKEN.", ""));
  }
  if (files::lower(given.substr(0, scheme.size())) != scheme) {
    return tl::unexpected(who_are_you("token_missing", "The header Authorization must be: Bearer TOKEN.", ""));
  }
  const Token* token = find_token(tokens_, files::trimmed(std::string_view(given).substr(scheme.size())));
  if (token == nullptr)
    return tl::unexpected(who_are_you("token_unknown", "This token is not known here.", "invalid_token"));
  if (token->expires && clock_->now() >= *token->expires) {
    // Only whoever has the secret is told so.
    return tl::unexpected(who_are_you("token_expired",
                                      "The token of " + token->name + " expired on " +
                                          core::iso_text(*token->expires).substr(0, 10) + "; ask for a new one.",
                                      "invalid_token"));
  }
  return token;
}

std::optional<HttpResponse> Access::forbidden(const Token* token, Role needed) {
  if (token == nullptr || token->role >= needed) return std::nullopt;
  const std::string detail = "This is for the role " + std::string(text(needed)) +
                             (needed == Role::admin ? "" : " or admin") + "; the token of " + token->name +
                             " has the role " + std::string(text(token->role)) + ".";
  HttpResponse response = problem(403, detail, {{"role_missing", "Authorization", detail}});
  response.authenticate = "Bearer realm=\"prorata\", error=\"insufficient_scope\"";
  return response;
}

}  // namespace gateway
