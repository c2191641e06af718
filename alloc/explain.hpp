#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/scaled.hpp"

namespace alloc {

// One account's row of the explanation of a fill that took the order to k units: its share is k * weight / W.
struct AccountExplanation {
  std::int64_t weight = 0;
  core::Int128 share_numerator = 0;  // k * weight; the denominator is W
  std::int64_t share_floor = 0;      // floor(k * weight / W)
  std::int64_t share_ceil = 0;       // ceil(k * weight / W)
  std::int64_t units_before = 0;
  std::int64_t units_after = 0;
  bool got_left_over = false;  // one of the units that were left when all had their floor
  // Which unit competed for what was left over: the one it got, else the one it would get next; and the number of units
  // filled at which it falls due. Nothing for an account of weight zero.
  std::int64_t next_unit = 0;
  std::optional<std::int64_t> due;
  std::uint64_t tie_rank = 0;  // among equal due moments the smaller is first
  bool law_holds = false;      // recomputed from the numbers above, not by Split

  friend bool operator==(const AccountExplanation&, const AccountExplanation&) = default;
};

struct FillExplanation {
  std::int64_t fill_units = 0;
  std::int64_t filled_before = 0;
  std::int64_t filled_after = 0;  // k
  std::int64_t total_weight = 0;  // W
  std::int64_t left_over = 0;     // units handed out by due moment
  std::vector<AccountExplanation> accounts;
  bool law_holds = false;  // for every account, and the units sum to k
};

// How the fill at `index` of an order was split: replays the fills up to it, O(accounts * index).
// REQUIRES: weights as for Split; fills in units, each > 0; index < fills.size()
[[nodiscard]] FillExplanation explain_fill(const std::vector<std::int64_t>& weights, std::uint64_t tie_seed,
                                           std::span<const std::int64_t> fills, std::size_t index);

// The account's exact share as people write it: "12 3/7", "0 1/3", "5". REQUIRES: total_weight > 0
[[nodiscard]] std::string share_text(const AccountExplanation& account, std::int64_t total_weight);

// The account's part of each fill in percent, with four decimals, halves rounded up: "33.3333".
// REQUIRES: total_weight > 0
[[nodiscard]] std::string percent_text(const AccountExplanation& account, std::int64_t total_weight);

}  // namespace alloc
