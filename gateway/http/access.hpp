#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/time.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/tokens.hpp"

namespace gateway {

// Who may call. Without tokens: whoever is on this machine, and is no web page of another origin.
class Access {
 public:
  Access() = default;
  // `clock` must outlive it.
  Access(std::vector<Token> tokens, const core::Clock& clock) : tokens_(std::move(tokens)), clock_(&clock) {}

  [[nodiscard]] bool has_tokens() const { return !tokens_.empty(); }

  // The token that came with the request; null when there are no tokens. Errors: 400 or 403 for what a web page could
  // have sent, 401 for no token, a wrong one, or one that has expired.
  [[nodiscard]] tl::expected<const Token*, HttpResponse> admit(const HttpRequest& request) const;
  // 403 when the role does not suffice. `token` may be null.
  [[nodiscard]] static std::optional<HttpResponse> forbidden(const Token* token, Role needed);

 private:
  [[nodiscard]] tl::expected<const Token*, HttpResponse> known(const HttpRequest& request) const;

  std::vector<Token> tokens_;
  const core::Clock* clock_ = nullptr;
};

}  // namespace gateway
