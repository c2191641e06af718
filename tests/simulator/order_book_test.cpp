#include "simulator/order_book.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace simulator {
namespace {

using core::Price;
using core::Quantity;
using core::Side;

TEST(OrderBook, TradesAtTheRestingPriceBestFirstAndOldestFirst) {
  OrderBook book;
  book.rest(1, Side::sell, Price::whole(101), Quantity::whole(5));
  book.rest(2, Side::sell, Price::whole(100), Quantity::whole(3));
  book.rest(3, Side::sell, Price::whole(100), Quantity::whole(4));
  const std::vector<Execution> expected{{2, Price::whole(100), Quantity::whole(3)},
                                        {3, Price::whole(100), Quantity::whole(4)},
                                        {1, Price::whole(101), Quantity::whole(1)}};
  EXPECT_EQ(book.match(Side::buy, Price::whole(101), Quantity::whole(8)), expected);
  EXPECT_EQ(book.cancel(1), Quantity::whole(4));
  EXPECT_EQ(book.order_count(), 0U);
}

TEST(OrderBook, StopsAtTheLimit) {
  OrderBook book;
  book.rest(1, Side::buy, Price::whole(99), Quantity::whole(5));
  book.rest(2, Side::buy, Price::whole(98), Quantity::whole(5));
  EXPECT_EQ(book.match(Side::sell, Price::whole(99), Quantity::whole(9)).size(), 1U);
  EXPECT_EQ(book.best(Side::buy), Price::whole(98));
}

TEST(OrderBook, KnowsNothingOfAnOrderThatIsGone) {
  OrderBook book;
  book.rest(7, Side::buy, Price::whole(10), Quantity::whole(1));
  EXPECT_EQ(book.cancel(7), Quantity::whole(1));
  EXPECT_EQ(book.cancel(7), std::nullopt);
  EXPECT_EQ(book.best(Side::buy), std::nullopt);
}

TEST(OrderBook, RefusesToRestAnOrderThatCrosses) {
  OrderBook book;
  book.rest(1, Side::sell, Price::whole(100), Quantity::whole(1));
  EXPECT_DEATH(book.rest(2, Side::buy, Price::whole(100), Quantity::whole(1)), "CHECK failed");
}

// The same rules said as plainly as can be: a list, searched from end to end each time.
class SlowBook {
 public:
  std::vector<Execution> match(Side side, std::optional<Price> limit, Quantity quantity) {
    std::vector<Execution> executions;
    while (quantity.raw > 0) {
      auto best = orders_.end();
      for (auto it = orders_.begin(); it != orders_.end(); ++it) {
        if (it->side == side) continue;
        if (limit && (side == Side::buy ? it->price > *limit : it->price < *limit)) continue;
        if (best == orders_.end() || (side == Side::buy ? it->price < best->price : it->price > best->price)) best = it;
      }
      if (best == orders_.end()) break;
      const Quantity traded = std::min(quantity, best->left);
      executions.push_back({best->key, best->price, traded});
      quantity -= traded;
      best->left -= traded;
      if (best->left.raw == 0) orders_.erase(best);
    }
    return executions;
  }
  void rest(OrderKey key, Side side, Price price, Quantity quantity) {
    orders_.push_back({key, side, price, quantity});
  }
  std::optional<Quantity> cancel(OrderKey key) {
    const auto it = std::find_if(orders_.begin(), orders_.end(), [&](const Order& order) { return order.key == key; });
    if (it == orders_.end()) return std::nullopt;
    const Quantity left = it->left;
    orders_.erase(it);
    return left;
  }
  std::size_t order_count() const { return orders_.size(); }

 private:
  struct Order {
    OrderKey key;
    Side side;
    Price price;
    Quantity left;
  };
  std::vector<Order> orders_;
};

TEST(OrderBook, DoesWhatTheSlowBookDoesAndIsNeverCrossed) {
  EXPECT_TRUE(rc::check([] {
    OrderBook book;
    SlowBook slow;
    core::Int128 rested = 0;  // into the book, less out of it
    for (OrderKey key = 1; key <= 120; ++key) {
      if (*rc::gen::inRange(0, 5) == 0) {
        const OrderKey gone = *rc::gen::inRange<OrderKey>(1, key + 1);
        const std::optional<Quantity> left = book.cancel(gone);
        RC_ASSERT(left == slow.cancel(gone));
        if (left) rested -= left->raw;
        continue;
      }
      const Side side = *rc::gen::element(Side::buy, Side::sell);
      const bool is_market = *rc::gen::inRange(0, 8) == 0;
      const Price price = Price::whole(*rc::gen::inRange(95, 106));
      const std::optional<Price> limit = is_market ? std::nullopt : std::optional(price);
      Quantity left = Quantity::whole(*rc::gen::inRange(1, 50));
      const core::Int128 available = std::min<core::Int128>(book.available(side, limit), left.raw);
      const std::vector<Execution> executions = book.match(side, limit, left);
      RC_ASSERT(executions == slow.match(side, limit, left));
      core::Int128 traded = 0;
      for (const Execution& execution : executions) {
        left -= execution.quantity;
        traded += execution.quantity.raw;
      }
      RC_ASSERT(traded == available);
      rested -= traded;
      if (left.raw > 0 && limit) {
        book.rest(key, side, *limit, left);
        slow.rest(key, side, *limit, left);
        rested += left.raw;
      }
      RC_ASSERT(book.order_count() == slow.order_count());
      RC_ASSERT(!book.best(Side::buy) || !book.best(Side::sell) || *book.best(Side::buy) < *book.best(Side::sell));
      RC_ASSERT(book.available(Side::buy, std::nullopt) + book.available(Side::sell, std::nullopt) == rested);
    }
  }));
}

TEST(OrderBook, ListsItsOrdersAsTheyWouldTrade) {
  OrderBook book;
  book.rest(1, Side::buy, Price::whole(9), Quantity::whole(5));
  book.rest(2, Side::buy, Price::whole(10), Quantity::whole(6));
  book.rest(3, Side::buy, Price::whole(10), Quantity::whole(7));
  book.rest(4, Side::sell, Price::whole(12), Quantity::whole(8));
  book.rest(5, Side::sell, Price::whole(11), Quantity::whole(9));
  std::string listed;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const Resting& each : book.resting(side)) {
      listed += std::to_string(each.key) + "@" + each.price.text() + " " + each.left.text() + "\n";
    }
  }
  EXPECT_EQ(listed, "2@10 6\n3@10 7\n1@9 5\n5@11 9\n4@12 8\n");
}

}  // namespace
}  // namespace simulator
