#include <gtest/gtest.h>

#include "tests/simulator/certify_fixture.hpp"

namespace simulator::certify {
namespace {

using namespace std::chrono_literals;

TEST(Referee, CarriesAnOrderThrough) {
  Play play(
      "case \"C\"\n"
      "logon\n"
      "ask \"Buy 100 AAPL\"\n"
      "expect 35=D|11=?order|38=?qty|54=1\n"
      "send 35=8|37=O-$ID|11=$order|14=$qty|55=$55\n"
      "check \"It is filled\"\n");
  play.logs_on();
  EXPECT_EQ(play.types(), "A");
  EXPECT_EQ(play.asked, std::vector<std::string>{"Buy 100 AAPL"});
  play.says("35=D|11=A1|38=100|54=1|55=AAPL");
  EXPECT_EQ(play.types(), "A85");  // and a Logout, because the case is over
  const Fields report = play.heard(1);
  EXPECT_EQ(value_of(report, 37), "O-RUN-1");
  EXPECT_EQ(value_of(report, 11), "A1");
  EXPECT_EQ(value_of(report, 55), "AAPL");
  EXPECT_EQ(value_of(report, 34), "2");
  EXPECT_EQ(value_of(report, 49), "BROKER");
  EXPECT_EQ(value_of(report, 56), "CLIENT");
  EXPECT_EQ(value_of(report, 52), "20261124-14:00:00.000");
  EXPECT_EQ(play.asked.back(), "check It is filled");
  play.says("35=5");
  EXPECT_TRUE(play.passed());
  EXPECT_TRUE(play.hung_up);
}

TEST(Referee, TellsWhatDiffersAndGoesOnWithTheNextCase) {
  Play play(
      "case \"One\"\nlogon\nexpect 35=D|38=100\nsend 35=8\n"
      "case \"Two\"\nlogon\n");
  play.logs_on();
  play.says("35=D|11=A1|38=200");
  EXPECT_EQ(play.difference(), "4:38 '200' came, '100' was expected");
  EXPECT_EQ(play.types(), "A5");
  play.says("35=5");
  play.logs_on();
  play.says("35=5");
  ASSERT_TRUE(play.referee.finished());
  const Outcome& outcome = play.referee.outcome();
  EXPECT_EQ(outcome.passed(), 1U);
  EXPECT_EQ(outcome.cases[0].steps[2].verdict, Verdict::not_reached);
  EXPECT_TRUE(outcome.cases[1].passed());
}

TEST(Referee, WaitsSoLongAndNotLonger) {
  Play play("case \"C\"\nlogon\nexpect 35=D|38=100 within 2s\n");
  play.logs_on();
  play.waits(1990ms);
  EXPECT_EQ(play.difference(), "");
  play.waits(20ms);
  EXPECT_EQ(play.difference(), "4:0 did not come in 2s: 35=D|38=100");
}

TEST(Referee, GivesUpWhenNobodyComes) {
  Play play("case \"One\"\nlogon within 1s\ncase \"Two\"\nlogon within 1s\n");
  play.waits(3s);
  EXPECT_TRUE(play.referee.finished());
  EXPECT_FALSE(play.referee.outcome().client_came);
  EXPECT_EQ(play.difference(), "3:0 no client connected in 1s");
  EXPECT_EQ(play.referee.outcome().cases.size(), 1U);
}

TEST(Referee, MessagesThatComeEarlyWaitForTheirStep) {
  Play play("case \"C\"\nlogon\nwait 1s\nexpect 35=D|11=1\nexpect 35=D|11=2\n");
  play.logs_on();
  play.says("35=D|11=1");
  play.says("35=D|11=2");
  play.waits(1010ms);
  play.says("35=5");
  EXPECT_TRUE(play.passed());
}

TEST(Referee, AnswersWhatASessionAnswersByItself) {
  Play play("case \"C\"\nlogon\nexpect 35=D within 2m\n");
  play.logs_on();
  play.says("35=0");
  play.says("35=1|112=HELLO");
  EXPECT_EQ(value_of(play.heard(), 35), "0");
  EXPECT_EQ(value_of(play.heard(), 112), "HELLO");
  play.says("35=2|7=1|16=0");
  EXPECT_EQ(value_of(play.heard(), 35), "4");
  EXPECT_EQ(value_of(play.heard(), 34), "1");
  EXPECT_EQ(value_of(play.heard(), 36), "3");
  EXPECT_EQ(value_of(play.heard(), 123), "Y");
  play.waits(31s);
  EXPECT_EQ(value_of(play.heard(), 35), "0");  // the interval of the client's Logon
  EXPECT_EQ(value_of(play.heard(), 34), "3");  // the gap fill used no number up
  play.says("35=D");
  play.says("35=5");
  EXPECT_TRUE(play.passed());
}

TEST(Referee, LeavesToTheCaseWhatItExpects) {
  Play play(
      "case \"C\"\nlogon\nset missing $NEXT_OUT\nskip 2\nsend 35=0\n"
      "expect 35=2|7=$missing\nsend 35=4|34=$missing|43=Y|123=Y|36=$NEXT_OUT\n");
  play.logs_on();
  EXPECT_EQ(value_of(play.heard(), 34), "4");
  play.says("35=2|7=2|16=0");
  EXPECT_EQ(value_of(play.heard(1), 34), "2");
  EXPECT_EQ(value_of(play.heard(1), 36), "5");
  EXPECT_EQ(value_of(play.heard(), 34), "5");  // the Logout
  play.says("35=5");
  EXPECT_TRUE(play.passed());
}

TEST(Referee, ByHandAnswersNothing) {
  Play play("case \"C\"\nlogon\nby hand\nexpect 35=0\nexpect 35=1|112=?id within 2m\nsend 35=0|112=$id\n");
  play.logs_on();
  play.says("35=0");
  play.waits(40s);
  EXPECT_EQ(play.types(), "A");
  play.says("35=1|112=HELLO");
  EXPECT_EQ(value_of(play.heard(1), 112), "HELLO");
}

TEST(Referee, SeesWrongHeaders) {
  Play numbers("case \"C\"\nlogon\nexpect 35=D\n");
  numbers.logs_on();
  numbers.client.skip(2);
  numbers.says("35=D");
  EXPECT_EQ(numbers.difference(), "4:34 '4' came, '2' was expected: messages are missing");
  Play again("case \"C\"\nlogon\nexpect 35=D\n");
  again.logs_on();
  again.says("35=D|34=1");
  EXPECT_EQ(
      again.difference(),
      "4:34 '1' came, '2' was expected: the number is used up, and PossDupFlag(43) does not say that it comes again");
  Play names("case \"C\"\nlogon\nexpect 35=D\n");
  names.logs_on();
  names.says("35=D|49=OTHER");
  EXPECT_EQ(names.difference(), "4:49 'OTHER' came, 'CLIENT' was expected");
  Play lower("set SENDER BROKER\ncase \"C\"\nlogon\n", {.next_in = 7});
  lower.logs_on();
  EXPECT_EQ(lower.difference(), "4:34 '1' came, '7' was expected");
}

TEST(Referee, SeesWhatWasNotExpected) {
  Play play("case \"C\"\nlogon\nsend 35=8\n");
  play.logs_on();
  play.says("35=3|45=2|58=what is this");
  EXPECT_EQ(play.difference(), "4:0 came although nothing more was expected");
  Play nothing("case \"C\"\nlogon\nexpect nothing within 1s\n");
  nothing.logs_on();
  nothing.says("35=0");
  nothing.says("35=D");
  EXPECT_EQ(nothing.difference(), "4:0 came although nothing was expected");
  Play garbled("case \"C\"\nlogon\nexpect nothing within 1s\n");
  garbled.logs_on();
  garbled.says_bytes("nonsense 8=FIX.4.4");
  EXPECT_EQ(garbled.difference(), "4:0 bytes came that are no message: 9 bytes that belong to no message");
}

TEST(Referee, PassesOverWhatIsIgnored) {
  Play play("ignore 35=V\ncase \"C\"\nlogon\nexpect 35=D\n");
  play.logs_on();
  play.says("35=V");
  play.says("35=D");
  play.says("35=V");
  play.says("35=5");
  EXPECT_TRUE(play.passed());
}

TEST(Referee, TakesOneOfSeveral) {
  Play play("case \"C\"\nlogon\nexpect 35=3|373=9 or 35=5 or close\nexpect close\nlogon\nexpect logout\nclose\n");
  play.logs_on();
  play.says("35=5|58=go away");
  EXPECT_EQ(play.types(), "A");
  play.hangs_up();
  play.logs_on();
  play.says("35=5");
  EXPECT_TRUE(play.passed()) << play.difference();
  EXPECT_EQ(play.types(), "AA5");
}

TEST(Referee, TellsTheNearestOfSeveral) {
  Play play("case \"C\"\nlogon\nexpect 35=D|38=100 or 35=F|41=A\n");
  play.logs_on();
  play.says("35=F|41=B");
  EXPECT_EQ(play.difference(), "4:41 'B' came, 'A' was expected");
}

TEST(Referee, CanBeWrongOnPurpose) {
  Play play("case \"C\"\nlogon\nsend 35=0|34=$NEXT_OUT-1|49=SOMEBODY|52=!|8=FIX.4.2\nclose\n");
  play.logs_on();
  EXPECT_EQ(value_of(play.heard(), 34), "1");
  EXPECT_EQ(value_of(play.heard(), 49), "SOMEBODY");
  EXPECT_EQ(value_of(play.heard(), 52), "");
  EXPECT_EQ(value_of(play.heard(), 8), "FIX.4.2");
  EXPECT_TRUE(play.passed());
}

TEST(Referee, KeepsNumbersOverConnectionsAndKnowsAReset) {
  Play play("case \"C\"\nlogon\nlogout\nlogon\nlogout\nlogon\n");
  play.logs_on();
  play.says("35=5");
  play.logs_on();
  EXPECT_EQ(value_of(play.heard(1), 34), "3");
  play.says("35=5");
  play.connects();
  play.says("35=A|141=Y|108=30");
  EXPECT_EQ(value_of(play.heard(1), 141), "Y");
  EXPECT_EQ(value_of(play.heard(1), 34), "1");
  play.says("35=5");
  EXPECT_TRUE(play.passed()) << play.difference();
}

TEST(Referee, DialsAndLogsOnFirst) {
  Play play("set SENDER BROKER\nset TARGET CLIENT\ncase \"C\"\nlogon 108=5\nexpect 35=8\n", {.dials = true});
  play.connects();
  EXPECT_EQ(play.types(), "A");
  EXPECT_EQ(value_of(play.heard(), 108), "5");
  EXPECT_EQ(value_of(play.heard(), 56), "CLIENT");
  play.says("35=A|98=0|108=5");
  EXPECT_EQ(play.types(), "A");
  play.says("35=8");
  play.says("35=5");
  EXPECT_TRUE(play.passed()) << play.difference();
}

TEST(Referee, WhatIsGivenForTheRunComesBeforeWhatTheSuiteSets) {
  Play play("set symbol AAPL\ncase \"C\"\nlogon\nsend 35=8|55=$symbol\n", {.variables = {{"symbol", "KO"}}});
  play.logs_on();
  EXPECT_EQ(value_of(play.heard(1), 55), "KO");
}

TEST(Referee, ADriverAnswersChecks) {
  Play play("case \"C\"\nlogon\ncheck \"It is filled\" within 2s\n", {.has_driver = true});
  play.logs_on();
  EXPECT_EQ(play.types(), "A");
  play.referee.answered(play.now);
  play.waits(10ms);
  EXPECT_EQ(play.types(), "A5");
  Play wrong("case \"C\"\nlogon\ncheck \"It is filled\"\n", {.has_driver = true});
  wrong.logs_on();
  wrong.referee.fail("it is not", wrong.now);
  EXPECT_EQ(wrong.difference(), "4:0 it is not");
  Play silent("case \"C\"\nlogon\ncheck \"It is filled\" within 2s\n", {.has_driver = true});
  silent.logs_on();
  silent.waits(3s);
  EXPECT_EQ(silent.difference(), "4:0 nobody said in 2s whether it is so");
}

TEST(Referee, AReplayGoesOnAfterADifference) {
  Play play("case \"C\"\nlogon\nexpect 35=D|11=?order|38=100\nsend 35=8|11=$order\nexpect 35=D\n", {.goes_on = true});
  play.logs_on();
  play.says("35=D|11=A1|38=200");
  EXPECT_EQ(value_of(play.heard(), 11), "A1");
  play.says("35=F");
  EXPECT_EQ(play.difference(), "4:38 '200' came, '100' was expected");
  EXPECT_EQ(play.referee.outcome().cases[0].steps[3].differences.at(0).text, "'F' came, 'D' was expected");
}

}  // namespace
}  // namespace simulator::certify
