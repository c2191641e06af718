#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/numbers.hpp"
#include "audit/records.hpp"

namespace audit {

// Who gets a part: an account, in a model. One account may have several parts of an order.
using Sleeve = std::pair<std::string, std::string>;

[[nodiscard]] inline std::string name_of(const Sleeve& sleeve) { return sleeve.first + " in " + sleeve.second; }

// An order with all that belongs to it. The pointers are into the Records, which must outlive it.
struct Block {
  const Order* order = nullptr;    // null when something names an order that is not there
  std::vector<const Fill*> fills;  // those that count, in the order of booking; a corrected one in its place
  std::vector<const Part*> parts;
  std::vector<const Share*> shares;

  [[nodiscard]] core::Int128 filled() const {
    core::Int128 sum = 0;
    for (const Fill* fill : fills) sum += fill->quantity.raw;
    return sum;
  }
  // Quantities times prices, exactly, with core::notional_decimals.
  [[nodiscard]] core::Int128 traded() const {
    core::Int128 sum = 0;
    for (const Fill* fill : fills) sum += static_cast<core::Int128>(fill->quantity.raw) * fill->price.raw;
    return sum;
  }
  // That as money, in minor units: times the multiplier, and a hundredth of it for bonds, whose prices are in percent.
  // More than any amount when it cannot be counted. REQUIRES: order != nullptr
  [[nodiscard]] core::Int128 notional() const {
    constexpr core::Int128 beyond = core::Int128{1} << 100;
    core::Int128 exact = 0;
    if (__builtin_mul_overflow(traded(), static_cast<core::Int128>(order->multiplier.raw), &exact)) return beyond;
    const int decimals = core::notional_decimals + Multiplier::decimals + (order->security_type == "BOND" ? 2 : 0);
    return exact > beyond << 25 ? beyond : rounded_to_minor(exact, decimals, order->currency);
  }
  // Exact, with core::Amount::decimals.
  [[nodiscard]] core::Int128 fees() const {
    core::Int128 sum = 0;
    for (const Fill* fill : fills) sum += fill->commission.raw;
    return sum;
  }
};

using Blocks = std::map<std::string, Block>;  // by order id

[[nodiscard]] inline Blocks blocks_of(const Records& records) {
  Blocks blocks;
  for (const Order& order : records.orders) blocks[order.id].order = &order;
  for (const Fill& fill : records.fills) {
    Block& block = blocks[fill.order_id];
    if (fill.quantity.raw != 0) block.fills.push_back(&fill);
  }
  for (const Part& part : records.parts) blocks[part.order_id].parts.push_back(&part);
  for (const Share& share : records.shares) blocks[share.order_id].shares.push_back(&share);
  return blocks;
}

}  // namespace audit
