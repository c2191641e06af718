#include "portfolio/edit.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "portfolio/estimate.hpp"
#include "portfolio/proposal_changes.hpp"
#include "portfolio/standing.hpp"
#include "tests/portfolio/random_desk.hpp"
#include "tests/portfolio/two_sleeves.hpp"

namespace portfolio {
namespace {

using test::any_random;
using test::dollars;
using test::expect_to_come_true;
using test::growth;
using test::independent;
using test::percent;
using test::price;
using test::RandomDesk;

core::Quantity whole(std::int64_t units) { return core::Quantity::whole(units); }

struct Fixture : test::TwoSleeves {
  [[nodiscard]] Proposal edited(const OrderEdit& edit) const { return *edit_order(rebalance(), edit, desk.desk()); }
  [[nodiscard]] std::string refusal(const OrderEdit& edit) const {
    const core::Result<Proposal> result = edit_order(rebalance(), edit, desk.desk());
    return result ? "none" : result.error().text();
  }
};
using EditedOrder = Fixture;
using LeftOut = Fixture;

void expect_same_estimates(const Proposal& a, const Proposal& b) {
  RC_ASSERT(a.hash == b.hash);
  RC_ASSERT(a.sleeves.size() == b.sleeves.size() && a.lines.size() == b.lines.size());
  for (std::size_t i = 0; i < a.sleeves.size(); ++i) {
    RC_ASSERT(a.sleeves[i].cash_after == b.sleeves[i].cash_after);
    RC_ASSERT(a.sleeves[i].value_after == b.sleeves[i].value_after);
    RC_ASSERT(a.sleeves[i].fees == b.sleeves[i].fees);
  }
  for (std::size_t i = 0; i < a.lines.size(); ++i) {
    RC_ASSERT(a.lines[i].traded == b.lines[i].traded);
    RC_ASSERT(a.lines[i].share_after == b.lines[i].share_after);
  }
  const auto messages = [](const Proposal& proposal) {
    std::vector<std::string> texts;
    for (const Warning& warning : proposal.warnings) texts.push_back(warning.message);
    std::sort(texts.begin(), texts.end());
    return texts;
  };
  RC_ASSERT(messages(a) == messages(b));
}

TEST(EstimateProperty, OfWhatWasNotChangedIsThatOfThePreview) {
  std::set<Operation> seen;
  EXPECT_TRUE(rc::check([&seen] {
    core::Random random = any_random();
    RandomDesk desk(random);
    desk.rules.minimum_trade = random.between(0, 100'000);
    desk.do_business(static_cast<int>(random.between(0, 10)));
    for (auto& [symbol, instrument] : desk.instruments) instrument.round_lot = whole(random.between(0, 10));
    for (int step = 0; step < 100; ++step) {
      if (step % 10 == 0) desk.do_business(1);
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal) continue;
      seen.insert(proposal->operation);
      Proposal anew = *proposal;
      RC_ASSERT(estimate_anew(anew, desk.desk()).has_value());
      expect_same_estimates(*proposal, anew);
    }
  }));
  EXPECT_EQ(seen.size(), 6U);
}

// Orders smaller, gone, or larger as far as units are free: what is previewed then is what comes of it.
TEST(EditProperty, AnEditedPreviewComesTrueAtItsPrices) {
  int edits = 0;
  EXPECT_TRUE(rc::check([&edits] {
    core::Random random = any_random();
    RandomDesk desk(random);
    desk.do_business(static_cast<int>(random.between(1, 10)));
    for (int step = 0; step < 50; ++step) {
      core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal || proposal->orders.empty()) continue;
      for (auto i = random.between(1, 3); i > 0 && !proposal->orders.empty(); --i) {
        OrderEdit edit;
        edit.order = random.below(proposal->orders.size());
        const BlockOrder& order = proposal->orders[edit.order];
        const Quote quote = proposal->quotes[order.quote];
        const std::int64_t units = order.quantity().raw / quote.unit.raw;
        edit.quantity = core::Quantity{random.between(0, 2 * units) * quote.unit.raw};
        const core::Result<Proposal> edited = edit_order(*proposal, edit, desk.desk());
        const bool is_larger_sale = order.side == core::Side::sell && *edit.quantity > order.quantity();
        RC_ASSERT(edited.has_value() || is_larger_sale);
        if (!edited) continue;
        ++edits;
        if (edit.quantity->raw == 0) {
          RC_ASSERT(edited->orders.size() + 1 == proposal->orders.size());
        } else {
          RC_ASSERT(edited->orders[edit.order].quantity() == *edit.quantity);
        }
        const Proposal now = *standing_now(*edited, desk.desk(), false);
        RC_ASSERT(now.hash == edited->hash);
        proposal = edited;
      }
      if (proposal->closes) continue;
      expect_to_come_true(desk, *proposal);
    }
  }));
  EXPECT_GT(edits, 100);
}

bool spread_something(RandomDesk& desk) {
  desk.do_business(8);
  desk.move_prices();
  desk.retarget(desk.codes[0]);
  const core::Result<Proposal> proposal = propose_rebalance(desk.desk(), desk.codes[0], {}, {});
  if (!proposal || proposal->orders.empty()) return false;
  OrderEdit edit;
  edit.order = desk.random.below(proposal->orders.size());
  const BlockOrder& was = proposal->orders[edit.order];
  const std::int64_t unit = proposal->quotes[was.quote].unit.raw;
  const std::int64_t before = was.quantity().raw / unit;
  const std::int64_t after = desk.random.between(1, before);
  edit.quantity = core::Quantity{after * unit};
  const Proposal edited = *edit_order(*proposal, edit, desk.desk());
  std::map<alloc::AccountIndex, std::int64_t> got;
  for (const Leg& leg : edited.orders[edit.order].legs) got[leg.account] = leg.quantity.raw / unit;
  for (const Leg& leg : was.legs) {
    const core::Int128 exact = static_cast<core::Int128>(leg.quantity.raw / unit) * after;
    const core::Int128 off = static_cast<core::Int128>(got[leg.account]) * before - exact;
    RC_ASSERT(off < before && off > -before);
    RC_ASSERT(got[leg.account] * unit <= leg.quantity.raw);
  }
  return was.legs.size() > 1;
}

TEST(EditProperty, SpreadsAQuantityWithinOneUnitOfItsProportion) {
  int spread_over_several = 0;
  EXPECT_TRUE(rc::check([&spread_over_several] {
    core::Random random = any_random();
    for (int desks = 0; desks < 20; ++desks) {
      RandomDesk desk(random);
      spread_over_several += spread_something(desk) ? 1 : 0;
    }
  }));
  EXPECT_GT(spread_over_several, 50);
}

// False: there was nothing to leave out.
bool leave_somebody_out(RandomDesk& desk) {
  desk.do_business(10);
  const core::Result<Proposal> proposal =
      desk.random.below(2) == 0 ? propose_rebalance(desk.desk(), desk.any_code(), {}, {}) : desk.any_proposal();
  if (!proposal) return false;
  const alloc::AccountIndex account = desk.any_account();
  const core::Result<Proposal> rest = leave_out(*proposal, account, desk.desk());
  if (!rest) return false;
  RC_ASSERT(!rest->closes && !rest->does_nothing());
  for (const BlockOrder& order : rest->orders) RC_ASSERT(!order.legs.empty());
  std::size_t others = 0;
  for (const SleevePreview& was : proposal->sleeves) {
    if (was.account == account) continue;
    ++others;
    const SleevePreview& is = *rest->sleeve_of(was.group, was.account);
    RC_ASSERT(is.cash_after == was.cash_after && is.fees == was.fees && is.value_after == was.value_after);
  }
  RC_ASSERT(rest->sleeves.size() == others);
  const Proposal now = *standing_now(*rest, desk.desk(), false);
  RC_ASSERT(now.hash == rest->hash);
  const auto cash_of_account = [&] {
    std::vector<std::int64_t> cash;
    for (std::size_t i = 0; i < desk.book.group_count(); ++i) {
      cash.push_back(desk.cash(account, static_cast<alloc::GroupIndex>(i)));
    }
    return cash;
  };
  const std::vector<std::int64_t> before = cash_of_account();
  expect_to_come_true(desk, *rest);
  RC_ASSERT(cash_of_account() == before);
  return true;
}

TEST(EditProperty, WhoIsLeftOutHasNoPartAndTheOthersHaveTheSame) {
  int left_out = 0;
  EXPECT_TRUE(rc::check([&left_out] {
    core::Random random = any_random();
    for (int desks = 0; desks < 20; ++desks) {
      RandomDesk desk(random);
      left_out += leave_somebody_out(desk) ? 1 : 0;
    }
  }));
  EXPECT_GT(left_out, 30);
}

TEST_F(EditedOrder, IsSmallerForAllInProportion) {
  const Proposal before = rebalance();
  ASSERT_EQ(before.orders[0].quantity(), whole(60));  // 40 of Ann's, 20 of Ben's
  const Proposal after = edited({.order = 0, .quantity = whole(10)});
  const std::vector<Leg>& legs = after.orders[0].legs;
  EXPECT_EQ(legs[0].quantity, whole(7));  // 6 2/3
  EXPECT_EQ(legs[1].quantity, whole(3));
  const SleevePreview& sleeve = *after.sleeve_of(desk.group("GROWTH"), ann);
  EXPECT_EQ(after.lines_of(sleeve)[0].traded.text(), "-7");
  EXPECT_EQ(sleeve.cash_after, before.sleeves[0].cash_after - 33 * 100'00);
  EXPECT_EQ(sleeve.value_after, 20'000'00);
  EXPECT_EQ(after.lines_of(sleeve)[0].share_after, percent("56.5"));  // 113 AAPL
  EXPECT_EQ(after.hash, fingerprint(after));
  EXPECT_NE(after.hash, before.hash);
  const Proposal same = edited({.order = 0, .quantity = whole(15)});
  EXPECT_EQ(same.orders[0].legs[0].quantity, whole(10));
}

TEST_F(EditedOrder, OfEqualRemaindersGivesToTheFirst) {
  Proposal proposal = rebalance();
  proposal.orders[0].legs[1].quantity = proposal.orders[0].legs[0].quantity;
  const Proposal after = *edit_order(proposal, {.order = 0, .quantity = whole(7)}, desk.desk());
  EXPECT_EQ(after.orders[0].legs[0].quantity, whole(4));
  EXPECT_EQ(after.orders[0].legs[1].quantity, whole(3));
}

TEST_F(EditedOrder, IsGoneWithNothingLeft) {
  const Proposal after = edited({.order = 0, .quantity = whole(0)});
  ASSERT_EQ(after.orders.size(), 1U);
  EXPECT_EQ(after.orders[0].side, core::Side::buy);
  EXPECT_EQ(after.lines[0].traded.raw, 0);
  // A leg that is left without a unit is gone too.
  const Proposal one = edited({.order = 0, .quantity = whole(1)});
  ASSERT_EQ(one.orders[0].legs.size(), 1U);
  EXPECT_EQ(one.orders[0].legs[0].account, ann);
}

TEST_F(EditedOrder, TakesAnotherTypeLimitAndTime) {
  const Proposal limited = edited({.order = 0, .limit = price("99.95")});
  EXPECT_EQ(limited.orders[0].type, core::OrderType::limit);
  EXPECT_EQ(limited.orders[0].limit, price("99.95"));
  EXPECT_EQ(limited.sleeves[0].cash_after, rebalance().sleeves[0].cash_after);  // estimates are at the quotes
  const Proposal market = *edit_order(limited, {.order = 0, .type = core::OrderType::market}, desk.desk());
  EXPECT_FALSE(market.orders[0].limit);
  const Proposal kept = *edit_order(limited, {.order = 0, .type = core::OrderType::limit}, desk.desk());
  EXPECT_EQ(kept.orders[0].limit, price("99.95"));
  const Proposal day = edited({.order = 1, .time_in_force = core::TimeInForce::good_till_cancel});
  EXPECT_EQ(day.orders[1].time_in_force, core::TimeInForce::good_till_cancel);
  EXPECT_EQ(day.orders[0].time_in_force, core::TimeInForce::day);
}

TEST_F(EditedOrder, RefusesWhatCannotBe) {
  EXPECT_EQ(refusal({.order = 3, .quantity = whole(1)}), "order 3: there is none; the proposal has 2, counted from 0");
  EXPECT_EQ(refusal({.order = 0}),
            "order 0: there is nothing to change; give a quantity, a type, a limit or a time in force");
  EXPECT_EQ(refusal({.order = 0, .quantity = whole(-1)}),
            "order 0: the quantity is -1; it must be above 0, or 0 to leave it out");
  EXPECT_EQ(refusal({.order = 0, .quantity = core::Quantity{1'500'000}}),
            "order 0: the quantity 1.5 is no whole number of units of AAPL, 1 each");
  EXPECT_EQ(refusal({.order = 0, .quantity = core::Quantity{INT64_MAX / 1'000'000 * 1'000'000}}),
            "order 0: the quantity is more than any that is booked here");
  EXPECT_EQ(refusal({.order = 0, .limit = price("99.97")}),
            "order 0: the limit 99.97 is no multiple of the tick of AAPL, 0.05");
  EXPECT_EQ(refusal({.order = 0, .limit = price("0")}), "order 0: the limit is 0; it must be above zero");
  EXPECT_EQ(refusal({.order = 0, .type = core::OrderType::market, .limit = price("99.95")}),
            "order 0: a market order has no limit; leave out the limit, or make it a limit order");
  EXPECT_EQ(refusal({.order = 0, .type = core::OrderType::limit}), "order 0: a limit order needs a limit");
  EXPECT_EQ(refusal({.order = 1, .quantity = whole(1'000'000'000'000), .limit = price("10000")}),
            "order 1: comes to more than any amount that is booked here");
}

TEST_F(EditedOrder, SellsNoMoreThanIsFree) {
  EXPECT_EQ(refusal({.order = 0, .quantity = whole(180)}), "none");  // 120 and 60, all of it
  EXPECT_EQ(refusal({.order = 0, .quantity = whole(182)}), "order 0: C-1 in GROWTH would sell 121 AAPL; 120 are free");
  desk.working.selling[{desk.group("GROWTH"), core::Symbol("AAPL")}] = {0, 40};
  EXPECT_EQ(refusal({.order = 0, .quantity = whole(61)}), "none");
  EXPECT_EQ(refusal({.order = 0, .quantity = whole(66)}), "order 0: C-2 in GROWTH would sell 22 AAPL; 20 are free");
}

TEST_F(EditedOrder, WaitsForSalesOnceItNeedsThem) {
  desk.book.transfer_cash(ann, independent, desk.group("GROWTH"), dollars(100'000 - 20'000));
  desk.set_targets("GROWTH", {{"AAPL", "10"}, {"MSFT", "12"}});
  const std::vector<alloc::AccountIndex> only{ann};
  const Proposal proposal = *propose_rebalance(desk.desk(), growth, only, {});
  ASSERT_FALSE(proposal.orders[1].waits_for_sales);
  const OrderEdit some{.order = 1, .quantity = whole(199)};
  EXPECT_FALSE(edit_order(proposal, some, desk.desk())->orders[1].waits_for_sales);
  const OrderEdit more{.order = 1, .quantity = whole(201)};  // 80,400 of 80,000 and what 20 AAPL bring
  EXPECT_TRUE(edit_order(proposal, more, desk.desk())->orders[1].waits_for_sales);
}

TEST_F(EditedOrder, HasTheWarningsOfItsNewSize) {
  desk.instruments.at(core::Symbol("AAPL")).round_lot = whole(100);
  const Proposal odd = rebalance();
  ASSERT_EQ(odd.warnings.size(), 1U);
  EXPECT_TRUE(edit_order(odd, {.order = 0, .quantity = whole(100)}, desk.desk())->warnings.empty());
  const Proposal other = *edit_order(odd, {.order = 0, .quantity = whole(70)}, desk.desk());
  ASSERT_EQ(other.warnings.size(), 1U);
  EXPECT_EQ(other.warnings[0].message, "the order is for 70; round lots of AAPL are 100");
}

// What sales bring goes to Independent, and so does what they bring no more.
TEST_F(EditedOrder, TakesWhatLeavesFromIndependent) {
  const Divestment half{ann, dollars(10'000)};
  const Proposal before = *propose_divest(desk.desk(), growth, std::span(&half, 1), {.keep_model = true});
  ASSERT_TRUE(before.orders[0].legs[0].does_money_leave);
  const Proposal after = *edit_order(before, {.order = 0, .quantity = whole(50)}, desk.desk());  // of 60 AAPL
  const auto cash_after = [&](const Proposal& proposal, alloc::GroupIndex group) {
    return proposal.sleeve_of(group, ann)->cash_after;
  };
  EXPECT_EQ(cash_after(after, independent), cash_after(before, independent) - 1'000'00);
  EXPECT_EQ(cash_after(after, desk.group("GROWTH")), cash_after(before, desk.group("GROWTH")));
}

// A sale that brings less than its fee takes no money along, but leaves a debt behind.
TEST_F(EditedOrder, OfAFewUnitsMayCostMoreThanItBrings) {
  desk.fees.minimum = core::Amount::whole(150);
  const Divestment half{ann, dollars(10'000)};
  const Proposal before = *propose_divest(desk.desk(), growth, std::span(&half, 1), {.keep_model = true});
  const Proposal after = *edit_order(before, {.order = 0, .quantity = whole(1)}, desk.desk());
  const std::int64_t was = before.sleeve_of(independent, ann)->cash_after;
  EXPECT_EQ(after.sleeve_of(independent, ann)->cash_after, was - 5'850'00);  // what 60 AAPL would have brought
  EXPECT_EQ(after.sleeve_of(desk.group("GROWTH"), ann)->cash_after, before.sleeves[1].cash_after - 50'00);
}

// What moves later moves no more than is there.
TEST_F(EditedOrder, LeavesLessToMoveLater) {
  desk.add_model("BONDS");
  const alloc::AccountIndex cy = desk.add_account("C-3", 1'000);
  const Investment one{cy, dollars(1'000)};
  desk.set_targets("GROWTH", {{"AAPL", "100"}});
  desk.carry_out(*propose_invest(desk.desk(), growth, std::span(&one, 1), {}));
  const std::vector<Allocation> other{{growth, percent("0")}, {core::ModelCode("BONDS"), percent("100")}};
  const Proposal before = *propose_reallocation(desk.desk(), std::span(&cy, 1), other, {});
  EXPECT_EQ(before.sleeve_of(desk.group("BONDS"), cy)->cash_after, 1'000'00);
  const Proposal after = *edit_order(before, {.order = 0, .quantity = whole(3)}, desk.desk());
  EXPECT_EQ(after.sleeve_of(desk.group("BONDS"), cy)->cash_after, 300'00);
  EXPECT_EQ(after.sleeve_of(independent, cy)->cash_after, 0);
}

TEST_F(EditedOrder, OfAShortPositionLeavesItsCashUntilTheOrdersAreDone) {
  desk.instruments.at(core::Symbol("AAPL")).is_shortable = true;
  const core::ModelCode hedged("HEDGED");
  desk.add_model("HEDGED");
  desk.set_targets("HEDGED", {{"AAPL", "-50"}, {"MSFT", "100"}});
  const alloc::AccountIndex cy = desk.add_account("C-3", 10'000);
  const Investment one{cy, dollars(10'000)};
  desk.carry_out(*propose_invest(desk.desk(), hedged, std::span(&one, 1), {}));
  const Divestment some{cy, dollars(4'000)};  // 10 of 25 MSFT, 20 of 50 AAPL that are short, 2,000 of 5,000
  const Proposal before = *propose_divest(desk.desk(), hedged, std::span(&some, 1), {});
  ASSERT_EQ(before.cash_moves.back().when, When::after_orders);
  Proposal anew = before;
  ASSERT_TRUE(estimate_anew(anew, desk.desk()).has_value());
  expect_same_estimates(before, anew);
  ASSERT_EQ(before.orders[1].quantity(), whole(20));
  const Proposal after = *edit_order(before, {.order = 1, .quantity = whole(5)}, desk.desk());
  EXPECT_EQ(after.sleeves[1].cash_after, before.sleeves[1].cash_after + 1'500'00);
  EXPECT_EQ(after.sleeves[0].cash_after, before.sleeves[0].cash_after);
}

TEST_F(EditedOrder, KeepsForeignMoneyInItsSleeveUnlessItLeaves) {
  desk.fees.minimum = core::Amount::whole(1);
  desk.add_instrument("SAP", "150").currency = test::eur;
  desk.rates.set(test::eur, test::usd, {price("2"), desk.now, PriceSource::file});
  desk.bring(ann, desk.group("GROWTH"), "SAP", 10);  // worth 3,000, and no target
  const Divestment half{ann, dollars(10'000)};
  for (const Proposal& before :
       {rebalance(), *propose_divest(desk.desk(), growth, std::span(&half, 1), {.keep_model = true})}) {
    Proposal anew = before;
    ASSERT_TRUE(estimate_anew(anew, desk.desk()).has_value());
    expect_same_estimates(before, anew);
    const auto is_sap = [&](const BlockOrder& order) { return before.quotes[order.quote].symbol.text() == "SAP"; };
    const auto place = std::find_if(before.orders.begin(), before.orders.end(), is_sap) - before.orders.begin();
    const OrderEdit edit{.order = static_cast<std::size_t>(place), .quantity = whole(1)};
    const Proposal after = *edit_order(before, edit, desk.desk());
    const SleevePreview& was = *before.sleeve_of(desk.group("GROWTH"), ann);
    const SleevePreview& is = *after.sleeve_of(desk.group("GROWTH"), ann);
    EXPECT_EQ(is.cash_after, was.cash_after);
    EXPECT_EQ(is.fees, was.fees);  // those of SAP are in euros
    const bool does_leave = before.operation == Operation::divest;
    const std::int64_t kept = (before.orders[edit.order].quantity().raw / 1'000'000 - 1) * 300'00;
    EXPECT_EQ(is.value_after, *was.value_after + (does_leave ? kept : 0));
  }
}

TEST_F(LeftOut, SaysWhoHasNoPart) {
  const alloc::AccountIndex cal = desk.add_account("C-3", 1);
  Proposal proposal = rebalance();
  proposal.warnings.push_back({WarningKind::cash_short, "of Ann", ann, {}});
  EXPECT_EQ(leave_out(proposal, cal, desk.desk()).error().text(), "account: C-3 has no part in the proposal");
  const Proposal rest = *leave_out(proposal, ann, desk.desk());
  EXPECT_EQ(rest.orders[0].quantity(), whole(20));
  EXPECT_TRUE(rest.warnings.empty());
  EXPECT_EQ(rest.sleeves.size(), 1U);
  EXPECT_EQ(rest.hash, fingerprint(rest));
  EXPECT_EQ(leave_out(rest, ben, desk.desk()).error().text(),
            "account: without C-2 nothing would be left of the proposal");
}

TEST_F(LeftOut, LetsTheModelBe) {
  const std::vector<Divestment> all{{ann, std::nullopt}, {ben, std::nullopt}};
  const Proposal proposal = *propose_divest(desk.desk(), growth, all, {});
  ASSERT_TRUE(proposal.closes.has_value());
  const Proposal rest = *leave_out(proposal, ann, desk.desk());
  EXPECT_FALSE(rest.closes);
  EXPECT_TRUE(rest.warnings.empty());
  ASSERT_EQ(rest.leaving.size(), 1U);
  EXPECT_EQ(rest.leaving[0].account, ben);
  EXPECT_EQ(rest.stakes.size(), 1U);
}

}  // namespace
}  // namespace portfolio
