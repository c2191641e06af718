#include "alloc/book.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "tests/alloc/book_desk.hpp"
#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

Part any_part(core::Random& random) {
  if (random.below(4) == 0) return {};
  return {random.between(0, 1'000), random.between(0, 100'000), random.between(-50, 500)};
}

std::vector<Part> any_parts(core::Random& random, std::size_t size) {
  std::vector<Part> parts(size);
  std::generate(parts.begin(), parts.end(), [&] { return any_part(random); });
  return parts;
}

core::Side any_side(core::Random& random) {
  const std::array sides{core::Side::buy, core::Side::sell, core::Side::sell_short};
  return sides[random.below(sides.size())];
}

bool is_cost_on_the_side_of_units(const Holding& held) {
  if (held.quantity.raw == 0) return held.cost == 0;
  return held.quantity.raw > 0 ? held.cost >= 0 : held.cost <= 0;
}

// A purchase is busted after some of it was sold at a lower average cost: less cost is left than it had.
TEST(Book, ABustNeverLeavesACostBelowZero) {
  Desk desk(1);
  desk.post(core::Side::buy, {{}}, {{10, 1'000, 0}});
  desk.post(core::Side::buy, {{}}, {{10, 100, 0}});
  desk.post(core::Side::sell, {{}}, {{15, 900, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(5), 275}));
  desk.post(core::Side::buy, {{10, 1'000, 0}}, {{6, 600, 0}});
  EXPECT_EQ(desk.held(0), (Holding{core::Quantity::whole(1), 0}));
  EXPECT_EQ(desk.sold(0), (Holding{core::Quantity::whole(15), 700}));
}

TEST(Book, StaysBalancedThroughAnything) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const auto size = static_cast<std::size_t>(random.between(1, 12));
    Desk desk(size);
    const bool may_be_short = random.below(2) == 0;
    std::vector<std::int64_t> paid(size);  // for units of ACME in GROWTH, busts included
    for (std::size_t i = 0; i < size && !may_be_short; ++i) {
      desk.book.bring_in(desk.accounts[i], desk.growth, acme, usd, {core::Quantity::whole(100'000), 5});
      paid[i] = 5;
    }
    for (int step = 0; step < 40; ++step) {
      const auto i = random.below(size);
      switch (random.below(4)) {
        case 0:
          desk.book.deposit(desk.accounts[i], {random.between(-1'000, 100'000), random.below(2) ? usd : eur});
          break;
        case 1: {
          const bool into_growth = random.below(2) == 0;
          const std::int64_t sign = may_be_short && random.below(3) == 0 ? -1 : 1;
          const Holding brought{core::Quantity::whole(sign * random.between(1, 50)), sign * 1'234};
          desk.book.bring_in(desk.accounts[i], into_growth ? desk.growth : Book::independent(), acme, usd, brought);
          paid[i] += into_growth ? brought.cost : 0;
          break;
        }
        case 2:
          desk.book.transfer_cash(desk.accounts[i], Book::independent(), desk.growth, {random.between(-500, 900), usd});
          break;
        default: {
          const core::Side side = may_be_short           ? any_side(random)
                                  : random.below(2) == 0 ? core::Side::buy
                                                         : core::Side::sell;
          const std::vector<Part> first = any_parts(random, size);
          const std::vector<Part> second = any_parts(random, size);
          desk.post(side, std::vector<Part>(size), first);
          desk.post(side, first, second);
          for (std::size_t j = 0; j < size; ++j) paid[j] += side == core::Side::buy ? second[j].cost : 0;
        }
      }
      RC_ASSERT(desk.book.balanced());
    }
    if (!desk.book.instruments_of(desk.growth).contains(acme)) return;
    for (std::size_t i = 0; i < size; ++i) {
      if (!may_be_short) RC_ASSERT(desk.held(i).cost + desk.sold(i).cost == paid[i]);
      RC_ASSERT(is_cost_on_the_side_of_units(desk.held(i)));
    }
  }));
}

// Whatever was traded before: over both sleeves of each account, units and every cent ever paid stay, cash is not
// touched, and the other accounts see nothing.
TEST(Book, MovingUnitsMakesAndLosesNothing) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const auto size = static_cast<std::size_t>(random.between(1, 6));
    Desk desk(size);
    for (std::size_t i = 0; i < size; ++i) {
      desk.book.bring_in(desk.accounts[i], Book::independent(), acme, usd,
                         {core::Quantity{random.between(0, 9'000'000)}, random.between(0, 99'999)});
    }
    std::vector<Part> parts(size);  // of the order that is working
    core::Side side = core::Side::buy;
    for (int step = 0; step < 30; ++step) {
      if (random.below(3) == 0) {
        if (random.below(2) == 0) {
          parts.assign(size, {});
          desk.posted = parts;
          ++desk.order;
          side = any_side(random);
        }
        const std::vector<Part> next = any_parts(random, size);
        desk.post(side, parts, next);
        parts = next;
        continue;
      }
      const auto i = random.below(size);
      const auto totals = [&](std::size_t j) {
        const SlotIndex own = desk.book.join(Book::independent(), desk.accounts[j]);
        const Holding outside = desk.book.holding(Book::independent(), acme, own);
        const Holding inside = desk.held(j);
        const auto gone = [&](GroupIndex group, SlotIndex slot) {
          const auto& rows = desk.book.instruments_of(group);
          if (!rows.contains(acme)) return std::int64_t{0};
          const auto at = [&](const std::vector<Holding>& row) {
            return static_cast<std::size_t>(slot) < row.size() ? row[static_cast<std::size_t>(slot)].cost : 0;
          };
          return at(rows.at(acme).sold_by_slot) + at(rows.at(acme).covered_by_slot);
        };
        return std::tuple{
            outside.quantity.raw + inside.quantity.raw,
            outside.cost + inside.cost + gone(Book::independent(), own) + gone(desk.growth, desk.slots[j]),
            desk.cash(j)};
      };
      std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> before;
      for (std::size_t j = 0; j < size; ++j) before.push_back(totals(j));
      const bool inward = random.below(2) == 0;
      const Holding moved = desk.book.transfer_units(desk.accounts[i], inward ? Book::independent() : desk.growth,
                                                     inward ? desk.growth : Book::independent(), acme, usd,
                                                     core::Quantity{random.between(1, 8'000'000)});
      RC_ASSERT(moved.cost >= 0);
      for (std::size_t j = 0; j < size; ++j) RC_ASSERT(totals(j) == before[j]);
      for (const GroupIndex group : {desk.growth, Book::independent()}) {
        const SlotIndex slot = desk.book.join(group, desk.accounts[i]);
        RC_ASSERT(is_cost_on_the_side_of_units(desk.book.holding(group, acme, slot)));
      }
      RC_ASSERT(desk.book.balanced());
    }
  }));
}

TEST(Book, PostingBackwardsRestoresQuantityAndCash) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const auto size = static_cast<std::size_t>(random.between(1, 12));
    Desk desk(size);
    desk.post(core::Side::buy, std::vector<Part>(size), any_parts(random, size));
    const std::vector<Part> before = any_parts(random, size);
    const std::vector<Part> after = any_parts(random, size);
    const core::Side side = any_side(random);
    desk.post(side, std::vector<Part>(size), before);
    std::vector<Holding> held;
    std::vector<std::int64_t> cash;
    for (std::size_t i = 0; i < size; ++i) {
      held.push_back(desk.held(i));
      cash.push_back(desk.cash(i));
    }
    desk.post(side, before, after);
    desk.post(side, after, before);
    for (std::size_t i = 0; i < size; ++i) {
      RC_ASSERT(desk.held(i).quantity == held[i].quantity);
      RC_ASSERT(desk.cash(i) == cash[i]);
      RC_ASSERT(is_cost_on_the_side_of_units(desk.held(i)));
    }
    RC_ASSERT(desk.book.balanced());
  }));
}

TEST(Book, ABustOfTheOnlySaleRestoresTheCostToo) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    Desk desk(1);
    desk.post(core::Side::buy, {{}}, {{random.between(1, 1'000), random.between(0, 1'000'000), 0}});
    const Holding bought = desk.held(0);
    const Part sale{random.between(1, desk.units(0)), random.between(0, 1'000'000), 3};
    desk.post(core::Side::sell, {{}}, {sale});
    desk.post(core::Side::sell, {sale}, {{}});
    RC_ASSERT(desk.held(0) == bought);
    RC_ASSERT(desk.sold(0) == Holding{});
  }));
}

TEST(Book, ABustOfTheOnlyShortSaleLeavesNothing) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    Desk desk(1);
    const Part sale{random.between(1, 1'000), random.between(0, 1'000'000), 3};
    desk.post(core::Side::sell_short, {{}}, {sale});
    RC_ASSERT(desk.held(0) == (Holding{core::Quantity::whole(-sale.units), -sale.cost}));
    const bool is_in_a_run = random.below(2) == 0;
    if (!is_in_a_run) desk.order += 1;
    desk.book.post_parts(
        {desk.order, desk.growth, acme, usd, core::Side::sell_short, core::Quantity::one(), desk.slots},
        std::vector<Part>{sale}, std::vector<Part>{{}});
    RC_ASSERT(desk.held(0) == Holding{});
    RC_ASSERT(desk.cash(0) == 0);
  }));
}

// Whatever is traded, busts included: with purchases and sales exchanged, what was held is short, at the same cents.
TEST(Book, ShortsAreTheMirrorOfHoldings) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    Desk desk(1);
    Desk mirror(1);
    std::vector<std::pair<core::Side, Part>> orders;
    for (int step = 0; step < 30; ++step) {
      const bool is_bust = !orders.empty() && random.below(4) == 0;
      const std::size_t which = is_bust ? random.below(orders.size()) : orders.size();
      if (!is_bust) orders.emplace_back(random.below(2) == 0 ? core::Side::buy : core::Side::sell_short, Part{});
      auto& [side, part] = orders[which];
      const Part next = is_bust ? Part{} : Part{random.between(1, 1'000), random.between(0, 100'000), 0};
      const auto post = [&](Desk& to, core::Side of) {
        to.book.post_parts(
            {1 + static_cast<std::int64_t>(which), to.growth, acme, usd, of, core::Quantity::one(), to.slots},
            std::vector<Part>{part}, std::vector<Part>{next});
      };
      post(desk, side);
      post(mirror, side == core::Side::buy ? core::Side::sell_short : core::Side::buy);
      part = next;
      RC_ASSERT(desk.held(0).quantity.raw == -mirror.held(0).quantity.raw);
      RC_ASSERT(desk.held(0).cost == -mirror.held(0).cost);
      RC_ASSERT(desk.cash(0) == -mirror.cash(0));
      RC_ASSERT(is_cost_on_the_side_of_units(desk.held(0)));
    }
  }));
}

// Selling by the holdings, fill by fill: no sleeve ever owes units, and with the last unit all cost has left.
TEST(Book, SellingByTheHoldingsNeverGoesShortAndEndsAtNothing) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const auto size = static_cast<std::size_t>(random.between(1, 30));
    Desk desk(size);
    std::vector<std::int64_t> shares(size);
    for (std::int64_t& share : shares) share = random.between(0, 40);
    shares.front() += 1;
    desk.trade(core::Side::buy, shares, random.between(1, 20'000), core::Price{random.between(1, 50'000'000'000)});

    std::vector<std::int64_t> holdings(size);
    std::int64_t left = 0;
    for (std::size_t i = 0; i < size; ++i) left += holdings[i] = desk.units(i);
    BlockParts block(holdings, random.next(), core::Quantity::one(), usd);
    while (left > 0) {
      const std::int64_t units = random.between(1, std::min<std::int64_t>(left, 1 + left / 2));
      const std::vector<Part> before = block.parts();
      block.fill(core::Quantity::whole(units), core::Price{random.between(1, 50'000'000'000)}, {random.between(0, 99)});
      block.settle();
      desk.post(core::Side::sell, before, block.parts());
      left -= units;
      for (std::size_t i = 0; i < size; ++i) RC_ASSERT(desk.units(i) >= 0);
    }
    for (std::size_t i = 0; i < size; ++i) RC_ASSERT(desk.held(i) == Holding{});
    RC_ASSERT(desk.book.balanced());
  }));
}

// However often the parts of an order are posted on the way, the book comes out the same, as long as nothing else is
// posted to the instrument in between.
TEST(Book, PostingOnceGivesWhatPostingAfterEachFillGives) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    const auto size = static_cast<std::size_t>(random.between(1, 20));
    Desk often(size);
    Desk once(size);
    for (int orders = 0; orders < 6; ++orders) {
      const core::Side side = any_side(random);
      std::vector<std::int64_t> weights(size);
      for (std::int64_t& weight : weights) weight = random.between(0, 40);
      weights.front() += 1;
      BlockParts block(weights, random.next(), core::Quantity::one(), usd);
      const std::vector<Part> nothing = block.parts();
      for (std::int64_t fills = random.between(1, 12); fills > 0; --fills) {
        const std::vector<Part> before = block.parts();
        block.fill(core::Quantity::whole(random.between(1, 500)), core::Price{random.between(1, 50'000'000'000)},
                   {random.between(0, 99)});
        block.settle();
        often.post(side, before, block.parts());
      }
      once.post(side, nothing, block.parts());
    }
    for (std::size_t i = 0; i < size; ++i) {
      RC_ASSERT(often.held(i) == once.held(i));
      RC_ASSERT(often.sold(i) == once.sold(i));
      RC_ASSERT(often.cash(i) == once.cash(i));
    }
    RC_ASSERT(often.book.balanced() && once.book.balanced());
  }));
}

}  // namespace
}  // namespace alloc
