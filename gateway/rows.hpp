#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gateway {

// What people look at, as text under names of columns. Decimals are text already.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

}  // namespace gateway
