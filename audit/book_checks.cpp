#include <map>
#include <set>
#include <tuple>

#include "audit/checks.hpp"
#include "audit/numbers.hpp"

namespace audit {

namespace {

constexpr const char* independent = "Independent";  // the sleeve of what is in no model

struct Sleeve {
  std::string account;
  std::string model;
  core::Currency currency;

  friend auto operator<=>(const Sleeve&, const Sleeve&) = default;
};

// What an amount of cash comes from, and what the book says it is.
struct Flow {
  core::Int128 start = 0;  // deposits and transfers
  core::Int128 purchases = 0;
  core::Int128 sales = 0;
  core::Int128 commissions = 0;
  core::Int128 now = 0;

  [[nodiscard]] core::Int128 should_be() const { return start - purchases + sales - commissions; }
  Flow& operator+=(const Flow& other) {
    start += other.start;
    purchases += other.purchases;
    sales += other.sales;
    commissions += other.commissions;
    now += other.now;
    return *this;
  }
};

using Flows = std::map<Sleeve, Flow>;

// Of units from one sleeve of an account to another; those of cash have the currency as their symbol. An entry says
// what came into a model, or went out of it below zero, the other side being Independent; between two models there are
// two.
bool moves_units(const LogEntry& entry) { return entry.kind == "TRANSFER" && entry.symbol != entry.currency; }

void add_log(const Records& records, Flows& flows, Check& check) {
  for (const LogEntry& entry : records.log) {
    if ((entry.kind != "DEPOSIT" && entry.kind != "TRANSFER") || moves_units(entry)) continue;
    const auto currency = core::Currency::parse(entry.currency);
    const auto amount = currency ? core::Money::parse(entry.quantity, *currency)
                                 : core::Result<core::Money>(tl::unexpected(currency.error()));
    if (!amount) {
      check.differs("trade log entry " + std::to_string(entry.seq) + ": " + amount.error().message);
      continue;
    }
    if (entry.kind == "DEPOSIT") {
      flows[{entry.account, independent, *currency}].start += amount->minor;
    } else {
      flows[{entry.account, independent, *currency}].start -= amount->minor;
      flows[{entry.account, entry.model, *currency}].start += amount->minor;
    }
  }
}

// Cash of every sleeve. What cannot be read is a difference.
Flows flows_of(const Records& records, const Blocks& blocks, Check& check) {
  Flows flows;
  add_log(records, flows, check);
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr) continue;
    for (const Part* part : block.parts) {
      Flow& flow = flows[{part->account, part->model, block.order->currency}];
      (block.order->side == "BUY" ? flow.purchases : flow.sales) += part->cost;
      flow.commissions += part->commission;
    }
  }
  for (const Cash& cash : records.cash) {
    const auto currency = core::Currency::parse(cash.currency);
    if (!currency) {
      check.differs("cash of " + cash.account + ": " + currency.error().message);
      continue;
    }
    flows[{cash.account, cash.sleeve, *currency}].now += cash.amount;
  }
  return flows;
}

std::string explained(const Flow& flow, core::Currency currency) {
  const auto money = [&](core::Int128 amount) { return money_text(amount, currency); };
  return money(flow.now) + " " + currency.text() + "; it should be " + money(flow.should_be()) + ": " +
         money(flow.start) + " at the start - " + money(flow.purchases) + " bought + " + money(flow.sales) +
         " sold - " + money(flow.commissions) + " commission";
}

}  // namespace

Check cash_of_models(const Records& records, const Blocks& blocks) {
  Check check("cash of every model: start - bought + sold - commission");
  std::map<std::pair<std::string, core::Currency>, Flow> models;
  std::map<core::Currency, core::Int128> totals;
  for (const auto& [sleeve, flow] : flows_of(records, blocks, check)) models[{sleeve.model, sleeve.currency}] += flow;
  for (const auto& [key, flow] : models) {
    totals[key.second] += flow.now;
    if (flow.now != flow.should_be()) check.differs(key.first + " has " + explained(flow, key.second));
  }
  check.compared = counted(models.size(), "sum of cash", "sums of cash");
  for (const auto& [currency, sum] : totals) check.compared += ", " + money_text(sum, currency) + " " + currency.text();
  return check;
}

Check cash_of_accounts(const Records& records, const Blocks& blocks) {
  Check check("cash of every account in every model, likewise");
  const Flows flows = flows_of(records, blocks, check);
  std::set<std::string> accounts;
  for (const auto& [sleeve, flow] : flows) {
    accounts.insert(sleeve.account);
    if (flow.now == flow.should_be()) continue;
    check.differs(sleeve.account + " in " + sleeve.model + " has " + explained(flow, sleeve.currency));
  }
  check.compared =
      counted(accounts.size(), "account", "accounts") + ", " + counted(flows.size(), "sum of cash", "sums of cash");
  return check;
}

Check cash_out_of_accounts(const Records& records, const Blocks& blocks) {
  Check check("cash out of accounts equals notional plus fees");
  std::map<core::Currency, Flow> totals;
  for (const auto& [sleeve, flow] : flows_of(records, blocks, check)) {
    totals[sleeve.currency].start += flow.start;
    totals[sleeve.currency].now += flow.now;
  }
  // From the brokers' fills alone, not from the parts.
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr) continue;
    const core::Currency currency = block.order->currency;
    const core::Int128 notional = block.notional();
    (block.order->side == "BUY" ? totals[currency].purchases : totals[currency].sales) += notional;
    totals[currency].commissions += rounded_to_minor(block.fees(), core::Amount::decimals, currency);
  }
  for (const auto& [currency, flow] : totals) {
    const auto money = [&](core::Int128 amount) { return money_text(amount, currency); };
    const core::Int128 due = flow.purchases - flow.sales + flow.commissions;
    check.compared += (check.compared.empty() ? "" : "; ") + money(flow.start - flow.now) + " " + currency.text() +
                      " = " + money(flow.purchases) + " - " + money(flow.sales) + " + " + money(flow.commissions);
    if (flow.start - flow.now == due) continue;
    check.differs(money(flow.start - flow.now) + " " + currency.text() + " went out of the accounts; purchases less " +
                  "sales and fees are " + money(due));
  }
  if (totals.empty()) check.compared = "no cash";
  return check;
}

Check positions_from_trades(const Records& records, const Blocks& blocks) {
  Check check("positions: brought in + moved in + bought - sold");
  using Key = std::tuple<std::string, std::string, std::string>;  // account, sleeve, symbol
  struct Sums {
    core::Int128 should_be = 0;
    core::Int128 now = 0;
  };
  std::map<Key, Sums> positions;
  for (const LogEntry& entry : records.log) {
    if (entry.kind != "HOLDING" && !moves_units(entry)) continue;
    const auto quantity = core::Quantity::parse(entry.quantity);
    if (!quantity) check.differs("trade log entry " + std::to_string(entry.seq) + ": " + quantity.error().message);
    const std::string& sleeve = entry.model.empty() ? independent : entry.model;
    const std::int64_t raw = quantity.value_or(core::Quantity{}).raw;
    positions[{entry.account, sleeve, entry.symbol}].should_be += raw;
    if (moves_units(entry)) positions[{entry.account, independent, entry.symbol}].should_be -= raw;
  }
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr) continue;
    for (const Part* part : block.parts) {
      Sums& sums = positions[{part->account, part->model, block.order->symbol}];
      sums.should_be += block.order->side == "BUY" ? part->quantity.raw : -part->quantity.raw;
    }
  }
  for (const Holding& held : records.holdings) {
    positions[{held.account, held.sleeve, held.symbol}].now += held.quantity.raw;
  }
  for (const auto& [key, sums] : positions) {
    if (sums.now == sums.should_be) continue;
    const auto& [account, sleeve, symbol] = key;
    check.differs(account + " in " + sleeve + " holds " + quantity_text(sums.now) + " " + symbol + "; it should be " +
                  quantity_text(sums.should_be));
  }
  check.compared = counted(positions.size(), "position", "positions");
  return check;
}

namespace {

struct Range {
  core::Int128 least = 0;
  core::Int128 most = 0;
};

// All that was ever traded of an instrument in one sleeve, or in all sleeves of an account, brought in or by orders.
struct Traded {
  core::Int128 paid = 0;
  core::Int128 received = 0;
  bool was_bought = false;
  bool was_sold = false;

  // Within which a position carries its cost: what is held at what was paid, what is short, below zero, at what its
  // sale brought, exactly as long as nothing went the other way. Where a fill of the instrument was taken back, the
  // cost depends on what came in between, which the tables do not tell: only its sign is looked at.
  [[nodiscard]] Range range(core::Int128 quantity, bool did_move, bool was_restated) const {
    constexpr core::Int128 any = core::Int128{1} << 100;
    if (did_move) return was_sold ? Range{-received, paid} : Range{paid, paid};
    if (quantity == 0) return {0, 0};
    if (was_restated) return quantity > 0 ? Range{0, any} : Range{-any, 0};
    if (quantity > 0) return was_sold ? Range{0, paid} : Range{paid, paid};
    return was_bought ? Range{-received, 0} : Range{-received, -received};
  }
};

}  // namespace

Check costs_from_trades(const Records& records, const Blocks& blocks) {
  Check check("cost of positions: brought in + bought, at most that once some is sold");
  using Key = std::tuple<std::string, std::string, std::string>;  // account, sleeve, symbol
  // Cost moves along with units, so that it is compared over all sleeves of an account that moved any.
  std::set<std::pair<std::string, std::string>> moved;
  std::set<std::string> restated;  // instruments of which a fill was busted or corrected
  for (const LogEntry& entry : records.log) {
    if (moves_units(entry)) moved.emplace(entry.account, entry.symbol);
    if (entry.kind == "BUST" || entry.kind == "CORRECTION") restated.insert(entry.symbol);
  }
  const auto key_of = [&](const std::string& account, const std::string& sleeve, const std::string& symbol) {
    return Key{account, moved.contains({account, symbol}) ? "all its sleeves" : sleeve, symbol};
  };
  std::map<Key, Traded> traded;
  for (const Brought& brought : records.brought) {
    const std::string& sleeve = brought.model.empty() ? independent : brought.model;
    Traded& here = traded[key_of(brought.account, sleeve, brought.symbol)];
    (brought.cost < 0 ? here.received : here.paid) += brought.cost < 0 ? -brought.cost : brought.cost;
    (brought.cost < 0 ? here.was_sold : here.was_bought) = true;
  }
  for (const auto& [id, block] : blocks) {
    if (block.order == nullptr) continue;
    const bool is_purchase = block.order->side == "BUY";
    for (const Part* part : block.parts) {
      Traded& here = traded[key_of(part->account, part->model, block.order->symbol)];
      (is_purchase ? here.paid : here.received) += part->cost;
      if (part->quantity.raw == 0) continue;
      (is_purchase ? here.was_bought : here.was_sold) = true;
    }
  }
  struct Carried {
    core::Int128 quantity = 0;
    core::Int128 cost = 0;
    core::Currency currency = core::Currency::of("USD");
  };
  std::map<Key, Carried> carried;
  for (const Holding& held : records.holdings) {
    Carried& here = carried[key_of(held.account, held.sleeve, held.symbol)];
    here.quantity += held.quantity.raw;
    here.cost += held.cost;
    here.currency = held.currency;
  }
  std::size_t exact = 0;
  for (const auto& [key, held] : carried) {
    const Traded& here = traded[key];
    // A fill that is taken back after its units have moved finds their cost elsewhere: only the units are sure then.
    if (moved.contains({std::get<0>(key), std::get<2>(key)}) && restated.contains(std::get<2>(key))) continue;
    const auto& [account, sleeve, symbol] = key;
    const Range range = here.range(held.quantity, moved.contains({account, symbol}), restated.contains(symbol));
    if (range.least == range.most) ++exact;
    if (held.cost >= range.least && held.cost <= range.most) continue;
    const auto money = [&](core::Int128 amount) { return amount == 0 ? "0" : money_text(amount, held.currency); };
    check.differs(account + " in " + sleeve + " carries its " + symbol + " at " + money_text(held.cost, held.currency) +
                  "; it should be " + (range.least == range.most ? "" : "between " + money(range.least) + " and ") +
                  money(range.most));
  }
  check.compared = counted(records.holdings.size(), "position", "positions") + ", " + grouped(std::to_string(exact)) +
                   " to the cent";
  return check;
}

}  // namespace audit
