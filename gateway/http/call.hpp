#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/result.hpp"
#include "gateway/commands.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/read_pool.hpp"

// A request whose target has been taken apart, and what is checked of every one.
namespace gateway {

using Respond = std::function<void(HttpResponse)>;

struct Call {
  const HttpRequest& request;
  std::vector<std::string> path;  // decoded segments
  std::map<std::string, std::string, std::less<>> query;
  std::string token_name{};  // of the token that came with it; empty: there are no tokens

  [[nodiscard]] static tl::expected<Call, HttpResponse> take_apart(const HttpRequest& request);

  [[nodiscard]] bool is(std::string_view method) const { return request.method == method; }
  // "" when there is none, as of a parameter.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] std::string parameter(std::string_view name) const;
  [[nodiscard]] tl::expected<std::int64_t, HttpResponse> number(std::string_view name, std::int64_t low,
                                                                std::int64_t high, std::int64_t fallback) const;
  [[nodiscard]] tl::expected<bool, HttpResponse> flag(std::string_view name, bool fallback) const;
  // Who asks, by token or, without tokens, by the header Prorata-User, and under which idempotency key; of a dry run,
  // under one that nothing else has.
  [[nodiscard]] tl::expected<Caller, HttpResponse> caller(bool dry_run) const;

  // What is wrong with it, if anything is.
  [[nodiscard]] std::optional<HttpResponse> wrong_query(const std::vector<std::string>& known) const;
  [[nodiscard]] std::optional<HttpResponse> wrong_content_type(std::string_view wanted) const;
  [[nodiscard]] HttpResponse unknown_path() const;
};

[[nodiscard]] HttpResponse wrong_method(std::string allow);
// 400, whose place is the name: "The parameter limit must be ...".
[[nodiscard]] HttpResponse wrong_parameter(std::string_view name, const std::string& rule);
[[nodiscard]] HttpResponse wrong_header(const std::string& name, const std::string& rule);
[[nodiscard]] HttpResponse unreadable(const core::Error& error);
// {"name":[...]}
[[nodiscard]] HttpResponse named(std::string_view name, const core::Result<Rows>& rows);
// Answers with what `from` makes of the database, on a thread of `reads`; 503 when too many wait already.
void read_with(Reads& reads, std::function<HttpResponse(ReadModel&)> from, int wait_ms, const Respond& respond);
[[nodiscard]] bool is_printable(std::string_view text);

}  // namespace gateway
