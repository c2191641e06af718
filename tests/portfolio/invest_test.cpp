#include "portfolio/invest.hpp"

#include <gtest/gtest.h>

#include "portfolio/rebalance.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::eur;
using test::independent;
using test::percent;
using test::usd;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  core::ModelCode growth{"GROWTH"};
  alloc::AccountIndex ann = desk.add_account("C-1", 100'000);
  alloc::AccountIndex bob = desk.add_account("C-2", 50'000);
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_instrument("MSFT", "400");
    desk.add_model("GROWTH");
  }
  [[nodiscard]] core::Result<Proposal> propose(alloc::AccountIndex account, core::Money amount,
                                               bool transfer = false) const {
    const Investment one{account, amount};
    return propose_invest(desk.desk(), growth, std::span(&one, 1), {.transfer_positions = transfer, .style = {}});
  }
  [[nodiscard]] std::string refusal(alloc::AccountIndex account, core::Money amount) const {
    const auto proposal = propose(account, amount);
    return proposal ? "accepted" : proposal.error().text();
  }
  [[nodiscard]] std::int64_t units(alloc::AccountIndex account, const std::string& symbol) const {
    return desk.held(account, desk.group("GROWTH"), symbol).raw / core::Quantity::one().raw;
  }
};
using Invest = Fixture;

TEST_F(Invest, TargetsFirst) {
  desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "30"}});
  const Proposal proposal = *propose(ann, dollars(10'000));
  ASSERT_EQ(proposal.cash_moves.size(), 1U);
  EXPECT_EQ(proposal.cash_moves[0].amount, dollars(10'000));
  ASSERT_EQ(proposal.orders.size(), 2U);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(60));
  EXPECT_EQ(proposal.orders[1].quantity(), core::Quantity::whole(7));  // 7.5; one more would touch the cash of 10 %
  EXPECT_FALSE(proposal.orders[0].waits_for_sales);
  const SleevePreview& preview = *proposal.sleeve_of(desk.group("GROWTH"), ann);
  EXPECT_EQ(preview.cash_after, 120'000);
  EXPECT_EQ(preview.left_over, 20'000);
  EXPECT_EQ(preview.value_after, 1'000'000);
  EXPECT_EQ(proposal.lines_of(preview)[0].share_after, percent("60"));
  EXPECT_EQ(proposal.lines_of(preview)[1].drift_after(), percent("-2"));
  EXPECT_EQ(proposal.sleeve_of(independent, ann)->cash_after, 9'000'000);

  desk.carry_out(proposal);
  EXPECT_EQ(units(ann, "AAPL"), 60);
  EXPECT_EQ(desk.cash(ann, desk.group("GROWTH")), 120'000);
  EXPECT_EQ(desk.stake("GROWTH", ann), 1'000'000);
  EXPECT_TRUE(desk.book.balanced());
}

TEST_F(Invest, TellsWhatTheAccountHasInOtherModels) {
  desk.add_model("INCOME");
  desk.bring(ann, desk.group("INCOME"), "AAPL", 50);
  const Proposal first = *propose(ann, dollars(10'000));
  EXPECT_EQ(first.sleeve_of(desk.group("GROWTH"), ann)->in_other_models, 5'000'00);
  EXPECT_EQ(propose(bob, dollars(10'000))->sleeve_of(desk.group("GROWTH"), bob)->in_other_models, 0);
  EXPECT_EQ(first.sleeve_of(independent, ann)->in_other_models, std::nullopt);

  // What has no price refuses nothing here; it only leaves the share untold, and only of who holds it.
  desk.instruments[core::Symbol("NEWCO")].symbol = core::Symbol("NEWCO");
  desk.bring(ann, desk.group("INCOME"), "NEWCO", 1);
  EXPECT_EQ(propose(ann, dollars(10'000))->sleeve_of(desk.group("GROWTH"), ann)->in_other_models, std::nullopt);
  EXPECT_EQ(propose(bob, dollars(10'000))->sleeve_of(desk.group("GROWTH"), bob)->in_other_models, 0);
  EXPECT_EQ(propose(ann, dollars(10'000))->hash, first.hash);
}

TEST_F(Invest, FundsFirstAndTradesLater) {
  const Proposal funding = *propose(ann, dollars(10'000));
  EXPECT_TRUE(funding.orders.empty());
  desk.carry_out(funding);
  desk.bring(ann, desk.group("GROWTH"), "AAPL", 100);  // bought for the model: half cash, half AAPL now
  const Proposal second = *propose(bob, dollars(4'000));
  ASSERT_EQ(second.orders.size(), 1U);
  EXPECT_EQ(second.orders[0].quantity(), core::Quantity::whole(20));
  desk.carry_out(second);
  EXPECT_EQ(desk.cash(bob, desk.group("GROWTH")), 200'000);
  EXPECT_EQ(desk.stake("GROWTH", bob), 200'000);  // the model had doubled: 10,000 of stake were worth 20,000
}

TEST_F(Invest, SeveralAccountsShareTheBlocks) {
  desk.set_targets("GROWTH", {{"AAPL", "100"}});
  const std::vector<Investment> both{{bob, dollars(500)}, {ann, dollars(1'000)}};
  const Proposal proposal = *propose_invest(desk.desk(), growth, both, {});
  ASSERT_EQ(proposal.orders.size(), 1U);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(15));
  ASSERT_EQ(proposal.orders[0].legs.size(), 2U);
  EXPECT_EQ(proposal.orders[0].legs[0].account, ann);  // by account, whatever came first
}

TEST_F(Invest, BringsPositionsAlongUpToWhatIsNeeded) {
  desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "40"}});
  desk.bring(ann, independent, "AAPL", 100, 8'000);
  desk.bring(ann, independent, "MSFT", 4, 1'000);
  const Proposal proposal = *propose(ann, dollars(10'000), true);
  ASSERT_EQ(proposal.unit_moves.size(), 2U);
  EXPECT_EQ(proposal.unit_moves[0].quantity, core::Quantity::whole(60));
  EXPECT_EQ(proposal.unit_moves[1].quantity, core::Quantity::whole(4));
  EXPECT_EQ(proposal.cash_moves[0].amount, dollars(2'400));  // 10,000 less 6,000 and 1,600
  ASSERT_EQ(proposal.orders.size(), 1U);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(6));
  desk.carry_out(proposal);
  EXPECT_EQ(units(ann, "AAPL"), 60);
  EXPECT_EQ(desk.held(ann, independent, "AAPL"), core::Quantity::whole(40));
  EXPECT_EQ(desk.stake("GROWTH", ann), 1'000'000);
  EXPECT_TRUE(desk.book.balanced());
}

TEST_F(Invest, LeavesUnitsAloneThatAreBeingSold) {
  desk.set_targets("GROWTH", {{"AAPL", "100"}});
  desk.bring(ann, independent, "AAPL", 10);
  desk.working.selling[{independent, core::Symbol("AAPL")}] = {8};
  const Proposal proposal = *propose(ann, dollars(1'000), true);
  EXPECT_EQ(proposal.unit_moves[0].quantity, core::Quantity::whole(2));
}

TEST_F(Invest, StagesLimitOrdersAtThePreviewedPriceToTheTick) {
  desk.add_instrument("ODD", "10.037").tick = test::price("0.01");
  desk.set_targets("GROWTH", {{"ODD", "100"}});
  const Investment one{ann, dollars(1'000)};
  const Proposal proposal = *propose_invest(desk.desk(), growth, std::span(&one, 1),
                                            {.style = {core::OrderType::limit, core::TimeInForce::good_till_cancel}});
  EXPECT_EQ(proposal.orders[0].limit, test::price("10.03"));
  EXPECT_EQ(proposal.orders[0].time_in_force, core::TimeInForce::good_till_cancel);
}

TEST_F(Invest, Refuses) {
  EXPECT_EQ(refusal(ann, dollars(100'001)),
            "amount: takes 100001.00 USD of cash; C-1 has 100000.00 USD outside the models that no order may spend");
  desk.working.spending[{independent, usd}] = {5'000'000};
  EXPECT_EQ(refusal(ann, dollars(60'000)).substr(0, 40), "amount: takes 60000.00 USD of cash; C-1 ");
  EXPECT_EQ(refusal(ann, dollars(0)), "amount: is 0.00 for C-1; it must be above zero");
  EXPECT_EQ(refusal(ann, dollars(-5)), "amount: is -5.00 for C-1; it must be above zero");
  EXPECT_EQ(refusal(ann, {100, eur}), "amount: is in EUR; the cash of GROWTH is in USD");
  EXPECT_FALSE(propose_invest(desk.desk(), core::ModelCode("NONE"), {}, {}).has_value());
  EXPECT_FALSE(propose_invest(desk.desk(), growth, {}, {}).has_value());
  const std::vector<Investment> twice{{ann, dollars(5)}, {ann, dollars(5)}};
  EXPECT_EQ(propose_invest(desk.desk(), growth, twice, {}).error().text(), "account: C-1 is there twice");
  desk.set_targets("GROWTH", {{"AAPL", "100"}});
  desk.now += std::chrono::hours(48);
  EXPECT_EQ(refusal(ann, dollars(100)).substr(0, 18), "AAPL: its price is");
  desk.instruments[core::Symbol("AAPL")].last_trading_date = "2025-12-01";
  EXPECT_EQ(refusal(ann, dollars(100)),
            "AAPL: is a target of GROWTH and was last traded on 2025-12-01; change the targets");
}

}  // namespace
}  // namespace portfolio
