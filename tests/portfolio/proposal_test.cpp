#include "portfolio/proposal.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "portfolio/invest.hpp"
#include "portfolio/proposal_changes.hpp"
#include "portfolio/rebalance.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::dollars;
using test::percent;
using test::price;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  core::ModelCode growth{"GROWTH"};
  alloc::AccountIndex ann = desk.add_account("C-1", 100'000);
  Fixture() {
    desk.add_instrument("AAPL", "100");
    desk.add_instrument("MSFT", "400");
    desk.add_model("GROWTH");
    desk.set_targets("GROWTH", {{"AAPL", "60"}, {"MSFT", "40"}});
    const Investment one{ann, dollars(20'000)};
    desk.carry_out(*propose_invest(desk.desk(), growth, std::span(&one, 1), {}));
    desk.set_targets("GROWTH", {{"AAPL", "40"}, {"MSFT", "60"}});
  }
  [[nodiscard]] Proposal propose() const { return *propose_rebalance(desk.desk(), growth, {}, {}); }
  [[nodiscard]] std::vector<std::string> moved(const Proposal& before) const {
    std::vector<std::string> texts;
    for (const Moved& each : what_moved(before, propose(), percent("1"), desk.book)) texts.push_back(each.text);
    return texts;
  }
};
using HashOfAProposal = Fixture;
using ComparedProposals = Fixture;

TEST_F(HashOfAProposal, IsTheSameForTheSameWorld) {
  const Proposal proposal = propose();
  EXPECT_EQ(proposal.hash, propose().hash);
  EXPECT_EQ(proposal.hash, fingerprint(proposal));
  EXPECT_EQ(proposal.hash.text().size(), 32U);
  desk.now += std::chrono::minutes(5);  // the time of a price that stays the same is not covered
  EXPECT_EQ(proposal.hash, propose().hash);
}

TEST_F(ComparedProposals, SayThatAMultiplierIsAnotherOne) {
  const Proposal before = propose();
  desk.instruments.at(core::Symbol("AAPL")).multiplier = Multiplier::whole(10);
  const std::vector<std::string> texts = moved(before);
  ASSERT_FALSE(texts.empty());
  EXPECT_EQ(texts[0], "the multiplier of AAPL is another one now");
  EXPECT_NE(propose().hash, before.hash);
  Proposal older = before;  // of before it was kept
  for (Quote& quote : older.quotes) quote.factor = {.num = 0, .den = 0};
  EXPECT_TRUE(moved(older).empty() || moved(older)[0] != texts[0]);
}

// Pinned: a proposal that was stored by an older version must be found again.
TEST(Fingerprint, StaysTheSameInEveryVersion) {
  FingerprintMaker maker;
  maker.add("AAPL");
  maker.add(std::int64_t{-7});
  EXPECT_EQ(maker.result().text(), "4668f89e66aac33fdb92e8001396d23b");
  FingerprintMaker other;
  other.add("AAP");
  other.add("L");
  other.add(std::int64_t{-7});
  EXPECT_NE(maker.result(), other.result());
}

TEST_F(HashOfAProposal, ChangesWithEachThingThatItCovers) {
  const Proposal proposal = propose();
  const std::vector<std::function<void(Proposal&)>> changes{
      [](Proposal& p) { p.operation = Operation::invest; },
      [](Proposal& p) { p.orders[0].legs[0].quantity += core::Quantity::whole(1); },
      [](Proposal& p) { p.orders[0].legs[0].does_money_leave = true; },
      [](Proposal& p) { p.orders[0].side = core::Side::buy; },
      [](Proposal& p) { p.orders[0].type = core::OrderType::limit; },
      [](Proposal& p) { p.orders[0].limit = price("5"); },
      [](Proposal& p) { p.orders[0].time_in_force = core::TimeInForce::good_till_cancel; },
      [](Proposal& p) { p.orders[1].waits_for_sales = false; },
      [](Proposal& p) { p.orders.pop_back(); },
      [](Proposal& p) { p.cash_moves.push_back({.amount = dollars(1)}); },
      [](Proposal& p) { p.unit_moves.push_back({.quantity = core::Quantity::whole(1)}); },
      [](Proposal& p) {
        p.stakes.push_back({core::ModelCode("GROWTH"), {}, 1});
      },
      [](Proposal& p) {
        p.leaving.push_back({core::ModelCode("GROWTH"), {}});
      },
      [](Proposal& p) { p.closes = core::ModelCode("GROWTH"); },
      [](Proposal& p) { p.quotes[0].price.price = price("101"); },
      [](Proposal& p) { p.models[0].targets_version += 1; },
      [](Proposal& p) { p.models[0].total_stake += 1; },
      [](Proposal& p) { p.sleeves[0].cash_before += 1; },
      [](Proposal& p) { p.sleeves[0].cash_free += 1; },
      [](Proposal& p) { p.lines[0].before += core::Quantity{1}; },
      [](Proposal& p) { p.lines[0].free += core::Quantity{1}; },
  };
  std::vector<Fingerprint> seen{proposal.hash};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Proposal changed = proposal;
    changes[i](changed);
    for (const Fingerprint& other : seen) EXPECT_NE(fingerprint(changed), other) << i;
    seen.push_back(fingerprint(changed));
  }
  Proposal same = proposal;
  same.warnings.push_back({WarningKind::odd_lot, "a word", {}, {}});
  same.quotes[0].price.time += std::chrono::hours(1);
  same.sleeves[0].fees += 1;
  same.lines[0].share_after += Percent{1};
  EXPECT_EQ(fingerprint(same), proposal.hash);
}

TEST_F(ComparedProposals, NothingHasMoved) {
  EXPECT_TRUE(moved(propose()).empty());
  const Proposal before = propose();
  desk.set_price("AAPL", "100.9");  // within the tolerance of 1 %
  EXPECT_TRUE(moved(before).empty());
}

TEST_F(ComparedProposals, SayWhatHasMoved) {
  const Proposal before = propose();
  desk.set_price("AAPL", "101.01");
  EXPECT_EQ(moved(before), std::vector<std::string>{"the price of AAPL was 100 and is 101.01"});
  desk.set_price("AAPL", "100");
  desk.bring(ann, desk.group("GROWTH"), "MSFT", 1);
  EXPECT_EQ(moved(before), std::vector<std::string>{"C-1 in GROWTH held 20 MSFT, 20 free, and holds 21, 21 free"});
  desk.models.invest(growth, ann, dollars(1), desk.book);
  const std::vector<std::string> all = moved(before);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0], "the stakes in GROWTH have changed");
  EXPECT_EQ(all[1], "C-1 in GROWTH had 0.00 USD of cash, 0.00 free, and has 1.00, 1.00 free");
  desk.set_targets("GROWTH", {{"AAPL", "40"}});
  EXPECT_EQ(moved(before)[0], "the targets of GROWTH were version 2 and are version 3");
}

}  // namespace
}  // namespace portfolio
