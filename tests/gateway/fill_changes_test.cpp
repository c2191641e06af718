#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "core/random.hpp"
#include "simulation/world.hpp"

// Busts and corrections of fills: booked as reversing entries, or a break, and never dropped.
namespace gateway {
namespace {

using fix::ExecType;
using fix::OrdStatus;
using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

// A broker that takes orders and says only what the test makes it say, with a CumQty(14) that is right.
class FillChanges : public testing::Test {
 protected:
  FillChanges() : world(desk_of({500'000, 300'000, 200'000}), lively_exchange(1)) { world.exchange_is_silent = true; }

  const Order& enter(std::int64_t quantity = 1'000) {
    EXPECT_TRUE(world.buy(quantity, "AAPL", "GROWTH", "187.50").refusals.empty());
    return world.last_order();
  }
  fix::ExecutionReport report_of(const Order& order, ExecType type, OrdStatus status) {
    fix::ExecutionReport made;
    made.order_id = "B-" + order.id().text();
    made.exec_id = "E" + std::to_string(++exec_ids_);
    made.cl_ord_id = order.id().text();
    made.exec_type = type;
    made.ord_status = status;
    made.symbol = order.entered.symbol;
    made.side = order.entered.side;
    made.cumulative_quantity = order.parts.filled();
    made.transact_time = simulation::simulated_now();
    return made;
  }
  fix::ExecutionReport fill_of(const Order& order, std::int64_t quantity, const char* price = "187.40") {
    fix::ExecutionReport made = report_of(order, ExecType::trade, OrdStatus::partially_filled);
    made.last_quantity = core::Quantity::whole(quantity);
    made.last_price = *core::Price::parse(price);
    made.commission = *core::Amount::parse("0.5");
    made.cumulative_quantity += made.last_quantity;
    return made;
  }
  fix::ExecutionReport bust_of(const Order& order, const fix::ExecutionReport& fill) {
    fix::ExecutionReport made = report_of(order, ExecType::trade_cancel, OrdStatus::partially_filled);
    made.exec_ref_id = fill.exec_id;
    made.cumulative_quantity = std::max(core::Quantity{}, made.cumulative_quantity - fill.last_quantity);
    return made;
  }
  fix::ExecutionReport correction_of(const Order& order, const fix::ExecutionReport& fill, std::int64_t quantity,
                                     const char* price) {
    fix::ExecutionReport made = fill_of(order, quantity, price);
    made.exec_type = ExecType::trade_correct;
    made.exec_ref_id = fill.exec_id;
    made.cumulative_quantity = std::max(core::Quantity{}, made.cumulative_quantity - fill.last_quantity);
    return made;
  }
  void say(const fix::ExecutionReport& said) {
    world.broker_says(said);
    world.settle();
  }
  std::string state(const Order& order) { return std::string(text(state_of(order))); }
  std::vector<std::string> break_kinds() {
    std::vector<std::string> kinds;
    for (const BreakKept& kept : world.breaks) kinds.push_back(kept.kind);
    return kinds;
  }
  std::vector<std::int64_t> units(const Order& order) { return order.parts.split().units(); }
  using Kinds = std::vector<std::string>;
  using Units = std::vector<std::int64_t>;

  World world;
  int exec_ids_ = 0;
};

TEST_F(FillChanges, ABustTakesTheFillBackAndOpensTheOrderAgain) {
  const Order& order = enter();
  const fix::ExecutionReport first = fill_of(order, 400);
  say(first);
  const fix::ExecutionReport second = fill_of(order, 600, "187.30");
  say(second);
  EXPECT_EQ(state(order), "FILLED");
  say(bust_of(order, first));
  EXPECT_EQ(state(order), "PARTIALLY FILLED");
  EXPECT_EQ(units(order), (Units{300, 180, 120}));
  EXPECT_EQ(order.parts.notional(), core::notional(second.last_quantity, second.last_price));
  EXPECT_EQ(order.broker_filled, core::Quantity::whole(600));
  EXPECT_TRUE(world.breaks.empty());
  // The parts were in the log when the order was filled; what was taken back is there, too.
  const auto& log = world.journal.part_log();
  ASSERT_EQ(log.size(), 2U);
  Units taken;
  for (const PartCells& cell : log[1].parts) taken.push_back(cell.part.units);
  EXPECT_EQ(taken, (Units{-200, -120, -80}));
  say(fill_of(order, 400));
  EXPECT_EQ(state(order), "FILLED");
  EXPECT_TRUE(world.breaks.empty()) << "CumQty fell and rose again";
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(FillChanges, ABustOfAllThatWasFilledLeavesNothing) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 1'000);
  const auto cash_before = world.state().book().cash(order.group, order.currency, order.slots()[0]);
  say(fill);
  say(bust_of(order, fill));
  EXPECT_EQ(state(order), "NEW");
  EXPECT_EQ(order.parts.parts(), std::vector<alloc::Part>(3));
  EXPECT_EQ(world.state().book().cash(order.group, order.currency, order.slots()[0]), cash_before);
  EXPECT_EQ(world.state().book().holding(order.group, order.entered.symbol, order.slots()[0]), alloc::Holding{});
}

TEST_F(FillChanges, AnOrderThatIsOverStaysOver) {
  const Order& cancelled = enter();
  const fix::ExecutionReport fill = fill_of(cancelled, 400);
  say(fill);
  say(report_of(cancelled, ExecType::cancelled, OrdStatus::cancelled));
  say(bust_of(cancelled, fill));
  EXPECT_EQ(state(cancelled), "CANCELLED");
  EXPECT_EQ(cancelled.parts.filled(), core::Quantity{});

  const Order& filled = enter();
  const fix::ExecutionReport all = fill_of(filled, 1'000);
  say(all);
  fix::ExecutionReport bust = bust_of(filled, all);
  bust.ord_status = OrdStatus::expired;  // the day of the order is over
  say(bust);
  EXPECT_EQ(state(filled), "EXPIRED");
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(FillChanges, ACorrectionCountsInThePlaceOfItsFill) {
  const Order& order = enter();
  const fix::ExecutionReport first = fill_of(order, 1);
  say(first);
  say(fill_of(order, 4));
  const fix::ExecutionReport corrected = correction_of(order, first, 3, "187.00");
  say(corrected);
  alloc::BlockParts fresh(order.parts.split().weights(), core::stable_hash(order.id().text()), core::Quantity::whole(1),
                          order.currency);
  fresh.fill(core::Quantity::whole(3), *core::Price::parse("187.00"), *core::Amount::parse("0.5"));
  fresh.fill(core::Quantity::whole(4), *core::Price::parse("187.40"), *core::Amount::parse("0.5"));
  fresh.settle();
  EXPECT_EQ(order.parts.parts(), fresh.parts());
  // Its own ExecID names the fill now, as the first one does.
  fix::ExecutionReport bust = bust_of(order, first);
  bust.exec_ref_id = corrected.exec_id;
  bust.cumulative_quantity = core::Quantity::whole(4);
  say(bust);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(4));
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(FillChanges, ARepetitionIsIgnoredAndASecondBustIsABreak) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 400);
  say(fill);
  const fix::ExecutionReport bust = bust_of(order, fill);
  say(bust);
  say(bust);
  EXPECT_TRUE(world.breaks.empty());
  say(bust_of(order, fill));  // another ExecID
  EXPECT_EQ(break_kinds(), Kinds{"unknown_fill"});
  EXPECT_NE(world.breaks[0].text.find("busted before, by " + bust.exec_id), std::string::npos) << world.breaks[0].text;
  say(correction_of(order, fill, 100, "187.00"));
  fix::ExecutionReport other = bust;
  other.exec_ref_id = "something else";
  say(other);
  EXPECT_EQ(break_kinds(), (Kinds{"unknown_fill", "unknown_fill", "exec_id_reused"}));
  EXPECT_EQ(order.parts.filled(), core::Quantity{});
}

TEST_F(FillChanges, ABustBeforeItsFillIsABreakAndTheFillIsBooked) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 400);
  say(bust_of(order, fill));
  EXPECT_EQ(break_kinds(), Kinds{"unknown_fill"});
  EXPECT_NE(world.breaks[0].text.find("comes later"), std::string::npos) << world.breaks[0].text;
  say(fill);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
  fix::ExecutionReport nameless = bust_of(order, fill);
  nameless.exec_ref_id.clear();
  say(nameless);
  fix::ExecutionReport unknown = bust_of(order, fill);
  unknown.cl_ord_id = "20261120-99";
  unknown.order_id = "B9";
  say(unknown);
  EXPECT_EQ(break_kinds(), (Kinds{"unknown_fill", "unknown_fill", "unknown_order"}));
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
}

TEST_F(FillChanges, ACorrectionBeforeItsFillIsABreakAndTheFillIsBooked) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 400);
  const fix::ExecutionReport early = correction_of(order, fill, 300, "187.00");
  say(early);
  EXPECT_EQ(break_kinds(), Kinds{"unknown_fill"});
  EXPECT_NE(world.breaks[0].text.find("comes later"), std::string::npos) << world.breaks[0].text;
  EXPECT_EQ(order.parts.filled(), core::Quantity{});
  say(fill);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400)) << "as it was first reported; a person decides";
  EXPECT_EQ(order.parts.notional(), core::notional(fill.last_quantity, fill.last_price));
  say(early);
  EXPECT_EQ(break_kinds(), Kinds{"unknown_fill"}) << "a repetition, now of a fill that is known, is none the less one";
  say(correction_of(order, fill, 300, "187.00"));  // said anew, it is booked
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(300));
  EXPECT_EQ(break_kinds(), Kinds{"unknown_fill"});
}

TEST_F(FillChanges, ACorrectionOfAnUnknownFillIsABreakAndTheOthersStand) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 400);
  say(fill);
  const Units before = units(order);
  fix::ExecutionReport unknown = correction_of(order, fill, 300, "187.00");
  unknown.exec_ref_id = "NOBODYS-FILL";
  say(unknown);
  fix::ExecutionReport nameless = correction_of(order, fill, 300, "187.00");
  nameless.exec_ref_id.clear();
  say(nameless);
  fix::ExecutionReport of_nobody = correction_of(order, fill, 300, "187.00");
  of_nobody.cl_ord_id = "20261120-99";
  of_nobody.order_id = "B9";
  say(of_nobody);
  // The fill of another order is not this one's.
  const Order& other = enter();
  say(correction_of(other, fill, 300, "187.00"));
  EXPECT_EQ(break_kinds(), (Kinds{"unknown_fill", "unknown_fill", "unknown_order", "unknown_fill"}));
  EXPECT_NE(world.breaks[0].text.find("NOBODYS-FILL"), std::string::npos) << world.breaks[0].text;
  EXPECT_EQ(units(order), before);
  EXPECT_EQ(other.parts.filled(), core::Quantity{});
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(FillChanges, WhatCannotBeIsABreakAndTheFillStands) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 400);
  say(fill);
  say(correction_of(order, fill, 1'001, "187.00"));  // beyond the order
  say(correction_of(order, fill, 400, "0"));
  fix::ExecutionReport half = correction_of(order, fill, 1, "187.00");
  half.last_quantity = *core::Quantity::parse("0.5");
  say(half);
  fix::ExecutionReport in_part = bust_of(order, fill);
  in_part.last_quantity = core::Quantity::whole(100);
  say(in_part);
  fix::ExecutionReport wrong_side = bust_of(order, fill);
  wrong_side.side = core::Side::sell;
  say(wrong_side);
  EXPECT_EQ(break_kinds(), (Kinds{"bad_change", "bad_change", "bad_change", "bad_change", "contradicts_order"}));
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
  say(correction_of(order, fill, 1'000, "187.00"));
  EXPECT_EQ(state(order), "FILLED");
}

TEST_F(FillChanges, TheFillOfThisTradeDateIsMeantWhenTwoHaveItsExecId) {
  const Order& order = enter();
  fix::ExecutionReport yesterday = fill_of(order, 400);
  yesterday.trade_date = "20261119";
  say(yesterday);
  fix::ExecutionReport today = fill_of(order, 300);
  today.exec_id = yesterday.exec_id;
  today.trade_date = "20261120";
  say(today);
  fix::ExecutionReport bust = bust_of(order, yesterday);
  bust.cumulative_quantity = {};
  bust.trade_date = "20261118";
  say(bust);
  EXPECT_EQ(break_kinds(), Kinds{"unknown_fill"});
  bust.exec_id = "another";
  bust.trade_date = "20261120";
  say(bust);
  EXPECT_EQ(order.parts.filled(), core::Quantity::whole(400));
}

TEST_F(FillChanges, ABrokerThatCountsTheBustedFillStillIsABreakOnce) {
  const Order& order = enter();
  const fix::ExecutionReport fill = fill_of(order, 400);
  say(fill);
  say(bust_of(order, fill));
  fix::ExecutionReport status = report_of(order, ExecType::order_status, OrdStatus::partially_filled);
  status.cumulative_quantity = core::Quantity::whole(400);
  say(status);
  say(status);
  EXPECT_EQ(break_kinds(), Kinds{"missing_fill"});
}

TEST_F(FillChanges, ABustedSaleGivesBackWhatItHadRelieved) {
  const Order& bought = enter(1'000);
  say(fill_of(bought, 1'000));
  const auto held = [&](const Order& order) {
    std::vector<alloc::Holding> holdings;
    for (const auto slot : bought.slots()) {
      holdings.push_back(world.state().book().holding(order.group, order.entered.symbol, slot));
    }
    return holdings;
  };
  const auto before = held(bought);
  EXPECT_TRUE(world.sell(300, "AAPL", "GROWTH", "187.00").refusals.empty());
  const Order& sold = world.last_order();
  const fix::ExecutionReport first = fill_of(sold, 101);
  say(first);
  const auto after_first = held(sold);
  const fix::ExecutionReport second = fill_of(sold, 199, "187.60");
  say(second);
  say(bust_of(sold, second));
  EXPECT_EQ(held(sold), after_first);
  say(bust_of(sold, first));
  EXPECT_EQ(held(sold), before);
  EXPECT_TRUE(world.state().book().balanced());
}

// What a broker says at random of one order, and what its fills come to.
struct RandomFills {
  explicit RandomFills(const Order& of_order) : order(of_order) {}

  fix::ExecutionReport next(core::Random& random) {
    fix::ExecutionReport said;
    said.order_id = "B1";
    said.exec_id.append("E").append(std::to_string(++reports));  // not "E" + ...: GCC bug 105651
    said.cl_ord_id = order.id().text();
    said.symbol = order.entered.symbol;
    said.transact_time = simulation::simulated_now();
    said.ord_status = OrdStatus::partially_filled;
    said.last_quantity = core::Quantity::whole(random.between(1, 200));
    said.last_price = core::Price{random.between(1, 30'000'000'000)};
    said.commission = {random.between(-1'000'000, 2'000'000)};
    const std::size_t which = fills.empty() ? 0 : random.below(fills.size());
    const std::uint64_t kind = random.below(3);
    if (fills.empty() || kind == 0 || fills[which].quantity.raw == 0) {
      said.exec_type = ExecType::trade;
      fills.push_back({said.last_quantity, said.last_price, said.commission});
      exec_ids.push_back(said.exec_id);
    } else if (kind == 1) {
      said.exec_type = ExecType::trade_cancel;
      said.exec_ref_id = exec_ids[which];
      said.last_quantity = {}, said.last_price = {}, said.commission = {};
      fills[which] = {};
      ++busts;
    } else {
      said.exec_type = ExecType::trade_correct;
      said.exec_ref_id = exec_ids[which];
      fills[which] = {said.last_quantity, said.last_price, said.commission};
      ++corrections;
    }
    for (const auto& fill : fills) said.cumulative_quantity += fill.quantity;
    return said;
  }
  [[nodiscard]] alloc::BlockParts fresh() const {
    alloc::BlockParts parts(order.parts.split().weights(), core::stable_hash(order.id().text()),
                            core::Quantity::whole(1), order.currency);
    for (const auto& fill : fills) {
      if (fill.quantity.raw > 0) parts.fill(fill.quantity, fill.price, fill.commission);
    }
    parts.settle();
    return parts;
  }

  const Order& order;
  int reports = 0, busts = 0, corrections = 0;
  std::vector<alloc::BlockParts::Fill> fills;  // by place; a quantity of zero is busted
  std::vector<std::string> exec_ids;
};

void expect_same_when_replayed(World& day) {
  State replayed;
  for (const Entry& entry : day.journal.entries()) replayed.apply(entry);
  replayed.settle();
  const Snapshot live = day.state().whole_snapshot();
  const Snapshot again = replayed.whole_snapshot();
  RC_ASSERT(live.parts.size() == again.parts.size());
  for (std::size_t i = 0; i < live.parts.size(); ++i) {
    RC_ASSERT(live.parts[i].name == again.parts[i].name);
    RC_ASSERT(*live.parts[i].bytes == *again.parts[i].bytes);
  }
}

// After any series of fills, busts and corrections the parts are those of a block that was fed what remains, the book
// balances, and the journal replayed gives the same state.
TEST(FillChangesAtRandom, GiveThePartsOfTheFillsThatRemain) {
  int busts = 0;
  int corrections = 0;
  EXPECT_TRUE(rc::check([&] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    World day(desk_of({500'000, 300'003, 199'001, 996}), lively_exchange(1));
    day.exchange_is_silent = true;
    (void)day.buy(5'000, "AAPL", "GROWTH", "187.50");
    const Order& bought = day.last_order();
    RandomFills said(bought);
    for (int i = 1; i <= 25; ++i) {
      day.broker_says(said.next(random));
      if (random.below(3) == 0) day.settle();
    }
    day.settle();
    busts += said.busts, corrections += said.corrections;
    const alloc::BlockParts fresh = said.fresh();
    RC_ASSERT(bought.parts.parts() == fresh.parts());
    RC_ASSERT(bought.parts.totals() == fresh.totals());
    // Prices are drawn from near to far; what the broker counts is right, so nothing else is odd.
    RC_ASSERT(std::ranges::all_of(day.breaks, [](const BreakKept& kept) {
      return kept.kind == "beyond_limit" || kept.kind == "unlikely_amount";
    }));
    // Nothing else was ever traded: what is held is what the parts say.
    for (std::size_t i = 0; i < fresh.parts().size(); ++i) {
      const alloc::Holding held = day.state().book().holding(bought.group, bought.entered.symbol, bought.slots()[i]);
      RC_ASSERT(held.quantity == core::Quantity::whole(fresh.parts()[i].units));
      RC_ASSERT(held.cost == fresh.parts()[i].cost);
    }
    RC_ASSERT(day.state().book().balanced());
    expect_same_when_replayed(day);
  }));
  EXPECT_GT(busts, 200);
  EXPECT_GT(corrections, 200);
}

}  // namespace
}  // namespace gateway
