#include "portfolio/withdraw.hpp"

#include <gtest/gtest.h>

#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::independent;
using test::percent;
using test::usd;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  core::ModelCode growth{"GROWTH"};
  std::vector<alloc::AccountIndex> accounts;
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_model("GROWTH");
    for (int i = 1; i <= 3; ++i) accounts.push_back(desk.add_account("C-" + std::to_string(i), 10'000));
    desk.models.invest(growth, accounts[0], {100, usd}, desk.book);
    desk.models.invest(growth, accounts[1], {200, usd}, desk.book);
  }
};
using Withdraw = Fixture;

TEST_F(Withdraw, SplitsByTheCashThatEachHas) {
  desk.bring(accounts[2], desk.group("GROWTH"), "AAPL", 5);  // no cash: takes no part
  const Proposal proposal = *propose_withdrawal(desk.desk(), growth, percent("33.5"));
  ASSERT_EQ(proposal.cash_moves.size(), 2U);  // 100.5 rounds to 101: 33 2/3 and 67 1/3
  EXPECT_EQ(proposal.cash_moves[0].amount.minor, 34);
  EXPECT_EQ(proposal.cash_moves[1].amount.minor, 67);
  desk.carry_out(proposal);
  EXPECT_EQ(desk.cash(accounts[0], independent), 999'934);
  EXPECT_EQ(desk.stake("GROWTH", accounts[0]), 66);
}

TEST_F(Withdraw, LeavesCashThatBuysShortsBack) {
  desk.bring(accounts[0], desk.group("GROWTH"), "AAPL", -2, -200);
  desk.models.invest(growth, accounts[0], dollars(250), desk.book);  // 251.00, of which 200.00 are owed
  const Proposal proposal = *propose_withdrawal(desk.desk(), growth, percent("100"));
  ASSERT_EQ(proposal.cash_moves.size(), 2U);
  EXPECT_EQ(proposal.cash_moves[0].amount.minor, 5'100);
  EXPECT_EQ(proposal.cash_moves[1].amount.minor, 200);
}

TEST_F(Withdraw, LeavesCashThatOrdersMaySpend) {
  desk.working.spending[{desk.group("GROWTH"), usd}] = {100, 50};
  const Proposal proposal = *propose_withdrawal(desk.desk(), growth, percent("100"));
  ASSERT_EQ(proposal.cash_moves.size(), 1U);
  EXPECT_EQ(proposal.cash_moves[0].amount.minor, 150);
  ASSERT_FALSE(proposal.warnings.empty());
  EXPECT_EQ(proposal.warnings[0].message, "the percentage is of 1.50 USD; open orders and short positions keep 1.50");
}

TEST_F(Withdraw, RefusesPercentagesThatAreNone) {
  for (const char* odd : {"0", "101", "-5", "100.0001"}) {
    EXPECT_EQ(propose_withdrawal(desk.desk(), growth, percent(odd)).error().text(),
              std::string("percent: is ") + odd + "; it must be above 0 and at most 100");
  }
  EXPECT_FALSE(propose_withdrawal(desk.desk(), growth, percent("0.0001")).has_value());  // of 3.00: nothing
  desk.carry_out(*propose_withdrawal(desk.desk(), growth, percent("100")));
  EXPECT_FALSE(propose_withdrawal(desk.desk(), growth, percent("100")).has_value());
}

}  // namespace
}  // namespace portfolio
