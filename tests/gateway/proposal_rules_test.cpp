#include <algorithm>

#include "tests/gateway/desk_day.hpp"

// What a desk relies on when not all goes as proposed: stakes, cash that is counted on, and what a proposal remembers.
namespace gateway {
namespace {

using portfolio::Operation;

class ProposalRules : public DeskDay {
 protected:
  void start(const Pairs& of_growth, const Pairs& investors) {
    ASSERT_EQ(refusal(create("GROWTH")), "");
    ASSERT_EQ(refusal(targets("GROWTH", of_growth)), "");
    ASSERT_EQ(carry_out(invest("GROWTH", investors)), "DONE");
  }
  std::int64_t stake(const char* account, const char* model = "GROWTH") {
    const portfolio::Model* found = world.state().models().find(core::ModelCode(model));
    return found == nullptr ? 0 : found->stake_of(*world.state().find_account(core::AccountId(account)));
  }
  Answer edit(const Answer& staged, std::int64_t place, std::optional<std::int64_t> units,
              const char* limit = nullptr) {
    OrderChange change{.place = place, .quantity = {}, .type = {}, .limit = {}, .time_in_force = {}};
    if (units) change.quantity = core::Quantity::whole(*units);
    if (limit != nullptr) {
      change.limit = *core::Price::parse(limit);
      change.type = core::OrderType::limit;
      change.time_in_force = core::TimeInForce::good_till_cancel;
    }
    return world.carry_out(EditProposal{staged.proposal, "", {change}, {}});
  }
  void cancel_last() {
    ASSERT_TRUE(world.cancel(world.last_order().id()).refusals.empty());
    world.run_for(std::chrono::seconds(2));
  }
  const portfolio::Proposal& content(const Answer& staged) {
    return *world.state().find_proposal(staged.proposal)->content;
  }
  const Staged& staged(const Answer& answer) { return *world.state().find_proposal(answer.proposal); }
};

TEST_F(ProposalRules, AStakeStaysWithWhatWasNotSold) {
  start({{"AAPL", "80"}}, {{"A1", "50000.00"}, {"A2", "50000.00"}});
  const Answer out = edit(world.carry_out(asking(Operation::divest, "GROWTH", {{"A1", "25000.00"}})), 1, {}, "999.00");
  ASSERT_EQ(refusal(out), "");
  ASSERT_EQ(refusal(transmit(out)), "");
  world.run_for(std::chrono::seconds(5));
  ASSERT_EQ(stage(out.proposal), "WORKING");
  // The cash went at once, a tenth of what it had; the rest is still in the model.
  EXPECT_NEAR(static_cast<double>(stake("A1")), 4'500'000, 20'000);
  EXPECT_EQ(stake("A2"), 5'000'000);
  const std::int64_t before = stake("A1");
  cancel_last();
  EXPECT_EQ(stage(out.proposal), "INCOMPLETE");
  EXPECT_EQ(refusal(world.carry_out(CloseProposal{out.proposal})), "");
  EXPECT_EQ(stake("A1"), before);
  ASSERT_TRUE(world.buy(12, "KO", "GROWTH").refusals.empty());
  world.run_for(std::chrono::seconds(5));
  EXPECT_EQ(units("A1", "GROWTH", "KO"), 6);  // of 5.7
}

TEST_F(ProposalRules, WhoDivestsAllKeepsAStakeUntilAllIsSold) {
  start({{"AAPL", "80"}}, {{"A1", "50000.00"}, {"A2", "50000.00"}});
  const Answer out = edit(world.carry_out(asking(Operation::divest, "GROWTH", {{"A1", "all"}})), 1, {}, "999.00");
  ASSERT_EQ(refusal(transmit(out)), "");
  world.run_for(std::chrono::seconds(5));
  EXPECT_EQ(cash("A1", "GROWTH"), 0);
  EXPECT_NEAR(static_cast<double>(stake("A1")), 4'000'000, 20'000);
  cancel_last();
  ASSERT_EQ(refusal(world.carry_out(CloseProposal{out.proposal})), "");
  EXPECT_NEAR(static_cast<double>(stake("A1")), 4'000'000, 20'000);
  world.crash(true);
  world.start_gateway();
  world.connect();
  world.run_for(std::chrono::seconds(2));
  EXPECT_NEAR(static_cast<double>(stake("A1")), 4'000'000, 20'000);
  ASSERT_EQ(carry_out(world.carry_out(asking(Operation::divest, "GROWTH", {{"A1", "all"}}))), "DONE");
  EXPECT_EQ(stake("A1"), 0);
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 0);
}

TEST_F(ProposalRules, APurchaseThatWasCutIsMissingUntilItIsFinished) {
  start({{"AAPL", "60"}}, {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "20"}, {"KO", "80"}})), "");
  const Answer out = world.carry_out(asking(Operation::rebalance, "GROWTH"));
  ASSERT_EQ(refusal(out), "");
  const Answer sent = transmit(out, {2});
  ASSERT_EQ(refusal(sent), "");
  ASSERT_EQ(sent.warnings.size(), 1U);
  EXPECT_NE(sent.warnings[0].message.find("order 2 asks for 646 KO and goes out for 322"), std::string::npos)
      << sent.warnings[0].message;
  world.run_for(std::chrono::seconds(10));
  ASSERT_EQ(carry_out(out), "INCOMPLETE");  // its sale is done now, and pays for the rest
  const Answer rest = world.carry_out(FinishProposal{out.proposal});
  ASSERT_EQ(refusal(rest), "");
  EXPECT_EQ(carry_out(rest), "DONE");
  EXPECT_GT(units("A1", "GROWTH", "KO"), 640);
}

TEST_F(ProposalRules, WhatCannotBePaidIsRefusedAsAWhole) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "30"}})), "");
  const Answer out = invest("GROWTH", {{"A1", "50000.00"}});
  const Answer edited = edit(out, 1, 5'000);
  ASSERT_EQ(refusal(edited), "");
  const auto& warnings = content(out).warnings;
  const auto is_cash = [](const portfolio::Warning& each) { return each.kind == portfolio::WarningKind::cash_short; };
  EXPECT_TRUE(std::any_of(warnings.begin(), warnings.end(), is_cash));
  const Answer refused = transmit(edited);
  ASSERT_EQ(refused.refusals.size(), 1U);
  EXPECT_EQ(refusal(refused).substr(0, 42), "cash_short | A1 | its purchases cost 90200");
  EXPECT_EQ(stage(out.proposal), "STAGED");
  EXPECT_EQ(cash("A1", ""), 10'000'000);
  EXPECT_TRUE(world.state().orders().all().empty());
  EXPECT_EQ(refusal(transmit(edited, {2})), "");  // the other alone can be paid
}

TEST_F(ProposalRules, CashThatAWaitingPurchaseCountsOnIsKept) {
  start({{"AAPL", "60"}}, {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "20"}, {"KO", "70"}})), "");
  const Answer out = world.carry_out(asking(Operation::rebalance, "GROWTH"));
  world.exchange_is_silent = true;
  ASSERT_EQ(refusal(transmit(out)), "");
  world.run_for(std::chrono::seconds(1));
  ASSERT_EQ(stage(out.proposal), "WORKING");
  Propose withdrawal = asking(Operation::withdraw, "GROWTH");
  withdrawal.percent = "100";
  const Answer less = world.carry_out(withdrawal);
  ASSERT_EQ(refusal(less), "");
  const std::int64_t planned = content(out).sleeve_of(alloc::GroupIndex{1}, alloc::AccountIndex{0})->cash_after;
  EXPECT_EQ(content(less).cash_moves.front().amount.minor, planned);
  EXPECT_FALSE(world.buy(200, "KO", "GROWTH").refusals.empty());
}

TEST_F(ProposalRules, WhatSalesDidNotBringDoesNotMove) {
  start({{"AAPL", "100"}}, {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(create("INCOME")), "");
  ASSERT_EQ(refusal(targets("INCOME", {{"KO", "100"}})), "");
  Propose wish;
  wish.operation = Operation::reallocate;
  wish.accounts.push_back({"A1", ""});
  wish.allocations = {{core::ModelCode("GROWTH"), "0"}, {core::ModelCode("INCOME"), "100"}};
  const Answer out = edit(world.carry_out(wish), 1, {}, "999.00");
  ASSERT_EQ(refusal(out), "");
  const std::int64_t outside = cash("A1", "");
  const std::int64_t stake_before = stake("A1");
  const std::int64_t in_growth = cash("A1", "GROWTH");
  ASSERT_EQ(refusal(transmit(out)), "");
  world.run_for(std::chrono::seconds(2));
  cancel_last();
  EXPECT_EQ(stage(out.proposal), "INCOMPLETE");
  const Answer again = transmit(out);
  ASSERT_EQ(refusal(again), "");
  world.run_for(std::chrono::seconds(5));
  EXPECT_EQ(cash("A1", ""), outside);
  EXPECT_LE(cash("A1", "INCOME") + units("A1", "INCOME", "KO") * 6'200, in_growth + 6'200);
  EXPECT_GE(stake("A1") + in_growth + 6'200, stake_before);
  EXPECT_LE(stake("A1", "INCOME"), in_growth + 1);
  // Sold after all, it comes as it was proposed.
  Answer rest = world.carry_out(FinishProposal{out.proposal});
  ASSERT_EQ(refusal(rest), "");
  const auto& orders = content(rest).orders;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (orders[i].has_gone || orders[i].side == core::Side::buy) continue;
    rest = world.carry_out(EditProposal{rest.proposal,
                                        "",
                                        {{.place = static_cast<std::int64_t>(i) + 1,
                                          .quantity = {},
                                          .type = core::OrderType::market,
                                          .limit = {},
                                          .time_in_force = {}}},
                                        {}});
    ASSERT_EQ(refusal(rest), "");
    break;
  }
  ASSERT_EQ(refusal(transmit(rest)), "");
  world.run_for(std::chrono::seconds(20));
  EXPECT_EQ(stake("A1"), 0);
  EXPECT_GT(units("A1", "INCOME", "KO"), 790);
  EXPECT_NEAR(static_cast<double>(cash("A1", "")), static_cast<double>(outside), 10'000);
  EXPECT_GT(stake("A1", "INCOME"), 4'900'000);
}

TEST_F(ProposalRules, WhatAProposalDidStaysInIt) {
  start({{"AAPL", "80"}}, {{"A1", "50000.00"}});
  const Answer out = edit(world.carry_out(asking(Operation::divest, "GROWTH", {{"A1", "25000.00"}})), 1, {}, "999.00");
  ASSERT_EQ(refusal(transmit(out)), "");
  world.run_for(std::chrono::seconds(2));
  const core::OrderId sale = world.last_order().id();
  cancel_last();
  const Answer rest = world.carry_out(FinishProposal{out.proposal});
  ASSERT_EQ(refusal(rest), "");
  EXPECT_EQ(rest.stage, "INCOMPLETE");
  ASSERT_EQ(staged(rest).places.size(), 2U);
  EXPECT_EQ(staged(rest).places[0].order, sale);
  EXPECT_EQ(content(rest).cash_moves.front().when, portfolio::When::booked);
  EXPECT_EQ(refusal(world.carry_out(DiscardProposal{out.proposal})).substr(0, 61),
            "proposal_stage | proposal | P-2 is INCOMPLETE and cannot be d");
  EXPECT_EQ(refusal(world.carry_out(CloseProposal{out.proposal})), "");
  EXPECT_EQ(stage(out.proposal), "CLOSED");
}

TEST_F(ProposalRules, WhatIsSavedIsNotForgottenWhenItIsEdited) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  const Answer out = invest("GROWTH", {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(world.carry_out(SaveProposal{out.proposal, out.hash})), "");
  const Answer edited = edit(out, 1, 100);
  ASSERT_EQ(refusal(edited), "");
  EXPECT_EQ(edited.stage, "SAVED");
  EXPECT_NE(refusal(world.carry_out(DiscardProposal{out.proposal})), "");
  EXPECT_EQ(carry_out(edited), "DONE");
  EXPECT_EQ(cash("A1", ""), 5'000'000);
  EXPECT_EQ(units("A1", "GROWTH", "AAPL"), 100);
}

TEST_F(ProposalRules, OrdersThatAreStagedCanBeEditedWhileOthersAreOut) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "30"}})), "");
  const Answer out = edit(invest("GROWTH", {{"A1", "50000.00"}}), 1, {}, "1.00");
  ASSERT_EQ(refusal(transmit(out, {1})), "");
  world.run_for(std::chrono::seconds(1));
  ASSERT_EQ(stage(out.proposal), "WORKING");
  const core::OrderId first = world.last_order().id();
  EXPECT_EQ(refusal(edit(out, 1, 5)), "not_possible | order 1 | is not staged: it went out, or could not be paid");
  const Answer edited = edit(out, 2, 100);
  ASSERT_EQ(refusal(edited), "");
  EXPECT_EQ(edited.stage, "WORKING");
  EXPECT_EQ(staged(out).places[0].order, first);
  ASSERT_EQ(refusal(transmit(edited, {2})), "");
  world.run_for(std::chrono::seconds(10));
  EXPECT_EQ(units("A1", "GROWTH", "KO"), 100);
  ASSERT_TRUE(world.cancel(first).refusals.empty());
  world.run_for(std::chrono::seconds(2));
  const Answer rest = world.carry_out(FinishProposal{out.proposal});
  ASSERT_EQ(refusal(rest), "");
  ASSERT_EQ(content(rest).orders.size(), 3U);  // one that was cancelled, what it did not get, and the other
  EXPECT_EQ(refusal(edit(rest, 2, 7)), "");
  EXPECT_EQ(content(rest).orders[1].quantity(), core::Quantity::whole(7));
}

TEST_F(ProposalRules, AStaleProposalIsComputedAgain) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  const Answer out = invest("GROWTH", {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(world.carry_out(BringPrices{{{core::Symbol("AAPL"), *core::Price::parse("200.00"), {}}}})), "");
  const Answer stale = transmit(out);
  ASSERT_FALSE(stale.refusals.empty());
  EXPECT_EQ(stale.refusals.back().message, "to compute it again as things are now: prorata proposal refresh P-1");
  world.crash(true);  // what was asked stands in the journal
  world.start_gateway();
  world.connect();
  world.run_for(std::chrono::seconds(2));
  const Answer again = world.carry_out(RefreshProposal{out.proposal});
  ASSERT_EQ(refusal(again), "");
  EXPECT_EQ(again.proposal, out.proposal);
  EXPECT_EQ(staged(again).version, 2);
  EXPECT_EQ(content(again).orders[0].quantity(), core::Quantity::whole(150));
  const Answer edited = edit(again, 1, 140);
  EXPECT_EQ(refusal(world.carry_out(RefreshProposal{out.proposal})).substr(0, 46),
            "proposal_stage | proposal | P-1 was edited, an");
  EXPECT_EQ(carry_out(edited), "DONE");
  EXPECT_NE(refusal(world.carry_out(RefreshProposal{out.proposal})), "");
}

}  // namespace
}  // namespace gateway
