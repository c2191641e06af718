#include "alloc/choose.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "alloc/tie.hpp"
#include "tests/alloc/generators.hpp"

namespace alloc {
namespace {

std::vector<std::uint64_t> make_keys(core::Random& random, std::size_t size) {
  std::vector<std::uint64_t> keys(size);
  const auto shape = random.below(6);
  const std::uint64_t distinct = 1 + random.below(20);
  for (std::size_t i = 0; i < size; ++i) {
    switch (shape) {
      case 0: keys[i] = random.next(); break;
      case 1: keys[i] = random.below(distinct); break;
      case 2: keys[i] = i; break;
      case 3: keys[i] = size - i; break;
      case 4: keys[i] = random.below(2) == 0 ? UINT64_MAX : random.below(distinct); break;
      default: keys[i] = i % (size / 64 + 1); break;  // periodic, so that a sample may see few of the values
    }
  }
  return keys;
}

void choose_once(core::Random& random) {
  const auto size = static_cast<std::size_t>(random.between(1, random.below(8) == 0 ? 5'000 : 300));
  const std::vector<std::uint64_t> keys = make_keys(random, size);
  const std::uint64_t tie_seed = random.next();
  const auto count = static_cast<std::size_t>(random.between(1, static_cast<std::int64_t>(size)));

  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(keys[a], tie_rank(tie_seed, a)) < std::pair(keys[b], tie_rank(tie_seed, b));
  });
  std::vector<std::int64_t> expected(size, 5);
  for (std::size_t i = 0; i < count; ++i) expected[order[i]] = -2;

  Scratch scratch(size);
  std::copy(keys.begin(), keys.end(), scratch.keys().begin());
  std::vector<std::int64_t> out(size, 5);
  add_to_first(count, tie_seed, -7, scratch, out);
  RC_ASSERT(out == expected);
}

TEST(AddToFirst, ChoosesWhatSortingWouldChoose) {
  EXPECT_TRUE(rc::check([] {
    core::Random random = test::any_random();
    for (int round = 0; round < 20; ++round) choose_once(random);
  }));
}

}  // namespace
}  // namespace alloc
