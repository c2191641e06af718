#include "portfolio/reallocate.hpp"

#include <gtest/gtest.h>

#include "portfolio/invest.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::eur;
using test::independent;
using test::percent;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  alloc::AccountIndex ann = desk.add_account("C-1", 30'000);
  core::ModelCode growth{"GROWTH"}, income{"INCOME"}, calm{"CALM"};
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_instrument("MSFT", "400");
    desk.add_instrument("KO", "50");
    for (const core::ModelCode& code : {growth, income, calm}) desk.add_model(code.text());
    desk.set_targets("GROWTH", {{"AAPL", "50"}, {"MSFT", "50"}});
    desk.set_targets("INCOME", {{"AAPL", "25"}, {"KO", "75"}});
    desk.set_targets("CALM", {{"KO", "20"}});
    for (const core::ModelCode& code : {growth, income}) {
      const Investment one{ann, dollars(10'000)};
      desk.carry_out(*propose_invest(desk.desk(), code, std::span(&one, 1), {}));
    }
  }
  [[nodiscard]] core::Result<Proposal> propose(std::vector<Allocation> allocations) const {
    return propose_reallocation(desk.desk(), std::span(&ann, 1), allocations, {});
  }
  [[nodiscard]] std::int64_t value(const core::ModelCode& code) const {
    const alloc::GroupIndex group = desk.group(code.text());
    const auto slot = desk.book.find_slot(group, ann);
    return slot ? PricedGroup::of(desk.desk(), group, test::usd)->value(*slot) : 0;
  }
};
using Reallocate = Fixture;

TEST_F(Reallocate, MovesWhatOneSellsAndAnotherBuysAndTradesTheRest) {
  const Proposal proposal = *propose({{growth, percent("20")}, {income, percent("80")}});  // 4,000 and 16,000
  ASSERT_EQ(proposal.unit_moves.size(), 1U);  // GROWTH sells 30 AAPL, INCOME buys 15
  EXPECT_EQ(proposal.unit_moves[0].quantity, core::Quantity::whole(15));
  ASSERT_EQ(proposal.orders.size(), 3U);
  EXPECT_EQ(proposal.orders[0].quantity(), core::Quantity::whole(15));  // AAPL
  EXPECT_EQ(proposal.orders[1].side, core::Side::sell);                 // MSFT
  EXPECT_EQ(proposal.orders[2].quantity(), core::Quantity::whole(90));  // KO
  EXPECT_TRUE(proposal.orders[2].waits_for_sales);
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_EQ(value(income), 1'600'000);
  EXPECT_TRUE(desk.book.balanced());
}

TEST_F(Reallocate, StakesComeWithTheMoney) {
  const Proposal proposal = *propose({{growth, percent("20")}, {income, percent("80")}});
  apply(proposal, desk.models, desk.book);
  EXPECT_EQ(desk.stake("INCOME", ann), 1'000'000 + 170'000);  // 15 AAPL and 200
  ASSERT_EQ(proposal.cash_moves.size(), 2U);
  EXPECT_EQ(proposal.cash_moves[1].when, When::after_sales);
  EXPECT_EQ(proposal.cash_moves[1].amount, dollars(4'300));
  EXPECT_EQ(proposal.cash_moves[1].stake, 430'000);
  // The sales brought 1,000; there is more in Independent, which is not theirs.
  const std::vector<std::int64_t> moved{0, 0};
  const MovesDue due = due_after_sales(proposal, moved, {{{ann, test::usd}, 100'000}}, desk.book);
  EXPECT_TRUE(due_after_sales(proposal, moved, {}, desk.book).empty());
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].minor, 100'000);
  make_moves(proposal, due, moved, desk.models, desk.book);
  EXPECT_EQ(desk.stake("INCOME", ann), 1'000'000 + 170'000 + 100'000);
}

TEST_F(Reallocate, SpreadsOverThreeAndLeavesTheRestIndependent) {
  const Proposal proposal = *propose({{growth, percent("40")}, {income, percent("30")}, {calm, percent("20")}});
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_EQ(value(growth), 800'000);
  EXPECT_EQ(value(income), 600'000);
  EXPECT_EQ(value(calm), 400'000);
  EXPECT_EQ(desk.cash(ann, independent), 1'000'000 + 200'000);
  EXPECT_EQ(desk.stake("CALM", ann), 400'000);
}

TEST_F(Reallocate, ZeroLeavesAModelAndAModelThatIsNotNamedStays) {
  const Proposal proposal = *propose({{growth, percent("0")}});
  EXPECT_EQ(proposal.leaving.size(), 1U);
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_EQ(desk.cash(ann, independent), 2'000'000);
  EXPECT_EQ(value(income), 1'000'000);
  EXPECT_EQ(desk.stake("GROWTH", ann), 0);
}

// A percentage that comes to less than a cent leaves as zero does; a stake in nothing was left.
TEST_F(Reallocate, APercentageThatComesToNothingLeavesTheModel) {
  const Proposal proposal = *propose({{growth, *Percent::parse("0.0001")}, {income, percent("0")}});
  ASSERT_EQ(proposal.leaving.size(), 1U);  // of 20,000 that is 2 cents, which stay
  desk.carry_out(*propose({{growth, percent("0")}}));
  const Investment small{ann, {100, test::usd}};
  desk.set_targets("GROWTH", {});
  desk.carry_out(*propose_invest(desk.desk(), growth, std::span(&small, 1), {}));
  desk.carry_out(*propose({{income, percent("0")}}));
  desk.carry_out(*propose({{growth, *Percent::parse("0.5")}}));
  EXPECT_EQ(desk.cash(ann, desk.group("GROWTH")), 0);
  EXPECT_EQ(desk.stake("GROWTH", ann), 0);
}

TEST_F(Reallocate, FeesComeOutOfWhatTheOthersGet) {
  desk.fees = {core::Amount{}, *core::Amount::parse("5")};
  const Proposal proposal = *propose({{growth, percent("0")}, {income, percent("100")}});
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_GE(desk.cash(ann, desk.group("INCOME")), 0);
  EXPECT_GE(desk.cash(ann, independent), 1'000'000);
}

TEST_F(Reallocate, DoesTheSameForEachAccountOfAGroup) {
  const alloc::AccountIndex bob = desk.add_account("C-2", 10'000);
  const Investment one{bob, dollars(5'000)};
  desk.carry_out(*propose_invest(desk.desk(), growth, std::span(&one, 1), {}));
  const std::vector<alloc::AccountIndex> both{ann, bob};
  const std::vector<Allocation> allocations{{growth, percent("20")}, {income, percent("80")}};
  const Proposal proposal = *propose_reallocation(desk.desk(), both, allocations, {});
  EXPECT_EQ(proposal.sleeves.size(), 6U);  // of each: both models and Independent
  for (const BlockOrder& order : proposal.orders) EXPECT_LE(order.legs.size(), 2U);
  EXPECT_TRUE(desk.carry_out(proposal));
  EXPECT_EQ(desk.stake("GROWTH", ann), 400'000);
  EXPECT_LT(desk.stake("GROWTH", bob), 200'000);  // as near to 1,000 as whole shares come
  EXPECT_TRUE(desk.book.balanced());
  const std::vector<alloc::AccountIndex> twice{ann, ann};
  EXPECT_EQ(propose_reallocation(desk.desk(), twice, allocations, {}).error().text(), "account: C-1 is there twice");
}

TEST_F(Reallocate, Refuses) {
  EXPECT_EQ(propose({{growth, percent("60")}, {income, percent("41")}}).error().text(),
            "percent: sums to 101; 100 is the most");
  EXPECT_EQ(propose({{growth, percent("60")}}).error().place, "percent");  // INCOME keeps its 50
  EXPECT_FALSE(propose({{growth, percent("-5")}}).has_value());
  EXPECT_FALSE(propose({{growth, percent("1")}, {growth, percent("1")}}).has_value());
  EXPECT_FALSE(propose({}).has_value());
  EXPECT_FALSE(propose({{core::ModelCode("NONE"), percent("1")}}).has_value());
  desk.add_model("EURO", eur);
  EXPECT_FALSE(propose({{growth, percent("1")}, {core::ModelCode("EURO"), percent("1")}}).has_value());
  const std::vector<Allocation> one{{growth, percent("50")}};
  const alloc::AccountIndex stranger = desk.add_account("C-9", 5);
  EXPECT_EQ(propose_reallocation(desk.desk(), std::span(&stranger, 1), one, {}).error().text(),
            "account: C-9 has nothing in a model in USD; invest first");
}

}  // namespace
}  // namespace portfolio
