#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "audit/checks.hpp"
#include "audit/numbers.hpp"

namespace audit {

namespace {

constexpr std::array<std::string_view, 5> finished = {"FILLED", "CANCELLED", "EXPIRED", "DONE FOR DAY", "REJECTED"};

// A decimal without the zeros at its end, so that 187.5 and 187.50 are the same; other text as it is. Each kind of
// number has its own range.
template <class Decimal>
std::string plain(const std::string& decimal) {
  const auto value = Decimal::parse(decimal);
  return value ? value->text() : decimal;
}

// All that the fills and the log's FILL entries both say, for people to read.
std::string said(const Fill& fill) {
  return fill.order_id + ", " + fill.exec_id + ": " + fill.side + " " + fill.quantity.text() + " " + fill.symbol +
         " at " + fill.price.text() + " " + fill.currency + ", commission " + fill.commission.text() + ", " +
         fill.broker + ", " + fill.exchange;
}

std::string said(const LogEntry& entry) {
  return entry.order_id + ", " + entry.exec_id + ": " + entry.side + " " + plain<core::Quantity>(entry.quantity) + " " +
         entry.symbol + " at " + plain<core::Price>(entry.price) + " " + entry.currency + ", commission " +
         plain<core::Amount>(entry.commission) + ", " + entry.broker + ", " + entry.exchange;
}

std::string negated(const std::string& decimal) {
  if (decimal.starts_with('-')) return decimal.substr(1);
  return plain<core::Amount>(decimal) == "0" ? decimal : "-" + decimal;
}

// What counts by the log alone. A BUST takes back a fill as it counted until then. A CORRECTION does, too, and its
// second entry, which follows at once, says what counts from then on.
class Ledger {
 public:
  // What is wrong with the entry, or nothing.
  std::string enter(const LogEntry& entry) {
    const bool takes_back = entry.quantity.starts_with('-');
    if (corrected_.has_value() != (entry.kind == "CORRECTION" && !takes_back)) {
      corrected_.reset();
      return "a CORRECTION is one entry that takes back and one that follows it";
    }
    if (entry.kind == "FILL" || corrected_) {
      if (takes_back || plain<core::Quantity>(entry.quantity) == "0") return "a fill of " + entry.quantity;
      LogEntry now = entry;
      if (corrected_ && std::tie(now.order_id, now.exec_id, now.side, now.symbol, now.broker) !=
                            std::tie(corrected_->order_id, corrected_->exec_id, corrected_->side, corrected_->symbol,
                                     corrected_->broker)) {
        return "it corrects another fill than the entry before it took back";
      }
      if (corrected_) now.exchange = corrected_->exchange;
      corrected_.reset();
      counting_[{now.order_id, now.exec_id}].push_back(now);
      return "";
    }
    return take_back(entry);
  }

  [[nodiscard]] std::vector<std::string> counted() const {
    std::vector<std::string> all;
    for (const auto& [key, entries] : counting_) {
      for (const LogEntry& entry : entries) all.push_back(said(entry));
    }
    return all;
  }

 private:
  std::string take_back(const LogEntry& entry) {
    LogEntry was = entry;
    was.quantity = negated(entry.quantity);
    was.commission = negated(entry.commission);
    std::vector<LogEntry>& entries = counting_[{entry.order_id, entry.exec_id}];
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const LogEntry& counted) {
      was.exchange = counted.exchange;  // the report of the bust may come by another
      return said(counted) == said(was);
    });
    if (found == entries.end()) return "it takes back what did not count: " + said(was);
    if (entry.kind == "CORRECTION") corrected_ = *found;
    entries.erase(found);
    return "";
  }

  std::map<std::pair<std::string, std::string>, std::vector<LogEntry>> counting_;  // by order and ExecID
  std::optional<LogEntry> corrected_;
};

struct PartSum {
  core::Int128 quantity = 0;
  core::Int128 commission = 0;

  friend bool operator==(const PartSum&, const PartSum&) = default;
};
using PartKey = std::pair<std::string, Sleeve>;  // by order

void add_logged(const LogEntry& entry, const Blocks& blocks, Check& check, std::map<PartKey, PartSum>& logged) {
  const std::string place = "trade log entry " + std::to_string(entry.seq);
  const auto block = blocks.find(entry.order_id);
  if (block == blocks.end() || block->second.order == nullptr) {
    return check.differs(place + ": there is no order " + entry.order_id);
  }
  const Order& order = *block->second.order;
  const std::string& model = order.model.empty() ? entry.model : order.model;  // with several, the sleeve says it
  if (std::tie(entry.model, entry.side, entry.symbol, entry.broker) !=
      std::tie(model, order.side, order.symbol, order.broker)) {
    check.differs(place + ": model, side, symbol or broker are not those of the order " + order.id);
  }
  const auto quantity = core::Quantity::parse(entry.quantity);
  const auto commission = core::Money::parse(entry.commission, order.currency);
  if (!quantity) check.differs(place + ": " + quantity.error().message);
  if (!commission) check.differs(place + ": " + commission.error().message);
  if (!quantity || !commission) return;
  PartSum& sum = logged[{entry.order_id, {entry.account, entry.model}}];
  sum.quantity += quantity->raw;
  sum.commission += commission->minor;
}

}  // namespace

Check log_without_gaps(const Records& records) {
  Check check("trade log numbered without gaps");
  std::int64_t expected = 0;
  for (const LogEntry& entry : records.log) {
    ++expected;
    if (entry.seq == expected) continue;
    check.differs("entry " + std::to_string(expected) + " was expected, " + std::to_string(entry.seq) + " is there");
    expected = entry.seq;
  }
  check.compared = records.log.empty() ? "no entries" : "entries 1 to " + grouped(std::to_string(records.log.size()));
  return check;
}

Check log_has_fills(const Records& records) {
  Check check("trade log has every fill, with the same content");
  std::vector<std::string> fills;
  for (const Fill& fill : records.fills) {
    if (fill.quantity.raw != 0) fills.push_back(said(fill));
  }
  Ledger ledger;
  std::size_t entries = 0;
  for (const LogEntry& entry : records.log) {
    if (entry.kind != "FILL" && entry.kind != "BUST" && entry.kind != "CORRECTION") continue;
    ++entries;
    if (const std::string problem = ledger.enter(entry); !problem.empty()) {
      check.differs("trade log entry " + std::to_string(entry.seq) + ": " + problem);
    }
  }
  std::vector<std::string> logged = ledger.counted();
  check.compared = counted(records.fills.size(), "fill", "fills") + ", " + counted(entries, "entry", "entries");
  std::sort(fills.begin(), fills.end());
  std::sort(logged.begin(), logged.end());
  std::vector<std::string> missing;
  std::set_difference(fills.begin(), fills.end(), logged.begin(), logged.end(), std::back_inserter(missing));
  for (const std::string& fill : missing) check.differs("only in the fills: " + fill);
  std::vector<std::string> extra;
  std::set_difference(logged.begin(), logged.end(), fills.begin(), fills.end(), std::back_inserter(extra));
  for (const std::string& entry : extra) check.differs("only in the trade log: " + entry);
  return check;
}

Check log_has_parts(const Records& records, const Blocks& blocks) {
  Check check("trade log has the parts of every finished order");
  std::map<PartKey, PartSum> logged;
  std::set<std::string> busted;  // orders that a bust or a correction may have made open again
  for (const LogEntry& entry : records.log) {
    if (entry.kind == "BUST" || entry.kind == "CORRECTION") busted.insert(entry.order_id);
  }
  std::set<std::string> in_log;  // orders
  std::size_t entries = 0;
  for (const LogEntry& entry : records.log) {
    if (entry.kind != "PART") continue;
    ++entries;
    if (busted.contains(entry.order_id)) in_log.insert(entry.order_id);
    add_logged(entry, blocks, check, logged);
  }
  std::map<PartKey, PartSum> due;
  std::size_t orders = 0;
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr) continue;
    const bool is_finished = std::find(finished.begin(), finished.end(), block.order->state) != finished.end();
    if (!is_finished && !in_log.contains(id)) continue;  // a bust may have made it open again
    ++orders;
    for (const Part* part : block.parts) {
      if (part->quantity.raw == 0 && part->commission == 0) continue;  // nothing to log
      PartSum& sum = due[{id, {part->account, part->model}}];
      sum.quantity += part->quantity.raw;
      sum.commission += part->commission;
    }
  }
  for (const auto& [key, sum] : due) {
    const auto found = logged.find(key);
    const PartSum said = found == logged.end() ? PartSum{} : found->second;
    if (said == sum) continue;
    const core::Currency currency = blocks.at(key.first).order->currency;
    check.differs(key.first + ", " + name_of(key.second) + ": the log says " + quantity_text(said.quantity) +
                  " with commission " + money_text(said.commission, currency) + ", the part is " +
                  quantity_text(sum.quantity) + " with " + money_text(sum.commission, currency));
  }
  for (const auto& [key, sum] : logged) {
    if (sum == PartSum{} || due.contains(key)) continue;
    check.differs(key.first + ", " + name_of(key.second) + ": in the log, and no part of a finished order");
  }
  check.compared = counted(orders, "order", "orders") + ", " + counted(entries, "entry", "entries");
  return check;
}

Check executions_counted_once(const Records& records) {
  Check check("every execution booked once");
  std::map<std::tuple<std::string, std::string, std::string>, int> times;
  for (const Fill& fill : records.fills) ++times[{fill.broker, fill.trade_date, fill.exec_id}];
  for (const auto& [key, count] : times) {
    if (count == 1) continue;
    const auto& [broker, date, exec_id] = key;
    check.differs(exec_id + " of " + broker + " on " + date + " is booked " + std::to_string(count) + " times");
  }
  check.compared = counted(times.size(), "execution", "executions");
  return check;
}

Check no_breaks(const Records& records) {
  Check check("no breaks: everything that brokers reported is booked");
  for (const std::string& kept : records.breaks) check.differs(kept);
  check.compared = counted(records.breaks.size(), "break", "breaks");
  return check;
}

}  // namespace audit
