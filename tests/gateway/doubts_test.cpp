#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/random.hpp"
#include "simulation/world.hpp"

// What is odd about a report is a break beside what is booked: the broker's word counts, and a person looks at it.
namespace gateway {
namespace {

using fix::ExecType;
using fix::OrdStatus;
using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

class Doubts : public testing::Test {
 protected:
  Doubts() : world(desk_of({500'000, 300'000, 200'000}), lively_exchange(1)) { world.exchange_is_silent = true; }

  const Order& enter(std::int64_t quantity = 1'000, const std::string& limit = "") {
    EXPECT_TRUE(world.buy(quantity, "AAPL", "GROWTH", limit).refusals.empty());
    return world.last_order();
  }
  fix::ExecutionReport fill(const Order& order, std::int64_t quantity, std::int64_t counted,
                            const char* price = "187.40", const char* commission = "0.5") {
    fix::ExecutionReport made;
    made.order_id = "B-" + order.id().text();
    made.exec_id = "E" + std::to_string(++exec_ids);
    made.cl_ord_id = order.id().text();
    made.exec_type = ExecType::trade;
    made.ord_status = OrdStatus::partially_filled;
    made.symbol = order.entered.symbol;
    made.side = order.entered.side;
    made.last_quantity = core::Quantity::whole(quantity);
    made.last_price = *core::Price::parse(price);
    made.cumulative_quantity = core::Quantity::whole(counted);
    made.commission = *core::Amount::parse(commission);
    made.transact_time = simulation::simulated_now();
    return made;
  }
  // The kinds of breaks that it leads to, in one line.
  std::string say(const fix::ExecutionReport& said) {
    world.breaks.clear();
    world.broker_says(said);
    world.settle();
    std::string kinds;
    for (const BreakKept& kept : world.breaks) kinds += (kinds.empty() ? "" : " ") + kept.kind;
    return kinds;
  }
  std::string why() { return world.breaks.at(0).text; }

  World world;
  int exec_ids = 0;
};

TEST_F(Doubts, AFillFarFromTheReferencePriceIsBookedAndABreak) {
  const Order& order = enter();  // the reference price is 187.40
  EXPECT_EQ(say(fill(order, 10, 10, "374.80")), "");
  EXPECT_EQ(say(fill(order, 10, 20, "93.70")), "");
  EXPECT_EQ(say(fill(order, 1, 21, "374.81")), "unlikely_amount");
  EXPECT_EQ(why(), "LastPx(31) 374.81 is not within half and twice the reference price 187.40");
  EXPECT_EQ(say(fill(order, 1, 22, "93.69")), "unlikely_amount");
  EXPECT_EQ(say(fill(order, 1, 23, "999999.99")), "unlikely_amount");
  EXPECT_EQ(say(fill(order, 1, 24, "0.0001")), "unlikely_amount");
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(24));
}

TEST_F(Doubts, ACommissionAboveTheFillIsBookedAndABreak) {
  const Order& order = enter();
  EXPECT_EQ(say(fill(order, 1, 1, "187.40", "187.40")), "");
  EXPECT_EQ(say(fill(order, 1, 2, "187.40", "187.41")), "unlikely_amount");
  EXPECT_EQ(why(), "Commission(12) 187.41 is more than the fill is worth");
  EXPECT_EQ(say(fill(order, 1, 3, "187.40", "-187.41")), "unlikely_amount");
  EXPECT_EQ(say(fill(order, 1, 4, "187.40", "5000")), "unlikely_amount");
  EXPECT_EQ(say(fill(order, 1, 5, "187.40", "9223372036854.77")), "unlikely_amount");
  EXPECT_EQ(say(fill(order, 1, 6, "95.00", "99.00")), "") << "a broker's minimum";
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(6));
}

TEST_F(Doubts, OneBreakTellsAllThatIsUnlikelyInOneFill) {
  const Order& order = enter(5'000);  // at most 100,000,000.00 an order
  EXPECT_EQ(say(fill(order, 5'000, 5'000, "200000", "2000000000")), "unlikely_amount");
  EXPECT_EQ(why(),
            "LastPx(31) 200000.00 is not within half and twice the reference price 187.40; Commission(12) "
            "2000000000.00 is more than the fill is worth; the fill is worth more than 100000000.00 USD, the most that "
            "an order may be worth here");
}

TEST_F(Doubts, ACorrectionToAnUnlikelyPriceIsBookedAndABreak) {
  const Order& order = enter();
  const fix::ExecutionReport first = fill(order, 10, 10);
  EXPECT_EQ(say(first), "");
  fix::ExecutionReport correction = fill(order, 10, 10, "1.87");
  correction.exec_type = ExecType::trade_correct;
  correction.exec_ref_id = first.exec_id;
  EXPECT_EQ(say(correction), "unlikely_amount");
}

TEST_F(Doubts, MoreFillsThanTheBrokerHasEverCountedAreABreak) {
  const Order& order = enter();
  EXPECT_EQ(say(fill(order, 10, 10)), "");
  EXPECT_EQ(say(fill(order, 10, 10)), "contradiction") << "the first again, under another ExecID";
  EXPECT_EQ(why(),
            "the fills reported make 20, and the broker counts no more than 10 (CumQty 14): is one of them reported "
            "twice?");
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(20)) << "the broker's word is booked";
  EXPECT_EQ(say(fill(order, 10, 20)), "") << "the same ten too many are no news";
  EXPECT_EQ(say(fill(order, 10, 25)), "contradiction");
  EXPECT_EQ(say(fill(order, 10, 5)), "contradiction");
  EXPECT_EQ(why(), "CumQty(14) 5 is less than LastQty(32) 10");
}

TEST_F(Doubts, FilledWithLessThanTheOrderIsABreak) {
  const Order& order = enter();
  fix::ExecutionReport filled = fill(order, 10, 10);
  filled.ord_status = OrdStatus::filled;
  EXPECT_EQ(say(filled), "contradiction");
  EXPECT_EQ(why(), "OrdStatus(39) is 2, filled, with CumQty(14) 10 and LeavesQty(151) 0 of 1000");
  fix::ExecutionReport last = fill(order, 990, 1'000);
  last.ord_status = OrdStatus::filled;
  EXPECT_EQ(say(last), "");
}

TEST_F(Doubts, AFillUnderTheOrderIdOfAnotherOrderIsABreak) {
  const Order& first = enter();
  EXPECT_EQ(say(fill(first, 10, 10)), "");
  const Order& second = enter();
  fix::ExecutionReport mixed = fill(second, 10, 10);
  mixed.order_id = "B-" + first.id().text();
  EXPECT_EQ(say(mixed), "contradiction");
  EXPECT_EQ(why(), "OrderID(37) B-" + first.id().text() + " is that of order " + first.id().text());
  EXPECT_EQ(second.parts.filled(), core::Quantity::whole(10));
}

// What an honest broker says contradicts nothing, whatever comes first and whatever never comes.
TEST(DoubtsOfHonestFills, ThereAreNone) {
  EXPECT_TRUE(rc::check([] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    World day(desk_of({500'000, 300'000}), lively_exchange(1));
    day.exchange_is_silent = true;
    (void)day.buy(1'000, "AAPL", "GROWTH");
    std::vector<fix::ExecutionReport> fills;
    for (std::int64_t counted = 0; counted < 900;) {
      fix::ExecutionReport made;
      made.order_id = "B1";
      made.exec_id = "E" + std::to_string(fills.size());
      made.cl_ord_id = day.last_order().id().text();
      made.exec_type = ExecType::trade;
      made.ord_status = OrdStatus::partially_filled;
      made.symbol = core::Symbol("AAPL");
      const std::int64_t quantity = random.between(1, 100);
      made.last_quantity = core::Quantity::whole(quantity);
      made.last_price = *core::Price::parse("187.40");
      made.cumulative_quantity = core::Quantity::whole(counted += quantity);
      fills.push_back(std::move(made));
    }
    for (std::size_t i = fills.size(); i > 1; --i) std::swap(fills[i - 1], fills[random.below(i)]);
    fills.resize(1 + random.below(fills.size()));
    for (const auto& made : fills) day.broker_says(made);
    day.settle();
    for (const BreakKept& kept : day.breaks) RC_ASSERT(kept.kind == "missing_fill");
  }));
}

}  // namespace
}  // namespace gateway
