#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alloc/book.hpp"
#include "core/money.hpp"
#include "core/time.hpp"
#include "gateway/journal/event.hpp"
#include "portfolio/targets.hpp"

// Rows for the tables that people read. They are copies: the engine goes on while the writer stores them. Amounts stay
// integers (the views make text of them), so that a row of a thousand accounts is cheap to write.
namespace gateway {

struct AccountRow {
  alloc::AccountIndex index{};
  AccountOpened account;
};

struct GroupRow {
  alloc::GroupIndex index{};
  std::string code;  // the model, or "Independent"
};

struct SlotRow {
  alloc::GroupIndex group{};
  alloc::SlotIndex slot{};
  alloc::AccountIndex account{};
};

struct ModelRow {
  core::ModelCode model;
  std::string name;
  core::Currency currency = core::Currency::of("USD");
  alloc::GroupIndex group{};
  std::int64_t targets_version = 0;  // 0: none were ever saved
  portfolio::Targets targets;
};

struct TargetsRow {
  core::ModelCode model;
  portfolio::TargetsVersion version;
};

struct AccountGroupRow {
  std::string group;
  std::vector<core::AccountId> accounts;  // none: the group is gone
};

struct ProposalRow {
  std::int64_t number = 0;
  std::string proposal;
  std::int64_t version = 1;
  std::int64_t seq = 0;  // of the journal entry that has the content
  core::Time time;
  std::string operation;
  std::string title;
  std::string stage;
  std::string hash;
  std::string who;
  std::string why_held;
  // One for each of its orders: the order that went out for it, or empty; and whether it is transmitted.
  std::vector<std::pair<std::string, bool>> places;
};

struct PartCells {
  alloc::GroupIndex group{};
  alloc::SlotIndex slot{};
  alloc::Part part;
};

struct OrderRow {
  std::int64_t number = 0;  // 1, 2, 3, ... in the order of entry
  OrderEntered entered;
  core::Time entered_at;
  std::string model;  // "Independent" when all of it is; empty when its parts are in several
  core::Currency currency = core::Currency::of("USD");
  alloc::GroupIndex group{};  // of its cells that name none
  core::Quantity unit;
  std::string state;
  core::Quantity filled;
  std::string average_price;  // empty while nothing is filled
  std::int64_t notional_minor = 0;
  core::Int128 commission = 0;  // exact, core::Amount::decimals
  std::string broker_order_id;
  std::string text;
  std::vector<PartCells> parts;   // of all accounts that take part; empty while nothing is filled
  bool parts_are_stored = false;  // the parts are as they were and left out here: those that are stored stay
};

struct HoldingRow {
  alloc::GroupIndex group{};
  core::Symbol symbol;
  core::Currency currency = core::Currency::of("USD");
  std::vector<alloc::Holding> by_slot;
};

struct CashRow {
  alloc::GroupIndex group{};
  core::Currency currency = core::Currency::of("USD");
  std::vector<std::int64_t> by_slot;
};

// Also an entry of the trade log, of kind FILL.
struct FillRow {
  std::int64_t seq = 0;  // of the journal entry
  std::int64_t log_seq = 0;
  std::int64_t order_number = 0;
  FillBooked fill;
};

// Also entries of the trade log: one of kind BUST, or two of kind CORRECTION, which take back what had counted of the
// fill and put what counts now in its place.
struct FillChangeRow {
  std::int64_t seq = 0;  // of the journal entry
  std::int64_t first_log_seq = 0;
  std::int64_t order_number = 0;
  FillChange change;
  std::optional<FillCorrected> corrected;  // nothing: it is a bust
};

struct BreakRow {
  std::int64_t number = 0;
  core::Time time;
  BreakKept kept;
};

struct SettlementRow {
  std::int64_t seq = 0;  // of the journal entry
  core::Time time;
  BreakSettled settled;
};

// Consecutive entries of the trade log, of kind PART: what the accounts got of a finished order, or, when a fill came
// late, was busted or corrected, what changed.
struct PartLogRow {
  std::int64_t first_seq = 0;
  core::Time time;
  std::int64_t order_number = 0;
  alloc::GroupIndex group{};     // as in the order's row
  std::string price;             // the average
  std::vector<PartCells> parts;  // differences; the cost is left out
};

// One or more consecutive lines of the trade log that differ only in account, quantity and commission.
struct LogCells {
  std::string account;
  std::string quantity;
  std::string commission;
};
struct LogRow {
  std::int64_t first_seq = 0;
  core::Time time;
  std::string kind;  // DEPOSIT, TRANSFER, HOLDING, BREAK, BREAK_SETTLED
  std::string model;
  std::string symbol;
  std::string currency;
  std::string order_id;
  std::string exec_id;
  std::string broker;
  std::vector<LogCells> cells;
};

struct Changes {
  std::vector<AccountRow> accounts;
  std::vector<GroupRow> groups;
  std::vector<SlotRow> slots;
  std::vector<InstrumentAdded> instruments;
  std::vector<ModelRow> models;
  std::vector<core::ModelCode> closed_models;
  std::vector<TargetsRow> targets;
  std::vector<AccountGroupRow> account_groups;
  std::vector<ProposalRow> proposals;
  std::vector<OrderRow> orders;
  std::vector<HoldingRow> holdings;
  std::vector<CashRow> cash;
  std::vector<FillRow> fills;
  std::vector<FillChangeRow> fill_changes;
  std::vector<BreakRow> breaks;
  std::vector<SettlementRow> settlements;
  std::vector<PartLogRow> part_log;
  std::vector<LogRow> log;
};

}  // namespace gateway
