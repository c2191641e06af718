#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/order_terms.hpp"
#include "core/result.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"
#include "portfolio/ratios.hpp"
#include "portfolio/reach.hpp"
#include "portfolio/stakes.hpp"

// What all operations share: gathering transfers, legs and previews into one proposal.
namespace portfolio {

// How the orders of a proposal are staged. A limit is the previewed price, to the tick below for purchases and above
// for sales, so that a limit order never costs more than previewed.
struct OrderStyle {
  core::OrderType type = core::OrderType::market;
  core::TimeInForce time_in_force = core::TimeInForce::day;
};

// Error: there is no such model.
[[nodiscard]] core::Result<const Model*> find_model(const Desk& desk, const core::ModelCode& code);

// worth / value in percent, cut towards zero; 0 where there is no value to be a share of.
[[nodiscard]] Percent share_of(std::int64_t worth, std::int64_t value);

// A leg below the desk's minimum (`worth` in minor units of the quote's currency), and an order that is no multiple of
// the round lot. Nothing: it is none.
[[nodiscard]] std::optional<Warning> small_leg(const Desk& desk, const Quote& quote, const Leg& leg,
                                               std::int64_t worth);
[[nodiscard]] std::optional<Warning> odd_lot(const Desk& desk, const Quote& quote, core::Quantity quantity);

// The model's targets for each column, of the scale, for previews; zeros when it has none, or one that has expired.
struct TargetWeights {
  std::vector<std::int64_t> weights;
  std::int64_t scale = 1;
};
[[nodiscard]] TargetWeights target_weights(const Desk& desk, const Model& model, const PricedGroup& priced);

// What happens to one instrument in one sleeve; beside its column and goal.
struct Step {
  core::Quantity moved;
  core::Quantity traded;
};

// A sleeve of a model and what becomes of it.
struct SleeveDraft {
  const PricedGroup& priced;
  alloc::AccountIndex account;
  std::optional<alloc::SlotIndex> slot;   // none: the account is not in the model yet
  std::span<const Step> steps;            // one for each column
  std::span<const std::int64_t> weights;  // likewise; of the scale
  std::int64_t scale = 1;
  std::int64_t cash_after = 0;
  std::int64_t fees = 0;
  std::int64_t left_over = 0;
  bool does_foreign_money_stay = true;  // what sales in another currency bring
};

class Draft {
 public:
  Draft(const Desk& desk, Operation operation, OrderStyle style);

  // What the places of a group's columns are called in the proposal.
  using Places = std::vector<std::uint32_t>;
  [[nodiscard]] Places add_quotes(const PricedGroup& priced);
  std::uint32_t add_quote(const Instrument& instrument, DatedPrice price);
  void stand_on(const Model& model);

  // Nothing when the amount is 0; the other way round when it is below.
  // `stake`: of a move that waits, see CashMove.
  void move_cash(alloc::AccountIndex account, alloc::GroupIndex from, alloc::GroupIndex to, core::Money amount,
                 When when = When::now, std::int64_t stake = 0);
  void move_units(alloc::AccountIndex account, alloc::GroupIndex from, alloc::GroupIndex to, std::uint32_t quote,
                  core::Quantity quantity);
  // A leg of a purchase (quantity > 0) or of a sale. What a sleeve sells beyond the units that it holds and no order is
  // selling is a leg of another order, of a short sale: brokers have to be told which it is. `waits`: a purchase that
  // sales must pay for.
  struct Trade {
    std::uint32_t quote = 0;
    alloc::AccountIndex account{};
    alloc::GroupIndex group{};
    core::Quantity quantity;
    bool waits = false;
    bool does_money_leave = false;
    std::int64_t stake = 0;  // see Leg
    std::int64_t worth = 0;  // minor units of the instrument's currency, about
  };
  void trade(const Trade& trade);
  void change_stake(const Model& model, alloc::AccountIndex account, std::int64_t by);
  // The stake of the account's money that comes into the model after the sales. REQUIRES: a move of it was drafted
  void change_stake_later(const Model& model, alloc::AccountIndex account, std::int64_t stake);
  void leave(const Model& model, alloc::AccountIndex account);
  void close(const core::ModelCode& model) { proposal_.closes = model; }
  void warn(WarningKind kind, std::string message, std::optional<alloc::AccountIndex> account = {},
            std::optional<core::Symbol> symbol = {});
  // Money that is expected in Independent beside the moves: what sales bring.
  void expect(alloc::AccountIndex account, core::Money amount);
  void preview(const SleeveDraft& sleeve, const Places& places);
  // A sleeve without prices: cash of one currency. The last one's lines follow.
  SleevePreview& preview_cash(alloc::AccountIndex account, alloc::GroupIndex group, core::Currency currency,
                              std::int64_t cash_after);
  void add_line(const SleeveLine& line);

  [[nodiscard]] Proposal finish() &&;

 private:
  struct Legs {
    std::vector<Leg> sales, short_sales, purchases;
    bool waits = false;
  };
  [[nodiscard]] core::Quantity free_units(const Trade& trade) const;
  void sort_quotes();
  void make_orders();
  [[nodiscard]] BlockOrder make_order(std::uint32_t quote, core::Side side, std::vector<Leg> legs, bool waits) const;
  void preview_independent();
  void sort_sleeves();

  const Desk& desk_;
  OrderStyle style_;
  Proposal proposal_;
  std::map<core::Symbol, std::uint32_t> place_of_;
  std::vector<Legs> legs_;  // by quote
  std::map<std::pair<alloc::AccountIndex, core::Currency>, std::int64_t> expected_;
};

}  // namespace portfolio
