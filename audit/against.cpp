#include <algorithm>
#include <iterator>

#include "audit/checks.hpp"
#include "audit/numbers.hpp"

namespace audit {

namespace {

core::Result<std::vector<std::string>> rows_of(const std::string& view, Database& database) {
  std::vector<std::string> rows;
  const auto read = database.each("SELECT * FROM " + view, [&](const Row& row) {
    std::string line = row.text(0);
    for (int i = 1; i < row.columns(); ++i) line += " | " + row.text(i);
    rows.push_back(std::move(line));
  });
  if (!read) return tl::unexpected(read.error());
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

core::Result<Check> same_rows(const std::string& view, Database& database, Database& other) {
  const auto here = rows_of(view, database);
  if (!here) return tl::unexpected(here.error());
  const auto there = rows_of(view, other);
  if (!there) return tl::unexpected(there.error());
  Check check(view + " equal in both databases");
  check.compared = here->size() == there->size()
                       ? counted(here->size(), "row", "rows")
                       : counted(here->size(), "row", "rows") + " and " + counted(there->size(), "row", "rows");
  std::vector<std::string> only;
  std::set_difference(here->begin(), here->end(), there->begin(), there->end(), std::back_inserter(only));
  for (const std::string& row : only) check.differs("only in " + database.path() + ": " + row);
  only.clear();
  std::set_difference(there->begin(), there->end(), here->begin(), here->end(), std::back_inserter(only));
  for (const std::string& row : only) check.differs("only in " + other.path() + ": " + row);
  return check;
}

}  // namespace audit
