#include "alloc/choose.hpp"

#include <algorithm>

#include "alloc/tie.hpp"
#include "core/check.hpp"

namespace alloc {
namespace {

constexpr std::size_t few = 24;  // not worth narrowing down

struct Bracket {
  std::uint64_t low;
  std::uint64_t high;
};

// Two of the values between which the value of `rank` very probably lies, from a sorted sample of them.
Bracket guess_bracket(std::span<const std::uint64_t> values, std::size_t rank) {
  std::array<std::uint64_t, 64> sample;
  const std::size_t size = values.size() < 512 ? 16 : values.size() < 4'096 ? 32 : 64;
  const std::size_t margin = size / 8 + 2;  // two standard deviations or more of a rank within the sample
  const std::size_t stride = values.size() / size;
  for (std::size_t i = 0; i < size; ++i) sample[i] = values[i * stride];
  std::sort(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(size));
  const std::size_t middle = rank * size / values.size();
  return {middle < margin ? 0 : sample[middle - margin], middle + margin < size ? sample[middle + margin] : UINT64_MAX};
}

std::uint64_t value_by_copy(std::span<const std::uint64_t> values, std::size_t rank, std::span<std::uint64_t> scratch) {
  if (values.data() != scratch.data()) std::copy(values.begin(), values.end(), scratch.begin());
  const auto nth = scratch.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(scratch.begin(), nth, scratch.begin() + static_cast<std::ptrdiff_t>(values.size()));
  return *nth;
}

// The value at `rank` (from 0) of the sorted values. Narrows them down by cheap passes without branches, where
// std::nth_element alone mispredicts every other comparison; a guess that misses costs one nth_element over all.
std::uint64_t value_at_rank(std::span<const std::uint64_t> all, std::size_t rank, std::span<std::uint64_t> scratch) {
  if (rank == 0) return *std::min_element(all.begin(), all.end());
  std::span<const std::uint64_t> left = all;
  std::size_t left_rank = rank;
  while (left.size() > few) {
    const auto [low, high] = guess_bracket(left, left_rank);
    const std::uint64_t width = high - low;
    std::size_t below = 0;
    std::size_t inside = 0;
    for (const std::uint64_t value : left) {  // in place from the second round on: writes never overtake reads
      scratch[inside] = value;
      below += value < low;
      inside += value - low <= width;
    }
    if (left_rank < below || left_rank >= below + inside) return value_by_copy(all, rank, scratch);
    if (low == high) return low;
    const bool narrowed = inside < left.size();
    left = scratch.first(inside);
    left_rank -= below;
    if (!narrowed) break;
  }
  return value_by_copy(left, left_rank, scratch);
}

}  // namespace

void add_to_first(std::size_t count, std::uint64_t tie_seed, std::int64_t amount, Scratch& scratch,
                  std::span<std::int64_t> out) {
  const std::span<const std::uint64_t> keys = scratch.keys();
  CHECK(count > 0 && count <= out.size() && keys.size() == out.size());
  const std::uint64_t last = value_at_rank(keys, count - 1, scratch.row(1));

  const std::span<std::uint64_t> tied = scratch.row(1);  // positions of the last key
  std::size_t below = 0;
  std::size_t tied_count = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    tied[tied_count] = i;
    tied_count += keys[i] == last;
    const bool chosen = keys[i] < last;
    below += chosen;
    out[i] += amount & -static_cast<std::int64_t>(chosen);
  }

  const std::size_t wanted = count - below;
  if (wanted == tied_count) {
    for (const std::uint64_t i : tied.first(tied_count)) out[i] += amount;
    return;
  }
  const std::span<std::uint64_t> ranks = scratch.row(2).first(tied_count);
  for (std::size_t j = 0; j < tied_count; ++j) ranks[j] = tie_rank(tie_seed, tied[j]);
  const std::uint64_t last_rank = value_at_rank(ranks, wanted - 1, scratch.row(3));
  for (std::size_t j = 0; j < tied_count; ++j) {
    out[tied[j]] += amount & -static_cast<std::int64_t>(ranks[j] <= last_rank);
  }
}

}  // namespace alloc
