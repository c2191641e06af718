#include "fuzz/harness.hpp"

// libFuzzer's way in: the program of one target, PRORATA_FUZZ_TARGET.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::PRORATA_FUZZ_TARGET(data, size);
}
