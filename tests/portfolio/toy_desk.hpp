#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "portfolio/apply.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

// A desk in memory, and a market that fills what a proposal asks for.
namespace portfolio::test {

inline const core::Currency usd = core::Currency::of("USD");
inline const core::Currency eur = core::Currency::of("EUR");
inline constexpr alloc::GroupIndex independent = alloc::Book::independent();

inline core::Price price(std::string_view text) { return *core::Price::parse(text); }
inline core::Money dollars(std::int64_t amount) { return {amount * 100, usd}; }
inline Percent percent(std::string_view text) { return *Percent::parse(text); }

class ToyDesk {
 public:
  alloc::Book book;
  Models models;
  Instruments instruments;
  Prices prices;
  Rates rates;
  Working working;
  FeeSchedule fees;
  Rules rules;
  core::Time now{std::chrono::hours(24 * 365 * 56)};

  [[nodiscard]] Desk desk() const { return {book, models, instruments, prices, rates, working, fees, rules, now}; }

  alloc::AccountIndex add_account(const std::string& name, std::int64_t dollars_of_cash);
  Instrument& add_instrument(const std::string& symbol, std::string_view at);
  void add_model(const std::string& code, core::Currency currency = usd) {
    models.create(core::ModelCode(code), code, currency, book);
  }
  void set_price(const std::string& symbol, std::string_view at) {
    prices.set(core::Symbol(symbol), {price(at), now, PriceSource::broker});
  }
  // REQUIRES: targets that are right
  void set_targets(const std::string& code, const std::vector<TargetRow>& rows);
  void bring(alloc::AccountIndex account, alloc::GroupIndex group, const std::string& symbol, std::int64_t units,
             std::int64_t cost_dollars = 0);

  [[nodiscard]] alloc::GroupIndex group(const std::string& code) const {
    return models.find(core::ModelCode(code))->group;
  }
  [[nodiscard]] core::Quantity held(alloc::AccountIndex account, alloc::GroupIndex in, const std::string& symbol) const;
  [[nodiscard]] std::int64_t cash(alloc::AccountIndex account, alloc::GroupIndex in,
                                  core::Currency currency = usd) const;
  [[nodiscard]] std::int64_t stake(const std::string& code, alloc::AccountIndex account) const {
    return models.find(core::ModelCode(code))->stake_of(account);
  }

  // How a market takes the orders: each leg filled whole or, one time in `partly`, in part, at prices that have moved
  // by up to `drift_percent`. 0: never.
  struct Market {
    std::uint64_t partly = 0;
    std::int64_t drift_percent = 0;
    bool holds_purchases = false;  // when a sale was not filled whole
  };
  // Applies the proposal from the first transfer to the last. Money of sales that leaves, leaves.
  bool carry_out(const Proposal& proposal, core::Random& random, Market market);
  bool carry_out(const Proposal& proposal) {
    core::Random random(1);
    return carry_out(proposal, random, {});
  }

  bool goes_on = false;  // what is carried out is the rest of what was: what sales have brought is still to move

  std::int64_t fees_paid = 0;    // minor units, whatever the currency
  std::int64_t traded_cash = 0;  // dollars' cents that orders brought, less what they took, fees included
  std::int64_t traded_cost = 0;  // cents paid for purchases

 private:
  void fill(const Proposal& proposal, const BlockOrder& order, core::Random& random, Market market);
  Brought brought_;   // by the sales of what is carried out
  Sleeves unfilled_;  // by its orders
  std::int64_t next_order_ = 1;
};

}  // namespace portfolio::test
