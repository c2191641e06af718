#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "alloc/tie.hpp"

namespace alloc {

// Working memory for the length of one call: on the stack for a few accounts, else on the heap. Not set to anything.
class Scratch {
 public:
  explicit Scratch(std::size_t size)
      : size_(size), heap_(size > on_stack ? std::make_unique_for_overwrite<std::uint64_t[]>(size) : nullptr) {}

  [[nodiscard]] std::span<std::uint64_t> span() { return {heap_ ? heap_.get() : stack_.data(), size_}; }

 private:
  static constexpr std::size_t on_stack = 256;

  std::size_t size_;
  std::unique_ptr<std::uint64_t[]> heap_;
  std::array<std::uint64_t, on_stack> stack_;
};

// Where the chosen end in the order of (key, tie rank).
struct Cut {
  std::uint64_t key = 0;       // chosen: every smaller key ...
  bool some_at_key = false;    // ... and, of those with this key, all (false) or
  std::uint64_t last_tie = 0;  // those up to this tie rank (true)

  [[nodiscard]] bool chosen(std::uint64_t other, std::uint64_t tie_seed, std::size_t position) const {
    if (other != key) return other < key;
    return !some_at_key || tie_rank(tie_seed, position) <= last_tie;
  }
};

// The cut that chooses the `count` positions with the smallest (key, tie rank), in O(keys).
// REQUIRES: 0 < count <= keys.size(), scratch at least as long as keys and not the same memory
[[nodiscard]] Cut choose_first(std::span<const std::uint64_t> keys, std::size_t count, std::uint64_t tie_seed,
                               std::span<std::uint64_t> scratch);

}  // namespace alloc
