#pragma once

#include "cli/run.hpp"

namespace cli {

// World::offline for the real world: what the gateway would do, done by the gateway's own code for it (gateway/proof).
[[nodiscard]] core::Result<std::string> work_offline(
    const std::string& task, const Parameters& parameters, const std::string& database,
    const std::function<bool(std::int64_t done, std::int64_t total)>& progress);

}  // namespace cli
