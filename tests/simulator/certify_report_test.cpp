#include <gtest/gtest.h>

#include "simulator/certify/report.hpp"
#include "tests/simulator/certify_fixture.hpp"

namespace simulator::certify {
namespace {

Names names() {
  auto names = Names::load("fix-specs/FIX44.xml");
  EXPECT_TRUE(names.has_value()) << names.error().text();
  return *std::move(names);
}

// One case that passed and one that failed.
Outcome outcome() {
  Play play(
      "case \"A <good> one\"\nlogon\n"
      "case \"A bad one\"\nlogon 554=secret\nexpect 35=D|38=100\nsend 35=8\n");
  play.logs_on();
  play.waits(std::chrono::milliseconds(400));
  play.says("35=5");
  play.logs_on();
  play.says("35=D|11=A\"1|38=200|54=1|5001=x");
  play.says("35=5");
  EXPECT_TRUE(play.referee.finished());
  return play.referee.outcome();
}

TEST(Report, IsReadByPeople) {
  const std::string text = text_report(outcome(), names());
  EXPECT_NE(text.find("Test, FIX.4.4, test.fixcert\n\nCase \"A <good> one\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("< NewOrderSingle(D) 4: ClOrdID(11) A\"1, OrderQty(38) 200, Side(54) 1 BUY, 5001 x\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n         differs: OrderQty(38): '200' came, '100' was expected\n"), std::string::npos) << text;
  EXPECT_NE(text.find("not reached"), std::string::npos);
  EXPECT_NE(text.find("ok      0.400 s\n"), std::string::npos) << text;
  EXPECT_NE(text.find("2 cases: 1 passed, 1 failed, in 0.400 s\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
}

TEST(Report, IsReadByPrograms) {
  const std::string json = json_report(outcome(), names());
  EXPECT_NE(json.find("\"passed\":1,\"failed\":1"), std::string::npos) << json;
  EXPECT_NE(json.find("{\"tag\":54,\"name\":\"Side\",\"value\":\"1\",\"meaning\":\"BUY\"}"), std::string::npos) << json;
  EXPECT_NE(json.find("{\"tag\":11,\"name\":\"ClOrdID\",\"value\":\"A\\\"1\",\"meaning\":\"\"}"), std::string::npos)
      << json;
  EXPECT_NE(json.find("{\"tag\":38,\"text\":\"OrderQty(38): '200' came, '100' was expected\"}"), std::string::npos);
  EXPECT_NE(json.find("\"raw\":\"8=FIX.4.4|9="), std::string::npos);
  EXPECT_EQ(json.find("secret"), std::string::npos) << json;
}

TEST(Report, IsReadByBuildServers) {
  const std::string xml = junit_report(outcome(), names());
  EXPECT_NE(xml.find("<testsuite name=\"Test\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"0.400\""),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("<testcase classname=\"Test\" name=\"A &lt;good&gt; one\" time=\"0.400\">"), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("<failure message=\"test.fixcert:6: OrderQty(38): '200' came, '100' was expected\""),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("|11=A&quot;1|"), std::string::npos);
}

TEST(Names, ComeFromADictionaryInQuickFixsFormat) {
  const auto read = Names::parse(
      "<fix><messages><message name='News' msgtype='B'><field name='Headline' required='Y'/></message></messages>"
      "<fields><field number='148' name='Headline' type='STRING'/>"
      "<field number='54' name='Side' type='CHAR'><value enum='8' description='CROSS'/></field></fields></fix>",
      "x.xml");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->field(148), "Headline(148)");
  EXPECT_EQ(read->message("B"), "News(B)");
  EXPECT_EQ(read->meaning(54, "8"), "CROSS");
  EXPECT_EQ(read->meaning(54, "1"), "BUY");
  EXPECT_EQ(read->field(9999), "9999");
  EXPECT_NE(Names::parse("<html></html>", "x.xml").error().text().find("x.xml: is no data dictionary"),
            std::string::npos);
  EXPECT_FALSE(Names::parse("<fix", "x.xml").has_value());
}

}  // namespace
}  // namespace simulator::certify
