#include "gateway/http/api.hpp"

#include "files/text.hpp"
#include "gateway/basket/basket.hpp"
#include "gateway/http/call.hpp"
#include "gateway/http/json.hpp"
#include "gateway/http/openapi.hpp"
#include "gateway/http/page.hpp"
#include "gateway/http/routes.hpp"

namespace gateway {

namespace {

constexpr std::size_t max_name_bytes = 255;
constexpr std::int64_t max_log_entries = 5'000;
constexpr std::int64_t max_wait_ms = 25'000;

bool is_unknown(ReadModel& read_model, const core::ModelCode& model) {
  const core::Result<Rows> orders = read_model.orders({.open_only = false, .model = model, .limit = 1});
  const core::Result<Rows> positions =
      read_model.table({.table = Table::model_positions, .of = model.text(), .account = {}, .limit = 1});
  return orders && orders->rows.empty() && positions && positions->rows.empty();
}

// What a person can do about each break, by its kind.
void add_advice(Rows& breaks) {
  const auto found = std::find(breaks.columns.begin(), breaks.columns.end(), "kind");
  if (found == breaks.columns.end()) return;
  const auto at = static_cast<std::size_t>(found - breaks.columns.begin());
  breaks.columns.emplace_back("advice");
  for (auto& row : breaks.rows) {
    const std::optional<BreakKind> kind = break_kind(row[at].value_or(""));
    row.emplace_back(kind ? std::string(advice(*kind)) : "");
  }
}

HttpResponse not_one_fill(const FillName& name, const std::vector<NamedFill>& fills) {
  const std::string exec = "'" + files::shown(name.exec.text()) + "'";
  if (fills.empty()) {
    return problem(404, "There is no fill " + exec +
                            (name.broker.text().empty() ? "" : " of " + files::shown(name.broker.text())) +
                            (name.trade_date.empty() ? "" : " on " + files::shown(name.trade_date)) +
                            "; the trade log lists them (exec_id).");
  }
  std::vector<ProblemEntry> entries;
  for (const NamedFill& fill : fills) entries.push_back({"", fill.broker + " " + fill.trade_date, fill.what});
  return problem(409,
                 "More than one fill has the ExecID " + exec + "; say which by its broker, its trade date, or both.",
                 entries);
}

}  // namespace

void Api::handle(const HttpRequest& request, const Respond& respond) {
  const auto token = access_.admit(request);
  if (!token) return respond(token.error());
  auto call = Call::take_apart(request);
  if (!call) return respond(std::move(call.error()));
  const Matched matched = match(request.method, call->path);
  if (matched.allow.empty()) return respond(call->unknown_path());
  if (matched.route == nullptr) return respond(wrong_method(matched.allow));
  if (auto refusal = Access::forbidden(*token, matched.route->role)) return respond(*std::move(refusal));
  if (*token != nullptr) call->token_name = (*token)->name;
  route(*call, respond);
}

// REQUIRES: it is one of routes().
void Api::route(const Call& call, const Respond& respond) {
  const std::vector<std::string>& path = call.path;
  const bool get = call.is("GET");
  if (desk_.handle(call, respond)) return;
  if (path[0] == "orders") return route_order(call, respond);
  if (path[0] == "baskets") return post_basket(call, respond);
  if (path[0] == "breaks") return get ? read(get_breaks(call), respond) : post_settlement(call, path[1], respond);
  if (path[0] == "jobs") return respond(get ? get_job(call, path[1]) : post_job(call, path[1]));
  if (path[0] == "fills") return read(get_explanation(call, path[1]), respond);
  if (path[0] == "log") return read(get_log(call), respond);
  if (path[0] == "positions") return read(get_positions(call), respond);
  if (path[0] == "stream") return respond(begin_stream(call));
  if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
  if (path[0] == "openapi.json") return respond({200, std::string(openapi_document())});
  get_status(path[0] == "health", respond);
}

void Api::read(Asked asked, const Respond& respond) {
  if (!asked) return respond(std::move(asked.error()));
  read_with(reads_, std::move(asked->from), asked->wait_ms, respond);
}

void Api::route_order(const Call& call, const Respond& respond) {
  const std::vector<std::string>& path = call.path;
  if (path.size() == 3) return post_cancel(call, path[1], respond);
  if (path.size() == 2) return read(get_order(call, path[1]), respond);
  if (call.is("POST")) return post_order(call, respond);
  read(get_orders(call), respond);
}

void Api::post_order(const Call& call, const Respond& respond) {
  if (auto refusal = call.wrong_query({"dry_run", "accounts"})) return respond(*std::move(refusal));
  if (auto refusal = call.wrong_content_type("application/json")) return respond(*std::move(refusal));
  const auto dry_run = call.flag("dry_run", false);
  if (!dry_run) return respond(dry_run.error());
  auto order = order_from_json(call.request.body);
  if (!order) return respond(std::move(order.error()));
  enter(call, {*std::move(order)}, *dry_run, respond);
}

void Api::post_basket(const Call& call, const Respond& respond) {
  if (auto refusal = call.wrong_query({"dry_run", "accounts", "name"})) return respond(*std::move(refusal));
  if (auto refusal = call.wrong_content_type("text/csv")) return respond(*std::move(refusal));
  const auto dry_run = call.flag("dry_run", false);
  if (!dry_run) return respond(dry_run.error());
  std::string name = call.parameter("name");
  if (name.empty()) name = "basket.csv";
  if (name.size() > max_name_bytes || !is_printable(name)) {
    return respond(wrong_parameter("name", "must be printable, 255 bytes at most"));
  }
  auto orders = parse_basket(call.request.body, name);
  if (!orders) return respond(problem(orders.error()));
  enter(call, *std::move(orders), *dry_run, respond);
}

void Api::enter(const Call& call, std::vector<OrderRequest> orders, bool dry_run, const Respond& respond) {
  const auto with_accounts = call.flag("accounts", true);
  if (!with_accounts) return respond(with_accounts.error());
  auto who = call.caller(dry_run);
  if (!who) return respond(std::move(who.error()));
  const int status = dry_run ? 200 : 201;
  port_.submit(EnterOrders{*std::move(who), std::move(orders), dry_run},
               [respond, status, accounts = *with_accounts](const Answer& answer) {
                 if (!answer.refusals.empty()) return respond(problem(answer.refusals));
                 respond({status, json_of(answer, accounts)});
               });
}

void Api::post_cancel(const Call& call, const std::string& order, const Respond& respond) {
  if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
  const std::string_view body = files::trimmed(call.request.body);
  // Without a body nothing need be said of it: a web page cannot send the Idempotency-Key.
  if (!body.empty() || !call.header("content-type").empty()) {
    if (auto refusal = call.wrong_content_type("application/json")) return respond(*std::move(refusal));
  }
  if (!body.empty() && body != "{}")
    return respond(problem(400, "A cancel has no body, or {}.", {{"malformed", "body", "must be empty, or {}"}}));
  auto who = call.caller(false);
  if (!who) return respond(std::move(who.error()));
  port_.submit(CancelOrder{*std::move(who), core::OrderId(order)}, [respond](const Answer& answer) {
    if (!answer.refusals.empty()) return respond(problem(answer.refusals));
    respond({202, json_of(answer, false)});
  });
}

void Api::post_settlement(const Call& call, const std::string& number, const Respond& respond) {
  if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
  if (auto refusal = call.wrong_content_type("application/json")) return respond(*std::move(refusal));
  const core::Result<std::int64_t> parsed = core::parse_decimal(number, 0);
  if (!parsed) {
    return respond(problem(
        404, "'" + files::shown(number) + "' is not the number of a break; GET /breaks (prorata breaks) lists them."));
  }
  auto command = settlement_from_json(call.request.body);
  if (!command) return respond(std::move(command.error()));
  auto who = call.caller(false);
  if (!who) return respond(std::move(who.error()));
  command->caller = *std::move(who);
  command->number = *parsed;
  const std::string settled = json_of(*command);
  port_.submit(*std::move(command), [respond, settled](const Answer& answer) {
    respond(answer.refusals.empty() ? HttpResponse{200, settled} : problem(answer.refusals));
  });
}

void Api::get_status(bool health, const Respond& respond) {
  port_.status([respond, health](const DeskStatus& status) {
    // The engine answered, and can book: that is the health. Brokers come and go.
    const std::string state = status.waits.empty() ? "ok" : status.waits;
    respond({200, (health ? "{\"status\":\"" + state + "\",\"sessions\":" : "{\"sessions\":") +
                      json_of(status.sessions) + ",\"open_breaks\":" + std::to_string(status.open_breaks) + "}"});
  });
}

Api::Asked Api::get_orders(const Call& call) {
  if (auto refusal = call.wrong_query({"state", "model", "limit", "before"}))
    return tl::unexpected(*std::move(refusal));
  const std::string state = call.parameter("state");
  if (!state.empty() && state != "open" && state != "all") {
    return tl::unexpected(wrong_parameter("state", "must be open or all"));
  }
  const auto limit = call.number("limit", 1, max_rows, 1'000);
  if (!limit) return tl::unexpected(limit.error());
  constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
  const auto before = call.number("before", 1, all, all);
  if (!before) return tl::unexpected(before.error());
  // One more than is asked for, to tell whether there are more.
  const OrderFilter filter{.open_only = state == "open",
                           .model = core::ModelCode(call.parameter("model")),
                           .limit = static_cast<int>(*limit) + 1,
                           .before = *before};
  return Read{[filter](ReadModel& model) {
    core::Result<Rows> rows = model.orders(filter);
    if (rows && rows->rows.empty() && !filter.model.text().empty() && is_unknown(model, filter.model)) {
      return problem(404, "There is no model '" + files::shown(filter.model.text()) +
                              "' that has orders or that anybody is invested in.");
    }
    const bool more = rows && static_cast<int>(rows->rows.size()) == filter.limit;
    if (more) rows->rows.erase(rows->rows.begin());  // the oldest
    return with_more("orders", rows, more);
  }};
}

Api::Asked Api::get_order(const Call& call, const std::string& order) {
  if (auto refusal = call.wrong_query({})) return tl::unexpected(*std::move(refusal));
  return Read{[id = core::OrderId(order)](ReadModel& model) {
    const core::Result<Rows> orders = model.order(id);
    if (!orders) return unreadable(orders.error());
    if (orders->rows.empty()) {
      return problem(404,
                     "There is no order '" + files::shown(id.text()) + "'; GET /orders (prorata orders) lists them.");
    }
    const core::Result<Rows> fills = model.fills(id);
    if (!fills) return unreadable(fills.error());
    const core::Result<Rows> parts = model.parts(id);
    if (!parts) return unreadable(parts.error());
    std::string object = json_of(*orders);
    object = object.substr(1, object.size() - 2);  // the only element of the array
    return HttpResponse{
        200, "{\"order\":" + object + ",\"fills\":" + json_of(*fills) + ",\"parts\":" + json_of(*parts) + "}"};
  }};
}

Api::Asked Api::get_log(const Call& call) {
  if (auto refusal = call.wrong_query({"after", "limit", "wait_ms"})) return tl::unexpected(*std::move(refusal));
  const auto after = call.number("after", 0, std::numeric_limits<std::int64_t>::max(), 0);
  if (!after) return tl::unexpected(after.error());
  const auto limit = call.number("limit", 1, max_log_entries, 500);
  if (!limit) return tl::unexpected(limit.error());
  const auto wait = call.number("wait_ms", 0, max_wait_ms, 0);
  if (!wait) return tl::unexpected(wait.error());
  const int wait_ms = static_cast<int>(*wait);
  return Read{[after = *after, limit = static_cast<int>(*limit), wait_ms](ReadModel& model) {
                const core::Result<Rows> rows = model.trade_log(after, limit);
                HttpResponse response = named("entries", rows);
                if (rows && rows->rows.empty()) response.poll_for_ms = wait_ms;
                return response;
              },
              wait_ms};
}

Api::Asked Api::get_positions(const Call& call) {
  if (auto refusal = call.wrong_query({"account", "model", "limit", "offset"}))
    return tl::unexpected(*std::move(refusal));
  const std::string account = call.parameter("account");
  const std::string sleeve = call.parameter("model");
  if (account.empty() == sleeve.empty()) {
    return tl::unexpected(
        problem(400, "Give either account or model, as in /positions?model=GROWTH.",
                {{"malformed", account.empty() ? "model" : "account", "one of both, and only one, is needed"}}));
  }
  const auto page = page_of(call);
  if (!page) return tl::unexpected(page.error());
  const TableQuery query{.table = account.empty() ? Table::model_positions : Table::account_positions,
                         .of = account.empty() ? sleeve : account,
                         .account = {},
                         .limit = page->limit + 1,
                         .offset = page->offset};
  return Read{[account, sleeve, query](ReadModel& model) {
    core::Result<Rows> rows = model.table(query);
    // Every account and every invested sleeve has a row of cash, be it zero, so no row means no such thing.
    if (rows && rows->rows.empty() && query.offset == 0) {
      return problem(404, !account.empty()
                              ? "There is no account and no group '" + files::shown(account) + "'."
                              : "There is no model '" + files::shown(sleeve) + "' that anybody is invested in.");
    }
    return paged("positions", std::move(rows), query.limit - 1);
  }};
}

Api::Asked Api::get_breaks(const Call& call) {
  if (auto refusal = call.wrong_query({"state", "limit", "offset"})) return tl::unexpected(*std::move(refusal));
  const std::string state = call.parameter("state");
  if (!state.empty() && state != "open" && state != "all") {
    return tl::unexpected(wrong_parameter("state", "must be open or all"));
  }
  const auto page = page_of(call);
  if (!page) return tl::unexpected(page.error());
  const TableQuery query{
      .table = Table::breaks, .of = state, .account = {}, .limit = page->limit + 1, .offset = page->offset};
  return Read{[query](ReadModel& model) {
    core::Result<Rows> breaks = model.table(query);
    if (breaks) add_advice(*breaks);
    return paged("breaks", std::move(breaks), query.limit - 1);
  }};
}

HttpResponse Api::post_job(const Call& call, const std::string& name) {
  // A web page cannot send this type, and so cannot make us write a file.
  if (auto refusal = call.wrong_content_type("application/json")) return *std::move(refusal);
  core::Result<Task> task = read_task(name, call.query);
  const bool is_for_later = task && std::holds_alternative<MendTask>(*task);  // while a gateway works on the file
  if (is_for_later || (!task && task.error().place == name)) {
    return problem(404, "There is no job '" + files::shown(name) + "'; there are verify, replay and backup.");
  }
  if (!task) return wrong_parameter(task.error().place, task.error().message);
  const core::Result<std::int64_t> id = jobs_.start(name, *std::move(task));
  if (!id) return problem(503, id.error().message + ".");
  return {202, "{\"job\":" + std::to_string(*id) + "}"};
}

HttpResponse Api::get_job(const Call& call, const std::string& id) {
  if (auto refusal = call.wrong_query({"wait_ms"})) return *std::move(refusal);
  const auto wait_ms = call.number("wait_ms", 0, max_wait_ms, 0);
  if (!wait_ms) return wait_ms.error();
  const core::Result<std::int64_t> number = core::parse_decimal(id, 0);
  const std::optional<Jobs::Status> job = number ? jobs_.look(*number) : std::nullopt;
  if (!job) return problem(404, "There is no job '" + files::shown(id) + "', or no more.");
  HttpResponse response{200, json_of(*job)};
  if (job->state == Jobs::State::running) response.poll_for_ms = static_cast<int>(*wait_ms);
  return response;
}

Api::Asked Api::get_explanation(const Call& call, const std::string& exec) {
  if (auto refusal = call.wrong_query({"broker", "date"})) return tl::unexpected(*std::move(refusal));
  const FillName name{core::ExecId(exec), core::SessionName(call.parameter("broker")), call.parameter("date")};
  return Read{[explain = explain_, name](ReadModel&) {
    core::Result<Explanation> explanation = explain(name);
    if (!explanation) return problem(500, explanation.error().text());
    if (explanation->fills.size() == 1) return HttpResponse{200, std::move(explanation->document)};
    return not_one_fill(name, explanation->fills);
  }};
}

}  // namespace gateway
