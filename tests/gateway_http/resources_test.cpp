#include <gtest/gtest.h>

#include <set>

#include "tests/gateway_http/http_fixture.hpp"

// Models, targets, groups, accounts, proposals, views, prices and instruments over HTTP.
namespace gateway {
namespace {

using portfolio::Operation;

class HttpResources : public Http {
 protected:
  Reply send(const std::string& method, const std::string& target, const std::string& body = "",
             const std::string& headers = "Content-Type: application/json\r\nIdempotency-Key: k1\r\n") {
    return raw(method + " " + target + " HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\nProrata-User: ann\r\n" +
               headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // The wish that came of it.
  template <class Wish>
  Wish wish(const std::string& method, const std::string& target, const std::string& body, int status = 200) {
    const Reply reply = send(method, target, body);
    EXPECT_EQ(reply.status, status) << method << " " << target << " " << body << reply.body;
    if (reply.status != status) return {};
    const DeskCommand command = engine_.wishes().back();
    EXPECT_EQ(command.caller.who, "ann");
    EXPECT_EQ(command.caller.key, "k1");
    EXPECT_EQ(command.asked, method + " " + target + "\n" + body);
    EXPECT_TRUE(std::holds_alternative<Wish>(command.wish)) << target;
    return std::get<Wish>(command.wish);
  }
  // "place: message|" of each thing that is wrong.
  std::string wrong(const std::string& method, const std::string& target, const std::string& body, int status = 422) {
    const Reply reply = send(method, target, body);
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_NE(reply.head.find("application/problem+json"), std::string::npos);
    std::string told;
    const json::object document = reply.object();
    for (const json::value& error : document.at("errors").as_array()) {
      told.append(error.as_object().at("place").as_string()).append(": ");
      told.append(error.as_object().at("message").as_string()).append("|");
    }
    EXPECT_TRUE(engine_.wishes().empty());
    return told;
  }
};

TEST_F(HttpResources, KeepModels) {
  const auto made = wish<CreateModel>("POST", "/models", R"({"code":"GROWTH","name":"Growth","currency":"USD"})", 201);
  EXPECT_EQ(made.code + made.name + made.currency, "GROWTHGrowthUSD");
  const auto renamed = wish<RenameModel>("PATCH", "/models/A%2FB", R"({"name":"Both"})");
  EXPECT_EQ(renamed.model.text() + renamed.name, "A/BBoth");
  const auto saved = wish<SaveTargets>("PUT", "/models/GROWTH/targets",
                                       R"({"targets":[{"symbol":"AAPL","percent":"60"},{"symbol":"MSFT",)"
                                       R"("percent":"39.5"}],"why":"quarterly"})");
  EXPECT_EQ(saved.model.text() + saved.why, "GROWTHquarterly");
  ASSERT_EQ(saved.targets.size(), 2U);
  EXPECT_EQ(saved.targets[1].symbol + saved.targets[1].percent, "MSFT39.5");
  EXPECT_TRUE(wish<SaveTargets>("PUT", "/models/GROWTH/targets", R"({"targets":[]})").targets.empty());
}

TEST_F(HttpResources, KeepGroupsCashAndPrices) {
  const auto grouped = wish<GroupAccounts>("PUT", "/groups/family", R"({"accounts":["C-1","C-2"]})");
  EXPECT_EQ(grouped.group, "family");
  ASSERT_EQ(grouped.accounts.size(), 2U);
  EXPECT_EQ(grouped.accounts[1].text(), "C-2");
  EXPECT_EQ(send("DELETE", "/groups/family", "", "Idempotency-Key: k1\r\n").status, 200);
  EXPECT_TRUE(std::get<GroupAccounts>(engine_.wishes().back().wish).accounts.empty());
  const auto cash = wish<MoveClientCash>("POST", "/accounts/C-1/cash", R"({"amount":"-25.50","currency":"EUR"})");
  EXPECT_EQ(cash.account.text() + cash.amount + cash.currency, "C-1-25.50EUR");
  const auto brought = wish<BringPrices>("POST", "/prices",
                                         R"({"prices":[{"symbol":"AAPL","price":"187.4"},{"symbol":"MSFT",)"
                                         R"("price":"400","time":"2026-11-24T10:00:00Z"}]})");
  ASSERT_EQ(brought.prices.size(), 2U);
  EXPECT_EQ(brought.prices[0].price.text(2), "187.40");
  EXPECT_EQ(brought.prices[0].time, core::Time{});
  EXPECT_EQ(core::iso_text(brought.prices[1].time).substr(0, 19), "2026-11-24T10:00:00");
}

TEST_F(HttpResources, StageProposals) {
  const auto invest = wish<Propose>("POST", "/proposals",
                                    R"({"operation":"invest","model":"GROWTH","accounts":[{"account":"C-1",)"
                                    R"("amount":"5000.00"},{"account":"family"}],"transfer_positions":true,)"
                                    R"("order_type":"LMT","time_in_force":"GTC","leave_out":["C-9"]})",
                                    201);
  EXPECT_EQ(invest.operation, Operation::invest);
  ASSERT_EQ(invest.accounts.size(), 2U);
  EXPECT_EQ(invest.accounts[0].account + invest.accounts[0].amount, "C-15000.00");
  EXPECT_TRUE(invest.transfer_positions);
  EXPECT_FALSE(invest.keep_model);
  EXPECT_EQ(invest.type, core::OrderType::limit);
  EXPECT_EQ(invest.time_in_force, core::TimeInForce::good_till_cancel);
  EXPECT_EQ(invest.leave_out, std::vector<std::string>{"C-9"});
  const auto reallocate =
      wish<Propose>("POST", "/proposals",
                    R"({"operation":"reallocate","accounts":[{"account":"C-1"}],"allocations":)"
                    R"([{"model":"GROWTH","percent":"50"},{"model":"Independent","percent":"50"}]})",
                    201);
  EXPECT_EQ(reallocate.operation, Operation::reallocate);
  ASSERT_EQ(reallocate.allocations.size(), 2U);
  EXPECT_EQ(reallocate.allocations[0].model.text() + reallocate.allocations[0].percent, "GROWTH50");
  const std::vector<std::pair<const char*, Operation>> rest{{"rebalance", Operation::rebalance},
                                                            {"divest", Operation::divest},
                                                            {"withdraw", Operation::withdraw},
                                                            {"delete", Operation::remove}};
  for (const auto& [word, operation] : rest) {
    EXPECT_EQ(wish<Propose>("POST", "/proposals", R"({"operation":")" + std::string(word) + R"(","model":"M"})", 201)
                  .operation,
              operation);
  }
}

TEST_F(HttpResources, CarryProposalsOut) {
  const auto edit = wish<EditProposal>("POST", "/proposals/P-1/edit",
                                       R"({"hash":"0f","orders":[{"place":2,"quantity":"50","order_type":"LMT",)"
                                       R"("limit_price":"9.5","time_in_force":"IOC"}],"leave_out":["C-2"]})");
  EXPECT_EQ(edit.proposal + edit.hash, "P-10f");
  ASSERT_EQ(edit.orders.size(), 1U);
  EXPECT_EQ(edit.orders[0].place, 2);
  EXPECT_EQ(edit.orders[0].quantity, core::Quantity::whole(50));
  EXPECT_EQ(edit.orders[0].limit->text(2), "9.50");
  EXPECT_EQ(edit.orders[0].time_in_force, core::TimeInForce::immediate_or_cancel);
  EXPECT_EQ(edit.leave_out, std::vector<std::string>{"C-2"});
  EXPECT_EQ(wish<SaveProposal>("POST", "/proposals/P-1/save", R"({"hash":"0f"})").hash, "0f");
  const auto sent =
      wish<TransmitProposal>("POST", "/proposals/P-1/transmit", R"({"hash":"0f","orders":[1,3],"broker":"SIM"})");
  EXPECT_EQ(sent.proposal + sent.hash + sent.broker.text(), "P-10fSIM");
  EXPECT_EQ(sent.places, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(wish<DiscardProposal>("POST", "/proposals/P-1/discard", "{}").proposal, "P-1");
  EXPECT_EQ(wish<FinishProposal>("POST", "/proposals/P-1/finish", "{}").proposal, "P-1");
  EXPECT_EQ(wish<CloseProposal>("POST", "/proposals/P-1/close", "{}").proposal, "P-1");
  EXPECT_EQ(send("POST", "/proposals/P-1/save", R"({"hash":"0f"})").body,
            R"({"proposal":"P-1","stage":"STAGED","hash":"0f","orders":[]})");
}

struct BadWish {
  const char* method;
  const char* target;
  const char* body;
  const char* told;
};
const std::vector<BadWish> bad_wishes{
    {"POST", "/models", R"({"code":"G","nam":"Growth"})",
     "name: is missing|currency: is missing|nam: is not known; did you mean 'name'?|"},
    {"POST", "/models", R"({"code":1,"name":null,"currency":["USD"]})",
     "code: must be a string in quotes; decimal numbers too, such as \"187.50\"|name: must be a string in quotes; "
     "decimal numbers too, such as \"187.50\"|currency: must be a string in quotes; decimal numbers too, such as "
     "\"187.50\"|"},
    {"PATCH", "/models/G", "{}", "name: is missing|"},
    {"PUT", "/models/G/targets", "{}", "targets: is missing|"},
    {"PUT", "/models/G/targets", R"({"targets":{"AAPL":"60"}})", "targets: must be a list of objects|"},
    {"PUT", "/models/G/targets", R"({"targets":[{"symbol":"A","percent":60},7]})",
     "targets[0].percent: must be a string in quotes; decimal numbers too, such as \"187.50\"|"
     "targets[1]: must be an object|"},
    {"PUT", "/groups/f", R"({"accounts":[]})", "accounts: names nobody; DELETE takes a group away|"},
    {"PUT", "/groups/f", R"({"accounts":["C-1",2]})", "accounts[1]: must be a string in quotes|"},
    {"POST", "/accounts/C-1/cash", R"({"amuont":"1"})",
     "amount: is missing|amuont: is not known; did you mean 'amount'?|"},
    {"POST", "/prices", R"({"prices":[{"symbol":"A","price":"x"},{"symbol":"B","price":"1","time":"noon"},{}]})",
     "prices[0].price: 'x' is not a decimal number such as 187.50|prices[1].time: 'noon' is not a time such as "
     "2026-11-21T07:36:07.5Z|"
     "prices[2].symbol: is missing|prices[2].price: is missing|"},
    {"POST", "/proposals", R"({"operation":"sell","model":"G"})",
     "operation: 'sell' is none of invest, rebalance, divest, reallocate, withdraw, delete|"},
    {"POST", "/proposals", R"({"accounts":[{"account":"C-1"},{"account":"C-2","amount":5000}]})",
     "operation: is missing|model: is missing|accounts[1].amount: must be a string in quotes; decimal numbers too, "
     "such as \"187.50\"|"},
    {"POST", "/proposals", R"({"operation":"invest","model":"G","accounts":[{"account":"C-1","amont":"5"}]})",
     "accounts[0].amont: is not known; did you mean 'amount'?|"},
    {"POST", "/proposals", R"({"operation":"divest","model":"G","keep_model":"yes"})",
     "keep_model: must be true or false, without quotes|"},
    {"POST", "/proposals/P-1/edit", R"({"orders":[{"quantity":"1"},{"place":0},{"place":1.5},{"place":"1"}]})",
     "orders[0].place: is missing|orders[1].place: must be a whole number from 1 on, without quotes|"
     "orders[2].place: must be a whole number from 1 on, without quotes|"
     "orders[3].place: must be a whole number from 1 on, without quotes|"},
    {"POST", "/proposals/P-1/save", "{}", "hash: is missing|"},
    {"POST", "/proposals/P-1/transmit", R"({"hash":"0f","orders":[1,0,-2,"3",1e400]})",
     "orders[1]: must be a whole number from 1 on, without quotes|orders[2]: must be a whole number from 1 on, without "
     "quotes|orders[3]: must be a whole number from 1 on, without quotes|orders[4]: must be a whole number from 1 on, "
     "without quotes|"},
    {"POST", "/proposals/P-1/transmit", R"({"hash":"0f","orders":[]})", "orders: must be a list of places, from 1 on|"},
    {"POST", "/proposals/P-1/discard", R"({"hash":"0f"})", "hash: is not known; there are none|"},
    {"POST", "/proposals/P-1/close", R"({"why":1})", "why: is not known; there are none|"}};

TEST_F(HttpResources, NameTheMemberThatIsWrong) {
  for (const BadWish& bad : bad_wishes) EXPECT_EQ(wrong(bad.method, bad.target, bad.body), bad.told) << bad.body;
}

TEST_F(HttpResources, RefuseWhatIsNoObject) {
  const std::string deep = std::string(20'000, '[') + std::string(20'000, ']');
  const std::vector<std::pair<const char*, const char*>> writes{{"POST", "/models"},
                                                                {"PATCH", "/models/G"},
                                                                {"PUT", "/models/G/targets"},
                                                                {"PUT", "/groups/f"},
                                                                {"POST", "/accounts/C-1/cash"},
                                                                {"POST", "/prices"},
                                                                {"POST", "/proposals"},
                                                                {"POST", "/proposals/P/edit"},
                                                                {"POST", "/proposals/P/save"},
                                                                {"POST", "/proposals/P/close"},
                                                                {"POST", "/proposals/P/transmit"}};
  for (const auto& [method, target] : writes) {
    EXPECT_EQ(wrong(method, target, "", 400), "body:1: incomplete JSON|") << target;
    EXPECT_EQ(wrong(method, target, R"({"a":1,"a":2})", 400), "a: is given twice; give it once|") << target;
    EXPECT_EQ(wrong(method, target, deep, 400), "body:17: too deep|") << target;
    EXPECT_TRUE(wrong(method, target, "[]", 400).starts_with("body: must be a JSON object such as {")) << target;
  }
}

TEST_F(HttpResources, WantAContentTypeAKeyAndNoParameters) {
  const std::string type = "Content-Type: application/json\r\n";
  const std::string body = R"({"name":"x"})";
  EXPECT_EQ(send("PATCH", "/models/G", body, "Idempotency-Key: k\r\nContent-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(send("PATCH", "/models/G", body, "Idempotency-Key: k\r\n").status, 415);
  const Reply no_key = send("PATCH", "/models/G", body, type);
  EXPECT_EQ(no_key.status, 400);
  EXPECT_NE(no_key.body.find("Idempotency-Key is missing"), std::string::npos);
  EXPECT_EQ(send("DELETE", "/groups/f", "", "").status, 400);
  EXPECT_EQ(send("PATCH", "/models/G?dry_run=true", body).status, 400);
  EXPECT_EQ(send("DELETE", "/groups/f?all=1").status, 400);
  EXPECT_TRUE(engine_.wishes().empty());
  EXPECT_EQ(send("PATCH", "/models/G", body, type + "Idempotency-Key: used\r\n").first("code"), "key_reused");
}

TEST_F(HttpResources, AreReadPageByPage) {
  EXPECT_EQ(get("/models").body, R"({"models":[{"of":"","account":"","row":"0"},{"of":"","account":"","row":"1"},)"
                                 R"({"of":"","account":"","row":"2"}],"more":false})");
  for (const char* list : {"models", "groups", "accounts", "instruments", "proposals"}) {
    const std::string path = "/" + std::string(list);
    EXPECT_EQ(get(path + "?limit=1&offset=1").body,
              "{\"" + std::string(list) + R"(":[{"of":"","account":"","row":"1"}],"more":true})");
    EXPECT_TRUE(get(path + "?limit=1&offset=2").body.ends_with(R"("row":"2"}],"more":false})")) << list;
    EXPECT_EQ(get(path + "?offset=1000000000").body, "{\"" + std::string(list) + R"(":[],"more":false})");
    for (const char* query : {"limit=0", "limit=10001", "limit=x", "limit=", "offset=-1", "offset=1000000001", "page=1",
                              "limit=1&limit=2"}) {
      EXPECT_EQ(get(path + "?" + query).status, 400) << path << query;
    }
  }
  EXPECT_EQ(get("/proposals?state=open&limit=1").body,
            R"({"proposals":[{"of":"open","account":"","row":"0"}],"more":true})");
  EXPECT_EQ(get("/proposals?state=closed").status, 400);
}

TEST_F(HttpResources, NameTheParameterOrHeaderThatIsWrong) {
  const std::vector<std::pair<const char*, const char*>> bad_targets{
      {"/models?limit=0", "limit: must be a whole number from 1 to 10000"},
      {"/models?offset=x", "offset: must be a whole number from 0 to 1000000000"},
      {"/models?page=1", "page: is not known here; known are limit, offset"},
      {"/models/M?limit=1", "limit: is not known here; there are none"},
      {"/models?limit=1&limit=2", "limit: is given twice"},
      {"/proposals?state=shut", "state: must be open or all"},
      {"/orders?state=shut", "state: must be open or all"},
      {"/log?wait_ms=-1", "wait_ms: must be a whole number from 0 to 25000"},
      {"/positions", "model: one of both, and only one, is needed"}};
  for (const auto& [bad, told] : bad_targets) {
    const Reply reply = get(bad);
    EXPECT_EQ(reply.status, 400) << bad;
    EXPECT_EQ(reply.first("place") + ": " + reply.first("message"), told) << bad;
    EXPECT_EQ(reply.first("code"), "malformed");
  }
  const std::string type = "Content-Type: application/json\r\n";
  EXPECT_EQ(send("PATCH", "/models/G", R"({"name":"x"})", type).first("place"), "Idempotency-Key");
  EXPECT_EQ(send("PATCH", "/models/G", R"({"name":"x"})", "Idempotency-Key: k\r\n").first("place"), "Content-Type");
  EXPECT_EQ(post_json("/jobs/backup?file=relative.db", "{}").first("place"), "file");
}

TEST_F(HttpResources, AreReadOneByOne) {
  EXPECT_TRUE(
      get("/models/A%26B").body.starts_with(R"({"model":{"of":"A&B","account":"","row":"0"},"targets":[{"of":"A&B")"));
  EXPECT_TRUE(get("/models/A%26B").object().contains("versions"));
  const json::object proposal = get("/proposals/P-1").object();
  EXPECT_EQ(proposal.at("proposal").as_object().at("of").as_string(), "P-1");
  EXPECT_EQ(proposal.at("orders").as_array().size(), 3U);
  EXPECT_EQ(get("/models/NOPE").status, 404);
  EXPECT_EQ(get("/models/").status, 404);
  EXPECT_EQ(get("/proposals/NOPE").status, 404);
  EXPECT_EQ(get("/models/M?limit=1").status, 400);
  EXPECT_EQ(get("/proposals/P-1?limit=1").status, 400);
}

TEST_F(HttpResources, ProposalsHaveLists) {
  for (const std::string list : {"legs", "moves", "sleeves", "lines", "warnings"}) {
    const std::string path = "/proposals/P-1/" + list;
    EXPECT_EQ(get(path + "?account=C-1&limit=1&offset=1").body,
              "{\"" + list + R"(":[{"of":"P-1","account":"C-1","row":"1"}],"more":true})");
    EXPECT_EQ(get(path + "?model=G").status, 400) << list;
    EXPECT_EQ(get("/proposals/P-0/" + list).body, "{\"" + list + R"(":[],"more":false})");
    EXPECT_EQ(get("/proposals/NOPE/" + list).status, 404) << list;
    EXPECT_EQ(send("POST", path, "{}").status, 405) << list;
  }
  EXPECT_EQ(get("/proposals/P-1/orders?limit=3").object().at("orders").as_array().size(), 3U);
  EXPECT_EQ(get("/proposals/P-1/orders?account=C-1").status, 400) << "it would be given all";
}

TEST_F(HttpResources, HaveViews) {
  const std::vector<std::pair<std::string, ViewRequest::View>> views{
      {"/views/models", ViewRequest::View::models},       {"/views/accounts", ViewRequest::View::accounts},
      {"/views/holdings", ViewRequest::View::holdings},   {"/views/by-model", ViewRequest::View::by_model},
      {"/views/positions", ViewRequest::View::positions}, {"/views/investors", ViewRequest::View::investors},
      {"/views/prices", ViewRequest::View::prices},       {"/prices", ViewRequest::View::prices}};
  for (const auto& [path, view] : views) {
    const std::string number = std::to_string(static_cast<int>(view));
    EXPECT_EQ(get(path + "?limit=7&offset=5").body, R"({"currency":"USD","notes":[],"rows":[{"view":")" + number +
                                                        R"(","model":"","account":"","offset":"5"}],"more":false})");
    const bool of_model = view == ViewRequest::View::positions || view == ViewRequest::View::investors;
    EXPECT_EQ(get(path + "?model=M").status, of_model ? 200 : 400) << path;
    EXPECT_EQ(get(path + "?account=C-1&currency=EUR").status, view == ViewRequest::View::prices ? 400 : 200) << path;
    EXPECT_EQ(get(path + "?limit=10001").status, 400) << path;
    EXPECT_EQ(get(path + "?offset=x").status, 400) << path;
  }
  const json::object page = get("/views/accounts?account=MANY&limit=2").object();
  EXPECT_EQ(page.at("rows").as_array().size(), 2U);
  EXPECT_TRUE(page.at("more").as_bool());
  EXPECT_EQ(get("/views/models?currency=X").first("place"), "currency");
  EXPECT_EQ(get("/views/nothing").status, 404);
  EXPECT_EQ(get("/views").status, 404);
}

TEST_F(HttpResources, NameTheirMethods) {
  const std::vector<std::pair<std::string, std::string>> paths{
      {"/models", "GET, POST"},           {"/models/G", "GET, PATCH"},
      {"/models/G/targets", "PUT"},       {"/groups", "GET"},
      {"/groups/f", "PUT, DELETE"},       {"/accounts", "GET"},
      {"/accounts/C-1/cash", "POST"},     {"/instruments", "GET"},
      {"/prices", "GET, POST"},           {"/views/models", "GET"},
      {"/proposals", "GET, POST"},        {"/proposals/P-1", "GET"},
      {"/proposals/P-1/orders", "GET"},   {"/proposals/P-1/legs", "GET"},
      {"/proposals/P-1/transmit", "POST"}};
  for (const auto& [path, allow] : paths) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
      if (allow.find(method) != std::string::npos) continue;
      const Reply reply = send(method, path, "{}");
      EXPECT_EQ(reply.status, 405) << method << " " << path;
      EXPECT_NE(reply.head.find("Allow: " + allow + "\r\n"), std::string::npos) << path << reply.head;
    }
  }
  for (const char* path : {"/models/G/x", "/models/G/targets/x", "/groups/f/x", "/accounts/C-1", "/accounts/C-1/x",
                           "/proposals/P-1/x", "/proposals/P-1/save/x", "/instruments/A", "/prices/A"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

}  // namespace
}  // namespace gateway
