#include "simulator/control/control.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>

#include "files/text.hpp"
#include "simulator/control/step_json.hpp"
#include "simulator/control/view_json.hpp"
#include "simulator/scenario/verbs.hpp"
#include "web/json_body.hpp"
#include "web/loopback.hpp"

namespace simulator {

namespace json = boost::json;
using web::Call;
using web::problem;
using web::Response;

namespace {

constexpr std::int64_t most_orders = 10'000;  // of one answer
constexpr std::int64_t usual_orders = 1'000;
constexpr std::size_t max_name_bytes = 200;

bool fits(std::string_view pattern, const std::vector<std::string>& path) {
  for (const std::string& segment : path) {
    if (pattern.empty() || segment.empty()) return false;
    pattern.remove_prefix(1);
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(wanted.size());
    if (wanted.front() != '{' && wanted != segment) return false;
  }
  return pattern.empty() && !path.empty();
}

Response good(const json::value& value) { return {200, json::serialize(value)}; }

Response unknown(std::string_view what, const std::string& name, const std::string& list) {
  const std::string text = "There is no " + std::string(what) + " '" + files::shown(name) + "'; " + list + ".";
  return problem(404, text, {{"unknown_" + std::string(what), std::string(what), "is not known"}});
}

Response not_now(const core::Error& error) {
  return problem(409, "Refused; nothing was done.", {{"not_possible", error.place, error.message}});
}

// What a request without a body must be.
std::optional<Response> wrong_body(const Call& call) {
  if (auto wrong = call.wrong_query({})) return wrong;
  if (call.request.body.empty()) return std::nullopt;
  return problem(400, "There is a body; this request has none.", {{"malformed", "body", "must be empty"}});
}

std::optional<Response> wrong_json(const Call& call) {
  if (auto wrong = call.wrong_query({})) return wrong;
  return call.wrong_content_type("application/json");
}

tl::expected<Step, Response> step_of(const Call& call, unsigned places) {
  if (auto wrong = call.wrong_query({})) return tl::unexpected(*std::move(wrong));
  if (!call.wrong_content_type("application/toml")) return step_from_toml(call.request.body, places);
  if (auto wrong = call.wrong_content_type("application/json")) return tl::unexpected(*std::move(wrong));
  return step_from_json(call.request.body, places);
}

// {"name": 5}, and nothing else.
tl::expected<std::int64_t, Response> one_number(const Call& call, const std::string& name, std::int64_t low,
                                                std::int64_t high) {
  const std::string example = "{\"" + name + "\":60000}";
  const auto object = web::object_from_json(call.request.body, "a number", example);
  if (!object) return tl::unexpected(object.error());
  for (const json::key_value_pair& pair : *object) {
    const std::string key(pair.key().data(), pair.key().size());
    if (key != name) return tl::unexpected(problem({core::Error{files::shown(key), "is not known; known is " + name}}));
  }
  const json::value* value = object->if_contains(name);
  if (value == nullptr) return tl::unexpected(problem({core::Error{name, "is missing, as in " + example}}));
  if (value->is_int64() && value->get_int64() >= low && value->get_int64() <= high) return value->get_int64();
  return tl::unexpected(problem({core::Error{name, "must be a whole number from " + std::to_string(low) + " to " +
                                                       std::to_string(high) + ", without quotes"}}));
}

std::optional<core::Error> no_session(const SeenSession& session) {
  if (session.is_echo) return core::Error{"client", session.client + " only echoes; it has no exchange to act on it"};
  if (session.is_logged_on) return std::nullopt;
  return core::Error{"client", session.client + " is not logged on; a scenario on its logon can act on the next one"};
}

}  // namespace

std::span<const Control::Route> Control::routes() {
  static constexpr auto table = std::to_array<Route>({
      {"GET", "/orders", &Control::get_orders},
      {"GET", "/orders/{id}", &Control::get_order},
      {"POST", "/orders/{id}/act", &Control::act_on_order},
      {"GET", "/symbols", &Control::get_symbols},
      {"POST", "/symbols/{symbol}/halt", &Control::set_halted},
      {"POST", "/symbols/{symbol}/resume", &Control::set_halted},
      {"GET", "/books/{symbol}", &Control::get_book},
      {"GET", "/sessions", &Control::get_sessions},
      {"POST", "/sessions/{client}/act", &Control::act_on_session},
      {"GET", "/scenarios", &Control::get_scenarios},
      {"POST", "/scenarios", &Control::load_scenarios},
      {"PUT", "/seed", &Control::set_seed},
      {"GET", "/time", &Control::get_time},
      {"POST", "/time", &Control::move_time},
  });
  return table;
}

Response Control::handle(const web::Request& request) {
  if (auto refusal = web::foreign(request, false)) return *std::move(refusal);
  const auto call = Call::take_apart(request);
  if (!call) return call.error();
  std::string allow;
  for (const Route& route : routes()) {
    if (!fits(route.path, call->path)) continue;
    if (route.method == request.method) return (this->*route.answer)(*call);
    allow += (allow.empty() ? "" : ", ") + std::string(route.method);
  }
  return allow.empty() ? call->unknown_path() : web::wrong_method(allow);
}

// ------------------------------------------------------------------------------------------------------------- Orders

Response Control::get_orders(const Call& call) {
  if (auto wrong = call.wrong_query({"client", "symbol", "state", "limit"})) return *std::move(wrong);
  const auto limit = call.number("limit", 1, most_orders, usual_orders);
  if (!limit) return limit.error();
  const std::string client = call.parameter("client");
  const std::string symbol = call.parameter("symbol");
  const std::string state = call.parameter("state");
  if (!state.empty() && state != "open") return web::wrong_parameter("state", "must be open, or not there");
  std::vector<SeenOrder> orders = host_.exchange().scripted().orders();
  std::erase_if(orders, [&](const SeenOrder& each) {
    return (!client.empty() && each.order->client != client) ||
           (!symbol.empty() && each.order->request.symbol.text() != symbol) ||
           (state == "open" && each.leaves.raw == 0);
  });
  const auto most = static_cast<std::size_t>(*limit);
  const bool more = orders.size() > most;
  json::array list;
  for (std::size_t i = more ? orders.size() - most : 0; i < orders.size(); ++i) {
    list.push_back(json_of(orders[i], false));
  }
  return good(json::object{{"orders", std::move(list)}, {"more", more}});
}

Response Control::get_order(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  const auto order = host_.exchange().scripted().order(call.path[1]);
  return order ? good(json_of(*order, true)) : unknown("order", call.path[1], "GET /orders lists them");
}

Response Control::act_on_order(const Call& call) {
  const std::string& id = call.path[1];
  LastingExchange& exchange = host_.exchange();
  const auto order = exchange.scripted().order(id);
  if (!order) return unknown("order", id, "GET /orders lists them");
  const auto step = step_of(call, place::order);
  if (!step) return step.error();
  if (is_about_session(step->what)) {
    const std::vector<SeenSession> sessions = host_.sessions();
    const SeenSession* session = find(sessions, order->order->client);
    if (session == nullptr) return unknown("client", order->order->client, "GET /sessions lists them");
    if (const auto error = no_session(*session)) return not_now(*error);
  }
  const std::vector<SeenOrder> others =
      step->what == Do::fill_other ? exchange.scripted().orders() : std::vector<SeenOrder>();
  if (const auto error = idle(*order, *step, others)) return not_now(*error);
  if (const auto done = exchange.act(id, *step, clock_.now()); !done) return not_now(done.error());
  host_.go_on();
  const auto after = exchange.scripted().order(id);
  return after ? good(json_of(*after, true)) : unknown("order", id, "it went to the market");
}

// ------------------------------------------------------------------------------------------------------------ Symbols

Response Control::get_symbols(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  const Exchange& exchange = host_.exchange().exchange();
  json::array list;
  for (const auto& [symbol, venue] : exchange.venues()) list.push_back(symbol_json(exchange, symbol));
  return good(json::object{{"symbols", std::move(list)}});
}

Response Control::get_book(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  const core::Symbol symbol(call.path[1]);
  const Exchange& exchange = host_.exchange().exchange();
  if (!exchange.venues().contains(symbol)) return unknown("symbol", symbol.text(), "GET /symbols lists them");
  return good(book_json(exchange, symbol));
}

Response Control::set_halted(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  const core::Symbol symbol(call.path[1]);
  LastingExchange& exchange = host_.exchange();
  const auto venue = exchange.exchange().venues().find(symbol);
  if (venue == exchange.exchange().venues().end()) {
    return unknown("symbol", symbol.text(), "GET /symbols lists them");
  }
  const bool halts = call.path[2] == "halt";
  if (venue->second.is_halted == halts) {
    return not_now({"symbol", symbol.text() + (halts ? " is halted already" : " is not halted")});
  }
  const core::Time now = clock_.now();
  const auto done = halts ? exchange.halt(symbol, now) : exchange.resume(symbol, now);
  if (!done) return not_now(done.error());
  host_.go_on();
  return good(symbol_json(exchange.exchange(), symbol));
}

// ----------------------------------------------------------------------------------------------------------- Sessions

const SeenSession* Control::find(const std::vector<SeenSession>& sessions, const std::string& client) const {
  const auto found =
      std::find_if(sessions.begin(), sessions.end(), [&](const auto& each) { return each.client == client; });
  return found == sessions.end() ? nullptr : &*found;
}

Response Control::get_sessions(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  json::array list;
  for (const SeenSession& session : host_.sessions()) list.push_back(json_of(session));
  return good(json::object{{"sessions", std::move(list)}});
}

Response Control::act_on_session(const Call& call) {
  const std::string& client = call.path[1];
  const std::vector<SeenSession> sessions = host_.sessions();
  const SeenSession* session = find(sessions, client);
  if (session == nullptr) return unknown("client", client, "GET /sessions lists them");
  const auto step = step_of(call, place::logon);
  if (!step) return step.error();
  if (const auto error = no_session(*session)) return not_now(*error);
  host_.exchange().act_on_session(client, *step, clock_.now());
  host_.go_on();
  const std::vector<SeenSession> after = host_.sessions();
  session = find(after, client);
  return session == nullptr ? unknown("client", client, "it is gone") : good(json_of(*session));
}

// -------------------------------------------------------------------------------------------- Scenarios, seed and time

Response Control::get_scenarios(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  json::array list;
  for (const Scenario* scenario : host_.exchange().scripted().scenarios()) list.push_back(json_of(*scenario));
  return good(json::object{{"scenarios", std::move(list)}});
}

Response Control::load_scenarios(const Call& call) {
  if (auto wrong = call.wrong_query({"name"})) return *std::move(wrong);
  if (auto wrong = call.wrong_content_type("application/toml")) return *std::move(wrong);
  const std::string name = call.parameter("name").empty() ? "body" : call.parameter("name");
  if (name.size() > max_name_bytes || files::cleaned(name) != name) {
    return web::wrong_parameter("name", "must be printable, 200 bytes at most");
  }
  const auto loaded = host_.exchange().load(call.request.body, name, clock_.now());
  if (!loaded) return problem(loaded.error());
  host_.go_on();
  json::array names;
  for (const Scenario& scenario : *loaded) names.push_back(json::string(files::cleaned(scenario.name)));
  return good(json::object{{"loaded", std::move(names)}});
}

Response Control::set_seed(const Call& call) {
  if (auto wrong = wrong_json(call)) return *std::move(wrong);
  const auto seed = one_number(call, "seed", 0, std::numeric_limits<std::int64_t>::max());
  if (!seed) return seed.error();
  host_.exchange().reseed(static_cast<std::uint64_t>(*seed), clock_.now());
  host_.go_on();
  return good(json::object{{"seed", *seed}});
}

Response Control::get_time(const Call& call) {
  if (auto wrong = wrong_body(call)) return *std::move(wrong);
  const core::Time now = clock_.now();
  const core::Time time = host_.exchange().time(now);
  const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(time - now);
  return good(json::object{{"time_utc", core::iso_text(time)}, {"ahead_ms", ahead.count()}});
}

Response Control::move_time(const Call& call) {
  if (auto wrong = wrong_json(call)) return *std::move(wrong);
  const auto by = one_number(call, "advance_ms", 1, max_move.count());
  if (!by) return by.error();
  const auto moved = host_.exchange().move_time(std::chrono::milliseconds(*by), clock_.now());
  if (!moved) return not_now({"advance_ms", moved.error().message});
  host_.go_on();
  const core::Time now = clock_.now();
  const core::Time time = host_.exchange().time(now);
  const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(time - now);
  return good(json::object{{"time_utc", core::iso_text(time)}, {"ahead_ms", ahead.count()}});
}

}  // namespace simulator
