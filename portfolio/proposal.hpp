#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "core/money.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "portfolio/fingerprint.hpp"
#include "portfolio/instrument.hpp"
#include "portfolio/prices.hpp"
#include "portfolio/targets.hpp"

// What a desk is about to do, in full, with what it was computed from: transfers, block orders, changes of stakes, and
// for each sleeve what comes of it. A value; nothing happens until somebody applies it.
namespace portfolio {

enum class Operation { invest, rebalance, divest, reallocate, withdraw, remove };
[[nodiscard]] std::string_view text(Operation operation);

// ---- what would be done

// When something moves: at once, when the proposal's sales are done (to pay for its purchases), or when all its orders
// are; or it has moved before this version of the proposal, which is told and does nothing any more.
enum class When { now, after_sales, after_orders, booked };

// Between two sleeves of one account. What does not move at once moves later as its amount, or what is there then when
// that is less.
struct CashMove {
  alloc::AccountIndex account{};
  alloc::GroupIndex from{};
  alloc::GroupIndex to{};
  core::Money amount{0, core::Currency::of("USD")};  // > 0
  When when = When::now;
  // Of one that moves later: the stake that comes into the model, or goes out of it, with all of the amount. That of
  // what moves at once is among Proposal::stakes.
  std::int64_t stake = 0;
  bool was_after_sales = false;  // of one that is booked
};

struct UnitsMove {
  alloc::AccountIndex account{};
  alloc::GroupIndex from{};
  alloc::GroupIndex to{};
  std::uint32_t quote = 0;  // place in Proposal::quotes
  core::Quantity quantity;  // > 0
  When when = When::now;    // or booked
};

// One account's part in a block order.
struct Leg {
  alloc::AccountIndex account{};
  alloc::GroupIndex group{};
  core::Quantity quantity;        // > 0, whole allocation units
  bool does_money_leave = false;  // what the sale brings, less fees, moves to Independent as it comes
  std::int64_t stake = 0;         // that leaves the model with the money of all of it

  friend bool operator==(const Leg&, const Leg&) = default;
};

struct BlockOrder {
  std::uint32_t quote = 0;
  core::Side side = core::Side::buy;
  core::OrderType type = core::OrderType::market;
  std::optional<core::Price> limit;
  core::TimeInForce time_in_force = core::TimeInForce::day;
  bool waits_for_sales = false;  // a purchase that some leg can pay only with what the proposal's sales bring
  std::vector<Leg> legs;         // by account and group
  std::vector<Leg> proposed{};   // the legs as they were proposed, when a person has changed the quantity since
  // It went out before this version of the proposal, or cannot be paid at all: told, and no part of the estimates.
  bool has_gone = false;

  [[nodiscard]] core::Quantity quantity() const;
};

// At once.
struct StakeChange {
  core::ModelCode model;
  alloc::AccountIndex account{};
  std::int64_t by = 0;
};

// An account that is out of the model once the orders are done: cash that is still in its sleeve then goes to
// Independent.
struct Leaving {
  core::ModelCode model;
  alloc::AccountIndex account{};
};

// ---- what it was computed from

struct Quote {
  core::Symbol symbol;
  core::Currency currency = core::Currency::of("USD");
  core::Quantity unit;
  DatedPrice price;  // 0: was not needed
  // What a price counts for: multiplier and percent. 0/0 in proposals of before it was kept.
  core::MoneyFactor factor{.num = 0, .den = 0};

  [[nodiscard]] bool knows_factor() const { return factor.num != 0; }
};

struct ModelBasis {
  core::ModelCode model;
  std::int64_t targets_version = 0;
  std::int64_t total_stake = 0;
};

// ---- the preview

// One instrument in one sleeve. Shares are of the sleeve's value before and after, cut towards zero.
struct SleeveLine {
  std::uint32_t quote = 0;
  core::Quantity before;
  core::Quantity free;    // of `before`, what no open order was selling
  core::Quantity moved;   // by transfers; < 0: out of the sleeve
  core::Quantity traded;  // by orders
  Percent target;
  Percent share_before;
  Percent share_after;

  [[nodiscard]] core::Quantity after() const { return before + moved + traded; }
  [[nodiscard]] Percent drift_before() const { return share_before - target; }
  [[nodiscard]] Percent drift_after() const { return share_after - target; }
};

// All amounts in minor units of `currency`, all estimates at the quotes.
struct SleevePreview {
  alloc::AccountIndex account{};
  alloc::GroupIndex group{};
  core::Currency currency = core::Currency::of("USD");
  std::int64_t cash_before = 0;
  std::int64_t cash_free = 0;  // of it, what no open order may spend
  std::int64_t cash_after = 0;
  std::optional<std::int64_t> value_before;  // not there when nothing needed it: Independent, and without prices
  std::optional<std::int64_t> value_after;
  std::int64_t fees = 0;
  std::int64_t left_over = 0;  // of the amount asked for, what rounding to whole units left undone
  // Of new money: what the account has in the other models when it is staged, so that what this sleeve comes to can be
  // told as a share of all that is in models. Not there when something in them has no price.
  std::optional<std::int64_t> in_other_models{};
  std::uint32_t first_line = 0;
  std::uint32_t line_count = 0;
};

enum class WarningKind {
  cash_short,
  position_short,
  price_missing,
  below_minimum_trade,
  odd_lot,
  orders_working,
  has_expired,
  model_closes,
  market_closed,  // which the caller knows
};
[[nodiscard]] std::string_view text(WarningKind kind);

struct Warning {
  WarningKind kind{};
  std::string message;
  std::optional<alloc::AccountIndex> account;
  std::optional<core::Symbol> symbol;
};

struct Proposal {
  Operation operation{};
  std::vector<CashMove> cash_moves;
  std::vector<UnitsMove> unit_moves;
  std::vector<BlockOrder> orders;  // sales before purchases, each by symbol
  std::vector<StakeChange> stakes;
  std::vector<Leaving> leaving;
  std::optional<core::ModelCode> closes;  // the model is deleted once the orders are done

  std::vector<Quote> quotes;
  std::vector<ModelBasis> models;
  std::vector<SleevePreview> sleeves;  // by group, then account
  std::vector<SleeveLine> lines;       // of the sleeves, one after the other
  std::vector<Warning> warnings;
  Fingerprint hash;

  [[nodiscard]] std::span<const SleeveLine> lines_of(const SleevePreview& sleeve) const;
  [[nodiscard]] const SleevePreview* sleeve_of(alloc::GroupIndex group, alloc::AccountIndex account) const;
  [[nodiscard]] bool does_nothing() const;
};

// Of what would be done, the prices, and the holdings, cash, stakes and versions of targets that it was computed from.
// Not of the warnings, of estimates that follow from these, nor of the time of a price that has stayed the same.
[[nodiscard]] Fingerprint fingerprint(const Proposal& proposal);

}  // namespace portfolio
