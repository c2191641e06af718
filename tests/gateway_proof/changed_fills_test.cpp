#include <boost/json.hpp>

#include "gateway/explain/explain.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/proof/proof.hpp"
#include "tests/support/day.hpp"

// A day with a bust and a correction, as it is in a file: what people read, and what proves it.
namespace gateway {
namespace {

namespace json = boost::json;

class ChangedFills : public testing::Test {
 protected:
  ChangedFills() : path(folder / "desk.db") {
    simulation::World world(simulation::desk_of({500'000, 300'000, 200'000}), simulation::lively_exchange(1));
    world.exchange_is_silent = true;
    (void)world.buy(1'000, "AAPL", "GROWTH", "187.50");
    order = world.last_order().id().text();
    say(world, "E1", fix::ExecType::trade, "", "400", "187.40", "0.50", "400");
    say(world, "E2", fix::ExecType::trade, "", "600", "187.30", "0.685", "1000");
    say(world, "E3", fix::ExecType::trade_cancel, "E1", "0", "0", "0", "600");
    say(world, "E4", fix::ExecType::trade_correct, "E2", "500", "187.25", "0.6", "500");
    say(world, "E5", fix::ExecType::trade, "", "7", "187.35", "0.1", "507");
    CHECK(world.breaks.empty());
    support::write_day(path, world.journal.entries());
  }

  void say(simulation::World& world, const char* exec_id, fix::ExecType type, const char* ref, const char* quantity,
           const char* price, const char* commission, const char* cumulative) const {
    fix::ExecutionReport said;
    said.order_id = "B1";
    said.exec_id = exec_id;
    said.exec_ref_id = ref;
    said.cl_ord_id = order;
    said.exec_type = type;
    said.ord_status = fix::OrdStatus::partially_filled;
    said.symbol = core::Symbol("AAPL");
    said.last_quantity = *core::Quantity::parse(quantity);
    said.last_price = *core::Price::parse(price);
    said.commission = *core::Amount::parse(commission);
    said.cumulative_quantity = *core::Quantity::parse(cumulative);
    said.transact_time = simulation::simulated_now();
    world.broker_says(said);
    world.settle();
  }

  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) const {
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    sqlite::Statement select(database, sql);
    std::vector<std::string> rows;
    while (select.row()) {
      std::string& row = rows.emplace_back();
      for (int i = 0; i < select.columns(); ++i) row.append(i == 0 ? "" : " ").append(select.text(i));
    }
    return rows;
  }
  [[nodiscard]] bool holds(const Task& task) const {
    const core::Result<std::string> answer = carry_out(task, path, {});
    return answer && json::parse(*answer).at("holds").as_bool();
  }
  using Rows = std::vector<std::string>;

  support::TestFolder folder;
  std::string path;
  std::string order;
};

TEST_F(ChangedFills, AreShownAsTheyCountAndAsTheyWere) {
  EXPECT_EQ(rows("SELECT exec_id, quantity, price, commission, changed, changed_by, first_quantity, first_price "
                 "FROM fills ORDER BY journal_seq"),
            (Rows{"E1 0 187.40 0.00 BUSTED E3 400 187.40", "E2 500 187.25 0.60 CORRECTED E4 600 187.30",
                  "E5 7 187.35 0.10   7 187.35"}));
  EXPECT_EQ(rows("SELECT exec_id, kind, fill_exec_id, quantity, price, commission FROM fill_changes ORDER BY log_seq"),
            (Rows{"E3 BUST E1 -400 187.40 -0.50", "E4 CORRECTION E2 -600 187.30 -0.685",
                  "E4 CORRECTION E2 500 187.25 0.60"}));
  EXPECT_EQ(rows("SELECT state, filled, commission FROM orders"), Rows{"PARTIALLY FILLED 507 0.70"});
  EXPECT_EQ(rows("SELECT account, quantity FROM parts ORDER BY account").size(), 3U);
}

TEST_F(ChangedFills, SumUpInTheTradeLogToWhatIsBooked) {
  EXPECT_EQ(rows("SELECT kind, exec_id, quantity, price, commission FROM trade_log WHERE kind IN ('FILL', 'BUST', "
                 "'CORRECTION') ORDER BY seq"),
            (Rows{"FILL E1 400 187.40 0.50", "FILL E2 600 187.30 0.685", "BUST E1 -400 187.40 -0.50",
                  "CORRECTION E2 -600 187.30 -0.685", "CORRECTION E2 500 187.25 0.60", "FILL E5 7 187.35 0.10"}));
  // The order was filled once, so its parts were logged, and what changed of them since.
  EXPECT_EQ(rows("SELECT account, sum(quantity) FROM trade_log WHERE kind = 'PART' GROUP BY account ORDER BY account"),
            rows("SELECT account, sum(quantity) FROM parts GROUP BY account ORDER BY account"));
  // Page by page it is the same log.
  sqlite::Database database(path, sqlite::Database::Mode::read_only);
  sqlite::Statement page(database, trade_log_page_sql());
  const std::int64_t all = database.number("SELECT count(*) FROM trade_log");
  std::int64_t last = 0;
  while (true) {
    const std::string after = std::to_string(last);
    const std::string few = "2";
    page.bind(std::string_view(after)).bind(std::string_view(few));
    std::int64_t read = 0;
    for (; page.row(); ++read) EXPECT_EQ(page.integer(0), ++last);
    if (read == 0) break;
  }
  EXPECT_EQ(last, all);
}

TEST_F(ChangedFills, FollowFromTheJournalAndAreCounted) {
  EXPECT_TRUE(holds(VerifyTask{}));
  EXPECT_TRUE(holds(ReplayTask{}));
  support::tamper(path, "UPDATE fill_change_row SET price = '1.00' WHERE kind = 'BUST'");
  EXPECT_TRUE(holds(VerifyTask{}));
  EXPECT_FALSE(holds(ReplayTask{}));
  support::tamper(path, "DELETE FROM fill_change_row WHERE kind = 'BUST'");
  EXPECT_FALSE(holds(VerifyTask{}));
}

TEST_F(ChangedFills, AreExplainedAsTheyWereBookedWithWhatBecameOfThem) {
  const auto explained = [&](const char* exec_id) {
    return json::parse(explain(path, {.exec = core::ExecId(exec_id)}).value().document).as_object();
  };
  const json::object busted = explained("E1");
  EXPECT_EQ(busted.at("fill_units").as_int64(), 400);
  EXPECT_TRUE(busted.at("law_holds").as_bool());
  EXPECT_EQ(busted.at("changed").as_string().find("BUSTED by E3 since"), 0U) << busted.at("changed");
  EXPECT_EQ(explained("E3").at("exec_id").as_string(), "E1") << "the bust's own ExecID leads to its fill";
  EXPECT_EQ(explained("E2").at("filled_units_before").as_int64(), 400) << "E1 counted still";
  const json::object last = explained("E5");
  EXPECT_EQ(last.at("filled_units_before").as_int64(), 500) << "E1 did not count any more, and of E2 less";
  EXPECT_FALSE(last.contains("changed"));
}

}  // namespace
}  // namespace gateway
