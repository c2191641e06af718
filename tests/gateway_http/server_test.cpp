#include "gateway/http/server.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <boost/json.hpp>
#include <future>

#include "tests/gateway_http/http_fixture.hpp"

namespace gateway {
namespace {

class HttpInAHurry : public Http {
 protected:
  HttpInAHurry() : Http(200) {}
};

TEST_F(Http, EntersAnOrder) {
  const Reply reply = post_json("/orders", good_order);
  EXPECT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(reply.object().at("orders").as_array().at(0).as_string(), "P1");
  const json::object preview = reply.object().at("previews").as_array().at(0).as_object();
  EXPECT_EQ(preview.at("value").as_string(), "100.00");
  EXPECT_EQ(preview.at("accounts").as_array().size(), 2U);
  const std::vector<EnterOrders> entered = engine_.entered();
  ASSERT_EQ(entered.size(), 1U);
  EXPECT_EQ(entered[0].caller.key, "k1");
  EXPECT_EQ(entered[0].caller.who, "http");
  EXPECT_FALSE(entered[0].dry_run);
  EXPECT_EQ(entered[0].orders.at(0).quantity, core::Quantity::whole(1000));
  EXPECT_EQ(entered[0].orders.at(0).type, core::OrderType::limit);
  EXPECT_EQ(entered[0].orders.at(0).limit->text(2), "187.50");
}

TEST_F(Http, EntersAnOrderWithGivenParts) {
  const Reply reply = post_json("/orders", R"({"side":"BUY","quantity":"30","symbol":"AAPL","parts":[
    {"account":"C-1","model":"GROWTH","quantity":"10"},{"account":"C-1","quantity":"15"},
    {"account":"C-2","model":"Independent","quantity":"5"}]})");
  EXPECT_EQ(reply.status, 201) << reply.body;
  const json::object preview = reply.object().at("previews").as_array().at(0).as_object();
  EXPECT_EQ(preview.at("accounts").as_array().at(0).as_object().at("model").as_string(), "Independent");
  const std::vector<EnterOrders> entered = engine_.entered();
  ASSERT_EQ(entered.size(), 1U);
  const OrderRequest& order = entered[0].orders.at(0);
  EXPECT_EQ(order.model.text(), "");
  ASSERT_EQ(order.parts.size(), 3U);
  EXPECT_EQ(order.parts[0].account.text() + order.parts[0].model.text() + order.parts[0].quantity.text(),
            "C-1GROWTH10");
  EXPECT_EQ(order.parts[1].model.text(), "");
  EXPECT_EQ(order.parts[2].model.text(), "") << "'Independent' is how people call the sleeve outside every model";
}

TEST_F(Http, NamesThePartThatIsWrong) {
  const auto wrong = [&](const std::string& parts) {
    const Reply reply = post_json("/orders", R"({"side":"BUY","quantity":"30","symbol":"AAPL","parts":)" + parts + "}");
    EXPECT_EQ(reply.status, 422) << reply.body;
    std::string told;
    const json::object document = reply.object();
    for (const json::value& error : document.at("errors").as_array()) {
      told.append(error.as_object().at("place").as_string()).append(": ");
      told.append(error.as_object().at("message").as_string()).append("|");
    }
    return told;
  };
  const std::string example = R"([{"account":"C-1","model":"GROWTH","quantity":"10"}]|)";
  EXPECT_EQ(wrong("[]"), "parts: must be a list of what each sleeve is to get, such as " + example);
  EXPECT_EQ(wrong("[7]"), "parts[0]: must be an object, as in " + example);
  EXPECT_EQ(wrong(R"([{"account":"C-1","amount":"1","quantity":5}])"),
            "parts[0].amount: is not known; known are account, model, quantity|parts[0].quantity: must be a string in "
            "quotes|");
  EXPECT_EQ(wrong(R"([{"account":"C-1","quantity":"5"},{"quantity":"-1"}])"),
            "parts[1].account: is empty; it must be given|parts[1].quantity: '-1' must be more than zero|");
}

TEST_F(Http, DryRunsNeedNoKeyAndNeverCarryTheKeyOfTheCommand) {
  EXPECT_EQ(post("/orders?dry_run=true", good_order, "Content-Type: application/json\r\n").status, 200);
  EXPECT_EQ(post_json("/orders?dry_run=true&accounts=false", good_order).status, 200);
  const std::vector<EnterOrders> entered = engine_.entered();
  ASSERT_EQ(entered.size(), 2U);
  EXPECT_TRUE(entered[0].dry_run);
  EXPECT_NE(entered[1].caller.key, "k1");
  EXPECT_NE(entered[0].caller.key, entered[1].caller.key);
}

TEST_F(Http, EntersABasket) {
  const std::string csv = "Action,Quantity,Symbol,OrderType,Model\nBUY,1,AAPL,MKT,GROWTH\nSELL,2,MSFT,MKT,GROWTH\n";
  const Reply reply = post_csv("/baskets?name=my%20basket.csv&accounts=false", csv);
  EXPECT_EQ(reply.status, 201) << reply.body;
  EXPECT_FALSE(reply.object().at("previews").as_array().at(0).as_object().contains("accounts"));
  const std::vector<EnterOrders> entered = engine_.entered();
  ASSERT_EQ(entered.size(), 1U);
  EXPECT_EQ(entered[0].orders.size(), 2U);
  EXPECT_EQ(entered[0].orders[1].place, "my basket.csv:3");
  EXPECT_EQ(entered[0].caller.who, "ann");
}

TEST_F(Http, NamesTheCellOfABasketThatIsWrong) {
  const Reply reply =
      post_csv("/baskets?name=b.csv", "Action,Quantity,Symbol,OrderType,Model\nBUY,0,AAPL,MKT,GROWTH\n");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.first("place"), "b.csv:2: Quantity");
  EXPECT_EQ(reply.first("code"), "malformed");
  EXPECT_NE(reply.head.find("application/problem+json"), std::string::npos);
}

TEST_F(Http, TellsWhatTheEngineRefused) {
  const Reply reply =
      post_csv("/baskets?name=b.csv", "Action,Quantity,Symbol,OrderType,Model\nBUY,1,AAPL,MKT,GROWHT\n");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.first("code"), "unknown_model");
  EXPECT_EQ(reply.first("place"), "b.csv:2: Model");
  EXPECT_TRUE(engine_.entered().empty());
}

TEST_F(Http, RefusesTheKeyOfAnotherCommand) {
  const Reply reply = post("/orders", good_order, "Content-Type: application/json\r\nIdempotency-Key: used\r\n");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.first("code"), "key_reused");
}

TEST_F(Http, CancelsAnOrder) {
  EXPECT_EQ(post_json("/orders/P1/cancel", "").status, 202);
  EXPECT_EQ(post_json("/orders/P1/cancel", "{}").status, 202);
  EXPECT_EQ(post_json("/orders/P9/cancel", "").status, 404);
  EXPECT_EQ(post_json("/orders/DONE/cancel", "").status, 409);
  EXPECT_EQ(post_json("/orders/P1/cancel", "now").status, 400);
}

TEST_F(Http, ReadsWhatIsThere) {
  EXPECT_EQ(
      get("/orders").body,
      R"({"orders":[{"order_id":"P0","model":"","state":"filled"},{"order_id":"P1","model":"","state":"new"}],"more":false})");
  EXPECT_EQ(get("/orders?state=open&model=A%26B").body,
            R"({"orders":[{"order_id":"P1","model":"A&B","state":"new"}],"more":false})");
  EXPECT_EQ(get("/orders/P1").body,
            R"({"order":{"order_id":"P1","state":"new","text":"say \"hi\"?"},)"
            R"("fills":[{"exec_id":"E1","price":"187.5"}],"parts":[{"account":"U1","quantity":"600"}]})");
  EXPECT_EQ(get("/log?after=1").body, R"({"entries":[{"seq":2,"kind":"FILL","account":null}]})");
  EXPECT_EQ(get("/positions?account=U1").body,
            R"({"positions":[{"account":"U1","symbol":"AAPL","quantity":"12"}],"more":false})");
  EXPECT_EQ(get("/positions?model=M").body, R"({"positions":[{"account":"U1","sleeve":"M"}],"more":false})");
  EXPECT_EQ(get("/fills/E%2F1/explain?broker=SIM").body, R"({"exec_id":"E/1","broker":"SIM"})");
  EXPECT_EQ(get("/sessions").object().at("sessions").as_array().at(0).as_object().at("next_sender").as_int64(), 7);
  EXPECT_EQ(get("/health").object().at("status").as_string(), "ok");
}

TEST_F(Http, TellsWhenThereAreMoreOrders) {
  EXPECT_EQ(get("/orders?limit=1").body, R"({"orders":[{"order_id":"P1","model":"","state":"new"}],"more":true})");
  EXPECT_TRUE(get("/orders?limit=2").body.ends_with(R"("more":false})"));
  EXPECT_EQ(get("/orders?limit=1&before=2").body,
            R"({"orders":[{"order_id":"P0","model":"","state":"filled"}],"more":false})");
  EXPECT_EQ(get("/orders?before=0").first("place"), "before");
}

TEST_F(Http, TellsAModelThatIsNotThereFromOneWithoutOrders) {
  EXPECT_EQ(get("/orders?model=NOPE").status, 404);
  EXPECT_EQ(get("/orders?model=NOPE&state=open").status, 404);
  EXPECT_EQ(get("/positions?model=NOPE").status, 404);
  EXPECT_EQ(get("/positions?model=M&offset=7").body, R"({"positions":[],"more":false})");
  EXPECT_EQ(get("/positions?model=M&limit=0").status, 400);
  EXPECT_NE(get("/breaks?limit=1").body.find(R"("more":true)"), std::string::npos);
  EXPECT_EQ(get("/orders?model=QUIET").body, R"({"orders":[],"more":false})");  // invested in, no orders
  EXPECT_EQ(get("/orders?model=FINISHED&state=open").body,
            R"({"orders":[],"more":false})");  // sold out, its orders finished
}

TEST_F(Http, AsksWhichFillIsMeantWhenThereAreSeveral) {
  const Reply reply = get("/fills/TWICE/explain");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.object().at("detail").as_string(),
            "More than one fill has the ExecID 'TWICE'; say which by its broker, its trade date, or both.");
  EXPECT_EQ(reply.first("place"), "SIM 2026-11-21");
  EXPECT_EQ(reply.first("message"), "BUY 5 AAPL at 187.4, order P2");
  EXPECT_EQ(get("/fills/TWICE/explain?broker=SIM&date=2026-11-20").status, 200);
  EXPECT_EQ(get("/fills/E2/explain?broker=SIM&date=2026-11-20").object().at("detail").as_string(),
            "There is no fill 'E2' of SIM on 2026-11-20; the trade log lists them (exec_id).");
}

TEST_F(Http, TellsWhyAFillCannotBeExplained) {
  const Reply reply = get("/fills/BAD/explain");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.object().at("detail").as_string(), "desk.db: cannot be read: database disk image is malformed");
}

TEST_F(Http, TellsADatabaseThatCannotBeRead) {
  database_.broken = true;
  const Reply reply = get("/breaks");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.object().at("detail").as_string(), "desk.db: cannot be read just now: disk I/O error");
}

TEST_F(Http, LongPollAnswersWhenAnEntryCame) {
  auto reply = std::async(std::launch::async, [this] { return get("/log?after=2&wait_ms=20000"); });
  database_.wait_for_log_reads(2);  // it was empty at first, so the server asked again
  database_.append_log();
  EXPECT_EQ(reply.get().body, R"({"entries":[{"seq":3,"kind":"FILL","account":null}]})");
}

TEST_F(Http, LongPollEndsWithNothing) { EXPECT_EQ(get("/log?after=2&wait_ms=1").body, R"({"entries":[]})"); }

struct BadGet {
  const char* target;
  int status;
};
TEST_F(Http, RefusesWrongTargets) {
  for (const BadGet& bad : std::vector<BadGet>{{"/", 404},
                                               {"/nothing", 404},
                                               {"/orders/P9", 404},
                                               {"/orders/P1/x", 404},
                                               {"/orders/P1/cancel/x", 404},
                                               {"/fills/E2/explain", 404},
                                               {"/fills/E2", 404},
                                               {"/orders?stat=open", 400},
                                               {"/orders?state=closed", 400},
                                               {"/orders?limit=0", 400},
                                               {"/orders?limit=1.5", 400},
                                               {"/orders?model=a&model=b", 400},
                                               {"/log?after=-1", 400},
                                               {"/log?after=99999999999999999999", 400},
                                               {"/log?wait_ms=60000", 400},
                                               {"/positions", 400},
                                               {"/positions?account=a&model=b", 400},
                                               {"/health?x=1", 400},
                                               {"/orders/%zz", 400},
                                               {"/baskets", 405},
                                               {"/orders/P1/cancel", 405}}) {
    const Reply reply = get(bad.target);
    EXPECT_EQ(reply.status, bad.status) << bad.target << " " << reply.body;
    EXPECT_EQ(reply.object().at("status").as_int64(), bad.status);
  }
}

TEST_F(Http, NamesTheMethodsOfAPath) {
  const Reply reply = get("/orders", "Host: localhost\r\n", "DELETE");
  EXPECT_EQ(reply.status, 405);
  EXPECT_NE(reply.head.find("Allow: GET, POST"), std::string::npos);
  EXPECT_EQ(get("/orders/P1", "Host: localhost\r\n", "OPTIONS").status, 405);
  EXPECT_EQ(get("/log", "Host: localhost\r\n", "HEAD").status, 405);
}

TEST_F(Http, RefusesWhatAWebPageCouldSend) {
  EXPECT_EQ(get("/orders", "").status, 400);
  EXPECT_EQ(get("/orders", "Host: evil.example\r\n").status, 403);
  EXPECT_EQ(get("/orders", "Host: 127.0.0.1.evil.example\r\n").status, 403);
  EXPECT_EQ(get("/orders", "Host: localhost.evil.example:9780\r\n").status, 403);
  EXPECT_EQ(get("/orders", "Host: localhost\r\nHost: evil.example\r\n").status, 403);
  EXPECT_EQ(get("/orders", "Host: localhost:9780\r\nOrigin: https://evil.example\r\n").status, 403);
  EXPECT_EQ(get("/orders", "Host: localhost:9780\r\nOrigin: null\r\n").status, 403);
  EXPECT_EQ(get("/orders", "Host: localhost:9780\r\nOrigin: http://localhost:9780\r\n").status, 200);
  EXPECT_EQ(get("/orders", "Host: [::1]:9780\r\n").status, 200);
  for (const char* type : {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
                           "Content-Type: multipart/form-data\r\n", "Content-Type: text/csv\r\n"}) {
    EXPECT_EQ(post("/orders", good_order, std::string("Idempotency-Key: k\r\n") + type).status, 415) << type;
  }
  EXPECT_EQ(post("/orders/P1/cancel", "", "Idempotency-Key: k\r\n").status, 202) << "there is no body";
  EXPECT_EQ(post("/orders/P1/cancel", "{}", "Idempotency-Key: k\r\n").status, 415);
  EXPECT_EQ(post_json("/baskets", "{}").status, 415);
  EXPECT_TRUE(engine_.entered().empty());
}

TEST_F(Http, WantsAnIdempotencyKeyForWhatChangesSomething) {
  const std::string type = "Content-Type: application/json\r\n";
  EXPECT_EQ(post("/orders", good_order, type).status, 400);
  EXPECT_EQ(post("/orders/P1/cancel", "", type).status, 400);
  EXPECT_EQ(post("/orders", good_order, type + "Idempotency-Key: " + std::string(129, 'k') + "\r\n").status, 400);
  EXPECT_TRUE(engine_.entered().empty());
}

struct BadOrder {
  std::string body;
  int status;
  const char* place;
};
TEST_F(Http, RefusesBadOrdersAndNamesTheMember) {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  for (const BadOrder& bad : std::vector<BadOrder>{
           {"", 400, "body:1"},
           {"{", 400, "body:2"},
           {"{} {}", 400, "body:4"},
           {"[]", 400, "body"},
           {"\xff\xfe", 400, "body:1"},
           {std::string("{\"a\":\0}", 7), 400, "body:6"},
           {deep, 400, "body:17"},
           {R"({"side":"buy","side":"sell","quantity":"1","symbol":"A","model":"M"})", 400, "side"},
           {R"({"side":"buy","quantity":"1","symbol":"A","model":"M","s\u0069de":"sell"})", 400, "side"},
           {R"({"side":{"a":"1","b":{},"a":"2"}})", 400, "a"},
           {R"({"side":{"side":[{"a":1},{"a":2}]}})", 422, "side"},
           {R"({"side":1})", 422, "side"},
           {R"({"side":"BUY","quantity":1000})", 422, "quantity"},
           {R"({"side":"BUY","qty":"1000"})", 422, "qty"},
           {R"({"quantity":"1","symbol":"A","model":"M"})", 422, "side"},
           {R"({"side":"BUY","quantity":"-1","symbol":"A","model":"M"})", 422, "quantity"},
           {R"({"side":"BUY","quantity":"1e3","symbol":"A","model":"M"})", 422, "quantity"},
           {R"({"side":"BUY","quantity":"1","model":"M"})", 422, "symbol"},
           {R"({"side":"BUY","quantity":"1","symbol":"A\u0001","model":"M"})", 422, "symbol"},
           {R"({"side":"BUY","quantity":"1","symbol":"A"})", 422, "model"},
           {R"({"side":"BUY","quantity":"1","symbol":"A","model":"M","order_type":"LMT"})", 422, "limit_price"},
           {R"({"side":"BUY","quantity":"1","symbol":"A","model":"M","limit_price":"12345678901234567890"})", 422,
            "limit_price"}}) {
    const Reply reply = post_json("/orders", bad.body);
    EXPECT_EQ(reply.status, bad.status) << bad.body << reply.body;
    EXPECT_EQ(reply.first("place"), bad.place) << bad.body;
  }
  EXPECT_TRUE(engine_.entered().empty());
}

TEST_F(Http, RefusesABodyThatIsTooLong) {
  EXPECT_EQ(post_json("/orders", std::string(max_http_body_bytes + 1, ' ')).status, 413);
  const std::string chunk = "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
  EXPECT_EQ(raw("POST /orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk +
                chunk + chunk + chunk + "0\r\n\r\n")
                .status,
            413);
}

TEST_F(Http, TakesFilesThatAreLongerThanOtherBodies) {
  const std::string headers = "Content-Type: text/csv\r\nIdempotency-Key: f\r\n";
  std::string file = "Symbol,Price\n";
  while (file.size() <= max_http_body_bytes) file += "AAPL,187.40\n";
  EXPECT_NE(post("/files/prices", file, headers).status, 413);
  const Reply reply = raw("POST /files/prices HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                          std::to_string(max_http_file_bytes + 1) + "\r\n\r\n");
  EXPECT_EQ(reply.status, 413);
  EXPECT_NE(reply.body.find(std::to_string(max_http_file_bytes)), std::string::npos) << reply.body;
}

TEST_F(Http, RefusesAHeaderThatIsTooLong) {
  EXPECT_EQ(get("/orders", "Host: localhost\r\nX: " + std::string(max_http_header_bytes, 'x') + "\r\n").status, 431);
  std::string many = "Host: localhost\r\n";
  for (int i = 0; i < 2000; ++i) many += "X" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(get("/orders", many).status, 431);
}

TEST_F(Http, SurvivesGarbage) {
  EXPECT_EQ(raw("GARBAGE\r\n\r\n").status, 400);
  EXPECT_EQ(raw("GET / HTTP/9.9\r\n\r\n").status, 400);
  EXPECT_EQ(raw("POST /orders HTTP/1.1\r\nContent-Length: -5\r\n\r\n").status, 400);
  EXPECT_EQ(raw(std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8) + std::string(100, '\x7f')).status, 400);
  EXPECT_TRUE(rc::check([this](const std::string& noise) {
    Client client(server_->port());
    client.send(noise);
    client.finish();
    (void)client.read_all();
  }));
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(Http, TakesNoRequestOutOfABodyThatItCannotRead) {
  const std::string hidden = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const std::string coding : {"xchunked", "gzip", "chunked, identity"}) {
    for (const std::string& length : {std::string(), "Content-Length: " + std::to_string(hidden.size()) + "\r\n"}) {
      Client client(server_->port());
      client.send("POST /orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: " + coding + "\r\n" + length +
                  "\r\n" + hidden);
      client.finish();
      const std::string replies = client.read_all();
      EXPECT_EQ(replies.substr(0, 12), "HTTP/1.1 400") << coding;
      EXPECT_EQ(replies.find("HTTP/1.1 2", 12), std::string::npos) << coding << ": a second answer";
    }
  }
}

TEST_F(Http, ServesManyRequestsOnOneConnection) {
  Client client(server_->port());
  const std::string request = "GET /positions?account=U1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::string all;
  for (int i = 0; i < 5; ++i) all += request;
  client.send(all);
  client.finish();
  const std::string replies = client.read_all();
  std::size_t count = 0;
  for (std::size_t at = 0; (at = replies.find("HTTP/1.1 200", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 5U);
}

TEST_F(Http, WhoeverIsIdleLongestMakesRoomForANewConnection) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < max_http_connections; ++i) {
    clients.push_back(std::make_unique<Client>(server_->port()));
    ASSERT_TRUE(clients.back()->connected());
  }
  clients[0]->send("GET /health HTTP/1.1\r\nHost: ");  // half a request is none
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(clients[0]->read_all(), "");
  clients.back()->send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(split(clients.back()->read_all()).status, 200);
}

TEST_F(Http, TurnsAwayANewConnectionWhileAllOthersAreAnswered) {
  engine_.hold();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < max_http_connections; ++i) {
    clients.push_back(std::make_unique<Client>(server_->port()));
    clients.back()->send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }
  engine_.wait_for_work(max_http_connections);
  EXPECT_EQ(split(Client(server_->port()).read_all()).status, 503);
  engine_.let_go();
  for (const auto& client : clients) EXPECT_EQ(split(client->read_all()).status, 200);
}

TEST_F(HttpInAHurry, ClosesConnectionsThatSendTooSlowly) {
  Client client(server_->port());
  client.send("POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpInAHurry, TellsThatTheEngineDidNotAnswer) {
  engine_.hold();
  const Reply reply = post_json("/orders", good_order);
  EXPECT_EQ(reply.status, 504);
  EXPECT_NE(reply.body.find("same Idempotency-Key"), std::string::npos);
  engine_.let_go();  // its late answer goes nowhere
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(Http, LateAnswersAfterTheServersEndGoNowhere) {
  engine_.hold();
  auto client = std::make_unique<Client>(server_->port());
  const std::string body = good_order;
  client->send(
      "POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  (void)get("/positions?account=U1");  // by now the server has read the first request, most likely
  server_.reset();
  EXPECT_EQ(client->read_all(), "");
  engine_.let_go();
}

TEST_F(Http, TellsAPortThatIsInUse) {
  HttpSettings settings;
  settings.port = server_->port();
  const auto second = HttpServer::start(settings, engine_, reads_, explain, jobs_);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().text().find("is in use already"), std::string::npos);
}

TEST_F(Http, ListensOnThisMachineOnly) {
  for (const char* address : {"0.0.0.0", "192.168.1.1", "::", "localhost", ""}) {
    HttpSettings settings;
    settings.address = address;
    EXPECT_FALSE(HttpServer::start(settings, engine_, reads_, explain, jobs_).has_value()) << address;
  }
}

}  // namespace

}  // namespace gateway
