#include <rapidcheck.h>

#include <map>

#include "fix/session.hpp"
#include "fix/wire_text.hpp"
#include "tests/fix/raw_broker.hpp"

namespace fix::test {
namespace {

std::string exec_id(int number) { return std::string(1, 'E').append(std::to_string(number)); }

// The engine answers them with a SequenceReset(4) from a number that is not due to one that is lower.
TEST(Session, LeavesABrokerThatAsksForNumbersThatCannotBe) {
  for (const auto& [asked, why] :
       {std::pair{"7=5|16=2|", "BeginSeqNo(7) 5 of a ResendRequest(2): nothing beyond 2 was sent"},
        std::pair{"7=2|16=1|", "BeginSeqNo(7) 2 of a ResendRequest(2) is after EndSeqNo(16) 1"},
        std::pair{"7=0|16=0|", "BeginSeqNo(7) 0 of a ResendRequest(2): numbers begin at 1"},
        std::pair{"7=-1|16=0|", "BeginSeqNo(7) -1 of a ResendRequest(2): numbers begin at 1"},
        std::pair{"7=900|16=0|", "BeginSeqNo(7) 900 of a ResendRequest(2): nothing beyond 2 was sent"}}) {
    RawBroker broker;
    broker.connect(1);
    broker.send("1", 2, "112=there?|");  // answered with number 2
    broker.send("2", 3, asked);
    EXPECT_NE(broker.answer().find("|35=5|"), std::string::npos) << broker.answer();
    EXPECT_NE(broker.answer().find(why), std::string::npos) << broker.answer();
    EXPECT_EQ(broker.expected(), 3) << "not counted: it is asked for again, and filled";
  }
  RawBroker broker;
  broker.connect(1);
  broker.send("2", 2, "7=1|16=0|");
  EXPECT_NE(broker.answer().find("|35=4|"), std::string::npos) << broker.answer();
}

// Orders are not sent again, status requests are: whatever was sent and whatever is asked for, the answer goes from the
// first number that was asked for to the end without a hole and without a step back.
TEST(SessionProperty, AnswersToResendRequestsAreWhole) {
  EXPECT_TRUE(rc::check([] {
    RawBroker broker;
    broker.connect(1);
    int number = 1;
    for (const int kind : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3))) {
      if (kind == 0) RC_ASSERT(broker.pair.desk.session->send(some_order()).has_value());
      if (kind == 1) {
        const OrderStatusRequest request{"O1", "", core::Symbol("AAPL"), core::Side::buy};
        RC_ASSERT(broker.pair.desk.session->send(request).has_value());
      }
      if (kind == 2) broker.send("1", ++number, "112=there?|");
    }
    const int last = broker.pair.desk.session->numbers().next_sender - 1;
    const int from = *rc::gen::inRange(1, last + 1);
    const int to = *rc::gen::element(0, *rc::gen::inRange(from, last + 1), last + *rc::gen::inRange(1, 100));
    broker.line->frames.clear();
    broker.send("2", ++number, "7=" + std::to_string(from) + "|16=" + std::to_string(to) + "|");
    int expected = from;
    for (const std::string& bytes : broker.line->frames) {
      RC_ASSERT(field_of(bytes, 43) == "Y");
      RC_ASSERT(number_of(bytes, 34) == expected);
      RC_ASSERT(field_of(bytes, 35) != "D");
      const bool is_fill = field_of(bytes, 35) == "4";
      const int next = is_fill ? number_of(bytes, 36).value_or(0) : expected + 1;
      RC_ASSERT(next > expected);
      expected = next;
    }
    RC_ASSERT(expected == (to == 0 || to > last ? last : to) + 1);
  }));
}

TEST(Session, TellsTheBrokerOfAReportThatItCannotRead) {
  RawBroker broker;
  broker.connect(1);
  broker.send("8", 2, fill_fields("E1", 31, "12345678901234567890"));
  for (const char* part : {"|35=j|", "|45=2|", "|372=8|", "|379=E1|", "|380=0|", "|58=LastPx(31): "}) {
    EXPECT_NE(broker.answer().find(part), std::string::npos) << broker.answer();
  }
  EXPECT_EQ(broker.expected(), 3);
  broker.send("8", 3, fill_fields("E2"));
  EXPECT_EQ(broker.pair.desk.owner.log.back(), "read 3");
}

TEST(Session, LeavesASilentBrokerWhateverTheClockSays) {
  RawBroker broker;
  broker.connect(1);
  // All of these ticks come at one moment: by the clock no time has passed.
  for (int tick = 0; tick < 2 * 3 * 30; ++tick) broker.pair.desk.session->tick();
  EXPECT_TRUE(broker.pair.desk.session->logged_on());
  broker.send("0", 2);
  for (int tick = 0; tick < 2 * 3 * 30; ++tick) broker.pair.desk.session->tick();
  EXPECT_TRUE(broker.pair.desk.session->logged_on()) << "silence begins anew with each message";
  broker.pair.desk.session->tick();
  EXPECT_TRUE(broker.line->closed);
  EXPECT_EQ(broker.pair.desk.owner.logouts.back(), "nothing came in for about 90 s, whatever the clock says");
}

TEST(Session, LeavesABrokerThatDoesNotSendAgainWhatIsMissing) {
  RawBroker broker;
  broker.connect(1);
  broker.send("8", 5, fill_fields("E5"));
  ASSERT_NE(broker.answer().find("|35=2|"), std::string::npos);
  for (int tick = 0; tick < 20; ++tick) broker.pair.desk.session->tick();
  broker.send("8", 2, fill_fields("E2"));  // it begins to come: patience begins anew
  for (int tick = 0; tick < 20; ++tick) broker.pair.desk.session->tick();
  EXPECT_FALSE(broker.line->closed);
  for (int tick = 0; tick < 2; ++tick) broker.pair.desk.session->tick();
  EXPECT_TRUE(broker.line->closed);
  EXPECT_EQ(broker.pair.desk.owner.logouts.back(), "message 3 was asked for again and did not come");
  EXPECT_EQ(broker.expected(), 3);
}

constexpr const char* second_logon = "Logon(35=A) within a session is not taken; log out first";

TEST(Session, EndsTheConnectionAtALogonWithinASessionAndLosesNothing) {
  RawBroker broker;
  broker.connect(1);
  broker.send("8", 2, fill_fields("E0"));
  broker.connect(5);  // two heartbeats were lost on the old connection
  ASSERT_NE(broker.answer().find("|35=2|"), std::string::npos);
  broker.send("4", 3, "43=Y|122=20200101-10:00:00|123=Y|36=6|");
  ASSERT_EQ(broker.expected(), 6);
  const SequenceNumbers before = broker.pair.desk.session->numbers();
  broker.send("A", 1, "98=0|108=30|141=Y|");
  EXPECT_TRUE(broker.line->closed);
  EXPECT_FALSE(broker.pair.desk.session->is_connected());
  EXPECT_NE(broker.answer().find("|35=5|"), std::string::npos) << broker.answer();
  EXPECT_NE(broker.answer().find(std::string("|58=") + second_logon), std::string::npos) << broker.answer();
  EXPECT_EQ(broker.pair.desk.owner.logouts.back(), second_logon);
  EXPECT_EQ(broker.expected(), 6);
  EXPECT_EQ(broker.pair.desk.session->numbers().created, before.created);
  // What the broker may do instead: the same reset on a new connection. Number 5 is a message like any other then.
  broker.connect(1, true);
  broker.pair.desk.owner.log.clear();
  for (int number = 2; number <= 11; ++number) broker.send("8", number, fill_fields(exec_id(number)));
  std::vector<std::string> all;
  for (int number = 2; number <= 11; ++number) all.push_back("read " + std::to_string(number));
  EXPECT_EQ(broker.pair.desk.owner.log, all);
  EXPECT_TRUE(broker.pair.desk.session->logged_on());
}

TEST(Session, RefusesAPlainSecondLogonToo) {
  RawBroker broker;
  broker.connect(1);
  broker.send("A", 2, "98=0|108=30|");
  EXPECT_TRUE(broker.line->closed);
  EXPECT_EQ(broker.pair.desk.owner.logouts.back(), second_logon);
  EXPECT_EQ(broker.expected(), 2);
}

TEST(Session, TellsOfMessagesThatAResetLosesAfterTheConnectionBroke) {
  RawBroker broker;
  broker.connect(1);
  broker.send("8", 6, fill_fields("E1"));
  broker.connect(1, true);
  EXPECT_TRUE(broker.pair.desk.session->logged_on());
  EXPECT_TRUE(broker.pair.desk.log.mentions(
      "the other side restarts the numbers while messages 2..6 were still asked for; they are lost"));
  EXPECT_EQ(broker.expected(), 2);
}

TEST(Session, TellsNothingOfAResetWhenNothingWasMissing) {
  RawBroker broker;
  broker.connect(1);
  broker.send("8", 3, fill_fields("E2"));
  broker.send("8", 2, "43=Y|122=20200101-10:00:00|" + fill_fields("E1"));
  ASSERT_EQ(broker.expected(), 4);
  broker.connect(1, true);
  EXPECT_TRUE(broker.pair.desk.session->logged_on());
  EXPECT_FALSE(broker.pair.desk.log.mentions("restarts the numbers"));
}

TEST(Session, GivesAReportThatItNeverGotUnderANumberThatWasPassedOver) {
  RawBroker broker;
  broker.connect(1);
  Owner& owner = broker.pair.desk.owner;
  broker.send("4", 2, "36=5|");
  EXPECT_EQ(owner.passed_over, std::vector<std::string>{"2..4"});
  broker.send("8", 3, "43=Y|122=20200101-10:00:00|" + fill_fields("E3"));
  ASSERT_EQ(owner.repeated.size(), 1U);
  EXPECT_EQ(owner.repeated[0].first, 3);
  EXPECT_EQ(std::get<ExecutionReport>(owner.repeated[0].second).exec_id, "E3");
  EXPECT_EQ(broker.expected(), 5);
  EXPECT_TRUE(broker.pair.desk.session->logged_on());
  // What cannot be read is kept, and a sum that is wrong was never received.
  broker.send("8", 4, "43=Y|122=20200101-10:00:00|" + fill_fields("E4", 32, "many"));
  EXPECT_EQ(owner.log, std::vector<std::string>{"unreadable 4"});
  broker.send("8", 4, "43=Y|122=20200101-10:00:00|" + fill_fields("E4", 32, "many"));
  EXPECT_EQ(owner.unreadable.size(), 1U) << "once";
  std::string garbled = frame(from_broker("8", 2, "43=Y|122=20200101-10:00:00|" + fill_fields("E2")));
  garbled[garbled.size() - 2] = garbled[garbled.size() - 2] == '0' ? '1' : '0';
  broker.pair.desk.session->received(garbled);
  EXPECT_EQ(owner.repeated.size(), 1U);
}

TEST(Session, TellsOfAGapFillInMidDayAndNotOfWhatWasBeforeTheLogon) {
  RawBroker broker;
  broker.connect(1);
  Owner& owner = broker.pair.desk.owner;
  broker.send("0", 5);
  broker.send("4", 2, "43=Y|122=20200101-10:00:00|123=Y|36=5|");
  EXPECT_EQ(owner.passed_over, std::vector<std::string>{"2..4 gap fill"});
  ASSERT_EQ(broker.expected(), 6);
  broker.connect(9);
  broker.send("4", 6, "43=Y|122=20200101-10:00:00|123=Y|36=10|");
  ASSERT_EQ(broker.expected(), 10);
  EXPECT_EQ(owner.passed_over.size(), 1U) << "whoever logs on asks about all orders anyway";
  broker.connect(14);
  broker.send("4", 10, "36=15|");
  EXPECT_EQ(owner.passed_over.back(), "10..14") << "not a gap fill: somebody must hear of it";
  broker.send("4", 15, "36=3|");
  EXPECT_EQ(broker.expected(), 15) << "numbers never go back";
  EXPECT_NE(broker.answer().find("|35=3|"), std::string::npos) << broker.answer();
  EXPECT_EQ(owner.passed_over.size(), 2U);
}

TEST(Session, EndsTheConnectionAtOnceUnderAnotherName) {
  RawBroker broker;
  broker.connect(1);
  std::string body = from_broker("8", 2, fill_fields("E1"));
  body.replace(body.find("49=BROKER"), 9, "49=MALLORY");
  broker.pair.desk.session->received(frame(body));
  const std::string reason = "SenderCompID(49): 'MALLORY' came, 'BROKER' was expected";
  EXPECT_TRUE(broker.line->closed);
  EXPECT_FALSE(broker.pair.desk.session->is_connected());
  EXPECT_EQ(broker.pair.desk.owner.logouts, std::vector<std::string>{reason});
  EXPECT_TRUE(broker.pair.desk.log.mentions("! disconnected: " + reason));
  EXPECT_NE(broker.answer().find("|58=" + reason), std::string::npos) << broker.answer();
}

// Found by fuzzing: the engine believed the length and read what lies behind the message in memory.
TEST(Session, KeepsAMessageWhoseDataIsSaidToBeLongerThanItIs) {
  RawBroker broker;
  broker.connect(1);
  int seq_num = 1;
  for (const char* data : {"95=110108|96=ab|", "95=1|96=ab|", "95=-5|96=ab|", "095=9|0000000000096=ab|",
                           "95=2|96=ab|95=9|", "93=4|89=ab|", "354=7|355=x|", "4294967391=9|4294967392=ab|"}) {
    ++seq_num;
    broker.send("8", seq_num, fill_fields(exec_id(seq_num)) + data);
    EXPECT_EQ(broker.expected(), seq_num + 1) << data;
  }
  const Owner& owner = broker.pair.desk.owner;
  EXPECT_EQ(owner.unreadable.size(), 8U);
  EXPECT_EQ(owner.messages.size(), 0U);
  EXPECT_EQ(owner.unreadable[0].reason,
            "field 95 says that the data of field 96 is '110108' bytes long, but no separator stands there");
  ++seq_num;
  broker.send("8", seq_num, fill_fields(exec_id(seq_num)) + "95=2|96=ab|");
  EXPECT_EQ(owner.log.back(), "read " + std::to_string(seq_num));
}

TEST(Session, NamesAMissingSendingTime) {
  RawBroker broker;
  broker.connect(1);
  broker.pair.desk.session->received(frame("35=8|34=2|49=BROKER|56=DESK|" + fill_fields("E1")));
  EXPECT_TRUE(broker.line->closed);
  EXPECT_EQ(broker.pair.desk.owner.logouts, std::vector<std::string>{"SendingTime(52) is missing"});
  EXPECT_EQ(broker.expected(), 2);
}

TEST(Session, NamesTheTimesOfARepetitionThatWasSentBeforeItsFirstTime) {
  RawBroker broker;
  broker.connect(1);
  broker.send("8", 2, fill_fields("E1"));
  broker.pair.desk.session->received(
      frame("35=8|34=2|49=BROKER|52=20201121-10:00:00|56=DESK|43=Y|122=20201121-10:00:01|" + fill_fields("E1")));
  const std::string reason =
      "OrigSendingTime(122): '20201121-10:00:01' is later than SendingTime(52) '20201121-10:00:00'";
  EXPECT_TRUE(broker.line->closed);
  EXPECT_EQ(broker.pair.desk.owner.logouts, std::vector<std::string>{reason});
  EXPECT_NE(broker.answer().find("|58=" + reason), std::string::npos) << broker.answer();
  EXPECT_EQ(broker.expected(), 3);
  EXPECT_EQ(broker.pair.desk.owner.log, std::vector<std::string>{"read 2"});
}

// Moved by hand, unlike the clock that the engine reads itself.
struct HandClock final : core::Clock {
  [[nodiscard]] core::Time now() const override { return time; }
  core::Time time = core::SystemClock().now();
};

TEST(Session, WaitsFiveSecondsForTheAnswerToItsLogoutWhateverThePeerAsks) {
  const HandClock start;
  HandClock clock;
  MemoryStore store;
  Side desk(store);
  desk.session = Session::create({.name = core::SessionName("DESK"),
                                  .sender_comp_id = "DESK",
                                  .target_comp_id = "BROKER",
                                  .dictionary = "fix-specs/FIX44.xml"},
                                 desk.store, desk.owner, desk.log, clock)
                     .value();
  const auto line = std::make_shared<MemoryLine>();
  desk.session->connected(std::make_shared<MemoryWire>(line));
  desk.session->tick();
  int number = 1;
  desk.session->received(frame(from_broker("A", number++, "98=0|108=30|")));
  ASSERT_TRUE(desk.session->logged_on());
  desk.session->log_out("closing time");
  while (clock.time - start.time < std::chrono::milliseconds(4500)) {
    desk.session->received(frame(from_broker("1", number++, "112=THERE?|")));
    clock.time += std::chrono::milliseconds(500);
    desk.session->tick();
    ASSERT_FALSE(line->closed);
  }
  EXPECT_NE(shown(line->frames.back()).find("|35=0|"), std::string::npos) << "it answers meanwhile";
  clock.time += std::chrono::milliseconds(500);
  desk.session->tick();
  EXPECT_TRUE(line->closed);
  EXPECT_FALSE(desk.session->is_connected());
  EXPECT_EQ(desk.owner.logouts, std::vector<std::string>{"closing time"});
  EXPECT_TRUE(desk.log.mentions("our Logout(5) was not answered in time"));
}

// The law over whole histories: each number that a report has in the present series, and that is counted, was given to
// the owner exactly once.
TEST(Session, GivesEachCountedReportOnceOverConnectionsGapsAndResets) {
  EXPECT_TRUE(rc::check([] {
    RawBroker broker;
    std::map<int, std::string> series;  // the reports of the present series by number; other numbers are the session's
    int next = 1;
    const auto log_on = [&](bool reset) {
      if (reset) {
        series.clear();
        broker.pair.desk.owner.log.clear();
        next = 1;
      }
      broker.connect(next++, reset);
    };
    const auto resend = [&](int from) {
      for (int number = from; number < next; ++number) {
        const std::string again = "43=Y|122=20200101-10:00:00|";
        if (series.contains(number)) {
          broker.send("8", number, again + series[number]);
        } else {
          broker.send("4", number, again + "123=Y|36=" + std::to_string(number + 1) + "|");
        }
      }
    };
    log_on(false);
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10));
    for (const int step : steps) {
      if (!broker.pair.desk.session->is_connected()) log_on(false);
      const int number = next;
      switch (step) {
        case 0: log_on(false); break;
        case 1: log_on(true); break;
        case 2:  // numbers that are lost, and a Logon that is too high
          next += *rc::gen::inRange(1, 4);
          log_on(false);
          break;
        case 3: broker.send("A", *rc::gen::inRange(1, next + 3), "98=0|108=30|141=Y|"); break;
        case 4: series[next++] = fill_fields(exec_id(number)); break;  // lost on its way
        case 5: resend(broker.expected()); break;
        case 6:
          series[next++] = fill_fields(exec_id(number), 31, "x");
          broker.send("8", number, series[number]);
          break;
        default: series[next++] = fill_fields(exec_id(number)); broker.send("8", number, series[number]);
      }
      std::vector<int> given;
      for (const std::string& line : broker.pair.desk.owner.log)
        given.push_back(std::stoi(line.substr(line.find(' '))));
      std::vector<int> counted;
      for (const auto& [report, fields] : series)
        if (report < broker.expected()) counted.push_back(report);
      RC_ASSERT(given == counted);
    }
    if (!broker.pair.desk.session->is_connected()) log_on(false);
    resend(broker.expected());
    RC_ASSERT(broker.expected() == next);
    RC_ASSERT(broker.pair.desk.session->logged_on());
  }));
}

}  // namespace
}  // namespace fix::test
