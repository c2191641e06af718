#include "portfolio/remaining.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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
using test::price;
using test::RandomDesk;
using test::usd;

core::Quantity whole(std::int64_t units) { return core::Quantity::whole(units); }

using Got = std::vector<std::vector<core::Quantity>>;

Got nothing(const Proposal& proposal) {
  Got got;
  for (const BlockOrder& order : proposal.orders) got.emplace_back(order.legs.size());
  return got;
}

// Some of each leg, of the orders of one side.
void fill_some(RandomDesk& desk, const Proposal& proposal, core::Side side, Got& got) {
  Proposal part;
  part.quotes = proposal.quotes;
  for (std::size_t i = 0; i < proposal.orders.size(); ++i) {
    BlockOrder order = proposal.orders[i];
    if (order.side != side) continue;
    const std::int64_t unit = proposal.quotes[order.quote].unit.raw;
    for (std::size_t j = 0; j < order.legs.size(); ++j) {
      const std::int64_t units = order.legs[j].quantity.raw / unit;
      const std::int64_t filled = desk.random.below(3) == 0 ? units : desk.random.between(0, units);
      got[i][j] = core::Quantity{filled * unit};
      order.legs[j].quantity = got[i][j];
    }
    std::erase_if(order.legs, [](const Leg& leg) { return leg.quantity.raw == 0; });
    if (!order.legs.empty()) part.orders.push_back(order);
  }
  desk.carry_out(part);
}

void expect_what_is_missing(const Proposal& proposal, const Got& got, const Proposal& rest) {
  using Place = std::tuple<core::Symbol, core::Side, alloc::GroupIndex, alloc::AccountIndex>;
  std::map<Place, std::int64_t> missing;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const BlockOrder& order = proposal.orders[i];
    for (std::size_t j = 0; j < got[i].size(); ++j) {
      const Leg& leg = order.legs[j];
      missing[{proposal.quotes[order.quote].symbol, order.side, leg.group, leg.account}] =
          leg.quantity.raw - got[i][j].raw;
    }
  }
  for (const BlockOrder& order : rest.orders) {
    RC_ASSERT(!order.legs.empty());
    for (const Leg& leg : order.legs) {
      RC_ASSERT(leg.quantity.raw > 0);
      missing[{rest.quotes[order.quote].symbol, order.side, leg.group, leg.account}] -= leg.quantity.raw;
    }
  }
  for (const auto& [place, raw] : missing) RC_ASSERT(raw == 0);
}

// Whatever was filled, and whether purchases had begun: with what remains everybody has the units that were previewed,
// and the money that remains says.
bool carry_out_in_two_goes(RandomDesk& desk) {
  desk.do_business(static_cast<int>(desk.random.between(1, 10)));
  const core::Result<Proposal> proposal = desk.any_proposal();
  if (!proposal || proposal->orders.empty()) return false;
  const bool are_sales_done = desk.random.below(2) == 0;
  Got got = nothing(*proposal);
  apply(*proposal, desk.models, desk.book);
  fill_some(desk, *proposal, core::Side::sell, got);
  if (are_sales_done) {
    (void)apply_after_sales(*proposal, desk.book);
    fill_some(desk, *proposal, core::Side::buy, got);
  }
  const Proposal rest = *remaining(*proposal, got, are_sales_done, desk.desk());
  expect_what_is_missing(*proposal, got, rest);
  RC_ASSERT(rest.unit_moves.empty() && rest.stakes.empty());
  RC_ASSERT(rest.leaving.size() == proposal->leaving.size() && rest.closes == proposal->closes);
  for (const CashMove& move : rest.cash_moves) {
    RC_ASSERT(move.when == When::after_orders || (move.when == When::after_sales && !are_sales_done));
  }
  RC_ASSERT(standing_now(rest, desk.desk(), false)->hash == rest.hash);
  expect_to_come_true(desk, rest);
  for (const SleevePreview& sleeve : proposal->sleeves) {
    for (const SleeveLine& line : proposal->lines_of(sleeve)) {
      const std::string& symbol = proposal->quotes[line.quote].symbol.text();
      RC_ASSERT(desk.held(sleeve.account, sleeve.group, symbol) == line.after());
    }
  }
  return true;
}

TEST(RemainingProperty, DoneInTwoGoesIsDone) {
  int done = 0;
  EXPECT_TRUE(rc::check([&done] {
    core::Random random = any_random();
    for (int desks = 0; desks < 20; ++desks) {
      RandomDesk desk(random);
      done += carry_out_in_two_goes(desk) ? 1 : 0;
    }
  }));
  EXPECT_GT(done, 100);
}

using SleeveOf = std::pair<alloc::GroupIndex, alloc::AccountIndex>;

core::Price price_now(const RandomDesk& desk, const Proposal& proposal, const BlockOrder& order) {
  return order.limit ? *order.limit : desk.prices.all().at(proposal.quotes[order.quote].symbol).price;
}

std::int64_t cost(const RandomDesk& desk, const Proposal& proposal, const BlockOrder& order, core::Quantity quantity) {
  const Instrument& instrument = desk.instruments.at(proposal.quotes[order.quote].symbol);
  const UnitValue unit = *UnitValue::of(instrument, price_now(desk, proposal, order));
  return unit.price_of(quantity.raw / instrument.unit.raw) + desk.fees.fee(quantity, usd);
}

std::map<SleeveOf, std::int64_t> costs(const RandomDesk& desk, const Proposal& proposal,
                                       std::span<const BlockOrder> orders) {
  std::map<SleeveOf, std::int64_t> sums;
  for (const BlockOrder& order : orders) {
    for (const Leg& leg : order.legs) {
      sums[{leg.group, leg.account}] += cost(desk, proposal, order, leg.quantity);
    }
  }
  return sums;
}

std::int64_t free_cash(const RandomDesk& desk, SleeveOf sleeve) {
  const auto slot = desk.book.find_slot(sleeve.first, sleeve.second);
  if (!slot) return 0;
  const std::int64_t free =
      desk.book.cash(sleeve.first, usd, *slot) - desk.working.spending_of(sleeve.first, usd, *slot);
  return std::max<std::int64_t>(free, 0);
}

// The smallest price whose leg, with one unit less, lets the sleeve pay. Nothing: no leg does.
std::optional<core::Symbol> one_unit_less(const RandomDesk& desk, const Proposal& proposal,
                                          std::span<const BlockOrder> orders, SleeveOf sleeve, std::int64_t excess) {
  std::optional<core::Symbol> best;
  core::Int128 best_worth = 0;  // of a million units, so that no cent counts
  for (const BlockOrder& order : orders) {
    const Quote& quote = proposal.quotes[order.quote];
    for (const Leg& leg : order.legs) {
      if (SleeveOf{leg.group, leg.account} != sleeve) continue;
      const std::int64_t less = cost(desk, proposal, order, leg.quantity - quote.unit);
      if (cost(desk, proposal, order, leg.quantity) - less < excess) continue;
      const Instrument& instrument = desk.instruments.at(quote.symbol);
      const UnitValue unit = *UnitValue::of(instrument, price_now(desk, proposal, order));
      const core::Int128 worth = static_cast<core::Int128>(unit.num()) * 1'000'000'000 / unit.den();
      if (best && worth >= best_worth) continue;
      best = quote.symbol;
      best_worth = worth;
    }
  }
  return best;
}

struct Seen {
  int whole = 0;
  int one_less = 0;
  int in_proportion = 0;
};

void expect_cut_as_needed(const RandomDesk& desk, const Proposal& proposal, std::span<const BlockOrder> before,
                          const Affordable& after, Seen& seen) {
  std::map<std::pair<SleeveOf, core::Symbol>, std::int64_t> left;
  for (const BlockOrder& order : after.orders) {
    const core::Symbol& symbol = proposal.quotes[order.quote].symbol;
    for (const Leg& leg : order.legs) left[{{leg.group, leg.account}, symbol}] = leg.quantity.raw;
  }
  auto spent = costs(desk, proposal, after.orders);
  bool was_cut = false;
  for (const auto& [sleeve, needed] : costs(desk, proposal, before)) {
    const std::int64_t free = free_cash(desk, sleeve);
    RC_ASSERT(spent[sleeve] <= free);
    const std::int64_t excess = needed - free;
    const auto less = one_unit_less(desk, proposal, before, sleeve, excess);
    was_cut = was_cut || excess > 0;
    (excess <= 0 ? seen.whole : less ? seen.one_less : seen.in_proportion) += 1;
    for (const BlockOrder& order : before) {
      const Quote& quote = proposal.quotes[order.quote];
      for (const Leg& leg : order.legs) {
        if (SleeveOf{leg.group, leg.account} != sleeve) continue;
        const std::int64_t lost = leg.quantity.raw - left[{sleeve, quote.symbol}];
        RC_ASSERT(lost >= 0 && lost % quote.unit.raw == 0);
        if (excess <= 0) RC_ASSERT(lost == 0);
        if (excess > 0 && less) RC_ASSERT(lost == (*less == quote.symbol ? quote.unit.raw : 0));
      }
    }
  }
  RC_ASSERT(after.was_cut == was_cut);
}

// Open orders that leave each sleeve just enough, or about a unit too little.
void leave_about_enough(RandomDesk& desk, const Proposal& proposal, std::span<const BlockOrder> orders) {
  desk.working = {};
  for (const auto& [sleeve, needed] : costs(desk, proposal, orders)) {
    const BlockOrder& order = orders[desk.random.below(orders.size())];
    const std::int64_t unit = cost(desk, proposal, order, proposal.quotes[order.quote].unit);
    const auto slot = *desk.book.find_slot(sleeve.first, sleeve.second);
    auto& row = desk.working.spending[{sleeve.first, usd}];
    row.resize(std::max(row.size(), static_cast<std::size_t>(slot) + 1));
    row[static_cast<std::size_t>(slot)] =
        std::max<std::int64_t>(free_cash(desk, sleeve) - needed + desk.random.between(0, unit), 0);
  }
}

void cut_something(RandomDesk& desk, Seen& seen) {
  desk.do_business(static_cast<int>(desk.random.between(1, 10)));
  core::Result<Proposal> proposal = desk.any_proposal();
  if (!proposal) return;
  apply(*proposal, desk.models, desk.book);
  std::vector<std::size_t> places;
  std::vector<BlockOrder> before;
  for (std::size_t i = 0; i < proposal->orders.size(); ++i) {
    BlockOrder& order = proposal->orders[i];
    if (order.side != core::Side::buy || desk.random.below(8) == 0) continue;
    if (desk.random.below(3) == 0) {
      order.type = core::OrderType::limit;
      order.limit =
          core::Price{proposal->quotes[order.quote].price.price.raw / 100 * desk.random.between(100, 103) + 1};
    }
    places.push_back(i);
    before.push_back(order);
  }
  if (desk.random.below(3) == 0) desk.move_prices();
  if (desk.random.below(3) == 0) desk.let_orders_work();
  if (desk.random.below(2) == 0) leave_about_enough(desk, *proposal, before);
  const Affordable after = cut_to_cash(*proposal, places, desk.desk());
  RC_ASSERT(after.orders.size() == after.places.size());
  for (std::size_t i = 0; i < after.orders.size(); ++i) {
    RC_ASSERT(!after.orders[i].legs.empty());
    RC_ASSERT(proposal->orders[after.places[i]].quote == after.orders[i].quote);
    RC_ASSERT(std::find(places.begin(), places.end(), after.places[i]) != places.end());
  }
  expect_cut_as_needed(desk, *proposal, before, after, seen);
}

TEST(CutToCashProperty, NobodySpendsMoreThanIsFreeAndNothingIsCutWithoutNeed) {
  Seen seen;
  EXPECT_TRUE(rc::check([&seen] {
    core::Random random = any_random();
    for (int desks = 0; desks < 20; ++desks) {
      RandomDesk desk(random);
      cut_something(desk, seen);
    }
  }));
  EXPECT_GT(seen.whole, 20);
  EXPECT_GT(seen.one_less, 20);
  EXPECT_GT(seen.in_proportion, 5);
}

// All of both is invested.
struct Fixture : test::TwoSleeves {
  alloc::GroupIndex group = desk.group("GROWTH");
  Fixture() : TwoSleeves(20'000, 10'000) {}
};
using Remaining = Fixture;

TEST_F(Remaining, IsWhatTheLegsDidNotGet) {
  const Proposal proposal = rebalance();
  ASSERT_TRUE(proposal.orders[1].waits_for_sales);
  const Got got{{whole(40), whole(5)}, {core::Quantity{2'500'000}, whole(0)}};
  desk.set_price("AAPL", "101");
  const Proposal rest = *remaining(proposal, got, true, desk.desk());
  ASSERT_EQ(rest.orders.size(), 2U);
  ASSERT_EQ(rest.orders[0].legs.size(), 1U);
  EXPECT_EQ(rest.orders[0].legs[0].account, ben);
  EXPECT_EQ(rest.orders[0].quantity(), whole(15));
  EXPECT_EQ(rest.orders[1].legs[0].quantity, whole(7));  // of 7.5
  EXPECT_TRUE(rest.orders[1].waits_for_sales);
  EXPECT_EQ(rest.quotes[0].price.price, price("101"));
  const SleevePreview& sleeve = *rest.sleeve_of(group, ben);
  EXPECT_EQ(sleeve.cash_after, 15 * 101'00 - 5 * 400'00);
  EXPECT_EQ(rest.lines_of(sleeve)[0].traded, whole(-15));
  EXPECT_EQ(rest.hash, fingerprint(rest));
}

TEST_F(Remaining, WaitsForNothingWhenNothingIsSold) {
  const Proposal proposal = rebalance();
  const Got got{{whole(40), whole(20)}, {whole(0), whole(0)}};
  const Proposal rest = *remaining(proposal, got, true, desk.desk());
  ASSERT_EQ(rest.orders.size(), 1U);
  EXPECT_FALSE(rest.orders[0].waits_for_sales);
  const Got all{{whole(40), whole(20)}, {whole(10), whole(5)}};
  EXPECT_TRUE(remaining(proposal, all, true, desk.desk())->does_nothing());
}

TEST_F(Remaining, WaitsWhileCashIsYetToComeFromSales) {
  desk.add_model("OTHER");
  desk.set_targets("OTHER", {{"MSFT", "100"}});
  desk.carry_out(rebalance());
  const std::vector<Allocation> all{{growth, Percent{}}, {core::ModelCode("OTHER"), all_of_it}};
  desk.set_targets("OTHER", {{"AAPL", "100"}});
  const Proposal proposal = *propose_reallocation(desk.desk(), std::span(&ann, 1), all, {});
  ASSERT_EQ(proposal.orders.size(), 2U);  // MSFT is sold, AAPL bought
  ASSERT_TRUE(proposal.orders[1].waits_for_sales);
  Got got = nothing(proposal);
  got[0][0] = proposal.orders[0].quantity();
  const Proposal before = *remaining(proposal, got, false, desk.desk());
  ASSERT_EQ(before.orders.size(), 1U);
  EXPECT_TRUE(before.orders[0].waits_for_sales);
  EXPECT_FALSE(remaining(proposal, got, true, desk.desk())->orders[0].waits_for_sales);
}

TEST_F(Remaining, NeedsPrices) {
  const Proposal proposal = rebalance();
  desk.now += std::chrono::hours(25);
  const core::Result<Proposal> rest = remaining(proposal, nothing(proposal), false, desk.desk());
  ASSERT_FALSE(rest.has_value());
  EXPECT_EQ(rest.error().place, "AAPL");
}

TEST_F(Remaining, HasTheWarningsOfWhatIsLeft) {
  desk.instruments.at(core::Symbol("AAPL")).round_lot = whole(60);
  Proposal proposal = rebalance();
  proposal.warnings.push_back({WarningKind::cash_short, "was short", ann, {}});
  const Got got{{whole(40), whole(5)}, {whole(0), whole(0)}};
  const Proposal rest = *remaining(proposal, got, true, desk.desk());
  ASSERT_EQ(rest.warnings.size(), 1U);
  EXPECT_EQ(rest.warnings[0].message, "the order is for 15; round lots of AAPL are 60");
}

struct CutToCash : Fixture {
  // Purchases of 10 AAPL at 100 and 10 MSFT at 400 for Ann, whose sleeve has so much cash.
  [[nodiscard]] Proposal purchases(std::int64_t dollars_of_cash) {
    desk.book.deposit(ann, dollars(dollars_of_cash));
    desk.book.transfer_cash(ann, independent, group, dollars(dollars_of_cash));
    Proposal proposal = rebalance();
    proposal.orders.clear();
    for (std::uint32_t quote = 0; quote < 2; ++quote) {
      proposal.orders.push_back({.quote = quote, .limit = {}, .legs = {{ann, group, whole(10)}}});
    }
    return proposal;
  }
  [[nodiscard]] std::vector<std::string> cut(const Proposal& proposal) const {
    const std::vector<std::size_t> both{0, 1};
    const Affordable after = cut_to_cash(proposal, both, desk.desk());
    std::vector<std::string> texts{after.was_cut ? "cut" : "whole"};
    for (std::size_t i = 0; i < after.orders.size(); ++i) {
      texts.push_back(std::to_string(after.places[i]) + ": " + after.orders[i].quantity().text());
    }
    return texts;
  }
};
using Texts = std::vector<std::string>;

TEST_F(CutToCash, LeavesWhatCanBePaid) { EXPECT_EQ(cut(purchases(5'000)), (Texts{"whole", "0: 10", "1: 10"})); }

TEST_F(CutToCash, TakesOneUnitOfTheCheapestThatSuffices) {
  EXPECT_EQ(cut(purchases(4'900)), (Texts{"cut", "0: 9", "1: 10"}));
}

TEST_F(CutToCash, TakesOneUnitOfADearerOneWhenTheCheapestIsNotEnough) {
  EXPECT_EQ(cut(purchases(4'899)), (Texts{"cut", "0: 10", "1: 9"}));
}

TEST_F(CutToCash, CutsAllInOneProportion) {
  const Proposal proposal = purchases(2'500);
  EXPECT_EQ(cut(proposal), (Texts{"cut", "0: 5", "1: 5"}));
  desk.fees.minimum = core::Amount::whole(1);  // two are set aside: 2,498 of 5,000
  EXPECT_EQ(cut(proposal), (Texts{"cut", "0: 4", "1: 4"}));
}

TEST_F(CutToCash, CountsTheFeeThatIsSavedWithAUnit) {
  Proposal proposal = purchases(4'050);
  proposal.orders[0].legs[0].quantity = whole(1);
  desk.fees.minimum = core::Amount::whole(50);  // 100 + 4,000 + 2 fees: 150 too much
  EXPECT_EQ(cut(proposal), (Texts{"cut", "1: 10"}));
}

TEST_F(CutToCash, RoundsPartsOfACentUp) {
  const Proposal proposal = purchases(0);
  desk.book.deposit(ann, {5, usd});
  desk.book.transfer_cash(ann, independent, group, {5, usd});
  desk.set_price("AAPL", "0.005");
  desk.set_price("MSFT", "0.005");  // 5 of each would take 3 cents and 3
  EXPECT_EQ(cut(proposal), (Texts{"cut", "0: 3", "1: 3"}));
}

TEST_F(CutToCash, LeavesNothingWithoutCash) {
  const Proposal proposal = purchases(0);
  EXPECT_EQ(cut(proposal), Texts{"cut"});
  desk.working.spending[{group, usd}] = {100};
  EXPECT_EQ(cut(proposal), Texts{"cut"});
}

TEST_F(CutToCash, CountsWhatOpenOrdersMaySpend) {
  const Proposal proposal = purchases(5'000);
  desk.working.spending[{group, usd}] = {100'00};
  EXPECT_EQ(cut(proposal), (Texts{"cut", "0: 9", "1: 10"}));
}

TEST_F(CutToCash, ReckonsAtTheLimitOrAtThePriceNow) {
  Proposal proposal = purchases(5'000);
  desk.set_price("MSFT", "410");
  EXPECT_EQ(cut(proposal), (Texts{"cut", "0: 9", "1: 10"}));
  proposal.orders[1].type = core::OrderType::limit;
  proposal.orders[1].limit = price("390");
  EXPECT_EQ(cut(proposal), (Texts{"whole", "0: 10", "1: 10"}));
  proposal.orders[1].limit = price("410");
  desk.set_price("MSFT", "390");
  EXPECT_EQ(cut(proposal), (Texts{"cut", "0: 9", "1: 10"}));
  proposal.orders[1] = {.quote = 1, .limit = {}, .legs = proposal.orders[1].legs};
  desk.prices = {};  // then the quote's
  EXPECT_EQ(cut(proposal), (Texts{"whole", "0: 10", "1: 10"}));
}

}  // namespace
}  // namespace portfolio
