#include "simulator/control/control.hpp"

#include "tests/simulator/control_fixture.hpp"

namespace simulator {
namespace {

using std::chrono::milliseconds;

class ControlTest : public testing::Test {
 protected:
  StandingClock clock;
  House house{clock, {}};
};

const char* const late_scenario = R"([[scenario]]
name = "never a word"
when = { quantity = "300" }
steps = []
)";

TEST_F(ControlTest, ShowsOrdersWhereverTheyAre) {
  EXPECT_EQ(house.get("/orders").body, R"({"orders":[],"more":false})");
  ASSERT_EQ(house.ask("POST", "/scenarios", late_scenario, "application/toml").status, 200);
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
  house.let_pass(milliseconds(1));
  house.enter(order("B2", core::Side::sell, 300, "KO"), "FUND");
  house.let_pass(milliseconds(1));
  house.enter(stop_order("B3", core::Side::buy, 5, "AAPL", "190.00"));
  house.enter(order("B4", core::Side::buy, 5, "TSLA"));
  house.let_pass(milliseconds(10));
  const json::array orders = house.get("/orders").list("orders");
  ASSERT_EQ(orders.size(), 4U);
  std::string all;
  for (const json::value& each : orders) {
    for (const char* member : {"cl_ord_id", "client", "symbol", "side", "quantity", "type", "state", "held_by"}) {
      all += std::string(each.at(member).as_string()) + " ";
    }
    all += json::serialize(each.at("limit")) + "\n";
  }
  EXPECT_EQ(all,
            "B1 DESK AAPL BUY 200 LMT new book \"150.00\"\n"
            "B2 FUND KO SELL 300 MKT new scenario never a word null\n"
            "B3 DESK AAPL BUY 5 STP new stop orders null\n"
            "B4 DESK TSLA BUY 5 MKT rejected  null\n");
  const auto count = [&](const std::string& query) { return house.get("/orders" + query).list("orders").size(); };
  EXPECT_EQ(count("?state=open"), 3U);
  EXPECT_EQ(count("?client=FUND"), 1U);
  EXPECT_EQ(count("?symbol=AAPL"), 2U);
  EXPECT_EQ(count("?limit=1"), 1U);
  EXPECT_EQ(house.get("/orders?limit=1").at("more"), "true");
}

TEST_F(ControlTest, FillsBustsAndCorrectsAnOrderOfTheMarket) {
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
  house.let_pass(milliseconds(10));
  const std::string id = house.latest();
  Answer answer = house.act(id, R"({"do":"fill","quantity":"80","price":"149.50"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.at("filled") + " " + answer.at("leaves") + " " + answer.at("average_price"), "80 120 149.50");
  EXPECT_EQ(answer.at("held_by"), "hand");
  answer = house.act(id, R"({"do":"fill"})");
  EXPECT_EQ(answer.at("state") + " " + answer.at("filled"), "filled 200");
  answer = house.act(id, R"({"do":"bust","fill":1,"text":"wrong side"})");
  EXPECT_EQ(answer.at("filled") + " " + answer.at("leaves"), "120 80");
  answer = house.act(id, R"({"do":"correct","fill":2,"price":"149.90"})");
  EXPECT_EQ(answer.at("average_price"), "149.90");
  std::string fills;
  for (const json::value& fill : house.get("/orders/" + id).list("fills")) {
    fills += json::serialize(fill.at("fill")) + " " + std::string(fill.at("quantity").as_string()) + "@" +
             std::string(fill.at("price").as_string()) + " " + std::string(fill.at("state").as_string()) + "\n";
  }
  EXPECT_EQ(fills, "1 0@149.50 busted\n2 120@149.90 counts\n");
  EXPECT_EQ(house.host.left.size(), 5U);  // acknowledged, two fills, a bust, a correction
}

TEST_F(ControlTest, BustsAFillThatTheMarketMade) {
  house.enter(order("B1", core::Side::buy, 100, "AAPL", "187.30"));  // rests first
  for (int i = 0; i < 600 && house.get("/orders/" + house.latest()).at("state") != "filled"; ++i) {
    house.let_pass(milliseconds(100));
  }
  house.let_pass(milliseconds(100));
  const std::string id = house.latest();
  ASSERT_EQ(house.get("/orders/" + id).at("state"), "filled");
  EXPECT_EQ(house.get("/orders/" + id).at("held_by"), "");
  const Answer answer = house.act(id, R"({"do":"bust","fill":1})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.at("filled"), "100");
}

TEST_F(ControlTest, RejectsWithReasonAndText) {
  ASSERT_EQ(house.ask("POST", "/scenarios", late_scenario, "application/toml").status, 200);
  house.enter(order("B1", core::Side::buy, 300, "AAPL"));
  EXPECT_TRUE(house.host.left.empty());
  const Answer answer = house.act(house.latest(), R"({"do":"reject","reason":3,"text":"beyond your limit"})");
  EXPECT_EQ(answer.at("state"), "rejected");
  ASSERT_EQ(house.host.left.size(), 1U);
  EXPECT_NE(house.host.left[0].find("reason 3 beyond your limit"), std::string::npos) << house.host.left[0];
}

TEST_F(ControlTest, NumbersAFillThatWasOnItsWayWhenAPersonTookTheOrder) {
  house.enter(order("B1", core::Side::buy, 2'000, "AAPL", "187.60"));  // its fills are reported later
  const std::string id = house.latest();
  ASSERT_EQ(house.act(id, R"({"do":"expire","after_ms":500})").status, 200);
  house.let_pass(std::chrono::seconds(1));
  const Answer order = house.get("/orders/" + id);
  core::Quantity sum;
  for (const json::value& fill : order.list("fills")) {
    sum += core::Quantity::parse(std::string(fill.at("quantity").as_string())).value();
  }
  EXPECT_GT(sum.raw, 0);
  EXPECT_EQ(sum.text(), order.at("filled"));
}

TEST_F(ControlTest, TakesAStepAsAFileHasItToo) {
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
  const std::string target = "/orders/" + house.latest() + "/act";
  EXPECT_EQ(house.ask("POST", target, R"({ do = "done_for_day", text = "a \"quoted\" word" })", "application/toml")
                .at("state"),
            "done for day");
  EXPECT_EQ(house.ask("POST", target, "{ do = ", "application/toml").status, 422);
  EXPECT_EQ(house.ask("POST", target, "do", "text/plain").status, 415);
}

TEST_F(ControlTest, SaysWhyAnActIsRefused) {
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
  house.let_pass(milliseconds(10));
  const std::string id = house.latest();
  const auto refusal = [&](const std::string& step) { return house.act(id, step).refusal(); };
  EXPECT_EQ(house.act("X-O9", R"({"do":"fill"})").refusal(), "404 order: is not known");
  EXPECT_EQ(refusal(R"({"do":"fil"})"), "422 do: 'fil' is no step; did you mean 'fill'?");
  EXPECT_EQ(refusal(R"({"quantity":"5"})"), "422 do: is missing");
  EXPECT_EQ(refusal("{}"), "422 do: is missing");
  EXPECT_EQ(refusal(R"({"do":"fill","quantity":"-5"})"), "422 quantity: must be above zero and at most 1000000000");
  EXPECT_EQ(refusal(R"({"do":"fill","prize":"5"})"), "422 prize: is not known; did you mean 'price'?");
  EXPECT_EQ(refusal(R"({"do":"fill","price":187.4})"),
            "422 price: must be a string in quotes or a whole number without");
  EXPECT_EQ(refusal(R"({"do":"accept"})"), "422 do: 'accept' cannot stand in the steps of an order");
  EXPECT_EQ(refusal(R"({"do":"fill","quantity":"201"})"),
            "409 quantity: 201 is more than the 200 that are left; over_fill fills more than that");
  EXPECT_EQ(refusal(R"({"do":"bust","fill":1})"), "409 fill: there is no fill 1; the order has 0");
  EXPECT_EQ(refusal(R"({"do":"release"})"), "409 do: nothing is held; hold comes before");
  EXPECT_EQ(refusal(R"({"do":"market"})"),
            "409 do: only a scenario can give an order to the market: as it came, before anything else");
  EXPECT_EQ(refusal(R"({"do":"fill_other"})"), "409 do: no scenario has another order of this client");
  EXPECT_EQ(refusal(R"({"do":"fill","do":"bust"})"), "400 do: is given twice; give it once");
  EXPECT_EQ(refusal("[]"),
            "400 body: must be a JSON object such as "
            R"({"do":"fill","quantity":"100","price":"187.40"})");
  EXPECT_EQ(house.act(id, "{").status, 400);
  EXPECT_EQ(house.get("/orders/" + id).at("held_by"), "book");  // none of it was done
  ASSERT_EQ(house.act(id, R"({"do":"fill"})").status, 200);
  EXPECT_EQ(refusal(R"({"do":"fill"})"), "409 do: nothing is left to be filled; over_fill fills more than that");
  ASSERT_EQ(house.act(id, R"({"do":"bust","fill":1})").status, 200);
  EXPECT_EQ(refusal(R"({"do":"bust","fill":1})"), "409 fill: fill 1 is busted already");
}

TEST_F(ControlTest, ShowsABookWithWhoseOrdersAreInIt) {
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "187.00"));
  house.enter(order("B2", core::Side::buy, 50, "AAPL", "187.00"), "FUND");
  house.enter(stop_order("B3", core::Side::buy, 5, "AAPL", "190.00"));
  const Answer book = house.get("/books/AAPL");
  ASSERT_EQ(book.status, 200);
  const json::array bids = book.list("bids");
  ASSERT_FALSE(bids.empty());
  const json::value& level = bids.back();
  EXPECT_EQ(level.at("price"), "187.00");
  EXPECT_EQ(level.at("quantity"), "250");
  ASSERT_EQ(level.at("orders").as_array().size(), 2U);
  EXPECT_EQ(level.at("orders").at(0).at("cl_ord_id"), "B1");
  EXPECT_EQ(level.at("orders").at(1).at("client"), "FUND");
  EXPECT_TRUE(bids.front().at("orders").as_array().empty());
  ASSERT_EQ(book.list("beside_book").size(), 1U);
  EXPECT_EQ(book.object().at("beside_book").at(0).at("cl_ord_id"), "B3");
  EXPECT_EQ(house.get("/books/TSLA").refusal(), "404 symbol: is not known");
  EXPECT_EQ(house.get("/symbols").list("symbols").size(), 3U);
}

TEST_F(ControlTest, HaltsASymbolAndResumesIt) {
  EXPECT_EQ(house.post("/symbols/AAPL/halt").at("phase"), "halted");
  EXPECT_EQ(house.post("/symbols/AAPL/halt").refusal(), "409 symbol: AAPL is halted already");
  house.enter(order("B1", core::Side::buy, 200, "AAPL"));
  EXPECT_EQ(house.get("/books/AAPL").list("beside_book").size(), 1U);  // at any price
  EXPECT_EQ(house.post("/symbols/AAPL/resume").at("phase"), "continuous");
  EXPECT_EQ(house.get("/orders").object().at("orders").at(0).at("state"), "filled");
  EXPECT_EQ(house.post("/symbols/AAPL/resume").refusal(), "409 symbol: AAPL is not halted");
  EXPECT_EQ(house.post("/symbols/TSLA/halt").refusal(), "404 symbol: is not known");
  EXPECT_EQ(house.post("/symbols/AAPL/halt", "{}").refusal(), "400 body: must be empty");
}

TEST_F(ControlTest, ActsOnTheSessionsThatItCanReach) {
  EXPECT_EQ(house.get("/sessions").list("sessions").size(), 3U);
  ASSERT_EQ(house.post("/sessions/DESK/act", R"({"do":"disconnect"})").status, 200);
  ASSERT_EQ(house.host.left.size(), 1U);
  EXPECT_NE(house.host.left[0].find("DESK { do = \"disconnect\""), std::string::npos) << house.host.left[0];
  const auto refusal = [&](const std::string& client, const std::string& step) {
    return house.post("/sessions/" + client + "/act", step).refusal();
  };
  EXPECT_EQ(refusal("NOBODY", R"({"do":"logout"})"), "404 client: is not known");
  EXPECT_EQ(refusal("FUND", R"({"do":"logout"})"),
            "409 client: FUND is not logged on; a scenario on its logon can act on the next one");
  EXPECT_EQ(refusal("ECHO", R"({"do":"logout"})"), "409 client: ECHO only echoes; it has no exchange to act on it");
  EXPECT_EQ(refusal("DESK", R"({"do":"fill"})"), "422 do: 'fill' cannot stand in a scenario on a logon");
  EXPECT_EQ(refusal("DESK", R"({"do":"gap"})"), "422 messages: is missing");
  house.enter(order("F1", core::Side::buy, 5, "AAPL", "150.00"), "FUND");
  EXPECT_EQ(house.act(house.latest(), R"({"do":"disconnect"})").status, 409);
}

TEST_F(ControlTest, LoadsScenariosForWhatComesNext) {
  house.enter(order("B1", core::Side::buy, 300, "AAPL", "150.00"));
  EXPECT_EQ(house.ask("POST", "/scenarios", late_scenario, "application/toml").body, R"({"loaded":["never a word"]})");
  house.enter(order("B2", core::Side::buy, 300, "AAPL", "150.00"));
  EXPECT_EQ(house.get("/orders/" + house.latest()).at("held_by"), "scenario never a word");
  // The same name again: it takes the place of the one before, whose order keeps it.
  const std::string other = R"([[scenario]]
name = "never a word"
when = { quantity = "700" }
steps = []
[[scenario]]
name = "at once"
steps = [{ do = "reject" }]
)";
  ASSERT_EQ(house.ask("POST", "/scenarios?name=a%20b.toml", other, "application/toml").status, 200);
  EXPECT_EQ(house.get("/scenarios").list("scenarios").size(), 2U);
  house.enter(order("B3", core::Side::buy, 300, "AAPL", "150.00"));
  EXPECT_EQ(house.get("/orders/" + house.latest()).at("state"), "rejected");
  std::string states;
  for (const json::value& each : house.get("/orders").list("orders")) {
    states += std::string(each.at("state").as_string()) + " ";
  }
  EXPECT_EQ(states, "new new rejected ");
}

TEST_F(ControlTest, LoadsNothingOfAFileWithAnError) {
  const std::string broken = std::string(late_scenario) + "[[scenario]]\nname = \"b\"\nsteps = [{ do = \"fil\" }]\n";
  EXPECT_EQ(house.ask("POST", "/scenarios?name=late.toml", broken, "application/toml").refusal(),
            "422 late.toml:7:17: key 'scenario[2].steps[1].do': 'fil' is no step; did you mean 'fill'?");
  EXPECT_EQ(house.ask("POST", "/scenarios", "x = ", "application/toml").status, 422);
  EXPECT_EQ(house.ask("POST", "/scenarios", late_scenario).status, 415);
  EXPECT_EQ(house.ask("POST", "/scenarios?nam=x", late_scenario, "application/toml").status, 400);
  EXPECT_TRUE(house.get("/scenarios").list("scenarios").empty());
}

TEST_F(ControlTest, ChangesTheSeedFromHereOn) {
  House other(clock, {});
  const auto best = [](House& one) {
    one.enter(order("B" + std::to_string(one.host.left.size()), core::Side::buy, 1, "AAPL"));
    one.let_pass(std::chrono::seconds(1));
    return one.get("/books/AAPL").at("bids");
  };
  EXPECT_EQ(best(house), best(other));
  EXPECT_EQ(house.ask("PUT", "/seed", R"({"seed":99})").body, R"({"seed":99})");
  EXPECT_NE(best(house), best(other));
  const auto refusal = [&](const std::string& body) { return house.ask("PUT", "/seed", body).refusal(); };
  const std::string rule = "422 seed: must be a whole number from 0 to 9223372036854775807, without quotes";
  EXPECT_EQ(refusal(R"({"seed":-1})"), rule);
  EXPECT_EQ(refusal(R"({"seed":"7"})"), rule);
  EXPECT_EQ(refusal(R"({"sed":7})"), "422 sed: is not known; known is seed");
  EXPECT_EQ(refusal("{}"), "422 seed: is missing, as in {\"seed\":60000}");
  EXPECT_EQ(house.post("/seed", "{}").refusal(), "405 This path is for PUT.");
}

TEST_F(ControlTest, MovesTimeForwardAndNeverBack) {
  EXPECT_EQ(house.get("/time").body, R"({"time_utc":"2026-11-20T14:00:00.000000000Z","ahead_ms":0})");
  house.enter(order("B1", core::Side::buy, 2'000, "AAPL", "187.40"));
  const Answer moved = house.post("/time", R"({"advance_ms":60000})");
  EXPECT_EQ(moved.body, R"({"time_utc":"2026-11-20T14:01:00.000000000Z","ahead_ms":60000})");
  EXPECT_NE(house.host.left.back().find("2026-11-20T14:0"), std::string::npos);
  house.let_pass(std::chrono::seconds(10));
  EXPECT_EQ(house.get("/time").at("time_utc"), "2026-11-20T14:01:10.000000000Z");
  clock.time -= std::chrono::seconds(30);  // the machine's clock is set back
  house.host.go_on();
  EXPECT_EQ(house.get("/time").at("time_utc"), "2026-11-20T14:01:10.000000000Z");
  for (const char* body : {R"({"advance_ms":0})", R"({"advance_ms":-5})", R"({"advance_ms":86400001})"}) {
    EXPECT_EQ(house.post("/time", body).refusal(),
              "422 advance_ms: must be a whole number from 1 to 86400000, without quotes");
  }
}

TEST_F(ControlTest, WhatIsDueComesWithTheTimeThatIsMoved) {
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
  ASSERT_EQ(house.act(house.latest(), R"({"do":"expire","after_ms":3600000})").at("state"), "new");
  ASSERT_EQ(house.post("/time", R"({"advance_ms":3600000})").status, 200);
  EXPECT_EQ(house.get("/orders/" + house.latest()).at("state"), "expired");
}

TEST_F(ControlTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(house.get("/").status, 404);
  EXPECT_EQ(house.get("/order").refusal(), "404 There is no path '/order'.");
  EXPECT_EQ(house.get("/orders/").status, 404);
  EXPECT_EQ(house.ask("DELETE", "/orders").refusal(), "405 This path is for GET.");
  EXPECT_EQ(house.ask("PUT", "/time").refusal(), "405 This path is for GET, POST.");
  EXPECT_EQ(house.get("/orders?limits=5").status, 400);
  EXPECT_EQ(house.get("/orders?limit=0").status, 400);
  EXPECT_EQ(house.get("/orders?state=closed").refusal(), "400 state: must be open, or not there");
  EXPECT_EQ(house.get("/sessions?x=1").status, 400);
  EXPECT_EQ(house.get("/orders/NONE").refusal(), "404 order: is not known");
  web::Request request{.method = "GET", .target = "/orders", .headers = {{"host", "evil.example"}}};
  EXPECT_EQ(house.control.handle(request).status, 403);
  request.headers = {{"host", "127.0.0.1"}, {"origin", "https://evil.example"}};
  EXPECT_EQ(house.control.handle(request).status, 403);
}

}  // namespace
}  // namespace simulator
