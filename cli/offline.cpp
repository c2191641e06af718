#include "cli/offline.hpp"

#include <algorithm>

#include "gateway/proof/proof.hpp"

namespace cli {

core::Result<std::string> work_offline(const std::string& task, const Parameters& parameters,
                                       const std::string& database,
                                       const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  const core::Result<gateway::Task> known = gateway::read_task(task, parameters);
  if (known) return gateway::carry_out(*known, database, progress);
  std::string option = "--" + known.error().place;
  std::replace(option.begin(), option.end(), '_', '-');
  return core::fail(option, known.error().message);
}

}  // namespace cli
