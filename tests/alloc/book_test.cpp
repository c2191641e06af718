#include "alloc/book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "tests/alloc/book_desk.hpp"

namespace alloc {
namespace {

TEST(Book, BuysAddUnitsAndCostAndTakeCash) {
  Desk desk(2);
  desk.trade(core::Side::buy, {2, 1}, 300, *core::Price::parse("10"), *core::Amount::parse("1.50"));
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(200), 200'000}));
  EXPECT_EQ(desk.held(1), (Holding{core::Quantity::whole(100), 100'000}));
  EXPECT_EQ(desk.cash(0), -200'100);
  EXPECT_EQ(desk.cash(1), -100'050);
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, SalesRelieveCostInProportionAndAllWithTheLastUnit) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{3, 1'000, 0}});
  desk.post(core::Side::sell, {{}}, {{1, 500, 7}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(2), 667}));  // 333 of 1,000 left with the unit
  EXPECT_EQ(desk.cash(0), -1'000 + 500 - 7);
  desk.post(core::Side::sell, {{1, 500, 7}}, {{3, 1'500, 7}});
  EXPECT_EQ(desk.held(0), Holding{});
  EXPECT_EQ(desk.sold(0), (Holding{core::Quantity::whole(3), 1'000}));
}

TEST(Book, RestatesCentsWithoutUnits) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{3, 1'000, 10}});
  desk.post(core::Side::buy, {{3, 1'000, 10}}, {{3, 999, 11}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(3), 999}));
  EXPECT_EQ(desk.cash(0), -1'010);
  desk.post(core::Side::sell, {{}}, {{1, 400, 0}});
  desk.post(core::Side::sell, {{1, 400, 0}}, {{1, 401, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(2), 666}));
  EXPECT_EQ(desk.cash(0), -609);
}

TEST(Book, KeepsNoCostForUnitsThatAreNotThere) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{10, 1'000, 0}});
  desk.post(core::Side::buy, {{}}, {{10, 2'000, 0}});
  desk.post(core::Side::sell, {{}}, {{10, 1'700, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(10), 1'500}));
  desk.post(core::Side::buy, {{10, 1'000, 0}}, {{}});  // the first purchase is bust: what was sold had cost 2,000
  EXPECT_EQ(desk.held(0), Holding{});
  EXPECT_EQ(desk.sold(0), (Holding{core::Quantity::whole(10), 2'000}));
}

TEST(Book, AShortPositionCarriesWhatItsSaleBrought) {
  Desk desk(1);
  desk.post(core::Side::sell_short, {{}}, {{3, 1'000, 7}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-3), -1'000}));
  EXPECT_EQ(desk.cash(0), 993);
  desk.post(core::Side::buy, {{}}, {{1, 400, 0}});  // relieves a third of it, cut to whole cents
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-2), -667}));
  desk.post(core::Side::buy, {{1, 400, 0}}, {{3, 1'200, 0}});
  EXPECT_EQ(desk.held(0), Holding{});
  EXPECT_EQ(desk.cash(0), 993 - 1'200);
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, CoversAShortBeforeItHolds) {
  Desk desk(1);
  desk.post(core::Side::sell_short, {{}}, {{4, 400, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-4), -400}));
  desk.post(core::Side::buy, {{}}, {{10, 1'000, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(6), 600}));
  EXPECT_EQ(desk.sold(0), Holding{});
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, WhatIsSoldBeyondWhatIsHeldIsShortAtItsPartOfTheProceeds) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{6, 600, 0}});
  desk.post(core::Side::sell, {{}}, {{10, 1'001, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-4), -401}));  // 600 of 1,001 closed what was held
  EXPECT_EQ(desk.sold(0), (Holding{core::Quantity::whole(6), 600}));
}

TEST(Book, ABustOfACoverMakesTheSleeveShortAgainAtWhatThatHadBrought) {
  Desk desk(1);
  desk.post(core::Side::sell_short, {{}}, {{10, 1'000, 0}});
  desk.post(core::Side::buy, {{}}, {{4, 320, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-6), -600}));
  desk.post(core::Side::sell_short, {{}}, {{1, 90, 0}});
  desk.post(core::Side::buy, {{4, 320, 0}}, {{}});  // not in a run any more
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-11), -1'090}));
  desk.post(core::Side::sell_short, {{10, 1'000, 0}}, {{}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-1), -90}));
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, AShortPositionMovesAsUnitsComeToIt) {
  Desk desk(1);
  const SlotIndex own = desk.book.join(Book::independent(), desk.accounts[0]);
  desk.post(core::Side::sell_short, {{}}, {{3, 1'000, 0}});
  const auto bring = [&](std::int64_t units) {
    return desk.book.transfer_units(desk.accounts[0], Book::independent(), desk.growth, acme, usd,
                                    core::Quantity::whole(units));
  };
  EXPECT_EQ(bring(1), (Holding{core::Quantity::whole(1), 333}));
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(-2), -667}));
  EXPECT_EQ(desk.book.holding(Book::independent(), acme, own), (Holding{core::Quantity::whole(-1), -333}));
  EXPECT_EQ(bring(2), (Holding{core::Quantity::whole(2), 667}));
  EXPECT_EQ(desk.held(0), Holding{});
  EXPECT_EQ(desk.book.holding(Book::independent(), acme, own), (Holding{core::Quantity::whole(-3), -1'000}));
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, TakesAShortPositionThatAClientBringsAlong) {
  Desk desk(1);
  const Holding brought{core::Quantity::whole(-7), -7'000};
  desk.book.bring_in(desk.accounts[0], desk.growth, acme, usd, brought);
  EXPECT_EQ(desk.held(0), brought);
  EXPECT_TRUE(desk.book.balanced());
  EXPECT_DEATH(desk.book.bring_in(desk.accounts[0], desk.growth, acme, usd, {core::Quantity::whole(-1), 1}),
               "CHECK failed");
}

TEST(Book, MovesCashBetweenSleevesAndFromOutside) {
  Desk desk(2);
  desk.book.deposit(desk.accounts[0], {10'000, usd});
  desk.book.deposit(desk.accounts[0], {-1'000, usd});
  desk.book.deposit(desk.accounts[0], {500, eur});
  desk.book.transfer_cash(desk.accounts[0], Book::independent(), desk.growth, {4'000, usd});
  const SlotIndex own = desk.book.join(Book::independent(), desk.accounts[0]);
  EXPECT_EQ(desk.book.cash(Book::independent(), usd, own), 5'000);
  EXPECT_EQ(desk.book.cash(Book::independent(), eur, own), 500);
  EXPECT_EQ(desk.cash(0), 4'000);
  EXPECT_EQ(desk.cash(1), 0);
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, MovesUnitsWithTheirCostAndAllOfItWithTheLast) {
  Desk desk(1);
  const SlotIndex own = desk.book.join(Book::independent(), desk.accounts[0]);
  desk.post(core::Side::buy, {{}}, {{3, 1'000, 0}});
  const auto move = [&](GroupIndex from, GroupIndex to, std::int64_t units) {
    return desk.book.transfer_units(desk.accounts[0], from, to, acme, usd, core::Quantity::whole(units));
  };
  EXPECT_EQ(move(desk.growth, Book::independent(), 1), (Holding{core::Quantity::whole(1), 333}));
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(2), 667}));
  EXPECT_EQ(move(desk.growth, Book::independent(), 2), (Holding{core::Quantity::whole(2), 667}));
  EXPECT_EQ(desk.held(0), Holding{});
  EXPECT_EQ(desk.sold(0), Holding{});
  EXPECT_EQ(desk.book.holding(Book::independent(), acme, own), (Holding{core::Quantity::whole(3), 1'000}));
  EXPECT_EQ(move(Book::independent(), desk.growth, 5), (Holding{core::Quantity::whole(5), 1'000}));  // 2 short now
  EXPECT_EQ(desk.book.holding(Book::independent(), acme, own), (Holding{core::Quantity::whole(-2), 0}));
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, AnOrderGoesOnAfterUnitsHaveMoved) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{10, 1'000, 0}});
  desk.post(core::Side::sell, {{}}, {{2, 300, 0}});
  desk.book.transfer_units(desk.accounts[0], desk.growth, Book::independent(), acme, usd, core::Quantity::whole(4));
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(4), 400}));
  desk.post(core::Side::sell, {{2, 300, 0}}, {{5, 750, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(1), 100}));
  EXPECT_EQ(desk.sold(0), (Holding{core::Quantity::whole(5), 500}));
}

TEST(Book, FindsASlotWithoutMakingIt) {
  Desk desk(1);
  const AccountIndex other = desk.book.open_account(core::AccountId("OTHER"));
  EXPECT_EQ(desk.book.find_slot(desk.growth, desk.accounts[0]), desk.slots[0]);
  EXPECT_EQ(desk.book.find_slot(desk.growth, other), std::nullopt);
}

TEST(Book, BringsUnitsIntoTheSleeveThatIsNamed) {
  Desk desk(2);
  const Holding brought{core::Quantity::whole(7), 7'000};
  desk.book.bring_in(desk.accounts[0], desk.growth, acme, usd, brought);
  desk.book.bring_in(desk.accounts[1], Book::independent(), acme, usd, brought);
  EXPECT_EQ(desk.held(0), brought);
  EXPECT_EQ(desk.held(1), Holding{});
  const SlotIndex own = desk.book.join(Book::independent(), desk.accounts[1]);
  EXPECT_EQ(desk.book.holding(Book::independent(), acme, own), brought);
  EXPECT_TRUE(desk.book.balanced());
}

TEST(Book, KnowsWhoIsWhere) {
  Desk desk(3);
  EXPECT_EQ(desk.book.account_count(), 3U);
  EXPECT_EQ(desk.book.group_count(), 2U);
  EXPECT_TRUE(desk.book.group_code(Book::independent()).empty());
  EXPECT_EQ(desk.book.group_code(desk.growth).text(), "GROWTH");
  EXPECT_EQ(desk.book.join(desk.growth, desk.accounts[1]), desk.slots[1]);  // already there
  EXPECT_EQ(desk.book.accounts_of(desk.growth).size(), 3U);
  EXPECT_EQ(desk.book.account_id(desk.book.accounts_of(desk.growth)[2]).text(), "A2");
}

TEST(Book, RowsGrowWithTheAccountsThatJoin) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{1, 100, 0}});
  const AccountIndex late = desk.book.open_account(core::AccountId("LATE"));
  const SlotIndex slot = desk.book.join(desk.growth, late);
  EXPECT_EQ(desk.book.holding(desk.growth, acme, slot), Holding{});
  EXPECT_EQ(desk.book.cash(desk.growth, usd, slot), 0);
  desk.accounts.push_back(late);
  desk.slots.push_back(slot);
  desk.post(core::Side::buy, {{}, {}}, {{}, {2, 200, 0}});
  EXPECT_EQ(desk.units(1), 2);
}

TEST(Book, RefusesWhatItsCallersMustHaveRefused) {
  Desk desk(1);
  EXPECT_DEATH(desk.book.open_account(core::AccountId("A0")), "CHECK failed");
  EXPECT_DEATH(desk.book.open_account(core::AccountId()), "CHECK failed");
  EXPECT_DEATH(desk.book.open_group(core::ModelCode("GROWTH")), "CHECK failed");
  EXPECT_DEATH(desk.post(core::Side::buy, {{}, {}}, {{}}), "CHECK failed");
  const AccountIndex other = desk.book.open_account(core::AccountId("OTHER"));
  EXPECT_DEATH(desk.book.transfer_cash(other, Book::independent(), desk.growth, {1, usd}), "CHECK failed");
  desk.post(core::Side::buy, {{}}, {{1, 100, 0}});
  EXPECT_DEATH(desk.post(core::Side::buy, {{}}, {{1, 1, 0}}, eur), "CHECK failed");
}

}  // namespace
}  // namespace alloc
