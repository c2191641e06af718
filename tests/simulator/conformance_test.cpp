#include <set>

#include "tests/simulator/server_fixture.hpp"
#include "tests/simulator/tester.hpp"

// The rules of the session layer, told in three versions to the port of config/acceptance.toml.
namespace simulator {
namespace {

// Lines of a script: "> 1 2 112=x|" is said, "< 0 2 112=x|" must be heard, with these fields among others, "closed" is
// the end of the connection, "again" a new one. LOGON is a Logon(A) of the version and its answer, ORDER the body of an
// order, BYE a Logout(5) and its answer.
struct Script {
  const char* name;
  std::vector<std::string> lines;
};

class Conformance : public ServerTest, public testing::WithParamInterface<fix::Version> {
 protected:
  Conformance() {
    auto settings = load_settings("config/acceptance.toml").value();
    settings.listen.port = 0;
    server_ = serve(settings, clock);
  }

  void play(const Script& script) {
    SCOPED_TRACE(script.name);
    tester_ = std::make_unique<Tester>(io, server_->port(), GetParam());
    for (const std::string& line : script.lines) {
      SCOPED_TRACE(line);
      play(line);
      if (HasFailure()) return;
    }
    if (script.lines.back() == "closed") return;
    play("BYE");
  }

  void play(const std::string& line) {
    const std::string what = line.substr(line.find(' ') + 1);
    if (line == "LOGON") {
      tester_->log_on();
      expect(GetParam() == fix::Version::fix50sp2 ? "A 1 98=0|108=30|1137=9|" : "A 1 98=0|108=30|");
    } else if (line == "BYE") {
      play("> 5 " + std::to_string(heard_of_us_) + " ");
      expect("5");
      expect("closed");
    } else if (line == "again") {
      tester_ = std::make_unique<Tester>(io, server_->port(), GetParam());
    } else if (line.starts_with("> ")) {
      const std::string said = replaced(what);
      tester_->say(said);
      heard_of_us_ = std::max(1, std::atoi(said.substr(said.find(' ')).c_str())) + 1;
    } else if (line.starts_with("raw ")) {
      tester_->write(Tester::framed(tester_->header_and(replaced(what)), "FIX.4.1"));
    } else {
      expect(line == "closed" ? line : replaced(what));
    }
  }

  // What is said for short.
  [[nodiscard]] static std::string replaced(std::string text) {
    // Fields that not all versions have.
    using enum fix::Version;
    for (const auto& [field, in] : {std::pair<std::string, std::set<fix::Version>>{"1137=9|", {fix50sp2}},
                                    {"20=0|", {fix42}},
                                    {"393=0|", {fix42}},
                                    {"323=1|", {fix44, fix50sp2}},
                                    {"|373=13|", {fix44, fix50sp2}},
                                    {"|373=14|", {fix44, fix50sp2}},
                                    {"|373=16|", {fix44, fix50sp2}}}) {
      const std::size_t found = text.find(field);
      if (in.contains(GetParam()) || found == std::string::npos) continue;
      text.replace(found, field.size(), field.starts_with("|") ? "|" : "");
    }
    const auto at = [](std::chrono::minutes later) {
      return core::fix_timestamp(core::SystemClock().now() + later).substr(0, 17);
    };
    for (const auto& [key, value] :
         {std::pair<std::string, std::string>{"ORDER", "11=A|21=1|38=5|40=1|54=1|55=X|60=" + at({}) + "|"},
          {"BEFORE", at(std::chrono::minutes(-3))},
          {"LATER", at(std::chrono::minutes(3))}}) {
      if (const std::size_t found = text.find(key); found != std::string::npos) text.replace(found, key.size(), value);
    }
    return text;
  }

  void expect(const std::string& wanted) {
    const std::string heard = "|" + tester_->hear();
    if (wanted == "closed") {
      ASSERT_EQ(heard, "|closed");
      return;
    }
    const std::size_t type_end = std::min(wanted.find(' '), wanted.size());
    const std::size_t number_end = std::min(wanted.find(' ', type_end + 1), wanted.size());
    std::vector<std::string> parts{"35=" + wanted.substr(0, type_end)};
    if (type_end < wanted.size()) parts.push_back("34=" + wanted.substr(type_end + 1, number_end - type_end - 1));
    for (std::size_t at = number_end + 1; at < wanted.size(); at = wanted.find('|', at) + 1) {
      parts.push_back(wanted.substr(at, wanted.find('|', at) - at));
    }
    for (const std::string& part : parts)
      ASSERT_NE(heard.find("|" + part + "|"), std::string::npos) << part << " in " << heard;
  }

  std::unique_ptr<Server> server_;
  std::unique_ptr<Tester> tester_;
  int heard_of_us_ = 1;  // the number after the last that was said
};

INSTANTIATE_TEST_SUITE_P(Versions, Conformance,
                         testing::Values(fix::Version::fix42, fix::Version::fix44, fix::Version::fix50sp2),
                         [](const auto& each) {
                           return std::string(fix::words_of(each.param).text).replace(1, 1, "");
                         });

TEST_P(Conformance, WhoIsNotExpectedIsDisconnected) {
  for (const Script& script : {Script{"a Logon comes first", {"> 0 1", "closed"}},
                               {"another SenderCompID", {"> A 1 98=0|108=30|1137=9|49=WHO|", "closed"}},
                               {"another TargetCompID", {"> A 1 98=0|108=30|1137=9|56=WHO|", "closed"}},
                               {"another BeginString", {"raw A 1 98=0|108=30|1137=9|", "closed"}},
                               {"a clock that is wrong", {"> A 1 98=0|108=30|1137=9|52=20010101-00:00:00|", "closed"}},
                               {"a field that no Logon has", {"> A 1 98=0|108=30|1137=9|44=1|", "closed"}},
                               {"no EncryptMethod", {"> A 1 108=30|1137=9|", "closed"}}}) {
    play(script);
  }
}

TEST_P(Conformance, NumbersAreKept) {
  for (const Script& script :
       {Script{"in turn", {"LOGON", "> 0 2", "> 0 3"}},
        {"too low", {"LOGON", "> 0 2", "> 0 2", "< 5 2 58=MsgSeqNum too low, expecting 3 but received 2|", "closed"}},
        {"too low, but a possible duplicate",
         {"LOGON", "> 0 2", "> 0 2 43=Y|122=BEFORE|", "> 1 3 112=x|", "< 0 2 112=x|"}},
        {"too high",
         {"LOGON", "> 1 4 112=b|", "< 2 2 7=2|16=0|", "> 0 2 43=Y|122=BEFORE|", "> 1 3 43=Y|122=BEFORE|112=a|",
          "< 0 3 112=a|", "< 0 4 112=b|", "> 0 5"}},
        {"a gap that is filled", {"LOGON", "> 4 2 123=Y|36=9|", "> 1 9 112=x|", "< 0 2 112=x|"}},
        {"a reset onwards", {"LOGON", "> 4 0 36=20|", "> 1 20 112=x|", "< 0 2 112=x|"}},
        {"a reset backwards", {"LOGON", "> 4 0 36=1|", "< 3 2 372=4|373=5|", "> 1 2 112=x|", "< 0 3 112=x|"}},
        {"a Logon that is ahead",
         {"> A 5 98=0|108=30|1137=9|", "< A 1", "< 2 2 7=1|16=0|", "> 5 6", "< 5 3", "closed"}},
        {"a Logon in between that resets",
         {"LOGON", "> 0 2", "> 0 3", "> A 1 98=0|108=30|141=Y|1137=9|", "< A 1 141=Y|", "> 1 2 112=x|",
          "< 0 2 112=x|"}}}) {
    play(script);
  }
}

TEST_P(Conformance, WhatWasSentComesAgain) {
  play({"orders again, the rest as a gap",
        {"LOGON", "> 1 2 112=x|", "< 0 2", "> D 3 ORDER", "< D 3 11=A|38=5|55=X|", "> D 4 ORDER", "< D 4",
         "> 2 5 7=1|16=0|", "< 4 1 43=Y|123=Y|36=3|", "< D 3 43=Y|11=A|", "< D 4 43=Y|"}});
  play({"only what is asked for",
        {"LOGON", "> D 2 ORDER", "< D 2", "> D 3 ORDER", "< D 3", "> 2 4 7=2|16=2|", "< D 2 43=Y|", "> 1 5 112=x|",
         "< 0 4 112=x|"}});
}

TEST_P(Conformance, OrdersThatMayHaveBeenSentComeBackOnce) {
  play({"known", {"LOGON", "> D 2 ORDER", "< D 2", "> D 3 97=Y|ORDER", "> 1 4 112=x|", "< 0 3 112=x|"}});
  play({"new", {"LOGON", "> D 2 97=Y|ORDER", "< D 2 97=Y|11=A|"}});
  play({"definitions", {"LOGON", "> d 2 320=R|322=S|323=1|393=0|55=X|", "< d 2 320=R|322=S|55=X|"}});
}

TEST_P(Conformance, WrongFieldsAreRejectedByName) {
  const std::string required = GetParam() == fix::Version::fix42 ? "55" : "54";
  for (const Script& script :
       {Script{"a tag that FIX does not have", {"LOGON", "> 0 2 999=x|", "< 3 2 45=2|371=999|372=0|373=0|"}},
        {"a tag of a user", {"LOGON", "> 0 2 5001=x|", "< 3 2 45=2|371=5001|372=0|373=0|"}},
        {"no tag", {"LOGON", "> 0 2 -1=x|", "< 3 2 371=-1|373=0|"}},
        {"a tag of another message", {"LOGON", "> 0 2 36=5|", "< 3 2 371=36|373=2|"}},
        {"no value", {"LOGON", "> 0 2 112=|", "< 3 2 371=112|373=4|"}},
        {"a value that it does not have",
         {"LOGON",
          "> D 2 ORDER"
          "59=Z|",
          "< 3 2 371=59|372=D|373=5|"}},
        {"a quantity that is none",
         {"LOGON",
          "> D 2 ORDER"
          "110=+1|",
          "< 3 2 371=110|372=D|373=6|"}},
        {"a time that is none",
         {"LOGON",
          "> D 2 ORDER"
          "126=noon|",
          "< 3 2 371=126|372=D|373=6|"}},
        {"a field twice",
         {"LOGON",
          "> D 2 ORDER"
          "1=A|1=B|",
          "< 3 2 371=1|372=D|373=13|"}},
        {"a count that is wrong",
         {"LOGON",
          "> D 2 ORDER"
          "386=2|336=A|",
          "< 3 2 371=386|372=D|373=16|"}},
        {"a field of the header in the body",
         {"LOGON",
          "> D 2 ORDER"
          "97=N|",
          "< 3 2 371=97|372=D|373=14|"}},
        {"nothing that is required", {"LOGON", "> 1 2", "< 3 2 371=112|372=1|373=1|"}},
        {"a type that is none", {"LOGON", "> * 2", "< 3 2 45=2|372=*|373=11|"}},
        {"business that is not done",
         {"LOGON", "> 8 2 37=A|17=E|20=0|150=0|39=0|55=X|54=1|151=1|14=0|6=0|", "< j 2 45=2|372=8|380=3|"}}}) {
    play(script);
  }
  play({"an order without it",
        {"LOGON", "> D 2 11=A|21=1|38=5|40=1|60=BEFORE|" + (required == "55" ? "54=1|" : std::string("55=X|")),
         "< 3 2 371=" + required + "|372=D|373=1|"}});
}

TEST_P(Conformance, AWrongHeaderEndsTheSessionAfterItsReject) {
  for (const Script& script :
       {Script{"SendingTime long ago",
               {"LOGON", "> 0 2 52=BEFORE|", "< 3 2 372=0|373=10|", "< 5 3", "> 5 3", "closed"}},
        {"SendingTime to come", {"LOGON", "> 0 2 52=LATER|", "< 3 2 372=0|373=10|", "< 5 3", "> 5 3", "closed"}},
        {"another SenderCompID", {"LOGON", "> D 2 49=WHO|ORDER", "< 3 2 372=D|373=9|", "< 5 3", "> 5 3", "closed"}},
        {"another TargetCompID", {"LOGON", "> D 2 56=WHO|ORDER", "< 3 2 372=D|373=9|", "< 5 3", "> 5 3", "closed"}},
        {"no OrigSendingTime", {"LOGON", "> 0 2", "> D 2 43=Y|ORDER", "< 3 2 371=122|373=1|", "> 1 3 112=x|", "< 0 3"}},
        {"OrigSendingTime after SendingTime",
         {"LOGON", "> 0 2", "> D 2 43=Y|122=LATER|ORDER", "< 3 2 372=D|373=10|", "< 5 3", "> 5 3", "closed"}},
        {"another BeginString", {"LOGON", "raw 1 2 112=x|", "< 5 2 58=Incorrect BeginString|", "> 5 3", "closed"}},
        {"and who comes again is let in at once",
         {"LOGON", "raw 1 2 112=x|", "< 5 2", "> 5 3", "closed", "again", "LOGON"}}}) {
    play(script);
  }
}

TEST_P(Conformance, OneWhoNeverAnswersTheLogoutIsDisconnected) {
  play({"", {"LOGON", "raw 1 2 112=x|", "< 5 2", "closed"}});
}

// Garbled messages are passed over, and asked for when the next one shows the gap.
TEST_P(Conformance, GarbledMessagesWereNeverReceived) {
  const std::string begin = fix::begin_string(GetParam());
  for (const std::string fault : {"CheckSum", "BodyLength", "order", "junk"}) {
    SCOPED_TRACE(fault);
    play({"", {"LOGON", "> 0 2"}});
    tester_ = std::make_unique<Tester>(io, server_->port(), GetParam());
    play(std::string("LOGON"));
    std::string bytes = Tester::framed(tester_->header_and("0 2"), begin);
    if (fault == "CheckSum")
      bytes.replace(bytes.size() - 4, 3, bytes.substr(bytes.size() - 4, 3) == "000" ? "001" : "000");
    if (fault == "BodyLength")
      bytes.replace(bytes.find("\x01"
                               "9=") +
                        3,
                    2, "30");
    if (fault == "order") bytes = Tester::framed("34=2|35=0|49=TW|56=ISLD|", begin);
    if (fault == "junk") bytes = "nothing that is FIX";
    tester_->write(bytes);
    play(std::string("> 1 3 112=x|"));
    expect("2 2 7=2|16=0|");
    play(std::string("> 0 2 43=Y|122=BEFORE|"));
    expect("0 3 112=x|");
    heard_of_us_ = 4;
    play(std::string("BYE"));
  }
}

TEST_P(Conformance, OneConnectionAtATime) {
  play(std::string("again"));
  play(std::string("LOGON"));
  Tester other(io, server_->port(), GetParam());
  other.log_on();
  EXPECT_EQ(other.hear(), "closed");
  play(std::string("> 1 2 112=x|"));
  expect("0 2 112=x|");
}

TEST_P(Conformance, ALogonOf50SaysItsVersion) {
  if (GetParam() != fix::Version::fix50sp2) return;
  play({"", {"> A 1 98=0|108=30|", "closed"}});
  play({"", {"> A 1 98=0|108=30|1137=6|", "closed"}});
}

}  // namespace
}  // namespace simulator
