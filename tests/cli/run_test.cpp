#include "cli/run.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "cli/exit_code.hpp"
#include "tests/support/typing.hpp"

namespace cli {
namespace {

constexpr int nobody = 0;      // a status: the gateway does not answer
constexpr int went_away = -1;  // likewise, once the request was sent

// Answers what it was told to, in order, and keeps what it was asked.
class FakeClient final : public Client {
 public:
  Answered ask(const Request& request) override {
    asked.push_back(request);
    const auto unanswered = [](std::string why, bool was_sent) {
      return tl::unexpected(Unanswered{{"http://127.0.0.1:9780", std::move(why)}, was_sent});
    };
    if (replies.empty()) return unanswered("no gateway answers there.", false);
    const Reply reply = replies.front();
    replies.pop_front();
    if (reply.status == nobody) return unanswered(reply.body, false);
    if (reply.status == went_away) return unanswered("the gateway went away.", true);
    return reply;
  }

  std::deque<Reply> replies;
  std::vector<Request> asked;
};

constexpr const char* trying_again = "http://127.0.0.1:9780: the gateway does not answer; trying again\n";

class Running : public testing::Test {
 protected:
  Running() {
    person_.stopped = [this] { return client_.replies.empty(); };
  }
  int run_with(const Command& command) { return person_.run(command, client_); }

  FakeClient client_;
  support::Typing person_;
  std::string& out_ = person_.out;
  std::string& err_ = person_.err;
  std::vector<std::string>& live_ = person_.live;
  std::vector<int>& slept_ = person_.slept_ms;
  bool& yes_ = person_.yes;
};

TEST_F(Running, EntersAnOrder) {
  client_.replies = {{201, R"({"orders":["P1"],"previews":[]})"}};
  Command command;
  command.verb = Verb::enter_order;
  command.side = "BUY";
  command.quantity = "1000";
  command.symbol = "AAPL";
  command.model = "GROWTH";
  command.limit = "187.50";
  command.json = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(out_, "{\"orders\":[\"P1\"],\"previews\":[]}\n");
  const Request& asked = client_.asked.at(0);
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.target, "/orders");
  EXPECT_EQ(
      asked.body,
      R"({"side":"BUY","quantity":"1000","symbol":"AAPL","model":"GROWTH","order_type":"LMT","limit_price":"187.50"})");
  EXPECT_EQ(asked.headers.at("Idempotency-Key"), "fresh");
  EXPECT_EQ(asked.headers.at("Prorata-User"), "ann");
}

TEST_F(Running, EntersAnOrderWithThePartsOfAFile) {
  client_.replies = {{201, R"({"orders":["P1"],"previews":[]})"}};
  person_.basket = "Account,Model,Quantity\nC-1,GROWTH,10\n\"C, 2\",,20\n";
  Command command;
  command.verb = Verb::enter_order;
  command.side = "BUY";
  command.quantity = "30";
  command.symbol = "AAPL";
  command.parts = "in/b.csv";
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.at(0).body,
            R"({"side":"BUY","quantity":"30","symbol":"AAPL","order_type":"MKT","parts":[{"account":"C-1",)"
            R"("model":"GROWTH","quantity":"10"},{"account":"C, 2","model":"","quantity":"20"}]})");
  for (const auto& [text, told] :
       std::map<std::string, std::string>{{"Account,Model\nC-1,GROWTH\n", "b.csv:1: column 'Quantity' is missing\n"},
                                          {"Account,Quantity\n",
                                           "b.csv: holds no parts; each line after the header is one: Account, Model, "
                                           "Quantity\n"},
                                          {"Account,Quantity\nC-1\n", "b.csv:2: "}}) {
    person_.basket = text;
    err_.clear();
    EXPECT_EQ(run_with(command), wrong_use);
    EXPECT_EQ(err_.substr(0, told.size()), told) << err_;
  }
  EXPECT_EQ(client_.asked.size(), 1U);
}

TEST_F(Running, DryRunsCarryNoKey) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}};
  Command command;
  command.verb = Verb::enter_order;
  command.dry_run = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.at(0).target, "/orders?dry_run=true");
  EXPECT_FALSE(client_.asked.at(0).headers.contains("Idempotency-Key"));
  EXPECT_NE(out_.find("nothing was sent"), std::string::npos);
}

TEST_F(Running, TellsARefusalAndExitsWithOne) {
  client_.replies = {{404, R"({"detail":"Refused; nothing was done.","errors":[{"code":"unknown_order","place":"",
    "message":"there is no order 'P 9'"}]})"}};
  Command command;
  command.verb = Verb::cancel;
  command.order = "P 9";
  EXPECT_EQ(run_with(command), refused);
  EXPECT_EQ(client_.asked.at(0).target, "/orders/P%209/cancel");
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "Refused; nothing was done.\n  there is no order 'P 9' (unknown_order)\n");
}

TEST_F(Running, TellsAKeyThatAnotherCommandHad) {
  client_.replies = {{422, R"({"detail":"Refused; nothing was done.","errors":[{"code":"key_reused",
    "place":"Idempotency-Key","message":"another command had it"}]})"}};
  Command command;
  command.verb = Verb::cancel;
  command.order = "P1";
  command.key = "used";
  EXPECT_EQ(run_with(command), refused);
  EXPECT_EQ(client_.asked.at(0).headers.at("Idempotency-Key"), "used");
  EXPECT_EQ(err_, "Refused; nothing was done.\n  Idempotency-Key: another command had it (key_reused)\n");
}

TEST_F(Running, WhatTheGatewayDoesNotUnderstandIsWrongUse) {
  client_.replies = {{400, R"({"detail":"The parameter limit must be a whole number from 1 to 10000.","errors":[]})"}};
  Command command;
  command.verb = Verb::orders;
  command.at_most = "x";
  EXPECT_EQ(run_with(command), wrong_use);
  EXPECT_EQ(err_, "The parameter limit must be a whole number from 1 to 10000.\n");
}

TEST_F(Running, TellsWhereAListGoesOn) {
  const char* page = R"({"positions":[{"account":"U1","symbol":"AAPL"},{"account":"U2","symbol":"AAPL"}],"more":true})";
  client_.replies = {{200, page}, {200, R"({"positions":[],"more":false})"}};
  Command command;
  command.verb = Verb::positions;
  command.model = "M";
  command.at_most = "2";
  command.offset = "4";
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.at(0).target, "/positions?model=M&limit=2&offset=4");
  EXPECT_NE(out_.find("\nThere is more: --offset 6 goes on.\n"), std::string::npos) << out_;
  out_.clear();
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(out_.find("--offset"), std::string::npos) << out_;
}

TEST_F(Running, NeedsNoKeyWhenNothingWasSent) {
  Command command;
  command.verb = Verb::cancel;
  command.order = "P1";
  EXPECT_EQ(run_with(command), not_reachable);
  EXPECT_EQ(err_, "http://127.0.0.1:9780: no gateway answers there.\n");
}

TEST_F(Running, NamesTheKeyWhenNobodyKnowsWhetherItWasDone) {
  constexpr const char* finds_out =
      "Whether it was done is not known. The same command with --key fresh finds out: it is not done twice.\n";
  Command command;
  command.verb = Verb::cancel;
  command.order = "P1";
  client_.replies = {{went_away, ""}};
  EXPECT_EQ(run_with(command), not_known);
  EXPECT_EQ(err_, std::string("http://127.0.0.1:9780: the gateway went away.\n") + finds_out);
  err_.clear();
  client_.replies = {{504, R"({"detail":"The engine did not answer in time."})"}};
  EXPECT_EQ(run_with(command), not_known);
  EXPECT_EQ(err_, std::string("The engine did not answer in time.\n") + finds_out);
  command.verb = Verb::sessions;  // which changes nothing
  client_.replies = {{went_away, ""}};
  EXPECT_EQ(run_with(command), not_reachable);
}

TEST_F(Running, ReadingNeedsNoKeyWhenTheGatewayIsGone) {
  Command command;
  command.verb = Verb::sessions;
  EXPECT_EQ(run_with(command), not_reachable);
  EXPECT_EQ(err_, "http://127.0.0.1:9780: no gateway answers there.\n");
}

TEST_F(Running, TellsAnAnswerThatIsNotJson) {
  client_.replies = {{200, "<html>"}};
  Command command;
  command.verb = Verb::orders;
  EXPECT_EQ(run_with(command), not_reachable);
  EXPECT_NE(err_.find("is this a Prorata gateway?"), std::string::npos);
}

Command basket() {
  Command command;
  command.verb = Verb::send_basket;
  command.file = "in/b.csv";
  return command;
}

TEST_F(Running, PreviewsABasketThenSendsIt) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}, {201, R"({"orders":["P1","P2"],"previews":[]})"}};
  EXPECT_EQ(run_with(basket()), done);
  ASSERT_EQ(client_.asked.size(), 2U);
  EXPECT_EQ(client_.asked[0].target, "/baskets?name=b.csv&accounts=false&dry_run=true");
  EXPECT_EQ(client_.asked[1].target, "/baskets?name=b.csv&accounts=false");
  EXPECT_EQ(client_.asked[1].headers.at("Content-Type"), "text/csv");
  EXPECT_EQ(client_.asked[1].body, "Action\n");
  EXPECT_NE(out_.find("Sent 2 orders."), std::string::npos);
}

TEST_F(Running, SendsNothingWhenThePersonSaysNo) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}, {201, R"({"orders":["P1"],"previews":[]})"}};
  yes_ = false;
  EXPECT_EQ(run_with(basket()), refused);
  EXPECT_EQ(client_.asked.size(), 1U);
  EXPECT_EQ(err_, "Nothing was sent. --yes sends without asking.\n");
}

TEST_F(Running, DoesNotAskWithYes) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}, {201, R"({"orders":["P1"],"previews":[]})"}};
  yes_ = false;
  Command command = basket();
  command.yes = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.size(), 2U);
}

TEST_F(Running, ADryRunOfABasketSendsNothing) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}, {201, "{}"}};
  Command command = basket();
  command.dry_run = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.size(), 1U);
}

TEST_F(Running, TellsABasketFileThatIsNotThere) {
  Command command = basket();
  command.file = "no.csv";
  EXPECT_EQ(run_with(command), wrong_use);
  EXPECT_EQ(err_, "no.csv: there is no such file\n");
  EXPECT_TRUE(client_.asked.empty());
}

TEST_F(Running, WaitsUntilTheOrdersOfTheBasketAreFinished) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"},
                     {201, R"({"orders":["P1","P2"],"previews":[]})"},
                     {200, R"({"orders":[{"order_id":"P0"},{"order_id":"P1"},{"order_id":"P2"}]})"},
                     {200, R"({"orders":[{"order_id":"P0"},{"order_id":"P2"}]})"},
                     {200, R"({"orders":[{"order_id":"P0"}]})"},
                     {200, R"({"orders":[{"order_id":"P0"},{"order_id":"P1","state":"filled"},{"order_id":"P2"}]})"}};
  Command command = basket();
  command.wait = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_TRUE(client_.replies.empty());
  const std::vector<std::string> told(live_.end() - 4, live_.end());
  EXPECT_EQ(told, (std::vector<std::string>{"0 of 2 orders are finished, 2 open", "1 of 2 orders are finished, 1 open",
                                            "2 of 2 orders are finished, 0 open", ""}));
  EXPECT_NE(out_.find("filled"), std::string::npos);
  EXPECT_EQ(out_.find("P0"), std::string::npos);
}

TEST_F(Running, WaitsForABasketThroughARestart) {
  client_.replies = {
      {200, R"({"orders":[],"previews":[]})"}, {201, R"({"orders":["P1"],"previews":[]})"},
      {nobody, "no gateway answers there"},    {200, R"({"orders":[]})"},
      {nobody, "no gateway answers there"},    {200, R"({"orders":[{"order_id":"P1","state":"filled"}]})"}};
  Command command = basket();
  command.wait = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_NE(out_.find("filled"), std::string::npos);
  EXPECT_EQ(err_, std::string(trying_again) + trying_again);
}

TEST_F(Running, NeverSendsABasketAgainByItself) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}, {nobody, "the gateway went away"}, {201, "{}"}};
  Command command = basket();
  command.wait = true;
  EXPECT_EQ(run_with(command), not_reachable);
  EXPECT_EQ(client_.asked.size(), 2U);
}

TEST_F(Running, SendsABasketFromStdinOnlyWithYes) {
  client_.replies = {{200, R"({"orders":[],"previews":[]})"}, {201, R"({"orders":["P1"],"previews":[]})"}};
  Command command = basket();
  command.file = "-";
  EXPECT_EQ(run_with(command), wrong_use);
  EXPECT_TRUE(client_.asked.empty());
  EXPECT_NE(err_.find("--yes"), std::string::npos);
  command.yes = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.at(1).target, "/baskets?name=stdin&accounts=false");
  EXPECT_EQ(client_.asked.at(1).body, "Action\n");
}

TEST_F(Running, FollowsTheLogFromPageToPage) {
  client_.replies = {
      {200, R"({"entries":[{"seq":1},{"seq":2}]})"}, {200, R"({"entries":[]})"}, {200, R"({"entries":[{"seq":3}]})"}};
  Command command;
  command.verb = Verb::log;
  command.follow = true;
  command.json = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(out_, "{\"entries\":[{\"seq\":1},{\"seq\":2}]}\n{\"entries\":[{\"seq\":3}]}\n");
  ASSERT_EQ(client_.asked.size(), 3U);
  EXPECT_EQ(client_.asked[0].target, "/log?after=0&limit=500");
  EXPECT_EQ(client_.asked[1].target, "/log?after=2&limit=500&wait_ms=20000");
  EXPECT_EQ(client_.asked[2].target, "/log?after=2&limit=500&wait_ms=20000");
}

TEST_F(Running, FollowsTheLogOnAfterTheGatewayRestarted) {
  client_.replies = {{200, R"({"entries":[{"seq":1},{"seq":2}]})"},
                     {nobody, "the gateway went away before it answered"},
                     {nobody, "no gateway answers there"},
                     {503, R"({"detail":"cannot be read just now"})"},
                     {200, R"({"entries":[{"seq":3}]})"}};
  Command command;
  command.verb = Verb::log;
  command.follow = true;
  command.json = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(out_, "{\"entries\":[{\"seq\":1},{\"seq\":2}]}\n{\"entries\":[{\"seq\":3}]}\n");
  EXPECT_EQ(err_, trying_again);  // once
  EXPECT_EQ(slept_, (std::vector<int>{1000, 1000, 1000}));
  EXPECT_EQ(client_.asked.back().target, "/log?after=2&limit=500&wait_ms=20000");
}

TEST_F(Running, TellsEachTimeThatTheGatewayWentAway) {
  client_.replies = {
      {200, R"({"entries":[]})"}, {nobody, ""}, {200, R"({"entries":[{"seq":1}]})"}, {nobody, ""}, {200, "{}"}};
  Command command;
  command.verb = Verb::log;
  command.follow = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(err_, std::string(trying_again) + trying_again);
}

TEST_F(Running, DoesNotFollowAGatewayThatWasNeverThere) {
  client_.replies = {{nobody, "no gateway answers there."}, {200, "{}"}};
  Command command;
  command.verb = Verb::log;
  command.follow = true;
  EXPECT_EQ(run_with(command), not_reachable);
  EXPECT_EQ(err_, "http://127.0.0.1:9780: no gateway answers there.\n");
}

TEST_F(Running, FollowingEndsWithARefusal) {
  client_.replies = {{200, R"({"entries":[]})"}, {422, R"({"detail":"No."})"}, {200, "{}"}};
  Command command;
  command.verb = Verb::log;
  command.follow = true;
  EXPECT_EQ(run_with(command), refused);
  EXPECT_EQ(err_, "No.\n");
}

TEST_F(Running, ReadsTheLogToItsEnd) {
  std::string full = R"({"entries":[)";
  for (int i = 1; i <= 500; ++i) full += (i > 1 ? "," : "") + (R"({"seq":)" + std::to_string(i) + "}");
  client_.replies = {{200, full + "]}"}, {200, R"({"entries":[{"seq":501}]})"}, {200, "{}"}};
  Command command;
  command.verb = Verb::log;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.size(), 2U);
  EXPECT_EQ(client_.asked[1].target, "/log?after=500&limit=500");
}

TEST_F(Running, AsksForWhatTheCommandNames) {
  Command command;
  const auto target = [&](Verb verb) {
    client_.replies = {{200, "{}"}};
    command.verb = verb;
    EXPECT_EQ(run_with(command), done);
    return client_.asked.back().target;
  };
  command.model = "A&B";
  EXPECT_EQ(target(Verb::orders), "/orders?state=all&model=A%26B");
  EXPECT_EQ(target(Verb::positions), "/positions?model=A%26B");
  command.account = "U1";
  EXPECT_EQ(target(Verb::positions), "/positions?account=U1");
  command.order = "P/1";
  EXPECT_EQ(target(Verb::show_order), "/orders/P%2F1");
  command.exec = "E 1";
  command.broker = "SIM";
  EXPECT_EQ(target(Verb::explain), "/fills/E%201/explain?broker=SIM");
  command.date = "2026-11-20";
  EXPECT_EQ(target(Verb::explain), "/fills/E%201/explain?broker=SIM&date=2026-11-20");
  command.broker.clear();
  EXPECT_EQ(target(Verb::explain), "/fills/E%201/explain?date=2026-11-20");
  EXPECT_EQ(target(Verb::breaks), "/breaks");
}

TEST_F(Running, ListsOpenBreaksAndSettlesOne) {
  client_.replies = {{200, R"({"breaks":[]})"}, {200, R"({"break_id":3})"}};
  Command command;
  command.verb = Verb::breaks;
  command.open_only = true;
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked[0].target, "/breaks?state=open");
  command.verb = Verb::settle_break;
  command.break_number = "3";
  command.reason = "with\u00e4rawn";
  command.settled_as = "booked_by_hand";
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked[1].target, "/breaks/3/settle");
  EXPECT_EQ(client_.asked[1].body, "{\"reason\":\"with\u00e4rawn\",\"as\":\"booked_by_hand\"}");
  EXPECT_EQ(client_.asked[1].headers.at("Idempotency-Key"), "fresh");
  EXPECT_EQ(client_.asked[1].headers.at("Prorata-User"), "ann");
  EXPECT_EQ(out_, "No breaks.\nBreak 3 is settled as booked_by_hand.\n");
}

TEST_F(Running, VerifiesByAJobOfTheGateway) {
  client_.replies = {{202, R"({"job":7})"},
                     {200, R"({"job":7,"state":"running","done":30,"total":120})"},
                     {200, R"({"job":7,"state":"finished","result":{"holds":true,"entries":120,"head":"120:aa"}})"}};
  Command command;
  command.verb = Verb::verify;
  command.expect = "3:bb";
  EXPECT_EQ(run_with(command), done);
  EXPECT_EQ(client_.asked.at(0).method, "POST");
  EXPECT_EQ(client_.asked.at(0).target, "/jobs/verify?expect=3%3Abb");
  EXPECT_EQ(client_.asked.at(0).headers.at("Content-Type"), "application/json");
  EXPECT_EQ(client_.asked.at(1).target, "/jobs/7?wait_ms=500");
  EXPECT_EQ(live_, (std::vector<std::string>{"verify begins", "verify: 25 %", ""}));
  EXPECT_NE(out_.find("head 120:aa"), std::string::npos) << out_;
}

TEST_F(Running, WhatDoesNotHoldHasAnExitCodeOfItsOwn) {
  client_.replies = {
      {202, R"({"job":7})"},
      {200, R"({"state":"finished","result":{"holds":false,"first_bad":{"seq":4,"what":"x"},"entries":3}})"}};
  Command command;
  command.verb = Verb::verify;
  EXPECT_EQ(run_with(command), does_not_hold);
  EXPECT_NE(out_.find("DOES NOT HOLD from journal entry 4 on: x\nThe 3 entries before it are good.\n"),
            std::string::npos)
      << out_;
}

TEST_F(Running, TellsAJobThatFailedOrIsGone) {
  client_.replies = {{202, R"({"job":7})"}, {200, R"({"state":"failed","error":"/b.db: is there already"})"}};
  Command command;
  command.verb = Verb::backup;
  command.file = "/x/../b.db";
  EXPECT_EQ(run_with(command), refused);
  EXPECT_EQ(client_.asked.at(0).target, "/jobs/backup?file=%2Fb.db");
  EXPECT_EQ(err_, "/b.db: is there already\n");
  client_.replies = {{202, R"({"job":8})"}, {404, R"({"detail":"There is no job '8', or no more."})"}};
  EXPECT_EQ(run_with(command), refused);
  client_.replies = {{202, R"({"job":9})"}, {nobody, "gone"}};
  EXPECT_EQ(run_with(command), not_reachable);
}

TEST_F(Running, WorksOnADatabaseFileWithoutAGateway) {
  person_.offline = [](const std::string& task, const std::string& parameters, const std::string& database) {
    return core::Result<std::string>(R"({"holds":true,"positions":[],"head":")" + task + " " + parameters + database +
                                     "\"}");
  };
  Command command;
  command.verb = Verb::replay;
  command.database = "desk.db";
  command.as_of = "2026-11-20";
  command.model = "GROWTH";
  EXPECT_EQ(run_with(command), done);
  EXPECT_TRUE(client_.asked.empty());
  EXPECT_NE(out_.find("head replay as_of=2026-11-20;model=GROWTH;desk.db"), std::string::npos) << out_;
  EXPECT_NE(out_.find("No positions."), std::string::npos) << out_;
  EXPECT_EQ(live_, (std::vector<std::string>{"replay begins", "replay: 25 %", ""}));
  person_.offline = [](const auto&, const auto&, const std::string& database) -> core::Result<std::string> {
    return core::fail(database, "there is no such file");
  };
  EXPECT_EQ(run_with(command), wrong_use);
  EXPECT_EQ(err_, "desk.db: there is no such file\n");
}

}  // namespace
}  // namespace cli
