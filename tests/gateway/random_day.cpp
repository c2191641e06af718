#include "tests/gateway/random_day.hpp"

#include <algorithm>

namespace gateway {

namespace {

const core::Currency usd = core::Currency::of("USD");
const core::SessionName broker("SIM");

// Not "A" + ...: GCC 12 sees impossible copies in it (GCC bug 105651).
template <class Number>
std::string numbered(std::string text, Number number) {
  text.append(std::to_string(number));
  return text;
}

core::ModelCode model(std::uint64_t number) { return core::ModelCode(number == 0 ? "GROWTH" : "INCOME"); }
core::Symbol symbol(std::uint64_t number) { return core::Symbol(number == 0 ? "AAPL" : "BRK/B"); }
core::AccountId account(std::uint64_t number) { return core::AccountId(numbered("A", number)); }

}  // namespace

std::vector<Event> RandomDay::desk() {
  std::vector<Event> events;
  for (std::uint64_t i = 0; i < 2; ++i) {
    events.emplace_back(InstrumentAdded{.symbol = symbol(i),
                                        .security_type = "STK",
                                        .exchange = "XNAS",
                                        .currency = usd,
                                        .unit = core::Quantity::whole(1),
                                        .reference = i == 0 ? core::Price::parse("187.50").value() : core::Price{},
                                        .reference_date = "2026-11-20"});
    events.emplace_back(ModelCreated{model(i), "Model", usd});
  }
  for (std::uint64_t i = 0; i < 5; ++i) {
    events.emplace_back(AccountOpened{account(i), "Client", usd});
    events.emplace_back(CashDeposited{account(i), usd, 1'000'000'00});
    for (std::uint64_t m = 0; m < 2; ++m) {
      events.emplace_back(
          CashInvested{account(i), model(m), usd, 100'000'00 + static_cast<std::int64_t>(i) * 7'777'77});
    }
  }
  events.emplace_back(DeskImported{"test"});
  return events;
}

std::vector<Event> RandomDay::next(State& state) {
  if (state.orders().all().empty() || one_in(12)) return order(state);
  if (one_in(15)) return {about_desk(state)};
  return {about_order(state)};
}

std::vector<Event> RandomDay::order(const State& state) {
  std::vector<Event> events;
  core::ModelCode code = model(random_.below(2));
  const core::Side side = one_in(3) ? core::Side::sell : core::Side::buy;
  const alloc::GroupIndex group = state.models().find(code)->group;
  const SealedShares* last = state.last_shares(group, side);
  std::int64_t seq = last == nullptr ? 0 : last->seq;
  std::int64_t asked = 0;
  if (one_in(3)) {
    SharesSealed shares = given_shares(state, side);
    for (const Share& share : shares.shares) asked += share.weight;
    events.emplace_back(std::move(shares));
    seq = state.last_seq() + 1;
    code = {};
  } else if (last == nullptr || one_in(3)) {
    SharesSealed shares{code, side, {}};
    const auto slots = static_cast<std::uint32_t>(state.book().accounts_of(group).size());
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      if (slot == 0 || !one_in(5)) shares.shares.push_back({slot, random_.between(1, 1'000'000)});
    }
    events.emplace_back(std::move(shares));
    seq = state.last_seq() + 1;
  }
  const std::string number = std::to_string(state.orders().all().size() + 1);
  events.emplace_back(OrderEntered{.order = core::OrderId("20261121-" + number),
                                   .model = code,
                                   .side = side,
                                   .quantity = core::Quantity::whole(asked > 0 ? asked : random_.between(1, 400)),
                                   .symbol = symbol(random_.below(2)),
                                   .type = core::OrderType::limit,
                                   .limit = core::Price::parse("190").value(),
                                   .broker = broker,
                                   .exchange = "XNAS",
                                   .shares_seq = seq,
                                   .seq_num = static_cast<int>(random_.between(1, 50)),
                                   // Two orders of one command now and then.
                                   .key = numbered("key ", one_in(4) ? keys_ : ++keys_),
                                   .command = random_.next(),
                                   .who = "tester",
                                   .proposal = code.empty() && one_in(2) ? "P-" + number : ""});
  return events;
}

// Of sleeves here and there, in Independent as well.
SharesSealed RandomDay::given_shares(const State& state, core::Side side) {
  SharesSealed shares{{}, side, {}};
  for (std::size_t group = 0; group < state.book().group_count(); ++group) {
    const auto slots = state.book().accounts_of(static_cast<alloc::GroupIndex>(group)).size();
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      if (one_in(3)) shares.shares.push_back({slot, random_.between(1, 60), static_cast<std::uint32_t>(group)});
    }
  }
  if (shares.shares.empty()) shares.shares.push_back({0, 7, 0});
  return shares;
}

Event RandomDay::about_order(State& state) {
  const auto& all = state.orders().all();
  // Mostly one of the last few, now and then one that is long over.
  const std::uint64_t back =
      one_in(8) ? random_.below(all.size()) : random_.below(std::min<std::uint64_t>(6, all.size()));
  const Order& order = *all[all.size() - 1 - back];
  if (order.leaves().raw > 0 && !one_in(3)) return fill(order);
  if (one_in(2)) {
    if (auto change = fill_change(state, order)) return *std::move(change);
  }
  switch (random_.below(8)) {
    case 0:
      return CancelRequested{.order = order.id(),
                             .cancel_id = numbered(order.id().text() + ".C", order.cancels_sent + 1),
                             .seq_num = static_cast<int>(random_.between(1, 50)),
                             .key = numbered("key ", ++keys_),
                             .command = random_.next(),
                             .who = "tester"};
    case 1: return CancelRejected{order.id(), order.pending_cancel_id, "too late"};
    case 2: return OrderUncertain{order.id(), "who knows"};
    case 3: return SendRefused{order.id(), order.pending_cancel_id, "no"};
    case 4:
      return BreakKept{.broker = broker,
                       .kind = "over_fill",
                       .order_id = order.id().text(),
                       .exec_id = exec_id(),
                       .trade_date = trade_date(),
                       .digest = random_.below(50),
                       .text = "too much",
                       .raw = "35=8|"};
    default: return state_report(order);
  }
}

Event RandomDay::fill(const Order& order) {
  const std::int64_t open = order.leaves().raw / order.parts.unit().raw;
  const core::Quantity quantity = core::Quantity::whole(one_in(4) ? open : random_.between(1, open));
  return FillBooked{.order = order.id(),
                    .broker_order_id = numbered("B", order.number % 7),
                    .exec_id = exec_id(),
                    .trade_date = trade_date(),
                    .digest = random_.next(),
                    .quantity = quantity,
                    .price = {random_.between(1, 20'000'000'000)},
                    .commission = {random_.between(-1'000'000, 9'000'000)},
                    .cumulative = order.parts.filled() + quantity,
                    .exchange = "XNAS",
                    .transact_time = {}};
}

// A bust or a correction of one of the order's fills; nothing when none counts.
std::optional<Event> RandomDay::fill_change(State& state, const Order& order) {
  std::vector<BookedFill> fills = state.fills_of(order);
  std::erase_if(fills, [](const BookedFill& fill) { return fill.is_busted; });
  if (fills.empty()) return std::nullopt;
  const BookedFill& fill = fills[random_.below(fills.size())];
  constexpr std::string_view states = "012430";  // OrdStatus(39)
  const FillChange change{.order = order.id(),
                          .broker_order_id = numbered("B", order.number % 7),
                          .exec_id = exec_id(),
                          .trade_date = trade_date(),
                          .digest = random_.next(),
                          .fill_seq = fill.seq,
                          .fill_exec_id = fill.names.front().exec_id,
                          .was_quantity = fill.quantity,
                          .was_price = fill.price,
                          .was_commission = fill.commission,
                          .ord_status = states[random_.below(states.size())],
                          .cumulative = order.parts.filled(),
                          .exchange = "XNAS",
                          .transact_time = {},
                          .text = one_in(2) ? "the broker thought again" : ""};
  if (one_in(2)) return FillBusted{change};
  const std::int64_t most = (order.leaves() + fill.quantity).raw / order.parts.unit().raw;
  return FillCorrected{change,
                       core::Quantity::whole(random_.between(1, most)),
                       {random_.between(1, 20'000'000'000)},
                       {random_.between(-1'000'000, 9'000'000)}};
}

Event RandomDay::state_report(const Order& order) {
  constexpr std::string_view states = "04C3A86";  // OrdStatus(39): new, cancelled, expired, done for day, ...
  return StateReported{.order = order.id(),
                       .broker_order_id = numbered("B", order.number % 7),
                       .exec_id = exec_id(),
                       .trade_date = trade_date(),
                       .digest = random_.next(),
                       .exec_type = one_in(5) ? 'I' : '0',
                       .ord_status = states[random_.below(states.size())],
                       .cumulative = order.parts.filled(),
                       .text = one_in(2) ? "the broker says so" : ""};
}

Event RandomDay::about_desk(const State& state) {
  if (one_in(3)) {
    return AccountOpened{core::AccountId(numbered("NEW", ++accounts_)), "Late client", usd};
  }
  if (one_in(20)) return CopyTakenOver{core::Time{}};
  if (state.break_count() > 0) {
    const auto number = 1 + static_cast<std::int64_t>(random_.below(state.break_count()));
    if (state.find_break(number)->settled_as.empty()) return settlement(number);
  }
  const auto index = static_cast<alloc::AccountIndex>(random_.below(state.book().account_count()));
  const core::AccountId& id = state.book().account_id(index);
  switch (random_.below(3)) {
    case 0: return CashDeposited{id, usd, random_.between(-50'000, 90'000)};
    case 1: return CashInvested{id, model(random_.below(2)), usd, random_.between(1, 90'000)};
    default:
      return HoldingBrought{id,
                            model(random_.below(2)),
                            symbol(random_.below(2)),
                            usd,
                            core::Quantity::whole(random_.between(1, 50)),
                            random_.between(0, 90'000)};
  }
}

Event RandomDay::settlement(std::int64_t number) {
  return BreakSettled{.number = number,
                      .settled_as = one_in(2) ? "ignored" : "booked by hand",
                      .reason = "seen",
                      .key = numbered("key ", ++keys_),
                      .command = random_.next(),
                      .who = numbered("person ", random_.below(9))};
}

// Few, so that they come again.
std::string RandomDay::exec_id() { return numbered("X", random_.below(400)); }

std::string RandomDay::trade_date() {
  constexpr std::array<const char*, 5> dates{"20261120", "20261121", "", "2026-11-21", "someday"};
  return dates[one_in(6) ? random_.below(dates.size()) : random_.below(2)];
}

}  // namespace gateway
