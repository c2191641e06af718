#include <rapidcheck.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "core/random.hpp"
#include "tests/gateway/desk_day.hpp"

// Random desks: whatever people ask of their models, in whatever order, with fills, cancels, lost connections and
// crashes in between, no cent and no unit is made or lost, and the journal gives the same again.
namespace gateway {
namespace {

using portfolio::Operation;

struct Counts {
  std::size_t short_sales = 0;
  std::size_t proposals = 0, refused = 0, done = 0, incomplete = 0, finished = 0, moved = 0, crashes = 0, closed = 0;
};

// On every second desk KO may be sold short.
std::vector<Event> clients_of(std::uint64_t seed) {
  std::vector<Event> events = clients_of_a_desk();
  for (Event& event : events) {
    auto* added = std::get_if<InstrumentAdded>(&event);
    if (added != nullptr && added->symbol.text() == "KO") added->is_shortable = seed % 2 == 0;
  }
  return events;
}

// What one random desk does.
class Desk {
 public:
  Desk(std::uint64_t seed, Counts& counts)
      : world(clients_of(seed), simulation::lively_exchange(core::mix(seed))), random_(seed), counts_(counts) {
    world.run_for(std::chrono::seconds(1));
    for (const char* code : {"GROWTH", "INCOME"}) world.carry_out(CreateModel{code, "A model", "USD"});
    for (int i = 0; i < 6; ++i) random_.below(2) == 0 ? save_targets() : propose(Operation::invest);
  }

  void act() {
    switch (random_.below(17)) {
      case 0: tally(world.carry_out(CreateModel{model(), "A model", "USD"})); break;
      case 1: save_targets(); break;
      case 2:
      case 3: propose(Operation::invest); break;
      case 4: propose(Operation::rebalance); break;
      case 5: propose(Operation::divest); break;
      case 6: propose(Operation::reallocate); break;
      case 7: propose(random_.below(3) == 0 ? Operation::remove : Operation::withdraw); break;
      case 8:
      case 9:
      case 10: transmit(); break;
      case 11: decide(); break;
      case 12:
        if (random_.below(3) == 0) {
          world.sell(random_.between(1, 60), symbol(), model());
        } else {
          world.buy(random_.between(1, 60), symbol(), model());
        }
        break;
      case 13: cancel(); break;
      case 14: disturb(); break;
      case 15: refresh(); break;
      default:
        tally(world.carry_out(
            MoveClientCash{core::AccountId(account()), std::to_string(random_.between(-900, 900)), ""}));
    }
    world.run_for(std::chrono::milliseconds(random_.between(5, 1'500)));
  }

  // ---- laws

  // Cash of each account over all its sleeves: what it brought, less what was paid to the street.
  [[nodiscard]] bool conserves_cash() const {
    std::map<alloc::AccountIndex, std::int64_t> cash;
    const State& state = world.state();
    for (std::size_t i = 0; i < state.book().group_count(); ++i) {
      const auto group = static_cast<alloc::GroupIndex>(i);
      const auto accounts = state.book().accounts_of(group);
      for (const auto& [currency, row] : state.book().cash_of(group)) {
        for (std::size_t slot = 0; slot < row.by_slot.size(); ++slot) cash[accounts[slot]] += row.by_slot[slot];
      }
    }
    for (const Entry& entry : world.journal.entries()) {
      const auto* deposit = std::get_if<CashDeposited>(&entry.event);
      if (deposit != nullptr) cash[*state.find_account(deposit->account)] -= deposit->minor;
    }
    each_part([&](const Order& order, alloc::AccountIndex account, const alloc::Part& part) {
      const std::int64_t paid = order.entered.side == core::Side::buy ? part.cost : -part.cost;
      cash[account] += paid + part.commission;
    });
    return std::all_of(cash.begin(), cash.end(), [](const auto& each) { return each.second == 0; });
  }

  // Units of each account over all its sleeves: what its orders brought and took.
  [[nodiscard]] bool conserves_units() const {
    std::map<std::pair<alloc::AccountIndex, core::Symbol>, std::int64_t> units;
    const State& state = world.state();
    for (std::size_t i = 0; i < state.book().group_count(); ++i) {
      const auto group = static_cast<alloc::GroupIndex>(i);
      const auto accounts = state.book().accounts_of(group);
      for (const auto& [symbol, row] : state.book().instruments_of(group)) {
        for (std::size_t slot = 0; slot < row.by_slot.size(); ++slot) {
          const alloc::Holding& held = row.by_slot[slot];
          if (held.quantity.raw < 0 && !state.instrument(symbol)->is_shortable) return false;
          const bool is_sound = held.quantity.raw < 0   ? held.cost <= 0
                                : held.quantity.raw > 0 ? held.cost >= 0
                                                        : held.cost == 0;
          if (!is_sound) return false;
          units[{accounts[slot], symbol}] += row.by_slot[slot].quantity.raw;
        }
      }
    }
    each_part([&](const Order& order, alloc::AccountIndex account, const alloc::Part& part) {
      const std::int64_t raw = part.units * order.parts.unit().raw;
      units[{account, order.entered.symbol}] -= order.entered.side == core::Side::buy ? raw : -raw;
    });
    return std::all_of(units.begin(), units.end(), [](const auto& each) { return each.second == 0; });
  }

  // Views sum to a hundred, and to the same total.
  [[nodiscard]] bool views_agree() {
    ViewRequest models;
    models.view = ViewRequest::View::models;
    ViewRequest holdings;
    holdings.view = ViewRequest::View::holdings;
    const Viewed by_model = world.look(models);
    const Viewed by_holding = world.look(holdings);
    if (!by_model.refusals.empty() || !by_holding.refusals.empty()) return false;
    std::int64_t hundredths = 0;
    for (const auto& row : by_model.rows.rows) {
      if (row[0] != "TOTAL") hundredths += *core::parse_decimal(row[6]->empty() ? "0" : *row[6], 2);
    }
    return hundredths == 10'000 && by_model.rows.rows.back()[5] == by_holding.rows.rows.back()[5];
  }

  // Stakes and sleeves fit each other, and what is over has let go.
  [[nodiscard]] bool proposals_are_sound() const {
    for (const auto& [number, staged] : world.state().proposals()) {
      if (is_over(staged.stage) != (staged.content == nullptr)) return false;
      if (staged.stage == Stage::working && !staged.is_any_transmitted()) return false;
    }
    for (const auto& [code, model] : world.state().models().all()) {
      for (const portfolio::Investor& investor : model.investors) {
        if (investor.invested <= 0) return false;
      }
      if (!stakes_stand_for_something(model)) return false;
    }
    return world.state().book().balanced();
  }

  // Who holds anything in a model has a stake in it, and nobody else has.
  [[nodiscard]] bool stakes_stand_for_something(const portfolio::Model& model) const {
    const alloc::Book& book = world.state().book();
    const auto accounts = book.accounts_of(model.group);
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const auto slot = static_cast<alloc::SlotIndex>(i);
      bool holds = false;
      for (const auto& [currency, row] : book.cash_of(model.group)) {
        holds = holds || book.cash(model.group, currency, slot) != 0;
      }
      for (const auto& [symbol, row] : book.instruments_of(model.group)) {
        holds = holds || book.holding(model.group, symbol, slot).quantity.raw != 0;
      }
      if (holds != (model.stake_of(accounts[i]) > 0)) return false;
    }
    return true;
  }

  [[nodiscard]] bool follows_from_its_journal() const {
    State replayed;
    for (const Entry& entry : world.journal.entries()) {
      const auto event = event_from_json(kind(entry.event), event_to_json(entry.event));
      replayed.apply({entry.seq, entry.time, *event});
    }
    replayed.settle();
    return bytes_of(replayed) == bytes_of(world.state());
  }

  // Whatever is still staged or on its way comes to an end.
  void wind_up() {
    world.exchange_is_silent = false;
    world.reconnect();
    world.run_for(std::chrono::seconds(30));
    for (const auto& [number, staged] : world.state().proposals()) {
      counts_.done += staged.stage == Stage::done ? 1U : 0U;
      counts_.closed += staged.stage == Stage::closed ? 1U : 0U;
      counts_.incomplete += staged.stage == Stage::incomplete ? 1U : 0U;
    }
    for (const auto& order : world.state().orders().all()) {
      counts_.short_sales += order->entered.side == core::Side::sell_short ? 1U : 0U;
    }
  }

  simulation::World world;

 private:
  std::string account() { return "A" + std::to_string(1 + random_.below(3)); }
  std::string model() { return std::array{"GROWTH", "INCOME", "VALUE"}.at(random_.below(3)); }
  std::string symbol() { return random_.below(2) == 0 ? "AAPL" : "KO"; }
  std::string percent() { return std::to_string(random_.below(60)); }

  void tally(const Answer& answer) {
    counts_.refused += answer.refusals.empty() ? 0U : 1U;
    const bool has_moved = !answer.refusals.empty() && answer.refusals.front().code == RefusalCode::world_moved;
    counts_.moved += has_moved ? 1U : 0U;
  }

  void save_targets() {
    SaveTargets wish{core::ModelCode(model()), {}, ""};
    if (random_.below(4) > 0) wish.targets = {{"AAPL", percent()}, {"KO", percent()}};
    const bool is_shortable = world.state().instrument(core::Symbol("KO"))->is_shortable;
    if (!wish.targets.empty() && is_shortable && random_.below(2) == 0) wish.targets[1].percent.insert(0, "-");
    tally(world.carry_out(wish));
  }

  void propose(Operation operation) {
    Propose wish;
    wish.operation = operation;
    if (operation != Operation::reallocate) wish.model = core::ModelCode(model());
    const bool by_account = operation == Operation::invest || operation == Operation::divest;
    if (by_account || operation == Operation::reallocate) {
      const bool all = operation == Operation::divest && random_.below(3) == 0;
      wish.accounts.push_back({account(), all ? "all" : by_account ? std::to_string(random_.between(1, 30'000)) : ""});
    }
    if (operation == Operation::reallocate) {
      for (const char* code : {"GROWTH", "INCOME"}) {
        wish.allocations.push_back({core::ModelCode(code), std::to_string(random_.below(51))});
      }
    }
    if (operation == Operation::withdraw) wish.percent = std::to_string(random_.between(1, 100));
    wish.transfer_positions = by_account && random_.below(3) == 0;
    wish.keep_model = operation == Operation::divest && random_.below(2) == 0;
    if (random_.below(3) == 0) wish.type = core::OrderType::limit;
    const Answer answer = world.carry_out(wish);
    tally(answer);
    counts_.proposals += answer.refusals.empty() ? 1U : 0U;
  }

  // One that is not over, mostly the last.
  const Staged* any_open() {
    std::vector<const Staged*> open;
    for (const auto& [number, staged] : world.state().proposals()) {
      if (!is_over(staged.stage)) open.push_back(&staged);
    }
    if (open.empty()) return nullptr;
    return random_.below(3) > 0 ? open.back() : open[random_.below(open.size())];
  }

  void transmit() {
    const Staged* staged = any_open();
    if (staged == nullptr) return;
    TransmitProposal wish{staged->id, staged->hash.text(), {}, {}};
    if (random_.below(4) == 0 && !staged->places.empty()) {
      wish.places.push_back(1 + static_cast<std::int64_t>(random_.below(staged->places.size())));
    }
    tally(world.carry_out(wish));
  }

  void decide() {
    const Staged* staged = any_open();
    if (staged == nullptr) return;
    const std::string id = staged->id;
    // What is incomplete is mostly finished, or taken as it is.
    switch (staged->stage == Stage::incomplete ? 2 + 2 * random_.below(2) : random_.below(5)) {
      case 0: return tally(world.carry_out(SaveProposal{id, staged->hash.text()}));
      case 1: return tally(world.carry_out(DiscardProposal{id}));
      case 2: return tally(world.carry_out(CloseProposal{id}));
      case 3: {
        EditProposal edit{id, staged->hash.text(), {}, {}};
        if (!staged->places.empty() && random_.below(2) == 0) {
          edit.orders.push_back({.place = 1 + static_cast<std::int64_t>(random_.below(staged->places.size())),
                                 .quantity = core::Quantity::whole(random_.between(0, 80)),
                                 .type = {},
                                 .limit = {},
                                 .time_in_force = {}});
        } else {
          edit.leave_out.push_back(account());
        }
        return tally(world.carry_out(edit));
      }
      default: {
        const Answer answer = world.carry_out(FinishProposal{id});
        counts_.finished += answer.refusals.empty() ? 1U : 0U;
        return tally(answer);
      }
    }
  }

  void refresh() {
    if (const Staged* staged = any_open()) tally(world.carry_out(RefreshProposal{staged->id}));
  }

  void cancel() {
    for (const auto& [number, order] : world.state().orders().open()) {
      if (random_.below(2) == 0) continue;
      (void)world.cancel(order->id());
      return;
    }
  }

  void disturb() {
    switch (random_.below(3)) {
      case 0:
        world.cut();
        world.connect();
        break;
      case 1: world.exchange_is_silent = !world.exchange_is_silent; break;
      default:
        if (const Staged* staged = any_open()) {
          // In the midst of it going out.
          world.post_carry_out(TransmitProposal{staged->id, staged->hash.text(), {}, {}});
        }
        for (std::uint64_t i = random_.below(9); i > 0 && world.step(); --i) {
        }
        world.crash(random_.below(2) == 0);
        world.start_gateway();
        world.connect();
        ++counts_.crashes;
    }
  }

  template <class Take>
  void each_part(const Take& take) const {
    State replayed;  // whose parts are all there
    for (const Entry& entry : world.journal.entries()) replayed.apply(entry);
    replayed.settle();
    for (const auto& order : replayed.orders().all()) {
      for (const Leg& leg : order->legs()) {
        const auto accounts = replayed.book().accounts_of(leg.group);
        for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
          take(*order, accounts[static_cast<std::size_t>(order->slots()[i])], order->parts.parts()[i]);
        }
      }
    }
  }
  static std::map<std::string, std::string> bytes_of(const State& state) {
    std::map<std::string, std::string> parts;
    for (const Snapshot::Part& part : state.whole_snapshot().parts) parts[part.name] = *part.bytes;
    return parts;
  }

  core::Random random_;
  Counts& counts_;
};

// Nothing, or the law that does not hold.
std::string broken_law(std::uint64_t seed, Counts& counts) {
  Desk desk(seed, counts);
  for (int i = 0; i < 80; ++i) {
    desk.act();
    if (!desk.proposals_are_sound()) return "a proposal is not sound";
  }
  if (!desk.conserves_cash() || !desk.conserves_units()) return "cash or units, with orders open";
  if (!desk.views_agree()) return "views do not agree";
  desk.wind_up();
  if (!desk.conserves_cash() || !desk.conserves_units()) return "cash or units, at the end";
  return desk.follows_from_its_journal() ? "" : "the journal gives something else";
}

TEST(RandomModels, KeepEveryLawWhateverIsAskedOfThem) {
  Counts counts;
  EXPECT_TRUE(rc::check([&] {
    for (int i = 0; i < 5; ++i) RC_ASSERT(broken_law(*rc::gen::arbitrary<std::uint64_t>(), counts) == "");
  }));
  std::cout << counts.proposals << " proposals, " << counts.done << " done, " << counts.closed << " closed, "
            << counts.incomplete << " incomplete, " << counts.finished << " staged again, " << counts.moved
            << " overtaken, " << counts.short_sales << " short sales, " << counts.refused << " refusals, "
            << counts.crashes << " crashes\n";
  EXPECT_GT(counts.done, 50U);
  EXPECT_GT(counts.finished, 5U);
  EXPECT_GT(counts.moved, 5U);
  EXPECT_GT(counts.crashes, 20U);
  EXPECT_GT(counts.short_sales, 20U);
}

}  // namespace
}  // namespace gateway
