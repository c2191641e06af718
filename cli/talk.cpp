#include "cli/talk.hpp"

#include <boost/json.hpp>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/json_table.hpp"
#include "cli/show.hpp"
#include "core/decimal.hpp"

namespace cli {

namespace json = boost::json;

namespace {

// How to see what comes after this page, when there is more.
std::string next_page(const json::value& reply, const std::string& offset) {
  if (text_at(reply, "more") != "true") return "";
  std::int64_t next = core::parse_decimal(offset.empty() ? "0" : offset, 0).value_or(0);
  for (const json::key_value_pair& member : reply.get_object()) {
    if (member.value().is_array()) next += static_cast<std::int64_t>(member.value().get_array().size());
  }
  return "\nThere is more: --offset " + std::to_string(next) + " goes on.\n";
}

}  // namespace

namespace {

constexpr int retry_pause_ms = 1'000;
constexpr int bad_request = 400;
constexpr int unauthorized = 401;
constexpr int service_unavailable = 503;
constexpr int gateway_timeout = 504;  // taken, and the engine has not answered yet

}  // namespace

std::optional<json::value> Talk::ask(const Request& request) {
  const Answered reply = client_.ask(request);
  std::optional<json::value> value;
  if (reply) {
    value = take(*reply);
  } else {
    world_.live("");
    world_.err(reply.error().error.text() + "\n");
    exit_code_ = not_reachable;
  }
  const bool in_doubt = reply ? reply->status == gateway_timeout : reply.error().was_sent;
  if (const auto key = request.headers.find("Idempotency-Key"); in_doubt && key != request.headers.end()) {
    world_.err("Whether it was done is not known. The same command with --key " + key->second +
               " finds out: it is not done twice.\n");
    exit_code_ = not_known;
  }
  return value;
}

std::optional<std::string> Talk::fetch(const std::string& target) {
  const Answered reply = client_.ask({.target = target, .body = {}, .headers = {}});
  if (reply && reply->good()) return reply->body;
  if (reply) {
    static_cast<void>(take(*reply));
  } else {
    world_.err(reply.error().error.text() + "\n");
    exit_code_ = not_reachable;
  }
  return std::nullopt;
}

std::optional<json::value> Talk::ask_patiently(const Request& request) {
  for (bool told = false; !world_.stopped(); told = true) {
    const Answered reply = client_.ask(request);
    if (reply && reply->status != service_unavailable) return take(*reply);
    if (!told) {
      world_.live("");
      world_.err(command_.gateway + ": the gateway does not answer; trying again\n");
    }
    world_.sleep(retry_pause_ms);
  }
  world_.live("");
  exit_code_ = done;
  return std::nullopt;
}

std::optional<json::value> Talk::take(const Reply& reply) {
  body_ = reply.body;
  boost::system::error_code error;
  json::value value = json::parse(reply.body, error);
  if (error) {
    world_.err(command_.gateway + ": answered something that is not JSON; is this a Prorata gateway?\n");
    exit_code_ = not_reachable;
    return std::nullopt;
  }
  if (reply.good()) return value;
  world_.live("");
  if (command_.json) world_.out(body_ + "\n");
  world_.err(show_problem(value));
  if (reply.status == unauthorized) {
    world_.err(command_.token.empty() && command_.token_file.empty()
                   ? "Put the token into a file and name it with --token-file, or set PRORATA_TOKEN.\n"
                   : "It came from " + (command_.token_file.empty() ? "PRORATA_TOKEN" : command_.token_file) + ".\n");
  }
  // What was asked makes no sense to it, whatever state it is in: a number that is none, a moment that is none.
  exit_code_ = reply.status == bad_request ? wrong_use : refused;
  return std::nullopt;
}

int Talk::tell(const json::value& value, const Show& show) {
  world_.out(command_.json ? body_ + "\n" : show(value, world_.screen));
  return done;
}

int Talk::read(const std::string& target, const Show& show) {
  const std::optional<json::value> value = ask({.target = target, .body = {}, .headers = {}});
  return value ? tell(*value, show) : exit_code_;
}

int Talk::read_page(std::string target, const Show& show) {
  for (const auto& [name, value] : {std::pair("limit", command_.at_most), std::pair("offset", command_.offset)}) {
    if (value.empty()) continue;
    target += (target.find('?') == std::string::npos ? "?" : "&") + std::string(name) + "=" + encoded(value);
  }
  return read(target, [&](const json::value& reply, const Screen& screen) {
    return show(reply, screen) + next_page(reply, command_.offset);
  });
}

Request Talk::post(std::string target, std::string body, const char* content_type, bool changing) const {
  return request("POST", std::move(target), std::move(body), content_type, changing);
}

Request Talk::request(std::string method, std::string target, std::string body, const char* content_type,
                      bool changing) const {
  Request request{std::move(method), std::move(target), std::move(body), {{"Content-Type", content_type}}};
  if (!world_.user.empty()) request.headers["Prorata-User"] = world_.user;
  if (changing) request.headers["Idempotency-Key"] = command_.key.empty() ? world_.fresh_key() : command_.key;
  return request;
}

}  // namespace cli
