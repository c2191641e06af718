#include <gtest/gtest.h>

#include "simulation/world.hpp"

// The gateway while a batch waits for room.
namespace simulation {
namespace {

using gateway::NotDurable;
using gateway::RefusalCode;

class FullDisk : public testing::Test {
 protected:
  // Goes on until there is a batch, for which there is no room.
  void fill_up(NotDurable::Why why = NotDurable::Why::no_room) {
    while (!world.journal.has_pending()) {
      if (!world.step()) SimulatedClock::advance(std::chrono::milliseconds(5));
    }
    world.journal.refuse("the file system that holds it is full", why);
    while (world.session().state == "logged on") ASSERT_TRUE(world.step());
  }
  [[nodiscard]] core::Quantity filled_at_broker() const {
    core::Quantity filled;
    for (const fix::ExecutionReport& report : world.reported) {
      if (report.exec_type == fix::ExecType::trade) filled += report.last_quantity;
    }
    return filled;
  }

  World world{desk_of({500'000, 300'000}), lively_exchange(4)};
};

TEST_F(FullDisk, RefusesOrdersAndCancelsAtOnceAndSaysWhy) {
  const gateway::Answer resting = world.buy(10, "KO", "GROWTH", "30.00");
  world.run_for(std::chrono::milliseconds(500));
  const std::size_t received = world.broker_received.size();
  world.broker_says(fix::ExecutionReport{.order_id = "X1",
                                         .exec_id = "E1",
                                         .cl_ord_id = "NOBODYS-ORDER",
                                         .symbol = core::Symbol("KO"),
                                         .transact_time = simulated_now()});
  fill_up();
  EXPECT_EQ(world.session().state, "waits: disk full");
  const gateway::Answer refused = world.buy(10, "KO", "GROWTH", "30.00");
  ASSERT_EQ(refused.refusals.size(), 1U);
  EXPECT_EQ(refused.refusals[0].code, RefusalCode::disk_full);
  EXPECT_EQ(refused.refusals[0].place, "memory");
  EXPECT_NE(refused.refusals[0].message.find("Make room there"), std::string::npos);
  EXPECT_EQ(world.cancel(resting.orders.at(0)).refusals.at(0).code, RefusalCode::disk_full);
  EXPECT_EQ(world.broker_received.size(), received);
  EXPECT_TRUE(world.journal_failures.empty());
  world.run_for(std::chrono::seconds(2));
  EXPECT_EQ(world.session().state, "logged on");
  EXPECT_TRUE(world.cancel(resting.orders.at(0)).refusals.empty());
}

TEST_F(FullDisk, TellsALockedDatabaseApart) {
  (void)world.buy(400, "AAPL", "GROWTH");
  fill_up(NotDurable::Why::locked);
  EXPECT_EQ(world.session().state, "waits: database locked");
  EXPECT_EQ(world.buy(10, "KO", "GROWTH").refusals.at(0).code, RefusalCode::database_locked);
}

TEST_F(FullDisk, LetsWhatWaitedOutWhenThereIsRoom) {
  (void)world.buy(400, "AAPL", "GROWTH");
  fill_up();
  world.settle();
  world.run_for(std::chrono::seconds(8));
  EXPECT_GT(filled_at_broker().raw, 0);
  EXPECT_EQ(world.last_order().parts.filled(), filled_at_broker());
  EXPECT_TRUE(world.breaks.empty());
}

// What a broker says beyond the bound is not taken in, and is asked for after the next logon.
TEST_F(FullDisk, ClosesConnectionsWhenTooMuchWaits) {
  (void)world.buy(400, "AAPL", "GROWTH");
  fill_up();
  const std::string junk = "35=0|49=SIM|56=PRORATA|58=" + std::string(1'000'000, 'x') + "|";
  for (std::size_t bytes = 0; bytes <= gateway::Outbox::max_waiting_bytes; bytes += junk.size()) {
    world.wire_says(junk, "999");
  }
  world.settle();
  const std::int64_t before = world.last_order().parts.filled().raw;
  for (int i = 0; i < 200; ++i) {
    SimulatedClock::advance(std::chrono::milliseconds(20));
    world.settle();
  }
  EXPECT_GT(filled_at_broker().raw, before) << "the broker goes on";
  EXPECT_EQ(world.last_order().parts.filled().raw, before) << "taken in beyond the bound";
  world.run_for(std::chrono::seconds(1));
  world.cut();
  world.connect();
  world.run_for(std::chrono::seconds(8));
  EXPECT_EQ(world.last_order().parts.filled(), filled_at_broker());
  EXPECT_TRUE(world.breaks.empty());
}

}  // namespace
}  // namespace simulation
