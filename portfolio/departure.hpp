#pragma once

#include <cstdint>
#include <vector>

#include "portfolio/desk.hpp"
#include "portfolio/draft.hpp"
#include "portfolio/reach.hpp"
#include "portfolio/valuation.hpp"

// Money that leaves one sleeve of a model: what divesting and reallocating have in common.
namespace portfolio {

struct Departure {
  const Model* model = nullptr;
  const PricedGroup* priced = nullptr;
  alloc::AccountIndex account{};
  alloc::SlotIndex slot{};
  std::int64_t amount = 0;
  bool is_all = false;
  bool are_sold = true;

  std::vector<Goal> goals;
  Release release;
  // What a reallocation sends straight to other models; the caller drafts these transfers.
  std::vector<std::int64_t> units_elsewhere;  // by column, of what goals would sell
  std::int64_t cash_elsewhere = 0;            // of release.cash_now

  // Units that are sold by orders. Shorts that are covered have less than none.
  [[nodiscard]] std::int64_t sold(std::size_t column) const;
  // What the sleeve gives up, estimated: cash and positions, less fees and less the cents that rounding may take.
  [[nodiscard]] std::int64_t raises(const FeeSchedule& fees) const;
};

// Error: an open order may still sell short for the account, and a sleeve that is left could not hold that.
[[nodiscard]] core::Result<void> check_may_leave(const Desk& desk, const Model& model, alloc::AccountIndex account,
                                                 alloc::SlotIndex slot);

// REQUIRES: 0 < amount <= the sleeve's value, or is_all and the value is not below 0
[[nodiscard]] Departure depart(const Desk& desk, const Model& model, const PricedGroup& priced,
                               alloc::AccountIndex account, alloc::SlotIndex slot, std::int64_t amount, bool is_all,
                               bool are_sold);

// A sale that would bring no more than its fee is not made: such a position moves to Independent when everything is
// taken out, and stays where it is otherwise.
//
// Sales, whose proceeds go to Independent as they come; transfers of what is not sold; cash; the stake that goes.
// True: the account is out of the model when the orders are done.
bool draft_departure(const Desk& desk, const Departure& departure, Draft& draft, const Draft::Places& places);

}  // namespace portfolio
