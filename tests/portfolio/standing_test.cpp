#include "portfolio/standing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "portfolio/proposal_changes.hpp"
#include "tests/portfolio/random_desk.hpp"
#include "tests/portfolio/two_sleeves.hpp"

// What a stored proposal stands on, now.
namespace portfolio {
namespace {

using test::any_random;
using test::dollars;
using test::growth;
using test::independent;
using test::percent;
using test::RandomDesk;
using test::usd;

struct StandingNow : test::TwoSleeves {
  [[nodiscard]] std::vector<std::string> moved(const Proposal& previewed, bool is_applied = false) const {
    std::vector<std::string> texts;
    const Proposal now = *standing_now(previewed, desk.desk(), is_applied);
    for (const Moved& each : what_moved(previewed, now, percent("1"), desk.book)) texts.push_back(each.text);
    return texts;
  }
};

// Estimates and what would be done stay, so all of it must be the same when nothing has happened.
void expect_same(const Proposal& a, const Proposal& b) {
  RC_ASSERT(a.hash == b.hash);
  RC_ASSERT(a.sleeves.size() == b.sleeves.size() && a.lines.size() == b.lines.size());
  for (std::size_t i = 0; i < a.sleeves.size(); ++i) {
    RC_ASSERT(a.sleeves[i].value_before == b.sleeves[i].value_before);
    RC_ASSERT(a.sleeves[i].value_after == b.sleeves[i].value_after);
    RC_ASSERT(a.sleeves[i].cash_after == b.sleeves[i].cash_after);
  }
  for (std::size_t i = 0; i < a.lines.size(); ++i) {
    RC_ASSERT(a.lines[i].share_before == b.lines[i].share_before);
    RC_ASSERT(a.lines[i].share_after == b.lines[i].share_after);
  }
}

std::vector<Moved> moved_since(const RandomDesk& desk, const Proposal& proposal, bool is_applied) {
  const core::Result<Proposal> now = standing_now(proposal, desk.desk(), is_applied);
  RC_ASSERT(now.has_value());
  return what_moved(proposal, *now, percent("1"), desk.book);
}

TEST(StandingProperty, NothingHasMovedWhenNothingHappenedButTheProposal) {
  std::set<Operation> seen;
  EXPECT_TRUE(rc::check([&seen] {
    core::Random random = any_random();
    RandomDesk desk(random);
    desk.do_business(static_cast<int>(random.between(0, 10)));
    for (int step = 0; step < 8; ++step) {
      const bool may_delete = random.below(2) == 0;
      desk.working = {};
      if (!may_delete) desk.let_orders_work();
      if (random.below(3) == 0) desk.move_prices();
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal || (!may_delete && proposal->operation == Operation::remove)) continue;
      seen.insert(proposal->operation);
      expect_same(*proposal, *standing_now(*proposal, desk.desk(), false));
      RC_ASSERT(moved_since(desk, *proposal, false).empty());
      apply(*proposal, desk.models, desk.book);
      RC_ASSERT(moved_since(desk, *proposal, true).empty());
      expect_same(*proposal, *standing_now(*proposal, desk.desk(), true));
      if (proposal->closes) return;
    }
  }));
  EXPECT_EQ(seen.size(), 6U);
}

// One thing that touches the proposal. False: this desk had no room for it.
bool let_something_happen(RandomDesk& desk, const Proposal& proposal, std::uint64_t what) {
  const SleevePreview& sleeve = proposal.sleeves[desk.random.below(proposal.sleeves.size())];
  const core::ModelCode& code = proposal.models[0].model;
  const bool is_gone = desk.models.find(code) == nullptr;
  const alloc::AccountIndex account = sleeve.account;
  switch (what) {
    case 0: {
      const bool is_outside = sleeve.group == independent;
      const alloc::GroupIndex other = is_outside ? desk.book.open_group(core::ModelCode("X")) : independent;
      desk.book.join(other, account);
      desk.book.join(sleeve.group, account);
      desk.book.transfer_cash(account, sleeve.group, other, {desk.random.below(2) == 0 ? 1 : -1, usd});
      return true;
    }
    case 1: {
      if (sleeve.group == independent) return false;
      const core::Symbol symbol(desk.symbols[desk.random.below(desk.symbols.size())]);
      desk.book.join(sleeve.group, account);
      desk.book.transfer_units(account, independent, sleeve.group, symbol, usd, core::Quantity::whole(1));
      return true;
    }
    case 2:
      if (!is_gone) desk.retarget(code);
      return !is_gone;
    case 3:
      if (!is_gone) desk.models.change_stake(code, desk.any_account(), 1, desk.book);
      return !is_gone;
    default: {
      if (proposal.quotes.empty()) return false;
      const Quote& quote = proposal.quotes[desk.random.below(proposal.quotes.size())];
      if (quote.price.price.raw == 0) return false;
      desk.set_price(quote.symbol.text(), core::Price{quote.price.price.raw / 50 * 51 + 50}.text());
      return true;
    }
  }
}

TEST(StandingProperty, WhatHappensToItsSleevesHasMovedBeforeAndAfterItIsApplied) {
  std::set<std::pair<std::uint64_t, bool>> seen;
  EXPECT_TRUE(rc::check([&seen] {
    core::Random random = any_random();
    for (int desks = 0; desks < 10; ++desks) {
      RandomDesk desk(random);
      desk.do_business(10);
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal || proposal->sleeves.empty()) continue;
      const bool is_applied = random.below(2) == 0;
      if (is_applied) apply(*proposal, desk.models, desk.book);
      const std::uint64_t what = random.below(5);
      if (!let_something_happen(desk, *proposal, what)) continue;
      seen.emplace(what, is_applied);
      RC_ASSERT(!moved_since(desk, *proposal, is_applied).empty());
    }
  }));
  EXPECT_EQ(seen.size(), 10U);
}

TEST_F(StandingNow, TellsOfEachThing) {
  const Proposal previewed = rebalance();
  EXPECT_TRUE(moved(previewed).empty());
  desk.set_price("AAPL", "100.9");
  EXPECT_TRUE(moved(previewed).empty());  // within the tolerance
  desk.set_price("AAPL", "102");
  EXPECT_EQ(moved(previewed), std::vector<std::string>{"the price of AAPL was 100 and is 102"});
  desk.set_price("AAPL", "100");
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("AAPL")}] = {0, 7};
  EXPECT_EQ(moved(previewed), std::vector<std::string>{"C-2 in GROWTH held 60 AAPL, 60 free, and holds 60, 53 free"});
  desk.working = {};
  desk.bring(ann, desk.group("GROWTH"), "IBM", 3);  // which no line was there for
  EXPECT_EQ(moved(previewed), std::vector<std::string>{"C-1 in GROWTH held 0 IBM, 0 free, and holds 3, 3 free"});
}

TEST_F(StandingNow, CopesWithWhatHasNoPrice) {
  const Proposal previewed = rebalance();
  desk.bring(ann, desk.group("GROWTH"), "IBM", 3);
  desk.prices = {};
  desk.set_price("AAPL", "100");
  desk.set_price("MSFT", "400");
  EXPECT_EQ(moved(previewed), std::vector<std::string>{"C-1 in GROWTH held 0 IBM, 0 free, and holds 3, 3 free"});
  const Proposal now = *standing_now(previewed, desk.desk(), false);
  EXPECT_FALSE(now.sleeve_of(desk.group("GROWTH"), ann)->value_before);
  EXPECT_EQ(now.sleeve_of(desk.group("GROWTH"), ben)->value_before, 10'000'00);
}

TEST_F(StandingNow, ShowsValuesAndSharesAsTheyAre) {
  const Proposal previewed = rebalance();
  desk.set_price("AAPL", "200");
  const Proposal now = *standing_now(previewed, desk.desk(), false);
  const SleevePreview& sleeve = *now.sleeve_of(desk.group("GROWTH"), ann);
  EXPECT_EQ(sleeve.value_before, 32'000'00);  // 120 AAPL and 20 MSFT
  EXPECT_EQ(now.lines_of(sleeve)[0].share_before, percent("75"));
  EXPECT_EQ(sleeve.value_after, previewed.sleeves[0].value_after);
  EXPECT_EQ(now.orders.size(), previewed.orders.size());
  EXPECT_EQ(now.hash, fingerprint(now));
  EXPECT_NE(now.hash, previewed.hash);
}

TEST_F(StandingNow, RefusesWithoutAPriceThatItStoodOn) {
  const Proposal previewed = rebalance();
  desk.now += std::chrono::hours(25);
  desk.set_price("AAPL", "100");
  const core::Result<Proposal> now = standing_now(previewed, desk.desk(), false);
  ASSERT_FALSE(now.has_value());
  EXPECT_EQ(now.error().place, "MSFT");
}

TEST_F(StandingNow, RefusesWithoutARate) {
  desk.add_instrument("SAP", "150").currency = test::eur;
  desk.rates.set(test::eur, usd, {test::price("1.1"), desk.now, PriceSource::file});
  desk.bring(ann, desk.group("GROWTH"), "SAP", 10);
  const Proposal previewed = rebalance();
  EXPECT_TRUE(moved(previewed).empty());
  expect_same(previewed, *standing_now(previewed, desk.desk(), false));
  desk.rates = {};
  const core::Result<Proposal> now = standing_now(previewed, desk.desk(), false);
  ASSERT_FALSE(now.has_value());
  EXPECT_EQ(now.error().place, "SAP");
}

TEST_F(StandingNow, KnowsADeletionOfFractionsAndTwoCurrencies) {
  const alloc::GroupIndex group = desk.group("GROWTH");
  desk.book.deposit(ann, {500, test::eur});
  desk.book.transfer_cash(ann, independent, group, {500, test::eur});
  desk.book.transfer_cash(ann, independent, group, {700, usd});
  desk.book.bring_in(ann, group, core::Symbol("AAPL"), usd, {core::Quantity{500'000}, 0});  // half a unit
  const Proposal deletion = *propose_deletion(desk.desk(), growth, false);
  EXPECT_TRUE(moved(deletion).empty());
  EXPECT_EQ(standing_now(deletion, desk.desk(), false)->lines.size(), deletion.lines.size());
  apply(deletion, desk.models, desk.book);
  EXPECT_TRUE(moved(deletion, true).empty());
  EXPECT_EQ(standing_now(deletion, desk.desk(), true)->hash, deletion.hash);
  desk.book.bring_in(ann, group, core::Symbol("IBM"), usd, {core::Quantity::whole(1), 0});
  EXPECT_EQ(moved(deletion, true), std::vector<std::string>{"C-1 in GROWTH held 0 IBM, 0 free, and holds 1, 1 free"});
}

TEST_F(StandingNow, TellsOfAModelThatIsGone) {
  const Proposal previewed = rebalance();
  const Proposal deletion = *propose_deletion(desk.desk(), growth, false);
  desk.carry_out(deletion);
  EXPECT_TRUE(moved(deletion, true).empty());  // it has done so itself
  const std::vector<std::string> texts = moved(previewed);
  ASSERT_FALSE(texts.empty());
  EXPECT_EQ(texts[0], "GROWTH is no part of it any more");
}

}  // namespace
}  // namespace portfolio
