#include "portfolio/targets.hpp"

#include <gtest/gtest.h>

#include "tests/portfolio/toy_desk.hpp"

namespace portfolio {
namespace {

using test::eur;
using test::percent;
using test::usd;

struct Fixture : testing::Test {
  test::ToyDesk desk;
  Fixture() {
    desk.add_instrument("AAPL", "187");
    desk.add_instrument("MSFT", "410").is_shortable = true;
    desk.add_instrument("SAP", "120").currency = eur;
    desk.add_instrument("ESZ5", "5000").last_trading_date = "2025-12-01";
  }
  [[nodiscard]] core::Result<Targets> parse(const std::vector<TargetRow>& rows) const {
    return parse_targets(rows, desk.instruments, usd, desk.now);
  }
  [[nodiscard]] std::string refusal(const std::vector<TargetRow>& rows) const {
    const core::Result<Targets> targets = parse(rows);
    return targets ? "accepted" : targets.error().text();
  }
};
using TargetsOfAModel = Fixture;

TEST_F(TargetsOfAModel, CashFillsUp) {
  const Targets targets = *parse({{"MSFT", "12.5"}, {"AAPL", "60.0001"}});
  EXPECT_EQ(targets.of,
            (std::vector<Target>{{core::Symbol("AAPL"), percent("60.0001")}, {core::Symbol("MSFT"), percent("12.5")}}));
  EXPECT_EQ(targets.cash(), percent("27.4999"));
}

TEST_F(TargetsOfAModel, ZerosClearThemAndAZeroAmongOthersStays) {
  EXPECT_TRUE(parse({})->is_dynamic());
  EXPECT_TRUE(parse({{"AAPL", "0"}, {"MSFT", "0.0000"}})->is_dynamic());
  EXPECT_EQ(parse({{"AAPL", "0"}, {"MSFT", "5"}})->of.size(), 2U);
}

TEST_F(TargetsOfAModel, MayBeBelowZeroWhereTheInstrumentIsShortable) {
  EXPECT_EQ(parse({{"MSFT", "-30"}, {"AAPL", "100"}})->cash(), percent("30"));
  EXPECT_EQ(refusal({{"AAPL", "-30"}}), "targets[0], AAPL: is -30, and AAPL cannot be sold short");
}

TEST_F(TargetsOfAModel, AreRefusedWithTheirPlace) {
  EXPECT_EQ(refusal({{"AAPL", "60"}, {"MSFT", "40.0001"}}),
            "targets: sum to 100.0001; 100 is the most, and cash is what they leave of it");
  EXPECT_EQ(refusal({{"AAPL", "100.5"}}), "targets[0], AAPL: is 100.5; a target is 0 to 100");
  EXPECT_EQ(refusal({{"AAPL", "5"}, {"NONE", "5"}}), "targets[1], NONE: there is no such instrument on this desk");
  EXPECT_EQ(refusal({{"AAPL", "5"}, {"AAPL", "5"}}), "targets[1], AAPL: is there twice");
  EXPECT_EQ(refusal({{"SAP", "5"}}), "targets[0], SAP: trades in EUR, and the cash of the model is in USD");
  EXPECT_EQ(refusal({{"ESZ5", "5"}}), "targets[0], ESZ5: was last traded on 2025-12-01");
  for (const char* odd : {"", "12,5", "5%", "1e1", "+5", " 5", "0.00001", "five"}) {
    EXPECT_EQ(refusal({{"AAPL", odd}}).substr(0, 18), "targets[0], AAPL: ") << odd;
  }
}

TEST_F(TargetsOfAModel, AnyPastDateCanBeAskedFor) {
  using namespace std::chrono_literals;
  TargetsHistory history;
  EXPECT_TRUE(history.current().is_dynamic());
  EXPECT_EQ(history.at(desk.now), nullptr);
  history.add(desk.now, "ann", "first", *parse({{"AAPL", "60"}}));
  history.add(desk.now + 1h, "bob", "less risk", *parse({{"AAPL", "40"}, {"MSFT", "10"}}));
  history.add(desk.now + 2h, "bob", "dynamic from now on", *parse({}));
  EXPECT_EQ(history.at(desk.now - 1ns), nullptr);
  EXPECT_EQ(history.at(desk.now)->number, 1);
  EXPECT_EQ(history.at(desk.now + 90min)->who, "bob");
  EXPECT_EQ(history.at(desk.now + 90min)->targets.of.size(), 2U);
  EXPECT_EQ(history.number(), 3);
  EXPECT_TRUE(history.current().is_dynamic());
  EXPECT_EQ(changes(history.all()[0].targets, history.all()[1].targets),
            (std::vector<TargetChange>{{core::Symbol("AAPL"), percent("60"), percent("40")},
                                       {core::Symbol("MSFT"), percent("0"), percent("10")}}));
}

}  // namespace
}  // namespace portfolio
