#include "gateway/http/call.hpp"

#include <algorithm>
#include <atomic>
#include <boost/url.hpp>

#include "files/text.hpp"
#include "gateway/http/json.hpp"

namespace gateway {

namespace {

constexpr std::size_t max_key_bytes = 128;
constexpr std::size_t max_user_bytes = 64;

std::atomic<std::uint64_t> dry_runs = 0;

}  // namespace

std::string Call::header(std::string_view name) const {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

std::string Call::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

tl::expected<std::int64_t, HttpResponse> Call::number(std::string_view name, std::int64_t low, std::int64_t high,
                                                      std::int64_t fallback) const {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  const core::Result<std::int64_t> value = core::parse_decimal(found->second, 0);
  if (value && *value >= low && *value <= high) return *value;
  return tl::unexpected(
      wrong_parameter(name, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high)));
}

tl::expected<bool, HttpResponse> Call::flag(std::string_view name, bool fallback) const {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  if (found->second == "true" || found->second == "false") return found->second == "true";
  return tl::unexpected(wrong_parameter(name, "must be true or false"));
}

tl::expected<Call, HttpResponse> Call::take_apart(const HttpRequest& request) {
  const auto url = boost::urls::parse_origin_form(request.target);
  if (!url) return tl::unexpected(problem(400, "The target is not a path such as /orders."));
  Call call{request, {}, {}, {}};
  for (const auto segment : url->segments()) call.path.push_back(segment);
  for (const auto& parameter : url->params()) {
    if (!call.query.emplace(parameter.key, parameter.value).second) {
      return tl::unexpected(wrong_parameter(parameter.key, "is given twice"));
    }
  }
  return call;
}

std::optional<HttpResponse> Call::wrong_query(const std::vector<std::string>& known) const {
  for (const auto& [name, value] : query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return wrong_parameter(
        name, "is not known here; " + (known.empty() ? "there are none" : "known are " + files::joined(known)));
  }
  return std::nullopt;
}

std::optional<HttpResponse> Call::wrong_content_type(std::string_view wanted) const {
  const std::string type = header("content-type");
  const std::string media = files::lower(files::trimmed(std::string_view(type).substr(0, type.find(';'))));
  if (media == wanted) return std::nullopt;
  return problem(
      415,
      (type.empty() ? "The header Content-Type is missing" : "'" + files::shown(type) + "' is not read here") +
          std::string("; send Content-Type: ") + std::string(wanted) + ".",
      {{"malformed", "Content-Type", "must be " + std::string(wanted)}});
}

tl::expected<Caller, HttpResponse> Call::caller(bool dry_run) const {
  Caller caller{header("idempotency-key"), token_name.empty() ? header("prorata-user") : token_name};
  if (dry_run) {
    // A dry run does nothing, so nothing may remember it under the key of the real command.
    caller.key = "dry-run-" + std::to_string(++dry_runs);
  } else if (caller.key.empty()) {
    return tl::unexpected(wrong_header("Idempotency-Key",
                                       "is missing: a text of your own, another for each command, by which a "
                                       "command that is sent again is known and not done twice"));
  }
  if (caller.key.size() > max_key_bytes || !is_printable(caller.key)) {
    return tl::unexpected(wrong_header("Idempotency-Key", "must be printable, 128 bytes at most"));
  }
  if (caller.who.size() > max_user_bytes || !is_printable(caller.who)) {
    return tl::unexpected(wrong_header("Prorata-User", "must be printable, 64 bytes at most"));
  }
  if (caller.who.empty()) caller.who = "http";
  return caller;
}

HttpResponse Call::unknown_path() const {
  return problem(404, "There is no path '" + files::shown(request.target) + "'.");
}

HttpResponse wrong_method(std::string allow) {
  HttpResponse response = problem(405, "This path is for " + allow + ".");
  response.allow = std::move(allow);
  return response;
}

HttpResponse wrong_parameter(std::string_view name, const std::string& rule) {
  const std::string shown = files::shown(name);
  return problem(400, "The parameter " + shown + " " + rule + ".", {{"malformed", shown, rule}});
}

HttpResponse wrong_header(const std::string& name, const std::string& rule) {
  return problem(400, "The header " + name + " " + rule + ".", {{"malformed", name, rule}});
}

HttpResponse unreadable(const core::Error& error) { return problem(503, error.text()); }

HttpResponse named(std::string_view name, const core::Result<Rows>& rows) {
  if (!rows) return unreadable(rows.error());
  return {200, "{\"" + std::string(name) + "\":" + json_of(*rows) + "}"};
}

void read_with(Reads& reads, std::function<HttpResponse(ReadModel&)> from, int wait_ms, const Respond& respond) {
  const bool taken = reads.post([from = std::move(from), respond](ReadModel& model) {
    std::optional<HttpResponse> response;
    try {
      response = from(model);
    } catch (const std::exception& error) {
      response = problem(500, std::string("The gateway could not answer this: ") + error.what());
    }
    respond(*std::move(response));
  });
  if (taken) return;
  HttpResponse busy = problem(503, "Too many are reading the database; try again. Orders and cancels go on.");
  busy.poll_for_ms = wait_ms;
  respond(std::move(busy));
}

bool is_printable(std::string_view text) { return files::cleaned(text) == text; }

}  // namespace gateway
