#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "simulation/world.hpp"

// The gateway and a broker that keep hours: what happens to orders and fills when a window ends.
namespace gateway {
namespace {

using simulation::desk_of;
using simulation::lively_exchange;
using simulation::SimulatedClock;
using simulation::World;
using std::chrono::seconds;

core::Time utc(const std::string& time) { return core::parse_iso(time + "Z").value(); }

fix::Schedule new_york(const std::string& opens, const std::string& closes) {
  return fix::Schedule::parse({"America/New_York", opens, closes, {}, {}}).value();
}

class Hours : public testing::Test {
 protected:
  ~Hours() override { SimulatedClock::set(before_); }

  const core::Time before_ = simulation::simulated_now();
};

std::unique_ptr<World> world_at(const std::string& time, fix::Schedule hours, std::uint64_t seed = 1) {
  SimulatedClock::set(utc(time));
  return std::make_unique<World>(desk_of({5'000'000, 3'000'000, 2'000'000}), lively_exchange(seed), std::move(hours));
}

// Time goes on; what the network does, it does every half second.
void run(World& world, seconds span) {
  for (std::chrono::milliseconds gone{0}; gone < span; gone += std::chrono::milliseconds(500)) {
    world.run_for(std::chrono::milliseconds(500));
    world.reconnect();
    world.settle();
  }
}

void to(World& world, const std::string& time) {
  SimulatedClock::set(utc(time));
  run(world, seconds(2));
}

// What the broker's exchange filled of this order, whether its reports arrived or not.
core::Quantity filled_at_broker(const World& world, const core::OrderId& id) {
  core::Quantity filled;
  for (const fix::ExecutionReport& report : world.reported) {
    if (report.cl_ord_id == id.text() && report.exec_type == fix::ExecType::trade) filled += report.last_quantity;
  }
  return filled;
}

int breaks_of(const World& world, BreakKind kind) {
  return static_cast<int>(std::ranges::count(world.breaks, text(kind), &BreakKept::kind));
}

TEST_F(Hours, TheSessionIsClosedUntilTheNextWindowAndOrdersAreRefused) {
  const auto world = world_at("2026-11-20T21:59:50", new_york("08:00", "17:00"));
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_FALSE(world->session().closed_until);
  run(*world, seconds(15));
  EXPECT_EQ(world->session().state, "closed until Sat 2026-11-21 08:00 America/New_York");
  EXPECT_EQ(world->session().closed_until, utc("2026-11-21T13:00:00"));
  const Answer answer = world->buy(10, "KO", "GROWTH");
  ASSERT_EQ(answer.refusals.size(), 1U);
  EXPECT_EQ(answer.refusals[0].code, RefusalCode::broker_not_connected);

  to(*world, "2026-11-21T13:00:00");
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_EQ(world->session().next_sender, 2);
  EXPECT_EQ(world->session().next_target, 2);
  EXPECT_TRUE(world->buy(10, "KO", "GROWTH").refusals.empty());
}

TEST_F(Hours, BothSundaysOfDaylightSavingCloseByTheClocksOfTheZone) {
  // A day of 23 hours: 17:00 is an hour earlier in UTC than the day before.
  auto world = world_at("2026-03-08T20:59:50", new_york("17:00", "17:00"));
  (void)world->buy(10, "KO", "GROWTH");
  run(*world, seconds(5));
  EXPECT_GT(world->session().next_sender, 2);
  run(*world, seconds(10));
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_EQ(world->session().next_sender, 2);
  EXPECT_EQ(text(state_of(world->last_order())), "FILLED");
  world.reset();

  // A day of 25 hours: what would have been 17:00 is 16:00.
  world = world_at("2026-11-01T20:59:50", new_york("17:00", "17:00"));
  (void)world->buy(10, "KO", "GROWTH");
  run(*world, seconds(20));
  EXPECT_EQ(world->session().next_sender, 3);
  world->cut();
  to(*world, "2026-11-01T21:59:50");
  EXPECT_EQ(world->session().next_sender, 4);
  run(*world, seconds(15));
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_EQ(world->session().next_sender, 2);
  EXPECT_TRUE(world->breaks.empty());
}

TEST_F(Hours, ARestartInTheSameWindowGoesOnAndOneInTheNextStartsAnew) {
  const auto world = world_at("2026-11-20T15:00:00", new_york("08:00", "17:00"));
  (void)world->buy(10, "KO", "GROWTH");
  run(*world, seconds(2));
  const int before = world->session().next_sender;
  world->stop_gateway();
  world->start_gateway();
  EXPECT_EQ(world->session().next_sender, before + 1) << "its Logout(5)";
  run(*world, seconds(2));
  EXPECT_EQ(world->session().next_sender, before + 2);
  world->crash(true);
  SimulatedClock::set(utc("2026-11-21T15:00:00"));
  world->start_gateway();
  run(*world, seconds(2));
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_EQ(world->session().next_sender, 2);
  EXPECT_EQ(world->broker_numbers().next_target, 2);
}

// A number that an operator gave is one of the window that runs, whatever the database remembers of an older one.
TEST_F(Hours, ANumberToGoOnWithIsOneOfThisWindow) {
  const auto world = world_at("2026-11-20T15:00:00", new_york("08:00", "17:00"));
  for (int i = 0; i < 5; ++i) (void)world->buy(10, "KO", "GROWTH");
  run(*world, seconds(2));
  world->crash(true);
  SimulatedClock::set(utc("2026-11-21T15:00:00"));
  world->next_out = {{core::SessionName("SIM"), 3}};
  world->start_gateway();
  run(*world, seconds(2));
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_GE(world->session().next_sender, 4);
}

// Reports that the broker had not sent when the window ended come in the next: it reports them.
TEST_F(Hours, ABurstThatTheEndOfTheWindowInterruptsIsBookedInTheNext) {
  const auto world = world_at("2026-11-20T21:59:58", new_york("17:00", "17:00"));
  (void)world->buy(30'000, "AAPL", "GROWTH", "195");
  run(*world, seconds(1));
  const Order& order = world->last_order();
  EXPECT_FALSE(is_finished(state_of(order)));
  run(*world, seconds(60));
  EXPECT_GT(order.parts.filled().raw, 0);
  EXPECT_EQ(text(state_of(order)), "FILLED");
  EXPECT_EQ(order.parts.filled(), filled_at_broker(*world, order.id()));
  EXPECT_TRUE(world->breaks.empty());
  EXPECT_TRUE(world->state().book().balanced());
}

// Reports that were under way are lost with the old numbers: nobody can ask for them again. The answer to the status
// request says how many shares they were.
TEST_F(Hours, ReportsThatTheNewNumbersSwallowedAreABreak) {
  const auto world = world_at("2026-11-20T21:59:56", new_york("17:00", "17:00"));
  (void)world->buy(30'000, "AAPL", "GROWTH", "195");
  run(*world, seconds(2));
  const Order& order = world->last_order();
  const core::Quantity arrived = order.parts.filled();
  world->line_is_dead = true;
  run(*world, seconds(1));
  const core::Quantity at_broker = filled_at_broker(*world, order.id());
  ASSERT_GT(at_broker, arrived);
  ASSERT_FALSE(is_finished(state_of(order)));
  run(*world, seconds(8));
  world->line_is_dead = false;
  run(*world, seconds(60));
  EXPECT_EQ(world->session().state, "logged on");
  EXPECT_GE(breaks_of(*world, BreakKind::missing_fill), 1);
  EXPECT_LT(order.parts.filled(), filled_at_broker(*world, order.id()));
  EXPECT_TRUE(world->state().book().balanced());
}

TEST_F(Hours, AnExecutionIsKnownAgainInTheNextWindow) {
  const auto world = world_at("2026-11-20T21:59:50", new_york("17:00", "17:00"));
  (void)world->buy(100, "AAPL", "GROWTH");
  run(*world, seconds(5));
  ASSERT_EQ(text(state_of(world->last_order())), "FILLED");
  const auto told = world->reported;
  run(*world, seconds(10));
  ASSERT_EQ(world->session().next_sender, 2) << "in the next window";
  for (const fix::ExecutionReport& report : told) world->broker_says(report);
  run(*world, seconds(2));
  EXPECT_EQ(world->last_order().parts.filled(), core::Quantity::whole(100));
  EXPECT_TRUE(world->breaks.empty());
}

// The engine alone would take an hour that the clock skipped for an hour of silence.
TEST_F(Hours, AClockThatJumpsWithinTheWindowEndsNoConnection) {
  const auto world = world_at("2026-11-20T15:00:00", new_york("08:00", "17:00"));
  run(*world, seconds(5));
  for (const char* const time : {"2026-11-20T16:00:00", "2026-11-20T13:00:00", "2026-11-20T21:59:00"}) {
    SimulatedClock::set(utc(time));
    run(*world, seconds(50));
    EXPECT_EQ(world->session().state, "logged on");
  }
  EXPECT_EQ(world->logons, 1);
  // Nor does it keep one whose other side is gone.
  world->line_is_dead = true;
  SimulatedClock::set(utc("2026-11-20T21:00:00"));
  world->run_for(seconds(5));
  SimulatedClock::set(utc("2026-11-20T21:30:00"));
  world->run_for(seconds(95));
  EXPECT_EQ(world->session().state, "not connected");
}

// Wherever in a burst the window ends, and whatever is lost on the line around it: each execution is booked once or is
// missing, and then a break says so.
TEST_F(Hours, TheBooksAgreeOrABreakNamesTheDifference) {
  int lost = 0;
  int rolled = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto world = world_at("2026-11-20T21:59:55", new_york("17:00", "17:00"), *rc::gen::inRange(1, 1'000));
    const int orders = *rc::gen::inRange(1, 4);
    const auto before = std::chrono::milliseconds(*rc::gen::inRange(0, 5'000));
    const auto dead_for = std::chrono::milliseconds(*rc::gen::element(0, 200, 2'000, 9'000));
    const bool crashes = *rc::gen::inRange(0, 4) == 0;
    for (int i = 0; i < orders; ++i)
      (void)world->buy(9'000, i % 2 == 0 ? "AAPL" : "KO", "GROWTH", i % 2 == 0 ? "195" : "65");
    world->run_for(before);
    world->line_is_dead = dead_for.count() > 0;
    world->run_for(dead_for);
    world->reconnect();
    world->line_is_dead = false;
    if (crashes) {
      world->crash(true);
      world->start_gateway();
    }
    run(*world, seconds(60));
    RC_ASSERT(world->session().state == "logged on");
    RC_ASSERT(world->broker_numbers().created >= utc("2026-11-20T22:00:00"));
    ++rolled;
    RC_ASSERT(world->state().book().balanced());
    for (const auto& order : world->state().orders().all()) {
      const core::Quantity at_broker = filled_at_broker(*world, order->id());
      RC_ASSERT(order->parts.filled() <= at_broker);
      if (order->parts.filled() == at_broker) continue;
      ++lost;
      const bool told = std::ranges::any_of(world->breaks, [&](const BreakKept& kept) {
        return kept.kind == text(BreakKind::missing_fill) && kept.order_id == order->id().text();
      });
      RC_ASSERT(told);
    }
  }));
  std::cout << "rollovers: " << rolled << ", orders with fills lost and told: " << lost << '\n';
}

}  // namespace
}  // namespace gateway
