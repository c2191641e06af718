#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/harness.hpp"

// Inputs that were worth keeping and inputs that once failed. One that fails again aborts the test program; the last
// line says which.
namespace fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_of(std::string_view target) {
  std::vector<fs::path> inputs;
  for (const char* kind : {"corpus", "crashes"}) {
    const fs::path folder = fs::path("fuzz") / kind / target;
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

class KeptInputs : public testing::TestWithParam<Target> {};

TEST_P(KeptInputs, KeepTheLaws) {
  const std::vector<fs::path> inputs = inputs_of(GetParam().name);
  EXPECT_GE(inputs.size(), 5U) << "the corpus was not found";
  for (const fs::path& path : inputs) {
    std::ifstream in(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    std::cerr << path.string() << '\n';
    GetParam().run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, KeptInputs, testing::ValuesIn(targets),
                         [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace fuzz
