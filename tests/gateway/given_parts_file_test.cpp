#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "audit/audit.hpp"
#include "gateway/explain/explain.hpp"
#include "gateway/http/sqlite_read_model.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/proof/proof.hpp"
#include "tests/gateway/two_models.hpp"
#include "tests/support/day.hpp"

// Orders over several models in a real database: the views, explain, replay, mend and audit.
namespace gateway {
namespace {

class GivenPartsFile : public testing::Test {
 protected:
  GivenPartsFile() {
    simulation::World world(two_models(), simulation::lively_exchange(3));
    OrderRequest request = with_parts(core::Side::buy, {{"A1", "GROWTH", 10}, {"A2", "INCOME", 7}, {"A2", "", 3}});
    request.proposal = "P-7";
    CHECK(world.enter({.caller = {"a", "tester"}, .orders = {request}}).orders.size() == 1);
    const EnterOrders more{
        .caller = {"b", "tester"},
        .orders = {with_parts(core::Side::buy, {{"A1", "", 1}}), with_parts(core::Side::buy, {{"A2", "GROWTH", 2}})}};
    CHECK(world.enter(more).orders.size() == 2);
    world.run_for(std::chrono::seconds(4));
    for (const Entry& entry : world.journal.entries()) {
      if (const auto* fill = std::get_if<FillBooked>(&entry.event)) {
        if (fill->order == world.state().orders().all()[0]->id()) last_fill = fill->exec_id;
      }
    }
    support::write_day(path, world.journal.entries());
  }

  // Cells apart by spaces, rows by '|'.
  [[nodiscard]] std::string rows(const std::string& sql) const {
    sqlite::Database database(path, sqlite::Database::Mode::read_only);
    sqlite::Statement select(database, sql);
    std::string text;
    while (select.row()) {
      for (int i = 0; i < select.columns(); ++i) text.append(i == 0 ? "" : " ").append(select.text(i));
      text += "|";
    }
    return text;
  }

  support::TestFolder folder;
  std::string path = folder / "desk.db";
  std::string last_fill;
};

TEST_F(GivenPartsFile, ShowsTheModelOfEachPart) {
  EXPECT_EQ(rows("SELECT model, quantity, state, proposal FROM orders ORDER BY number"),
            " 20 FILLED P-7|Independent 1 FILLED |GROWTH 2 FILLED |");
  EXPECT_EQ(rows("SELECT account, model, quantity FROM parts ORDER BY order_id, account, model"),
            "A1 GROWTH 10|A2 INCOME 7|A2 Independent 3|A1 Independent 1|A2 GROWTH 2|");
  const std::string by_sleeve = "A2 Independent 3|A1 GROWTH 10|A2 INCOME 7|A1 Independent 1|A2 GROWTH 2|";
  EXPECT_EQ(rows("SELECT account, model, weight FROM shares ORDER BY order_id, position"), by_sleeve);
  EXPECT_EQ(rows("SELECT account, model, quantity FROM trade_log WHERE kind = 'PART' ORDER BY order_id, seq"),
            by_sleeve);
  EXPECT_EQ(rows("SELECT DISTINCT model FROM trade_log WHERE kind = 'FILL' ORDER BY model"), "|GROWTH|Independent|");
  EXPECT_EQ(rows("SELECT account, sleeve, quantity FROM positions WHERE symbol = 'AAPL' ORDER BY 1, 2"),
            "A1 GROWTH 10|A1 Independent 1|A2 GROWTH 2|A2 INCOME 7|A2 Independent 3|");
}

TEST_F(GivenPartsFile, NamesNoGroupInTheCellsOfAnOrderOfOneModel) {
  EXPECT_EQ(rows("SELECT json_array_length(parts, '$[0]') FROM order_row ORDER BY number"), "4|4|4|");
  EXPECT_EQ(rows("SELECT json_array_length(parts, '$[1]') FROM order_row WHERE number = 1"), "5|");
  EXPECT_EQ(rows("SELECT max(json_array_length(cells, '$[0]')) FROM part_log_row WHERE order_number > 1"), "3|");
}

TEST_F(GivenPartsFile, AnOrderOverSeveralModelsIsListedUnderEach) {
  SqliteReadModel model(path);
  const auto count = [&](const char* code) {
    return model.orders({.open_only = false, .model = core::ModelCode(code)})->rows.size();
  };
  EXPECT_EQ(count("GROWTH"), 2U);
  EXPECT_EQ(count("INCOME"), 1U);
  EXPECT_EQ(count("Independent"), 2U);
  EXPECT_EQ(count("VALUE"), 0U);
}

TEST_F(GivenPartsFile, ExplainsAFillSleeveBySleeve) {
  const Explanation explained = *explain(path, {core::ExecId(last_fill)});
  const boost::json::value document = boost::json::parse(explained.document);
  EXPECT_TRUE(document.at("law_holds").as_bool());
  EXPECT_EQ(document.at("filled_units_after").as_int64(), 20);
  std::string told;
  for (const auto& row : document.at("accounts").as_array()) {
    told.append(row.at("account").as_string()).append(" ").append(row.at("model").as_string());
    told.append(" ").append(std::to_string(row.at("after").as_int64())).append("|");
  }
  EXPECT_EQ(told, "A2 Independent 3|A1 GROWTH 10|A2 INCOME 7|");
}

TEST_F(GivenPartsFile, FollowsFromItsJournalAndPassesTheAudit) {
  const auto holds = [&] {
    const core::Result<std::string> answer = carry_out(ReplayTask{}, path, {});
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return boost::json::parse(*answer).at("holds").as_bool();
  };
  EXPECT_TRUE(holds());
  support::tamper(path, "UPDATE order_row SET parts = '[]', proposal = 'P-8' WHERE number = 1");
  EXPECT_FALSE(holds());
  ASSERT_TRUE(carry_out(MendTask{}, path, {}).has_value());
  EXPECT_TRUE(holds());
  auto database = audit::Database::open(path);
  ASSERT_TRUE(database.has_value());
  const auto checks = audit::audit_book(*database, {});
  ASSERT_TRUE(checks.has_value());
  for (const audit::Check& check : *checks) EXPECT_TRUE(check.ok()) << check.name << ": " << check.differences.front();
}

TEST(SharesInTheJournal, NameTheirGroupOrAreThoseOfTheModel) {
  const std::string of_a_model = R"({"model":"GROWTH","side":"BUY","shares":[[0,5],[2,7]]})";
  const std::string of_an_order = R"({"model":"","side":"SELL","shares":[[0,5,0],[0,7,2]]})";
  for (const std::string& json : {of_a_model, of_an_order}) {
    const auto event = event_from_json("shares_sealed", json);
    ASSERT_TRUE(event.has_value()) << event.error().text();
    EXPECT_EQ(event_to_json(*event), json);
  }
  for (const char* wrong : {"[[1]]", "[[1,2,3,4]]", "[[1,2,-3]]", "[[1,2,\"x\"]]", "[7]"}) {
    std::string json = R"({"model":"","side":"BUY","shares":)";
    EXPECT_FALSE(event_from_json("shares_sealed", json.append(wrong).append("}")).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace gateway
