#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <set>

#include "audit/audit.hpp"
#include "core/random.hpp"
#include "tests/gateway/bare_engine.hpp"
#include "tests/support/day.hpp"

// Orders of every kind of instrument: what is booked, over random instruments, fills, busts, corrections and restarts,
// against sums that are kept apart from the gateway, and by the audit on a real database.
namespace gateway {
namespace {

constexpr std::array<const char*, 6> types{"STK", "FUND", "BOND", "OPT", "FUT", "CASH"};
constexpr std::array<const char*, 6> units{"1", "0.01", "0.000001", "0.001", "100", "1000"};
constexpr std::array<const char*, 3> currencies{"USD", "JPY", "KWD"};
constexpr std::int64_t cash_each = 100'000'000'000'000;
const core::SessionName broker("SIM");
const core::ModelCode model("M");

core::Int128 power_of_ten(int exponent) {
  core::Int128 power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

class InstrumentsDay {
 public:
  explicit InstrumentsDay(std::uint64_t seed)
      : random_(seed), currency_(core::Currency::of(currencies.at(random_.below(currencies.size())))) {
    settings_.default_broker = broker;
    settings_.limits.emplace(currency_,
                             OrderLimit{core::Quantity::whole(1'000'000'000), core::Money{cash_each / 100, currency_}});
    start();
    draw_desk();
  }

  void step() {
    switch (random_.below(7)) {
      case 0:
      case 1: enter(); break;
      case 2: change(); break;
      case 3:
        if (random_.below(4) == 0) restart();
        break;
      default: fill();
    }
    check();
  }

  // The journal as a gateway writes it, looked at by the audit. `spoil`: SQL that no gateway would carry out.
  [[nodiscard]] std::set<std::string> failed_checks(const std::string& spoil = {}) {
    close_batch();
    const support::TestFolder folder;
    const std::string path = folder / "desk.db";
    support::write_day(path, kept_.entries, 10'000);
    if (!spoil.empty()) support::tamper(path, spoil);
    auto database = audit::Database::open(path);
    const auto checks = audit::audit_book(*database, {.allow_breaks = true});
    std::set<std::string> failed;
    if (!checks) failed.insert(checks.error().text());
    for (const audit::Check& check : checks.value_or(std::vector<audit::Check>{})) {
      if (!check.ok()) failed.insert(check.name + ": " + check.differences.front());
    }
    return failed;
  }

  std::map<std::string, int> filled_of_type;
  int fills = 0, changes = 0, restarts = 0, sales = 0;

 private:
  struct Fill {
    core::Quantity quantity;
    core::Price price;
    core::Amount commission;
    std::string exec_id;
  };
  struct Told {
    core::Side side{};
    std::size_t instrument = 0;
    std::vector<Fill> fills;  // a quantity of zero is busted
  };

  void start() {
    engine_ = std::make_unique<Engine>(settings_, brokers_);
    engine_->set_archive(&kept_);
  }

  void draw_desk() {
    std::vector<Event> events;
    for (std::size_t i = 0; i < types.size(); ++i) {
      InstrumentAdded& added = listed_.emplace_back();
      added.symbol = core::Symbol(std::string("I-") + types[i]);
      added.security_type = types[i];
      added.exchange = "XOFF";
      added.currency = currency_;
      added.unit = *core::Quantity::parse(units.at(random_.below(units.size())));
      if (i == 3 || i == 4)
        added.multiplier = {1 + static_cast<std::int64_t>(random_.below(1ULL << random_.below(30)))};
      events.emplace_back(added);
    }
    events.emplace_back(ModelCreated{model, "Model", currency_});
    accounts_ = 1 + static_cast<std::int64_t>(random_.below(7));
    for (std::int64_t i = 0; i < accounts_; ++i) {
      const core::AccountId account("A" + std::to_string(i));
      events.emplace_back(AccountOpened{account, "Client", currency_});
      events.emplace_back(CashDeposited{account, currency_, cash_each});
      events.emplace_back(CashInvested{account, model, currency_, random_.between(cash_each / 2, cash_each)});
    }
    events.emplace_back(DeskImported{"test"});
    engine_->import_desk(std::move(events), {});
  }

  void enter() {
    const std::size_t which = random_.below(listed_.size());
    const InstrumentAdded& traded = listed_[which];
    OrderRequest request{.side = random_.below(4) == 0 ? core::Side::sell : core::Side::buy,
                         .quantity = {traded.unit.raw * random_.between(1, 5'000)},
                         .symbol = traded.symbol,
                         .type = core::OrderType::limit,
                         .limit = core::Price{1 + static_cast<std::int64_t>(random_.below(1ULL << random_.below(40)))},
                         .model = model,
                         .currency = std::nullopt};
    const Answer answer = engine_->enter({.caller = {"k" + std::to_string(++keys_), "t"}, .orders = {request}}, {});
    if (!answer.refusals.empty()) return;  // worth too much, or not there to be sold
    told_[answer.orders.at(0).text()] = {request.side, which, {}};
    sales += request.side == core::Side::sell ? 1 : 0;
  }

  const Order* any(bool is_open) {
    std::vector<const Order*> found;
    for (const auto& order : engine_->state().orders().all()) {
      if (is_open ? order->leaves().raw > 0 : order->parts.filled().raw > 0) found.push_back(order.get());
    }
    return found.empty() ? nullptr : found[random_.below(found.size())];
  }

  void report(const Order& order, fix::ExecType type, const Fill& fill, const std::string& of = {}) {
    fix::ExecutionReport said;
    said.order_id = "B" + std::to_string(order.number);
    said.exec_id = "E" + std::to_string(++execs_);
    said.exec_ref_id = of;
    said.cl_ord_id = order.id().text();
    said.exec_type = type;
    said.ord_status = fix::OrdStatus::partially_filled;
    said.symbol = order.entered.symbol;
    said.side = order.entered.side;
    said.last_quantity = fill.quantity, said.last_price = fill.price, said.commission = fill.commission;
    for (const Fill& each : told_.at(order.id().text()).fills) said.cumulative_quantity += each.quantity;
    engine_->on_message(broker, said, {});
  }

  Fill draw_fill(const Order& order, std::int64_t most) {
    const std::int64_t unit = order.parts.unit().raw;
    const std::int64_t limit = order.entered.limit->raw;
    return {{random_.below(4) == 0 ? most : unit * random_.between(1, most / unit)},
            {random_.between(std::max<std::int64_t>(1, limit / 2), limit)},
            {random_.between(-1'000'000, 9'000'000)},
            "E" + std::to_string(execs_ + 1)};
  }

  void fill() {
    const Order* order = any(true);
    if (order == nullptr) return;
    Told& told = told_.at(order->id().text());
    told.fills.push_back(draw_fill(*order, order->leaves().raw));
    report(*order, fix::ExecType::trade, told.fills.back());
    ++fills;
    ++filled_of_type[order->security_type];
  }

  // A bust or a correction of one of the fills of an order, also of one that was finished and let go of.
  void change() {
    const Order* order = any(false);
    if (order == nullptr) return;
    Told& told = told_.at(order->id().text());
    Fill& fill = told.fills[random_.below(told.fills.size())];
    if (fill.quantity.raw == 0) return;
    const std::string of = fill.exec_id;
    if (random_.below(2) == 0) {
      fill = {.quantity = {}, .price = {}, .commission = {}, .exec_id = {}};
      report(*order, fix::ExecType::trade_cancel, fill, of);
    } else {
      fill = draw_fill(*order, order->leaves().raw + fill.quantity.raw);
      report(*order, fix::ExecType::trade_correct, fill, of);
    }
    ++changes;
  }

  // quantity * price * multiplier, a hundredth of it for bonds, to the nearest minor unit.
  [[nodiscard]] std::int64_t cost_of(const Told& told) const {
    const InstrumentAdded& traded = listed_[told.instrument];
    core::Int128 exact = 0;
    for (const Fill& fill : told.fills) exact += core::notional(fill.quantity, fill.price);
    core::Int128 minor = power_of_ten(18 - currency_.minor_digits());
    if (traded.security_type == "BOND") minor *= 100;
    return static_cast<std::int64_t>((exact * traded.multiplier.raw + minor / 2) / minor);
  }

  void check() {
    static_cast<void>(engine_->take_changes());  // places the cents
    const State& state = engine_->state();
    core::Int128 cash = 0;
    for (const auto& order : state.orders().all()) {
      const Told& told = told_.at(order->id().text());
      core::Int128 fees = 0;
      core::Quantity filled;
      for (const Fill& fill : told.fills) fees += fill.commission.raw, filled += fill.quantity;
      const alloc::Part due{filled.raw / order->parts.unit().raw, cost_of(told),
                            core::round_to_minor(fees, core::Amount::decimals, currency_)};
      cash -= (told.side == core::Side::buy ? due.cost : -due.cost) + due.commission;
      RC_ASSERT(order->parts.filled() == filled);
      RC_ASSERT(order->parts.cost_minor() == due.cost);
      if (order->parts.is_retired()) continue;
      alloc::Part sum;
      for (const alloc::Part& part : order->parts.parts()) {
        sum.units += part.units, sum.cost += part.cost, sum.commission += part.commission;
      }
      RC_ASSERT(sum == due);
    }
    core::Int128 money = 0;
    for (std::size_t g = 0; g < state.book().group_count(); ++g) {
      for (const auto& [currency, row] : state.book().cash_of(static_cast<alloc::GroupIndex>(g))) {
        for (const std::int64_t each : row.by_slot) money += each;
      }
    }
    RC_ASSERT(money == core::Int128{accounts_} * cash_each + cash);
    RC_ASSERT(state.book().balanced());
  }

  void close_batch() {
    static_cast<void>(engine_->take_changes());
    for (Entry& entry : engine_->take_entries()) kept_.entries.push_back(std::move(entry));
  }

  // From a snapshot of now, which is what the whole journal gives.
  void restart() {
    close_batch();
    const Snapshot snapshot = engine_->state().whole_snapshot();
    const Stored before = bytes_of(engine_->state());
    State replayed;
    for (const Entry& entry : kept_.entries) replayed.apply(entry);
    replayed.settle();
    RC_ASSERT(bytes_of(replayed) == before);
    start();
    RC_ASSERT(engine_->restore(snapshot).has_value());
    engine_->replay_done();
    RC_ASSERT(bytes_of(engine_->state()) == before);
    ++restarts;
  }

  core::Random random_;
  core::Currency currency_;
  AlwaysThere brokers_;
  EngineSettings settings_;
  Kept kept_;
  std::unique_ptr<Engine> engine_;
  std::vector<InstrumentAdded> listed_;
  std::map<std::string, Told> told_;  // by order
  std::int64_t accounts_ = 0;
  int keys_ = 0;
  int execs_ = 0;
};

TEST(Instruments, OfEveryKindAreBookedToTheMinorUnitThroughBustsCorrectionsAndRestarts) {
  int fills = 0, changes = 0, restarts = 0, sales = 0;
  std::map<std::string, int> of_type;
  EXPECT_TRUE(rc::check([&] {
    InstrumentsDay day(*rc::gen::arbitrary<std::uint64_t>());
    for (int i = 0; i < 80; ++i) day.step();
    fills += day.fills, changes += day.changes, restarts += day.restarts, sales += day.sales;
    for (const auto& [type, count] : day.filled_of_type) of_type[type] += count;
    const std::set<std::string> failed = day.failed_checks();
    if (!failed.empty()) RC_FAIL(*failed.begin());
  }));
  std::cout << "  " << fills << " fills, " << changes << " busts and corrections, " << restarts << " restarts, "
            << sales << " sales\n";
  for (const char* type : types) EXPECT_GT(of_type[type], 100) << type;
  EXPECT_GT(changes, 500);
  EXPECT_GT(restarts, 100);
  EXPECT_GT(sales, 50);
}

TEST(Instruments, HaveAnAuditThatFindsOneMinorUnitTooMuch) {
  InstrumentsDay day(7);
  for (int i = 0; i < 300; ++i) day.step();
  EXPECT_EQ(day.failed_checks(), std::set<std::string>());
  for (const std::string type : types) {
    ASSERT_GT(day.filled_of_type[type], 0) << type;
    const auto fails = [&](const std::string& spoil) {
      const std::set<std::string> failed = day.failed_checks(spoil);
      return std::any_of(failed.begin(), failed.end(), [](const std::string& check) {
        return check.starts_with("part costs sum to the notional, to the cent: ");
      });
    };
    EXPECT_TRUE(
        fails("UPDATE order_row SET parts = json_set(parts, '$[0][2]', json_extract(parts, '$[0][2]') + 1) "
              "WHERE number = (SELECT min(number) FROM order_row WHERE filled > 0 AND symbol = 'I-" +
              type + "')"))
        << type;
    EXPECT_TRUE(fails("UPDATE instrument_row SET multiplier = '99.5' WHERE symbol = 'I-" + type + "'")) << type;
  }
}

}  // namespace
}  // namespace gateway
