#include "simulator/fees.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "simulator/settings.hpp"
#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

const core::Currency usd = core::Currency::of("USD");

core::Amount amount(std::string_view text) { return core::Amount::parse(text).value(); }

// The charges of an order's fills, each at 100.00.
std::string charges(const FeeSettings& fees, const std::vector<int>& fills, core::Currency currency = usd) {
  Bill bill;
  std::string text;
  for (const int fill : fills) text += bill.charge(fees, units(fill), price("100.00"), currency).text() + " ";
  return text;
}

TEST(Fees, AreChargedPerUnitAndNotBelowTheMinimumOfAFill) {
  const FeeSettings fees{.per_unit = price("0.0035"), .per_fill_minimum = amount("0.35")};
  EXPECT_EQ(charges(fees, {1, 1'001}), "0.35 3.5 ");
  EXPECT_EQ(charges(fees, {1'000}, core::Currency::of("JPY")), "4 ");
}

TEST(Fees, AreChargedInPercentAndNotAboveTheMaximumOfAFill) {
  const FeeSettings fees{.per_fill_maximum = amount("12.5"), .percent = Percent::parse("0.05").value()};
  EXPECT_EQ(charges(fees, {10, 100, 1'000}), "0.5 5 12.5 ");
}

TEST(Fees, PerOrderComeWithTheFirstFill) {
  EXPECT_EQ(charges({.per_unit = price("0.01"), .per_order = amount("1.5")}, {100, 100}), "2.5 1 ");
}

TEST(Fees, OfAnOrderStayBetweenItsBounds) {
  const FeeSettings fees{.per_unit = price("0.01"), .per_order_minimum = amount("5"), .per_order_maximum = amount("8")};
  EXPECT_EQ(charges(fees, {100, 300, 200, 900, 50}), "5 0 1 2 0 ");
}

TEST(Fees, OfTheLargestOrderAreCutOffAtTheLargestCommission) {
  Bill bill;
  EXPECT_EQ(bill.charge({.per_unit = max_fee_per_unit, .percent = max_fee_percent}, max_order_quantity, max_price, usd),
            max_commission);
  EXPECT_EQ(bill.charge({.percent = max_fee_percent}, max_order_quantity, max_price, usd), core::Amount{});
}

TEST(Fees, OfAnOrderDoNotDependOnHowItIsFilledButForRounding) {
  EXPECT_TRUE(rc::check([] {
    const FeeSettings fees{.per_unit = core::Price{*rc::gen::inRange(0, 10'000'000)},
                           .percent = Percent{*rc::gen::inRange(0, 1'000)},
                           .per_order = core::Amount{*rc::gen::inRange(0, 500) * 10'000},
                           .per_order_minimum = core::Amount{*rc::gen::inRange(0, 500) * 10'000},
                           .per_order_maximum = amount("10")};
    const auto fills = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 500)));
    Bill whole, parts;
    std::int64_t quantity = 0;
    core::Amount sum;
    for (const int fill : fills) {
      quantity += fill;
      sum += parts.charge(fees, units(fill), price("100.00"), usd);
    }
    const core::Amount at_once = whole.charge(fees, units(quantity), price("100.00"), usd);
    RC_ASSERT(std::abs(sum.raw - at_once.raw) <= static_cast<std::int64_t>(fills.size() + 1) * 5'000);
    RC_ASSERT(sum.raw % 10'000 == 0);
  }));
}

}  // namespace
}  // namespace simulator
