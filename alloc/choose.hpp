#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace alloc {

// Working memory of one call, four numbers for each account: on the stack for few accounts, else on the heap. Not
// initialised.
class Scratch {
 public:
  explicit Scratch(std::size_t accounts)
      : accounts_(accounts),
        heap_(accounts > on_stack ? std::make_unique_for_overwrite<std::uint64_t[]>(rows * accounts) : nullptr) {}

  // REQUIRES: i < 4
  [[nodiscard]] std::span<std::uint64_t> row(std::size_t i) {
    return {(heap_ ? heap_.get() : stack_.data()) + i * accounts_, accounts_};
  }
  [[nodiscard]] std::span<std::uint64_t> keys() { return row(0); }

 private:
  static constexpr std::size_t rows = 4;
  static constexpr std::size_t on_stack = 128;

  std::size_t accounts_;
  std::unique_ptr<std::uint64_t[]> heap_;
  std::array<std::uint64_t, rows * on_stack> stack_;
};

// Adds `amount` to those `count` members of `out` that are first in the order of (key, tie rank), the keys standing in
// scratch.keys(). O(accounts). REQUIRES: 0 < count <= out.size() == accounts of the scratch
void add_to_first(std::size_t count, std::uint64_t tie_seed, std::int64_t amount, Scratch& scratch,
                  std::span<std::int64_t> out);

}  // namespace alloc
