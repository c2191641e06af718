#include "tests/gateway/desk_day.hpp"

// Models that are run by command: what proposals book, what goes out and when, and what is refused.
namespace gateway {
namespace {

using portfolio::Operation;

using Proposals = DeskDay;

TEST_F(Proposals, TargetsFirstThenInvest) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "30"}})), "");
  const Answer staged = invest("GROWTH", {{"A1", "50000.00"}, {"A2", "20000.00"}});
  ASSERT_EQ(refusal(staged), "");
  EXPECT_EQ(staged.stage, "STAGED");
  EXPECT_EQ(cash("A1", ""), 10'000'000);  // nothing is booked
  EXPECT_EQ(carry_out(staged), "DONE");
  EXPECT_EQ(cash("A1", ""), 5'000'000);
  EXPECT_EQ(cash("A2", ""), 8'000'000);
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 160);  // 30,000 / 187.40
  EXPECT_EQ(units("A1", "GROWTH", "KO"), 242);    // 15,000 / 62.00, up where most is missing
  EXPECT_EQ(world.state().orders().all().size(), 2U);
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(Proposals, APriceIsTakenOnce) {
  const core::Symbol aapl("AAPL");
  const BringPrices twice{{{aapl, core::Price::whole(400), {}},
                           {core::Symbol("KO"), core::Price::whole(60), {}},
                           {aapl, core::Price::whole(401), {}}}};
  EXPECT_EQ(refusal(world.carry_out(twice)),
            "malformed | prices[2] | a price of AAPL is there already, prices[0]; give one");
  EXPECT_EQ(world.state().prices().all().at(aapl).price.text(), "187.4") << "none of them";
  EXPECT_EQ(refusal(world.carry_out(BringPrices{{{aapl, core::Price::whole(400), {}}}})), "");
  const core::Time since = world.state().prices().all().at(aapl).time;
  const BringPrices late{{{aapl, core::Price::whole(300), since - std::chrono::seconds(1)}}};
  EXPECT_EQ(refusal(world.carry_out(late)).substr(0, 24), "not_possible | prices[0]") << "a newer one stays";
  EXPECT_EQ(world.state().prices().all().at(aapl).price.text(), "400");
}

TEST_F(Proposals, FundFirstThenTradeTheModel) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "30000.00"}, {"A2", "10000.00"}})), "DONE");  // a transfer of cash
  EXPECT_EQ(cash("A1", "GROWTH"), 3'000'000);
  ASSERT_TRUE(world.buy(100, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(5));
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 75);
  EXPECT_EQ(units("A2", "GROWTH", "AAPL"), 25);
  // That sets the ratios for who comes later: about 47 % AAPL, the rest cash.
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A3", "40000.00"}})), "DONE");
  EXPECT_NEAR(static_cast<double>(units("A3", "GROWTH", "AAPL")), 100, 1);
}

TEST_F(Proposals, RebalanceSellsBeforeItBuys) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "100"}})), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "50000.00"}, {"A2", "20000.00"}})), "DONE");
  ASSERT_EQ(refusal(targets("GROWTH", {{"KO", "100"}})), "");
  const Answer staged = world.carry_out(asking(Operation::rebalance, "GROWTH"));
  ASSERT_EQ(refusal(staged), "");
  ASSERT_EQ(refusal(transmit(staged)), "");
  EXPECT_EQ(world.state().orders().all().size(), 2U);  // the purchase waits for the sale
  EXPECT_EQ(world.last_order().entered.side, core::Side::sell);
  EXPECT_EQ(stage(staged.proposal), "WORKING");
  world.run_for(std::chrono::seconds(30));
  EXPECT_EQ(stage(staged.proposal), "DONE");
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 0);
  EXPECT_GT(units("A1", "GROWTH", "KO"), 780);
  EXPECT_GE(cash("A1", "GROWTH"), -5'000);  // a market order may cost a little more than its price said
}

TEST_F(Proposals, PurchasesThatWaitAreHeldWhenASaleIsNotFilled) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "100"}})), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "50000.00"}})), "DONE");
  ASSERT_EQ(refusal(targets("GROWTH", {{"KO", "100"}})), "");
  const Answer staged = world.carry_out(asking(Operation::rebalance, "GROWTH"));
  world.exchange_is_silent = true;
  ASSERT_EQ(refusal(transmit(staged)), "");
  const core::OrderId sale = world.last_order().id();
  world.broker_says(fix::ExecutionReport{.order_id = "B9",
                                         .exec_id = "X9",
                                         .cl_ord_id = sale.text(),
                                         .exec_type = fix::ExecType::rejected,
                                         .ord_status = fix::OrdStatus::rejected,
                                         .symbol = core::Symbol("AAPL"),
                                         .side = core::Side::sell});
  world.run_for(std::chrono::seconds(1));
  EXPECT_EQ(stage(staged.proposal), "INCOMPLETE");
  const Staged& held = *world.state().find_proposal(staged.proposal);
  EXPECT_EQ(held.why_held.substr(0, 49), "the sales that pay for them were not filled whole");
  // What is missing is staged again: both, the purchase still after the sale.
  world.exchange_is_silent = false;
  const Answer again = world.carry_out(FinishProposal{staged.proposal});
  ASSERT_EQ(refusal(again), "");
  EXPECT_EQ(again.stage, "INCOMPLETE");  // it keeps what it did
  EXPECT_EQ(carry_out(again), "DONE");
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 0);
  EXPECT_GT(units("A1", "GROWTH", "KO"), 780);
}

TEST_F(Proposals, DivestingAllSendsTheMoneyOutAndClosesTheModel) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "30"}})), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "50000.00"}})), "DONE");
  const Answer staged = world.carry_out(asking(Operation::divest, "GROWTH", {{"A1", "all"}}));
  ASSERT_EQ(refusal(staged), "");
  EXPECT_EQ(carry_out(staged), "DONE");
  EXPECT_EQ(world.state().models().find(core::ModelCode("GROWTH")), nullptr);
  EXPECT_NEAR(static_cast<double>(cash("A1", "")), 10'000'000, 20'000);  // less fees and the spread
  EXPECT_EQ(refusal(create("GROWTH")),
            "code_taken | code | there was a model GROWTH once, and its trades bear the code; take another");
}

TEST_F(Proposals, DeletingMovesEverythingToIndependent) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "50000.00"}, {"A2", "20000.00"}})), "DONE");
  ASSERT_TRUE(world.buy(10, "KO", "GROWTH", "1.00").refusals.empty());  // rests
  world.run_for(std::chrono::seconds(1));
  EXPECT_EQ(refusal(world.carry_out(asking(Operation::remove, "GROWTH"))).substr(0, 56),
            "orders_working | model | GROWTH has working orders; canc");
  ASSERT_TRUE(world.cancel(world.last_order().id()).refusals.empty());
  world.run_for(std::chrono::seconds(1));
  const std::int64_t had = units("A1", "GROWTH", "AAPL");
  const std::int64_t money = cash("A1", "") + cash("A1", "GROWTH");
  const Answer left = invest("GROWTH", {{"A3", "1000.00"}});
  EXPECT_EQ(carry_out(world.carry_out(asking(Operation::remove, "GROWTH"))), "DONE");
  EXPECT_EQ(units("A1", "", "AAPL"), had);
  EXPECT_EQ(cash("A1", ""), money);
  EXPECT_EQ(world.state().models().find(core::ModelCode("GROWTH")), nullptr);
  EXPECT_EQ(stage(left.proposal), "DISCARDED");  // nothing of it can come about any more
}

// The order's shares name a model that is no more.
TEST_F(Proposals, ABustIsBookedWhenItsModelIsGone) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "50000.00"}})), "DONE");
  ASSERT_TRUE(world.buy(10, "AAPL", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(3));
  const core::OrderId order = world.last_order().id();
  ASSERT_EQ(text(state_of(world.order(order))), "FILLED");
  ASSERT_EQ(carry_out(world.carry_out(asking(Operation::remove, "GROWTH"))), "DONE");
  for (int i = 0; i < 60; ++i) {  // until it is let go of
    ASSERT_EQ(refusal(world.carry_out(MoveClientCash{core::AccountId("A2"), "1.00", ""})), "");
    world.run_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(world.order(order).parts.is_retired());
  fix::ExecutionReport bust = world.reported.back();
  bust.exec_ref_id = bust.exec_id;
  bust.exec_id = "BUST-1";
  bust.exec_type = fix::ExecType::trade_cancel;
  bust.cumulative_quantity = bust.cumulative_quantity - bust.last_quantity;
  world.broker_says(bust);
  world.run_for(std::chrono::seconds(1));
  EXPECT_EQ(world.order(order).parts.filled(), core::Quantity::whole(10) - bust.last_quantity);
  EXPECT_TRUE(world.breaks.empty());
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(Proposals, SaveBooksTransfersAndKeepsOrdersThroughARestart) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  const Answer staged = invest("GROWTH", {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(world.carry_out(SaveProposal{staged.proposal, staged.hash})), "");
  EXPECT_EQ(stage(staged.proposal), "SAVED");
  EXPECT_EQ(cash("A1", "GROWTH"), 5'000'000);
  EXPECT_EQ(refusal(world.carry_out(DiscardProposal{staged.proposal})),
            "proposal_stage | proposal | P-1 is SAVED and cannot be discarded: its transfers are booked: transmit its "
            "orders, or close it as it is");
  world.crash(true);
  world.start_gateway();
  world.connect();
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(stage(staged.proposal), "SAVED");
  EXPECT_EQ(carry_out(staged), "DONE");
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 160);
}

TEST_F(Proposals, WhatIsTransmittedIsWhatWasPreviewed) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  const Answer first = invest("GROWTH", {{"A1", "50000.00"}});
  const Answer second = invest("GROWTH", {{"A1", "60000.00"}});
  EXPECT_EQ(refusal(world.carry_out(TransmitProposal{first.proposal, second.hash, {}, {}})),
            "preview_differs | hash | is not that of P-1 as it is staged now, version 1; look at it again: prorata "
            "proposal show P-1");
  ASSERT_EQ(carry_out(first), "DONE");
  // The cash that the second was to use is not there as it was previewed, and the model has other stakes.
  const Answer moved = transmit(second);
  ASSERT_FALSE(moved.refusals.empty());
  EXPECT_EQ(moved.refusals.front().code, RefusalCode::world_moved);
  // Twice the same is refused, too.
  EXPECT_EQ(refusal(transmit(first)).substr(0, 46), "proposal_stage | proposal | P-1 is DONE and ca");
  // A price beyond the tolerance.
  const Answer third = invest("GROWTH", {{"A2", "20000.00"}});
  ASSERT_EQ(refusal(world.carry_out(BringPrices{{{core::Symbol("AAPL"), *core::Price::parse("190.00"), {}}}})), "");
  const Answer dearer = transmit(third);
  ASSERT_FALSE(dearer.refusals.empty());
  EXPECT_EQ(dearer.refusals.front().place, "price");
}

TEST_F(Proposals, CanBeEditedAndTransmittedOneByOne) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "30"}})), "");
  const Answer staged = invest("GROWTH", {{"A1", "50000.00"}, {"A2", "20000.00"}});
  EditProposal edit{staged.proposal, staged.hash, {}, {}};
  edit.orders.push_back(
      {.place = 1, .quantity = core::Quantity::whole(112), .type = {}, .limit = {}, .time_in_force = {}});
  const Answer edited = world.carry_out(edit);
  ASSERT_EQ(refusal(edited), "");
  EXPECT_NE(edited.hash, staged.hash);
  ASSERT_EQ(refusal(transmit(edited, {1})), "");
  world.run_for(std::chrono::seconds(10));
  EXPECT_EQ(stage(staged.proposal), "INCOMPLETE");
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 80);
  EXPECT_EQ(units("A2", "GROWTH", "AAPL"), 32);
  EXPECT_EQ(units("A1", "GROWTH", "KO"), 0);
  EXPECT_EQ(carry_out(edited), "DONE");
  EXPECT_EQ(units("A1", "GROWTH", "KO"), 242);
}

TEST_F(Proposals, SayWhatIsWrongWithWhatWasAsked) {
  EXPECT_EQ(refusal(create("growth")),
            "malformed | code | 'growth' is no code of a model: 1 to 16 characters of A-Z, 0-9, '.', '_' and '-'");
  ASSERT_EQ(refusal(create("GROWTH")), "");
  EXPECT_EQ(refusal(create("GROWTH")), "code_taken | code | there is a model GROWTH already");
  EXPECT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "50"}})).substr(0, 12), "not_possible");
  EXPECT_EQ(refusal(targets("NONE", {{"AAPL", "60"}})),
            "unknown_model | model | there is no model 'NONE'; see: prorata models");
  EXPECT_EQ(refusal(invest("GROWTH", {{"A9", "5000"}})),
            "unknown_account | accounts[0] | there is no account and no group 'A9'; see: prorata accounts");
  EXPECT_EQ(refusal(invest("GROWTH", {{"A1", "500000.00"}})).substr(0, 23), "not_possible | amount |");
  EXPECT_EQ(refusal(invest("GROWTH", {{"A1", "5.001"}})).substr(0, 32), "malformed | accounts[0].amount |");
  Propose rebalance = asking(Operation::rebalance, "GROWTH");
  rebalance.accounts = {{"A1", "5"}};
  EXPECT_EQ(refusal(world.carry_out(rebalance)),
            "malformed | accounts[0].amount | stands here, and to rebalance takes none");
  Propose withdrawal = asking(Operation::withdraw, "GROWTH");
  withdrawal.percent = "101";
  EXPECT_EQ(refusal(world.carry_out(withdrawal)).substr(0, 12), "not_possible");
  EXPECT_EQ(refusal(world.carry_out(DiscardProposal{"P-9"})),
            "unknown_proposal | proposal | there is no proposal 'P-9'; see: prorata proposals");
}

TEST_F(Proposals, OneThingWithoutAPriceLeavesTheViewsOfAllElse) {
  const ImportFile instruments{.kind = FileKind::instruments,
                               .rows = {{"i.csv:2", {"ODD", "STK", "XNAS", "EUR", "1", "", "", "", "", "", "", ""}}}};
  ASSERT_EQ(refusal(world.carry_out(instruments)), "");
  const ImportFile positions{.kind = FileKind::positions,
                             .rows = {{"p.csv:2", {"A1", "Independent", "ODD", "5", "50.00", "EUR", ""}}}};
  ASSERT_EQ(refusal(world.carry_out(positions)), "");
  for (const auto view : {ViewRequest::View::models, ViewRequest::View::accounts, ViewRequest::View::holdings}) {
    ViewRequest request;
    request.view = view;
    const Viewed viewed = world.look(request);
    ASSERT_TRUE(viewed.refusals.empty());
    ASSERT_FALSE(viewed.notes.empty());
    EXPECT_EQ(viewed.notes[0].substr(0, 27), "ODD counts as nothing here:");
    if (view != ViewRequest::View::holdings) continue;
    const auto odd =
        std::find_if(viewed.rows.rows.begin(), viewed.rows.rows.end(), [](const auto& row) { return row[0] == "ODD"; });
    ASSERT_NE(odd, viewed.rows.rows.end());
    EXPECT_EQ((*odd)[2], "5");
    EXPECT_EQ((*odd)[5], "") << "its value";
  }
}

TEST_F(Proposals, AGroupStandsWhereAnAccountMay) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  const GroupAccounts family{"FAMILY", {core::AccountId("A1"), core::AccountId("A3")}};
  ASSERT_EQ(refusal(world.carry_out(family)), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"FAMILY", "10000.00"}})), "DONE");
  EXPECT_EQ(cash("A1", "GROWTH"), 1'000'000);
  EXPECT_EQ(cash("A3", "GROWTH"), 1'000'000);
  ViewRequest request;
  request.view = ViewRequest::View::accounts;
  request.account = "FAMILY";
  const Viewed viewed = world.look(request);
  ASSERT_TRUE(viewed.refusals.empty());
  ASSERT_EQ(viewed.rows.rows.size(), 3U);  // and all of them together
  EXPECT_EQ(viewed.rows.columns,
            (std::vector<std::string>{"account", "name", "currency", "value", "GROWTH", "Independent"}));
  EXPECT_EQ(viewed.rows.rows[1][4], "10.00");
}

TEST_F(Proposals, TheSameKeyAgainDoesNothing) {
  ASSERT_EQ(refusal(world.carry_out(CreateModel{"GROWTH", "Growth", "USD"}, "k1")), "");
  const Answer again = world.carry_out(CreateModel{"GROWTH", "Growth", "USD"}, "k1");
  EXPECT_EQ(refusal(again), "");
  EXPECT_TRUE(again.repeated);
  const Answer staged = world.carry_out(asking(Operation::invest, "GROWTH", {{"A1", "100.00"}}), "k2");
  const Answer same = world.carry_out(asking(Operation::invest, "GROWTH", {{"A1", "100.00"}}), "k2");
  EXPECT_EQ(same.proposal, staged.proposal);
  EXPECT_TRUE(same.repeated);
  EXPECT_EQ(world.state().proposals().size(), 1U);
}

}  // namespace
}  // namespace gateway
