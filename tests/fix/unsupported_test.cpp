#include "fix/unsupported.hpp"

#include "tests/fix/raw_broker.hpp"

namespace fix::test {
namespace {

// FIX asks for a Headline(148) and has its lines in a group: Text(58) stands twice.
const std::string news = "148=Halted|33=2|58=AAPL|58=MSFT|";

class Unsupported : public testing::Test {
 protected:
  Unsupported() { broker.connect(1); }
  // How many messages of ours have this.
  [[nodiscard]] long said(const std::string& part) const {
    return std::ranges::count_if(
        broker.line->frames, [&](const std::string& bytes) { return shown(bytes).find(part) != std::string::npos; });
  }
  [[nodiscard]] const std::vector<std::string>& log() const { return broker.pair.desk.owner.log; }
  RawBroker broker;
};

TEST_F(Unsupported, MessagesOfFixAreKeptAndAnsweredAsBusiness) {
  int number = 2;
  for (const auto& [type, fields] : {std::pair<std::string, std::string>{"B", news},
                                     {"B", ""},
                                     {"AE", "571=T1|487=0|31=187.4|"},
                                     {"i", "117=X|"},
                                     {"E", ""}}) {
    broker.send(type, number, fields);
    EXPECT_EQ(broker.expected(), number + 1);
    for (const std::string& part :
         {std::string("|35=j|"), "|45=" + std::to_string(number) + "|", "|372=" + type + "|", std::string("|380=3|")}) {
      EXPECT_NE(("|" + broker.answer()).find(part), std::string::npos) << part << " " << broker.answer();
    }
    const UnreadableMessage& kept = broker.pair.desk.owner.unreadable.back();
    EXPECT_EQ(kept.msg_type, type);
    EXPECT_NE(shown(kept.raw).find("|35=" + type + "|"), std::string::npos);
    EXPECT_NE(shown(kept.raw).find(fields), std::string::npos) << kept.raw;
    ++number;
  }
  EXPECT_EQ(said("|35=3|"), 0);
  broker.send("8", number, fill_fields("E1"));
  EXPECT_EQ(log().back(), "read " + std::to_string(number));
  EXPECT_TRUE(broker.pair.desk.log.mentions(" < 8=FIX.4.4|9=")) << "the raw log has what came";
  EXPECT_TRUE(broker.pair.desk.log.mentions("148=Halted"));
}

TEST_F(Unsupported, MessagesBehindAGapWaitForTheirTurn) {
  broker.send("B", 3, news);
  EXPECT_EQ(broker.expected(), 2);
  EXPECT_EQ(said("|35=2|"), 1);
  EXPECT_EQ(said("|35=j|"), 0);
  broker.send("8", 2, "43=Y|122=20200101-10:00:00|" + fill_fields("E1"));
  EXPECT_EQ(log(), (std::vector<std::string>{"read 2", "unreadable 3"}));
  EXPECT_EQ(said("|35=j|"), 1);
  EXPECT_EQ(broker.expected(), 4);
  // Sent again, as it was asked for: its number is used up by now.
  broker.send("B", 3, "43=Y|122=20200101-10:00:00|" + news);
  EXPECT_EQ(said("|35=j|"), 1);
  EXPECT_TRUE(broker.pair.desk.session->logged_on());
  EXPECT_EQ(broker.expected(), 4);
}

// What is wrong with the header of a message ends the connection, whatever its type.
TEST(UnsupportedWithFaults, MessagesWithAWrongHeaderAreDealtWithAsAnyOther) {
  const auto after = [](const std::string& type, const std::string& header, const std::string& fields) {
    RawBroker other;
    other.connect(1);
    other.pair.desk.session->received(frame("35=" + type + header + fields));
    EXPECT_TRUE(other.line->closed);
    return other.pair.desk.owner.logouts.back() + ", next " + std::to_string(other.expected());
  };
  for (const std::string header :
       {"|34=1|49=BROKER|52=20261124-10:00:00|56=DESK|", "|34=2|49=OTHER|52=20261124-10:00:00|56=DESK|",
        "|34=2|49=BROKER|56=DESK|", "|49=BROKER|52=20261124-10:00:00|56=DESK|"}) {
    EXPECT_EQ(after("B", header, news), after("8", header, fill_fields("E1"))) << header;
  }
}

TEST_F(Unsupported, TypesThatFixDoesNotKnowAreRejectedByTheSession) {
  for (const char* type : {"ZZ", "U1", "I"}) {
    const long before = said("|35=3|");
    broker.send(type, broker.expected());
    EXPECT_EQ(said("|35=3|"), before + 1) << type;
  }
  EXPECT_EQ(said("|35=j|"), 0);
}

TEST_F(Unsupported, TypesAreNoneThatAreRead) {
  for (const char* type : {"0", "1", "2", "3", "4", "5", "A", "D", "F", "G", "H", "J",
                           "P", "q", "8", "9", "r", "j", "V", "W", "X", "Y", ""}) {
    EXPECT_FALSE(is_unsupported_business(type, Version::fix44)) << type;
  }
  EXPECT_TRUE(is_unsupported_business("J", Version::fix42));
  EXPECT_TRUE(is_unsupported_business("P", Version::fix50sp2));
}

}  // namespace
}  // namespace fix::test
