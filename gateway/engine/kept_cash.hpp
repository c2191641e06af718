#pragma once

#include <map>
#include <utility>
#include <vector>

#include "core/money.hpp"
#include "gateway/engine/state.hpp"

namespace gateway {

// Cash that is spoken for, by group and currency and then by slot, though no open order spends it: what proposals under
// way count on for their purchases that wait, and what sales that are not finished have brought and that is to leave.
// Never more than is there: what is not there yet, others cannot take.
using KeptCash = std::map<std::pair<alloc::GroupIndex, core::Currency>, std::vector<core::Int128>>;
[[nodiscard]] KeptCash kept_cash(const State& state);

}  // namespace gateway
