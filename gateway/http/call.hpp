#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/result.hpp"
#include "gateway/commands.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/read_pool.hpp"
#include "web/call.hpp"

// What the gateway adds to a request that has been taken apart: who asks.
namespace gateway {

using Respond = std::function<void(HttpResponse)>;

struct Call : web::Call {
  std::string token_name{};  // of the token that came with it; empty: there are no tokens

  [[nodiscard]] static tl::expected<Call, HttpResponse> take_apart(const HttpRequest& request);
  // Who asks, by token or, without tokens, by the header Prorata-User, and under which idempotency key; of a dry run,
  // under one that nothing else has.
  [[nodiscard]] tl::expected<Caller, HttpResponse> caller(bool dry_run) const;
};

using web::wrong_method;
using web::wrong_parameter;
[[nodiscard]] HttpResponse wrong_header(const std::string& name, const std::string& rule);
[[nodiscard]] HttpResponse unreadable(const core::Error& error);
// {"name":[...]}
[[nodiscard]] HttpResponse named(std::string_view name, const core::Result<Rows>& rows);
// Answers with what `from` makes of the database, on a thread of `reads`; 503 when too many wait already.
void read_with(Reads& reads, std::function<HttpResponse(ReadModel&)> from, int wait_ms, const Respond& respond);
[[nodiscard]] bool is_printable(std::string_view text);

}  // namespace gateway
