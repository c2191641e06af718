#include <gtest/gtest.h>

#include <new>

#include "tests/fix/pair.hpp"

// What our store throws within QuickFIX, whose functions end the process when anything but an IOException leaves them.
namespace fix::test {
namespace {

class FailingStore final : public SessionStore {
 public:
  [[nodiscard]] SequenceNumbers load() const override { return kept_.load(); }
  void save(const SequenceNumbers& numbers) override { may_fail(saves), kept_.save(numbers); }
  void keep_sent(int seq_num, std::string_view bytes) override { may_fail(keeps), kept_.keep_sent(seq_num, bytes); }
  [[nodiscard]] std::vector<std::string> sent(int first, int last) const override {
    may_fail(reads);
    return kept_.sent(first, last);
  }
  void forget_sent() override { may_fail(forgets), kept_.forget_sent(); }

  // Which call fails, once: 1 the next. 0: none.
  mutable int saves = 0;
  mutable int keeps = 0;
  mutable int reads = 0;
  mutable int forgets = 0;

 private:
  static void may_fail(int& calls) {
    if (calls > 0 && --calls == 0) throw std::bad_alloc();
  }
  MemoryStore kept_;
};

class StoreFailure : public testing::Test {
 protected:
  StoreFailure() {
    const SessionSettings settings = pair.desk.session->settings();
    pair.desk.session.reset();
    pair.desk.session = Session::create(settings, store, pair.desk.owner, pair.desk.log, pair.clock).value();
    pair.connect();
    EXPECT_TRUE(pair.desk.session->logged_on());
  }
  // The connection is over, the process is not, and the next one is good.
  void expect_a_new_beginning() {
    EXPECT_FALSE(pair.desk.session->is_connected());
    EXPECT_TRUE(pair.desk.log.mentions("IO Error: std::bad_alloc")) << testing::PrintToString(pair.desk.log.lines);
    pair.cut();
    pair.connect();
    EXPECT_TRUE(pair.desk.session->logged_on());
  }

  FailingStore store;
  Pair pair;
};

TEST_F(StoreFailure, WhileAMessageIsCountedGivesUpTheConnection) {
  store.saves = 1;
  pair.to_desk(from_broker("0", 2));
  EXPECT_EQ(pair.desk.session->numbers().next_target, 2) << "not counted";
  expect_a_new_beginning();
}

TEST_F(StoreFailure, WhileAnOrderIsKeptIsAnErrorOfSending) {
  store.keeps = 1;
  const auto refused = pair.desk.session->send(some_order());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "the engine did not send: IO Error: std::bad_alloc");
  EXPECT_TRUE(pair.desk.out->frames.empty());
  EXPECT_EQ(pair.desk.session->send(some_order("O2")).value(), 2) << "the number is not used up";
  pair.pump();
  EXPECT_EQ(pair.broker.owner.messages.size(), 1U);
}

TEST_F(StoreFailure, WhileMessagesAreSentAgainGivesUpTheConnection) {
  ASSERT_TRUE(pair.desk.session->send(some_order()).has_value());
  store.reads = 1;
  pair.to_desk(from_broker("2", 2, "7=1|16=0|"));
  expect_a_new_beginning();
}

TEST_F(StoreFailure, WhileTheNumbersAreResetGivesUpTheConnection) {
  pair.cut();
  store.forgets = 1;
  pair.desk.session->connected(std::make_shared<MemoryWire>(std::make_shared<MemoryLine>()));
  pair.desk.session->tick();
  pair.desk.session->received(frame(from_broker("A", 1, "98=0|108=30|141=Y|")));
  EXPECT_FALSE(pair.desk.session->is_connected());
  EXPECT_TRUE(pair.desk.log.mentions("IO Error: std::bad_alloc")) << testing::PrintToString(pair.desk.log.lines);
}

// The log is asked within the engine's construction too.
TEST(LogFailure, CostsNothingButTheLines) {
  struct Failing final : MessageLog {
    void message(const core::SessionName&, Direction, std::string_view) override { throw std::bad_alloc(); }
    void event(const core::SessionName&, EventKind, std::string_view) override { throw std::bad_alloc(); }
  } log;
  Pair pair;
  const SessionSettings settings = pair.desk.session->settings();
  pair.desk.session.reset();
  pair.desk.session = Session::create(settings, pair.desk_store, pair.desk.owner, log, pair.clock).value();
  pair.connect();
  EXPECT_TRUE(pair.desk.session->logged_on());
}

}  // namespace
}  // namespace fix::test
