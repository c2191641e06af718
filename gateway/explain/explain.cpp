#include "gateway/explain/explain.hpp"

#include <boost/json.hpp>
#include <vector>

#include "alloc/explain.hpp"
#include "core/random.hpp"
#include "core/scaled.hpp"
#include "gateway/journal/sqlite.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

struct FoundFill {
  std::int64_t seq = 0;  // of the journal
  std::int64_t order_number = 0;
  std::int64_t unit = 1;
  json::object document;
};

std::optional<FoundFill> find_fill(sqlite::Database& database, const core::ExecId& exec,
                                   const core::SessionName& broker) {
  sqlite::Statement select(
      database,
      "SELECT f.seq, f.order_number, o.unit, f.exec_id, o.order_id, o.model, o.side, o.symbol, f.quantity, "
      "f.price, f.commission, o.currency, o.broker FROM fill_row AS f "
      "JOIN order_row AS o ON o.number = f.order_number "
      "WHERE (f.exec_id = ?1 OR f.seq IN (SELECT fill_seq FROM fill_change_row WHERE exec_id = ?1)) "
      "AND (?2 = '' OR o.broker = ?2) ORDER BY f.seq");
  select.bind(exec.text()).bind(broker.text());
  if (!select.row()) return std::nullopt;
  FoundFill found{select.integer(0), select.integer(1), select.integer(2), {}};
  const char* const names[] = {"exec_id",  "order_id", "model",      "side",     "symbol",
                               "quantity", "price",    "commission", "currency", "broker"};
  int column = 3;
  for (const char* name : names) found.document[name] = select.text(column++);
  return found;
}

// The sealed shares: account names and weights, in the order of the split.
void read_shares(sqlite::Database& database, const std::string& order_id, std::vector<std::string>& accounts,
                 std::vector<std::int64_t>& weights) {
  sqlite::Statement select(database, "SELECT account, weight FROM shares WHERE order_id = ? ORDER BY position");
  select.bind(order_id);
  while (select.row()) {
    accounts.emplace_back(select.text(0));
    weights.push_back(select.integer(1));
  }
}

// The fills of the order up to this one as they counted when it was booked, in allocation units and in the order of
// booking: what was busted or corrected before it had been split anew.
std::vector<std::int64_t> read_fills(sqlite::Database& database, const FoundFill& found) {
  sqlite::Statement select(
      database,
      "SELECT f.quantity, c.quantity FROM fill_row AS f LEFT JOIN fill_change_row AS c ON c.log_seq "
      "= (SELECT max(log_seq) FROM fill_change_row WHERE fill_seq = f.seq AND seq < ?2) "
      "WHERE f.order_number = ?1 AND f.seq <= ?2 ORDER BY f.seq");
  select.bind(found.order_number).bind(found.seq);
  std::vector<std::int64_t> fills;
  while (select.row()) {
    const std::string_view changed = select.text(1);
    if (changed.starts_with('-')) continue;  // busted
    const std::string_view counts = changed.empty() ? select.text(0) : changed;
    fills.push_back(core::Quantity::parse(counts).value().raw / found.unit);
  }
  return fills;
}

// What the broker made of the fill later, if anything.
void tell_changes(sqlite::Database& database, const FoundFill& found, json::object& document) {
  sqlite::Statement select(database,
                           "SELECT exec_id, kind, quantity, price, commission FROM fill_change_row WHERE fill_seq = ? "
                           "ORDER BY log_seq");
  select.bind(found.seq);
  json::array changes;
  std::string last;
  while (select.row()) {
    const std::string kind(select.text(1));
    last = (kind == "BUST" ? "BUSTED by " : "CORRECTED by ") + std::string(select.text(0));
    changes.push_back({{"exec_id", select.text(0)},
                       {"kind", kind},
                       {"quantity", select.text(2)},
                       {"price", select.text(3)},
                       {"commission", select.text(4)}});
  }
  if (changes.empty()) return;
  document["changed"] = last + " since; shown is the split when it was booked. The order is split now as if the fill " +
                        (last.starts_with("BUSTED") ? "had never been." : "had been as corrected.");
  document["changes"] = std::move(changes);
}

json::array account_rows(const alloc::FillExplanation& explanation, const std::vector<std::string>& accounts) {
  json::array rows;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const alloc::AccountExplanation& account = explanation.accounts[i];
    json::object row;
    row["account"] = accounts[i];
    row["weight"] = std::to_string(account.weight);
    row["exact_share"] = alloc::share_text(account, explanation.total_weight);
    row["floor"] = account.share_floor;
    row["ceil"] = account.share_ceil;
    row["before"] = account.units_before;
    row["after"] = account.units_after;
    row["next_unit"] = account.next_unit;
    row["due_at"] = account.due ? json::value(*account.due) : json::value(nullptr);
    row["tie_rank"] = std::to_string(account.tie_rank);
    row["left_over_unit"] = account.got_left_over;
    row["law_holds"] = account.law_holds;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::optional<std::string> explain_json(const std::string& path, const core::ExecId& exec,
                                        const core::SessionName& broker) {
  try {
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    database.run("BEGIN");  // one moment of the database for all that is read
    std::optional<FoundFill> found = find_fill(database, exec, broker);
    if (!found) return std::nullopt;
    std::vector<std::string> accounts;
    std::vector<std::int64_t> weights;
    const std::string order_id(found->document["order_id"].as_string());
    read_shares(database, order_id, accounts, weights);
    const std::vector<std::int64_t> fills = read_fills(database, *found);
    const alloc::FillExplanation explanation =
        alloc::explain_fill(weights, core::stable_hash(order_id), fills, fills.size() - 1);

    json::object& document = found->document;
    document["unit"] = core::Quantity{found->unit}.text();
    document["fill_units"] = explanation.fill_units;
    document["filled_units_before"] = explanation.filled_before;
    document["filled_units_after"] = explanation.filled_after;
    document["total_weight"] = std::to_string(explanation.total_weight);
    document["left_over_units"] = explanation.left_over;
    document["law_holds"] = explanation.law_holds;
    tell_changes(database, *found, document);
    document["accounts"] = account_rows(explanation, accounts);
    return json::serialize(document);
  } catch (const sqlite::Failure&) {
    return std::nullopt;
  }
}

}  // namespace gateway
