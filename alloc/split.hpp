#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "alloc/tie.hpp"

namespace alloc {

// The shares of accounts in an order, made ready for splitting. Orders with the same shares may have the same table; it
// never changes.
class ShareTable {
 public:
  static constexpr std::size_t bytes_per_account = sizeof(std::int64_t) + 2 * sizeof(std::uint64_t);

  // REQUIRES: weights not empty, none negative, 0 < sum < 2^62
  explicit ShareTable(std::vector<std::int64_t> weights);

  [[nodiscard]] const std::vector<std::int64_t>& weights() const { return weights_; }
  [[nodiscard]] std::int64_t total_weight() const { return total_weight_; }

 private:
  friend class Split;
  std::vector<std::int64_t> weights_;
  std::vector<std::uint64_t> share_factors_;    // about r_i * 2^64
  std::vector<std::uint64_t> weight_inverses_;  // about 2^64 / w_i
  std::int64_t total_weight_ = 0;
};

// How an order's fills are split over accounts (DESIGN.md section 3, law 3).
//
// Account i has the share r_i = weights[i] / sum(weights), fixed for the life of the order. With k units filled so far
// it has floor(k * r_i) or ceil(k * r_i) units; no further fill takes a unit back; and whenever k * r_i is whole the
// account has exactly that. Each fill costs O(accounts), whatever its size.
class Split {
 public:
  static constexpr std::size_t bytes_per_account = sizeof(std::int64_t);  // beside the table of shares

  // `tie_seed` orders accounts whose next units fall due at the same moment; draw it from the order's id, so that no
  // account is always first.
  Split(std::shared_ptr<const ShareTable> shares, std::uint64_t tie_seed);
  // As after fills that gave these units. REQUIRES: one for each weight, none negative, sum < 2^62
  Split(std::shared_ptr<const ShareTable> shares, std::uint64_t tie_seed, std::vector<std::int64_t> units);
  // REQUIRES: as for ShareTable
  Split(std::vector<std::int64_t> weights, std::uint64_t tie_seed);

  // As before the first fill. REQUIRES: not retired
  void start_again();

  // Frees everything but filled() and tie_seed(): nothing else may be asked any more, and nothing filled.
  void retire();
  // As after retire().
  static Split retired(std::int64_t filled, std::uint64_t tie_seed);
  [[nodiscard]] bool is_retired() const { return shares_ == nullptr; }

  // Adds a fill. REQUIRES: fill_units > 0, filled() + fill_units < 2^62
  void fill(std::int64_t fill_units);

  [[nodiscard]] std::int64_t filled() const { return filled_; }
  // Units of each account, in the order of the weights.
  [[nodiscard]] const std::vector<std::int64_t>& units() const { return units_; }
  [[nodiscard]] const std::vector<std::int64_t>& weights() const { return shares_->weights(); }
  [[nodiscard]] std::int64_t total_weight() const { return shares_->total_weight(); }

  // The number of units filled at which account i's unit number `unit` (1, 2, ...) falls due: ceil(unit / r_i); the
  // largest int64 when it lies beyond that, which no order reaches.
  // REQUIRES: weights()[i] > 0, unit > 0
  [[nodiscard]] std::int64_t due(std::size_t i, std::int64_t unit) const;
  // Where account i stands when units fall due together: smaller is first.
  [[nodiscard]] std::uint64_t tie_rank(std::size_t i) const { return alloc::tie_rank(tie_seed_, i); }
  [[nodiscard]] std::uint64_t tie_seed() const { return tie_seed_; }

 private:
  Split() = default;

  std::shared_ptr<const ShareTable> shares_;
  std::vector<std::int64_t> units_;
  std::uint64_t tie_seed_ = 0;
  std::int64_t filled_ = 0;
};

}  // namespace alloc
