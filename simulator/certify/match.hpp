#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/certify/frame.hpp"
#include "simulator/certify/suite.hpp"
#include "simulator/certify/template.hpp"

namespace simulator::certify {

// What was not as expected in one field of a message, or beside it (tag 0).
struct Difference {
  int tag = 0;
  std::string text;  // "'200' came, '100' was expected"

  friend bool operator==(const Difference&, const Difference&) = default;
};
using Differences = std::vector<Difference>;

struct Match {
  Differences differences;  // none: it is the message
  std::map<std::string, std::string> captured;
};

// Whether a message is as the items say. Fields that they do not name are free. The second item of a tag is about the
// second field with that tag, as groups have them. 100 and 100.00 are the same.
[[nodiscard]] Match match(const Items& items, const Fields& message, const Lookup& lookup);

// Below zero, zero, or above, as `a` is below, the same as or above `b`; nothing when one is no decimal number.
[[nodiscard]] std::optional<int> compare_decimals(std::string_view a, std::string_view b);

}  // namespace simulator::certify
