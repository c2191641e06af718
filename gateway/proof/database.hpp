#pragma once

#include <memory>
#include <string>

#include "gateway/journal/sqlite.hpp"

// Opening a gateway's database to read it, whether or not a gateway works on it. All of this throws sqlite::Failure.
namespace gateway {

// Over a connection that cannot write. Failures: no such file, not a database of ours, of a newer version.
[[nodiscard]] std::unique_ptr<sqlite::Database> open_to_read(const std::string& path);

// An empty database that nobody else sees, with our tables and views, and beside it the one at `path` as `live`, which
// it cannot write to. Failures: as above.
[[nodiscard]] std::unique_ptr<sqlite::Database> open_scratch_beside(const std::string& path);

}  // namespace gateway
