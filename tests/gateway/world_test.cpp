#include "simulation/world.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>

#include "core/random.hpp"

namespace gateway {
namespace {

using simulation::desk_of;
using simulation::lively_exchange;
using simulation::World;

OrderRequest small_order() {
  return {.quantity = core::Quantity::whole(10),
          .symbol = core::Symbol("KO"),
          .limit = std::nullopt,
          .model = core::ModelCode("GROWTH"),
          .currency = std::nullopt};
}

// Laws 2 and 3, computed here from the parts alone.
void check_order(const Order& order) {
  if (order.parts.is_retired()) return;  // checked before it was let go of
  const std::vector<std::int64_t>& weights = order.parts.split().weights();
  core::Int128 total = 0;
  for (const std::int64_t weight : weights) total += weight;
  const core::Int128 k = order.parts.filled().raw / order.parts.unit().raw;
  core::Int128 units = 0;
  core::Int128 cost = 0;
  core::Int128 fees = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const alloc::Part& part = order.parts.parts()[i];
    const core::Int128 floor = k * weights[i] / total;
    RC_ASSERT(part.units == floor || (part.units == floor + 1 && k * weights[i] % total != 0));
    units += part.units;
    cost += part.cost;
    fees += part.commission;
  }
  RC_ASSERT(units == k);
  RC_ASSERT(cost == order.parts.cost_minor());
  RC_ASSERT(fees == order.parts.commission_minor());
}

void check_laws(const World& world) {
  RC_ASSERT(world.state().book().balanced());
  for (const auto& order : world.state().orders().all()) check_order(*order);
}

// Each fill that the broker made is booked once, and no order arrived twice.
void check_against_broker(const World& world) {
  std::map<std::string, core::Quantity> at_broker;
  std::map<std::string, int> arrived;
  for (const fix::ExecutionReport& report : world.reported) {
    if (report.exec_type == fix::ExecType::trade) at_broker[report.cl_ord_id] += report.last_quantity;
  }
  for (const fix::Message& message : world.broker_received) {
    if (const auto* order = std::get_if<fix::NewOrderSingle>(&message)) ++arrived[order->cl_ord_id];
  }
  for (const auto& order : world.state().orders().all()) {
    RC_ASSERT(order->parts.filled() == at_broker[order->id().text()]);
    RC_ASSERT(arrived[order->id().text()] <= 1);
  }
  for (const BreakKept& kept : world.breaks) RC_LOG() << kept.kind << ": " << kept.text << " | " << kept.raw << '\n';
  RC_ASSERT(world.breaks.empty());
}

TEST(World, ABlockOrderGoesOutAndItsFillsLandInTheAccounts) {
  World world(desk_of({500'000, 300'000, 200'000}), lively_exchange(1));
  const Answer answer = world.buy(1'000, "AAPL", "GROWTH");
  ASSERT_EQ(answer.orders.size(), 1U);
  world.run_for(std::chrono::seconds(3));
  const Order& order = world.last_order();
  EXPECT_EQ(text(state_of(order)), "FILLED");
  EXPECT_EQ(order.parts.parts()[0].units, 500);
  EXPECT_EQ(order.parts.parts()[1].units, 300);
  EXPECT_EQ(order.parts.parts()[2].units, 200);
  EXPECT_GT(simulation::count_fills(world.journal.entries()), 2U);
  EXPECT_TRUE(world.breaks.empty());
}

TEST(World, NothingLeavesBeforeItsBatchIsDurable) {
  World world(desk_of({500'000}), lively_exchange(1));
  world.post_enter({.caller = {"k", "tester"}, .orders = {small_order()}});
  while (!world.journal.has_pending()) ASSERT_TRUE(world.step());
  // The engine has decided; the disk has not.
  EXPECT_EQ(world.state().orders().all().size(), 1U);
  EXPECT_TRUE(world.broker_received.empty());
  world.journal.refuse("disk full");
  world.settle();
  EXPECT_TRUE(world.broker_received.empty());
  ASSERT_EQ(world.journal_failures.size(), 1U);
  EXPECT_EQ(world.journal_failures[0], "memory: disk full");
}

TEST(World, ASilentBrokerIsAskedAndThenLeft) {
  World world(desk_of({500'000}), lively_exchange(1));
  world.run_for(std::chrono::seconds(100));
  EXPECT_EQ(world.session().state, "logged on") << "heartbeats go both ways";
  world.line_is_dead = true;
  world.run_for(std::chrono::seconds(60));
  EXPECT_EQ(world.session().state, "logged on");
  world.run_for(std::chrono::seconds(20));
  EXPECT_EQ(world.session().state, "not connected");
  EXPECT_EQ(world.enter({.caller = {"k", "tester"}, .orders = {small_order()}}).refusals.at(0).code,
            RefusalCode::broker_not_connected);
}

TEST(World, AnOrderThatNeverLeftIsUncertainAndThenKnownNotToHaveArrived) {
  World world(desk_of({500'000}), lively_exchange(1));
  world.post_enter({.caller = {"k", "tester"}, .orders = {small_order()}});
  while (!world.journal.has_pending()) ASSERT_TRUE(world.step());
  world.crash(true);  // durable, and the process dies before a byte is out
  world.start_gateway();
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(text(state_of(world.last_order())), "UNCERTAIN") << "nobody is there to ask, and nobody knows";
  world.connect();
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(text(state_of(world.last_order())), "REJECTED");
  for (const fix::Message& message : world.broker_received) {
    EXPECT_FALSE(std::holds_alternative<fix::NewOrderSingle>(message)) << "a stale order was sent again";
  }
}

TEST(World, AnOrderAndItsCancelThatNeverArrivedAreKnownNotToHave) {
  World world(desk_of({500'000}), lively_exchange(1));
  world.line_is_dead = true;
  (void)world.buy(10, "KO", "GROWTH");
  (void)world.cancel(world.last_order().id());
  world.cut();
  world.line_is_dead = false;
  world.connect();
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(text(state_of(world.last_order())), "REJECTED");
  EXPECT_TRUE(world.breaks.empty());
}

// On a connection that stays: the broker notices that a number is missing and gets a gap fill in the order's place.
TEST(World, AnOrderThatTheBrokerMissedIsNotLeftOpen) {
  World world(desk_of({500'000}), lively_exchange(1));
  world.line_is_dead = true;
  (void)world.buy(10, "KO", "GROWTH");
  world.settle();
  world.line_is_dead = false;
  EXPECT_EQ(text(state_of(world.last_order())), "SENT");
  world.run_for(std::chrono::seconds(40));
  EXPECT_EQ(text(state_of(world.last_order())), "REJECTED");
  EXPECT_EQ(world.session().state, "logged on");
  EXPECT_TRUE(world.breaks.empty());
}

TEST(World, ACancelThatTheBrokerMissedMayBeAskedAgain) {
  World world(desk_of({500'000}), lively_exchange(1));
  (void)world.buy(10, "KO", "GROWTH", "60");
  world.run_for(std::chrono::seconds(1));
  world.line_is_dead = true;
  (void)world.cancel(world.last_order().id());
  world.settle();
  world.line_is_dead = false;
  EXPECT_EQ(text(state_of(world.last_order())), "PENDING CANCEL");
  world.run_for(std::chrono::seconds(40));
  EXPECT_EQ(text(state_of(world.last_order())), "NEW");
  EXPECT_TRUE(world.cancel(world.last_order().id()).refusals.empty());
  world.run_for(std::chrono::seconds(1));
  EXPECT_EQ(text(state_of(world.last_order())), "CANCELLED");
}

TEST(World, TheSameKeyEntersAnOrderOnce) {
  World world(desk_of({500'000}), lively_exchange(1));
  const Answer first = world.enter({.caller = {"k", "tester"}, .orders = {small_order()}});
  const Answer second = world.enter({.caller = {"k", "tester"}, .orders = {small_order()}});
  EXPECT_EQ(first.orders, second.orders);
  OrderRequest other = small_order();
  other.quantity = core::Quantity::whole(11);
  const Answer refused = world.enter({.caller = {"k", "tester"}, .orders = {other}});
  ASSERT_EQ(refused.refusals.size(), 1U);
  EXPECT_EQ(refused.refusals[0].code, RefusalCode::key_reused);
  EXPECT_EQ(world.cancel(first.orders[0]).refusals.size(), 0U);
  EXPECT_EQ(world.state().orders().all().size(), 1U);
}

std::map<std::string, std::string> bytes_of(const State& state) {
  std::map<std::string, std::string> parts;
  for (const Snapshot::Part& part : state.whole_snapshot().parts) parts[part.name] = *part.bytes;
  return parts;
}

// Whatever the gateway started from, its state is what its whole journal gives.
bool started_as_the_journal_says(const World& world) {
  State replayed;
  for (const Entry& entry : world.journal.entries()) replayed.apply(entry);
  replayed.settle();
  return bytes_of(world.state()) == bytes_of(replayed);
}

TEST(World, StartsFromTheLastSnapshotAndReplaysWhatCameAfter) {
  World world(desk_of({500'000, 300'000}), lively_exchange(1));
  (void)world.buy(1'000, "AAPL", "GROWTH");
  world.run_for(std::chrono::seconds(3));
  EXPECT_EQ(world.starts.at(0).why_none, "snapshot: there is none yet");
  world.crash(true);
  world.start_gateway();
  EXPECT_GT(world.starts.at(1).snapshot, 0);
  EXPECT_LT(world.starts.at(1).replayed, 40);
  EXPECT_EQ(world.starts.at(1).snapshot + world.starts.at(1).replayed, world.state().last_seq());
  EXPECT_TRUE(started_as_the_journal_says(world));
}

TEST(World, ACleanStopLeavesNothingToReplay) {
  World world(desk_of({500'000, 300'000}), lively_exchange(1));
  world.run_for(std::chrono::seconds(1));
  for (const bool connected : {true, false}) {
    const std::int64_t before = world.state().last_seq();
    ASSERT_EQ(world.enter({.caller = {connected ? "a" : "b", "tester"}, .orders = {small_order()}}).orders.size(), 1U);
    world.run_for(std::chrono::seconds(1));
    ASSERT_GT(world.state().last_seq(), before);
    ASSERT_LT(world.state().last_seq(), before + 20) << "no snapshot was due";
    if (!connected) world.cut();  // no Logout(5) leaves, and no sequence number changes
    world.stop_gateway();
    world.start_gateway();
    EXPECT_EQ(world.starts.back().replayed, 0);
    EXPECT_EQ(world.starts.back().snapshot, world.state().last_seq());
    world.connect();
    world.run_for(std::chrono::seconds(1));
  }
}

TEST(World, ASnapshotThatCannotBeUsedIsSaidAndEverythingIsReplayed) {
  World world(desk_of({500'000, 300'000}), lively_exchange(1));
  (void)world.buy(1'000, "AAPL", "GROWTH");
  world.run_for(std::chrono::seconds(3));
  world.crash(true);
  world.journal.lose_of_snapshot("desk");
  world.start_gateway();
  EXPECT_EQ(world.starts.back().snapshot, 0);
  EXPECT_EQ(world.starts.back().replayed, world.state().last_seq());
  EXPECT_EQ(world.starts.back().why_none, "snapshot: its parts are not those of a snapshot");
  EXPECT_TRUE(started_as_the_journal_says(world));
}

// An order that was let go of is shown again when its command comes again.
TEST(World, AnOldCommandIsAnsweredAlsoWhenItsOrderWasLetGo) {
  World world(desk_of({500'000, 300'000}), lively_exchange(1));
  const EnterOrders first{.caller = {"k", "tester"}, .orders = {small_order()}};
  const Answer entered = world.enter(first);
  ASSERT_EQ(entered.previews.size(), 1U);
  for (int i = 0; i < 4; ++i) {
    (void)world.buy(1'000, "AAPL", "GROWTH");
    world.run_for(std::chrono::seconds(3));
  }
  ASSERT_TRUE(world.order(entered.orders[0]).parts.is_retired());
  const Answer again = world.enter(first);
  ASSERT_EQ(again.previews.size(), 1U);
  ASSERT_EQ(again.previews[0].accounts.size(), 2U);
  EXPECT_EQ(again.previews[0].accounts[1].quantity, entered.previews[0].accounts[1].quantity);
}

// Random days with crashes: whatever happens, each fill that the broker made is booked once, no order arrives twice,
// and the book after a restart is what the journal says.
TEST(World, RandomDaysWithCrashesLoseNothingAndDoubleNothing) {
  std::size_t fills = 0;
  std::size_t lost_batches = 0;
  std::size_t uncertain = 0;
  std::size_t from_snapshot = 0;
  EXPECT_TRUE(rc::check([&] {
    core::Random random(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<std::int64_t> invested;
    for (std::uint64_t i = 0; i < 1 + random.below(12); ++i) invested.push_back(random.between(1'000, 900'000));
    World world(desk_of(invested), lively_exchange(random.next()));
    for (int action = 0; action < 25; ++action) {
      switch (random.below(6)) {
        case 0:
        case 1: {
          const std::string limit = random.below(2) == 0 ? "" : std::to_string(random.between(186, 188));
          (void)world.buy(random.between(1, 700), "AAPL", "GROWTH", limit);
          break;
        }
        case 2: (void)world.sell(random.between(1, 300), "AAPL", "GROWTH"); break;
        case 3:
          if (!world.state().orders().all().empty()) (void)world.cancel(world.last_order().id());
          break;
        case 4: {
          // In the midst of an order going out and of reports coming in.
          OrderRequest request{.quantity = core::Quantity::whole(random.between(1, 400)),
                               .symbol = core::Symbol("AAPL"),
                               .limit = std::nullopt,
                               .model = core::ModelCode("GROWTH"),
                               .currency = std::nullopt};
          world.post_enter({.caller = {"crash " + std::to_string(random.next()), "tester"}, .orders = {request}});
          simulation::SimulatedClock::advance(std::chrono::milliseconds(random.below(20)));
          for (std::uint64_t i = random.below(9); i > 0 && world.step(); --i) {
          }
          lost_batches += world.journal.has_pending() ? 1 : 0;
          world.crash(random.below(2) == 0);
          world.start_gateway();
          RC_ASSERT(started_as_the_journal_says(world));
          world.connect();
          break;
        }
        default: world.cut(); world.connect();
      }
      world.run_for(std::chrono::milliseconds(random.between(5, 200)));
      check_laws(world);
    }
    world.run_for(std::chrono::seconds(4));
    check_laws(world);

    check_against_broker(world);
    for (const World::Start& start : world.starts) from_snapshot += start.snapshot > 0 ? 1U : 0U;
    fills += simulation::count_fills(world.journal.entries());
    for (const Entry& entry : world.journal.entries()) {
      uncertain += std::holds_alternative<OrderUncertain>(entry.event) ? 1U : 0U;
    }
  }));
  std::cout << fills << " fills, " << lost_batches << " crashes during a commit, " << uncertain << " orders in doubt, "
            << from_snapshot << " starts from a snapshot\n";
  EXPECT_GT(from_snapshot, 50U);
  EXPECT_GT(fills, 1'000U);
  EXPECT_GT(lost_batches, 10U);
  EXPECT_GT(uncertain, 5U);
}

}  // namespace
}  // namespace gateway
