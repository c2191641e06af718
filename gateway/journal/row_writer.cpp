#include "gateway/journal/row_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "gateway/journal/proposal_json.hpp"

namespace gateway {

namespace {

std::int64_t ns(core::Time time) { return time.time_since_epoch().count(); }

template <class Index>
std::int64_t number(Index index) {
  return static_cast<std::int64_t>(index);
}

constexpr std::size_t max_digits = 20;  // of 64 bits, with the sign

// Fills `out` with a JSON array of what `print(row)` appends for each row.
template <class Rows, class Print>
const std::string& cells(std::string& out, const Rows& rows, Print print) {
  out.assign("[");
  for (const auto& row : rows) {
    if (out.size() > 1) out.push_back(',');
    print(row);
  }
  out.push_back(']');
  return out;
}

// [first,second,...]; an order of a thousand accounts has nine thousand of these numbers, so they go to `out` at once.
template <class... More>
void append_row(std::string& out, std::int64_t first, More... more) {
  std::array<char, (1 + sizeof...(more)) * (max_digits + 1) + 1> row;  // each number has a '[' or a ',' before it
  char* end = row.data();
  const auto add = [&](char before, std::int64_t value) {
    *end++ = before;
    end = std::to_chars(end, end + max_digits, value).ptr;
  };
  add('[', first);
  (add(',', static_cast<std::int64_t>(more)), ...);
  *end++ = ']';
  out.append(row.data(), end);
}

// [slot,numbers...], and the group when it is not the one of the row.
template <class... Numbers>
void append_part(std::string& out, const PartCells& part, alloc::GroupIndex group_of_row, Numbers... numbers) {
  if (part.group == group_of_row) {
    append_row(out, number(part.slot), numbers...);
  } else {
    append_row(out, number(part.slot), numbers..., number(part.group));
  }
}

void append_text(std::string& out, const std::string& text) {
  out.append(boost::json::serialize(boost::json::string_view(text)));
}

template <HasCells T>
const std::string& json_rows(std::string& out, const std::vector<T>& rows) {
  out.clear();
  CellWriter writer(out);
  writer(rows);
  return out;
}

// The largest of one whole unit and one millionth of which all are multiples: whole shares are short to write.
std::int64_t common_scale(const std::vector<alloc::Holding>& holdings) {
  const std::int64_t whole = core::Quantity::one().raw;
  const auto is_whole = [&](const alloc::Holding& held) { return held.quantity.raw % whole == 0; };
  return std::all_of(holdings.begin(), holdings.end(), is_whole) ? whole : 1;
}

std::int64_t last_seq(std::int64_t first_seq, std::size_t entries) {
  return first_seq + static_cast<std::int64_t>(entries) - 1;
}

std::string insert(std::string_view table, int columns) {
  std::string sql = fmt::format("INSERT OR REPLACE INTO {} VALUES(?", table);
  for (int i = 1; i < columns; ++i) sql += ",?";
  return sql + ")";
}

std::string append(std::string_view table, int columns) {
  std::string sql = insert(table, columns);
  return sql.replace(0, std::string_view("INSERT OR REPLACE").size(), "INSERT");
}

// Of a row that is there, only what may change is written: REPLACE would take it out of the table and its indexes and
// put it in again, which touches more pages, each of which goes to the disk.
std::string rewrite(std::string_view table, int columns, std::string_view key,
                    std::initializer_list<std::string_view> changing) {
  std::string sql = append(table, columns) + fmt::format(" ON CONFLICT({}) DO UPDATE SET ", key);
  for (const std::string_view column : changing) {
    sql += fmt::format("{}{} = excluded.{}", sql.ends_with("SET ") ? "" : ", ", column, column);
  }
  return sql;
}

}  // namespace

RowWriter::RowWriter(sqlite::Database& database)
    : account_(database, insert("account_row", 4)),
      group_(database, append("group_row", 2)),
      slot_(database, append("slot_row", 3)),
      instrument_(database, insert("instrument_row", 12)),
      model_(database, insert("model_row", 6)),
      closed_model_(database, "DELETE FROM model_row WHERE code = ?"),
      targets_(database, append("targets_row", 6)),
      account_group_(database, insert("account_group_row", 2)),
      no_account_group_(database, "DELETE FROM account_group_row WHERE name = ?"),
      proposal_(database, rewrite("proposal_row", 12, "number",
                                  {"version", "seq", "time_ns", "operation", "title", "stage", "hash", "submitted_by",
                                   "why_held", "places"})),
      order_(database, rewrite("order_row", 27, "number",
                               {"state", "filled", "average_price", "notional_minor", "commission", "broker_order_id",
                                "text", "parts"})),
      order_state_(database, "UPDATE order_row SET state = ?, broker_order_id = ?, text = ? WHERE number = ?"),
      holding_(database, rewrite("holding_row", 6, "group_idx, symbol", {"scale", "cells"})),
      cash_(database, rewrite("cash_row", 4, "group_idx, currency", {"cells"})),
      fill_(database, append("fill_row", 10)),
      fill_change_(database, append("fill_change_row", 12)),
      break_(database, append("break_row", 8)),
      settlement_(database, append("settlement_row", 6)),
      part_log_(database, append("part_log_row", 6)),
      log_(database, append("log_row", 11)) {}

void RowWriter::write(const Changes& changes) {
  for (const AccountRow& row : changes.accounts) {
    account_.bind(number(row.index)).bind(row.account.account.text()).bind(row.account.name);
    const std::string currency = row.account.currency.text();
    account_.bind(currency).execute();
  }
  for (const GroupRow& row : changes.groups) group_.bind(number(row.index)).bind(row.code).execute();
  for (const SlotRow& row : changes.slots) {
    slot_.bind(number(row.group)).bind(number(row.slot)).bind(number(row.account)).execute();
  }
  write_desk(changes);
  for (const OrderRow& row : changes.orders) write(row);
  for (const HoldingRow& row : changes.holdings) {
    const std::int64_t scale = common_scale(row.by_slot);
    cells(cells_, row.by_slot,
          [&](const alloc::Holding& held) { append_row(cells_, held.quantity.raw / scale, held.cost); });
    const std::string currency = row.currency.text();
    holding_.bind(number(row.group)).bind(row.symbol.text()).bind(currency).bind(row.currency.minor_digits());
    holding_.bind(scale).bind(cells_).execute();
  }
  for (const CashRow& row : changes.cash) {
    cells(cells_, row.by_slot, [&](std::int64_t minor) { core::append_integer(cells_, minor); });
    const std::string currency = row.currency.text();
    cash_.bind(number(row.group)).bind(currency).bind(row.currency.minor_digits()).bind(cells_).execute();
  }
  for (const FillRow& row : changes.fills) {
    const std::string quantity = row.fill.quantity.text();
    const std::string price = row.fill.price.text(2);
    const std::string commission = row.fill.commission.text(2);
    fill_.bind(row.log_seq)
        .bind(row.seq)
        .bind(row.order_number)
        .bind(row.fill.exec_id)
        .bind(ns(row.fill.transact_time));
    fill_.bind(quantity).bind(price).bind(commission).bind(row.fill.exchange).bind(row.fill.trade_date).execute();
  }
  for (const FillChangeRow& row : changes.fill_changes) write(row);
  for (const BreakRow& row : changes.breaks) {
    break_.bind(row.number).bind(ns(row.time)).bind(row.kept.broker.text()).bind(row.kept.kind);
    break_.bind(row.kept.order_id).bind(row.kept.exec_id).bind(row.kept.text).bind(row.kept.raw).execute();
  }
  for (const SettlementRow& row : changes.settlements) {
    settlement_.bind(row.seq).bind(row.settled.number).bind(ns(row.time)).bind(row.settled.settled_as);
    settlement_.bind(row.settled.reason).bind(row.settled.who).execute();
  }
  for (const PartLogRow& row : changes.part_log) {
    cells(cells_, row.parts, [&](const PartCells& added) {
      append_part(cells_, added, row.group, added.part.units, added.part.commission);
    });
    part_log_.bind(row.first_seq).bind(last_seq(row.first_seq, row.parts.size())).bind(ns(row.time));
    part_log_.bind(row.order_number).bind(row.price).bind(cells_).execute();
  }
  for (const LogRow& row : changes.log) write(row);
}

void RowWriter::write_desk(const Changes& changes) {
  for (const InstrumentAdded& row : changes.instruments) write(row);
  for (const ModelRow& row : changes.models) {
    const std::string currency = row.currency.text();
    model_.bind(row.model.text()).bind(row.name).bind(currency).bind(number(row.group)).bind(row.targets_version);
    model_.bind(json_rows(cells_, row.targets.of)).execute();
  }
  for (const core::ModelCode& model : changes.closed_models) closed_model_.bind(model.text()).execute();
  for (const TargetsRow& row : changes.targets) {
    targets_.bind(row.model.text()).bind(row.version.number).bind(ns(row.version.time)).bind(row.version.who);
    targets_.bind(row.version.why).bind(json_rows(cells_, row.version.targets.of)).execute();
  }
  for (const AccountGroupRow& row : changes.account_groups) {
    if (row.accounts.empty()) {
      no_account_group_.bind(row.group).execute();
      continue;
    }
    cells(cells_, row.accounts, [&](const core::AccountId& account) { append_text(cells_, account.text()); });
    account_group_.bind(row.group).bind(cells_).execute();
  }
  for (const ProposalRow& row : changes.proposals) write(row);
}

void RowWriter::write(const InstrumentAdded& row) {
  const auto unless_zero = [](const auto& value, int shown) { return value.raw == 0 ? "" : value.text(shown); };
  const std::string currency = row.currency.text();
  const std::string unit = row.unit.text();
  const std::string reference = row.reference ? row.reference->text(2) : "";
  const std::string round_lot = unless_zero(row.round_lot, 0);
  const std::string tick = unless_zero(row.tick, 2);
  const std::string multiplier = row.multiplier.text();
  instrument_.bind(row.symbol.text()).bind(row.security_type).bind(row.exchange).bind(currency).bind(unit);
  instrument_.bind(reference).bind(row.reference_date).bind(round_lot).bind(tick).bind(multiplier);
  instrument_.bind(std::int64_t{row.is_shortable ? 1 : 0}).bind(row.last_trading_date).execute();
}

void RowWriter::write(const ProposalRow& row) {
  cells(cells_, row.places, [&](const auto& place) {
    cells_.push_back('[');
    append_text(cells_, place.first);
    cells_.append(place.second ? ",1]" : ",0]");
  });
  proposal_.bind(row.number).bind(row.proposal).bind(row.version).bind(row.seq).bind(ns(row.time)).bind(row.operation);
  proposal_.bind(row.title).bind(row.stage).bind(row.hash).bind(row.who).bind(row.why_held).bind(cells_).execute();
}

void RowWriter::write(const OrderRow& row) {
  if (row.parts_are_stored) {  // nothing was filled, so what follows from fills is stored as well
    order_state_.bind(row.state).bind(row.broker_order_id).bind(row.text).bind(row.number).execute();
    return;
  }
  const OrderEntered& entered = row.entered;
  const std::string limit = entered.limit ? entered.limit->text(2) : "";
  const std::string currency = row.currency.text();
  const std::string commission = core::format_decimal(row.commission, core::Amount::decimals, 2);
  cells(cells_, row.parts, [&](const PartCells& part) {
    append_part(cells_, part, row.group, part.part.units, part.part.cost, part.part.commission);
  });
  order_.bind(row.number).bind(entered.order.text()).bind(ns(row.entered_at)).bind(row.model);
  order_.bind(core::text(entered.side)).bind(entered.quantity.raw).bind(entered.symbol.text());
  order_.bind(core::text(entered.type)).bind(limit).bind(core::text(entered.time_in_force));
  order_.bind(entered.broker.text()).bind(entered.exchange).bind(currency).bind(row.currency.minor_digits());
  order_.bind(number(row.group)).bind(row.unit.raw).bind(row.state).bind(row.filled.raw).bind(row.average_price);
  order_.bind(row.notional_minor).bind(commission).bind(row.broker_order_id).bind(row.text).bind(entered.who);
  order_.bind(cells_).bind(entered.shares_seq).bind(entered.proposal).execute();
}

void RowWriter::write(const FillChangeRow& row) {
  const FillChange& change = row.change;
  const std::string_view kind = row.corrected ? "CORRECTION" : "BUST";
  const auto line = [&](std::int64_t log_seq, core::Quantity quantity, core::Price price, core::Amount commission) {
    const std::string quantity_text = quantity.text();
    const std::string price_text = price.text(2);
    const std::string commission_text = commission.text(2);
    fill_change_.bind(log_seq).bind(row.seq).bind(row.order_number).bind(change.fill_seq).bind(change.fill_exec_id);
    fill_change_.bind(change.exec_id).bind(kind).bind(ns(change.transact_time));
    fill_change_.bind(quantity_text).bind(price_text).bind(commission_text).bind(change.exchange).execute();
  };
  line(row.first_log_seq, core::Quantity{} - change.was_quantity, change.was_price,
       core::Amount{} - change.was_commission);
  if (!row.corrected) return;
  line(row.first_log_seq + 1, row.corrected->quantity, row.corrected->price, row.corrected->commission);
}

void RowWriter::write(const LogRow& row) {
  cells(cells_, row.cells, [&](const LogCells& cell) {
    // Account ids are free text and need JSON's quoting; numbers do not.
    cells_.push_back('[');
    append_text(cells_, cell.account);
    cells_.append(",\"").append(cell.quantity).append("\",\"").append(cell.commission).append("\"]");
  });
  log_.bind(row.first_seq).bind(last_seq(row.first_seq, row.cells.size())).bind(ns(row.time)).bind(row.kind);
  log_.bind(row.model).bind(row.symbol).bind(row.currency).bind(row.order_id).bind(row.exec_id).bind(row.broker);
  log_.bind(cells_).execute();
}

}  // namespace gateway
