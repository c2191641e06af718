#include "fix/session.hpp"

#include <rapidcheck.h>

#include "tests/fix/pair.hpp"

namespace fix::test {
namespace {

std::string exec_id(int number) { return std::string(1, 'E').append(std::to_string(number)); }

int send(Side& side, const Message& message) {
  const auto sent = side.session->send(message);
  EXPECT_TRUE(sent) << (sent ? "" : sent.error().text());
  return sent.value_or(0);
}

TEST(Session, LogsOnBothSides) {
  Pair pair;
  pair.connect();
  EXPECT_TRUE(pair.desk.session->logged_on());
  EXPECT_TRUE(pair.broker.session->logged_on());
  EXPECT_EQ(pair.desk.owner.logons, 1);
  EXPECT_EQ(pair.broker.owner.logons, 1);
  EXPECT_EQ(pair.desk_store.load().next_sender, 2);
  EXPECT_EQ(pair.desk_store.load().next_target, 2);
}

TEST(Session, CarriesOrdersAndReports) {
  Pair pair;
  pair.connect();
  EXPECT_EQ(send(pair.desk, some_order()), 2);
  pair.pump();
  ASSERT_EQ(pair.broker.owner.messages.size(), 1U);
  EXPECT_EQ(pair.broker.owner.messages[0], Message(some_order()));
  EXPECT_EQ(pair.broker.owner.headers[0].seq_num, 2);
  EXPECT_FALSE(pair.broker.owner.headers[0].poss_dup);
  send(pair.broker, some_fill());
  pair.pump();
  ASSERT_EQ(pair.desk.owner.messages.size(), 1U);
  EXPECT_EQ(pair.desk.owner.messages[0], Message(some_fill()));
  EXPECT_TRUE(pair.desk.log.mentions("DESK > 8=FIX.4.4|"));
  EXPECT_TRUE(pair.desk.log.mentions("DESK < 8=FIX.4.4|"));
}

TEST(Session, StampsTimeInMicroseconds) {
  Pair pair;
  pair.connect();
  send(pair.desk, some_order());
  const std::string bytes = pair.desk.out->frames.front();
  const std::string stamp(field_of(bytes, 52).value());
  EXPECT_EQ(stamp.size(), std::string("20261121-10:00:00.000000").size()) << shown(bytes);
}

TEST(Session, RefusesToSendWhenNotLoggedOn) {
  Pair pair;
  const auto sent = pair.desk.session->send(some_order());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().text(), "session DESK: not logged on");
  EXPECT_EQ(pair.desk.session->numbers().next_sender, 1);
  EXPECT_TRUE(pair.desk_store.sent(1, 100).empty());
  pair.connect();
  EXPECT_TRUE(pair.broker.owner.messages.empty());
}

TEST(Session, RefusesToSendForgedFields) {
  Pair pair;
  pair.connect();
  NewOrderSingle order = some_order();
  order.account =
      "A\x01"
      "38=999999";
  const auto sent = pair.desk.session->send(order);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().place, "Account(1)");
  EXPECT_EQ(pair.desk.session->numbers().next_sender, 2);
}

TEST(Session, KeepsNumbersOverReconnectsAndRestarts) {
  Pair pair;
  pair.connect();
  send(pair.desk, some_order("O1"));
  pair.pump();
  pair.cut();
  EXPECT_EQ(pair.desk.owner.logouts, std::vector<std::string>{"connection closed"});
  pair.connect();
  EXPECT_EQ(send(pair.desk, some_order("O2")), 4);
  pair.pump();
  pair.cut();
  pair.start();
  pair.connect();
  EXPECT_TRUE(pair.desk.session->logged_on());
  EXPECT_EQ(send(pair.desk, some_order("O3")), 6);
  pair.pump();
  EXPECT_EQ(pair.broker.owner.messages.size(), 3U);
}

TEST(Session, KeepsNumbersThatAreDaysOld) {
  Pair pair;
  const auto created = core::parse_iso("2021-02-03T23:59:59.5Z").value();
  pair.desk_store.save({.next_sender = 70, .next_target = 80, .created = created});
  pair.broker_store.save({.next_sender = 80, .next_target = 70, .created = created});
  pair.start();
  pair.connect();
  EXPECT_TRUE(pair.desk.session->logged_on());
  EXPECT_EQ(pair.desk_store.load(), (SequenceNumbers{71, 81, created}));
  EXPECT_EQ(pair.broker_store.load(), (SequenceNumbers{81, 71, created}));
}

TEST(Session, AsksAgainForLostReports) {
  Pair pair;
  pair.connect();
  for (int i = 1; i <= 5; ++i) send(pair.broker, some_fill(exec_id(i)));
  int fills = 0;
  pair.pump([&](const std::string& bytes) { return field_of(bytes, 35) == "8" && ++fills <= 2; });
  ASSERT_EQ(pair.desk.owner.messages.size(), 5U);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(std::get<ExecutionReport>(pair.desk.owner.messages[i]).exec_id, exec_id(i + 1));
    EXPECT_EQ(pair.desk.owner.headers[i].seq_num, i + 2);
  }
  EXPECT_TRUE(pair.desk.owner.headers[0].poss_dup);
  EXPECT_FALSE(pair.desk.owner.headers[2].poss_dup);  // had waited behind the gap
  EXPECT_TRUE(pair.desk.owner.unreadable.empty());
}

TEST(Session, AsksAgainForReportsSentWhileAway) {
  Pair pair;
  pair.connect();
  send(pair.broker, some_fill("E1"));
  pair.cut();
  pair.connect();
  ASSERT_EQ(pair.desk.owner.messages.size(), 1U);
  EXPECT_EQ(pair.desk.owner.messages[0], Message(some_fill("E1")));
}

TEST(Session, FillsTheGapInsteadOfSendingOrdersAgain) {
  Pair pair;
  pair.connect();
  send(pair.desk, some_order("LOST"));
  OrderStatusRequest status;
  status.cl_ord_id = "O1";
  status.symbol = core::Symbol("AAPL");
  send(pair.desk, status);
  pair.cut();
  pair.connect();
  EXPECT_TRUE(pair.broker.session->logged_on());
  EXPECT_EQ(pair.broker.owner.messages, std::vector<Message>{status});
  send(pair.desk, some_order("NEXT"));
  pair.pump();
  ASSERT_EQ(pair.broker.owner.messages.size(), 2U);
  EXPECT_EQ(std::get<NewOrderSingle>(pair.broker.owner.messages[1]).cl_ord_id, "NEXT");
}

TEST(Session, RecoversFromMoreMessagesBehindAGapThanItKeeps) {
  Pair pair;
  pair.connect();
  constexpr int sent = 1000;
  for (int i = 1; i <= sent; ++i) send(pair.broker, some_fill(exec_id(i)));
  bool first = true;
  pair.pump([&](const std::string& bytes) { return field_of(bytes, 35) == "8" && std::exchange(first, false); });
  ASSERT_EQ(pair.desk.owner.messages.size(), static_cast<std::size_t>(sent));
  for (int i = 0; i < sent; ++i) {
    ASSERT_EQ(std::get<ExecutionReport>(pair.desk.owner.messages[i]).exec_id, exec_id(i + 1));
  }
  EXPECT_TRUE(pair.desk.log.mentions("too many messages wait behind a gap"));
  send(pair.broker, some_fill("LAST"));
  pair.pump();
  EXPECT_EQ(pair.desk.owner.messages.size(), static_cast<std::size_t>(sent) + 1);
}

TEST(Session, IgnoresAWrongCheckSumAndAsksAgain) {
  Pair pair;
  pair.connect();
  send(pair.broker, some_fill("E1"));
  std::string& bytes = pair.broker.out->frames.front();
  bytes[bytes.find("187.49")] = '9';
  pair.pump();
  EXPECT_TRUE(pair.desk.owner.messages.empty());
  EXPECT_EQ(pair.desk.session->numbers().next_target, 2);
  send(pair.broker, some_fill("E2"));
  pair.pump();
  ASSERT_EQ(pair.desk.owner.messages.size(), 2U);
  EXPECT_EQ(pair.desk.owner.messages[0], Message(some_fill("E1")));
  EXPECT_TRUE(pair.desk.owner.unreadable.empty());
}

TEST(Session, KeepsAReportThatItCannotReadAndGoesOn) {
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("8", 2, fill_fields("E1", 31, "1e5")));
  pair.to_desk(from_broker("8", 3, fill_fields("E2", 31, "12345678901234567890")));
  pair.to_desk(from_broker("8", 4, fill_fields("E3", 32, "x")));
  pair.to_desk(from_broker("8", 5, fill_fields("E4")));
  ASSERT_EQ(pair.desk.owner.log, (std::vector<std::string>{"unreadable 2", "unreadable 3", "unreadable 4", "read 5"}));
  const auto& kept = pair.desk.owner.unreadable;
  EXPECT_EQ(kept[0].reason, "LastPx(31): '1e5' is not a decimal number such as 187.50");
  EXPECT_EQ(kept[0].msg_type, "8");
  EXPECT_NE(shown(kept[0].raw).find("|31=1e5|"), std::string::npos);
  EXPECT_TRUE(kept[1].reason.starts_with("LastPx(31): '12345678901234567890' is too large")) << kept[1].reason;
  EXPECT_EQ(kept[2].reason, "LastQty(32): 'x' is not a decimal number such as 187.50");
  EXPECT_TRUE(pair.desk.session->logged_on());
}

TEST(Session, KeepsAReportThatTheDictionaryRefuses) {
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("8", 2, fill_fields("E1", 17, "")));           // ExecID is missing
  pair.to_desk(from_broker("AE", 3, "571=T1|"));                          // a message that we do not speak
  pair.to_desk(from_broker("8", 4, fill_fields("E1") + "31=1|"));         // LastPx twice
  pair.to_desk(from_broker("8", 5, fill_fields("E1", 60, "yesterday")));  // no time
  pair.to_desk(from_broker("8", 6, fill_fields("E2")));
  ASSERT_EQ(pair.desk.owner.log,
            (std::vector<std::string>{"unreadable 2", "unreadable 3", "unreadable 4", "unreadable 5", "read 6"}));
  const auto& kept = pair.desk.owner.unreadable;
  EXPECT_EQ(kept[0].reason, "ExecID(17): Required tag missing");
  EXPECT_EQ(kept[1].reason, "MsgType(35): 'AE' is not a message that is spoken here");
  EXPECT_EQ(kept[1].msg_type, "AE");
  EXPECT_EQ(kept[2].reason, "LastPx(31): Tag appears more than once");
  EXPECT_EQ(kept[3].reason, "TransactTime(60): Incorrect data format for value");
  EXPECT_TRUE(pair.desk.session->logged_on());
}

TEST(Session, KeepsARefusedReportThatHadWaitedBehindAGap) {
  Pair pair;
  pair.connect();
  send(pair.broker, some_fill("LOST"));
  pair.broker.out->frames.clear();
  ASSERT_EQ(pair.broker.session->numbers().next_sender, 3);
  // Refused while behind the gap: not counted yet, so not reported yet.
  pair.desk.session->received(frame(from_broker("8", 3, fill_fields("E1", 17, ""))));
  EXPECT_TRUE(pair.desk.owner.unreadable.empty());
  EXPECT_EQ(pair.desk.session->numbers().next_target, 2);
  // Readable for the dictionary and not for us: waits, and is reported when its turn comes.
  pair.desk.session->received(frame(from_broker("8", 4, fill_fields("E2", 31, "x"))));
  EXPECT_TRUE(pair.desk.owner.unreadable.empty());
  pair.desk.session->received(frame(from_broker("8", 2, "43=Y|122=20261121-10:00:00|" + fill_fields("LOST"))));
  pair.desk.session->received(frame(from_broker("8", 3, "43=Y|122=20261121-10:00:00|" + fill_fields("E1", 17, ""))));
  EXPECT_EQ(pair.desk.owner.log, (std::vector<std::string>{"read 2", "unreadable 3", "unreadable 4"}));
  EXPECT_NE(shown(pair.desk.owner.unreadable[1].raw).find("|31=x|"), std::string::npos);
}

TEST(Session, LetsExtraTagsThrough) {
  Pair pair;
  pair.connect();
  pair.to_desk(
      from_broker("8", 2, fill_fields("E1") + "5001=x|9999=y|20003=z|1057=Y|851=1|29=1|453=1|448=ME|447=D|452=1|"));
  EXPECT_EQ(pair.desk.owner.log, std::vector<std::string>{"read 2"}) << pair.desk.owner.unreadable.at(0).reason;
}

TEST(Session, CountsAWholeMessageThatCannotBeParsed) {
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("8", 2, fill_fields("E1") + "x1=junk|"));
  pair.to_desk(from_broker("8", 3, fill_fields("E2")));
  EXPECT_EQ(pair.desk.owner.log, (std::vector<std::string>{"unreadable 2", "read 3"}));
  EXPECT_TRUE(pair.desk.session->logged_on());
}

TEST(Session, GoesOnWithWhatWaitedBehindAMessageThatCannotBeParsed) {
  Pair pair;
  pair.connect();
  pair.desk.session->received(frame(from_broker("8", 3, fill_fields("E2"))));
  pair.desk.session->received(frame(from_broker("8", 2, fill_fields("E1") + "x1=junk|")));
  EXPECT_EQ(pair.desk.owner.log, (std::vector<std::string>{"unreadable 2", "read 3"}));
  EXPECT_EQ(pair.desk.session->numbers().next_target, 4);
}

TEST(Session, ReportsWhatASequenceResetPassesOver) {
  Pair pair;
  pair.connect();
  pair.desk.session->received(frame(from_broker("8", 5, fill_fields("E1"))));  // 2 to 4 are missing
  pair.desk.session->received(frame(from_broker("4", 2, "36=20|")));
  ASSERT_EQ(pair.desk.owner.log, std::vector<std::string>{"unreadable 5"});
  EXPECT_EQ(pair.desk.session->numbers().next_target, 20);
}

TEST(Session, NeverCountsALogoutOrRejectThatLiesBehindAGap) {
  for (const char* type : {"5", "3"}) {
    Pair pair;
    pair.connect();
    send(pair.broker, some_fill("E1"));
    pair.broker.out->frames.clear();  // lost
    pair.desk.session->received(frame(from_broker(type, 3, *type == '3' ? "45=2|" : "")));
    EXPECT_EQ(pair.desk.session->numbers().next_target, 2) << "MsgType " << type;
  }
}

TEST(Session, TellsOfRejectsOfBothKinds) {
  Pair pair;
  pair.connect();
  pair.to_desk(from_broker("3", 2, "45=7|371=38|372=D|373=5|58=too many|"));
  pair.to_desk(from_broker("j", 3, "45=8|372=D|379=O1|380=4|58=closed|"));
  MessageReject session_reject;
  session_reject.ref_seq_num = 7;
  session_reject.ref_msg_type = "D";
  session_reject.ref_tag = 38;
  session_reject.reason = 5;
  session_reject.text = "too many";
  MessageReject business_reject;
  business_reject.business = true;
  business_reject.ref_seq_num = 8;
  business_reject.ref_msg_type = "D";
  business_reject.ref_id = "O1";
  business_reject.reason = 4;
  business_reject.text = "closed";
  const std::vector<Message> expected = {session_reject, business_reject};
  EXPECT_EQ(pair.desk.owner.messages, expected);
}

TEST(Session, TellsTheBrokerOfAnOrderThatItCannotRead) {
  Pair pair;
  pair.connect();
  pair.broker.session->received(frame("35=D|34=2|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) +
                                      "|56=BROKER|11=O1|55=AAPL|54=1|38=-5|40=1|60=20261121-10:00:00|"));
  ASSERT_EQ(pair.broker.owner.unreadable.size(), 1U);
  EXPECT_EQ(pair.broker.owner.unreadable[0].reason, "OrderQty(38): '-5' is not greater than zero");
}

TEST(Session, RefusesALogonUnderAnotherNameBeforeItResetsAnything) {
  Pair pair;
  pair.connect();
  send(pair.broker, some_fill());
  pair.pump();
  pair.cut();
  const SequenceNumbers before = pair.broker_store.load();
  const auto kept = pair.broker_store.sent(1, 100);
  const std::string now = core::fix_timestamp(pair.clock.now());
  for (const std::string& body :
       std::vector<std::string>{"35=A|34=1|49=MALLORY|52=" + now + "|56=BROKER|98=0|108=30|141=Y|",
                                "35=A|34=1|49=DESK|52=" + now + "|56=OTHER|98=0|108=30|141=Y|",
                                "35=A|34=9|49=DESK|52=" + now + "|56=BROKER|98=0|108=30|141=Y|",
                                "35=A|34=1|49=DESK|52=" + now + "|56=BROKER|98=0|108=0|141=Y|"}) {
    auto line = std::make_shared<MemoryLine>();
    pair.broker.session->connected(std::make_shared<MemoryWire>(line));
    pair.broker.session->received(frame(body));
    EXPECT_TRUE(line->closed) << body;
    EXPECT_TRUE(line->frames.empty()) << body;
    pair.broker.session->disconnected();
  }
  EXPECT_EQ(pair.broker_store.load(), before);
  EXPECT_EQ(pair.broker_store.sent(1, 100), kept);
  pair.connect();
  EXPECT_TRUE(pair.desk.session->logged_on());
}

TEST(Session, ResetsNumbersWhenItsPeerAsks) {
  Pair pair;
  pair.connect();
  pair.cut();
  auto line = std::make_shared<MemoryLine>();
  pair.broker.session->connected(std::make_shared<MemoryWire>(line));
  pair.broker.session->received(
      frame("35=A|34=1|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) + "|56=BROKER|98=0|108=30|141=Y|"));
  EXPECT_TRUE(pair.broker.session->logged_on());
  EXPECT_EQ(pair.broker_store.load().next_sender, 2);
  EXPECT_EQ(pair.broker_store.load().next_target, 2);
  EXPECT_EQ(pair.broker_store.sent(1, 100).size(), 1U);
}

TEST(Session, LogsOutAndOnAgain) {
  Pair pair;
  pair.connect();
  pair.desk.session->log_out("end of day");
  EXPECT_FALSE(pair.desk.session->send(some_order()));
  pair.pump();
  EXPECT_FALSE(pair.desk.session->is_connected());
  EXPECT_EQ(pair.desk.owner.logouts, std::vector<std::string>{"end of day"});
  EXPECT_EQ(pair.broker.owner.logouts, std::vector<std::string>{"logout by the other side: end of day"});
  pair.connect();
  EXPECT_FALSE(pair.desk.session->logged_on());
  pair.desk.session->log_on();
  pair.desk.session->tick();
  pair.pump();
  EXPECT_TRUE(pair.desk.session->logged_on());
}

TEST(Session, CountsNothingThatComesBeforeTheLogon) {
  for (const std::string& body : {from_broker("8", 1, fill_fields("E1", 17, "")),
                                  from_broker("8", 1, fill_fields("E1")), from_broker("4", 1, "36=50|")}) {
    Pair pair;
    pair.desk.session->connected(std::make_shared<MemoryWire>(std::make_shared<MemoryLine>()));
    pair.desk.session->tick();
    pair.desk.session->received(frame(body));
    EXPECT_FALSE(pair.desk.session->is_connected()) << body;
    EXPECT_EQ(pair.desk.session->numbers().next_target, 1) << body;
    EXPECT_TRUE(pair.desk.owner.log.empty()) << body;
  }
}

TEST(Session, GivesUpWhenItsOwnerThrowsAndAsksForTheMessageAgain) {
  struct Thrower final : SessionOwner {
    void on_logon(const core::SessionName&) override {}
    void on_logout(const core::SessionName&, std::string_view) override {}
    void on_message(const core::SessionName&, const Header&, const Message&) override {
      if (std::exchange(fail, false)) throw std::runtime_error("disk full");
      ++read;
    }
    void on_unreadable(const core::SessionName&, const UnreadableMessage&) override {}
    bool fail = true;
    int read = 0;
  } owner;
  Pair pair;
  SessionSettings settings = pair.desk.session->settings();
  pair.desk.session.reset();
  pair.desk.session = Session::create(settings, pair.desk_store, owner, pair.desk.log, pair.clock).value();
  pair.connect();
  send(pair.broker, some_fill());
  pair.pump();
  EXPECT_FALSE(pair.desk.session->is_connected());
  EXPECT_TRUE(pair.desk.log.mentions("receiving: disk full"));
  EXPECT_EQ(pair.desk_store.load().next_target, 2);
  pair.connect();
  EXPECT_EQ(owner.read, 1);
}

// The law of this folder, under fire: as many reports are given to the owner as numbers are counted.
TEST(Session, GivesEveryReportThatItCountsWhateverIsInIt) {
  EXPECT_TRUE(rc::check([] {
    Pair pair;
    pair.connect();
    for (int i = 0; i < 20 && pair.desk.session->is_connected(); ++i) {
      const int expected = pair.desk.session->numbers().next_target;
      std::string fields = fill_fields("E1");
      const int changes = *rc::gen::inRange(0, 4);
      for (int j = 0; j < changes; ++j) {
        const auto at = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(fields.size())));
        if (*rc::gen::arbitrary<bool>()) {
          fields[at] = *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::elementOf(std::string("|=0198AFX-.")));
        } else {
          fields.insert(fields.find('|', at) + 1, *rc::gen::elementOf(std::vector<std::string>{
                                                      "34=9|", "35=0|", "35=5|", "43=Y|", "49=X|", "52=|",
                                                      "453=2|448=A|", "=|", "10=000|", "97=Y|", "58=|"}));
        }
      }
      const std::size_t given = pair.desk.owner.log.size();
      pair.desk.session->received(frame(from_broker("8", expected + *rc::gen::inRange(0, 3), fields)));
      const int counted = pair.desk.session->numbers().next_target - expected;
      RC_ASSERT(pair.desk.owner.log.size() - given == static_cast<std::size_t>(counted));
    }
  }));
}

TEST(Session, DropsWhatStillComesAfterItClosed) {
  Pair pair;
  pair.connect();
  pair.desk.session->received(frame(from_broker("8", 1, fill_fields("OLD"))));  // number too low: the session gives up
  EXPECT_FALSE(pair.desk.session->is_connected());
  pair.desk.session->received(frame(from_broker("8", 2, fill_fields("E1"))));
  EXPECT_TRUE(pair.desk.owner.messages.empty());
  EXPECT_EQ(pair.desk.session->numbers().next_target, 2);
}

TEST(Session, BlanksPasswordsInTheLog) {
  Pair pair;
  auto line = std::make_shared<MemoryLine>();
  pair.broker.session->connected(std::make_shared<MemoryWire>(line));
  pair.broker.session->received(frame("35=A|34=1|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) +
                                      "|56=BROKER|98=0|108=30|553=desk|554=secret1|925=secret2|95=9|96=sec|ret=3|"));
  EXPECT_TRUE(pair.broker.session->logged_on());
  EXPECT_TRUE(pair.broker.log.mentions("|553=desk|554=***|925=***|95=9|96=***|10="));
  EXPECT_FALSE(pair.broker.log.mentions("secret"));
  EXPECT_FALSE(pair.broker.log.mentions("ret=3"));
}

TEST(Session, RefusesABrokenDictionaryAndATakenIdentity) {
  Pair pair;
  SessionSettings settings;
  settings.name = core::SessionName("X");
  settings.sender_comp_id = "A";
  settings.target_comp_id = "B";
  for (const Version version : {Version::fix42, Version::fix44, Version::fix50sp2}) {
    settings.version = version;
    EXPECT_TRUE(Session::create(settings, pair.desk_store, pair.desk.owner, pair.desk.log, pair.clock).has_value())
        << "our own dictionary is in the program";
  }
  settings.version = Version::fix44;
  settings.dictionary = "no/such/file.xml";
  auto made = Session::create(settings, pair.desk_store, pair.desk.owner, pair.desk.log, pair.clock);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text(), "session X: dictionary: no/such/file.xml: cannot be read: No such file or directory");
  settings.sender_comp_id = "DESK";
  settings.target_comp_id = "BROKER";
  made = Session::create(settings, pair.desk_store, pair.desk.owner, pair.desk.log, pair.clock);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().text(), "session X: the identity FIX.4.4:DESK->BROKER is already in use in this process");
}

}  // namespace
}  // namespace fix::test
