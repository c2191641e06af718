#include <gtest/gtest.h>

#include "core/random.hpp"
#include "simulation/world.hpp"
#include "tests/gateway/two_models.hpp"

// Orders whose parts are given: what is refused, what each sleeve gets, and what is told of it.
namespace gateway {
namespace {

using simulation::lively_exchange;
using simulation::World;

class GivenParts : public testing::Test {
 protected:
  // The first refusal as "code | place | message", or "" when the order would go out.
  std::string refusal(const OrderRequest& request) {
    const Answer answer = world.enter({.caller = {"dry", "tester"}, .orders = {request}, .dry_run = true});
    if (answer.refusals.empty()) return "";
    const Refusal& first = answer.refusals[0];
    return std::string(text(first.code)) + " | " + first.place + " | " + first.message;
  }
  Answer enter(const OrderRequest& request) {
    return world.enter({.caller = {"parts " + std::to_string(++keys), "tester"}, .orders = {request}});
  }

  World world{two_models(), lively_exchange(1)};
  int keys = 0;
};

TEST_F(GivenParts, AreWhatEachSleeveHasWhenTheOrderIsFilled) {
  const Answer answer = enter(with_parts(core::Side::buy, {{"A2", "INCOME", 7}, {"A1", "GROWTH", 10}, {"A1", "", 13}}));
  ASSERT_EQ(answer.orders.size(), 1U);
  std::vector<std::string> told;
  for (const AccountPreview& part : answer.previews.at(0).accounts) {
    told.push_back(part.account.text() + "/" + part.model.text() + " " + part.quantity.text() + " " + part.cost.text());
  }
  EXPECT_EQ(told, (std::vector<std::string>{"A1/ 13 2437.50", "A1/GROWTH 10 1875.00", "A2/INCOME 7 1312.50"}));
  world.run_for(std::chrono::seconds(3));
  const Order& order = world.last_order();
  ASSERT_EQ(text(state_of(order)), "FILLED");
  EXPECT_TRUE(order.entered.model.empty());
  ASSERT_EQ(order.legs().size(), 3U);
  EXPECT_EQ(held(world.state(), "A1", "", "AAPL"), 13);
  EXPECT_EQ(held(world.state(), "A1", "GROWTH", "AAPL"), 10);
  EXPECT_EQ(held(world.state(), "A2", "INCOME", "AAPL"), 7);
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(GivenParts, OfOneModelMakeAnOrderOfThatModelAndLeaveItsSharesAlone) {
  ASSERT_TRUE(world.buy(10, "AAPL", "GROWTH").refusals.empty());
  const auto group = world.last_order().group;
  const std::int64_t sealed = world.state().last_shares(group, core::Side::buy)->seq;
  ASSERT_TRUE(enter(with_parts(core::Side::buy, {{"A2", "GROWTH", 3}})).refusals.empty());
  EXPECT_EQ(world.last_order().entered.model, core::ModelCode("GROWTH"));
  EXPECT_GT(world.last_order().entered.shares_seq, sealed);
  EXPECT_EQ(world.state().last_shares(group, core::Side::buy)->seq, sealed);
  ASSERT_TRUE(world.buy(10, "AAPL", "GROWTH").refusals.empty());
  EXPECT_EQ(world.last_order().entered.shares_seq, sealed);
}

TEST_F(GivenParts, AreRefusedWhenTheyContradictTheOrder) {
  OrderRequest request = with_parts(core::Side::buy, {{"A1", "GROWTH", 10}, {"A2", "INCOME", 7}});
  EXPECT_EQ(refusal(request), "");
  request.quantity = core::Quantity::whole(18);
  EXPECT_EQ(refusal(request), "malformed | parts.csv: Quantity | is 18, and the parts sum to 17; it must be the same");
  request.quantity = core::Quantity::whole(17);
  request.model = core::ModelCode("GROWTH");
  EXPECT_EQ(refusal(request),
            "malformed | parts.csv: Model | is GROWTH, and there is a part for A2 in INCOME; leave it empty when parts "
            "are in several models");
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A1", "", 5}, {"A1", "GROWTH", 0}})),
            "malformed | parts.csv: Parts: A1 in GROWTH: Quantity | is 0; a part is more than zero");
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A1", "", 5}, {"A2", "", 5}, {"A1", "", 1}})),
            "malformed | parts.csv: Parts: A1 in Independent: Account | is there twice; give one part for each sleeve");
  request = with_parts(core::Side::buy, {{"A1", "", 5}, {"A2", "", 5}});
  request.parts[0].quantity = *core::Quantity::parse("4.5");
  request.parts[1].quantity = *core::Quantity::parse("5.5");
  EXPECT_EQ(refusal(request),
            "contradicts_instrument | parts.csv: Parts: A1 in Independent: Quantity | is 4.5, not a whole number of "
            "units of 1");
}

TEST_F(GivenParts, AreRefusedForSleevesThatAreNotThere) {
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A1", "GROWHT", 5}})),
            "unknown_model | parts.csv: Parts: A1 in GROWHT: Model | there is no model 'GROWHT'");
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A9", "GROWTH", 5}})),
            "unknown_account | parts.csv: Parts: A9 in GROWTH: Account | there is no account 'A9'");
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A3", "GROWTH", 5}})),
            "no_invested_account | parts.csv: Parts: A3 in GROWTH: Account | has nothing invested in GROWTH; invest "
            "first, or take another account");
}

// GROWTH as a whole has the cash; the sleeve has not.
TEST_F(GivenParts, SpendOnlyTheCashOfTheirOwnSleeve) {
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A1", "", 5}, {"A2", "GROWTH", 161}})),
            "cash_short | parts.csv: Parts: A2 in GROWTH: Quantity | is worth 30187.50 USD; the sleeve has 30000.00 in "
            "cash that no other order may spend");
  world.exchange_is_silent = true;
  // What an open order of the model may take of the sleeve counts, and what an open order with parts may.
  ASSERT_TRUE(world.buy(100, "AAPL", "GROWTH", "187.50").refusals.empty());
  ASSERT_TRUE(enter(with_parts(core::Side::buy, {{"A1", "GROWTH", 3}, {"A2", "GROWTH", 20}})).refusals.empty());
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A2", "GROWTH", 103}})),
            "cash_short | parts.csv: Parts: A2 in GROWTH: Quantity | is worth 19312.50 USD; the sleeve has 19125.00 in "
            "cash that no other order may spend");
  EXPECT_EQ(refusal(with_parts(core::Side::buy, {{"A2", "GROWTH", 102}})), "");
  // And the model's next order sees what the parts may spend.
  const Answer model = world.buy(304, "AAPL", "GROWTH", "187.50");
  ASSERT_EQ(model.refusals.size(), 1U);
  EXPECT_EQ(
      model.refusals[0].message,
      "the order is worth 57000.00 USD; of the cash in GROWTH that no other order may spend, A2 may need 21375.00 "
      "and has 19125.00");
  EXPECT_EQ(world.buy(272, "AAPL", "GROWTH", "187.50").refusals.size(), 0U);  // 102 for A2
}

// What a model has as a whole is other clients' money.
TEST_F(GivenParts, AnOrderOfAModelSpendsOnlyTheCashOfEachAccount) {
  ASSERT_TRUE(enter(with_parts(core::Side::buy, {{"A2", "GROWTH", 155}})).refusals.empty());
  world.run_for(std::chrono::seconds(3));
  ASSERT_EQ(text(state_of(world.last_order())), "FILLED");
  // A1 has 50,000 left, A2 less than 1,000: together enough for 40, of which 15 would be A2's.
  const Answer answer = world.buy(40, "AAPL", "GROWTH", "187.50");
  ASSERT_EQ(answer.refusals.size(), 1U);
  EXPECT_EQ(text(answer.refusals[0].code), "cash_short");
  EXPECT_NE(answer.refusals[0].message.find("spend, A2 may need 2812.50 and has "), std::string::npos)
      << answer.refusals[0].message;
}

TEST_F(GivenParts, ABasketSpendsTheCashOfEachAccountOnce) {
  OrderRequest of_model = with_parts(core::Side::buy, {{"A1", "GROWTH", 210}});
  of_model.parts.clear();
  of_model.model = core::ModelCode("GROWTH");  // 79 of 210 are A2's
  const OrderRequest of_one = with_parts(core::Side::buy, {{"A2", "GROWTH", 82}});
  const auto enter_both = [&](const OrderRequest& first, const OrderRequest& second) {
    return world.enter({.caller = {"both", "tester"}, .orders = {first, second}, .dry_run = true});
  };
  EXPECT_EQ(refusal(of_model), "");
  EXPECT_EQ(refusal(of_one), "");
  for (const Answer& both : {enter_both(of_model, of_one), enter_both(of_one, of_model)}) {
    ASSERT_EQ(both.refusals.size(), 1U);
    EXPECT_EQ(text(both.refusals[0].code), "cash_short");
  }
}

// Whatever is accepted, at its limits: when it is all filled, no sleeve owes cash.
TEST(CashOfSleeves, IsNeverSpentTwice) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    core::Random random(seed);
    simulator::ExchangeSettings exchange = lively_exchange(seed);
    exchange.fees.per_unit = {};
    World world{two_models(), exchange};
    int accepted = 0;
    for (int step = 0; step < 12; ++step) {
      OrderRequest request = with_parts(core::Side::buy, {{"A1", "GROWTH", random.between(1, 120)},
                                                          {"A2", "GROWTH", random.between(1, 80)},
                                                          {"A2", "INCOME", random.between(1, 60)}});
      if (random.below(2) == 0) {
        request.parts.clear();
        request.model = core::ModelCode(random.below(2) == 0 ? "GROWTH" : "INCOME");
      }
      const Answer answer = world.enter({.caller = {"s" + std::to_string(step), "tester"}, .orders = {request}});
      accepted += answer.refusals.empty() ? 1 : 0;
      if (random.below(3) == 0) world.run_for(std::chrono::seconds(1));
    }
    world.run_for(std::chrono::seconds(20));
    EXPECT_GT(accepted, 0) << seed;
    for (std::size_t i = 0; i < world.state().book().group_count(); ++i) {
      for (const auto& [currency, row] : world.state().book().cash_of(static_cast<alloc::GroupIndex>(i))) {
        for (const std::int64_t minor : row.by_slot) EXPECT_GE(minor, 0) << "seed " << seed;
      }
    }
  }
}

TEST_F(GivenParts, SellOnlyWhatTheirOwnSleeveHoldsAndIsNotSelling) {
  ASSERT_TRUE(
      enter(with_parts(core::Side::buy, {{"A1", "GROWTH", 10}, {"A2", "GROWTH", 4}, {"A1", "", 6}})).refusals.empty());
  world.run_for(std::chrono::seconds(3));
  ASSERT_EQ(text(state_of(world.last_order())), "FILLED");
  EXPECT_EQ(refusal(with_parts(core::Side::sell, {{"A1", "GROWTH", 5}, {"A2", "GROWTH", 5}})),
            "position_short | parts.csv: Parts: A2 in GROWTH: Quantity | is 5; the sleeve holds 4 AAPL that no other "
            "order is selling");
  world.exchange_is_silent = true;
  ASSERT_TRUE(world.sell(7, "AAPL", "GROWTH").refusals.empty());  // 5 and 2 of 10 and 4
  EXPECT_EQ(refusal(with_parts(core::Side::sell, {{"A1", "GROWTH", 5}, {"A2", "GROWTH", 2}, {"A1", "", 6}})), "");
  EXPECT_EQ(refusal(with_parts(core::Side::sell, {{"A1", "GROWTH", 6}})),
            "position_short | parts.csv: Parts: A1 in GROWTH: Quantity | is 6; the sleeve holds 5 AAPL that no other "
            "order is selling");
  ASSERT_TRUE(enter(with_parts(core::Side::sell, {{"A1", "GROWTH", 5}, {"A1", "", 6}})).refusals.empty());
  EXPECT_EQ(world.sell(3, "AAPL", "GROWTH").refusals.at(0).message,
            "is 3; GROWTH holds 2 AAPL that no other order is selling; other orders may take up to 12, because each "
            "account's part is rounded up");
}

// Each fill, down to one unit, leaves every sleeve at its floor or ceiling; what was open is let go of with the cancel.
TEST_F(GivenParts, ACancelledOrderLeavesEverybodyAtTheFairPart) {
  world.exchange_is_silent = true;
  ASSERT_TRUE(enter(with_parts(core::Side::buy, {{"A1", "GROWTH", 50}, {"A2", "INCOME", 30}, {"A2", "", 20}}))
                  .refusals.empty());
  fix::ExecutionReport fill;
  fill.order_id = "B1";
  fill.cl_ord_id = world.last_order().id().text();
  fill.exec_type = fix::ExecType::trade;
  fill.ord_status = fix::OrdStatus::partially_filled;
  fill.symbol = core::Symbol("AAPL");
  fill.last_price = *core::Price::parse("187.40");
  fill.transact_time = simulation::simulated_now();
  for (int i = 1; i <= 30; ++i) {
    fill.exec_id = "E" + std::to_string(i);
    fill.last_quantity = core::Quantity::whole(1);
    fill.cumulative_quantity = core::Quantity::whole(i);
    world.broker_says(fill);
    world.settle();
    EXPECT_NEAR(static_cast<int>(held(world.state(), "A1", "GROWTH", "AAPL")) * 2, i, 1);
  }
  EXPECT_EQ(held(world.state(), "A1", "GROWTH", "AAPL"), 15);
  EXPECT_EQ(held(world.state(), "A2", "INCOME", "AAPL"), 9);
  EXPECT_EQ(held(world.state(), "A2", "", "AAPL"), 6);
}

TEST_F(GivenParts, AreThePartsOfTheCommandOfTheirKey) {
  OrderRequest request = with_parts(core::Side::buy, {{"A1", "GROWTH", 10}, {"A2", "INCOME", 7}});
  ASSERT_EQ(world.enter({.caller = {"k", "tester"}, .orders = {request}}).orders.size(), 1U);
  EXPECT_EQ(world.enter({.caller = {"k", "tester"}, .orders = {request}}).orders.size(), 1U);
  std::swap(request.parts[0].quantity, request.parts[1].quantity);
  EXPECT_EQ(world.enter({.caller = {"k", "tester"}, .orders = {request}}).refusals.at(0).code, RefusalCode::key_reused);
}

TEST_F(GivenParts, AndTheProposalStandInTheJournal) {
  OrderRequest request = with_parts(core::Side::buy, {{"A1", "GROWTH", 10}, {"A2", "INCOME", 7}});
  request.proposal = "P-1";
  ASSERT_EQ(enter(request).orders.size(), 1U);
  EXPECT_EQ(world.last_order().entered.proposal, "P-1");
  const Order before = world.last_order();
  world.crash(true);
  world.start_gateway();
  EXPECT_EQ(world.last_order().entered.proposal, "P-1");
  EXPECT_EQ(world.last_order().legs(), before.legs());
  EXPECT_EQ(world.last_order().slots(), before.slots());
}

}  // namespace
}  // namespace gateway
