#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/decimal.hpp"

namespace audit {

// The law of the split, said a second time and as plainly as can be: it sorts where the gateway does not, and shares
// nothing with it but the hash that orders ties. Two programs that agree are right together or wrong together.
//
// Account i has the share weights[i] / sum(weights). With k units filled, everyone has at least max(what it had,
// floor(k * share)); the units left over go one each to the accounts below ceil(k * share) whose next unit falls due
// first, unit j being due when ceil(j / share) units are filled; ties by the order that the order's id gives.
class SlowSplit {
 public:
  static constexpr std::int64_t units_limit = std::int64_t{1} << 62;

  // REQUIRES: problem_with(weights) is empty
  SlowSplit(std::vector<std::int64_t> weights, std::uint64_t tie_seed);

  // Why weights cannot share anything out; empty when they can.
  [[nodiscard]] static std::string problem_with(const std::vector<std::int64_t>& weights);

  // REQUIRES: units > 0 and the sum of all fills below units_limit
  void fill(std::int64_t units);

  // What the law's promise is broken by after the last fill: a unit taken back, an account not at the floor or ceiling
  // of its share, units lost. Empty when it is kept.
  [[nodiscard]] std::vector<std::string> broken() const;

  [[nodiscard]] const std::vector<std::int64_t>& units() const { return units_; }
  [[nodiscard]] std::int64_t filled() const { return filled_; }
  [[nodiscard]] std::int64_t floor_of(std::size_t i) const;
  [[nodiscard]] std::int64_t ceiling_of(std::size_t i) const;

 private:
  [[nodiscard]] core::Int128 due(std::size_t i, std::int64_t unit) const;
  [[nodiscard]] std::uint64_t rank(std::size_t i) const;

  std::vector<std::int64_t> weights_;
  std::uint64_t tie_seed_;
  core::Int128 total_ = 0;
  std::int64_t filled_ = 0;
  std::vector<std::int64_t> units_;
  std::vector<std::int64_t> before_;  // the units before the last fill
};

// `total` in proportion to the weights, cut to whole numbers, and what is left over one each to the largest remainders;
// ties by the order that the seed gives. The sign of the total is that of all.
// REQUIRES: weights not negative, and not all zero
[[nodiscard]] std::vector<core::Int128> by_largest_remainder(core::Int128 total,
                                                             const std::vector<std::int64_t>& weights,
                                                             std::uint64_t tie_seed);

}  // namespace audit
