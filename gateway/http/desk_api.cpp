#include "gateway/http/desk_api.hpp"

#include <array>
#include <optional>
#include <utility>

#include "files/text.hpp"
#include "gateway/http/json.hpp"

namespace gateway {

namespace {

constexpr int max_rows = 10'000;

HttpResponse no_such(const std::string& what, const std::string& name, const std::string& see) {
  return problem(404, "There is no " + what + " '" + files::shown(name) + "'; " + see + " lists them.");
}

struct Page {
  int limit = 0;
  int offset = 0;
};
tl::expected<Page, HttpResponse> page_of(const Call& call) {
  const auto limit = call.number("limit", 1, max_rows, 1'000);
  if (!limit) return tl::unexpected(limit.error());
  const auto offset = call.number("offset", 0, 1'000'000'000, 0);
  if (!offset) return tl::unexpected(offset.error());
  return Page{static_cast<int>(*limit), static_cast<int>(*offset)};
}

// Several lists in one object; the first list that cannot be read is the answer.
class Document {
 public:
  void add(std::string_view name, const core::Result<Rows>& rows) {
    if (failed_) return;
    if (!rows) {
      failed_ = unreadable(rows.error());
      return;
    }
    body_ += (body_.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + json_of(*rows);
  }
  // The only row of a list, as an object. False: there is none.
  [[nodiscard]] bool add_one(std::string_view name, const core::Result<Rows>& rows) {
    if (rows && rows->rows.empty()) return false;
    if (!rows) {
      add(name, rows);
      return true;
    }
    const std::string list = json_of(*rows);
    body_ += (body_.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + list.substr(1, list.size() - 2);
    return true;
  }
  [[nodiscard]] HttpResponse take() { return failed_ ? *std::move(failed_) : HttpResponse{200, body_ + "}"}; }

 private:
  std::string body_ = "{";
  std::optional<HttpResponse> failed_;
};

using View = ViewRequest::View;
constexpr std::array<std::pair<std::string_view, View>, 7> views{{{"models", View::models},
                                                                  {"accounts", View::accounts},
                                                                  {"holdings", View::holdings},
                                                                  {"by-model", View::by_model},
                                                                  {"positions", View::positions},
                                                                  {"investors", View::investors},
                                                                  {"prices", View::prices}}};

constexpr std::array<std::pair<std::string_view, Table>, 6> proposal_lists{{{"orders", Table::proposal_orders},
                                                                            {"legs", Table::proposal_legs},
                                                                            {"moves", Table::proposal_moves},
                                                                            {"sleeves", Table::proposal_sleeves},
                                                                            {"lines", Table::proposal_lines},
                                                                            {"warnings", Table::proposal_warnings}}};

}  // namespace

bool DeskApi::handle(const Call& call, const Respond& respond) {
  const std::string& first = call.path.front();
  const std::size_t parts = call.path.size();
  if (first == "models") return models(call, respond), true;
  if (first == "groups") return groups(call, respond), true;
  if (first == "accounts") return accounts(call, respond), true;
  if (first == "proposals") return proposals(call, respond), true;
  if (first == "prices" && parts == 1) return prices(call, respond), true;
  if (first == "instruments" && parts == 1) {
    if (!call.is("GET")) return respond(wrong_method("GET")), true;
    return list(call, {.table = Table::instruments, .of = {}, .account = {}}, "instruments", respond), true;
  }
  if (first == "files" && parts == 2) return file(call, call.path[1], respond), true;
  if (first == "views" && parts == 2) return view(call, call.path[1], respond), true;
  return false;
}

void DeskApi::list(const Call& call, TableQuery query, const std::string& name, const Respond& respond) {
  if (auto refusal = call.wrong_query({"limit", "offset"})) return respond(*std::move(refusal));
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  query.limit = page->limit;
  query.offset = page->offset;
  read([query, name](ReadModel& model) { return named(name, model.table(query)); }, respond);
}

void DeskApi::submit(const Call& call, WishRead wish, int status, const Respond& respond) {
  if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
  if (!call.is("DELETE")) {
    if (auto refusal = call.wrong_content_type("application/json")) return respond(*std::move(refusal));
  }
  if (!wish) return respond(std::move(wish.error()));
  auto who = call.caller(false);
  if (!who) return respond(std::move(who.error()));
  const std::string asked = call.request.method + " " + call.request.target + "\n" + call.request.body;
  port_.submit(DeskCommand{*std::move(who), *std::move(wish), asked}, [respond, status](const Answer& answer) {
    if (!answer.refusals.empty()) return respond(problem(answer.refusals));
    respond({status, json_of_desk(answer)});
  });
}

void DeskApi::models(const Call& call, const Respond& respond) {
  const std::string& body = call.request.body;
  if (call.path.size() == 1) {
    if (call.is("POST")) return submit(call, create_model_from_json(body), 201, respond);
    if (!call.is("GET")) return respond(wrong_method("GET, POST"));
    return list(call, {.table = Table::models, .of = {}, .account = {}}, "models", respond);
  }
  const std::string& code = call.path[1];
  if (call.path.size() == 2) {
    if (call.is("PATCH")) return submit(call, rename_from_json(body, code), 200, respond);
    if (!call.is("GET")) return respond(wrong_method("GET, PATCH"));
    if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
    return read(
        [code](ReadModel& model) {
          Document document;
          if (!document.add_one("model", model.table({.table = Table::models, .of = code, .account = {}}))) {
            return no_such("model", code, "GET /models (prorata models)");
          }
          document.add("targets", model.table({.table = Table::targets, .of = code, .account = {}}));
          document.add("versions", model.table({.table = Table::target_versions, .of = code, .account = {}}));
          return document.take();
        },
        respond);
  }
  if (call.path.size() == 3 && call.path[2] == "targets") {
    return call.is("PUT") ? submit(call, targets_from_json(body, code), 200, respond) : respond(wrong_method("PUT"));
  }
  respond(call.unknown_path());
}

void DeskApi::groups(const Call& call, const Respond& respond) {
  if (call.path.size() == 1) {
    if (!call.is("GET")) return respond(wrong_method("GET"));
    return list(call, {.table = Table::account_groups, .of = {}, .account = {}}, "groups", respond);
  }
  if (call.path.size() != 2) return respond(call.unknown_path());
  if (call.is("PUT")) return submit(call, group_from_json(call.request.body, call.path[1]), 200, respond);
  if (call.is("DELETE")) return submit(call, DeskWish(GroupAccounts{call.path[1], {}}), 200, respond);
  respond(wrong_method("PUT, DELETE"));
}

void DeskApi::accounts(const Call& call, const Respond& respond) {
  if (call.path.size() == 1) {
    if (!call.is("GET")) return respond(wrong_method("GET"));
    return list(call, {.table = Table::accounts, .of = {}, .account = {}}, "accounts", respond);
  }
  if (call.path.size() == 3 && call.path[2] == "cash") {
    if (!call.is("POST")) return respond(wrong_method("POST"));
    return submit(call, client_cash_from_json(call.request.body, call.path[1]), 200, respond);
  }
  respond(call.unknown_path());
}

void DeskApi::prices(const Call& call, const Respond& respond) {
  if (call.is("POST")) return submit(call, prices_from_json(call.request.body), 200, respond);
  if (!call.is("GET")) return respond(wrong_method("GET, POST"));
  view(call, "prices", respond);
}

void DeskApi::proposals(const Call& call, const Respond& respond) {
  if (call.path.size() > 1) return proposal(call, call.path[1], respond);
  if (call.is("POST")) return submit(call, proposal_from_json_body(call.request.body), 201, respond);
  if (!call.is("GET")) return respond(wrong_method("GET, POST"));
  if (auto refusal = call.wrong_query({"state", "limit", "offset"})) return respond(*std::move(refusal));
  const std::string state = call.parameter("state");
  if (!state.empty() && state != "open" && state != "all") {
    return respond(problem(400, "The parameter state must be open or all."));
  }
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  read(
      [state, page = *page](ReadModel& model) {
        return named(
            "proposals",
            model.table(
                {.table = Table::proposals, .of = state, .account = {}, .limit = page.limit, .offset = page.offset}));
      },
      respond);
}

void DeskApi::proposal(const Call& call, const std::string& id, const Respond& respond) {
  if (call.path.size() == 2) {
    if (!call.is("GET")) return respond(wrong_method("GET"));
    if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
    return read(
        [id](ReadModel& model) {
          const auto of = [&](Table table) { return model.table({.table = table, .of = id, .account = {}}); };
          Document document;
          if (!document.add_one("proposal", of(Table::proposal))) {
            return no_such("proposal", id, "GET /proposals (prorata proposals)");
          }
          document.add("orders", of(Table::proposal_orders));
          document.add("quotes", of(Table::proposal_quotes));
          document.add("warnings", of(Table::proposal_warnings));
          return document.take();
        },
        respond);
  }
  if (call.path.size() != 3) return respond(call.unknown_path());
  const std::string& what = call.path[2];
  for (const auto& [name, table] : proposal_lists) {
    if (name != what || !call.is("GET")) continue;
    if (auto refusal = call.wrong_query({"account", "limit", "offset"})) return respond(*std::move(refusal));
    const auto page = page_of(call);
    if (!page) return respond(page.error());
    const TableQuery query{table, id, call.parameter("account"), page->limit, page->offset};
    return read([query, what](ReadModel& model) { return named(what, model.table(query)); }, respond);
  }
  const bool is_action = what == "edit" || what == "save" || what == "transmit" || what == "discard" ||
                         what == "finish" || what == "close";
  if (!is_action) return respond(call.unknown_path());
  if (!call.is("POST")) return respond(wrong_method("POST"));
  submit(call, action_from_json(call.request.body, what, id), 200, respond);
}

void DeskApi::view(const Call& call, const std::string& name, const Respond& respond) {
  const auto* found = std::find_if(views.begin(), views.end(), [&](const auto& each) { return each.first == name; });
  if (found == views.end()) return respond(call.unknown_path());
  if (!call.is("GET")) return respond(wrong_method("GET"));
  if (auto refusal = call.wrong_query({"model", "account", "currency", "limit", "offset"})) {
    return respond(*std::move(refusal));
  }
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  ViewRequest request{.view = found->second,
                      .model = core::ModelCode(call.parameter("model")),
                      .account = call.parameter("account"),
                      .currency = call.parameter("currency"),
                      .limit = page->limit,
                      .offset = page->offset};
  port_.look(std::move(request), [respond](const Viewed& viewed) {
    if (!viewed.refusals.empty()) return respond(problem(viewed.refusals));
    respond({200, "{\"currency\":\"" + viewed.currency + "\",\"rows\":" + json_of(viewed.rows) + "}"});
  });
}

}  // namespace gateway
