#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "web/message.hpp"

namespace web {

// A request whose target has been taken apart, and what is checked of every one.
struct Call {
  const Request& request;
  std::vector<std::string> path;  // decoded segments
  std::map<std::string, std::string, std::less<>> query;

  [[nodiscard]] static tl::expected<Call, Response> take_apart(const Request& request);

  [[nodiscard]] bool is(std::string_view method) const { return request.method == method; }
  // "" when there is none, as of a parameter.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] std::string parameter(std::string_view name) const;
  [[nodiscard]] tl::expected<std::int64_t, Response> number(std::string_view name, std::int64_t low, std::int64_t high,
                                                            std::int64_t fallback) const;
  [[nodiscard]] tl::expected<bool, Response> flag(std::string_view name, bool fallback) const;

  // What is wrong with it, if anything is.
  [[nodiscard]] std::optional<Response> wrong_query(const std::vector<std::string>& known) const;
  [[nodiscard]] std::optional<Response> wrong_content_type(std::string_view wanted) const;
  [[nodiscard]] Response unknown_path() const;
};

[[nodiscard]] Response wrong_method(std::string allow);
// 400, whose place is the name: "The parameter limit must be ...".
[[nodiscard]] Response wrong_parameter(std::string_view name, const std::string& rule);

}  // namespace web
