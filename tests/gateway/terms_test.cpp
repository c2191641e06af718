#include "gateway/engine/terms.hpp"

#include <gtest/gtest.h>

#include "simulation/world.hpp"

// What instruments ask of orders, and what of them goes out and is booked.
namespace gateway {
namespace {

using simulation::World;

const core::Currency usd = core::Currency::of("USD");
const core::Time noon = *core::parse_iso("2026-11-20T12:00:00Z");

InstrumentAdded listed(const char* symbol, const char* type, const char* unit, const char* reference,
                       const char* multiplier = "1") {
  return {.symbol = core::Symbol(symbol),
          .security_type = type,
          .exchange = "XOFF",
          .currency = usd,
          .unit = *core::Quantity::parse(unit),
          .reference = *core::Price::parse(reference),
          .reference_date = "2026-11-20",
          .multiplier = *portfolio::Multiplier::parse(multiplier)};
}

OrderRequest order_of(const char* symbol, const char* quantity, const char* limit = "") {
  OrderRequest request{.quantity = *core::Quantity::parse(quantity),
                       .symbol = core::Symbol(symbol),
                       .limit = std::nullopt,
                       .model = core::ModelCode("MIX"),
                       .currency = std::nullopt};
  if (*limit == '\0') return request;
  request.type = core::OrderType::limit;
  request.limit = *core::Price::parse(limit);
  return request;
}

std::string told(const InstrumentAdded& instrument, OrderRequest request, core::Time now = noon) {
  const auto against = against_terms(request, instrument, now);
  return against ? std::string(against->field) + ": " + against->message : "";
}

TEST(Terms, NameTheNearestTicks) {
  InstrumentAdded future = listed("ES", "FUT", "1", "5900.25", "50");
  future.tick = *core::Price::parse("0.25");
  EXPECT_EQ(told(future, order_of("ES", "1", "5900.25")), "");
  EXPECT_EQ(told(future, order_of("ES", "1", "5900.3")),
            "LmtPrice: is 5900.3, not a whole number of ticks of 0.25; the nearest are 5900.25 or 5900.5");
  EXPECT_EQ(told(future, order_of("ES", "1", "0.1")),
            "LmtPrice: is 0.1, not a whole number of ticks of 0.25; the nearest are 0.25");
  EXPECT_EQ(told(future, order_of("ES", "1")), "") << "a market order has no price";
  future.tick = {};
  EXPECT_EQ(told(future, order_of("ES", "1", "5900.3")), "");
}

TEST(Terms, TakeNoOrdersOnceTheLastTradingDateIsOver) {
  InstrumentAdded option = listed("AAPL 261120C200", "OPT", "1", "2.45", "100");
  option.last_trading_date = "2026-11-20";
  EXPECT_EQ(told(option, order_of("AAPL 261120C200", "1")), "");
  EXPECT_EQ(told(option, order_of("AAPL 261120C200", "1"), noon + std::chrono::hours(12)),
            "Symbol: AAPL 261120C200 was traded for the last time on 2026-11-20; there are no new orders of it");
}

TEST(Terms, TakeOddLotsAndNoFractionsOfUnits) {
  InstrumentAdded bond = listed("T 4.5 2034", "BOND", "1000", "98.75");
  bond.round_lot = core::Quantity::whole(100'000);
  EXPECT_EQ(told(bond, order_of("T 4.5 2034", "25000")), "");
  EXPECT_EQ(told(bond, order_of("T 4.5 2034", "25500")), "Quantity: is 25500, not a whole number of units of 1000");
}

class Kinds : public testing::Test {
 protected:
  struct Kind {
    InstrumentAdded listed;
    const char* said;  // SecurityType(167)
  };
  static std::vector<Kind> kinds() {
    return {{listed("ACME", "STK", "1", "20.00"), "CS"},       {listed("FUNDX", "FUND", "0.001", "10.07"), "MF"},
            {listed("T45", "BOND", "1000", "98.75"), "CORP"},  {listed("C200", "OPT", "1", "2.45", "100"), "OPT"},
            {listed("MES", "FUT", "1", "590.25", "5"), "FUT"}, {listed("EUR.USD", "CASH", "0.01", "1.08"), "FOR"}};
  }
  static std::vector<Event> desk() {
    std::vector<Event> events;
    for (Kind& kind : kinds()) events.emplace_back(std::move(kind.listed));
    InstrumentAdded ticking = listed("ES", "FUT", "1", "5900.25", "50");
    ticking.tick = *core::Price::parse("0.25");
    events.emplace_back(ticking);
    InstrumentAdded over = listed("OLD", "OPT", "1", "2.45", "100");
    over.last_trading_date = "2026-01-16";
    events.emplace_back(over);
    events.emplace_back(ModelCreated{core::ModelCode("MIX"), "Mix", usd});
    for (const char* account : {"A1", "A2", "A3"}) {
      events.emplace_back(AccountOpened{core::AccountId(account), "Client", usd});
      events.emplace_back(CashDeposited{core::AccountId(account), usd, 50'000'000});
      events.emplace_back(CashInvested{core::AccountId(account), core::ModelCode("MIX"), usd, 30'000'000});
    }
    events.emplace_back(DeskImported{"test"});
    return events;
  }
  static simulator::ExchangeSettings exchange() {
    simulator::ExchangeSettings settings = simulation::lively_exchange(1);
    settings.symbols.clear();
    for (const Kind& kind : kinds()) {
      settings.symbols.push_back({.name = kind.listed.symbol,
                                  .reference = *kind.listed.reference,
                                  .tick = *core::Price::parse("0.01"),
                                  .lot = kind.listed.unit,
                                  .currency = usd,
                                  .exchange = "XOFF"});
    }
    settings.liquidity.min_size = settings.liquidity.max_size = core::Quantity::whole(1'000);
    return settings;
  }
  std::string refusal(const OrderRequest& request) {
    const Answer answer = world.enter({.caller = {"dry", "tester"}, .orders = {request}, .dry_run = true});
    if (answer.refusals.empty()) return "";
    return std::string(text(answer.refusals[0].code)) + " | " + answer.refusals[0].place + " | " +
           answer.refusals[0].message;
  }
  // As the broker says it; the exchange is silent.
  void fill(const core::OrderId& id, const char* quantity, const char* price, const char* exec_id,
            const char* commission = "0") {
    const Order& order = world.order(id);
    fix::ExecutionReport report;
    report.order_id = "B" + id.text();
    report.exec_id = exec_id;
    report.cl_ord_id = id.text();
    report.exec_type = fix::ExecType::trade;
    report.ord_status = fix::OrdStatus::partially_filled;
    report.symbol = order.entered.symbol;
    report.side = order.entered.side;
    report.last_quantity = *core::Quantity::parse(quantity);
    report.last_price = *core::Price::parse(price);
    report.commission = *core::Amount::parse(commission);
    report.cumulative_quantity = order.parts.filled() + report.last_quantity;
    report.transact_time = simulation::simulated_now();
    world.broker_says(report);
    world.settle();
  }

  World world{desk(), exchange()};
  int keys = 0;
};

TEST_F(Kinds, GoOutAsTheirSecurityTypeAndAreFilled) {
  for (const Kind& kind : kinds()) {
    world.broker_received.clear();
    const Answer answer = world.enter(
        {.caller = {"k" + std::to_string(++keys), "tester"},
         .orders = {order_of(kind.listed.symbol.text().c_str(), kind.said == std::string("CORP") ? "2000" : "20")}});
    ASSERT_TRUE(answer.refusals.empty()) << answer.refusals[0].message;
    world.run_for(std::chrono::seconds(5));
    const auto* sent = std::get_if<fix::NewOrderSingle>(&world.broker_received.at(0));
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->security_type, kind.said);
    EXPECT_EQ(state_of(world.last_order()), OrderState::filled) << kind.listed.symbol.text();
  }
  EXPECT_TRUE(world.breaks.empty());
}

TEST_F(Kinds, AreBookedWithTheirMoney) {
  world.exchange_is_silent = true;
  struct Trade {
    const char* symbol;
    const char* quantity;
    const char* price;
    std::int64_t cents;
  };
  for (const Trade& trade : {Trade{"ACME", "10", "20.01", 20'010}, Trade{"FUNDX", "1.234", "10.07", 1'243},
                             Trade{"T45", "25000", "98.755", 2'468'875}, Trade{"C200", "3", "2.45", 73'500},
                             Trade{"MES", "2", "590.25", 590'250}, Trade{"EUR.USD", "1000.01", "1.08012", 108'013}}) {
    const Answer answer = world.enter({.caller = {"k" + std::to_string(++keys), "tester"},
                                       .orders = {order_of(trade.symbol, trade.quantity, trade.price)}});
    ASSERT_TRUE(answer.refusals.empty()) << answer.refusals[0].message;
    fill(answer.orders[0], trade.quantity, trade.price, trade.symbol);
    EXPECT_EQ(world.last_order().parts.cost_minor(), trade.cents) << trade.symbol;
    EXPECT_EQ(answer.previews.at(0).value.minor, trade.cents) << "previewed as it is booked";
  }
  EXPECT_TRUE(world.breaks.empty());
}

// 300,000.00 for each of three: what an order is worth decides, not quantity times price.
TEST_F(Kinds, AreCheckedAgainstTheCashThatTheyTake) {
  EXPECT_EQ(refusal(order_of("T45", "909000", "98.75")), "");
  EXPECT_EQ(refusal(order_of("T45", "912000", "98.75")),
            "cash_short | Quantity | the order is worth 900600.00 USD; of the cash in MIX that no other order may "
            "spend, A1 may need 300200.00 and has 300000.00; A2 may need 300200.00 and has 300000.00; A3 may need "
            "300200.00 and has 300000.00");
  EXPECT_EQ(refusal(order_of("C200", "3672", "2.45")), "");
  EXPECT_EQ(refusal(order_of("C200", "3674", "2.45")),
            "cash_short | Quantity | the order is worth 900130.00 USD; of the cash in MIX that no other order may "
            "spend, A1 may need 300125.00 and has 300000.00; A2 may need 300125.00 and has 300000.00; A3 may need "
            "300125.00 and has 300000.00");
  world.exchange_is_silent = true;
  ASSERT_TRUE(world.enter({.caller = {"k", "tester"}, .orders = {order_of("C200", "3600", "2.45")}}).refusals.empty());
  EXPECT_EQ(refusal(order_of("C200", "100", "2.45")),
            "cash_short | Quantity | the order is worth 24500.00 USD; of the cash in MIX that no other order may "
            "spend, A1 may need 8330.00 and has 6000.00; A2 may need 8330.00 and has 6000.00; A3 may need 8330.00 "
            "and has 6000.00")
      << "an open order keeps what it may take";
}

// Sleeve by sleeve, rounded up: 300,000.00 in each.
TEST_F(Kinds, AreCheckedAgainstTheCashOfEachSleeve) {
  const auto asking = [](const char* symbol, std::int64_t units, const char* limit) {
    OrderRequest request = order_of(symbol, std::to_string(units).c_str(), limit);
    request.parts.push_back({core::AccountId("A2"), core::ModelCode("MIX"), request.quantity});
    return request;
  };
  EXPECT_EQ(refusal(asking("T45", 303'000, "98.755")), "");
  EXPECT_EQ(
      refusal(asking("T45", 304'000, "98.755")),
      "cash_short | Parts: A2 in MIX: Quantity | is worth 300215.20 USD; the sleeve has 300000.00 in cash that no "
      "other order may spend");
  EXPECT_EQ(refusal(asking("C200", 1'224, "2.45")), "");
  EXPECT_EQ(
      refusal(asking("C200", 1'225, "2.45")),
      "cash_short | Parts: A2 in MIX: Quantity | is worth 300125.00 USD; the sleeve has 300000.00 in cash that no "
      "other order may spend");
  world.exchange_is_silent = true;
  ASSERT_TRUE(world.enter({.caller = {"k", "tester"}, .orders = {asking("C200", 1'200, "2.45")}}).refusals.empty());
  EXPECT_EQ(
      refusal(asking("C200", 25, "2.45")),
      "cash_short | Parts: A2 in MIX: Quantity | is worth 6125.00 USD; the sleeve has 6000.00 in cash that no other "
      "order may spend");
}

TEST_F(Kinds, AreDoubtedWhenACommissionIsMoreThanAFillIsWorth) {
  world.exchange_is_silent = true;
  const Answer answer = world.enter({.caller = {"k", "tester"}, .orders = {order_of("T45", "2000", "98.75")}});
  fill(answer.orders[0], "1000", "98.75", "E-1", "980.00");
  EXPECT_TRUE(world.breaks.empty());
  fill(answer.orders[0], "1000", "98.75", "E-2", "990.00");
  ASSERT_EQ(world.breaks.size(), 1U);
  EXPECT_EQ(world.breaks[0].kind, "unlikely_amount");
}

TEST_F(Kinds, AreRefusedAgainstTheirTerms) {
  EXPECT_EQ(
      refusal(order_of("ES", "1", "5900.3")),
      "contradicts_instrument | LmtPrice | is 5900.3, not a whole number of ticks of 0.25; the nearest are 5900.25 "
      "or 5900.5");
  EXPECT_EQ(refusal(order_of("OLD", "1")),
            "contradicts_instrument | Symbol | OLD was traded for the last time on 2026-01-16; there are no new orders "
            "of it");
}

TEST_F(Kinds, HaveABreakForAFillBeyondAnyAmount) {
  world.exchange_is_silent = true;
  const Answer answer = world.enter({.caller = {"k", "tester"}, .orders = {order_of("C200", "3600")}});
  ASSERT_TRUE(answer.refusals.empty()) << answer.refusals[0].message;
  // 3600 * 30,000,000 * 100 = 1.08 * 10^13: above 10^15 cents only with the multiplier.
  fill(answer.orders[0], "3600", "30000000", "E-1");
  ASSERT_EQ(world.breaks.size(), 1U);
  EXPECT_EQ(world.breaks[0].kind, "bad_fill");
  EXPECT_EQ(world.last_order().parts.filled().raw, 0);
}

}  // namespace
}  // namespace gateway
