#include "gateway/http/routes.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gateway {

namespace {

constexpr std::array table{
    Route{"GET", "/health", Role::viewer},
    Route{"GET", "/openapi.json", Role::viewer},
    Route{"GET", "/sessions", Role::viewer},
    Route{"GET", "/orders", Role::viewer},
    Route{"POST", "/orders", Role::trader},
    Route{"GET", "/orders/{order}", Role::viewer},
    Route{"POST", "/orders/{order}/cancel", Role::trader},
    Route{"POST", "/baskets", Role::trader},
    Route{"GET", "/log", Role::viewer},
    Route{"GET", "/stream", Role::viewer},
    Route{"GET", "/positions", Role::viewer},
    Route{"GET", "/fills/{exec_id}/explain", Role::viewer},
    Route{"GET", "/breaks", Role::viewer},
    Route{"POST", "/breaks/{number}/settle", Role::trader},
    Route{"GET", "/jobs/{job}", Role::viewer},
    Route{"POST", "/jobs/{job}", Role::trader},
    Route{"POST", "/jobs/backup", Role::admin},
    Route{"GET", "/accounts", Role::viewer},
    Route{"POST", "/accounts/{account}/cash", Role::trader},
    Route{"GET", "/groups", Role::viewer},
    Route{"PUT", "/groups/{group}", Role::admin},
    Route{"DELETE", "/groups/{group}", Role::admin},
    Route{"GET", "/instruments", Role::viewer},
    Route{"GET", "/prices", Role::viewer},
    Route{"POST", "/prices", Role::trader},
    Route{"GET", "/models", Role::viewer},
    Route{"POST", "/models", Role::admin},
    Route{"GET", "/models/{model}", Role::viewer},
    Route{"PATCH", "/models/{model}", Role::admin},
    Route{"PUT", "/models/{model}/targets", Role::admin},
    Route{"GET", "/views/{view}", Role::viewer},
    Route{"GET", "/files/{file}", Role::viewer},
    Route{"POST", "/files/{file}", Role::admin},
    Route{"GET", "/proposals", Role::viewer},
    Route{"POST", "/proposals", Role::trader},
    Route{"GET", "/proposals/{proposal}", Role::viewer},
    Route{"GET", "/proposals/{proposal}/orders", Role::viewer},
    Route{"GET", "/proposals/{proposal}/legs", Role::viewer},
    Route{"GET", "/proposals/{proposal}/moves", Role::viewer},
    Route{"GET", "/proposals/{proposal}/sleeves", Role::viewer},
    Route{"GET", "/proposals/{proposal}/lines", Role::viewer},
    Route{"GET", "/proposals/{proposal}/warnings", Role::viewer},
    Route{"POST", "/proposals/{proposal}/edit", Role::trader},
    Route{"POST", "/proposals/{proposal}/save", Role::trader},
    Route{"POST", "/proposals/{proposal}/transmit", Role::trader},
    Route{"POST", "/proposals/{proposal}/discard", Role::trader},
    Route{"POST", "/proposals/{proposal}/finish", Role::trader},
    Route{"POST", "/proposals/{proposal}/refresh", Role::trader},
    Route{"POST", "/proposals/{proposal}/close", Role::trader},
};

// How many segments are given by name; nothing when the path is another.
std::optional<std::size_t> names_in_common(std::string_view pattern, const std::vector<std::string>& path) {
  std::size_t names = 0;
  for (const std::string& segment : path) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(wanted.size());
    if (segment.empty()) return std::nullopt;
    if (wanted.front() == '{') continue;
    if (wanted != segment) return std::nullopt;
    ++names;
  }
  if (!pattern.empty()) return std::nullopt;
  return names;
}

}  // namespace

std::span<const Route> routes() { return table; }

Matched match(std::string_view method, const std::vector<std::string>& path) {
  Matched matched;
  std::size_t most = 0;
  for (const Route& route : table) {
    const std::optional<std::size_t> names = names_in_common(route.path, path);
    if (!names) continue;
    if (matched.allow.find(route.method) == std::string::npos) {
      matched.allow += (matched.allow.empty() ? "" : ", ") + std::string(route.method);
    }
    if (route.method != method || (matched.route != nullptr && *names < most)) continue;
    matched.route = &route;
    most = *names;
  }
  return matched;
}

}  // namespace gateway
