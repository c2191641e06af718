#include "audit/law.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/random.hpp"

namespace audit {

namespace {

// Who is first among equals: the smaller one.
std::uint64_t tie_rank(std::uint64_t tie_seed, std::size_t position) {
  return core::mix(core::mix(tie_seed) + position);
}

}  // namespace

SlowSplit::SlowSplit(std::vector<std::int64_t> weights, std::uint64_t tie_seed)
    : weights_(std::move(weights)), tie_seed_(tie_seed), units_(weights_.size()), before_(weights_.size()) {
  CHECK(problem_with(weights_).empty());
  for (const std::int64_t weight : weights_) total_ += weight;
}

std::string SlowSplit::problem_with(const std::vector<std::int64_t>& weights) {
  core::Int128 total = 0;
  for (const std::int64_t weight : weights) {
    if (weight < 0) return "a share is below zero";
    total += weight;
  }
  if (total == 0) return "the shares sum to nothing";
  return total < units_limit ? "" : "the shares are too large to sum up";
}

void SlowSplit::fill(std::int64_t units) {
  CHECK(units > 0 && units < units_limit - filled_);
  before_ = units_;
  filled_ += units;
  std::int64_t left = filled_;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    units_[i] = std::max(units_[i], floor_of(i));
    left -= units_[i];
  }
  std::vector<std::size_t> takers;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (units_[i] < ceiling_of(i)) takers.push_back(i);
  }
  std::sort(takers.begin(), takers.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(due(a, units_[a] + 1), rank(a)) < std::pair(due(b, units_[b] + 1), rank(b));
  });
  for (const std::size_t i : takers) {
    if (left <= 0) break;
    ++units_[i];
    --left;
  }
}

std::vector<std::string> SlowSplit::broken() const {
  std::vector<std::string> broken;
  core::Int128 sum = 0;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const std::string account = "the account at position " + std::to_string(i);
    if (units_[i] < before_[i]) broken.push_back("a unit was taken back from " + account);
    if (units_[i] < floor_of(i) || units_[i] > ceiling_of(i)) {
      broken.push_back(account + " has " + std::to_string(units_[i]) + " units, and its share is between " +
                       std::to_string(floor_of(i)) + " and " + std::to_string(ceiling_of(i)));
    }
    sum += units_[i];
  }
  if (sum != filled_) broken.push_back("the accounts' units do not sum to the " + std::to_string(filled_) + " filled");
  return broken;
}

std::int64_t SlowSplit::floor_of(std::size_t i) const {
  return static_cast<std::int64_t>(static_cast<core::Int128>(filled_) * weights_[i] / total_);
}

std::int64_t SlowSplit::ceiling_of(std::size_t i) const {
  return static_cast<std::int64_t>((static_cast<core::Int128>(filled_) * weights_[i] + total_ - 1) / total_);
}

// The number of units filled at which the account must have `unit` units: ceil(unit / share).
core::Int128 SlowSplit::due(std::size_t i, std::int64_t unit) const {
  return (static_cast<core::Int128>(unit) * total_ + weights_[i] - 1) / weights_[i];
}

std::uint64_t SlowSplit::rank(std::size_t i) const { return tie_rank(tie_seed_, i); }

std::vector<core::Int128> by_largest_remainder(core::Int128 total, const std::vector<std::int64_t>& weights,
                                               std::uint64_t tie_seed) {
  const core::Int128 sign = total < 0 ? -1 : 1;
  const core::Int128 amount = total * sign;
  core::Int128 sum = 0;
  for (const std::int64_t weight : weights) sum += weight;
  CHECK(sum > 0);
  std::vector<core::Int128> result;
  std::vector<std::size_t> takers;
  core::Int128 left = amount;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    result.push_back(amount * weights[i] / sum);
    left -= result.back();
    takers.push_back(i);
  }
  std::sort(takers.begin(), takers.end(), [&](std::size_t a, std::size_t b) {
    const core::Int128 of_a = amount * weights[a] % sum;
    const core::Int128 of_b = amount * weights[b] % sum;
    return of_a != of_b ? of_a > of_b : tie_rank(tie_seed, a) < tie_rank(tie_seed, b);
  });
  for (const std::size_t i : takers) {
    if (left-- <= 0) break;
    ++result[i];
  }
  for (core::Int128& each : result) each *= sign;
  return result;
}

}  // namespace audit
