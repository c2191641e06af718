#pragma once

#include <chrono>
#include <vector>

#include "core/scaled.hpp"
#include "fix/schedule.hpp"

namespace simulator {

// How VWAP orders are cut: by the share of a day's volume that each of equal parts of the day is expected to have.
struct VwapSettings {
  std::chrono::seconds slice{60};                                            // from one slice to the next
  std::vector<std::int64_t> curve{14, 9, 7, 6, 6, 5, 5, 5, 6, 6, 7, 9, 15};  // weights, each above zero

  friend bool operator==(const VwapSettings&, const VwapSettings&) = default;
};

// What of a quantity is to be traded by `now`, in whole lots, when all of it is to be traded within `span` and as the
// curve has it. Never less at a later time; nothing before the span, all of it at its end. Pure.
// REQUIRES: the span lies within the day and is not empty
[[nodiscard]] core::Quantity due_by(core::Time now, core::Quantity quantity, core::Quantity lot,
                                    const fix::Window& span, const std::vector<std::int64_t>& curve,
                                    const fix::Window& day);

}  // namespace simulator
