#include "fuzz/desk.hpp"

#include "core/check.hpp"
#include "files/text.hpp"
#include "gateway/journal/event_json.hpp"

namespace fuzz {

namespace {

using namespace gateway;

EngineSettings settings(const core::SessionName& broker) {
  const core::Currency usd = core::Currency::of("USD");
  EngineSettings settings;
  settings.default_broker = broker;
  settings.limits.emplace(usd, OrderLimit{core::Quantity::whole(1'000'000), core::Money{10'000'000'000, usd}});
  return settings;
}

std::vector<Event> desk_events() {
  const core::Currency usd = core::Currency::of("USD");
  const core::ModelCode growth("GROWTH");
  const auto instrument = [&](const char* symbol, const char* reference) {
    return InstrumentAdded{
        core::Symbol(symbol), "STK", "XNAS", usd, core::Quantity::whole(1), core::Price::parse(reference).value(),
        "2026-11-20"};
  };
  std::vector<Event> events{instrument("AAPL", "187.40"), instrument("KO", "62.00"),
                            ModelCreated{growth, "Growth", usd}};
  for (const auto& [name, minor] : {std::pair{"A1", 50'000'000}, std::pair{"A2", 33'333'333}}) {
    const core::AccountId account(name);
    events.emplace_back(AccountOpened{account, name, usd});
    events.emplace_back(CashDeposited{account, usd, minor});
    events.emplace_back(CashInvested{account, growth, usd, minor});
    events.emplace_back(HoldingBrought{account, growth, core::Symbol("KO"), usd, core::Quantity::whole(10), 62'000});
  }
  events.emplace_back(DeskImported{"fuzz"});
  return events;
}

OrderRequest request(core::Side side, std::int64_t quantity, const char* symbol) {
  return {.side = side,
          .quantity = core::Quantity::whole(quantity),
          .symbol = core::Symbol(symbol),
          .limit = std::nullopt,
          .model = core::ModelCode("GROWTH"),
          .currency = std::nullopt};
}

void check_same(const State& live, const State& replayed) {
  CHECK(live.last_seq() == replayed.last_seq() && live.break_count() == replayed.break_count());
  CHECK(live.book().balanced() && replayed.book().balanced());
  for (std::uint32_t i = 0; i < live.book().group_count(); ++i) {
    const alloc::GroupIndex group{i};
    const auto& instruments = live.book().instruments_of(group);
    CHECK(instruments.size() == replayed.book().instruments_of(group).size());
    for (const auto& [symbol, row] : instruments) {
      CHECK(row.by_slot == replayed.book().instruments_of(group).at(symbol).by_slot);
    }
    for (const auto& [currency, row] : live.book().cash_of(group)) {
      CHECK(row.by_slot == replayed.book().cash_of(group).at(currency).by_slot);
    }
  }
}

void check_parts(const Order& order, const Order& replayed) {
  CHECK(order.parts.parts() == replayed.parts.parts() && state_of(order) == state_of(replayed));
  std::int64_t units = 0;
  std::int64_t cost = 0;
  std::int64_t commission = 0;
  for (const alloc::Part& part : order.parts.parts()) {
    units += part.units;
    cost += part.cost;
    commission += part.commission;
  }
  CHECK(units * order.parts.unit().raw == order.parts.filled().raw);
  CHECK(cost == order.parts.cost_minor() && commission == order.parts.commission_minor());
  CHECK(order.parts.filled() <= order.entered.quantity);
}

}  // namespace

Desk::Desk()
    : now_(std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14}),
      engine_(settings(broker_), *this) {
  engine_.import_desk(desk_events(), now_);
}

void Desk::enter_orders() {
  OrderRequest limit = request(core::Side::buy, 1000, "AAPL");
  limit.type = core::OrderType::limit;
  limit.limit = core::Price::parse("187.50").value();
  const Answer entered =
      engine_.enter({.caller = {"first", "fuzz"},
                     .orders = {limit, request(core::Side::buy, 500, "KO"), request(core::Side::sell, 7, "KO")}},
                    now_);
  CHECK(entered.orders.size() == 3);
  CHECK(engine_.cancel({.caller = {"second", "fuzz"}, .order = entered.orders[1]}, now_).refusals.empty());
}

std::vector<Entry> Desk::settle() {
  std::vector<Entry> entries = engine_.take_entries();
  (void)engine_.take_changes();
  for (const Entry& entry : entries) {
    const std::string written = event_to_json(entry.event);
    CHECK(files::first_bad_utf8(written) == std::string_view::npos);
    const auto read = event_from_json(kind(entry.event), written);
    CHECK(read.has_value());
    CHECK(event_to_json(*read) == written);
    replica_.apply({entry.seq, entry.time, *read});
  }
  replica_.settle();
  (void)replica_.take_changes();
  check_same(engine_.state(), replica_);
  const auto& orders = engine_.state().orders().all();
  CHECK(orders.size() == replica_.orders().all().size());
  for (std::size_t i = 0; i < orders.size(); ++i) check_parts(*orders[i], *replica_.orders().all()[i]);
  return entries;
}

core::Result<int> Desk::send(const core::SessionName& broker, const fix::Message& /*message*/) {
  if (broker != broker_) return core::fail("session " + broker.text(), "not logged on");
  return ++last_sent_;
}

}  // namespace fuzz
