#include "alloc/choose.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace alloc {
namespace {

constexpr std::size_t sample_size = 64;
constexpr std::size_t sample_margin = 9;  // more than two standard deviations of a rank within the sample

struct Bracket {
  std::uint64_t low;
  std::uint64_t high;
};

// Two of the values between which the value of `rank` very probably lies.
Bracket guess_bracket(std::span<const std::uint64_t> values, std::size_t rank) {
  std::array<std::uint64_t, sample_size> sample;
  const std::size_t stride = values.size() / sample_size;
  for (std::size_t i = 0; i < sample_size; ++i) sample[i] = values[i * stride];
  std::sort(sample.begin(), sample.end());
  const std::size_t middle = rank * sample_size / values.size();
  const std::size_t high = middle + sample_margin;
  return {middle < sample_margin ? 0 : sample[middle - sample_margin], high < sample_size ? sample[high] : UINT64_MAX};
}

std::uint64_t value_by_copy(std::span<const std::uint64_t> values, std::size_t rank, std::span<std::uint64_t> scratch) {
  if (values.data() != scratch.data()) std::copy(values.begin(), values.end(), scratch.begin());
  const auto nth = scratch.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(scratch.begin(), nth, scratch.begin() + static_cast<std::ptrdiff_t>(values.size()));
  return *nth;
}

// The value at `rank` (from 0) of the sorted values. Narrows them down by a cheap pass without branches at a time,
// where std::nth_element alone mispredicts every other comparison; a guess that misses costs one nth_element over all.
std::uint64_t value_at_rank(std::span<const std::uint64_t> all, std::size_t rank, std::span<std::uint64_t> scratch) {
  if (rank == 0) return *std::min_element(all.begin(), all.end());
  std::span<const std::uint64_t> left = all;
  std::size_t left_rank = rank;
  while (left.size() > 2 * sample_size) {
    const auto [low, high] = guess_bracket(left, left_rank);
    std::size_t below = 0;
    std::size_t inside = 0;
    for (const std::uint64_t value : left) {  // in place from the second round on: writes never overtake reads
      scratch[inside] = value;
      below += value < low;
      inside += value >= low && value <= high;
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

Cut choose_first(std::span<const std::uint64_t> keys, std::size_t count, std::uint64_t tie_seed,
                 std::span<std::uint64_t> scratch) {
  CHECK(count > 0 && count <= keys.size() && scratch.size() >= keys.size());
  Cut cut{.key = value_at_rank(keys, count - 1, scratch)};
  std::size_t below = 0;
  std::size_t equal = 0;
  for (const std::uint64_t key : keys) {
    below += key < cut.key;
    equal += key == cut.key;
  }
  const std::size_t wanted = count - below;
  if (wanted == equal) return cut;

  Scratch ties(equal);
  std::size_t found = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == cut.key) ties.span()[found++] = tie_rank(tie_seed, i);
  }
  cut.some_at_key = true;
  cut.last_tie = value_at_rank(ties.span(), wanted - 1, scratch);
  return cut;
}

}  // namespace alloc
