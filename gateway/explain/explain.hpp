#pragma once

#include <optional>
#include <string>

#include "core/id.hpp"

namespace gateway {

// How a fill was split, derived from the shares sealed with its order and the fills up to it, read from the gateway's
// database: a JSON document with the fill, and for each account its exact share, the bounds, the unit that competed for
// what was left over, when that fell due, and whether the law holds (recomputed). Nothing when there is no such fill,
// or when the database cannot be read. An empty `broker` means any. Opens the database for each call, read-only.
[[nodiscard]] std::optional<std::string> explain_json(const std::string& database, const core::ExecId& exec,
                                                      const core::SessionName& broker);

}  // namespace gateway
