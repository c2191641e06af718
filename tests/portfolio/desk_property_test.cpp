#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "portfolio/divest.hpp"
#include "portfolio/invest.hpp"
#include "portfolio/reallocate.hpp"
#include "portfolio/rebalance.hpp"
#include "portfolio/remove.hpp"
#include "portfolio/withdraw.hpp"
#include "tests/portfolio/random_desk.hpp"

// Random desks, random sequences of what a desk does, and a market that fills some of it at other prices.
namespace portfolio {
namespace {

using test::any_random;
using test::independent;
using test::RandomDesk;
using test::usd;

struct Totals {
  core::Int128 cash = 0;
  core::Int128 cost = 0;  // held, sold and covered
  std::map<core::Symbol, core::Int128> units;
  friend bool operator==(const Totals&, const Totals&) = default;
};

void add_sleeve(const alloc::Book& book, alloc::GroupIndex group, std::size_t slot, Totals& totals) {
  for (const auto& [currency, row] : book.cash_of(group)) {
    if (slot < row.by_slot.size()) totals.cash += row.by_slot[slot];
  }
  for (const auto& [symbol, row] : book.instruments_of(group)) {
    if (slot >= row.by_slot.size()) continue;
    totals.units[symbol] += row.by_slot[slot].quantity.raw;
    totals.cost += row.by_slot[slot].cost + row.sold_by_slot[slot].cost;
    if (slot < row.covered_by_slot.size()) totals.cost += row.covered_by_slot[slot].cost;
  }
}

Totals totals_of(const alloc::Book& book, alloc::AccountIndex account) {
  Totals totals;
  for (std::size_t i = 0; i < book.group_count(); ++i) {
    const auto group = static_cast<alloc::GroupIndex>(i);
    if (const auto slot = book.find_slot(group, account)) {
      add_sleeve(book, group, static_cast<std::size_t>(*slot), totals);
    }
  }
  std::erase_if(totals.units, [](const auto& each) { return each.second == 0; });
  return totals;
}

void expect_sane(const RandomDesk& desk, const Proposal& proposal) {
  RC_ASSERT(proposal.hash == fingerprint(proposal));
  bool has_bought = false;
  for (const BlockOrder& order : proposal.orders) {
    RC_ASSERT(!(has_bought && core::is_sale(order.side)));
    has_bought = has_bought || order.side == core::Side::buy;
    const Instrument& instrument = desk.instruments.at(proposal.quotes[order.quote].symbol);
    for (const Leg& leg : order.legs) {
      RC_ASSERT(leg.quantity.raw > 0 && leg.quantity.raw % instrument.unit.raw == 0);
      if (order.side == core::Side::sell) {
        RC_ASSERT(leg.quantity <= desk.held(leg.account, leg.group, instrument.symbol.text()));
      }
      if (order.side == core::Side::sell_short) RC_ASSERT(instrument.is_shortable);
    }
  }
  for (const SleevePreview& sleeve : proposal.sleeves) RC_ASSERT(sleeve.cash_after >= 0);
  for (const SleeveLine& line : proposal.lines) {
    RC_ASSERT(line.after().raw >= 0 || desk.instruments.at(proposal.quotes[line.quote].symbol).is_shortable);
  }
}

// Each sleeve sells what it holds before it is short, in orders of their own.
void expect_shorts_apart(const RandomDesk& desk, const Proposal& proposal) {
  std::map<std::pair<alloc::GroupIndex, alloc::AccountIndex>, std::map<core::Symbol, core::Quantity>> closed;
  for (const BlockOrder& order : proposal.orders) {
    const core::Symbol& symbol = proposal.quotes[order.quote].symbol;
    const std::int64_t unit = proposal.quotes[order.quote].unit.raw;
    for (const Leg& leg : order.legs) {
      core::Quantity& sold = closed[{leg.group, leg.account}][symbol];
      if (order.side == core::Side::sell) sold += leg.quantity;
      if (order.side == core::Side::sell_short) {
        RC_ASSERT((desk.held(leg.account, leg.group, symbol.text()) - sold).raw < unit);
      }
    }
  }
}

// Everything filled at the previewed prices: the preview comes true, and nobody overspends.
TEST(DeskProperty, APreviewComesTrueAtItsPrices) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    RandomDesk desk(random, random.below(2) == 0);
    int done = 0;
    for (int step = 0; step < 25; ++step) {
      if (random.below(5) == 0) desk.retarget(desk.any_code());
      if (random.below(3) == 0) desk.move_prices();
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal) continue;
      ++done;
      expect_sane(desk, *proposal);
      expect_shorts_apart(desk, *proposal);
      RC_ASSERT(desk.carry_out(*proposal));
      if (proposal->closes) {
        std::erase(desk.codes, *proposal->closes);
        desk.codes.emplace_back("N" + std::to_string(step));
        desk.add_model(desk.codes.back().text());
      }
      for (const SleevePreview& sleeve : proposal->sleeves) {
        const std::int64_t cash = desk.cash(sleeve.account, sleeve.group);
        RC_ASSERT(cash >= 0);
        // Prices that are no whole cents are rounded against us in the estimate: a cent for each order.
        const auto cents = static_cast<std::int64_t>(proposal->orders.size());
        RC_ASSERT(cash - sleeve.cash_after >= -cents && cash - sleeve.cash_after <= 3 * cents);
        for (const SleeveLine& line : proposal->lines_of(sleeve)) {
          RC_ASSERT(desk.held(sleeve.account, sleeve.group, proposal->quotes[line.quote].symbol.text()) ==
                    line.after());
        }
      }
      RC_ASSERT(desk.book.balanced());
    }
    RC_TAG(done > 8 ? "much was done" : "little was done");
  }));
}

// Filled or not, at whatever prices: what accounts have in all changes by the trades alone.
TEST(DeskProperty, UnitsCashAndCostAreConserved) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    const bool may_be_short = random.below(2) == 0;
    RandomDesk desk(random, may_be_short);
    const auto sum = [&] {
      Totals all;
      for (const alloc::AccountIndex account : desk.accounts) {
        const Totals each = totals_of(desk.book, account);
        all.cash += each.cash;
        all.cost += each.cost;
      }
      return all;
    };
    const Totals first = sum();
    for (int step = 0; step < 25; ++step) {
      if (random.below(3) == 0) desk.move_prices();
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal) continue;
      std::vector<Totals> before;
      for (const alloc::AccountIndex account : desk.accounts) before.push_back(totals_of(desk.book, account));
      desk.carry_out(*proposal, random, {.partly = 3, .drift_percent = 5});
      if (proposal->closes && desk.models.find(*proposal->closes) == nullptr) {
        std::erase(desk.codes, *proposal->closes);
        desk.codes.emplace_back("N" + std::to_string(step));
        desk.add_model(desk.codes.back().text());
      }
      if (proposal->orders.empty()) {
        for (std::size_t i = 0; i < before.size(); ++i) {
          RC_ASSERT(totals_of(desk.book, desk.accounts[i]) == before[i]);
        }
      }
      RC_ASSERT(desk.book.balanced());
      const Totals now = sum();
      RC_ASSERT(now.cash == first.cash + desk.traded_cash);
      if (!may_be_short) RC_ASSERT(now.cost == first.cost + desk.traded_cost);
    }
  }));
}

// Each account's stake is its share of the model, whatever was filled, as long as prices stay: to some cents that
// rounding leaves to those who are there. Who holds anything has a stake, and nobody else has.
void expect_stakes_to_be_shares(const RandomDesk& desk, std::int64_t cents) {
  for (const core::ModelCode& code : desk.codes) {
    const Model* model = desk.models.find(code);
    if (model == nullptr) continue;
    const core::Result<PricedGroup> priced = PricedGroup::of(desk.desk(), model->group, usd);
    RC_ASSERT(priced.has_value());
    const core::Int128 total = model->total_stake();
    for (const alloc::AccountIndex account : desk.accounts) {
      const auto slot = desk.book.find_slot(model->group, account);
      const std::int64_t value = slot ? priced->value(*slot) : 0;
      const std::int64_t stake = model->stake_of(account);
      bool holds = desk.cash(account, model->group) != 0;
      for (const std::string& symbol : desk.symbols) {
        holds = holds || desk.held(account, model->group, symbol).raw != 0;
      }
      RC_ASSERT(holds == (stake > 0));
      const core::Int128 off = stake * core::Int128{priced->total()} - value * total;
      RC_ASSERT((off < 0 ? -off : off) <= cents * total);
    }
  }
}

TEST(DeskProperty, StakesAreSharesWhateverWasFilled) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    RandomDesk desk(random);
    desk.fees = {};
    for (const std::string& symbol : desk.symbols) {  // whole cents a unit, so that nothing is lost in trading
      desk.set_price(symbol, std::to_string(random.between(1, 5'000)));
    }
    for (int step = 0; step < 25; ++step) {
      if (random.below(5) == 0) desk.retarget(desk.any_code());
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (!proposal || proposal->closes) continue;
      desk.carry_out(*proposal, random, {.partly = 2, .drift_percent = 0, .holds_purchases = true});
      expect_stakes_to_be_shares(desk, 50 * (step + 1));
    }
  }));
}

TEST(DeskProperty, InvestingAndDivestingAllReturnsTheCashLessFees) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    RandomDesk desk(random);
    const alloc::AccountIndex account = desk.accounts[0];
    const core::ModelCode code = desk.codes[0];
    const std::int64_t before = desk.cash(account, independent);
    if (before < 2) return;
    const Investment in{account, {random.between(1, before), usd}};
    const core::Result<Proposal> invest = propose_invest(desk.desk(), code, std::span(&in, 1), {});
    RC_ASSERT(invest.has_value());
    desk.carry_out(*invest);
    const Divestment out{account, std::nullopt};
    const core::Result<Proposal> divest =
        propose_divest(desk.desk(), code, std::span(&out, 1), {.keep_model = true, .style = {}});
    RC_ASSERT(divest.has_value());
    RC_ASSERT(desk.carry_out(*divest));
    // Positions whose sale would cost more than it brings come back as they are.
    std::int64_t kept = 0;
    for (const UnitsMove& move : divest->unit_moves) {
      const Quote& quote = divest->quotes[move.quote];
      kept += value_of(desk.instruments.at(quote.symbol), move.quantity, quote.price.price)->minor;
    }
    const std::int64_t off = desk.cash(account, independent) + kept - (before - desk.fees_paid);
    const auto cents = static_cast<std::int64_t>(divest->unit_moves.size());  // of prices that are no whole cents
    RC_ASSERT(off >= -cents && off <= cents);
    RC_ASSERT(desk.stake(code.text(), account) == 0);
  }));
}

TEST(DeskProperty, ARebalanceReachesItsTargetsOrSaysWhyNot) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    RandomDesk desk(random, random.below(2) == 0);
    const core::ModelCode code = desk.codes[0];
    for (const alloc::AccountIndex account : desk.accounts) {
      const std::int64_t cash = desk.cash(account, independent);
      if (cash == 0) continue;
      const Investment in{account, {cash, usd}};
      desk.carry_out(*propose_invest(desk.desk(), code, std::span(&in, 1), {}));
    }
    desk.move_prices();
    desk.retarget(code);
    const core::Result<Proposal> proposal = propose_rebalance(desk.desk(), code, {}, {});
    if (!proposal) return;
    for (const SleevePreview& sleeve : proposal->sleeves) {
      bool is_named = false;
      for (const Warning& warning : proposal->warnings) is_named = is_named || warning.account == sleeve.account;
      if (is_named) continue;
      for (const SleeveLine& line : proposal->lines_of(sleeve)) {
        const Quote& quote = proposal->quotes[line.quote];
        const Instrument& instrument = desk.instruments.at(quote.symbol);
        const UnitValue unit = *UnitValue::of(instrument, quote.price.price);
        const std::int64_t worth = *unit.worth(line.after());
        const auto target = static_cast<std::int64_t>(static_cast<core::Int128>(*sleeve.value_before) *
                                                      line.target.raw / all_of_it.raw);
        // Fees are set aside from the value, so that a short is smaller by its part of them.
        const std::int64_t fees = line.target.raw < 0 ? 2 * sleeve.fees + 300 : 0;
        RC_ASSERT(worth - target <= unit.price_of(1) + 2 + fees);
        RC_ASSERT(target - worth <= unit.price_of(1) + 2 * sleeve.fees + 300);
      }
    }
    desk.carry_out(*proposal);
    for (const alloc::AccountIndex account : desk.accounts) RC_ASSERT(desk.cash(account, desk.group(code.text())) >= 0);
  }));
}

TEST(DeskProperty, DeletingAModelChangesNobodysTotals) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    RandomDesk desk(random, random.below(2) == 0);
    for (int step = 0; step < 10; ++step) {
      const core::Result<Proposal> proposal = desk.any_proposal();
      if (proposal && !proposal->closes) desk.carry_out(*proposal, random, {.partly = 3, .drift_percent = 5});
    }
    for (const core::ModelCode& code : desk.codes) {
      std::vector<Totals> before;
      for (const alloc::AccountIndex account : desk.accounts) before.push_back(totals_of(desk.book, account));
      const core::Result<Proposal> proposal = propose_deletion(desk.desk(), code, false);
      RC_ASSERT(proposal.has_value());
      desk.carry_out(*proposal);
      RC_ASSERT(desk.models.find(code) == nullptr);
      for (std::size_t i = 0; i < before.size(); ++i) {
        RC_ASSERT(totals_of(desk.book, desk.accounts[i]) == before[i]);
      }
    }
  }));
}

TEST(DeskProperty, TheHashChangesWithThePricesAndHoldingsThatCount) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = any_random();
    RandomDesk desk(random);
    const core::ModelCode code = desk.codes[0];
    for (const alloc::AccountIndex account : desk.accounts) {
      const std::int64_t cash = desk.cash(account, independent);
      if (cash > 0) desk.models.invest(code, account, {cash, usd}, desk.book);
    }
    desk.set_targets(code.text(), {{desk.symbols[0], "60"}});
    const auto propose = [&] { return *propose_rebalance(desk.desk(), code, {}, {}); };
    const Fingerprint first = propose().hash;
    RC_ASSERT(propose().hash == first);
    if (desk.symbols.size() > 1) desk.set_price(desk.symbols[1], "77");  // not held, no target
    RC_ASSERT(propose().hash == first);
    desk.set_price(desk.symbols[0],
                   core::Price{desk.prices.all().at(core::Symbol(desk.symbols[0])).price.raw + 1}.text());
    const Fingerprint second = propose().hash;
    RC_ASSERT(second != first);
    desk.models.invest(code, desk.accounts[0], {1, usd}, desk.book);
    RC_ASSERT(propose().hash != second);
  }));
}

}  // namespace
}  // namespace portfolio
