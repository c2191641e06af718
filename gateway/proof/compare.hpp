#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/journal/sqlite.hpp"

namespace gateway {

// A table whose rows follow from the journal.
struct DerivedTable {
  const char* name;
  const char* what;  // for people
  std::vector<std::string> key;
  bool appended = false;
  bool packed = false;  // accounts in one row: told by account, not by row
};
[[nodiscard]] const std::vector<DerivedTable>& derived_tables();

// Compares the rows of `main`, rebuilt from the journal, with those of `live`, cell by cell. Throws sqlite::Failure.
class Comparison {
 public:
  explicit Comparison(sqlite::Database& database);

  // The rows of append-only tables in main: compared, counted, and taken away, so that main stays small. Inside a
  // transaction.
  void compare_appended();
  // The rest. REQUIRES: main and live are of the same moment, which a transaction holds
  void compare_all();

  [[nodiscard]] bool holds() const;
  // {what, compared, differing, holds} for each kind of rows.
  [[nodiscard]] boost::json::array rows() const;
  // {what, row, text}: the first few in words.
  [[nodiscard]] boost::json::array differences() const { return differences_; }

 private:
  struct Table : DerivedTable {
    std::int64_t last_key = 0;  // of an appended table: up to here it is compared
    std::int64_t compared = 0;
    std::int64_t differing = 0;
  };

  void compare(Table& table, std::int64_t up_to);
  void tell_positions();
  // How many rows within `range` differ; `in_words` describes them too.
  [[nodiscard]] std::int64_t differing(const Table& table, const std::string& range, bool in_words);
  [[nodiscard]] std::int64_t differing_from(const Table& table, bool rebuilt_first, const std::string& range,
                                            bool in_words);
  void describe(const Table& table, bool rebuilt_first, const std::vector<std::string>& columns,
                const std::vector<std::string>& values);
  [[nodiscard]] bool is_in(const std::string& schema, const Table& table, const std::vector<std::string>& columns,
                           const std::vector<std::string>& values);

  sqlite::Database& database_;
  std::vector<Table> tables_;
  boost::json::array differences_;
};

}  // namespace gateway
