#include "cli/show.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cli {
namespace {

boost::json::value parse(const char* text) { return boost::json::parse(text); }

TEST(Show, OrdersAsATable) {
  const auto reply =
      parse(R"({"orders":[{"order_id":"P1","state":"filled","side":"BUY","quantity":"1000","symbol":"AAPL",
    "order_type":"LMT","limit_price":"187.5","model":"GROWTH","filled":"1000","average_price":"187.41","currency":"USD",
    "time_in_force":"DAY","broker":"SIM","commission":"3.50","time_utc":"2026-11-21T07:36:07.123456789Z",
    "submitted_by":"ann","text":""}]})");
  EXPECT_EQ(
      show_orders(reply, {}),
      "ORDER  STATE   SIDE  QUANTITY  SYMBOL  TYPE  LIMIT  MODEL   FILLED  AVERAGE  CCY  TIF  BROKER  FEES  TIME (UTC) "
      "  "
      "        BY   TEXT\n"
      "P1     filled  BUY       1000  AAPL    LMT   187.5  GROWTH    1000   187.41  USD  DAY  SIM     3.50  2026-11-21 "
      "07:36:07  ann\n");
  EXPECT_EQ(show_orders(parse(R"({"orders":[]})"), {}), "No orders.\n");
}

TEST(Show, BreaksWithWhatToDo) {
  const auto reply = parse(R"({"breaks":[
    {"break_id":2,"time_utc":"2026-11-21T07:36:07.1Z","broker":"SIM","kind":"over_fill","order_id":"P1","exec_id":"E9",
     "text":"100 more than ordered","state":"open","advice":"Ask the broker."},
    {"break_id":1,"time_utc":"2026-11-21T07:30:00.1Z","broker":"SIM","kind":"missing_fill","order_id":"P1","exec_id":"",
     "text":"","state":"settled","settled_as":"acknowledged","settled_by":"ann","settled_utc":"2026-11-21T08:00:00.5Z",
     "reason":"came at noon","advice":"?"}]})");
  EXPECT_EQ(show_breaks(reply, {}),
            "BREAK  TIME (UTC)           BROKER  KIND       ORDER  FILL  WHAT IS WRONG\n"
            "    2  2026-11-21 07:36:07  SIM     over_fill  P1     E9    100 more than ordered\n"
            "\nWhat to do\n"
            "  over_fill  Ask the broker.\n"
            "Then put it on record: prorata break settle NUMBER --reason TEXT\n"
            "\nSettled\n"
            "BREAK  SETTLED (UTC)        BY   AS            KIND          ORDER  REASON\n"
            "    1  2026-11-21 08:00:00  ann  acknowledged  missing_fill  P1     came at noon\n");
  EXPECT_EQ(show_breaks(parse(R"({"breaks":[]})"), {}), "No breaks.\n");
}

TEST(Show, ProofsInWords) {
  EXPECT_EQ(
      show_verification(parse(R"({"database":"d.db","holds":false,"entries":9,"head":"9:ab","time_utc":
    "2026-11-21T07:36:07.1Z","rows":[{"what":"fills","journal":3,"rows":2,"holds":false}],
    "expected":{"hash":"cc","holds":false,"seq":4}})"),
                        {}),
      "d.db\nThe hash chain is whole: 9 journal entries, the last of 2026-11-21 07:36:07 UTC\nhead 9:ab\n"
      "DOES NOT HOLD: the expected hash is not there, at entry 4: the journal was cut or rewritten.\n\n"
      "COUNTED  SHOULD BE  ARE\n"
      "fills            3    2  DIFFERS\n"
      "\nIt DOES NOT HOLD. For rows that differ, `prorata replay` tells which, and `prorata mend` makes them anew.\n");
  EXPECT_EQ(show_verification(parse(R"({"database":"d.db","holds":false,"entries":9,"head":"9:ab","time_utc":"",
    "rows":[],"file":{"holds":false,"problems":["Tree 4 page 9: Rowid 7 out of order"]}})"),
                              {}),
            "d.db\nThe hash chain is whole: 9 journal entries\nhead 9:ab\n"
            "\nIt DOES NOT HOLD: the file is damaged, see docs/recovery.md. SQLite says of it:\n"
            "  Tree 4 page 9: Rowid 7 out of order\n");
  EXPECT_EQ(show_replay(parse(R"({"database":"d.db","holds":false,"entries":9,"head":"9:ab","time_utc":"","rows":
    [{"what":"cash","compared":3,"differing":1,"holds":false}],"differences":[{"what":"positions","row":"account A1",
    "text":"cost: journal 1, live 2"}]})"),
                        {}),
            "d.db\n9 journal entries\nhead 9:ab\n\n"
            "REBUILT FROM THE JOURNAL  ROWS  DIFFERENT\n"
            "cash                         3          1  DIFFERS\n"
            "\npositions, account A1\n  cost: journal 1, live 2\n"
            "\nThe live rows DO NOT FOLLOW from the journal.\n");
  EXPECT_EQ(show_backup(parse(R"({"file":"/b.db","bytes":4096,"entries":9,"head":"9:ab","time_utc":""})")),
            "/b.db\n4096 bytes, verified: 9 journal entries\nhead 9:ab\n");
}

TEST(Show, SessionsTellOfOpenBreaks) {
  EXPECT_NE(show_sessions(parse(R"({"sessions":[],"open_breaks":2})"), {}).find("Open breaks: 2"), std::string::npos);
  EXPECT_EQ(show_sessions(parse(R"({"sessions":[],"open_breaks":0})"), {}), "No sessions.\n");
}

TEST(Show, PreviewsWithExactSums) {
  const auto reply = parse(R"({"orders":[],"previews":[
    {"order_id":"","place":"b.csv:2","side":"BUY","quantity":"10","symbol":"A","order_type":"MKT","limit_price":"",
     "time_in_force":"DAY","model":"M","broker":"","value":"90071992547409.93","currency":"USD","account_count":2,
     "accounts":[{"account":"U1","model":"M","quantity":"6","cost":"60.00"},
                 {"account":"U2","model":"M","quantity":"4","cost":"40.00"}]},
    {"order_id":"","place":"b.csv:3","side":"BUY","quantity":"1","symbol":"B","order_type":"MKT","limit_price":"",
     "time_in_force":"DAY","model":"M","broker":"","value":"0.02","currency":"USD","account_count":1}]})");
  EXPECT_EQ(show_previews(reply, {}, true),
            "LINE     SIDE  QUANTITY  SYMBOL  TYPE  TIF  MODEL              VALUE  CCY  ACCOUNTS\n"
            "b.csv:2  BUY         10  A       MKT   DAY  M      90071992547409.93  USD         2\n"
            "b.csv:3  BUY          1  B       MKT   DAY  M                   0.02  USD         1\n"
            "\n"
            "BUY 10 A for M:\n"
            "ACCOUNT  MODEL  QUANTITY  VALUE\n"
            "U1       M             6  60.00\n"
            "U2       M             4  40.00\n"
            "\n"
            "BUY 90071992547409.95 USD in 2 orders\n");
}

TEST(Show, APreviewSaysWhyTheOrdersCannotGoOutNow) {
  const auto reply = parse(R"({"orders":[],"previews":[],
    "warnings":[{"code":"broker_not_connected","place":"","message":"the session SIM is not logged on"}]})");
  EXPECT_EQ(show_previews(reply, {}, true), "No orders.\n\nNot now: the session SIM is not logged on\n");
}

TEST(Show, OrderWithFillsAndParts) {
  const auto reply = parse(R"({"order":{"order_id":"P1","average_price":"187.41"},"fills":[],
    "parts":[{"account":"U1","model":"M","quantity":"6","cost":"1124.46","commission":"0.02"}]})");
  EXPECT_EQ(show_order(reply, {}),
            "order id       P1\n"
            "average price  187.41\n"
            "\nFills\nnone yet\n"
            "\nParts\n"
            "ACCOUNT  MODEL  QUANTITY     COST  FEES\n"
            "U1       M             6  1124.46  0.02\n");
}

TEST(Show, WhatBecameOfFillsWhenABrokerChangedThem) {
  const auto reply = parse(R"({"order":{"order_id":"P1"},"fills":[
    {"exec_id":"E1","time_utc":"","quantity":"0","price":"187.40","currency":"USD","commission":"0.00","exchange":"X",
     "broker":"SIM","changed":"BUSTED","changed_by":"E3","first_quantity":"400","first_price":"187.40"},
    {"exec_id":"E2","time_utc":"","quantity":"7","price":"187.40","currency":"USD","commission":"0.00","exchange":"X",
     "broker":"SIM","changed":"","changed_by":"","first_quantity":"7","first_price":"187.40"}],"parts":[]})");
  const std::string shown = show_order(reply, {});
  EXPECT_NE(shown.find("BROKER  CHANGED  BY  WAS      AT\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("SIM     BUSTED   E3  400  187.40\n"), std::string::npos) << shown;
}

TEST(Show, LogInPiecesThatLineUp) {
  const auto page =
      parse(R"({"entries":[{"seq":7,"time_utc":"2026-11-21T07:36:07.000000000Z","kind":"FILL","account":null,
    "model":"GROWTH","side":"BUY","quantity":"100","symbol":"AAPL","price":"187.5","currency":"USD","commission":"0.35",
    "order_id":"P1","exec_id":"E1","broker":"SIM","exchange":"XSIM"}]})");
  const std::string whole = show_log(page, {}, true);
  EXPECT_EQ(whole.substr(whole.find('\n') + 1), show_log(page, {}, false));
  EXPECT_NE(whole.find("     7  2026-11-21 07:36:07  FILL   BUY         100  AAPL         187.5  USD"),
            std::string::npos)
      << whole;
}

TEST(Show, AnyDocumentAsLinesAndTables) {
  const auto reply = parse(R"({"exec_id":"E1","ties":[],"note":null,
    "accounts":[{"account":"U1","due_units":"3"},{"account":"U2","due_units":"12"}]})");
  EXPECT_EQ(show_document(reply, {}),
            "exec id  E1\n"
            "ties     []\n"
            "\naccounts\n"
            "account  due units\n"
            "U1               3\n"
            "U2              12\n");
}

TEST(Show, ProblemsWithTheirPlaces) {
  EXPECT_EQ(show_problem(parse(R"({"detail":"Refused; nothing was done.","errors":[
      {"code":"unknown_model","place":"b.csv:2: Model","message":"there is no model 'X'"},
      {"code":"malformed","place":"","message":"bad"}]})")),
            "Refused; nothing was done.\n"
            "  b.csv:2: Model: there is no model 'X' (unknown_model)\n"
            "  bad\n");
}

TEST(Show, NothingThatMovesTheTerminal) {
  const auto reply = parse(R"({"breaks":[{"break_id":1,"text":"\u001b[2Jboo\n"}]})");
  EXPECT_EQ(show_breaks(reply, {}).find('\x1b'), std::string::npos);
  EXPECT_NE(show_breaks(reply, {}).find("?[2Jboo?"), std::string::npos);
}

TEST(Show, WhateverTheJsonIs) {
  for (const char* text :
       {"null", "[]", "{}", "1", R"({"orders":1})", R"({"orders":[1,null,[]]})", R"({"previews":[1]})",
        R"({"entries":{}})", R"({"errors":[1]})", R"({"order":7,"fills":{},"parts":[[]]})"}) {
    const auto reply = parse(text);
    for (const auto& show : {show_orders, show_order, show_positions, show_breaks, show_sessions, show_document}) {
      EXPECT_NO_THROW((void)show(reply, {.width = 40})) << text;
    }
    EXPECT_NO_THROW((void)show_previews(reply, {}, true)) << text;
    EXPECT_NO_THROW((void)show_log(reply, {}, true)) << text;
    EXPECT_NO_THROW((void)show_problem(reply)) << text;
  }
}

}  // namespace
}  // namespace cli
