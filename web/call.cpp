#include "web/call.hpp"

#include <algorithm>
#include <boost/url.hpp>

#include "core/decimal.hpp"
#include "files/text.hpp"

namespace web {

std::string Call::header(std::string_view name) const { return request.header(name); }

std::string Call::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

tl::expected<std::int64_t, Response> Call::number(std::string_view name, std::int64_t low, std::int64_t high,
                                                  std::int64_t fallback) const {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  const core::Result<std::int64_t> value = core::parse_decimal(found->second, 0);
  if (value && *value >= low && *value <= high) return *value;
  return tl::unexpected(
      wrong_parameter(name, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high)));
}

tl::expected<bool, Response> Call::flag(std::string_view name, bool fallback) const {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  if (found->second == "true" || found->second == "false") return found->second == "true";
  return tl::unexpected(wrong_parameter(name, "must be true or false"));
}

tl::expected<Call, Response> Call::take_apart(const Request& request) {
  const auto url = boost::urls::parse_origin_form(request.target);
  if (!url) return tl::unexpected(problem(400, "The target is not a path such as /orders."));
  Call call{request, {}, {}};
  for (const auto segment : url->segments()) call.path.push_back(segment);
  for (const auto& parameter : url->params()) {
    if (!call.query.emplace(parameter.key, parameter.value).second) {
      return tl::unexpected(wrong_parameter(parameter.key, "is given twice"));
    }
  }
  return call;
}

std::optional<Response> Call::wrong_query(const std::vector<std::string>& known) const {
  for (const auto& [name, value] : query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return wrong_parameter(
        name, "is not known here; " + (known.empty() ? "there are none" : "known are " + files::joined(known)));
  }
  return std::nullopt;
}

std::optional<Response> Call::wrong_content_type(std::string_view wanted) const {
  const std::string type = header("content-type");
  const std::string media = files::lower(files::trimmed(std::string_view(type).substr(0, type.find(';'))));
  if (media == wanted) return std::nullopt;
  return problem(
      415,
      (type.empty() ? "The header Content-Type is missing" : "'" + files::shown(type) + "' is not read here") +
          std::string("; send Content-Type: ") + std::string(wanted) + ".",
      {{"malformed", "Content-Type", "must be " + std::string(wanted)}});
}

Response Call::unknown_path() const { return problem(404, "There is no path '" + files::shown(request.target) + "'."); }

Response wrong_method(std::string allow) {
  Response response = problem(405, "This path is for " + allow + ".");
  response.allow = std::move(allow);
  return response;
}

Response wrong_parameter(std::string_view name, const std::string& rule) {
  const std::string shown = files::shown(name);
  return problem(400, "The parameter " + shown + " " + rule + ".", {{"malformed", shown, rule}});
}

}  // namespace web
