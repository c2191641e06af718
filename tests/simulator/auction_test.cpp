#include "simulator/auction.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using core::Price;
using core::Quantity;
using core::Side;

struct Interest {
  Side side;
  Price limit;
  std::int64_t quantity;
};

std::optional<AuctionResult> auction_of(const std::vector<Interest>& orders, Price reference) {
  OrderBook book;
  OrderKey key = 0;
  for (const Interest& order : orders) book.queue(++key, order.side, order.limit, units(order.quantity));
  return auction(book.levels(Side::buy, 0), book.levels(Side::sell, 0), reference);
}

std::string outcome(const std::vector<Interest>& orders, std::string_view reference = "10") {
  const auto result = auction_of(orders, price(reference));
  return result ? result->volume.text() + "@" + result->price.text() : "nothing";
}

const Price market_buy = any_price(Side::buy);
const Price market_sell = any_price(Side::sell);

TEST(Auction, HasThePriceWithTheLargestVolume) {
  EXPECT_EQ(outcome({{Side::buy, price("12"), 50},
                     {Side::buy, price("11"), 50},
                     {Side::sell, price("9"), 40},
                     {Side::sell, price("11"), 60}}),
            "100@11");
}

TEST(Auction, HasAmongThoseTheSmallestImbalance) {
  // 50 at 9, where 70 would be bought, and at 11, where 60 would be.
  EXPECT_EQ(outcome({{Side::buy, price("11"), 60}, {Side::buy, price("9"), 10}, {Side::sell, price("9"), 50}}, "9"),
            "50@11");
}

TEST(Auction, GoesWithTheSideThatHasMore) {
  EXPECT_EQ(outcome({{Side::buy, price("12"), 60}, {Side::sell, price("9"), 50}}), "50@12");
  EXPECT_EQ(outcome({{Side::buy, price("12"), 50}, {Side::sell, price("9"), 60}}), "50@9");
}

TEST(Auction, IsNearTheReferenceWhenBothSidesHaveTheSame) {
  const std::vector<Interest> even{{Side::buy, price("12"), 50}, {Side::sell, price("9"), 50}};
  EXPECT_EQ(outcome(even, "10"), "50@10");
  EXPECT_EQ(outcome(even, "8"), "50@9");
  EXPECT_EQ(outcome(even, "15"), "50@12");
}

TEST(Auction, TakesOrdersAtTheMarketFirst) {
  EXPECT_EQ(outcome({{Side::buy, market_buy, 50}, {Side::sell, market_sell, 50}}), "50@10");
  EXPECT_EQ(outcome({{Side::buy, market_buy, 50}, {Side::sell, price("11"), 20}, {Side::sell, price("12"), 40}}),
            "50@12");
}

TEST(Auction, IsNoneWhenNothingCrosses) {
  EXPECT_EQ(outcome({}), "nothing");
  EXPECT_EQ(outcome({{Side::buy, price("9"), 50}, {Side::sell, price("10"), 50}}), "nothing");
}

// The rule word for word, over every price, by adding up all orders for each.
std::optional<AuctionResult> by_hand(const std::vector<Interest>& orders, Price reference) {
  struct Candidate {
    std::int64_t volume, surplus;
    Price price;
  };
  std::vector<Candidate> best;
  const auto rank = [](const Candidate& one) { return std::pair(-one.volume, std::abs(one.surplus)); };
  std::vector<Price> prices;
  for (const Interest& order : orders) prices.push_back(order.limit);
  std::erase(prices, market_buy);
  std::erase(prices, market_sell);
  if (prices.empty()) prices.push_back(reference);
  for (const Price at : prices) {
    std::int64_t bought = 0, sold = 0;
    for (const Interest& order : orders) {
      if (order.side == Side::buy && order.limit >= at) bought += order.quantity;
      if (order.side == Side::sell && order.limit <= at) sold += order.quantity;
    }
    const Candidate one{std::min(bought, sold), bought - sold, at};
    if (!best.empty() && rank(one) < rank(best.front())) best.clear();
    if (best.empty() || rank(one) == rank(best.front())) best.push_back(one);
  }
  if (best.front().volume == 0) return std::nullopt;
  const auto all = [&](auto is) { return std::all_of(best.begin(), best.end(), is); };
  const bool buyers = all([](const Candidate& one) { return one.surplus > 0; });
  const bool sellers = all([](const Candidate& one) { return one.surplus < 0; });
  const auto [lowest, highest] = std::minmax_element(
      best.begin(), best.end(), [](const Candidate& a, const Candidate& b) { return a.price < b.price; });
  const Price between = std::clamp(reference, lowest->price, highest->price);
  return AuctionResult{buyers ? highest->price : sellers ? lowest->price : between, units(best.front().volume)};
}

TEST(Auction, IsThatOfTheRuleAndNoOtherPriceTradesMore) {
  EXPECT_TRUE(rc::check([] {
    std::vector<Interest> orders;
    const int count = *rc::gen::inRange(0, 14);
    for (int i = 0; i < count; ++i) {
      const Side side = *rc::gen::element(Side::buy, Side::sell);
      const bool is_market = *rc::gen::inRange(0, 8) == 0;
      orders.push_back(
          {side, is_market ? any_price(side) : Price::whole(*rc::gen::inRange(95, 106)), *rc::gen::inRange(1, 9) * 10});
    }
    const Price reference = Price::whole(*rc::gen::inRange(93, 108));
    const auto result = auction_of(orders, reference);
    RC_ASSERT(result == by_hand(orders, reference));
    for (int at = 90; at < 110; ++at) {
      std::int64_t bought = 0, sold = 0;
      for (const Interest& order : orders) {
        if (order.side == Side::buy && order.limit >= Price::whole(at)) bought += order.quantity;
        if (order.side == Side::sell && order.limit <= Price::whole(at)) sold += order.quantity;
      }
      RC_ASSERT(units(std::min(bought, sold)) <= (result ? result->volume : Quantity{}));
    }
  }));
}

// After an auction nobody is left who would have traded at its price, with whom somebody else is left.
TEST(Auction, LeavesABookThatDoesNotCross) {
  EXPECT_TRUE(rc::check([] {
    OrderBook book;
    const int count = *rc::gen::inRange(0, 20);
    for (OrderKey key = 1; key <= static_cast<OrderKey>(count); ++key) {
      book.queue(key, *rc::gen::element(Side::buy, Side::sell), Price::whole(*rc::gen::inRange(95, 106)),
                 units(*rc::gen::inRange(1, 90)));
    }
    const auto result = auction(book.levels(Side::buy, 0), book.levels(Side::sell, 0), Price::whole(100));
    for (const Side side : {Side::buy, Side::sell}) {
      std::int64_t traded = 0;
      if (result) {
        for (const Execution& one : book.match(opposite(side), result->price, result->volume)) {
          traded += one.quantity.raw;
        }
      }
      RC_ASSERT(Quantity{traded} == (result ? result->volume : Quantity{}));
    }
    const auto bid = book.best(Side::buy);
    const auto offer = book.best(Side::sell);
    RC_ASSERT(!bid || !offer || *bid < *offer);
  }));
}

}  // namespace
}  // namespace simulator
