#include "audit/audit.hpp"

#include "audit/checks.hpp"

namespace audit {

core::Result<std::vector<Check>> audit_book(Database& database, const Options& options) {
  const auto records = read_records(database);
  if (!records) return tl::unexpected(records.error());
  const Blocks blocks = blocks_of(*records);
  std::vector<Check> checks = {
      parts_sum_to_fills(blocks),
      costs_sum_to_notional(blocks),
      commissions_sum_to_fees(blocks),
      one_price_for_all(blocks),
      within_one_unit(blocks),
      parts_follow_the_law(blocks),
      cash_out_of_accounts(*records, blocks),
      cash_of_models(*records, blocks),
      cash_of_accounts(*records, blocks),
      positions_from_trades(*records, blocks),
      costs_from_trades(*records, blocks),
      log_without_gaps(*records),
      log_has_fills(*records),
      log_has_parts(*records, blocks),
      executions_counted_once(*records),
  };
  if (!options.allow_breaks) checks.push_back(no_breaks(*records));
  return checks;
}

core::Result<std::vector<Check>> compare_books(Database& database, Database& other) {
  std::vector<Check> checks;
  for (const char* view : {"positions", "parts", "orders", "fills", "trade_log"}) {
    auto check = same_rows(view, database, other);
    if (!check) return tl::unexpected(check.error());
    checks.push_back(*std::move(check));
  }
  return checks;
}

}  // namespace audit
