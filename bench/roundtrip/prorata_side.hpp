#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace bench {

// Orders one after the other through the whole gateway, with a model of `accounts` accounts: from the command to the
// moment when its fill is booked, split and durable in SQLite. The broker is a session of ours on loopback, with a
// thread of its own, which answers each order with one fill. The times are in nanoseconds; the first `warm_up` are not
// counted. ERRORS: throws std::runtime_error when the sides don't log on or a fill doesn't come.
[[nodiscard]] std::vector<std::int64_t> prorata_round_trips(const std::filesystem::path& folder, int accounts,
                                                            int warm_up, int count);

}  // namespace bench
