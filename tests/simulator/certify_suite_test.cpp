#include <gtest/gtest.h>

#include "simulator/certify/suite_words.hpp"
#include "simulator/certify/template.hpp"
#include "tests/simulator/certify_fixture.hpp"

namespace simulator::certify {
namespace {

// All errors of a suite, a line each.
std::string errors_in(const std::string& text) {
  const auto suite = parse_suite(text, "a.fixcert");
  std::string errors;
  if (suite) return errors;
  for (const core::Error& error : suite.error()) errors += error.text() + "\n";
  return errors;
}

std::string errors_in_case(const std::string& line) { return errors_in("suite \"S\"\ncase \"C\"\n" + line + "\n"); }

TEST(Suite, ReadsEveryStatement) {
  const Suite suite = suite_in(
      "# a comment\n"
      "suite \"Orders\" version FIX.4.2   # and another\n"
      "set SENDER SIM\n"
      "set greeting \"two words\"\n"
      "ignore 35=V or 35=H|55=AAPL\n"
      "case \"One\"\n"
      "  note \"D1\"\n"
      "  logon 108=5 within 2m\n"
      "  ask \"Buy 100 AAPL\"\n"
      "  expect 35=D|11=?order|38=?qty=>99|44=!|58=~a|b c~|1=* or close within 500ms\n"
      "  send 35=8|11=$order|58=\"a | b\"\n"
      "       |52=!\n"
      "  raw \"8=FIX|\"\n"
      "  skip 2\n"
      "  by hand\n"
      "  by itself\n"
      "  wait 1s\n"
      "  expect nothing within 2s\n"
      "  check \"It is filled\"\n"
      "  expect logout\n"
      "  close\n"
      "  connect\n"
      "  logout 58=bye\n");
  EXPECT_EQ(suite.name, "Orders");
  EXPECT_EQ(suite.version, "FIX.4.2");
  ASSERT_EQ(suite.setup.size(), 3U);
  EXPECT_EQ(suite.setup[1].words, "two words");
  EXPECT_EQ(suite.setup[2].any_of.size(), 2U);
  ASSERT_EQ(suite.cases.size(), 1U);
  const std::vector<Step>& steps = suite.cases[0].steps;
  ASSERT_EQ(steps.size(), 16U);
  EXPECT_EQ(steps[1].items, (Items{{108, Item::Kind::text, "5"}}));
  EXPECT_EQ(steps[1].time, std::chrono::minutes(2));
  EXPECT_EQ(steps[3].line, 10);
  const Items expected{
      {35, Item::Kind::text, "D"},  {11, Item::Kind::any, "", "order"}, {38, Item::Kind::greater, "99", "qty"},
      {44, Item::Kind::absent, ""}, {58, Item::Kind::regex, "a|b c"},   {1, Item::Kind::any, ""}};
  ASSERT_EQ(steps[3].any_of.size(), 2U);
  EXPECT_EQ(steps[3].any_of[0].items, expected);
  EXPECT_EQ(steps[3].any_of[1].kind, Alternative::Kind::close);
  EXPECT_EQ(steps[3].time, std::chrono::milliseconds(500));
  EXPECT_EQ(steps[4].items.back(), (Item{52, Item::Kind::absent, ""}));
  EXPECT_EQ(steps[4].items[2].text, "a | b");
  EXPECT_EQ(steps[4].source, "send 35=8|11=$order|58=\"a | b\"|52=!");
}

TEST(Suite, FieldsStandForOthers) {
  const Suite suite = suite_in(
      "suite \"S\"\n"
      "fields ORDER 35=D|11=?order|38=?qty|54=*\n"
      "fields REPORT 35=8|11=$order|38=$qty|58=usual\n"
      "case \"C\"\n"
      "expect ORDER|38=100|55=AAPL\n"
      "send REPORT|58=other|58=again\n");
  const Items expected{{35, Item::Kind::text, "D"},
                       {11, Item::Kind::any, "", "order"},
                       {38, Item::Kind::text, "100", "qty"},  // the line's own, captured all the same
                       {54, Item::Kind::any, ""},
                       {55, Item::Kind::text, "AAPL"}};
  EXPECT_EQ(suite.cases[0].steps[0].any_of[0].items, expected);
  const Items sent{{35, Item::Kind::text, "8"},
                   {11, Item::Kind::text, "$order"},
                   {38, Item::Kind::text, "$qty"},
                   {58, Item::Kind::text, "other"},
                   {58, Item::Kind::text, "again"}};  // a group has a tag several times
  EXPECT_EQ(suite.cases[0].steps[1].items, sent);
}

TEST(Suite, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(errors_in(""),
            "a.fixcert: has no case; one begins with a line such as: case \"A market order is filled\"\n");
  EXPECT_EQ(errors_in("case \"C\"\n"),
            "a.fixcert:1: a suite begins with a line such as: suite \"Order lifecycle\" version FIX.4.4\n");
  EXPECT_EQ(errors_in_case("expct 35=D"), "a.fixcert:3: 'expct' is no statement; 'expect' is one\n");
  EXPECT_EQ(errors_in_case("expect 35=D within 3 s"),
            "a.fixcert:3: '3' is no time such as 500ms, 30s or 2m, up to a day\n");
  EXPECT_EQ(errors_in_case("expect 35=D 38=100"),
            "a.fixcert:3: nothing is expected after '35=D', but '38=100' stands there\n");
  EXPECT_EQ(errors_in_case("send 35=8|11=?order"),
            "a.fixcert:3: '11=?order' is a pattern, for expect; what is sent as it stands is put in quotes\n");
  EXPECT_EQ(errors_in_case("send 35=8|11=$order"),
            "a.fixcert:3: $order is not known: nothing before captures or sets it\n");
  EXPECT_EQ(errors_in_case("send 35=8|11=$11"),
            "a.fixcert:3: $11 is a field of the message expected last, but none was yet\n");
  EXPECT_EQ(errors_in_case("send 37=1"), "a.fixcert:3: a message that is sent needs a type, such as 35=8\n");
  EXPECT_EQ(errors_in_case("expect 35=D|ClOrdID=1"),
            "a.fixcert:3: 'ClOrdID=1' is no field such as 54=1, and no name given by `fields`\n");
  EXPECT_EQ(errors_in_case("expect 35=D|58=\"open"), "a.fixcert:3: a quote has no end\n");
  EXPECT_EQ(errors_in_case("expect 35=D|38=<much"),
            "a.fixcert:3: 'much' is no number; < and > stand before one, such as >0\n");
  EXPECT_NE(errors_in_case("expect 35=D|58=~(~").find("'(' is no regular expression"), std::string::npos);
  EXPECT_EQ(errors_in_case("note D1"), "a.fixcert:3: 'D1' stands without quotes: \"...\"\n");
  EXPECT_EQ(errors_in_case("expect 35=A|49=?SENDER"),
            "a.fixcert:3: 'SENDER' is known without being captured; take another name\n");
}

TEST(Suite, TellsAllErrorsAtOnce) {
  EXPECT_EQ(errors_in("suite \"S\"\nwait 1s\ncase \"C\"\nwait\nsend 35=$$|58=$\n\ncase \"C\"\n"),
            "a.fixcert:2: 'wait' stands in a case: begin one with a line such as: case \"A market order is filled\"\n"
            "a.fixcert:4: 'wait' needs a time, such as 500ms\n"
            "a.fixcert:5: '$' stands before a name or a tag, such as $order or $55; a dollar itself is $$\n"
            "a.fixcert:7: the case of line 3 has the same name\n");
}

TEST(Suite, WrittenOutItReadsBackTheSame) {
  for (const std::string file : {"config/certification/orders.fixcert", "config/certification/session.fixcert"}) {
    const auto suite = load_suite(file);
    ASSERT_TRUE(suite.has_value()) << suite.error().front().text();
    const Suite again = suite_in(text_of(*suite));
    ASSERT_EQ(again.cases.size(), suite->cases.size());
    for (std::size_t i = 0; i < again.cases.size(); ++i) {
      ASSERT_EQ(again.cases[i].steps.size(), suite->cases[i].steps.size());
      for (std::size_t j = 0; j < again.cases[i].steps.size(); ++j) {
        EXPECT_EQ(again.cases[i].steps[j].any_of, suite->cases[i].steps[j].any_of);
        EXPECT_EQ(again.cases[i].steps[j].items, suite->cases[i].steps[j].items);
        EXPECT_EQ(text_of(again.cases[i].steps[j]), text_of(suite->cases[i].steps[j]));
      }
    }
    EXPECT_EQ(text_of(again), text_of(*suite));
  }
}

TEST(Suite, DoesNotTellPasswords) {
  const Suite suite = suite_in("suite \"S\"\ncase \"C\"\nlogon 553=me|554=secret\n");
  EXPECT_EQ(suite.cases[0].steps[0].source, "logon 553=me|554=***");
  EXPECT_EQ(suite.cases[0].steps[0].items[1].text, "secret");
}

TEST(Template, FillsNamesIn) {
  const Lookup lookup = [](const std::string& name) -> core::Result<std::string> {
    if (name == "n") return std::string("7");
    if (name == "11") return std::string("A-1");
    return core::fail("", "no " + name);
  };
  EXPECT_EQ(filled("$11", lookup), "A-1");
  EXPECT_EQ(filled("O-${11}.2", lookup), "O-A-1.2");
  EXPECT_EQ(filled("$n+2", lookup), "9");
  EXPECT_EQ(filled("$n-1", lookup), "6");
  EXPECT_EQ(filled("x$n-1", lookup), "x7-1");
  EXPECT_EQ(filled("100$$", lookup), "100$");
  EXPECT_EQ(filled(as_template("a$b"), lookup), "a$b");
  EXPECT_EQ(filled("$11-1", lookup).error().message, "$11 is 'A-1', which is no whole number to reckon with");
  EXPECT_EQ(filled("$x", lookup).error().message, "no x");
}

}  // namespace
}  // namespace simulator::certify
