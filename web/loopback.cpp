#include "web/loopback.hpp"

#include "files/text.hpp"

namespace web {

bool names_this_machine(std::string_view host) {
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

std::optional<Response> foreign(const Request& request, bool any_name) {
  const std::string host = request.header("host");
  if (host.empty()) return problem(400, "The header Host is missing.", {{"malformed", "Host", "is missing"}});
  if (!any_name && !names_this_machine(host)) {
    return problem(403,
                   "The header Host names '" + files::shown(host) + "'; only this machine may call: use 127.0.0.1.");
  }
  const std::string origin = request.header("origin");
  if (origin.empty()) return std::nullopt;
  const std::size_t slashes = origin.find("://");
  const std::string_view from =
      slashes == std::string::npos ? std::string_view() : std::string_view(origin).substr(slashes + 3);
  if (!from.empty() && (names_this_machine(from) || (any_name && from == host))) return std::nullopt;
  return problem(403, "Requests from web pages of other origins are refused.");
}

}  // namespace web
