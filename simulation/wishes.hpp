#pragma once

#include <cstdint>
#include <optional>

#include "gateway/desk_commands.hpp"
#include "gateway/engine/state.hpp"

namespace simulation {

// What a person might want of the desk's models just then, from two drawn numbers: targets, proposals of every kind,
// and what becomes of those that are there. Nothing when there is nothing to want. On a calm day nothing that could
// leave an order unfilled.
[[nodiscard]] std::optional<gateway::DeskWish> draw_wish(std::uint64_t a, std::uint64_t b, const gateway::State& state,
                                                         bool is_calm);

}  // namespace simulation
