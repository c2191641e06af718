#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "core/check.hpp"
#include "gateway/engine/state.hpp"
#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_store.hpp"
#include "simulation/world.hpp"
#include "tests/support/test_folder.hpp"

namespace support {

// A trading day in the simulated world, for writing into files: block orders, fills, a cancelled order, three breaks of
// which one is settled.
inline std::vector<gateway::Entry> trading_day(std::uint64_t seed = 3) {
  simulation::World world(simulation::desk_of({500'000, 333'333, 200'001}), simulation::lively_exchange(seed));
  (void)world.buy(1'001, "AAPL", "GROWTH");
  world.run_for(std::chrono::seconds(3));
  (void)world.sell(500, "AAPL", "GROWTH");
  (void)world.buy(77, "KO", "GROWTH", "30.00");
  world.run_for(std::chrono::seconds(3));
  (void)world.cancel(world.last_order().id());
  world.run_for(std::chrono::seconds(1));
  for (const char* exec_id : {"E-1", "E-2", "E-3"}) {
    fix::ExecutionReport report;
    report.order_id = "B9";
    report.exec_id = exec_id;
    report.cl_ord_id = "by-phone";
    report.exec_type = fix::ExecType::trade;
    report.ord_status = fix::OrdStatus::filled;
    report.symbol = core::Symbol("KO");
    report.last_quantity = core::Quantity::whole(5);
    report.last_price = *core::Price::parse("62.00");
    report.transact_time = simulation::simulated_now();
    world.broker_says(report);
  }
  world.run_for(std::chrono::seconds(1));
  (void)world.settle_break(2, "the broker withdrew it", gateway::Settlement::resolved_with_broker);
  world.settle();
  return world.journal.entries();
}

// Writes a journal as a gateway would have, `entries_a_batch` in each transaction. `numbers`: of the session SIM.
inline void write_day(const std::string& path, const std::vector<gateway::Entry>& entries,
                      std::size_t entries_a_batch = 7, fix::SequenceNumbers numbers = {}) {
  auto store = gateway::SqliteStore::open(path);
  CHECK(store.has_value());
  CHECK((*store)->load([](const gateway::Entry&) {}).has_value());
  gateway::State state;
  for (std::size_t first = 0; first < entries.size(); first += entries_a_batch) {
    gateway::Batch batch;
    for (std::size_t i = first; i < std::min(first + entries_a_batch, entries.size()); ++i) {
      state.apply(entries[i]);
      batch.entries.push_back(entries[i]);
    }
    state.settle();
    batch.changes = state.take_changes();
    batch.sessions[core::SessionName("SIM")] = {numbers, {}};
    CHECK((*store)->write(batch).has_value());
  }
}

// Carries out SQL that no gateway would, whatever triggers say.
inline void tamper(const std::string& path, const std::string& sql) {
  gateway::sqlite::Database database(path, gateway::sqlite::Database::Mode::read_write_create);
  database.run(
      "DROP TRIGGER IF EXISTS journal_keeps_its_rows; DROP TRIGGER IF EXISTS journal_loses_no_row;"
      "DROP TRIGGER IF EXISTS fill_row_keeps_its_rows; DROP TRIGGER IF EXISTS fill_row_loses_no_row;"
      "DROP TRIGGER IF EXISTS fill_change_row_keeps_its_rows; DROP TRIGGER IF EXISTS fill_change_row_loses_no_row;"
      "DROP TRIGGER IF EXISTS log_row_keeps_its_rows; DROP TRIGGER IF EXISTS log_row_loses_no_row;" +
      sql);
}

}  // namespace support
