#pragma once

#include <cstddef>
#include <cstdint>

#include "core/random.hpp"

namespace alloc {

// Where a position stands when several are equally entitled: smaller is first. The seed is drawn from the order's id,
// so that no account is always first. For one seed no two positions have the same rank, because mix is one-to-one.
[[nodiscard]] constexpr std::uint64_t tie_rank(std::uint64_t tie_seed, std::size_t position) {
  return core::mix(core::mix(tie_seed) + position);
}

}  // namespace alloc
