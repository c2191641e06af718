#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>

#include "core/random.hpp"
#include "tests/gateway/bare_engine.hpp"

// Orders over sleeves of several models: the laws, over random desks and days. Fills come in any order and of any size,
// cancels in between, and the gateway dies and comes back from a snapshot or from its whole journal.
namespace gateway {
namespace {

const core::Currency usd = core::Currency::of("USD");
const core::Symbol symbol("AAPL");

class LegsDay {
 public:
  explicit LegsDay(std::uint64_t seed) : random_(seed) {
    settings_.default_broker = core::SessionName("SIM");
    settings_.limits.emplace(usd, OrderLimit{core::Quantity::whole(1'000'000), core::Money{100'000'000'000, usd}});
    settings_.entries_per_snapshot = 15;
    start();
    draw_desk();
  }

  void step() {
    switch (random_.below(8)) {
      case 0:
      case 1: enter(); break;
      case 2: cancel(); break;
      case 3: close_batch(); break;
      case 4:
        if (random_.below(4) == 0) restart();
        break;
      default: fill();
    }
  }
  void end() {
    close_batch();
    check_book();
    restart();
  }

  int fills = 0, orders = 0, across = 0, whole = 0, restarts = 0, from_snapshot = 0, cancelled = 0;

 private:
  // What was asked for, and what counts, kept apart from the gateway.
  struct Sleeve {
    std::string account, model;
    auto operator<=>(const Sleeve&) const = default;
  };
  struct Told {
    std::map<Sleeve, std::int64_t> asked, had;
    std::int64_t quantity = 0, filled = 0;
    core::Int128 notional = 0, fees = 0;
    core::Side side{};
  };

  void start() {
    engine_ = std::make_unique<Engine>(settings_, brokers_);
    engine_->set_archive(&kept_);
  }

  void draw_desk() {
    std::vector<Event> events;
    events.emplace_back(InstrumentAdded{.symbol = symbol,
                                        .security_type = "STK",
                                        .exchange = "XNAS",
                                        .currency = usd,
                                        .unit = core::Quantity::whole(1),
                                        .reference = *core::Price::parse("187.50"),
                                        .reference_date = "2026-11-20"});
    const std::uint64_t models = 1 + random_.below(4);
    const std::uint64_t accounts = 1 + random_.below(7);
    for (std::uint64_t m = 0; m < models; ++m) {
      models_.push_back(core::ModelCode("M" + std::to_string(m)));
      events.emplace_back(ModelCreated{models_.back(), "Model", usd});
    }
    for (std::uint64_t i = 0; i < accounts; ++i) {
      const core::AccountId account("A" + std::to_string(i));
      events.emplace_back(AccountOpened{account, "Client", usd});
      events.emplace_back(CashDeposited{account, usd, 9'000'000'00});
      sleeves_.push_back({account, {}, {}});
      by_group_[alloc::Book::independent()].push_back({account.text(), ""});
      for (std::uint32_t m = 0; m < models; ++m) {
        if (random_.below(3) == 0) continue;
        events.emplace_back(CashInvested{account, models_[m], usd, random_.between(100'000'00, 900'000'00)});
        sleeves_.push_back({account, models_[m], {}});
        by_group_[alloc::GroupIndex{m + 1}].push_back({account.text(), models_[m].text()});
      }
    }
    engine_->import_desk(std::move(events), {});
  }

  void enter() {
    OrderRequest request{.symbol = symbol, .limit = std::nullopt, .currency = std::nullopt};
    if (random_.below(3) == 0) request.side = core::Side::sell;
    for (AskedPart part : sleeves_) {
      if (random_.below(3) != 0) continue;
      part.quantity = core::Quantity::whole(random_.between(1, request.side == core::Side::sell ? 5 : 60));
      request.quantity = request.quantity + part.quantity;
      request.parts.push_back(part);
    }
    if (random_.below(4) == 0) {  // an order of a model among them
      request.parts.clear();
      request.quantity = core::Quantity::whole(random_.between(1, 200));
      request.model = models_.at(random_.below(models_.size()));
    } else if (request.parts.empty()) {
      return;
    }
    const Answer answer = engine_->enter({.caller = {"k" + std::to_string(++keys_), "t"}, .orders = {request}}, {});
    if (!answer.refusals.empty()) return;
    Told told{.asked = {}, .had = {}, .quantity = request.quantity.raw / 1'000'000, .side = request.side};
    for (const AskedPart& part : request.parts) {
      told.asked[{part.account.text(), part.model.text()}] = part.quantity.raw / 1'000'000;
    }
    told_[answer.orders.at(0).text()] = told;
    ++orders;
    across += engine_->state().orders().all().back()->legs().size() > 1 ? 1 : 0;
  }

  [[nodiscard]] const Order* any_open() {
    const auto& open = engine_->state().orders().open();
    if (open.empty()) return nullptr;
    auto found = open.begin();
    std::advance(found, static_cast<std::ptrdiff_t>(random_.below(open.size())));
    return found->second;
  }

  fix::ExecutionReport report(const Order& order, fix::ExecType type, fix::OrdStatus status) {
    fix::ExecutionReport said;
    said.order_id = "B" + std::to_string(order.number);
    said.exec_id = "E" + std::to_string(++execs_);
    said.cl_ord_id = order.id().text();
    said.exec_type = type;
    said.ord_status = status;
    said.symbol = symbol;
    said.side = order.entered.side;
    said.cumulative_quantity = order.parts.filled();
    return said;
  }

  void cancel() {
    const Order* order = any_open();
    if (order == nullptr || random_.below(3) != 0) return;
    engine_->on_message(settings_.default_broker, report(*order, fix::ExecType::cancelled, fix::OrdStatus::cancelled),
                        {});
    ++cancelled;
  }

  void fill() {
    const Order* order = any_open();
    if (order == nullptr) return;
    const std::int64_t open = order->leaves().raw / 1'000'000;
    auto said = report(*order, fix::ExecType::trade, fix::OrdStatus::partially_filled);
    const std::int64_t units = random_.below(4) == 0 ? open : random_.between(1, open);
    said.last_quantity = core::Quantity::whole(units);
    said.last_price = core::Price{random_.between(1, 20'000'000'000)};
    said.commission = core::Amount{random_.between(-1'000'000, 9'000'000)};
    said.cumulative_quantity = order->parts.filled() + said.last_quantity;
    engine_->on_message(settings_.default_broker, said, {});
    Told& told = told_.at(order->id().text());
    told.filled += units;
    told.notional += core::notional(said.last_quantity, said.last_price);
    told.fees += said.commission.raw;
    ++fills;
    check_units(*order, told);
    if (random_.below(2) == 0) close_batch();
  }

  // Each sleeve between floor and ceiling of what it asked for, in proportion, and none ever loses a unit.
  void check_units(const Order& order, Told& told) {
    RC_ASSERT(order.parts.filled() == core::Quantity::whole(told.filled));
    if (told.asked.empty()) return;
    std::int64_t sum = 0;
    std::size_t sleeves = 0;
    for (const Leg& leg : order.legs()) {
      for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
        const Sleeve& sleeve = by_group_.at(leg.group).at(static_cast<std::size_t>(order.slots()[i]));
        const core::Int128 asked = told.asked.at(sleeve);
        const std::int64_t got = order.parts.split().units()[i];
        const core::Int128 floor = asked * told.filled / told.quantity;
        const bool is_exact = asked * told.filled % told.quantity == 0;
        RC_ASSERT(got >= floor);
        RC_ASSERT(got <= floor + (is_exact ? 0 : 1));
        RC_ASSERT(got >= told.had[sleeve]);
        told.had[sleeve] = got;
        sum += got;
        ++sleeves;
      }
    }
    RC_ASSERT(sum == told.filled);
    RC_ASSERT(sleeves == told.asked.size());
    if (told.filled != told.quantity) return;
    RC_ASSERT(told.had == told.asked);
    ++whole;
  }

  // What all orders did, from the fills that the broker made and from the book, each by itself.
  void check_book() {
    const State& state = engine_->state();
    RC_ASSERT(state.book().balanced());
    core::Int128 units = 0;
    core::Int128 cash = 0;
    for (const auto& order : state.orders().all()) {
      const Told& told = told_.at(order->id().text());
      const int sign = told.side == core::Side::buy ? 1 : -1;
      const std::int64_t cost = core::round_to_minor(told.notional, core::notional_decimals, usd);
      const std::int64_t fees = core::round_to_minor(told.fees, core::Amount::decimals, usd);
      units += sign * told.filled;
      cash -= sign * cost + fees;
      if (order->parts.is_retired()) continue;
      alloc::Part sum;
      for (const alloc::Part& part : order->parts.parts()) {
        sum.units += part.units, sum.cost += part.cost, sum.commission += part.commission;
      }
      RC_ASSERT(sum == (alloc::Part{told.filled, cost, fees}));
    }
    core::Int128 held = 0;
    core::Int128 money = 0;
    for (std::size_t g = 0; g < state.book().group_count(); ++g) {
      const auto group = static_cast<alloc::GroupIndex>(g);
      for (const auto& [name, row] : state.book().instruments_of(group)) {
        for (const alloc::Holding& each : row.by_slot) held += each.quantity.raw;
      }
      for (const auto& [currency, row] : state.book().cash_of(group)) {
        for (const std::int64_t each : row.by_slot) money += each;
      }
    }
    const auto accounts = static_cast<core::Int128>(state.book().account_count());
    RC_ASSERT(held == units * 1'000'000);
    RC_ASSERT(money == accounts * 9'000'000'00 + cash);
  }

  void close_batch() {
    static_cast<void>(engine_->take_changes());
    for (Entry& entry : engine_->take_entries()) kept_.entries.push_back(std::move(entry));
    if (const auto snapshot = engine_->take_snapshot(false)) {
      if (snapshot->is_whole) stored_.clear();
      for (const std::string& name : snapshot->removed) stored_.erase(name);
      for (const Snapshot::Part& part : snapshot->parts) stored_[part.name] = *part.bytes;
      stored_seq_ = snapshot->seq;
    }
  }

  void restart() {
    close_batch();
    const Stored before = bytes_of(engine_->state());
    State replayed;
    for (const Entry& entry : kept_.entries) replayed.apply(entry);
    replayed.settle();
    RC_ASSERT(bytes_of(replayed) == before);
    start();
    if (stored_seq_ > 0) {
      Snapshot snapshot{.seq = stored_seq_, .is_whole = true, .parts = {}, .removed = {}};
      for (const auto& [name, bytes] : stored_) {
        snapshot.parts.push_back({name, std::make_shared<const std::string>(bytes)});
      }
      RC_ASSERT(engine_->restore(snapshot).has_value());
      ++from_snapshot;
    }
    for (const Entry& entry : kept_.entries) {
      if (entry.seq > stored_seq_) engine_->replay(entry);
    }
    engine_->replay_done();
    RC_ASSERT(bytes_of(engine_->state()) == before);
    ++restarts;
  }

  core::Random random_;
  AlwaysThere brokers_;
  EngineSettings settings_;
  Kept kept_;
  std::unique_ptr<Engine> engine_;
  std::vector<core::ModelCode> models_;
  std::vector<AskedPart> sleeves_;
  std::map<alloc::GroupIndex, std::vector<Sleeve>> by_group_;  // by slot, as they came in
  std::map<std::string, Told> told_;                           // by order
  Stored stored_;
  std::int64_t stored_seq_ = 0;
  int keys_ = 0;
  int execs_ = 0;
};

TEST(Legs, RandomDaysKeepTheLawsOverSeveralModelsAndRestarts) {
  int fills = 0, orders = 0, across = 0, whole = 0, restarts = 0, from_snapshot = 0, cancelled = 0;
  EXPECT_TRUE(rc::check([&] {
    LegsDay day(*rc::gen::arbitrary<std::uint64_t>());
    for (int i = 0; i < 120; ++i) day.step();
    day.end();
    fills += day.fills, orders += day.orders, across += day.across, whole += day.whole, restarts += day.restarts;
    from_snapshot += day.from_snapshot, cancelled += day.cancelled;
  }));
  std::cout << orders << " orders, " << across << " over several models, " << whole << " filled as asked, " << fills
            << " fills, " << cancelled << " cancelled, " << restarts << " restarts, " << from_snapshot
            << " from a snapshot\n";
  EXPECT_GT(across, 500);
  EXPECT_GT(whole, 300);
  EXPECT_GT(from_snapshot, 100);
  EXPECT_GT(cancelled, 100);
}

}  // namespace
}  // namespace gateway
