#include <algorithm>
#include <cstring>

#include "fuzz/frames.hpp"
#include "fuzz/harness.hpp"

// Only libFuzzer's program of the framer has this: changes bytes as libFuzzer would, and then mostly mends lengths and
// sums, because a message whose sum is wrong says little about what comes after it.

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 4 == 0) return size;
  const std::string mended = fuzz::repaired(fuzz::with_soh(fuzz::as_text(data, size)));
  size = std::min(mended.size(), max_size);
  std::memcpy(data, mended.data(), size);
  return size;
}
