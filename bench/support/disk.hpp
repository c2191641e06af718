#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace bench {

// Appends 4 KiB to the new file `path` and calls fdatasync, `count` times: how long each took, in nanoseconds.
// ERRORS: throws std::system_error when the disk refuses.
[[nodiscard]] std::vector<std::int64_t> append_and_sync(const std::filesystem::path& path, int count);

}  // namespace bench
