#pragma once

#include "core/time.hpp"
#include "gateway/engine/state.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/prices.hpp"
#include "portfolio/targets.hpp"

namespace gateway {

// The rules of a desk's models; set in the configuration.
struct ModelRules {
  portfolio::FeeSchedule fees;  // expected, for previews
  portfolio::Rules rules;
  portfolio::Percent price_tolerance = portfolio::Percent::whole(1);  // between a preview and its transmission
};

// All that a proposal is computed from, as it is now: the state, and prices that came in and are in no journal.
class Ground {
 public:
  // REQUIRES: the state is settled, and stays as it is while this is used
  Ground(const State& state, const portfolio::Prices& live, const ModelRules& rules, core::Time now);
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  [[nodiscard]] const portfolio::Desk& desk() const { return desk_; }

 private:
  portfolio::Prices prices_;
  portfolio::Rates rates_;
  portfolio::Working working_;
  portfolio::Desk desk_;
};

}  // namespace gateway
