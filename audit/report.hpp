#pragma once

#include <string>
#include <vector>

#include "audit/check.hpp"

namespace audit {

[[nodiscard]] bool all_ok(const std::vector<Check>& checks);

// A table for people: check, what was compared, ok or FAILED; under it what differs.
[[nodiscard]] std::string table_of(const std::vector<Check>& checks);

// {"database", "against" or null, "ok", "checks": [{"name", "compared", "ok", "difference_count", "differences"}]}
[[nodiscard]] std::string json_of(const std::vector<Check>& checks, const std::string& database,
                                  const std::string& against);

}  // namespace audit
