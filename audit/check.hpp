#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace audit {

// One line of the audit: what was compared with what, over how much, and where they differ.
struct Check {
  static constexpr std::size_t differences_kept = 5;

  std::string name;
  std::string compared;                  // with numbers: "14 orders, 8,400 units"
  std::vector<std::string> differences;  // the first few
  std::size_t difference_count = 0;

  explicit Check(std::string said) : name(std::move(said)) {}

  void differs(std::string what) {
    if (++difference_count <= differences_kept) differences.push_back(std::move(what));
  }
  [[nodiscard]] bool ok() const { return difference_count == 0; }
};

}  // namespace audit
