#include <gtest/gtest.h>

#include "simulation/world.hpp"

// What is refused before anything leaves, and what the refusal says.
namespace gateway {
namespace {

using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

OrderRequest good() {
  return {.side = core::Side::buy,
          .quantity = core::Quantity::whole(100),
          .symbol = core::Symbol("AAPL"),
          .type = core::OrderType::limit,
          .limit = *core::Price::parse("187.50"),
          .model = core::ModelCode("GROWTH"),
          .currency = std::nullopt,
          .place = "basket.csv:7"};
}

class Planning : public testing::Test {
 protected:
  // The first refusal as "code | place", or "" when the order would go out.
  std::string refusal(const OrderRequest& request) {
    const Answer answer = world.enter({.caller = {"dry", "tester"}, .orders = {request}, .dry_run = true});
    if (answer.refusals.empty()) return "";
    message = answer.refusals[0].message;
    return std::string(text(answer.refusals[0].code)) + " | " + answer.refusals[0].place;
  }

  World world{desk_of({50'000, 30'000, 20'000, 0}), lively_exchange(1)};
  std::string message;
};

TEST_F(Planning, LetsAGoodOrderPassAndPreviewsEachAccount) {
  const Answer answer = world.enter({.caller = {"dry", "tester"}, .orders = {good()}, .dry_run = true});
  ASSERT_EQ(answer.previews.size(), 1U);
  ASSERT_EQ(answer.previews[0].accounts.size(), 3U) << "the account without an investment takes no part";
  EXPECT_EQ(answer.previews[0].accounts[0].quantity, core::Quantity::whole(50));
  EXPECT_EQ(answer.previews[0].accounts[0].cost.text(), "9375.00");
  EXPECT_EQ(answer.previews[0].value.text(), "18750.00");
  EXPECT_TRUE(world.state().orders().all().empty()) << "a dry run does nothing";
}

TEST_F(Planning, RefusesWhatIsMalformed) {
  OrderRequest request = good();
  request.quantity = core::Quantity{0};
  EXPECT_EQ(refusal(request), "malformed | basket.csv:7: Quantity");
  request.quantity = core::Quantity::whole(-3);
  EXPECT_EQ(refusal(request), "malformed | basket.csv:7: Quantity");
  request = good();
  request.limit = core::Price{0};
  EXPECT_EQ(refusal(request), "malformed | basket.csv:7: LmtPrice");
  request.limit.reset();
  EXPECT_EQ(refusal(request), "malformed | basket.csv:7: LmtPrice");
  request = good();
  request.quantity = core::Quantity{std::numeric_limits<std::int64_t>::max() / 1'000'000 * 1'000'000};
  request.limit = *core::Price::parse("92233720368");
  EXPECT_EQ(refusal(request), "malformed | basket.csv:7: Quantity");
}

TEST_F(Planning, RefusesNamesItDoesNotKnow) {
  OrderRequest request = good();
  request.model = core::ModelCode("GROWHT");
  EXPECT_EQ(refusal(request), "unknown_model | basket.csv:7: Model");
  EXPECT_EQ(message, "there is no model 'GROWHT'");
  request = good();
  request.symbol = core::Symbol("APPL");
  EXPECT_EQ(refusal(request), "unknown_symbol | basket.csv:7: Symbol");
  request = good();
  request.broker = core::SessionName("NYX");
  EXPECT_EQ(refusal(request), "unknown_broker | basket.csv:7: Broker");
}

TEST_F(Planning, RefusesWhatContradictsTheInstrument) {
  OrderRequest request = good();
  request.currency = core::Currency::of("EUR");
  EXPECT_EQ(refusal(request), "contradicts_instrument | basket.csv:7: Currency");
  request = good();
  request.security_type = "OPT";
  EXPECT_EQ(refusal(request), "contradicts_instrument | basket.csv:7: SecType");
  request = good();
  request.exchange = "FOOBAR";
  EXPECT_EQ(refusal(request), "contradicts_instrument | basket.csv:7: Exchange");
  EXPECT_EQ(message, "is FOOBAR; AAPL trades at XNAS: write that, or leave it empty");
  request.exchange = "XNAS";
  EXPECT_EQ(refusal(request), "");
  request = good();
  request.quantity = *core::Quantity::parse("10.5");
  EXPECT_EQ(refusal(request), "contradicts_instrument | basket.csv:7: Quantity");
}

TEST_F(Planning, RefusesWhatIsAboveTheLimitsOrTheCash) {
  OrderRequest request = good();
  request.quantity = core::Quantity::whole(2'000'000);
  EXPECT_EQ(refusal(request), "over_limit | basket.csv:7: Quantity");
  request.quantity = core::Quantity::whole(534);  // 100,125 of the 100,000 there are
  EXPECT_EQ(refusal(request), "cash_short | basket.csv:7: Quantity");
  EXPECT_EQ(
      message,
      "the order is worth 100125.00 USD; of the cash in GROWTH that no other order may spend, A1 may need 50062.50 "
      "and has 50000.00; A2 may need 30187.50 and has 30000.00; A3 may need 20062.50 and has 20000.00");
}

TEST(PlanningForMany, NamesTheFirstWhoseCashIsShortAndHowManyMore) {
  World many(desk_of({1'000, 1'000, 1'000, 1'000, 1'000}), lively_exchange(1));
  OrderRequest request = good();
  request.quantity = core::Quantity::whole(26);  // 5 or 6 for each
  const Answer answer = many.enter({.caller = {"k", "tester"}, .orders = {request}});
  ASSERT_EQ(answer.refusals.size(), 1U);
  EXPECT_EQ(answer.refusals[0].message,
            "the order is worth 4875.00 USD; of the cash in GROWTH that no other order may spend, A1 may need 1125.00 "
            "and has 1000.00; A2 may need 1125.00 and has 1000.00; A3 may need 1125.00 and has 1000.00; and 2 more");
}

TEST_F(Planning, ThePreviewOfASaleShowsTheValueThatCounts) {
  EXPECT_TRUE(world.buy(100, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(3));
  OrderRequest request = good();
  request.side = core::Side::sell;
  request.limit = *core::Price::parse("0.01");
  const Answer answer = world.enter({.caller = {"dry", "tester"}, .orders = {request}, .dry_run = true});
  ASSERT_EQ(answer.previews.size(), 1U);
  EXPECT_EQ(answer.previews[0].value.text(), "18740.00");
}

TEST_F(Planning, TwoOrdersCannotSpendTheSameCash) {
  OrderRequest request = good();
  request.quantity = core::Quantity::whole(300);
  const Answer both = world.enter({.caller = {"b", "tester"}, .orders = {request, request}});
  ASSERT_EQ(both.refusals.size(), 1U);
  EXPECT_EQ(both.refusals[0].code, RefusalCode::cash_short);
  EXPECT_TRUE(world.state().orders().all().empty()) << "all or nothing";
  world.exchange_is_silent = true;
  EXPECT_TRUE(world.enter({.caller = {"c", "tester"}, .orders = {request}}).refusals.empty());
  EXPECT_EQ(refusal(request), "cash_short | basket.csv:7: Quantity");
}

TEST_F(Planning, TwoOrdersCannotSellTheSameUnits) {
  EXPECT_TRUE(world.buy(301, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(3));
  ASSERT_EQ(text(state_of(world.last_order())), "FILLED");
  world.exchange_is_silent = true;
  EXPECT_TRUE(world.sell(200, "AAPL", "GROWTH").refusals.empty());
  OrderRequest request = good();
  request.side = core::Side::sell;
  request.quantity = core::Quantity::whole(102);
  EXPECT_EQ(refusal(request), "position_short | basket.csv:7: Quantity");
  EXPECT_EQ(
      message,
      "is 102; GROWTH holds 100 AAPL that no other order is selling; other orders may take up to 201, because each "
      "account's part is rounded up");
}

TEST_F(Planning, ASaleOfEverythingLeavesNobodyWithAUnitOverOrShort) {
  EXPECT_TRUE(world.buy(301, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(3));
  EXPECT_TRUE(world.sell(301, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(3));
  ASSERT_EQ(text(state_of(world.last_order())), "FILLED");
  const auto group = world.last_order().group;
  for (const alloc::Holding& held : world.state().book().instruments_of(group).at(core::Symbol("AAPL")).by_slot) {
    EXPECT_EQ(held, alloc::Holding{});
  }
}

TEST(PlanningForNobody, RefusesWhatNobodyIsInvestedIn) {
  World empty(desk_of({0, 0}), lively_exchange(1));
  const Answer answer = empty.enter({.caller = {"k", "tester"}, .orders = {good()}});
  ASSERT_EQ(answer.refusals.size(), 1U);
  EXPECT_EQ(answer.refusals[0].code, RefusalCode::no_invested_account);
}

// A low limit on a sale is no bound on what it brings.
TEST(PlanningForALargeDesk, ASaleCountsAtTheHigherOfItsLimitAndTheReferencePrice) {
  World big(desk_of({900'000'000}), lively_exchange(1));
  big.exchange_is_silent = true;
  const auto sale = [&](const char* limit) {
    OrderRequest request = good();
    request.side = core::Side::sell;
    request.quantity = core::Quantity::whole(533'618);  // at 187.40: 13.20 above the 100,000,000.00 that are allowed
    request.limit = *core::Price::parse(limit);
    const Answer answer = big.enter({.caller = {"dry", "tester"}, .orders = {request}, .dry_run = true});
    return answer.refusals.at(0);
  };
  EXPECT_EQ(text(sale("0.01").code), "over_limit");
  EXPECT_EQ(sale("0.01").message, "value 100000013.20 USD is above limits.USD.max_order_value, 100000000.00");
  EXPECT_EQ(text(sale("200.00").code), "over_limit");

  EXPECT_EQ(counted_price(core::Side::sell, core::Price::whole(1), core::Price::whole(3)), core::Price::whole(3));
  EXPECT_EQ(counted_price(core::Side::sell, core::Price::whole(5), core::Price::whole(3)), core::Price::whole(5));
  EXPECT_EQ(counted_price(core::Side::sell, core::Price::whole(1), std::nullopt), core::Price::whole(1));
  EXPECT_EQ(counted_price(core::Side::buy, core::Price::whole(1), core::Price::whole(3)), core::Price::whole(1));
  EXPECT_EQ(counted_price(core::Side::buy, std::nullopt, core::Price::whole(3)), core::Price::whole(3));
  EXPECT_EQ(counted_price(core::Side::buy, std::nullopt, std::nullopt), std::nullopt);
}

TEST_F(Planning, RefusesWhileTheBrokerIsNotThere) {
  world.cut();
  const Answer answer = world.enter({.caller = {"k", "tester"}, .orders = {good(), good()}});
  ASSERT_EQ(answer.refusals.size(), 1U) << "once for both";
  EXPECT_EQ(answer.refusals[0].code, RefusalCode::broker_not_connected);
  EXPECT_EQ(answer.refusals[0].place, "basket.csv:7: Broker");
  EXPECT_TRUE(world.state().orders().all().empty());
}

// A basket is looked at before the broker's hours.
TEST_F(Planning, PreviewsWhileTheBrokerIsNotThereAndWarns) {
  world.cut();
  const Answer answer = world.enter({.caller = {"dry", "tester"}, .orders = {good(), good()}, .dry_run = true});
  EXPECT_TRUE(answer.refusals.empty());
  EXPECT_EQ(answer.previews.size(), 2U);
  ASSERT_EQ(answer.warnings.size(), 1U);
  EXPECT_EQ(answer.warnings[0].message, "the session SIM is not logged on; see: prorata sessions");
}

TEST_F(Planning, ABrokerThatIsNotThereHidesNothingElse) {
  world.cut();
  OrderRequest most = good();
  most.quantity = core::Quantity::whole(300);
  OrderRequest more = most;  // together more than the cash
  more.place = "basket.csv:8";
  const Answer answer = world.enter({.caller = {"k", "tester"}, .orders = {most, more}});
  ASSERT_EQ(answer.refusals.size(), 2U);
  EXPECT_EQ(answer.refusals[0].code, RefusalCode::cash_short);
  EXPECT_EQ(answer.refusals[1].code, RefusalCode::broker_not_connected);
}

TEST_F(Planning, RefusesCancelsOfWhatIsNotOpen) {
  EXPECT_EQ(world.cancel(core::OrderId("20261120-9")).refusals.at(0).code, RefusalCode::unknown_order);
  EXPECT_TRUE(world.buy(10, "KO", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(world.cancel(world.last_order().id()).refusals.at(0).code, RefusalCode::order_not_open);
}

}  // namespace
}  // namespace gateway
