#pragma once

#include <string>
#include <vector>

#include "audit/check.hpp"
#include "audit/database.hpp"

namespace audit {

struct Options {
  bool allow_breaks = false;
};

// All checks of one database, in the order in which people should read them. Errors: as read_records.
[[nodiscard]] core::Result<std::vector<Check>> audit_book(Database& database, const Options& options);

// Whether both databases hold the same book: positions, parts, orders, fills, trade log. Errors: as Database::each.
[[nodiscard]] core::Result<std::vector<Check>> compare_books(Database& database, Database& other);

}  // namespace audit
