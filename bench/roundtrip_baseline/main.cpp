#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/roundtrip_baseline/disk.hpp"
#include "bench/roundtrip_baseline/stock_quickfix.hpp"

namespace {

constexpr int orders = 2000;
constexpr int warm_up = 200;

// A folder of its own in the one where we run, so that the disk measured is the one meant; gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = "baseline-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot write to this folder");
    path_ = std::filesystem::absolute(name);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The value that `percent` percent of all do not exceed, in microseconds with one decimal. REQUIRES: not empty
std::string percentile_us(std::vector<std::int64_t> nanoseconds, std::size_t percent) {
  std::sort(nanoseconds.begin(), nanoseconds.end());
  const std::size_t rank = (nanoseconds.size() * percent + 99) / 100;
  const std::int64_t tenths = (nanoseconds[std::max<std::size_t>(rank, 1) - 1] + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

void measure(bool json) {
  const ScratchFolder folder;
  const auto trips = bench::stock_quickfix_round_trips(folder.path().string(), warm_up, orders);
  const auto syncs = bench::append_and_sync(folder.path() / "appended", orders);
  const std::vector<std::pair<const char*, std::string>> results = {
      {"orders", std::to_string(orders)},
      {"stock_quickfix_median_us", percentile_us(trips, 50)},
      {"stock_quickfix_p99_us", percentile_us(trips, 99)},
      {"fdatasync_median_us", percentile_us(syncs, 50)},
      {"fdatasync_p99_us", percentile_us(syncs, 99)},
  };
  std::string text;
  for (const auto& [key, value] : results) {
    if (json) {
      text.append(text.empty() ? "{\"" : ", \"").append(key).append("\": ").append(value);
    } else {
      text.append(key).append(" ").append(value).append("\n");
    }
  }
  if (json) text.append("}\n");
  std::fputs(text.c_str(), stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() > 1 || (arguments.size() == 1 && arguments[0] != "--json")) {
    std::fputs("usage: prorata-bench-baseline [--json]\n", stderr);
    return 2;
  }
  try {
    measure(!arguments.empty());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "prorata-bench-baseline: %s\n", error.what());
    return 1;
  }
  return 0;
}
