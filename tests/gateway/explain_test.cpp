#include "gateway/explain/explain.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <future>

#include "gateway/journal/sqlite.hpp"
#include "gateway/journal/sqlite_journal.hpp"
#include "simulation/world.hpp"

// Fills of a real database, explained.
namespace gateway {
namespace {

// One order with three fills: E1 on two days, E2 once.
class Explaining : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    simulation::World world(simulation::desk_of({500'000, 333'333, 200'001}), simulation::lively_exchange(3));
    world.exchange_is_silent = true;
    ASSERT_TRUE(world.buy(1'000, "AAPL", "GROWTH", "187.50").refusals.empty());
    order = world.last_order().id().text();
    broker = world.last_order().entered.broker.text();
    fill(world, "E1", 400, "20261120");
    fill(world, "E1", 7, "20261123");
    fill(world, "E2", 11, "20261123");
    State state;
    Batch batch;
    batch.entries = world.journal.entries();
    for (const Entry& entry : batch.entries) state.apply(entry);
    state.settle();
    batch.changes = state.take_changes();
    auto journal = SqliteJournal::open(path);
    std::promise<bool> done;
    (*journal)->commit(std::move(batch), [&](const auto& result, const Batch&) { done.set_value(result.has_value()); });
    ASSERT_TRUE(done.get_future().get());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void fill(simulation::World& world, const char* exec, std::int64_t quantity, const char* trade_date) {
    fix::ExecutionReport report;
    report.order_id = "B1";
    report.exec_id = exec;
    report.cl_ord_id = order;
    report.exec_type = fix::ExecType::trade;
    report.ord_status = fix::OrdStatus::partially_filled;
    report.symbol = core::Symbol("AAPL");
    report.last_quantity = core::Quantity::whole(quantity);
    report.last_price = *core::Price::parse("187.40");
    report.transact_time = simulation::simulated_now();
    report.trade_date = trade_date;
    world.broker_says(report);
    world.settle();
  }
  void run(const std::string& sql) { sqlite::Database(path, sqlite::Database::Mode::read_write_create).run(sql); }
  std::string error(const FillName& name) { return explain(path, name).error().text(); }
  static std::int64_t number(const Explanation& explanation, const char* member) {
    return boost::json::parse(explanation.document).at(member).as_int64();
  }

  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("prorata-explain-" + std::to_string(::getpid()));
  std::string path = folder / "desk.db";
  std::string order;
  std::string broker;
};

TEST_F(Explaining, SaysHowAFillWasSplit) {
  const Explanation explained = *explain(path, {core::ExecId("E2")});
  ASSERT_EQ(explained.fills.size(), 1U);
  EXPECT_EQ(number(explained, "filled_units_before"), 407);
  EXPECT_EQ(number(explained, "filled_units_after"), 418);
  const boost::json::value document = boost::json::parse(explained.document);
  EXPECT_TRUE(document.at("law_holds").as_bool());
  EXPECT_EQ(document.at("trade_date").as_string(), "2026-11-23");
  EXPECT_EQ(document.at("value").as_string(), "2061.40");
  std::int64_t units = 0;
  for (const auto& account : document.at("accounts").as_array()) {
    units += account.at("after").as_int64();
    EXPECT_TRUE(account.at("share_percent").as_string().find('.') != std::string::npos);
  }
  EXPECT_EQ(units, 418);
}

TEST_F(Explaining, SaysWhatAFillComesToAsItsInstrumentHasIt) {
  const auto value = [&](const std::string& set) {
    run("UPDATE instrument_row SET " + set + " WHERE symbol = 'AAPL'");
    return boost::json::parse(explain(path, {core::ExecId("E2")})->document).at("value").as_string();
  };
  EXPECT_EQ(value("security_type = 'OPT', multiplier = '100'"), "206140.00");
  EXPECT_EQ(value("security_type = 'BOND', multiplier = '1'"), "20.614") << "exactly: cents are placed on the order";
}

TEST_F(Explaining, NamesAllFillsOfAnExecIdAndExplainsTheOneThatIsSaid) {
  const Explanation both = *explain(path, {core::ExecId("E1")});
  EXPECT_EQ(both.document, "");
  ASSERT_EQ(both.fills.size(), 2U);
  EXPECT_EQ(both.fills[0].broker, broker);
  EXPECT_EQ(both.fills[0].trade_date, "2026-11-23");
  EXPECT_EQ(both.fills[0].what, "BUY 7 AAPL at 187.40, order " + order);
  EXPECT_EQ(both.fills[1].trade_date, "2026-11-20");
  EXPECT_EQ(explain(path, {core::ExecId("E1"), core::SessionName(broker)})->fills.size(), 2U);
  for (const char* date : {"2026-11-20", "20261120"}) {
    EXPECT_EQ(number(*explain(path, {core::ExecId("E1"), core::SessionName(broker), date}), "fill_units"), 400) << date;
  }
  EXPECT_EQ(number(*explain(path, {core::ExecId("E1"), {}, "2026-11-23"}), "fill_units"), 7);
}

TEST_F(Explaining, FindsNothingUnderAnotherName) {
  EXPECT_TRUE(explain(path, {core::ExecId("E3")})->fills.empty());
  EXPECT_TRUE(explain(path, {core::ExecId("E2"), core::SessionName("NOBODY")})->fills.empty());
  EXPECT_TRUE(explain(path, {core::ExecId("E2"), {}, "2026-11-20"})->fills.empty());
}

TEST_F(Explaining, TellsADatabaseThatCannotBeRead) {
  EXPECT_EQ(explain("no/such.db", {core::ExecId("E1")}).error().text(),
            "no/such.db: cannot be read: unable to open database file");
  std::ofstream(path) << std::string(8192, 'x');
  EXPECT_EQ(error({core::ExecId("E1")}), path + ": cannot be read: file is not a database");
}

TEST_F(Explaining, TellsADamagedDatabaseInsteadOfEndingTheGateway) {
  run("UPDATE order_row SET unit = 0");
  EXPECT_EQ(error({core::ExecId("E2")}), path + ": cannot be read: damaged: the unit of order " + order);
  run("UPDATE order_row SET unit = 2000000000000");
  EXPECT_EQ(error({core::ExecId("E2")}), path + ": cannot be read: damaged: fills out of range");
  run("UPDATE order_row SET unit = 1000000; DROP TRIGGER fill_row_keeps_its_rows; UPDATE fill_row SET quantity = 'x'");
  EXPECT_EQ(error({core::ExecId("E2")}), path + ": cannot be read: damaged: a fill of x");
}

}  // namespace
}  // namespace gateway
