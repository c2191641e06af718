#include "simulation/checker.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "audit/audit.hpp"

namespace simulation {

namespace {

// Kinds of breaks that stand in the place of a booking. The others say that something booked is odd.
constexpr std::array<std::string_view, 8> refusals{"unknown_order", "contradicts_order", "over_fill",
                                                   "bad_fill",      "exec_id_reused",    "unknown_fill",
                                                   "bad_change",    "not_supported"};

bool is_execution(const fix::ExecutionReport& report) {
  return report.exec_type == fix::ExecType::trade || report.exec_type == fix::ExecType::trade_cancel ||
         report.exec_type == fix::ExecType::trade_correct;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The order's own id, also when the report names a cancel of it.
std::string order_of(const fix::ExecutionReport& report) {
  return report.cl_ord_id.substr(0, report.cl_ord_id.find(".C"));
}

// The desk's word for a state that a broker's OrdStatus(39) must have led to; empty while the order is open.
std::string final_state(const fix::ExecutionReport& last) {
  switch (last.ord_status) {
    case fix::OrdStatus::filled: return "FILLED";
    case fix::OrdStatus::cancelled: return "CANCELLED";
    case fix::OrdStatus::expired: return "EXPIRED";
    case fix::OrdStatus::rejected: return "REJECTED";
    case fix::OrdStatus::done_for_day: return "DONE FOR DAY";
    default: return {};
  }
}

}  // namespace

bool Checker::read() {
  const auto rows = [&](const std::string& sql, const std::function<void(const audit::Row&)>& take) {
    const auto read = database_.each(sql, take);
    if (!read) wrong("the database cannot be read: " + read.error().text());
    return read.has_value();
  };
  return rows("SELECT broker, exec_id, order_id, side, first_quantity, first_price, trade_date FROM fills",
              [&](const audit::Row& row) {
                fills_.push_back(
                    {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)});
              }) &&
         rows(
             "SELECT broker, exec_id, kind, fill_exec_id, order_id, quantity, price FROM fill_changes ORDER BY log_seq",
             [&](const audit::Row& row) {
               changes_.push_back(
                   {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)});
             }) &&
         rows("SELECT broker, kind, order_id, exec_id, raw FROM breaks",
              [&](const audit::Row& row) {
                breaks_.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)});
              }) &&
         rows("SELECT order_id, broker, state, filled FROM orders", [&](const audit::Row& row) {
           orders_.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
         });
}

std::vector<std::string> Checker::check() {
  if (!read()) return wrong_;
  for (const Broker* broker : brokers_) {
    for (const fix::ExecutionReport& report : broker->said()) {
      if (is_execution(report)) check_execution(*broker, report);
    }
    check_orders(*broker);
  }
  for (const Fill& fill : fills_) {
    if (!fill.is_said) wrong("the desk booked " + fill.exec_id + " of " + fill.broker + ", which nobody said");
  }
  for (const Change& change : changes_) {
    if (!change.is_said) wrong("the desk booked " + change.exec_id + " of " + change.broker + ", which nobody said");
  }
  if (!breaks_expected_ && !breaks_.empty()) {
    wrong("a break without a cause: " + breaks_.front().kind + ", " + breaks_.front().raw);
  }
  check_costs();
  const auto checks = audit::audit_book(database_, {.allow_breaks = true});
  if (!checks) {
    wrong("the audit cannot read the database: " + checks.error().text());
    return wrong_;
  }
  for (const audit::Check& check : *checks) {
    if (!check.ok()) wrong("audit: " + check.name + ": " + check.differences.front());
  }
  return wrong_;
}

void Checker::check_costs() {
  struct Sums {
    core::Int128 notional = 0;  // quantities times prices, 14 decimals
    core::Int128 cents = 0;
  };
  std::map<std::string, Sums> orders;
  const auto each = [&](const std::string& sql, const std::function<void(const audit::Row&, Sums&)>& take) {
    const auto read = database_.each(sql, [&](const audit::Row& row) { take(row, orders[row.text(0)]); });
    if (!read) wrong("the database cannot be read: " + read.error().text());
  };
  each("SELECT order_id, quantity, price FROM fills", [](const audit::Row& row, Sums& sums) {
    sums.notional += core::notional(*core::Quantity::parse(row.text(1)), *core::Price::parse(row.text(2)));
  });
  each("SELECT order_id, cost FROM parts",
       [](const audit::Row& row, Sums& sums) { sums.cents += *core::parse_decimal(row.text(1), 2); });
  each("SELECT order_id, symbol FROM orders", [&](const audit::Row& row, Sums& sums) {
    const auto& symbols = plan_.brokers.front().exchange.symbols;
    const auto found = std::ranges::find(symbols, row.text(1), [](const auto& symbol) { return symbol.name.text(); });
    const InstrumentShape& shape = plan_.instruments.at(static_cast<std::size_t>(found - symbols.begin()));
    core::Int128 cent = 10'000'000'000'000'000;  // times ten thousandths of the multiplier
    if (shape.security_type == "BOND") cent *= 100;
    const core::Int128 due = (sums.notional * shape.ten_thousandths + cent / 2) / cent;
    if (due == sums.cents) return;
    wrong("order " + row.text(0) + " of " + row.text(1) + ": its parts cost " + core::format_decimal(sums.cents, 2, 2) +
          ", its fills come to " + core::format_decimal(due, 2, 2));
  });
}

int Checker::times_booked(const Broker& broker, const fix::ExecutionReport& report) {
  int booked = 0;
  const auto is_report = [&](const auto& row) {
    return row.broker == broker.name() && row.exec_id == report.exec_id && row.order_id == order_of(report);
  };
  const auto has_amounts = [&](const auto& row) {
    const auto price = core::Price::parse(row.price);
    return row.quantity == report.last_quantity.text() && price && *price == report.last_price;
  };
  for (Fill& fill : fills_) {
    if (report.exec_type != fix::ExecType::trade || !is_report(fill) || !has_amounts(fill)) continue;
    if (!report.trade_date.empty() && fill.trade_date != report.trade_date) continue;
    if (fill.side != core::text(report.side)) continue;
    fill.is_said = true;
    ++booked;
  }
  const char* const kind = report.exec_type == fix::ExecType::trade_cancel ? "BUST" : "CORRECTION";
  for (Change& change : changes_) {
    if (report.exec_type == fix::ExecType::trade || !is_report(change) || change.kind != kind) continue;
    change.is_said = names(report, change);
    const bool is_bust = change.kind == "BUST";  // which has one row; the second of a correction says what counts now
    if (change.is_said && (is_bust || has_amounts(change))) ++booked;
  }
  return booked;
}

// Whether the fill that was changed is the one that the report means: by its own ExecID, or by that of a correction.
bool Checker::names(const fix::ExecutionReport& report, const Change& change) const {
  if (change.fill_exec_id == report.exec_ref_id) return true;
  return std::any_of(changes_.begin(), changes_.end(), [&](const Change& other) {
    return other.broker == change.broker && other.order_id == change.order_id && other.kind == "CORRECTION" &&
           other.exec_id == report.exec_ref_id && other.fill_exec_id == change.fill_exec_id;
  });
}

// Exactly once: as a fill, or as a break in the place of one.
void Checker::check_execution(const Broker& broker, const fix::ExecutionReport& report) {
  const std::string quantity = report.last_quantity.text();
  const int booked = times_booked(broker, report);
  int kept = 0;
  int unreadable = 0;
  const std::string in_words = "ExecID(17)=" + report.exec_id + " ";
  const std::string amounts = "LastQty(32)=" + quantity + " LastPx(31)=" + report.last_price.text() + " ";
  const std::string type = std::string("ExecType(150)=") + static_cast<char>(report.exec_type) + " ";
  for (const Break& one : breaks_) {
    if (one.broker != broker.name()) continue;
    if (one.kind == "unreadable" && has(one.raw, "|17=" + report.exec_id + "|")) ++unreadable;
    if (has(one.raw, in_words) && has(one.raw, "ExecType(150)=Z ")) ++unreadable;  // see Day::mangle
    const bool refuses = std::find(refusals.begin(), refusals.end(), one.kind) != refusals.end();
    if (refuses && has(one.raw, in_words) && has(one.raw, amounts) && has(one.raw, type)) ++kept;
  }
  const std::string what = "ExecID " + report.exec_id + " of order " + report.cl_ord_id;
  if (booked + kept > 1) {
    return wrong(what + ": booked " + std::to_string(booked) + " times, kept as a break " + std::to_string(kept));
  }
  if (booked + kept + unreadable == 0 && !is_missing_fill_kept(broker, report)) {
    wrong(what + ": neither booked nor kept as a break");
  }
}

// A broker that starts its numbers anew, or skips some, loses messages, as FIX has it. That it counts more than was
// reported must then be a break; what it does not even count (a report that is no fill of its exchange) leaves no
// trace.
bool Checker::is_missing_fill_kept(const Broker& broker, const fix::ExecutionReport& report) const {
  if (!broker.may_have_lost()) return false;
  if (!broker.is_counted(report)) return true;
  const std::string order_id = order_of(report);
  // A fill that the broker made up and does not count, and that is booked, hides from the counts that one is missing.
  // So does a bust or a correction that was lost, too.
  const bool is_hidden = std::any_of(broker.said().begin(), broker.said().end(), [&](const auto& said) {
    return is_execution(said) && !broker.is_counted(said) && said.cl_ord_id.starts_with(order_id);
  });
  if (is_hidden) return true;
  return std::any_of(breaks_.begin(), breaks_.end(), [&](const Break& one) {
    return one.broker == broker.name() && one.kind == "missing_fill" && one.order_id == order_id;
  });
}

void Checker::check_orders(const Broker& broker) {
  for (const auto& [id, there] : broker.orders()) {
    if (there.arrivals > 1) wrong("order " + id + " arrived " + std::to_string(there.arrivals) + " times");
    const bool is_ours = std::any_of(orders_.begin(), orders_.end(),
                                     [&, &order_id = id](const Order& order) { return order.order_id == order_id; });
    if (!is_ours) wrong("order " + id + " is at the broker and not in the desk's database");
  }
  for (const Order& order : orders_) {
    if (order.broker == broker.name() && states_must_agree_) check_state(broker, order);
  }
}

void Checker::check_state(const Broker& broker, const Order& order) {
  const auto there = broker.orders().find(order.order_id);
  const std::string expected = there == broker.orders().end() ? "REJECTED" : final_state(there->second.last);
  if (expected.empty()) return wrong("order " + order.order_id + " is still open at the broker");
  if (order.state != expected) {
    return wrong("order " + order.order_id + " is " + order.state + " here and " + expected + " at the broker");
  }
  const core::Quantity filled =
      there == broker.orders().end() ? core::Quantity{} : there->second.last.cumulative_quantity;
  if (order.filled != filled.text()) {
    wrong("order " + order.order_id + ": " + order.filled + " filled here and " + filled.text() + " at the broker");
  }
}

}  // namespace simulation
