#pragma once

#include <cstdint>
#include <string>

namespace gateway {

// Pragmas application_id ("PROR") and user_version: how a file says that it is ours, and which schema it has.
inline constexpr int application_id = 0x50524f52;
inline constexpr int schema_version = 6;

// The tables of a new database: the journal and the sessions' memory, and the rows that people read.
[[nodiscard]] std::string table_sql();

// What keeps the tables of the trade log append-only, and what lifts it, to make their rows anew.
[[nodiscard]] std::string ledger_triggers_sql();
[[nodiscard]] std::string drop_ledger_triggers_sql();

// What a database of this older version, 2 at least, is given to be of this one; what it has stays.
[[nodiscard]] std::string upgrade_sql(std::int64_t version);

// The views for people: trade_log, positions, orders, fills, fill_changes, parts, breaks, shares, models, targets,
// target_versions, account_groups, proposals and what is in them (proposal_orders, ..._legs, ..._moves, ..._sleeves,
// ..._lines, ..._quotes, ..._warnings); decimals as text.
// Dropped and made again at every start, so that they belong to the running version.
[[nodiscard]] std::string view_sql();

// A page of the view trade_log, without reading what lies before it: parameters are the last seq that was seen (?1) and
// how many entries are wanted (?2), both as text.
[[nodiscard]] std::string trade_log_page_sql();

}  // namespace gateway
