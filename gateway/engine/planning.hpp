#pragma once

#include <set>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/engine/brokers.hpp"
#include "gateway/engine/ground.hpp"
#include "gateway/engine/state.hpp"
#include "gateway/risk/limits.hpp"
#include "portfolio/models.hpp"

// From what a person asks to orders that may go out: every check of an order before it is entered. Pure; looks at the
// state and changes nothing, so a dry run is the same call.
namespace gateway {

struct EngineSettings {
  core::SessionName default_broker;
  Limits limits;
  ModelRules models{};
  std::set<core::SessionName> market_data{};  // sessions that are asked for prices at each logon
  // Journal entries from one snapshot to the next: what a start after a crash replays at most, in about a second.
  std::int64_t entries_per_snapshot = 100'000;
};

// An order that passed every check.
struct PlannedOrder {
  core::OrderId id;      // given when it is entered
  OrderRequest request;  // with every default filled in
  const InstrumentAdded* instrument = nullptr;
  core::MoneyFactor factor;  // of the instrument
  std::vector<Leg> legs;     // as in SealedShares
  portfolio::Shares shares;
  std::set<std::size_t> leaving{};                  // places among the shares: whose sale's money leaves the model
  core::Money value{0, core::Currency::of("USD")};  // at its counted_price()
};

struct Plan {
  std::vector<PlannedOrder> orders;
  std::vector<Refusal> refusals;  // when not empty, nothing may go out
  // One for each session that is not logged on: likewise, but nothing is wrong with the orders.
  std::vector<Refusal> not_connected;
};

// Orders of one plan see each other: two sales of one model cannot both sell the same units, nor two purchases spend
// the same cash.
[[nodiscard]] Plan plan_orders(const std::vector<OrderRequest>& requests, const State& state,
                               const EngineSettings& settings, const Brokers& brokers, core::Time now);

// Of orders with given parts, whatever can be checked before the transfers are made that they need: their form, their
// instruments, limits, and whether the brokers are there. `orders` stays empty.
[[nodiscard]] Plan check_orders(const std::vector<OrderRequest>& requests, const State& state,
                                const EngineSettings& settings, const Brokers& brokers, core::Time now);

// An order that exists, as it was planned.
[[nodiscard]] PlannedOrder planned_again(const Order& order, const State& state);

// What the order does to each account when it fills whole.
[[nodiscard]] OrderPreview preview(const PlannedOrder& order, const State& state);
[[nodiscard]] fix::NewOrderSingle new_order_single(const PlannedOrder& order, core::Time now);
[[nodiscard]] SharesSealed shares_sealed(const PlannedOrder& order);
[[nodiscard]] OrderEntered order_entered(const PlannedOrder& order, std::int64_t shares_seq, int seq_num,
                                         const Caller& caller, std::uint64_t command);

}  // namespace gateway
