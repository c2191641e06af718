#include "tests/simulator/fixture.hpp"

// Replacements, mass cancels and minimum quantities. In DRY nobody trades but clients.
namespace simulator {
namespace {

using core::Side;
using core::TimeInForce;
using fix::ExecType;
using fix::OrdStatus;

class ChangesTest : public testing::Test {
 protected:
  void send(const fix::Message& message, const std::string& client = "DESK") {
    exchange.receive(client, message, time_of_day(15));
  }
  std::vector<fix::ExecutionReport> reports(const std::string& id) {
    for (Outgoing& one : exchange.advance(time_of_day(16, ++looks))) all.push_back(std::move(one));
    return reports_of(all, id);
  }
  template <class Message>
  std::vector<Message> told() {
    std::vector<Message> found;
    for (Outgoing& one : exchange.advance(time_of_day(16, ++looks))) {
      if (const auto* message = std::get_if<Message>(&one.message)) found.push_back(*message);
    }
    return found;
  }

  Exchange exchange{exchange_settings(), "S", time_of_day(14)};
  std::vector<Outgoing> all;
  int looks = 0;
};

class ReplaceTest : public ChangesTest {
 protected:
  // Two purchases of 100 at 10.00, ours first; then ours is replaced, and somebody sells 100.
  std::string who_is_first(std::int64_t quantity, std::string_view limit) {
    send(order("B1", Side::buy, 100, "DRY", "10.00"));
    send(order("B2", Side::buy, 100, "DRY", "10.00"));
    auto replacement = replacement_of(order("B1", Side::buy, quantity, "DRY", limit), "R1");
    send(replacement);
    send(order("S1", Side::sell, 50, "DRY", "9.00"), "FUND");
    return reports("R1").back().exec_type == ExecType::trade ? "B1" : "B2";
  }
};

TEST_F(ReplaceTest, LessAtTheSamePriceKeepsThePlace) { EXPECT_EQ(who_is_first(60, "10.00"), "B1"); }
TEST_F(ReplaceTest, NothingChangedKeepsThePlace) { EXPECT_EQ(who_is_first(100, "10.00"), "B1"); }
TEST_F(ReplaceTest, MoreLosesThePlace) { EXPECT_EQ(who_is_first(101, "10.00"), "B2"); }
TEST_F(ReplaceTest, AWorsePriceLosesThePlace) { EXPECT_EQ(who_is_first(100, "9.99"), "B2"); }
TEST_F(ReplaceTest, ABetterPriceComesFirst) { EXPECT_EQ(who_is_first(100, "10.01"), "B1"); }

TEST_F(ReplaceTest, KeepsOrderIdAndCountsAndNamesTheIdsAsTheSpecificationSays) {
  const auto buy = order("B1", Side::buy, 100, "DRY", "10.00");
  send(buy);
  send(order("S1", Side::sell, 30, "DRY", "10.00"), "FUND");
  auto replacement = replacement_of(buy, "R1");
  replacement.order.quantity = units(80);
  send(replacement);
  send(order("S2", Side::sell, 20, "DRY", "10.00"), "FUND");
  const auto told = reports("R1");
  EXPECT_EQ(story(told), "5 F20@10.00");
  EXPECT_EQ(told[0].order_id, reports("B1")[0].order_id);
  EXPECT_EQ(told[0].orig_cl_ord_id, "B1");
  EXPECT_EQ(told[0].ord_status, OrdStatus::partially_filled);
  EXPECT_EQ(told[0].cumulative_quantity, units(30));
  EXPECT_EQ(told[0].leaves_quantity, units(50));
  EXPECT_EQ(told[1].orig_cl_ord_id, "");
  EXPECT_EQ(told[1].leaves_quantity, units(30));
}

TEST_F(ReplaceTest, CanBeRepeatedAndCancelledUnderTheLatestId) {
  const auto buy = order("B1", Side::buy, 100, "DRY", "10.00");
  send(buy);
  send(replacement_of(buy, "R1"));
  auto second = replacement_of(buy, "R2");
  second.orig_cl_ord_id = "R1";
  second.order.time_in_force = TimeInForce::good_till_cancel;
  send(second);
  auto cancel = cancel_of(buy, "C1");
  cancel.orig_cl_ord_id = "R2";
  send(cancel);
  EXPECT_EQ(story(reports("R1")), "5 5");  // its own, and the one that replaced it
  EXPECT_EQ(story(reports("C1")), "4");
  EXPECT_EQ(reports("C1").front().orig_cl_ord_id, "R2");
}

TEST_F(ReplaceTest, TradesAtOnceWhenTheNewLimitCrosses) {
  const auto buy = order("B1", Side::buy, 100, "DRY", "10.00");
  send(order("S1", Side::sell, 60, "DRY", "10.50"), "FUND");
  send(buy);
  auto replacement = replacement_of(buy, "R1");
  replacement.order.limit = price("10.50");
  send(replacement);
  EXPECT_EQ(story(reports("R1")), "5 F60@10.50");
}

// FIX 4.4 volume 4, matrices D: the quantity becomes what was filled.
TEST_F(ReplaceTest, AtOrBelowWhatWasFilledLeavesTheOrderFilled) {
  for (const int quantity : {30, 20}) {
    const auto buy = order(numbered('B', quantity), Side::buy, 100, "DRY", "10.00");
    send(buy);
    send(order(numbered('S', quantity), Side::sell, 30, "DRY", "10.00"), "FUND");
    auto replacement = replacement_of(buy, numbered('R', quantity));
    replacement.order.quantity = units(quantity);
    send(replacement);
    const auto replaced = reports(numbered('R', quantity)).back();
    EXPECT_EQ(replaced.exec_type, ExecType::replaced);
    EXPECT_EQ(replaced.ord_status, OrdStatus::filled);
    EXPECT_EQ(replaced.order_quantity, units(30));
    EXPECT_EQ(replaced.leaves_quantity, units(0));
    EXPECT_TRUE(exchange.picture(core::Symbol("DRY"), 0)->bids.empty());
  }
}

TEST_F(ReplaceTest, IsRejectedAsAReplacementWithTheReason) {
  const auto rests = order("B1", Side::buy, 100, "DRY", "10.00");
  const auto over = order("B2", Side::buy, 100, "DRY", "", TimeInForce::immediate_or_cancel);
  send(rests);
  send(over);
  auto other_side = replacement_of(rests, "R3");
  other_side.order.side = Side::sell;
  auto to_market = replacement_of(rests, "R4");
  to_market.order.type = core::OrderType::market;
  auto to_ioc = replacement_of(rests, "R5");
  to_ioc.order.time_in_force = TimeInForce::immediate_or_cancel;
  auto off_tick = replacement_of(rests, "R6");
  off_tick.order.limit = price("10.001");
  const std::vector<std::pair<fix::OrderCancelReplaceRequest, int>> cases{
      {replacement_of(order("NONE", Side::buy, 1, "DRY"), "R1"), 1},
      {replacement_of(over, "R2"), 0},
      {other_side, 2},
      {to_market, 2},
      {to_ioc, 2},
      {off_tick, 99},
      {replacement_of(rests, "B2"), 6}};
  for (const auto& [request, reason] : cases) {
    send(request);
    const auto rejects = told<fix::OrderCancelReject>();
    ASSERT_EQ(rejects.size(), 1U) << request.order.cl_ord_id;
    EXPECT_EQ(rejects[0].response_to, '2');
    EXPECT_EQ(rejects[0].reason, reason) << request.order.cl_ord_id;
  }
  EXPECT_EQ(exchange.picture(core::Symbol("DRY"), 0)->bids.front().quantity, units(100));
}

TEST_F(ChangesTest, AMinimumQuantityIsFilledAtOnceOrTheOrderIsCancelled) {
  send(order("S1", Side::sell, 50, "DRY", "10.00"), "FUND");
  auto too_much = order("B1", Side::buy, 100, "DRY", "10.00");
  too_much.least = units(51);
  auto enough = order("B2", Side::buy, 100, "DRY", "10.00");
  enough.least = units(50);
  auto wrong = order("B3", Side::buy, 100, "DRY", "10.00");
  wrong.least = units(101);
  send(too_much);
  send(enough);
  send(wrong);
  EXPECT_EQ(story(reports("B1")), "0 4");
  EXPECT_EQ(story(reports("B2")), "0 F50@10.00");
  EXPECT_EQ(reports("B2").back().leaves_quantity, units(50));
  EXPECT_EQ(reports("B3").front().reject_reason, 13);
}

TEST_F(ChangesTest, AMassCancelEndsWhatItNamesAndTellsOfEachOrder) {
  send(order("B1", Side::buy, 100, "DRY", "9.00"));
  send(order("S1", Side::sell, 100, "DRY", "11.00"));
  send(stop_order("B2", Side::buy, 100, "AAPL", "200.00"));
  send(order("F1", Side::buy, 100, "DRY", "9.00"), "FUND");
  send(fix::OrderMassCancelRequest{
      .cl_ord_id = "M1", .scope = fix::MassCancelScope::symbol, .symbol = core::Symbol("DRY"), .side = Side::buy});
  EXPECT_EQ(story(reports("B1")), "0 4");
  EXPECT_EQ(story(reports("S1")), "0");
  send(fix::OrderMassCancelRequest{.cl_ord_id = "M2"});
  EXPECT_EQ(story(reports("S1")), "0 4");
  EXPECT_EQ(story(reports("B2")), "0 4");
  EXPECT_EQ(story(reports("F1")), "0");
  std::vector<std::string> answers;
  for (const Outgoing& one : all) {
    if (std::holds_alternative<fix::OrderMassCancelReport>(one.message)) answers.push_back(text(one.message));
  }
  EXPECT_EQ(answers, (std::vector<std::string>{"r M1 1 1 ", "r M2 7 2 "}));
}

TEST_F(ChangesTest, AMassCancelThatCannotBeIsRejected) {
  send(fix::OrderMassCancelRequest{
      .cl_ord_id = "M1", .scope = fix::MassCancelScope::symbol, .symbol = core::Symbol("TSLA")});
  send(fix::OrderMassCancelRequest{.cl_ord_id = "M1"});
  const auto answers = told<fix::OrderMassCancelReport>();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].answer, fix::MassCancelScope::rejected);
  EXPECT_EQ(answers[0].reject_reason, 1);
  EXPECT_EQ(answers[1].reject_reason, 99);
}

}  // namespace
}  // namespace simulator
