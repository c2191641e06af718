#include "simulator/executions.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

class ExecutionsTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove(path); }
  void TearDown() override { std::filesystem::remove(path); }

  static fix::ExecutionReport trade(const std::string& exec_id, const std::string& cl_ord_id) {
    fix::ExecutionReport report;
    report.order_id = "X-O1";
    report.exec_id = exec_id;
    report.cl_ord_id = cl_ord_id;
    report.exec_type = fix::ExecType::trade;
    report.symbol = core::Symbol("AAPL");
    report.last_quantity = units(100);
    report.last_price = price("187.41");
    report.currency = core::Currency::of("USD");
    report.last_market = "XNAS";
    report.transact_time = time_of_day(14);
    return report;
  }
  [[nodiscard]] std::string content() const {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::string path = std::filesystem::path(testing::TempDir()) / "prorata_executions.csv";
  std::string header =
      "time_utc,client,cl_ord_id,order_id,exec_id,side,quantity,symbol,price,currency,commission,exchange\n";
};

TEST_F(ExecutionsTest, HaveALineForEachTradeAndNoneForOtherReports) {
  auto executions = Executions::open(path).value();
  executions->record("DESK", trade("E1", "B1"));
  fix::ExecutionReport acknowledged = trade("E2", "B1");
  acknowledged.exec_type = fix::ExecType::new_order;
  executions->record("DESK", acknowledged);
  fix::ExecutionReport after_cancel = trade("E3", "B1.C1");
  after_cancel.orig_cl_ord_id = "B1";
  executions->record("DESK", after_cancel);
  const std::string rest = ",BUY,100,AAPL,187.41,USD,0,XNAS\n";
  EXPECT_EQ(content(), header + "2026-11-20T14:00:00.000000000Z,DESK,B1,X-O1,E1" + rest +
                           "2026-11-20T14:00:00.000000000Z,DESK,B1,X-O1,E3" + rest);
}

TEST_F(ExecutionsTest, KnowWhatIsInTheFileAndDropWhatWasCutOff) {
  Executions::open(path).value()->record("DESK", trade("E1", "odd, \"quoted\""));
  const std::string before = content();
  std::ofstream(path, std::ios::app) << "2026-11-20T14:00";
  auto executions = Executions::open(path).value();
  executions->record("DESK", trade("E1", "odd, \"quoted\""));
  EXPECT_EQ(content(), before);
  executions->record("DESK", trade("E2", "B2"));
  EXPECT_EQ(content().find(before), 0U);
  EXPECT_GT(content().size(), before.size());
}

TEST_F(ExecutionsTest, RefuseAnotherFile) {
  std::ofstream(path) << "a diary\n";
  EXPECT_EQ(Executions::open(path).error().text(), path + ": is not a file of executions of this program");
}

}  // namespace
}  // namespace simulator
