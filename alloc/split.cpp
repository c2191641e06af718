#include "alloc/split.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "alloc/choose.hpp"
#include "alloc/fast_division.hpp"
#include "core/check.hpp"

// Why the law can always be kept.
//
// Take one unit filled as one tick of time and unit j of account i as a job of one tick. It may be done once the
// account may hold j units, j <= ceil(k * r_i), that is after tick (j - 1) / r_i (its release, rounded down); it must
// be done once the account must hold j, j <= floor(k * r_i), that is by tick ceil(j / r_i) (its due moment). Between
// two ticks s < t no more than t - s jobs are both released and due, because account i has at most (t - s) * r_i of
// them and the r_i sum to 1.
//
// A fill to k does every job due by k (the floors), then of the released ones those that fall due first. Claim: after
// it, for every t >= k, at most t - k jobs due by t are still to do. Hence the next fill, to t, has room for its
// floors.
//  - If no job due after t was ever done, all k done ones are due by t, and only t jobs are due by t at all.
//  - Otherwise let k' be the last fill in which one was. It was chosen over nothing due by t, so what is due by t and
//    was left is released at k' or later: at most t - k' jobs. Since then k - k' jobs were done, all due by t.
// That the units left over find takers is plain: the ceilings sum to k at least, so the accounts below their ceiling
// are no fewer than the units left, and an account is never more than one below.

namespace alloc {

ShareTable::ShareTable(std::vector<std::int64_t> weights) : weights_(std::move(weights)) {
  for (const std::int64_t weight : weights_) {
    CHECK(weight >= 0 && weight < count_limit - total_weight_);
    total_weight_ += weight;
  }
  CHECK(total_weight_ > 0);
  share_factors_.reserve(weights_.size());
  weight_inverses_.reserve(weights_.size());
  for (const std::int64_t weight : weights_) {
    share_factors_.push_back(share_factor(weight, total_weight_));
    weight_inverses_.push_back(inverse(weight));
  }
}

Split::Split(std::shared_ptr<const ShareTable> shares, std::uint64_t tie_seed)
    : shares_(std::move(shares)), units_(shares_->weights().size(), 0), tie_seed_(tie_seed) {}

Split::Split(std::vector<std::int64_t> weights, std::uint64_t tie_seed)
    : Split(std::make_shared<const ShareTable>(std::move(weights)), tie_seed) {}

Split::Split(std::shared_ptr<const ShareTable> shares, std::uint64_t tie_seed, std::vector<std::int64_t> units)
    : shares_(std::move(shares)), units_(std::move(units)), tie_seed_(tie_seed) {
  CHECK(units_.size() == shares_->weights().size());
  for (const std::int64_t count : units_) {
    CHECK(count >= 0 && count < count_limit - filled_);
    filled_ += count;
  }
}

void Split::start_again() {
  CHECK(!is_retired());
  units_.assign(shares_->weights().size(), 0);
  filled_ = 0;
}

void Split::retire() {
  shares_.reset();
  units_ = {};
}

Split Split::retired(std::int64_t filled, std::uint64_t tie_seed) {
  Split split;
  split.filled_ = filled;
  split.tie_seed_ = tie_seed;
  return split;
}

void Split::fill(std::int64_t fill_units) {
  CHECK(!is_retired() && fill_units > 0 && fill_units < count_limit - filled_);
  filled_ += fill_units;

  const std::vector<std::int64_t>& weights = shares_->weights_;
  const std::size_t size = weights.size();
  const auto filled = static_cast<std::uint64_t>(filled_);
  const auto total = static_cast<std::uint64_t>(shares_->total_weight_);
  Scratch scratch(size);
  const std::span<std::uint64_t> keys = scratch.keys();

  // Everyone gets the floor; the key of those below the ceiling is how far off their next unit's due moment is.
  std::int64_t given = 0;
  std::int64_t takers = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto weight = static_cast<std::uint64_t>(weights[i]);
    const Quotient exact = share_of(filled, weight, total, shares_->share_factors_[i]);
    const auto floor = static_cast<std::int64_t>(exact.whole);
    const bool may_get_one = units_[i] <= floor && exact.remainder != 0;
    // ceil((floor + 1) * W / w) - k == ceil((W - remainder) / w): the distance, which orders as the moment itself.
    const std::uint64_t distance = divide(total - exact.remainder - 1, weight, shares_->weight_inverses_[i]) + 1;
    keys[i] = may_get_one ? distance : UINT64_MAX;
    takers += may_get_one;
    units_[i] = std::max(units_[i], floor);
    given += units_[i];
  }

  const std::int64_t left_over = filled_ - given;
  CHECK(left_over >= 0 && left_over <= takers);
  if (left_over > 0) add_to_first(static_cast<std::size_t>(left_over), tie_seed_, 1, scratch, units_);
}

std::int64_t Split::due(std::size_t i, std::int64_t unit) const {
  CHECK(i < weights().size() && weights()[i] > 0 && unit > 0);
  const std::int64_t weight = weights()[i];
  const core::Int128 moment = (static_cast<core::Int128>(unit) * total_weight() + weight - 1) / weight;
  return static_cast<std::int64_t>(std::min<core::Int128>(moment, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace alloc
