#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "core/order_terms.hpp"
#include "simulator/order_book.hpp"

namespace simulator {

// An order at the market that waits for an auction rests at a price that no limit can beat, so that it comes first.
[[nodiscard]] constexpr core::Price any_price(core::Side side) {
  return {side == core::Side::buy ? std::numeric_limits<std::int64_t>::max() : 0};
}

struct AuctionResult {
  core::Price price;
  core::Quantity volume;  // above zero

  friend bool operator==(const AuctionResult&, const AuctionResult&) = default;
};

// The one price at which an auction trades. Of the limits in the book it is the one
//   1. with the largest volume,
//   2. among those with the smallest imbalance: what one side would trade beyond the other at that price,
//   3. among those the highest when the imbalance is of buyers at all of them, the lowest when it is of sellers,
//   4. else the reference, or the one nearest to it when it is not between them.
// Without limits in the book it is the reference. Nothing when there is no price at which anybody trades. Pure; levels
// come best first, as OrderBook::levels() has them.
[[nodiscard]] std::optional<AuctionResult> auction(const std::vector<PriceLevel>& bids,
                                                   const std::vector<PriceLevel>& offers, core::Price reference);

}  // namespace simulator
