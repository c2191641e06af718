#include <map>
#include <string_view>

#include "tests/gateway/desk_day.hpp"

// Short positions from end to end: what goes out as SELL SHORT, by what it is split, what is booked and what is
// refused.
namespace gateway {
namespace {

using portfolio::Operation;

// KO may be sold short, AAPL not.
std::vector<Event> desk_that_shorts() {
  std::vector<Event> events = clients_of_a_desk();
  for (Event& event : events) {
    auto* added = std::get_if<InstrumentAdded>(&event);
    if (added != nullptr && added->symbol.text() == "KO") added->is_shortable = true;
  }
  return events;
}

class Shorts : public DeskDay {
 protected:
  Shorts() : DeskDay(desk_that_shorts()) {}

  // A model with cash of A1 and A2, 50,000 and 20,000.
  void fund(const std::string& model, const Pairs& percents) {
    ASSERT_EQ(refusal(create(model)), "");
    ASSERT_EQ(carry_out(invest(model, {{"A1", "50000.00"}, {"A2", "20000.00"}})), "DONE");
    if (percents.empty()) return;
    ASSERT_EQ(refusal(targets(model, percents)), "");
  }
  alloc::Holding holding(const char* account, const char* model, const char* symbol) {
    const alloc::GroupIndex group = world.state().models().find(core::ModelCode(model))->group;
    const auto slot = world.state().book().find_slot(group, *world.state().find_account(core::AccountId(account)));
    return world.state().book().holding(group, core::Symbol(symbol), *slot);
  }
  // Of the orders that reached the broker.
  std::vector<std::string> sent() {
    std::vector<std::string> orders;
    for (const fix::Message& message : world.broker_received) {
      const auto* order = std::get_if<fix::NewOrderSingle>(&message);
      if (order == nullptr) continue;
      orders.push_back(std::string(core::text(order->side)) + " " + order->quantity.text() + " " +
                       order->symbol.text());
    }
    return orders;
  }
  static OrderRequest parts_of(core::Side side, const std::vector<Asked>& parts) {
    OrderRequest request = with_parts(side, parts);
    request.symbol = core::Symbol("KO");
    request.type = core::OrderType::market;
    request.limit.reset();
    return request;
  }
  Answer enter(const OrderRequest& request) {
    return world.enter({.caller = {"short " + std::to_string(++keys), "tester"}, .orders = {request}});
  }
  void fill() { world.run_for(std::chrono::seconds(10)); }

  int keys = 0;
};

TEST_F(Shorts, AreTradedByAProposalAsPreviewed) {
  ASSERT_EQ(refusal(create("LS")), "");
  ASSERT_EQ(refusal(targets("LS", {{"AAPL", "100"}, {"KO", "-30"}})), "");
  const Answer staged = invest("LS", {{"A1", "50000.00"}, {"A2", "20000.00"}});
  ASSERT_EQ(refusal(staged), "");
  EXPECT_EQ(carry_out(staged), "DONE");
  EXPECT_EQ(sent(), (std::vector<std::string>{"SELL SHORT 337 KO", "BUY 372 AAPL"}));
  EXPECT_EQ(units("A1", "LS", "KO"), -241);  // 15,000 at 62.00
  EXPECT_EQ(units("A2", "LS", "KO"), -96);
  EXPECT_EQ(units("A1", "LS", "AAPL"), 266);
  // What the sale brought is the cost of the position, to the cent, and in the sleeve's cash.
  const Order& sale = *world.state().orders().all().front();
  EXPECT_EQ(holding("A1", "LS", "KO").cost, -sale.parts.parts()[0].cost);
  EXPECT_EQ(holding("A2", "LS", "KO").cost, -sale.parts.parts()[1].cost);
  EXPECT_EQ(sale.parts.parts()[0].cost + sale.parts.parts()[1].cost, sale.parts.cost_minor());
  EXPECT_TRUE(world.state().book().balanced());
  EXPECT_TRUE(world.breaks.empty());

  // Back to nothing: the short is bought back, and its cost is gone with it.
  ASSERT_EQ(refusal(targets("LS", {{"AAPL", "50"}})), "");
  EXPECT_EQ(carry_out(world.carry_out(asking(Operation::rebalance, "LS"))), "DONE");
  EXPECT_EQ(holding("A1", "LS", "KO"), alloc::Holding{});
  EXPECT_EQ(holding("A2", "LS", "KO"), alloc::Holding{});
}

TEST_F(Shorts, OfAModelAreSplitByStakesAndCoveredByUnits) {
  fund("LS", {});
  Answer sale = world.sell(7, "KO", "LS");
  ASSERT_EQ(refusal(sale), "");
  EXPECT_EQ(text(sale.previews.at(0).request.side), "SELL SHORT");
  fill();
  EXPECT_EQ(units("A1", "LS", "KO"), -5);
  EXPECT_EQ(units("A2", "LS", "KO"), -2);
  EXPECT_EQ(refusal(world.buy(8, "KO", "LS")),
            "position_short | Quantity | is 8; accounts of LS are short 7 KO that no other order is buying back: cover "
            "those first, what goes beyond is an order of its own");
  ASSERT_EQ(refusal(world.buy(3, "KO", "LS")), "");
  fill();
  ASSERT_EQ(refusal(world.buy(4, "KO", "LS")), "");
  fill();
  EXPECT_EQ(holding("A1", "LS", "KO"), alloc::Holding{});
  EXPECT_EQ(holding("A2", "LS", "KO"), alloc::Holding{});
  EXPECT_EQ(sent(), (std::vector<std::string>{"SELL SHORT 7 KO", "BUY 3 KO", "BUY 4 KO"}));
  EXPECT_TRUE(world.state().book().balanced());
}

// What is typed as a sale of 500 must not open a short of 5,000.
TEST_F(Shorts, OfAModelComeOnlyWhenNothingIsHeld) {
  fund("LS", {});
  ASSERT_EQ(refusal(world.buy(70, "KO", "LS")), "");
  fill();
  EXPECT_EQ(refusal(world.sell(71, "KO", "LS")),
            "position_short | Quantity | is 71; LS holds 70 KO that no other order is selling");
  OrderRequest asked{.side = core::Side::sell_short,
                     .quantity = core::Quantity::whole(5),
                     .symbol = core::Symbol("KO"),
                     .model = core::ModelCode("LS"),
                     .currency = std::nullopt};
  EXPECT_EQ(refusal(enter(asked)),
            "position_short | Action | is SELL SHORT; accounts of LS hold KO, which is sold first, by a SELL");
  ASSERT_EQ(refusal(world.sell(70, "KO", "LS")), "");
  fill();
  EXPECT_EQ(text(world.last_order().entered.side), "SELL");
  ASSERT_EQ(refusal(enter(asked)), "");
  asked.symbol = core::Symbol("AAPL");
  EXPECT_EQ(refusal(enter(asked)),
            "contradicts_instrument | Action | is SELL SHORT; AAPL cannot be sold short: its Shortable is not yes");
  EXPECT_EQ(refusal(world.sell(5, "AAPL", "LS")),
            "position_short | Quantity | is 5; LS holds 0 AAPL that no other order is selling");
}

TEST_F(Shorts, WithGivenPartsCloseOrOpenAndNeverBoth) {
  fund("LS", {});
  ASSERT_EQ(refusal(enter(parts_of(core::Side::buy, {{"A1", "LS", 10}}))), "");
  fill();
  EXPECT_EQ(refusal(enter(parts_of(core::Side::sell, {{"A1", "LS", 15}}))),
            "position_short | parts.csv: Parts: A1 in LS: Quantity | is 15; the sleeve holds 10 KO that no other order "
            "is selling; what goes beyond that is a short sale, and an order of its own");
  EXPECT_EQ(refusal(enter(parts_of(core::Side::sell, {{"A1", "LS", 10}, {"A2", "LS", 5}}))),
            "position_short | parts.csv: Parts: A1 in LS: Quantity | sells what the sleeve holds, and other parts open "
            "short positions: brokers want an order for each");
  EXPECT_EQ(
      refusal(enter(parts_of(core::Side::sell_short, {{"A1", "LS", 10}}))),
      "position_short | parts.csv: Parts: A1 in LS: Quantity | sells what the sleeve holds, and the order is SELL "
      "SHORT: brokers want an order for each");
  ASSERT_EQ(refusal(enter(parts_of(core::Side::sell, {{"A2", "LS", 5}, {"A3", "", 2}}))), "");
  // While what is held is being sold, more is a short sale.
  world.exchange_is_silent = true;
  ASSERT_EQ(refusal(enter(parts_of(core::Side::sell, {{"A1", "LS", 10}}))), "");
  ASSERT_EQ(refusal(enter(parts_of(core::Side::sell, {{"A1", "LS", 4}}))), "");
  fill();
  EXPECT_EQ(sent(), (std::vector<std::string>{"BUY 10 KO", "SELL SHORT 7 KO", "SELL 10 KO", "SELL SHORT 4 KO"}));
}

TEST_F(Shorts, ASleeveThatTurnsFromLongToShortTakesTwoOrders) {
  fund("LS", {{"KO", "50"}});
  ASSERT_EQ(carry_out(world.carry_out(asking(Operation::rebalance, "LS"))), "DONE");
  const std::int64_t held = units("A1", "LS", "KO") + units("A2", "LS", "KO");
  EXPECT_GT(held, 500);
  ASSERT_EQ(refusal(targets("LS", {{"KO", "-20"}})), "");
  const Answer staged = world.carry_out(asking(Operation::rebalance, "LS"));
  ASSERT_EQ(refusal(staged), "");
  const portfolio::Proposal& content = *world.state().find_proposal(staged.proposal)->content;
  ASSERT_EQ(content.orders.size(), 2U);
  EXPECT_EQ(text(content.orders[0].side), "SELL");
  EXPECT_EQ(content.orders[0].quantity(), core::Quantity::whole(held));
  EXPECT_EQ(text(content.orders[1].side), "SELL SHORT");
  // Alone, the short sale would go out before what is held is sold.
  EXPECT_EQ(refusal(transmit(staged, {2})).substr(0, 15), "position_short ");
  EXPECT_EQ(stage(staged.proposal), "STAGED");
  EXPECT_EQ(carry_out(staged), "DONE");
  EXPECT_LT(units("A1", "LS", "KO"), -150);
  EXPECT_LT(holding("A1", "LS", "KO").cost, 0);
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(Shorts, AreNotOpenedTwiceWhileTheirOrdersWork) {
  fund("LS", {{"KO", "-20"}});
  world.exchange_is_silent = true;
  ASSERT_EQ(refusal(transmit(world.carry_out(asking(Operation::rebalance, "LS")))), "");
  const Answer again = world.carry_out(asking(Operation::rebalance, "LS"));
  EXPECT_EQ(refusal(again), "not_possible | model | there is nothing to do: every sleeve is where it would be brought");
}

TEST_F(Shorts, TransmitsAllOfAProposalOrNothing) {
  ASSERT_EQ(refusal(create("LS")), "");
  ASSERT_EQ(refusal(targets("LS", {{"AAPL", "100"}, {"KO", "-30"}})), "");
  const Answer staged = invest("LS", {{"A1", "50000.00"}});
  ASSERT_EQ(refusal(staged), "");
  // Nobody lends KO any more.
  ImportFile file{.kind = FileKind::instruments, .rows = {{"i.csv:2", {}}}};
  for (const FileColumn& column : columns_of(FileKind::instruments)) {
    static const std::map<std::string_view, const char*> cells{{"Symbol", "KO"},
                                                               {"SecType", "STK"},
                                                               {"Exchange", "XNAS"},
                                                               {"Currency", "USD"},
                                                               {"Unit", "1"},
                                                               {"ReferencePrice", "62.00"},
                                                               {"ReferenceDate", "2026-11-20"},
                                                               {"Shortable", "no"}};
    const auto cell = cells.find(column.name);
    file.rows[0].cells.emplace_back(cell == cells.end() ? "" : cell->second);
  }
  ASSERT_EQ(refusal(world.carry_out(file)), "");
  EXPECT_EQ(
      refusal(transmit(staged)),
      "contradicts_instrument | P-1 order 1: Action | is SELL SHORT; KO cannot be sold short: its Shortable is not "
      "yes");
  EXPECT_EQ(stage(staged.proposal), "STAGED");
  EXPECT_EQ(cash("A1", ""), 10'000'000);
  EXPECT_TRUE(world.state().orders().all().empty());
  // And what is previewed from now on is refused there.
  EXPECT_EQ(refusal(invest("LS", {{"A1", "50000.00"}})),
            "not_possible | KO | is a target of LS below zero, -30, and cannot be sold short; change the targets");
}

TEST_F(Shorts, AreWarnedOfWhenTheCashWouldNotBuyThemBack) {
  fund("LS", {{"AAPL", "70"}, {"KO", "-30"}});
  ASSERT_EQ(carry_out(world.carry_out(asking(Operation::rebalance, "LS"))), "DONE");
  const auto warnings = [&](const Answer& staged) {
    std::vector<std::string> told;
    for (const portfolio::Warning& warning : world.state().find_proposal(staged.proposal)->content->warnings) {
      told.push_back(std::string(text(warning.kind)) + ": " + warning.message);
    }
    return told;
  };
  const Answer quiet = invest("LS", {{"A1", "1000.00"}});
  EXPECT_EQ(warnings(quiet), std::vector<std::string>{});
  const core::Symbol ko("KO");
  ASSERT_EQ(refusal(world.carry_out(BringPrices{{{ko, core::Price::whole(140), {}}}})), "");
  const std::vector<std::string> told = warnings(invest("LS", {{"A1", "1000.00"}}));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].substr(0, 15), "cash short: has");
  EXPECT_NE(told[0].find("of cash then; buying back what it is short would take"), std::string::npos);
}

TEST_F(Shorts, ComeInByAFile) {
  const auto bring = [&](const char* symbol, const char* quantity, const char* cost) {
    ImportFile file{.kind = FileKind::positions,
                    .rows = {{"p.csv:2", {"A3", "Independent", symbol, quantity, cost, "USD"}}}};
    file.rows[0].cells.resize(columns_of(FileKind::positions).size());
    const Answer answer = world.carry_out(file);
    return answer.refusals.empty() ? answer.changes : std::vector<std::string>{refusal(answer)};
  };
  using Told = std::vector<std::string>;
  EXPECT_EQ(bring("KO", "-5", "-310.00"), Told{"brings -5 KO for A3"});
  EXPECT_EQ(bring("KO", "-5", "-310.00"), Told{});
  EXPECT_EQ(bring("KO", "-6", "-370.00"), Told{"brings -1 KO for A3"});
  EXPECT_EQ(units("A3", "", "KO"), -6);
  EXPECT_EQ(bring("KO", "-4", "-370.00").at(0).substr(0, 12), "not_possible");
  EXPECT_EQ(bring("KO", "-7", "370.00").at(0).substr(0, 12), "not_possible");
  EXPECT_EQ(bring("AAPL", "-1", "-187.00"),
            Told{"malformed | p.csv:2: Quantity | is below zero, and AAPL cannot be sold short"});
  EXPECT_TRUE(world.state().book().balanced());
}

TEST_F(Shorts, SurviveARestart) {
  fund("LS", {});
  ASSERT_EQ(refusal(world.sell(70, "KO", "LS")), "");
  fill();
  ASSERT_EQ(refusal(world.buy(21, "KO", "LS")), "");
  fill();
  const alloc::Holding before = holding("A1", "LS", "KO");
  EXPECT_EQ(before.quantity, core::Quantity::whole(-35));
  EXPECT_LT(before.cost, 0);
  for (const bool is_clean : {true, false}) {
    is_clean ? world.stop_gateway() : world.crash(false);
    world.start_gateway();
    world.connect();
    fill();
    EXPECT_EQ(holding("A1", "LS", "KO"), before);
    EXPECT_TRUE(world.state().book().balanced());
  }
  ASSERT_EQ(refusal(world.buy(49, "KO", "LS")), "");
  fill();
  EXPECT_EQ(holding("A1", "LS", "KO"), alloc::Holding{});
}

}  // namespace
}  // namespace gateway
