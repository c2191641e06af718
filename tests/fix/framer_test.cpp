#include "fix/framer.hpp"

#include <rapidcheck.h>

#include <chrono>

#include "tests/fix/pair.hpp"

namespace fix::test {
namespace {

constexpr std::size_t limit = 4096;

struct Outcome {
  std::vector<std::string> frames;
  std::vector<std::string> faults;
  bool broken = false;
};

void drain(Framer& framer, Outcome& outcome) {
  while (!outcome.broken) {
    const auto item = framer.next();
    if (!item) return;
    if (item->kind == Framer::Item::Kind::frame) outcome.frames.emplace_back(item->bytes);
    if (item->kind == Framer::Item::Kind::skipped) outcome.faults.push_back(item->text);
    if (item->kind == Framer::Item::Kind::broken) {
      outcome.broken = true;
      outcome.faults.push_back(item->text);
    }
  }
}

Outcome cut(const std::string& stream) {
  Framer framer(limit);
  Outcome outcome;
  framer.add(stream);
  drain(framer, outcome);
  return outcome;
}

std::string some_frame() {
  const std::string text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABC=8FIX.10|9")));
  return frame("35=8|34=" + std::to_string(*rc::gen::inRange(1, 99999)) + "|58=" + text + "|");
}

TEST(Framer, GivesTheSameFramesHoweverTheStreamIsCut) {
  EXPECT_TRUE(rc::check([] {
    const auto frames = *rc::gen::container<std::vector<std::string>>(rc::gen::exec(some_frame));
    std::string stream;
    for (const auto& one : frames) stream += one;
    Framer framer(limit);
    Outcome outcome;
    std::size_t at = 0;
    while (at < stream.size()) {
      const std::size_t size = std::min<std::size_t>(*rc::gen::inRange(1, 60), stream.size() - at);
      framer.add(std::string_view(stream).substr(at, size));
      drain(framer, outcome);
      at += size;
    }
    RC_ASSERT(outcome.frames == frames);
    RC_ASSERT(outcome.faults.empty());
  }));
}

// Bytes, pieces of frames and false starts. A false start claims at most 99 bytes, less than what follows it.
std::string some_junk() {
  std::string junk;
  const auto pieces = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
  for (const int piece : pieces) {
    switch (piece) {
      case 0: junk += *rc::gen::container<std::string>(rc::gen::arbitrary<char>()); break;
      case 1: junk += "8=FIX"; break;
      case 2:
        junk +=
            "8=FIX.4.4\x01"
            "9=x\x01";
        break;
      case 3:
        junk +=
            "8=FIX.4.4\x01"
            "9=" +
            std::to_string(*rc::gen::inRange(0, 99)) +
            "\x01"
            "35=0\x01";
        break;
      case 4:
        junk +=
            "\x01"
            "10=000\x01";
        break;
      default: {
        std::string garbled = frame("35=8|34=7|");
        garbled[garbled.size() - 2] = garbled[garbled.size() - 2] == '9' ? '0' : '9';
        junk += garbled;
      }
    }
  }
  return junk;
}

TEST(Framer, NeverLosesAGoodFrameAfterJunk) {
  EXPECT_TRUE(rc::check([] {
    std::string stream;
    std::vector<std::string> good;
    const int rounds = *rc::gen::inRange(1, 5);
    for (int i = 0; i < rounds; ++i) {
      stream += some_junk().substr(0, limit / 2);
      for (int j = 0; j < 2; ++j) {  // together longer than any false start before them
        good.push_back(frame("35=8|34=" + std::to_string(10 * i + j) + "|58=" + std::string(100, 'x') + "|"));
        stream += good.back();
      }
    }
    const Outcome outcome = cut(stream);
    RC_ASSERT(!outcome.broken);
    std::size_t found = 0;
    for (const auto& one : outcome.frames) {
      if (found < good.size() && one == good[found]) ++found;
    }
    RC_ASSERT(found == good.size());
  }));
}

TEST(Framer, SaysWhatIsWrong) {
  const std::string good = frame("35=0|34=2|");
  std::string wrong_sum = good;
  wrong_sum.replace(wrong_sum.size() - 4, 3, "999");
  const std::string right_sum = good.substr(good.size() - 4, 3);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {wrong_sum, "CheckSum(10): '999' came, '" + right_sum + "' is right"},
      {"hello", "5 bytes that belong to no message"},
      {"8=FIX.4.4\x01"
       "35=0\x01",
       "BodyLength(9) does not stand second"},
      {"8=FIX.4.4\x01"
       "9=\x01",
       "BodyLength(9) is not a whole number"},
      {"8=FIX.4.4\x01"
       "9=-5\x01",
       "BodyLength(9) is not a whole number"},
      {"8=FIX.4.4\x01"
       "9=99999999999999999999\x01",
       "BodyLength(9) has no end"},
      {"8=FIX.4.4.4.4.4.4.4\x01", "BeginString(8) has no end"},
      {"8=FIX.4.4\x01"
       "9=5\x01"
       "35=0\x01"
       "11=000\x01",
       "BodyLength(9): no CheckSum(10) stands at the end of the message of 26 bytes"},
      {"8=FIX.4.4\x01"
       "9=5\x01"
       "34=1\x01"
       "10=170\x01",
       "MsgType(35) does not stand third"}};
  for (const auto& [bytes, fault] : cases) {
    const Outcome outcome = cut(bytes + good);
    ASSERT_FALSE(outcome.faults.empty()) << shown(bytes);
    EXPECT_EQ(outcome.faults[0], fault) << shown(bytes);
    EXPECT_EQ(outcome.frames, std::vector<std::string>{good}) << shown(bytes);
    EXPECT_FALSE(outcome.broken);
  }
}

TEST(Framer, BreaksOffAtAFrameOverTheLimit) {
  const Outcome outcome =
      cut("8=FIX.4.4\x01"
          "9=70000\x01"
          "35=8\x01");
  EXPECT_TRUE(outcome.broken);
  EXPECT_EQ(outcome.faults,
            std::vector<std::string>{"BodyLength(9): a message of 70025 bytes is over the limit of 4096 bytes"});
  const std::string largest = frame("35=8|58=" + std::string(limit - 33, 'x') + "|");
  ASSERT_EQ(largest.size(), limit);
  EXPECT_EQ(cut(largest).frames, std::vector<std::string>{largest});
}

// Every false start claims the same large body, so a naive framer would sum it again and again.
TEST(Framer, BreaksOffWhenOnlyJunkComesAndWorksNoMoreThanItsLength) {
  std::string false_starts;
  while (false_starts.size() < 20 * limit)
    false_starts +=
        "8=FIX.4.4\x01"
        "9=999\x01";
  for (const std::string& junk : {std::string(20 * limit, 'x'), std::string(20 * limit, '8'), false_starts}) {
    Framer framer(limit);
    Outcome outcome;
    std::size_t taken = 0;
    while (taken < junk.size() && !outcome.broken) {
      framer.add(std::string_view(junk).substr(taken, 512));
      taken += 512;
      drain(framer, outcome);
    }
    EXPECT_TRUE(outcome.broken);
    EXPECT_LE(taken, 6 * limit);
    EXPECT_TRUE(outcome.frames.empty());
    framer.add(frame("35=0|"));
    EXPECT_EQ(framer.next()->kind, Framer::Item::Kind::broken);
  }
}

// As QuickFIX does it, for sessions that are tested against it.
TEST(Framer, MayBelieveALengthThatIsWrong) {
  const std::string first = frame("35=0|34=2|");
  const std::string second = frame("35=0|34=3|");
  for (const int more : {1, 9, 20, -3}) {
    std::string wrong = first;
    wrong.replace(wrong.find("9=") + 2, 2, std::to_string(10 + more));
    Framer framer(limit);
    framer.believe_lengths();
    Outcome outcome;
    framer.add(wrong);
    drain(framer, outcome);
    framer.add(second + second);
    drain(framer, outcome);
    const bool takes_the_next = more > 0;
    EXPECT_EQ(outcome.frames, std::vector<std::string>(takes_the_next ? 1 : 2, second)) << more;
    EXPECT_EQ(outcome.faults.size(), 1U);
    EXPECT_EQ(cut(wrong + second + second).frames.size(), 2U) << "others find the next one";
  }
  Framer framer(limit);
  framer.believe_lengths();
  Outcome outcome;
  framer.add(std::string("8=FIX.4.4\x01"
                         "9=5\x01"
                         "35=0\x01") +
             std::string(2 * limit, 'x'));
  drain(framer, outcome);
  EXPECT_TRUE(outcome.broken);
}

}  // namespace
}  // namespace fix::test
