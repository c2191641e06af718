#include "gateway/http/access.hpp"

#include <algorithm>

#include "files/text.hpp"

namespace gateway {

namespace {

std::string header_of(const HttpRequest& request, std::string_view name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

// "127.0.0.1:9780", "localhost", "[::1]:9780". A page from elsewhere that reaches us by a name of its own (DNS
// rebinding) sends that name here.
bool is_loopback(std::string_view host) {
  if (host.starts_with("[::1]")) {
    host.remove_prefix(5);
  } else {
    const std::string_view name = host.substr(0, host.find(':'));
    const bool numbers = name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
    if (files::lower(name) != "localhost" && !numbers) return false;
    host.remove_prefix(name.size());
  }
  return host.empty() || (host.front() == ':' && host.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

// What a web page must not be able to do: reach us under another name, or send us something from its own origin. A page
// that has come by another name has no token, so with tokens any name will do.
std::optional<HttpResponse> foreign(const HttpRequest& request, bool has_tokens) {
  const std::string host = header_of(request, "host");
  if (host.empty()) return problem(400, "The header Host is missing.", {{"malformed", "Host", "is missing"}});
  if (!has_tokens && !is_loopback(host)) {
    return problem(403,
                   "The header Host names '" + files::shown(host) + "'; only this machine may call: use 127.0.0.1.");
  }
  const std::string origin = header_of(request, "origin");
  if (origin.empty()) return std::nullopt;
  const std::size_t slashes = origin.find("://");
  const std::string_view from =
      slashes == std::string::npos ? std::string_view() : std::string_view(origin).substr(slashes + 3);
  if (!from.empty() && (is_loopback(from) || (has_tokens && from == host))) return std::nullopt;
  return problem(403, "Requests from web pages of other origins are refused.");
}

// A browser cannot send Authorization with a WebSocket, but may offer protocols: "prorata, bearer.TOKEN".
std::string offered_token(const HttpRequest& request) {
  constexpr std::string_view prefix = "bearer.";
  const std::string offered = header_of(request, "sec-websocket-protocol");
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
  if (auto refusal = foreign(request, has_tokens())) return tl::unexpected(*std::move(refusal));
  if (!has_tokens()) return nullptr;
  return known(request);
}

tl::expected<const Token*, HttpResponse> Access::known(const HttpRequest& request) const {
  constexpr std::string_view scheme = "bearer ";
  std::string given = header_of(request, "authorization");
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
