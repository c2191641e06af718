#include "gateway/explain/explain.hpp"

#include <boost/json.hpp>
#include <vector>

#include "alloc/explain.hpp"
#include "alloc/fast_division.hpp"
#include "core/money.hpp"
#include "core/random.hpp"
#include "core/scaled.hpp"
#include "gateway/journal/sqlite.hpp"
#include "portfolio/instrument.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

struct FoundFill {
  std::int64_t seq = 0;  // of the journal
  std::int64_t order_number = 0;
  std::int64_t unit = 1;
  json::object document;
};

// "20261120" as "2026-11-20"; any other text as it is.
std::string dashed(const std::string& date) {
  const bool plain = date.size() == 8 && date.find_first_not_of("0123456789") == std::string::npos;
  return plain ? date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6) : date;
}

[[noreturn]] void damaged(const std::string& what) { throw sqlite::Failure("damaged: " + what); }

// What the fill comes to, exactly: its cents are placed on the running total of the order.
void add_value(json::object& document, portfolio::SecurityType type, std::string_view multiplier) {
  const auto quantity = core::Quantity::parse(std::string_view(document["quantity"].as_string()));
  const auto price = core::Price::parse(std::string_view(document["price"].as_string()));
  const auto times = portfolio::Multiplier::parse(multiplier);
  core::Int128 value = 0;
  if (!quantity || !price || !times) return;  // damaged, which is told further down
  if (__builtin_mul_overflow(core::notional(*quantity, *price), static_cast<core::Int128>(times->raw), &value)) return;
  int decimals = core::notional_decimals + portfolio::Multiplier::decimals;
  if (type == portfolio::SecurityType::bond) decimals += 2;
  for (; decimals > 2 && value % 10 == 0; --decimals) value /= 10;
  if (decimals <= core::notional_decimals) document["value"] = core::format_decimal(value, decimals, 2);
}

// The newest first.
std::vector<FoundFill> find_fills(sqlite::Database& database, const FillName& name) {
  const std::string date = dashed(name.trade_date);
  sqlite::Statement select(
      database,
      "SELECT f.seq, f.order_number, o.unit, f.exec_id, o.order_id, o.model, o.side, o.symbol, "
      "f.quantity, f.price, f.commission, o.currency, o.broker, f.trade_date, coalesce(i.security_type, ''), "
      "coalesce(i.multiplier, '1') FROM fill_row AS f "
      "JOIN order_row AS o ON o.number = f.order_number LEFT JOIN instrument_row AS i ON i.symbol = o.symbol "
      "WHERE (f.exec_id = ?1 OR f.seq IN (SELECT fill_seq FROM fill_change_row WHERE exec_id = ?1)) "
      "AND (?2 = '' OR o.broker = ?2) ORDER BY f.seq DESC");
  select.bind(name.exec.text()).bind(name.broker.text());
  std::vector<FoundFill> fills;
  while (fills.size() < max_named_fills && select.row()) {
    const std::string trade_date = dashed(std::string(select.text(13)));
    if (!date.empty() && date != trade_date) continue;
    FoundFill& found = fills.emplace_back(FoundFill{select.integer(0), select.integer(1), select.integer(2), {}});
    const char* const names[] = {"exec_id",  "order_id", "model",      "side",     "symbol",
                                 "quantity", "price",    "commission", "currency", "broker"};
    int column = 3;
    for (const char* each : names) found.document[each] = select.text(column++);
    found.document["trade_date"] = trade_date;
    const auto type = portfolio::parse_security_type(select.text(14));
    add_value(found.document, type.value_or(portfolio::SecurityType::stock), select.text(15));
  }
  return fills;
}

NamedFill name_of(const FoundFill& found) {
  const auto text = [&](const char* member) { return std::string(found.document.at(member).as_string()); };
  return {text("broker"), text("trade_date"),
          text("side") + " " + text("quantity") + " " + text("symbol") + " at " + text("price") + ", order " +
              text("order_id")};
}

struct Sleeve {
  std::string account;
  std::string model;
};

// The sealed shares: sleeves and weights, in the order of the split.
void read_shares(sqlite::Database& database, const std::string& order_id, std::vector<Sleeve>& sleeves,
                 std::vector<std::int64_t>& weights) {
  sqlite::Statement select(database, "SELECT account, model, weight FROM shares WHERE order_id = ? ORDER BY position");
  select.bind(order_id);
  while (select.row()) {
    sleeves.push_back({std::string(select.text(0)), std::string(select.text(1))});
    weights.push_back(select.integer(2));
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
    const std::string counts(changed.empty() ? select.text(0) : changed);
    const core::Result<core::Quantity> quantity = core::Quantity::parse(counts);
    if (!quantity) damaged("a fill of " + counts);
    fills.push_back(quantity->raw / found.unit);
  }
  return fills;
}

// What the arithmetic requires; a damaged database must not end the gateway.
void check_counts(const std::vector<std::int64_t>& counts, std::int64_t least, const char* what) {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) {
    if (count < least || count >= alloc::count_limit - sum) damaged(std::string(what) + " out of range");
    sum += count;
  }
  if (sum == 0) damaged(std::string("no ") + what);
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

// The model of each row when they are in several: otherwise the document has it.
json::array account_rows(const alloc::FillExplanation& explanation, const std::vector<Sleeve>& sleeves,
                         bool with_models) {
  json::array rows;
  for (std::size_t i = 0; i < sleeves.size(); ++i) {
    const alloc::AccountExplanation& account = explanation.accounts[i];
    json::object row;
    row["account"] = sleeves[i].account;
    if (with_models) row["model"] = sleeves[i].model;
    row["share_percent"] = alloc::percent_text(account, explanation.total_weight);
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

void explain_one(sqlite::Database& database, FoundFill& found) {
  std::vector<Sleeve> sleeves;
  std::vector<std::int64_t> weights;
  const std::string order_id(found.document["order_id"].as_string());
  if (found.unit <= 0) damaged("the unit of order " + order_id);
  read_shares(database, order_id, sleeves, weights);
  const std::vector<std::int64_t> fills = read_fills(database, found);
  check_counts(weights, 0, "shares");
  check_counts(fills, 1, "fills");
  const alloc::FillExplanation explanation =
      alloc::explain_fill(weights, core::stable_hash(order_id), fills, fills.size() - 1);

  json::object& document = found.document;
  document["unit"] = core::Quantity{found.unit}.text();
  document["fill_units"] = explanation.fill_units;
  document["filled_units_before"] = explanation.filled_before;
  document["filled_units_after"] = explanation.filled_after;
  document["total_weight"] = std::to_string(explanation.total_weight);
  document["left_over_units"] = explanation.left_over;
  document["law_holds"] = explanation.law_holds;
  tell_changes(database, found, document);
  const bool in_several = document["model"].as_string().empty();
  document["accounts"] = account_rows(explanation, sleeves, in_several);
}

}  // namespace

core::Result<Explanation> explain(const std::string& path, const FillName& name) {
  try {
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    database.run("PRAGMA busy_timeout = 2000");
    database.run("BEGIN");  // one moment of the database for all that is read
    std::vector<FoundFill> fills = find_fills(database, name);
    Explanation explanation;
    for (const FoundFill& each : fills) explanation.fills.push_back(name_of(each));
    if (fills.size() != 1) return explanation;
    explain_one(database, fills[0]);
    explanation.document = json::serialize(fills[0].document);
    return explanation;
  } catch (const sqlite::Failure& failure) {
    return core::fail(path, std::string("cannot be read: ") + failure.what());
  }
}

}  // namespace gateway
