#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/tokens.hpp"

namespace gateway {

// One thing that may be asked. What is not among routes() is not answered, whatever else the code could do with it.
struct Route {
  std::string_view method;
  std::string_view path;  // "/orders/{order}/cancel"; a name in braces stands for one segment that is not empty
  Role role;              // the least that may
};
// docs/openapi.json describes each; a test holds the one against the other.
[[nodiscard]] std::span<const Route> routes();

struct Matched {
  const Route* route = nullptr;  // the one with the most segments that are given by name; null: there is none
  std::string allow;             // "GET, POST": what the path is for; empty: there is no such path
};
[[nodiscard]] Matched match(std::string_view method, const std::vector<std::string>& path);

}  // namespace gateway
