#include "gateway/http/desk_api.hpp"

#include <array>
#include <optional>
#include <utility>

#include "files/text.hpp"
#include "gateway/http/json.hpp"
#include "gateway/http/page.hpp"

namespace gateway {

namespace {

HttpResponse no_such(const std::string& what, const std::string& name, const std::string& see) {
  return problem(404, "There is no " + what + " '" + files::shown(name) + "'; " + see + " lists them.");
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
    if (rows && rows->rows.size() != 1) return false;
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
struct NamedView {
  std::string_view name;
  View view;
  std::vector<std::string> parameters;
};
const std::array<NamedView, 7>& views() {
  static const std::vector<std::string> of_all{"account", "currency", "limit", "offset"};
  static const std::vector<std::string> of_model{"model", "account", "currency", "limit", "offset"};
  static const std::array<NamedView, 7> all{{{"models", View::models, of_all},
                                             {"accounts", View::accounts, of_all},
                                             {"holdings", View::holdings, of_all},
                                             {"by-model", View::by_model, of_all},
                                             {"positions", View::positions, of_model},
                                             {"investors", View::investors, of_model},
                                             {"prices", View::prices, {"limit", "offset"}}}};
  return all;
}

constexpr std::array<std::pair<std::string_view, Table>, 6> proposal_lists{{{"orders", Table::proposal_orders},
                                                                            {"legs", Table::proposal_legs},
                                                                            {"moves", Table::proposal_moves},
                                                                            {"sleeves", Table::proposal_sleeves},
                                                                            {"lines", Table::proposal_lines},
                                                                            {"warnings", Table::proposal_warnings}}};

}  // namespace

bool DeskApi::handle(const Call& call, const Respond& respond) {
  const std::string& first = call.path.front();
  if (first == "models") return models(call, respond), true;
  if (first == "groups") return groups(call, respond), true;
  if (first == "accounts") return accounts(call, respond), true;
  if (first == "proposals") return proposals(call, respond), true;
  if (first == "prices") return prices(call, respond), true;
  if (first == "files") return file(call, call.path[1], respond), true;
  if (first == "views") return view(call, call.path[1], respond), true;
  if (first != "instruments") return false;
  return list(call, {.table = Table::instruments, .of = {}, .account = {}}, "instruments", respond), true;
}

void DeskApi::list(const Call& call, TableQuery query, const std::string& name, const Respond& respond) {
  if (auto refusal = call.wrong_query({"limit", "offset"})) return respond(*std::move(refusal));
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  query.limit = page->limit + 1;
  query.offset = page->offset;
  read([query, name](ReadModel& model) { return paged(name, model.table(query), query.limit - 1); }, respond);
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
    return list(call, {.table = Table::models, .of = {}, .account = {}}, "models", respond);
  }
  const std::string& code = call.path[1];
  if (call.path.size() == 2) {
    if (call.is("PATCH")) return submit(call, rename_from_json(body, code), 200, respond);
    if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
    return read(
        [code](ReadModel& model) {
          const auto of = [&](Table table) {
            return model.table({.table = table, .of = code, .account = {}, .limit = max_rows});
          };
          Document document;
          if (code.empty() || !document.add_one("model", of(Table::models))) {
            return no_such("model", code, "GET /models (prorata models)");
          }
          document.add("targets", of(Table::targets));
          document.add("versions", of(Table::target_versions));
          return document.take();
        },
        respond);
  }
  submit(call, targets_from_json(body, code), 200, respond);
}

void DeskApi::groups(const Call& call, const Respond& respond) {
  if (call.path.size() == 1) {
    return list(call, {.table = Table::account_groups, .of = {}, .account = {}}, "groups", respond);
  }
  if (call.is("PUT")) return submit(call, group_from_json(call.request.body, call.path[1]), 200, respond);
  submit(call, DeskWish(GroupAccounts{call.path[1], {}}), 200, respond);
}

void DeskApi::accounts(const Call& call, const Respond& respond) {
  if (call.path.size() == 1) {
    return list(call, {.table = Table::accounts, .of = {}, .account = {}}, "accounts", respond);
  }
  submit(call, client_cash_from_json(call.request.body, call.path[1]), 200, respond);
}

void DeskApi::prices(const Call& call, const Respond& respond) {
  if (call.is("POST")) return submit(call, prices_from_json(call.request.body), 200, respond);
  view(call, "prices", respond);
}

void DeskApi::proposals(const Call& call, const Respond& respond) {
  if (call.path.size() > 1) return proposal(call, call.path[1], respond);
  if (call.is("POST")) return submit(call, proposal_from_json_body(call.request.body), 201, respond);
  if (auto refusal = call.wrong_query({"state", "limit", "offset"})) return respond(*std::move(refusal));
  const std::string state = call.parameter("state");
  if (!state.empty() && state != "open" && state != "all") {
    return respond(wrong_parameter("state", "must be open or all"));
  }
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  read(
      [state, page = *page](ReadModel& model) {
        TableQuery query{.table = Table::proposals, .of = state, .account = {}};
        query.limit = page.limit + 1;
        query.offset = page.offset;
        return paged("proposals", model.table(query), page.limit);
      },
      respond);
}

void DeskApi::proposal(const Call& call, const std::string& id, const Respond& respond) {
  if (call.path.size() == 2) {
    if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
    return read(
        [id](ReadModel& model) {
          const auto of = [&](Table table) {
            return model.table({.table = table, .of = id, .account = {}, .limit = max_rows});
          };
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
  const std::string& what = call.path[2];
  for (const auto& [name, table] : proposal_lists) {
    if (name == what) return proposal_list(call, id, what, table, respond);
  }
  submit(call, action_from_json(call.request.body, what, id), 200, respond);
}

void DeskApi::proposal_list(const Call& call, const std::string& id, const std::string& name, Table table,
                            const Respond& respond) {
  std::vector<std::string> known{"limit", "offset"};
  if (table != Table::proposal_orders) known.emplace_back("account");  // an order is many accounts'
  if (auto refusal = call.wrong_query(known)) return respond(*std::move(refusal));
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  const TableQuery query{table, id, call.parameter("account"), page->limit + 1, page->offset};
  read(
      [query, name](ReadModel& model) {
        core::Result<Rows> rows = model.table(query);
        if (rows && rows->rows.empty()) {
          const core::Result<Rows> proposal = model.table({.table = Table::proposal, .of = query.of, .account = {}});
          if (proposal && proposal->rows.empty()) {
            return no_such("proposal", query.of, "GET /proposals (prorata proposals)");
          }
        }
        return paged(name, std::move(rows), query.limit - 1);
      },
      respond);
}

void DeskApi::view(const Call& call, const std::string& name, const Respond& respond) {
  const auto* found =
      std::find_if(views().begin(), views().end(), [&](const NamedView& each) { return each.name == name; });
  if (found == views().end()) return respond(call.unknown_path());
  if (auto refusal = call.wrong_query(found->parameters)) return respond(*std::move(refusal));
  const auto page = page_of(call);
  if (!page) return respond(page.error());
  ViewRequest request{.view = found->view,
                      .model = core::ModelCode(call.parameter("model")),
                      .account = call.parameter("account"),
                      .currency = call.parameter("currency"),
                      .limit = page->limit + 1,
                      .offset = page->offset};
  port_.look(std::move(request), [respond, limit = page->limit](Viewed viewed) {
    if (!viewed.refusals.empty()) return respond(problem(viewed.refusals));
    HttpResponse response = paged("rows", std::move(viewed.rows), limit);
    response.body.insert(1, "\"currency\":\"" + viewed.currency + "\",\"notes\":" + json_of(viewed.notes) + ",");
    respond(std::move(response));
  });
}

}  // namespace gateway
