#include "portfolio/divest.hpp"

#include <gtest/gtest.h>

#include "portfolio/edit.hpp"
#include "portfolio/invest.hpp"
#include "portfolio/remove.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::eur;
using test::independent;
using test::usd;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  core::ModelCode growth{"GROWTH"};
  alloc::AccountIndex ann = desk.add_account("C-1", 20'000);
  alloc::AccountIndex bob = desk.add_account("C-2", 10'000);
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_instrument("MSFT", "400");
    desk.add_model("GROWTH");
    desk.set_targets("GROWTH", {{"AAPL", "50"}, {"MSFT", "40"}});
    const std::vector<Investment> both{{ann, dollars(20'000)}, {bob, dollars(10'000)}};
    desk.carry_out(*propose_invest(desk.desk(), growth, both, {}));
  }
  [[nodiscard]] core::Result<Proposal> propose(alloc::AccountIndex account, std::optional<core::Money> amount,
                                               DivestOptions options = {}) const {
    const Divestment one{account, amount};
    return propose_divest(desk.desk(), growth, std::span(&one, 1), options);
  }
};
using Divest = Fixture;

// The random desks found it: a stake of an empty sleeve, or a short position of nobody.
TEST_F(Divest, RefusesWhoHasLeft) {
  desk.carry_out(*propose(bob, std::nullopt));
  EXPECT_EQ(propose(bob, std::nullopt).error().text(), "account: C-2 has left GROWTH; nothing of it is there");
}

TEST_F(Divest, NobodyLeavesWhileAnOrderMayStillSellShortForThem) {
  desk.add_instrument("KO", "50").is_shortable = true;
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("KO")}] = {5};
  EXPECT_EQ(propose(ann, std::nullopt).error().place, "account");
  EXPECT_TRUE(propose(ann, dollars(5'000)).has_value());
  EXPECT_TRUE(propose(bob, std::nullopt).has_value());
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("KO")}] = {};
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("AAPL")}] = {101};
  EXPECT_FALSE(propose(ann, std::nullopt).has_value());
}

TEST_F(Divest, AnAmountIsSoldInTheHeldProportions) {
  const Proposal proposal = *propose(ann, dollars(5'000));
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(25));
  EXPECT_EQ(proposal.orders[1].quantity(), core::Quantity::whole(5));
  EXPECT_EQ(proposal.cash_moves[0].amount, dollars(500));
  EXPECT_EQ(proposal.sleeve_of(independent, ann)->cash_after, 500'000);
  desk.carry_out(proposal);
  EXPECT_EQ(desk.cash(ann, independent), 500'000);
  EXPECT_EQ(desk.stake("GROWTH", ann), 1'500'000);
  EXPECT_EQ(desk.held(ann, desk.group("GROWTH"), "AAPL"), core::Quantity::whole(75));
}

TEST_F(Divest, IsShownBesideTheModelsTargets) {
  const Proposal proposal = *propose(ann, dollars(5'000));
  const SleevePreview& sleeve = *proposal.sleeve_of(desk.group("GROWTH"), ann);
  const SleeveLine& line = proposal.lines_of(sleeve)[0];  // 75 AAPL of 15,000
  EXPECT_EQ(line.target, test::percent("50"));
  EXPECT_EQ(line.share_after, test::percent("50"));
  EXPECT_EQ(line.drift_after(), Percent{});
}

// Nobody wants it: the stake stays with what was not sold.
TEST_F(Divest, TakesTheStakeOfWhatLeft) {
  const Proposal proposal = *propose(ann, dollars(5'000));
  apply(proposal, desk.models, desk.book);
  EXPECT_EQ(desk.stake("GROWTH", ann), 2'000'000 - 50'000);  // 500 of cash
  EXPECT_EQ(proposal.orders[0].legs[0].stake, 250'000);
  EXPECT_EQ(proposal.orders[1].legs[0].stake, 200'000);
  const Proposal half = *edit_order(proposal, {.order = 0, .quantity = core::Quantity::whole(10)}, desk.desk());
  EXPECT_EQ(half.orders[0].legs[0].stake, 100'000);
}

TEST_F(Divest, AllOfItLeavesNothing) {
  const Proposal proposal = *propose(ann, std::nullopt);
  EXPECT_FALSE(proposal.closes.has_value());
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_EQ(desk.cash(ann, independent), 2'000'000);
  EXPECT_EQ(desk.stake("GROWTH", ann), 0);
  EXPECT_EQ(desk.models.find(growth)->investors.size(), 1U);
}

TEST_F(Divest, TheModelClosesBehindTheLastInvestor) {
  desk.carry_out(*propose(ann, std::nullopt));
  EXPECT_FALSE(propose(bob, std::nullopt, {.keep_model = true})->closes.has_value());
  const Proposal last = *propose(bob, std::nullopt);
  EXPECT_EQ(last.closes, growth);
  EXPECT_EQ(last.warnings.back().kind, WarningKind::model_closes);
  EXPECT_TRUE(desk.carry_out(last));
  EXPECT_EQ(desk.models.find(growth), nullptr);
  EXPECT_EQ(desk.cash(bob, independent), 1'000'000);
}

TEST_F(Divest, PositionsMayMoveInsteadOfBeingSold) {
  const Proposal proposal = *propose(ann, std::nullopt, {.transfer_positions = true});
  EXPECT_TRUE(proposal.orders.empty());
  desk.carry_out(proposal);
  EXPECT_EQ(desk.held(ann, independent, "AAPL"), core::Quantity::whole(100));
  EXPECT_EQ(desk.held(ann, independent, "MSFT"), core::Quantity::whole(20));
  EXPECT_EQ(desk.cash(ann, independent), 200'000);
  EXPECT_EQ(desk.stake("GROWTH", ann), 0);
}

TEST_F(Divest, StaysInTheModelWhileItsUnitsAreBeingSold) {
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("AAPL")}] = {30};
  const Proposal proposal = *propose(ann, std::nullopt);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(70));
  EXPECT_TRUE(proposal.leaving.empty());
  EXPECT_EQ(proposal.warnings[0].kind, WarningKind::position_short);
  desk.carry_out(proposal);
  EXPECT_GT(desk.stake("GROWTH", ann), 0);
}

TEST_F(Divest, FractionsBelowTheUnitMoveWhenAllIsDivested) {
  desk.book.bring_in(ann, desk.group("GROWTH"), core::Symbol("AAPL"), usd, {*core::Quantity::parse("0.5"), 4'000});
  const Proposal proposal = *propose(ann, std::nullopt);
  EXPECT_EQ(proposal.unit_moves[0].quantity, *core::Quantity::parse("0.5"));
  desk.carry_out(proposal);
  EXPECT_EQ(desk.held(ann, desk.group("GROWTH"), "AAPL"), core::Quantity{});
}

TEST_F(Divest, WhatTradesInAnotherCurrencyComesBackInIt) {
  desk.add_instrument("SAP", "50").currency = eur;
  desk.bring(ann, desk.group("GROWTH"), "SAP", 40);  // 2,000 EUR
  EXPECT_EQ(propose(ann, std::nullopt).error().text(), "EUR to USD: there is no rate; one must come in first");
  desk.rates.set(eur, usd, {test::price("1.25"), desk.now, PriceSource::file});
  EXPECT_EQ(propose(ann, dollars(22'500))->orders.size(), 3U);
  EXPECT_FALSE(propose(ann, dollars(22'501)).has_value());
  const Proposal half = *propose(ann, dollars(11'250));
  desk.carry_out(half);
  EXPECT_EQ(desk.held(ann, desk.group("GROWTH"), "SAP"), core::Quantity::whole(20));
  EXPECT_EQ(desk.cash(ann, independent, eur), 100'000);
  EXPECT_TRUE(desk.carry_out(*propose(ann, std::nullopt)));
  EXPECT_EQ(desk.cash(ann, independent, eur), 200'000);
  EXPECT_EQ(desk.cash(ann, independent), 2'000'000);
  EXPECT_TRUE(desk.book.balanced());
}

TEST_F(Divest, ExpiredPositionsMove) {
  desk.instruments[core::Symbol("MSFT")].last_trading_date = "2025-12-01";
  const Proposal proposal = *propose(ann, dollars(10'000));
  EXPECT_EQ(proposal.orders.size(), 1U);
  EXPECT_EQ(proposal.unit_moves[0].quantity, core::Quantity::whole(10));
}

TEST_F(Divest, DoesNotSellForLessThanTheFee) {
  desk.fees.minimum = *core::Amount::parse("500");
  const Proposal some = *propose(ann, dollars(600));  // 3 AAPL and no MSFT; the rest is cash
  EXPECT_TRUE(some.orders.empty());
  EXPECT_EQ(some.cash_moves[0].amount, dollars(300));
  desk.fees.minimum = *core::Amount::parse("9000");
  const Proposal all = *propose(ann, std::nullopt);  // 10,000 of AAPL are worth it, 8,000 of MSFT are not
  EXPECT_EQ(all.orders.size(), 1U);
  EXPECT_EQ(all.unit_moves[0].quantity, core::Quantity::whole(20));
  EXPECT_TRUE(desk.carry_out(all));
  EXPECT_EQ(desk.cash(ann, independent), 100'000 + 200'000);
}

TEST_F(Divest, CoversShortsAndLeavesAfterwards) {
  desk.instruments[core::Symbol("AAPL")].is_shortable = true;
  desk.add_model("HEDGED");
  desk.set_targets("HEDGED", {{"AAPL", "-50"}, {"MSFT", "100"}});
  const alloc::AccountIndex cy = desk.add_account("C-3", 10'000);
  const Investment one{cy, dollars(10'000)};
  const core::ModelCode hedged("HEDGED");
  desk.carry_out(*propose_invest(desk.desk(), hedged, std::span(&one, 1), {}));
  EXPECT_EQ(desk.held(cy, desk.group("HEDGED"), "AAPL"), core::Quantity::whole(-50));
  EXPECT_EQ(desk.cash(cy, desk.group("HEDGED")), 500'000);
  const Divestment all{cy, std::nullopt};
  const Proposal proposal = *propose_divest(desk.desk(), hedged, std::span(&all, 1), {});
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_EQ(desk.cash(cy, independent), 1'000'000);
  EXPECT_EQ(desk.models.find(hedged), nullptr);
  EXPECT_TRUE(desk.book.balanced());
}

TEST_F(Divest, Refuses) {
  EXPECT_EQ(propose(ann, dollars(20'001)).error().text(), "amount: is 20001.00; C-1 holds 20000.00 USD in GROWTH");
  EXPECT_FALSE(propose(ann, dollars(0)).has_value());
  EXPECT_FALSE(propose(ann, core::Money{100, eur}).has_value());
  const alloc::AccountIndex stranger = desk.add_account("C-9", 1);
  EXPECT_EQ(propose(stranger, dollars(1)).error().text(), "account: C-9 is not in GROWTH");
  const std::vector<Divestment> twice{{ann, std::nullopt}, {ann, std::nullopt}};
  EXPECT_FALSE(propose_divest(desk.desk(), growth, twice, {}).has_value());
}

TEST_F(Divest, DeletingHandsEverythingBack) {
  EXPECT_EQ(propose_deletion(desk.desk(), growth, true).error().text(),
            "model: orders of GROWTH are working; cancel them, or wait until they are done");
  desk.prices = {};
  const Proposal proposal = *propose_deletion(desk.desk(), growth, false);
  EXPECT_EQ(proposal.warnings[0].kind, WarningKind::price_missing);
  EXPECT_TRUE(proposal.orders.empty());
  desk.carry_out(proposal);
  EXPECT_EQ(desk.models.find(growth), nullptr);
  EXPECT_EQ(desk.held(ann, independent, "AAPL"), core::Quantity::whole(100));
  EXPECT_EQ(desk.held(bob, independent, "MSFT"), core::Quantity::whole(10));
  EXPECT_EQ(desk.cash(bob, independent), 100'000);
  EXPECT_TRUE(desk.book.balanced());
}

}  // namespace
}  // namespace portfolio
