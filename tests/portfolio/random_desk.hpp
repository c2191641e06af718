#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portfolio/divest.hpp"
#include "portfolio/invest.hpp"
#include "portfolio/reallocate.hpp"
#include "portfolio/rebalance.hpp"
#include "portfolio/remove.hpp"
#include "portfolio/withdraw.hpp"
#include "tests/portfolio/toy_desk.hpp"

namespace portfolio::test {

// Some instruments, accounts with cash and units, and models: whatever the numbers say.
struct RandomDesk : ToyDesk {
  core::Random& random;
  std::vector<alloc::AccountIndex> accounts;
  std::vector<core::ModelCode> codes;
  std::vector<std::string> symbols;

  // `may_be_short`: some instruments may be sold short, and targets say so.
  explicit RandomDesk(core::Random& seed, bool may_be_short = false) : random(seed) {
    for (auto i = random.between(2, 7); i > 0; --i) {
      symbols.push_back("S" + std::to_string(i));
      Instrument& instrument =
          add_instrument(symbols.back(), core::Price{random.between(1, 500'000) * 1'000'000}.text());
      if (random.below(4) == 0) instrument.unit = core::Quantity{1'000};
      instrument.is_shortable = may_be_short && random.below(2) == 0;
      if (random.below(4) == 0) instrument.multiplier = Multiplier::whole(random.between(1, 100));
      if (random.below(4) == 0)
        set_price(symbols.back(), core::Price{random.between(1'000'000, 90'000'000'000)}.text());
    }
    for (auto i = random.between(1, 5); i > 0; --i) {
      accounts.push_back(add_account("C-" + std::to_string(i), random.between(0, 1'000'000)));
      for (const std::string& symbol : symbols) {
        if (random.below(3) == 0) bring(accounts.back(), independent, symbol, random.between(1, 300), 1'234);
      }
    }
    for (auto i = random.between(1, 3); i > 0; --i) {
      codes.emplace_back("M" + std::to_string(i));
      add_model(codes.back().text());
      retarget(codes.back());
    }
    fees = {core::Amount{random.between(0, 10'000)}, core::Amount{random.between(0, 2'000'000)}};
  }

  void retarget(const core::ModelCode& code) {
    std::vector<TargetRow> rows;
    std::int64_t left = all_of_it.raw;
    for (const std::string& symbol : symbols) {
      const bool is_short = instruments.at(core::Symbol(symbol)).is_shortable && random.below(3) == 0;
      const std::int64_t weight = is_short ? -random.between(0, all_of_it.raw / 4) : random.between(0, left);
      left -= weight < 0 ? 0 : weight;
      if (random.below(5) != 0) rows.push_back({symbol, Percent{weight}.text()});
    }
    if (random.below(5) == 0) rows.clear();
    set_targets(code.text(), rows);
  }
  void move_prices() {
    for (const std::string& symbol : symbols) {
      const std::int64_t raw = prices.all().at(core::Symbol(symbol)).price.raw;
      set_price(symbol, core::Price{std::max<std::int64_t>(raw / 100 * random.between(90, 112), 1'000'000)}.text());
    }
  }
  // Open orders of what some sleeves hold. Each call forgets those of the last one.
  void let_orders_work() {
    working = {};
    for (const core::ModelCode& code : codes) {
      if (models.find(code) == nullptr) continue;
      const alloc::GroupIndex in = group(code.text());
      const std::size_t slots = book.accounts_of(in).size();
      for (std::size_t slot = 0; slot < slots; ++slot) {
        const auto at = static_cast<alloc::SlotIndex>(slot);
        if (random.below(4) == 0) {
          auto& row = working.spending[{in, usd}];
          row.resize(slot + 1);
          row[slot] = random.between(0, std::max<std::int64_t>(book.cash(in, usd, at), 0));
        }
        const Instrument& instrument = instruments.at(core::Symbol(symbols[random.below(symbols.size())]));
        const std::int64_t units = book.holding(in, instrument.symbol, at).quantity.raw / instrument.unit.raw;
        if (random.below(4) != 0 || units <= 0) continue;
        auto& row = working.selling[{in, instrument.symbol}];
        row.resize(slot + 1);
        row[slot] = random.between(0, units);
      }
    }
  }
  // Proposals that are carried out, not always whole.
  void do_business(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (random.below(5) == 0) retarget(any_code());
      if (random.below(3) == 0) move_prices();
      const core::Result<Proposal> proposal = any_proposal();
      if (proposal && !proposal->closes) carry_out(*proposal, random, {.partly = 4, .drift_percent = 5});
    }
  }
  const core::ModelCode& any_code() { return codes[random.below(codes.size())]; }
  alloc::AccountIndex any_account() { return accounts[random.below(accounts.size())]; }

  // What a desk may do; some of it is refused.
  core::Result<Proposal> any_proposal() {
    const core::ModelCode code = any_code();
    const alloc::AccountIndex account = any_account();
    switch (random.below(6)) {
      case 0: {
        const Investment one{account, {random.between(1, 20'000'000), usd}};
        return propose_invest(desk(), code, std::span(&one, 1),
                              {.transfer_positions = random.below(2) == 0, .style = {}});
      }
      case 1: return propose_rebalance(desk(), code, {}, {});
      case 2: {
        const Divestment one{account, random.below(3) == 0 ? std::optional<core::Money>()
                                                           : core::Money{random.between(1, 20'000'000), usd}};
        return propose_divest(
            desk(), code, std::span(&one, 1),
            {.transfer_positions = random.below(3) == 0, .keep_model = random.below(2) == 0, .style = {}});
      }
      case 3: {
        std::vector<Allocation> all;
        std::int64_t left = all_of_it.raw;
        for (const core::ModelCode& each : codes) {
          all.push_back({each, Percent{random.below(4) == 0 ? 0 : random.between(0, left)}});
          left -= all.back().percent.raw;
        }
        return propose_reallocation(desk(), std::span(&account, 1), all, {});
      }
      case 4: return propose_withdrawal(desk(), code, Percent{random.between(1, all_of_it.raw)});
      default:
        if (random.below(4) != 0) return core::fail("", "not this time");
        return propose_deletion(desk(), code, false);
    }
  }
};

inline core::Random any_random() { return core::Random(*rc::gen::arbitrary<std::uint64_t>()); }

// Filled whole at its prices, each sleeve has what the preview says, to the cent that rounding may take of each order.
inline void expect_to_come_true(RandomDesk& desk, const Proposal& proposal) {
  desk.carry_out(proposal);
  const auto cents = static_cast<std::int64_t>(proposal.orders.size());
  for (const SleevePreview& sleeve : proposal.sleeves) {
    const std::int64_t cash = desk.cash(sleeve.account, sleeve.group);
    RC_ASSERT(cash - sleeve.cash_after >= -cents && cash - sleeve.cash_after <= 3 * cents);
    for (const SleeveLine& line : proposal.lines_of(sleeve)) {
      const std::string& symbol = proposal.quotes[line.quote].symbol.text();
      RC_ASSERT(desk.held(sleeve.account, sleeve.group, symbol) == line.after());
    }
  }
  RC_ASSERT(desk.book.balanced());
}

}  // namespace portfolio::test
