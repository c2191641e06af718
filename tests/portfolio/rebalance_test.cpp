#include "portfolio/rebalance.hpp"

#include <gtest/gtest.h>

#include "portfolio/invest.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::usd;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  core::ModelCode growth{"GROWTH"};
  alloc::AccountIndex ann = desk.add_account("C-1", 100'000);
  alloc::AccountIndex bob = desk.add_account("C-2", 50'000);
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_instrument("MSFT", "400");
    desk.add_instrument("TSLA", "250");
    desk.add_model("GROWTH");
    desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "40"}});
    const std::vector<Investment> both{{ann, dollars(20'000)}, {bob, dollars(10'000)}};
    desk.carry_out(*propose_invest(desk.desk(), growth, both, {}));
  }
  [[nodiscard]] Proposal propose(std::vector<alloc::AccountIndex> accounts = {}) const {
    return *propose_rebalance(desk.desk(), growth, accounts, {});
  }
};
using RebalanceOfAModel = Fixture;

TEST_F(RebalanceOfAModel, DoesNothingWhenAllIsWhereItShouldBe) { EXPECT_TRUE(propose().does_nothing()); }

TEST_F(RebalanceOfAModel, SellsBeforeItBuysAndTheBuysWait) {
  desk.set_targets("GROWTH", {{"AAPL", "30"}, {"TSLA", "50"}, {"MSFT", "20"}});
  const Proposal proposal = propose();
  ASSERT_EQ(proposal.orders.size(), 3U);
  EXPECT_EQ(proposal.quotes[proposal.orders[0].quote].symbol.text(), "AAPL");
  EXPECT_EQ(proposal.orders[0].side, core::Side::sell);
  EXPECT_EQ(proposal.orders[1].side, core::Side::sell);
  EXPECT_EQ(proposal.orders[2].side, core::Side::buy);
  EXPECT_EQ(proposal.orders[2].quantity(), core::Quantity::whole(60));
  EXPECT_TRUE(proposal.orders[2].waits_for_sales);
  EXPECT_TRUE(proposal.cash_moves.empty());
  desk.carry_out(proposal);
  EXPECT_EQ(desk.held(ann, desk.group("GROWTH"), "TSLA"), core::Quantity::whole(40));
  EXPECT_TRUE(propose().does_nothing());
}

// Of 20 and 10 MSFT to 8 and 4 short: what is held and what is not are orders apart.
TEST_F(RebalanceOfAModel, SellsWhatItHoldsAndThenShort) {
  desk.instruments[core::Symbol("MSFT")].is_shortable = true;
  desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "-16"}});
  const Proposal proposal = propose();
  ASSERT_EQ(proposal.orders.size(), 2U);
  EXPECT_EQ(proposal.orders[0].side, core::Side::sell);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(30));
  EXPECT_EQ(proposal.orders[1].side, core::Side::sell_short);
  EXPECT_EQ(proposal.orders[1].quantity(), core::Quantity::whole(12));
  EXPECT_TRUE(proposal.warnings.empty());
  // While they work, nothing more is to do.
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("MSFT")}] = {28, 14};
  EXPECT_TRUE(propose().orders.empty());
  desk.working = {};
  desk.carry_out(proposal);
  EXPECT_EQ(desk.held(ann, desk.group("GROWTH"), "MSFT"), core::Quantity::whole(-8));
  EXPECT_TRUE(propose().does_nothing());
}

TEST_F(RebalanceOfAModel, RefusesTargetsThatCannotBeSoldShortAnyMore) {
  desk.instruments[core::Symbol("MSFT")].is_shortable = true;
  desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "-16"}});
  desk.instruments[core::Symbol("MSFT")].is_shortable = false;
  EXPECT_EQ(propose_rebalance(desk.desk(), growth, {}, {}).error().text(),
            "MSFT: is a target of GROWTH below zero, -16, and cannot be sold short; change the targets");
}

TEST_F(RebalanceOfAModel, WarnsWhenTheCashWouldNotBuyTheShortsBack) {
  desk.instruments[core::Symbol("MSFT")].is_shortable = true;
  desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "-16"}});
  desk.carry_out(propose());
  desk.set_price("MSFT", "2400");
  const Investment more{ann, dollars(1'000)};
  const Proposal proposal = *propose_invest(desk.desk(), growth, std::span(&more, 1), {});
  ASSERT_EQ(proposal.warnings.size(), 1U);
  EXPECT_EQ(proposal.warnings[0].kind, WarningKind::cash_short);
  EXPECT_EQ(proposal.warnings[0].message,
            "has 14000.00 USD of cash then; buying back what it is short would take 21600.00");
}

TEST_F(RebalanceOfAModel, MayBeOfSomeAccounts) {
  desk.set_targets("GROWTH", {{"AAPL", "30"}});
  const Proposal proposal = propose({bob});
  EXPECT_EQ(proposal.sleeves.size(), 1U);
  EXPECT_EQ(proposal.orders[0].legs.size(), 1U);
  EXPECT_FALSE(proposal.orders[0].waits_for_sales);
}

TEST_F(RebalanceOfAModel, SellsWhatIsNoTargetAndOnlyWhatIsFree) {
  desk.set_targets("GROWTH", {{"AAPL", "60"}});
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("MSFT")}] = {15};
  const Proposal proposal = propose();
  ASSERT_EQ(proposal.orders.size(), 1U);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(5 + 10));  // of 20 and 10
  ASSERT_EQ(proposal.warnings.size(), 2U);
  EXPECT_EQ(proposal.warnings[0].kind, WarningKind::orders_working);
  EXPECT_EQ(proposal.warnings[1].kind, WarningKind::position_short);
  EXPECT_EQ(proposal.warnings[1].account, ann);
}

TEST_F(RebalanceOfAModel, WarnsOfSmallTradesAndOddLots) {
  desk.rules.minimum_trade = 50'000;
  desk.instruments[core::Symbol("MSFT")].round_lot = core::Quantity::whole(100);
  desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "36"}});
  const Proposal proposal = propose();
  std::vector<WarningKind> kinds;
  for (const Warning& warning : proposal.warnings) kinds.push_back(warning.kind);
  EXPECT_EQ(kinds, (std::vector<WarningKind>{WarningKind::below_minimum_trade, WarningKind::odd_lot}));
  EXPECT_EQ(proposal.warnings[0].message, "trades 1 MSFT, worth 400.00 USD; the minimum is 500.00");
}

TEST_F(RebalanceOfAModel, LeavesWhatHasExpired) {
  desk.instruments[core::Symbol("MSFT")].last_trading_date = "2025-12-01";
  EXPECT_FALSE(propose_rebalance(desk.desk(), growth, {}, {}).has_value());
  desk.set_targets("GROWTH", {{"AAPL", "100"}});
  const Proposal proposal = propose();
  EXPECT_TRUE(proposal.orders.empty());  // there is no cash to buy with
  EXPECT_EQ(proposal.warnings.size(), 4U);
}

TEST_F(RebalanceOfAModel, Refuses) {
  desk.set_targets("GROWTH", {});
  EXPECT_EQ(propose_rebalance(desk.desk(), growth, {}, {}).error().text(),
            "model: GROWTH has no targets to rebalance to; set them first");
  desk.set_targets("GROWTH", {{"AAPL", "100"}});
  const std::vector<alloc::AccountIndex> stranger{desk.add_account("C-3", 1)};
  EXPECT_EQ(propose_rebalance(desk.desk(), growth, stranger, {}).error().text(), "account: C-3 is not in GROWTH");
  desk.prices = {};
  EXPECT_EQ(propose_rebalance(desk.desk(), growth, {}, {}).error().place, "AAPL");
}

}  // namespace
}  // namespace portfolio
