#pragma once

#include "audit/blocks.hpp"
#include "audit/check.hpp"
#include "audit/database.hpp"
#include "audit/records.hpp"

// Each function is one check: pure, from what was read to what was found. Orders that are missing are the first one's
// finding; the others pass over them.
namespace audit {

// ---- block_checks.cpp: one order at a time
[[nodiscard]] Check parts_sum_to_fills(const Blocks& blocks);
[[nodiscard]] Check costs_sum_to_notional(const Blocks& blocks);
[[nodiscard]] Check commissions_sum_to_fees(const Blocks& blocks);
[[nodiscard]] Check one_price_for_all(const Blocks& blocks);
[[nodiscard]] Check within_one_unit(const Blocks& blocks);
[[nodiscard]] Check parts_follow_the_law(const Blocks& blocks);

// ---- book_checks.cpp: cash and positions
[[nodiscard]] Check cash_of_models(const Records& records, const Blocks& blocks);
[[nodiscard]] Check cash_of_accounts(const Records& records, const Blocks& blocks);
[[nodiscard]] Check cash_out_of_accounts(const Records& records, const Blocks& blocks);
[[nodiscard]] Check positions_from_trades(const Records& records, const Blocks& blocks);
// Exact for what nothing was sold of. How much cost left with a sale depends on what was held at each of its fills,
// which is not worked out here: then the cost is only held between nothing and all that was paid.
[[nodiscard]] Check costs_from_trades(const Records& records, const Blocks& blocks);

// ---- log_checks.cpp: the trade log, reports, breaks
[[nodiscard]] Check log_without_gaps(const Records& records);
[[nodiscard]] Check log_has_fills(const Records& records);
[[nodiscard]] Check log_has_parts(const Records& records, const Blocks& blocks);
[[nodiscard]] Check executions_counted_once(const Records& records);
[[nodiscard]] Check no_breaks(const Records& records);

// ---- against.cpp: two databases
// Whether a view says the same in both, row by row, whatever the order. Errors: as Database::each.
[[nodiscard]] core::Result<Check> same_rows(const std::string& view, Database& database, Database& other);

}  // namespace audit
