#pragma once

#include <string>

#include "gateway/engine/changes.hpp"
#include "gateway/journal/sqlite.hpp"

namespace gateway {

// Writes the rows that people read, inside the caller's transaction. Throws sqlite::Failure.
class RowWriter {
 public:
  explicit RowWriter(sqlite::Database& database);
  void write(const Changes& changes);

 private:
  void write_desk(const Changes& changes);
  void write(const InstrumentAdded& row);
  void write(const ProposalRow& row);
  void write(const OrderRow& row);
  void write(const LogRow& row);
  void write(const FillChangeRow& row);

  sqlite::Statement account_, group_, slot_, instrument_, model_, closed_model_, targets_, account_group_,
      no_account_group_, proposal_, order_, order_state_, holding_, cash_, fill_, fill_change_, break_, settlement_,
      part_log_, log_;
  std::string cells_;  // reused, so that a row of a thousand accounts allocates once
};

}  // namespace gateway
