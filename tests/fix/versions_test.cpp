#include "fix/version.hpp"

#include "fix/unsupported.hpp"
#include "tests/fix/pair.hpp"

// What is told in other words in FIX 4.2 and 5.0 SP2 than in 4.4, byte by byte.
namespace fix::test {
namespace {

class Line {
 public:
  explicit Line(Version version) : pair_(version) { pair_.connect(); }

  // The fields of a message as the desk writes it, behind those of the header.
  std::string of_desk(const Message& message) { return written(pair_.desk, message); }
  std::string of_broker(const Message& message) { return written(pair_.broker, message); }
  // What the desk reads of a report of the broker.
  std::string read(const std::string& type, const std::string& fields) {
    const int number = pair_.desk.session->numbers().next_target;
    pair_.to_desk(from_broker(type, number, fields));
    if (pair_.desk.owner.log.back() == "read " + std::to_string(number)) return "";
    return pair_.desk.owner.unreadable.back().reason;
  }
  template <class Kind>
  [[nodiscard]] const Kind& last() const {
    return std::get<Kind>(pair_.desk.owner.messages.back());
  }
  [[nodiscard]] Pair& pair() { return pair_; }

 private:
  static std::string written(Side& side, const Message& message) {
    const auto sent = side.session->send(message);
    if (!sent) return sent.error().text();
    const std::string bytes = shown(side.out->frames.back());
    const std::size_t body = bytes.find('|', bytes.find("|56=") + 1) + 1;
    return bytes.substr(body, bytes.find("|10=") + 1 - body);
  }

  Pair pair_;
};

constexpr std::array all_versions{Version::fix42, Version::fix44, Version::fix50sp2};

TEST(Versions, AreKnownByTheirWords) {
  for (const Version version : all_versions) {
    EXPECT_EQ(words_of(version).version, version);
    EXPECT_EQ(parse_version(words_of(version).text), version);
  }
  EXPECT_EQ(parse_version("4.3"), std::nullopt);
  EXPECT_EQ(begin_string(Version::fix50sp2), "FIXT.1.1");
}

TEST(Versions, LogOnWithTheirOwnWords) {
  for (const Version version : all_versions) {
    Pair pair(version);
    pair.connect();
    EXPECT_TRUE(pair.desk.session->logged_on());
    EXPECT_TRUE(pair.desk.log.mentions("DESK > 8=" + begin_string(version) + "|9="));
    EXPECT_EQ(pair.desk.log.mentions("|98=0|108=30|1137=9|10="), version == Version::fix50sp2);
  }
}

TEST(Versions, OrdersForTheClosingAuctionAreATypeIn42) {
  NewOrderSingle order = some_order();
  order.time_in_force = core::TimeInForce::at_the_close;
  const std::string before = "11=O1|15=USD|21=1|38=1000|";
  const std::string after = "|60=20261121-10:00:00.000001|167=CS|";
  EXPECT_EQ(Line(Version::fix42).of_desk(order), before + "40=B|44=187.5|54=1|55=AAPL" + after);
  EXPECT_EQ(Line(Version::fix44).of_desk(order), before + "40=2|44=187.5|54=1|55=AAPL|59=7" + after);
  EXPECT_EQ(Line(Version::fix50sp2).of_desk(order), before + "40=2|44=187.5|54=1|55=AAPL|59=7" + after);
  order.type = core::OrderType::market;
  order.limit.reset();
  EXPECT_EQ(Line(Version::fix42).of_desk(order), before + "40=5|54=1|55=AAPL" + after);
  order.type = core::OrderType::stop;
  order.stop = core::Price::whole(1);
  EXPECT_EQ(Line(Version::fix42).of_desk(order), "OrdType(40): FIX 4.2 has no stop order for the closing auction");
}

TEST(Versions, FillsSayInTwoFieldsOf42WhatTheyAre) {
  const std::string rest = "6=187.49|11=O1|12=0.685|13=3|14=100|15=USD|17=E1|";
  const std::string end =
      "30=XSIM|31=187.49|32=100|37=B1|38=1000|39=1|54=1|55=AAPL|60=20261121-10:00:01.500000|75=20261121|";
  EXPECT_EQ(Line(Version::fix42).of_broker(some_fill()), rest + "20=0|" + end + "150=1|151=900|");
  EXPECT_EQ(Line(Version::fix44).of_broker(some_fill()), rest + end + "150=F|151=900|");
  EXPECT_EQ(Line(Version::fix50sp2).of_broker(some_fill()), rest + end + "150=F|151=900|");
}

struct Codes {
  ExecType type;
  OrdStatus status;
  std::string in42;  // ExecTransType(20) and ExecType(150)
};

TEST(Versions, EveryKindOfReportHasItsCodesIn42) {
  for (const Codes& codes : {Codes{ExecType::new_order, OrdStatus::new_order, "00"},
                             {ExecType::trade, OrdStatus::partially_filled, "01"},
                             {ExecType::trade, OrdStatus::filled, "02"},
                             {ExecType::trade, OrdStatus::cancelled, "01"},
                             {ExecType::trade_cancel, OrdStatus::new_order, "10"},
                             {ExecType::trade_correct, OrdStatus::filled, "22"},
                             {ExecType::order_status, OrdStatus::pending_cancel, "36"},
                             {ExecType::replaced, OrdStatus::replaced, "05"},
                             {ExecType::restated, OrdStatus::new_order, "0D"},
                             {ExecType::expired, OrdStatus::expired, "0C"}}) {
    ExecutionReport report = some_fill();
    report.exec_type = codes.type;
    report.ord_status = codes.status;
    Line line(Version::fix42);
    const std::string bytes = "|" + line.of_broker(report);
    EXPECT_NE(bytes.find(std::string("|20=") + codes.in42[0] + "|"), std::string::npos) << bytes;
    EXPECT_NE(bytes.find(std::string("|150=") + codes.in42[1] + "|"), std::string::npos) << bytes;
    line.pair().pump();
    EXPECT_EQ(line.last<ExecutionReport>(), report);
  }
}

TEST(Versions, ReportsOf42MustSayWhetherTheyTakeSomethingBack) {
  const std::string fields = "37=B1|17=E1|11=O1|39=1|55=AAPL|54=1|32=100|31=187.49|151=900|14=100|6=187.49|";
  Line line(Version::fix42);
  EXPECT_EQ(line.read("8", fields + "20=0|150=2|"), "");
  EXPECT_EQ(line.last<ExecutionReport>().exec_type, ExecType::trade);
  EXPECT_EQ(line.read("8", fields + "20=1|150=1|19=E0|"), "");
  EXPECT_EQ(line.last<ExecutionReport>().exec_type, ExecType::trade_cancel);
  EXPECT_EQ(line.last<ExecutionReport>().exec_ref_id, "E0");
  EXPECT_EQ(line.read("8", fields + "20=7|150=1|"),
            "ExecTransType(20): '7' is not known here; known are 0 (new), 1 (cancel), 2 (correct), 3 (status)");
  EXPECT_EQ(line.read("8", fields + "150=1|"), "ExecTransType(20): Required tag missing");
  // Some brokers speak half of 4.4.
  EXPECT_EQ(line.read("8", fields + "20=0|150=F|"), "");
  EXPECT_EQ(line.last<ExecutionReport>().exec_type, ExecType::trade);
}

TEST(Versions, ReasonsThat42HasNoCodeForBecomeItsWordForOther) {
  ExecutionReport report = some_fill();
  report.exec_type = ExecType::rejected;
  report.reject_reason = 13;
  EXPECT_NE(Line(Version::fix42).of_broker(report).find("|103=0|"), std::string::npos);
  EXPECT_NE(Line(Version::fix44).of_broker(report).find("|103=13|"), std::string::npos);
  const OrderCancelReject reject{.order_id = "B1", .cl_ord_id = "C1", .orig_cl_ord_id = "O1", .reason = 6};
  EXPECT_EQ(Line(Version::fix42).of_broker(reject), "11=C1|37=B1|39=8|41=O1|102=2|434=1|");
  EXPECT_EQ(Line(Version::fix44).of_broker(reject), "11=C1|37=B1|39=8|41=O1|102=6|434=1|");
  const MessageReject refusal{.business = true, .ref_msg_type = "D", .reason = 7};
  EXPECT_EQ(Line(Version::fix42).of_broker(refusal), "372=D|380=0|");
  const MarketDataReject no_data{.request_id = "M1", .reason = 'D', .text = "no"};
  EXPECT_EQ(Line(Version::fix42).of_broker(no_data), "58=no|262=M1|");
  EXPECT_EQ(Line(Version::fix50sp2).of_broker(no_data), "58=no|262=M1|281=D|");
}

TEST(Versions, WhatBrokersMayLeaveOutIsNotAskedFor) {
  Line old(Version::fix42);
  EXPECT_EQ(old.read("9", "37=B1|11=C1|41=O1|39=2|"), "");
  EXPECT_EQ(old.last<OrderCancelReject>().response_to, '1');
  Line young(Version::fix50sp2);
  EXPECT_EQ(young.read("9", "37=B1|11=C1|39=2|434=2|"), "");
  EXPECT_EQ(young.last<OrderCancelReject>().orig_cl_ord_id, "");
  EXPECT_EQ(young.read("8", "37=B1|17=E1|11=O1|150=F|39=1|55=AAPL|54=1|32=100|31=187.49|151=900|14=100|"), "");
  EXPECT_EQ(young.read("8", "37=B1|17=E2|11=O1|150=F|39=1|54=1|32=100|31=187.49|151=900|14=100|"),
            "Symbol(55): is missing, but the message requires it");
}

TEST(Versions, CancelsNeedNoQuantityButIn44) {
  for (const Version version : all_versions) {
    Line line(version);
    Pair& pair = line.pair();
    pair.broker.session->received(frame("35=F|34=2|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) +
                                            "|56=BROKER|11=C1|41=O1|54=1|55=AAPL|60=20261121-10:00:00|",
                                        begin_string(version)));
    if (version == Version::fix44) {
      EXPECT_EQ(pair.broker.owner.unreadable.at(0).reason, "OrderQty(38): Required tag missing");
    } else {
      EXPECT_EQ(std::get<OrderCancelRequest>(pair.broker.owner.messages.at(0)).quantity.raw, 0);
    }
  }
}

TEST(Versions, MassCancelReportsOf50NameThemselves) {
  const OrderMassCancelReport report{.cl_ord_id = "C1", .order_id = "R1", .affected = 3};
  EXPECT_EQ(Line(Version::fix44).of_broker(report), "11=C1|37=R1|530=7|531=7|533=3|");
  EXPECT_EQ(Line(Version::fix50sp2).of_broker(report), "11=C1|37=R1|530=7|531=7|533=3|1369=R1|");
}

// One that says it is of FIX 5.0 or its SP1 is read like the others.
TEST(Versions, TheVersionOfOneMessageDoesNotHideItsFields) {
  Line line(Version::fix50sp2);
  for (const std::string id : {"7", "8", "9"}) {
    Pair& pair = line.pair();
    const int number = pair.desk.session->numbers().next_target;
    pair.desk.session->received(frame("35=8|1128=" + id + "|34=" + std::to_string(number) +
                                          "|49=BROKER|52=" + core::fix_timestamp(pair.clock.now()) + "|56=DESK|" +
                                          fill_fields("E" + id, 11, "O1|453=2|448=A|452=1|448=B|452=3"),
                                      "FIXT.1.1"));
    EXPECT_EQ(pair.desk.owner.log.back(), "read " + std::to_string(number));
  }
}

TEST(Versions, ALogonOf50MustSaySo) {
  for (const std::string id : {"", "1137=7|", "1137=|"}) {
    Pair pair(Version::fix50sp2);
    pair.broker.out = std::make_shared<MemoryLine>();
    pair.broker.session->connected(std::make_shared<MemoryWire>(pair.broker.out));
    pair.broker.session->received(frame(
        "35=A|34=1|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) + "|56=BROKER|98=0|108=30|" + id, "FIXT.1.1"));
    EXPECT_TRUE(pair.broker.out->closed) << id;
    EXPECT_TRUE(pair.broker.log.mentions("Logon refused: DefaultApplVerID(1137): '")) << id;
    EXPECT_EQ(pair.broker.session->numbers().next_target, 1);
  }
}

TEST(Versions, ADictionaryOfAnotherOneIsRefused) {
  MemoryStore store;
  Owner owner;
  Recorder log;
  const core::SystemClock clock;
  const auto told = [&](Version version, const std::string& dictionary) {
    const auto made = Session::create({.name = core::SessionName("X"),
                                       .version = version,
                                       .sender_comp_id = "SPEC",
                                       .target_comp_id = "SPEC2",
                                       .dictionary = dictionary},
                                      store, owner, log, clock);
    return made ? "" : made.error().text();
  };
  EXPECT_EQ(told(Version::fix42, "fix-specs/FIX44.xml"),
            "session X: dictionary: fix-specs/FIX44.xml: is a dictionary of FIX.4.4; one of FIX.4.2 is wanted");
  EXPECT_EQ(told(Version::fix50sp2, "fix-specs/FIXT11.xml"),
            "session X: dictionary: fix-specs/FIXT11.xml: is a dictionary of FIXT.1.1; one of FIX.5.0 is wanted");
  EXPECT_NE(told(Version::fix50sp2, "no/such.xml").find("no/FIXT11.xml"), std::string::npos);
}

TEST(Versions, HaveMessagesThatAreNotSpokenHere) {
  EXPECT_TRUE(is_unsupported_business("B", Version::fix42));
  EXPECT_FALSE(is_unsupported_business("AE", Version::fix42)) << "no message of 4.2";
  EXPECT_TRUE(is_unsupported_business("AE", Version::fix44));
  EXPECT_FALSE(is_unsupported_business("CA", Version::fix44));
  EXPECT_TRUE(is_unsupported_business("CA", Version::fix50sp2));
  for (const Version version : all_versions) {
    Line line(version);
    EXPECT_EQ(line.read("B", "148=Halted|33=2|58=A|58=B|"), "MsgType(35): 'B' is not a message that is spoken here");
    EXPECT_TRUE(line.pair().broker.owner.messages.size() == 1 &&
                std::get<MessageReject>(line.pair().broker.owner.messages[0]).business);
  }
}

// A report that comes again under a number that is used up is read by the dictionary too.
TEST(Versions, RepetitionsAreRead) {
  for (const Version version : all_versions) {
    Line line(version);
    ASSERT_TRUE(line.pair().broker.session->send(some_fill()));
    const std::string fill = line.pair().broker.out->frames.back();
    line.pair().pump();
    std::string again = shown(fill);
    again = again.substr(again.find("|35=") + 1);
    again = again.substr(0, again.find("|10=") + 1);
    const std::size_t after = again.find("|52=");
    again.insert(again.find('|', after + 1) + 1, "43=Y|122=20261121-10:00:00|");
    line.pair().to_desk(again);
    ASSERT_EQ(line.pair().desk.owner.repeated.size(), 1U);
    EXPECT_EQ(std::get<ExecutionReport>(line.pair().desk.owner.repeated[0].second), some_fill());
  }
}

}  // namespace
}  // namespace fix::test
