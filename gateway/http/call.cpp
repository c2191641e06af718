#include "gateway/http/call.hpp"

#include <atomic>

#include "files/text.hpp"
#include "gateway/http/json.hpp"

namespace gateway {

namespace {

constexpr std::size_t max_key_bytes = 128;
constexpr std::size_t max_user_bytes = 64;

std::atomic<std::uint64_t> dry_runs = 0;

}  // namespace

tl::expected<Call, HttpResponse> Call::take_apart(const HttpRequest& request) {
  return web::Call::take_apart(request).map([](web::Call call) { return Call{std::move(call)}; });
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
