#pragma once

#include <string>
#include <utility>
#include <vector>

// The part of the schema that is about models and proposals, which came with version 6.
namespace gateway {

[[nodiscard]] std::string desk_tables_sql();
// Rows of an older database that follow from its journal.
[[nodiscard]] std::string desk_rows_sql();
// Names and selects of its views.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> desk_views();

}  // namespace gateway
