#include <gtest/gtest.h>

#include "simulator/certify/replay.hpp"
#include "simulator/scenario/read_scenarios.hpp"
#include "tests/simulator/certify_fixture.hpp"

namespace simulator::certify {
namespace {

std::string logged(const std::string& second, char mark, const std::string& fields,
                   const std::string& session = "SIM") {
  return "2026-11-24T14:00:" + second + "Z " + session + " " + mark + " " +
         with_bars(bytes_of(fields_in("8=FIX.4.4|" + fields))) + "\n";
}

// As a gateway logs it: > is the client.
std::string day() {
  return logged("00.000000000", '>', "35=A|34=1|49=C|56=B|52=x|98=0|108=30|554=secret") +
         logged("00.010000000", '<', "35=A|34=1|49=B|56=C|52=x|98=0|108=30") +
         "2026-11-24T14:00:00.010000001Z SIM ! Received logon response\n" +
         logged("01.000000000", '>',
                "35=D|34=2|49=C|56=B|52=x|11=A1|55=AAPL|54=1|38=100|40=2|44=187.50|60=20261124-14:00:01") +
         logged("01.012000000", '<',
                "35=8|34=2|49=B|56=C|52=x|37=X1|17=E1|11=A1|150=0|39=0|55=AAPL|54=1|151=100|14=0|6=0") +
         logged("01.017000000", '<',
                "35=8|34=3|49=B|56=C|52=x|37=X1|17=E2|11=A1|150=F|39=1|55=AAPL|54=1|32=40|31=187.40|151=60|14=40|6=187."
                "40|75=20261124") +
         logged("02.000000000", '<', "35=0|34=4|49=B|56=C|52=x") +
         logged("03.000000000", '>', "35=F|34=3|49=C|56=B|52=x|11=A2|41=A1|55=AAPL|54=1|38=100|60=20261124-14:00:03") +
         logged("03.020000000", '<', "35=9|34=5|49=B|56=C|52=x|37=X1|11=A2|41=A1|39=1|434=1|102=2|58=not now") +
         logged("04.000000000", '<',
                "35=8|34=6|49=B|56=C|52=x|37=X1|17=E3|19=E2|11=A1|150=H|39=0|55=AAPL|54=1|32=40|31=187.40|151=100|14=0|"
                "6=0") +
         logged("04.100000000", '<',
                "35=8|34=7|49=B|56=C|52=x|37=X1|17=E4|11=A1|150=4|39=4|55=AAPL|54=1|151=0|14=0|6=0") +
         logged("05.000000000", '>', "35=5|34=4|49=C|56=B|52=x") +
         logged("05.001000000", '<', "35=5|34=8|49=B|56=C|52=x");
}

Recording recording_of(const std::string& text) {
  auto recording = parse_recording(text, "day.log");
  EXPECT_TRUE(recording.has_value()) << recording.error().front().text();
  return recording.value_or(Recording{});
}

std::string errors_in(const std::string& text, const std::string& session = "") {
  const auto recording = parse_recording(text, "day.log", session);
  std::string errors;
  if (recording) return errors;
  for (const core::Error& error : recording.error()) errors += error.text() + "\n";
  return errors;
}

TEST(Recording, IsReadWithBothSides) {
  const Recording recording = recording_of(day());
  EXPECT_EQ(recording.session, "SIM");
  ASSERT_EQ(recording.connections.size(), 1U);
  const auto& messages = recording.connections[0];
  ASSERT_EQ(messages.size(), 12U);
  EXPECT_TRUE(messages[0].by_client);
  EXPECT_FALSE(messages[1].by_client);
  EXPECT_EQ(messages[2].line, 4);
  EXPECT_EQ(value_of(messages[0].message, 554), "***");  // blanked, and taken all the same
}

TEST(Recording, TheClientIsTheOneThatLogsOnFirst) {
  std::string of_the_exchange = day();
  for (char& c : of_the_exchange) c = c == '<' ? '>' : c == '>' ? '<' : c;
  EXPECT_TRUE(recording_of(of_the_exchange).connections[0][0].by_client);
  const std::string later = logged("01.000000000", '<', "35=8|34=9|11=A");
  EXPECT_FALSE(recording_of(later).connections[0][0].by_client);
  EXPECT_EQ(errors_in(logged("01.000000000", '<', "35=0|34=9")),
            "day.log: has neither a Logon(A) nor orders or reports: who the client is cannot be told\n");
}

TEST(Recording, NamesEveryBrokenLine) {
  const std::string good = logged("00.000000000", '>', "35=A|34=1|49=C|56=B|98=0|108=30");
  std::string changed = good;
  changed.replace(changed.find("108=30"), 6, "108=31");
  const std::string errors =
      errors_in(good + "yesterday SIM > 8=FIX.4.4|\n" + good.substr(0, good.size() - 8) + "\n" + changed +
                "2026-11-24T14:00:00.000000000Z SIM ? x\n" + "2026-11-24T14:00:00.000000000Z SIM > 35=A|\n" +
                good.substr(0, good.size() - 1));
  EXPECT_NE(errors.find("day.log:2: does not begin with a time; a line is such as: 2026-"), std::string::npos)
      << errors;
  EXPECT_NE(errors.find("day.log:3: the message is cut off"), std::string::npos) << errors;
  EXPECT_NE(errors.find("day.log:4: BodyLength(9) or CheckSum(10) is wrong"), std::string::npos) << errors;
  EXPECT_NE(errors.find("day.log:5: has no name and <, > or ! after the time"), std::string::npos) << errors;
  EXPECT_NE(errors.find("day.log:6: the message does not begin with 8=FIX"), std::string::npos) << errors;
  EXPECT_NE(errors.find("day.log:7: the last line has no end"), std::string::npos) << errors;
  EXPECT_EQ(errors_in(""), "day.log: has no message\n");
}

TEST(Recording, AsksForTheSessionWhenThereAreSeveral) {
  const std::string two = day() + logged("09.000000000", '>', "35=D|34=1|11=Z", "OTHER");
  EXPECT_EQ(errors_in(two), "day.log: has several sessions; name one with --session: OTHER, SIM\n");
  EXPECT_EQ(errors_in(two, "SIM"), "");
  EXPECT_EQ(errors_in(two, "THIRD"), "day.log: has no session 'THIRD', but OTHER, SIM\n");
}

TEST(Replay, OfTheBrokersSideAsksExpectsAndSends) {
  const Suite suite = suite_of(recording_of(day()), {.side = Side::broker, .in_time = false});
  const std::string text = text_of(suite);
  EXPECT_NE(text.find("  logon\n"
                      "  ask \"Buy 100 AAPL, limit 187.50\"\n"
                      "  expect 35=D|11=?order1|55=AAPL|54=1|38=100|40=2|44=187.50\n"
                      "  send 35=8|37=X1-${ID}|17=E1-${ID}|11=${order1}|150=0|39=0|55=AAPL|54=1|151=100|14=0|6=0\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("|75=$TODAY\n"
                      "  ask \"Cancel: Buy 100 AAPL, limit 187.50\"\n"
                      "  expect 35=F|11=?order2|41=${order1}|55=AAPL|54=1|38=100\n"
                      "  send 35=9|37=X1-${ID}|11=${order2}|41=${order1}|39=1|434=1|102=2|58=\"not now\"\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("17=E3-${ID}|19=E2-${ID}|"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  logout\n"), std::string::npos) << text;
  EXPECT_EQ(text_of(suite_in(text)), text);  // a suite like any other
}

TEST(Replay, OfTheClientsSideNamesItselfAndKeepsPauses) {
  const std::string text = text_of(suite_of(recording_of(day()), {.side = Side::client}));
  EXPECT_NE(text.find("set SENDER \"C\"\nset TARGET \"B\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  logon\n  wait 990ms\n  send 35=D|11=A1-${ID}|55=AAPL|"), std::string::npos) << text;
  EXPECT_NE(text.find("  expect 35=8|37=?broker_order1|17=?exec1|11=A1-${ID}|150=0|"), std::string::npos) << text;
  EXPECT_NE(text.find("17=?exec3|19=${exec2}|"), std::string::npos) << text;
  EXPECT_NE(text.find("  logout\n"), std::string::npos) << text;
}

TEST(Replay, IsPlayedByTheReferee) {
  const Suite suite = suite_of(recording_of(day()), {.side = Side::broker, .in_time = false});
  const std::string text = text_of(suite);
  Play play(text.substr(text.find('\n') + 1), {.goes_on = true});
  play.logs_on();
  play.says("35=D|11=NEW|55=AAPL|54=1|38=100|40=2|44=187.5");
  EXPECT_EQ(play.types(), "A88");
  EXPECT_EQ(value_of(play.heard(), 11), "NEW");
  EXPECT_EQ(value_of(play.heard(), 17), "E2-RUN-1");
  play.says("35=F|11=NEWER|41=NEW|55=AAPL|54=1|38=99");
  EXPECT_EQ(play.types(), "A889885");
  EXPECT_EQ(value_of(play.heard(3), 11), "NEWER");
  play.says("35=5");
  ASSERT_TRUE(play.referee.finished());
  EXPECT_NE(play.difference().find("38 '99' came, '100' was expected"), std::string::npos) << play.difference();
}

TEST(Replay, BecomesScenarios) {
  const auto toml = scenarios_of(recording_of(day()));
  ASSERT_TRUE(toml.has_value());
  EXPECT_EQ(*toml,
            "# What was answered in day.log, session SIM.\n"
            "\n"
            "[[scenario]]\n"
            "name = \"Buy 100 AAPL, limit 187.50\"\n"
            "when = { symbol = \"AAPL\", quantity = \"100\" }\n"
            "steps = [\n"
            "  { do = \"acknowledge\", after_ms = 12 },\n"
            "  { do = \"fill\", quantity = \"40\", price = \"187.40\", after_ms = 5 },\n"
            "  { do = \"bust\", fill = 1, after_ms = 980 },\n"
            "  { do = \"cancel\", after_ms = 100 },\n"
            "]\n"
            "on_cancel = [\n"
            "  { do = \"refuse\", reason = 2, text = \"not now\", after_ms = 20 },\n"
            "]\n");
  EXPECT_TRUE(parse_scenarios(*toml, "out.toml").has_value()) << "the exchange reads what was made";
  EXPECT_FALSE(scenarios_of(recording_of(logged("01.000000000", '<', "35=8|34=9|11=A"))).has_value());
}

// Two orders alike are told apart by which comes first, and what was not answered is not answered again.
TEST(Replay, BecomesScenariosOfOrdersThatAreAlike) {
  const std::string order = "|55=KO|54=2|38=5|40=1";
  const auto toml = scenarios_of(recording_of(logged("01.000000000", '>', "35=D|34=1|11=A1" + order) +
                                              logged("02.000000000", '>', "35=D|34=2|11=A2" + order) +
                                              logged("03.000000000", '>', "35=F|34=3|11=A3|41=A2" + order) +
                                              logged("03.005000000", '<', "35=8|34=1|11=A3|41=A2|150=6|39=6")));
  ASSERT_TRUE(toml.has_value());
  EXPECT_NE(toml->find("name = \"Sell 5 KO at the market\"\n"
                       "when = { symbol = \"KO\", quantity = \"5\", nth = 1 }\n"
                       "steps = []\n\n"
                       "[[scenario]]\n"
                       "name = \"Sell 5 KO at the market, again 1\"\n"
                       "when = { symbol = \"KO\", quantity = \"5\", nth = 2 }\n"
                       "steps = []\n"
                       "on_cancel = [\n  { do = \"pending_cancel\", after_ms = 5 },\n]\n"),
            std::string::npos)
      << *toml;
  EXPECT_TRUE(parse_scenarios(*toml, "out.toml").has_value());
}

}  // namespace
}  // namespace simulator::certify
