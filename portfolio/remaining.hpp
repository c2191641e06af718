#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "core/scaled.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

// What is left to do of a proposal that is under way.
namespace portfolio {

// What is missing of a proposal whose orders ended without being filled whole: the same orders for what each leg did
// not get (whole units), without what was done at once: moves of When::now, unit moves, stakes. `got` has for each
// order and each of its legs what that leg got (an order that never went out: zeros). Cash moves after sales are left
// out when `are_sales_done`. Sleeves and lines are as they are now, with estimates of what is left. Leaving and closes
// stay. Orders without anything missing are gone, and a purchase waits for sales only when some are left, or cash is
// yet to move after them. Warnings are those of the orders left, and that a model closes.
// Error: prices as in standing_now; and what estimate_anew() refuses.
// REQUIRES: `got` has the sizes of orders and legs
[[nodiscard]] core::Result<Proposal> remaining(const Proposal& proposal,
                                               std::span<const std::vector<core::Quantity>> got, bool are_sales_done,
                                               const Desk& desk);

// How far an order of a proposal is.
struct Progress {
  bool is_out = false;              // it went out, or is to go out when it has been paid for: it stays as it is
  bool is_followed = false;         // what it did not get is staged as another order already
  std::vector<core::Quantity> got;  // by leg, of one that is out
};

// Of an order of the next version of a proposal: which of the orders before it is, counted from 1 (0: a new one), and
// whether what that one did not get is another order now.
struct KeptOrder {
  std::uint32_t place = 0;
  bool is_followed = false;
};

struct CarriedOn {
  Proposal proposal;
  std::vector<KeptOrder> kept;  // by order
  bool was_cut = false;
};

// The next version of a proposal of which something is booked: what it did stays in it, orders as they went out
// (BlockOrder::has_gone) and transfers as booked, and what is left to do is as it would be now: prices, holdings and
// estimates. `with_rest`: what orders that are out did not get is another order behind each, and purchases that the
// sleeves cannot pay, what is still to be sold included, are cut as by cut_to_cash, and told alone when nothing is left
// of them; otherwise it is left alone.
// `moved`: what of each cash move has moved.
// Errors: as of remaining(). REQUIRES: it is applied; `progress` has the size of its orders
[[nodiscard]] core::Result<CarriedOn> carry_on(const Proposal& proposal, std::span<const Progress> progress,
                                               std::span<const std::int64_t> moved, bool with_rest, const Desk& desk);

struct Affordable {
  std::vector<BlockOrder> orders;
  std::vector<std::size_t> places;  // of each order, among Proposal::orders
  bool was_cut = false;
};

// Purchases whose legs are cut to what the free cash of their sleeves pays (the book's less what open orders may spend,
// fees set aside), at the limit, or at the current price of a market order (the quote's when there is none now). When
// one unit of one leg fewer is enough, the leg with the smallest price that suffices loses one; otherwise the legs of
// that sleeve are cut in one proportion, rounded down. Orders without legs are gone.
// REQUIRES: `places` among proposal.orders, each a purchase
[[nodiscard]] Affordable cut_to_cash(const Proposal& proposal, std::span<const std::size_t> places, const Desk& desk);

// Of such purchases, of which each leg got so much (by place, then by leg), what the sleeves could still pay.
[[nodiscard]] bool is_more_payable(const Proposal& proposal, std::span<const std::size_t> places,
                                   std::span<const std::vector<core::Quantity>> got, const Desk& desk);

}  // namespace portfolio
