#include "audit/audit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/audit/small_desk.hpp"

namespace audit_test {
namespace {

std::vector<audit::Check> audited(const SmallDesk& desk, audit::Options options = {}) {
  auto database = audit::Database::open(desk.path());
  if (!database) throw std::runtime_error(database.error().text());
  auto checks = audit::audit_book(*database, options);
  if (!checks) throw std::runtime_error(checks.error().text());
  return *std::move(checks);
}

std::set<std::string> failed(const std::vector<audit::Check>& checks) {
  std::set<std::string> names;
  for (const audit::Check& check : checks) {
    if (!check.ok()) names.insert(check.name);
  }
  return names;
}

// What a check says is different, line by line.
std::string told(const std::vector<audit::Check>& checks, const std::string& name) {
  std::string lines;
  for (const audit::Check& check : checks) {
    if (check.name != name) continue;
    for (const std::string& difference : check.differences) lines += difference + "\n";
  }
  return lines;
}

// The names of the checks, as people read them.
const std::string fills = "parts sum to fills, for every order";
const std::string costs = "part costs sum to the notional, to the cent";
const std::string fees = "part commissions sum to the fees, to the cent";
const std::string price = "one average price for all, and fees by units; cents by largest remainder";
const std::string one_unit = "every account within one unit of its exact share, after every fill";
const std::string law = "parts as the law gives them when the fills are replayed, ties included";
const std::string cash_out = "cash out of accounts equals notional plus fees";
const std::string model_cash = "cash of every model: start - bought + sold - commission";
const std::string account_cash = "cash of every account in every model, likewise";
const std::string positions = "positions: brought in + moved in + bought - sold";
const std::string position_costs = "cost of positions: brought in + bought, at most that once some is sold";
const std::string gaps = "trade log numbered without gaps";
const std::string log_fills = "trade log has every fill, with the same content";
const std::string log_parts = "trade log has the parts of every finished order";
const std::string once = "every execution booked once";
const std::string breaks = "no breaks: everything that brokers reported is booked";

struct Tampering {
  std::string sql;
  std::set<std::string> fails;  // exactly these
  std::string tells = {};       // in what one of them says
};

const std::vector<Tampering> tamperings = {
    {"UPDATE parts SET quantity = '2.5' WHERE order_id = 'O-2' AND account = 'A'",
     {fills, one_unit, law, positions, price},
     "O-2: parts sum to 3.5, fills to 2.5"},
    {"UPDATE orders SET filled = '9' WHERE order_id = 'O-1'", {fills}, "the order says 9 filled"},
    {"UPDATE orders SET quantity = '9' WHERE order_id = 'O-1'", {fills}, "10 filled of 9"},
    {"INSERT INTO shares VALUES('O-9', 'A', 'M', 1, 0)", {fills}, "O-9: there are fills, parts or shares of it"},
    {"UPDATE parts SET cost = '936.72' WHERE order_id = 'O-1' AND account = 'A'",
     {costs, price, model_cash, account_cash, position_costs},
     "O-1: costs sum to 1,873.44, quantities times prices to 1,873.43"},
    // What an instrument is decides what quantity times price comes to.
    {"UPDATE instruments SET security_type = 'OPT', multiplier = '100' WHERE symbol = 'XYZ'",
     {costs, price, cash_out},
     "O-1: costs sum to 1,873.43, quantities times prices to 187,343.00"},
    {"UPDATE instruments SET security_type = 'BOND' WHERE symbol = 'FND'",
     {costs, price, cash_out},
     "O-2: costs sum to 125.05, quantities times prices to 1.25"},
    {"UPDATE instruments SET security_type = 'ETF' WHERE symbol = 'FND'",
     {costs},
     "O-2: no instrument is listed as FND"},
    {"DELETE FROM instruments WHERE symbol = 'FND'", {costs}, "O-2: no instrument is listed as FND"},
    {"UPDATE parts SET commission = '0.51' WHERE order_id = 'O-1' AND account = 'A'",
     {fees, price, model_cash, account_cash, log_parts},
     "commissions sum to 1.04"},
    {"UPDATE parts SET cost = iif(account = 'A', '936.72', '562.02') WHERE order_id = 'O-1' AND account <> 'C'",
     {price, account_cash, position_costs},
     "B in M carries 562.02 and commission 0.32 for 3; it should be 562.03 and 0.32"},
    {"UPDATE parts SET quantity = iif(account = 'A', '3', '5') WHERE order_id = 'O-1' AND account <> 'C'",
     {one_unit, law, price, positions, log_parts},
     "A in M got 3, its share is between 4 and 5"},
    {"UPDATE shares SET weight = 0 WHERE order_id = 'O-2'", {one_unit, law}, "O-2: the shares sum to nothing"},
    {"UPDATE shares SET weight = -6 WHERE order_id = 'O-2' AND account = 'A'",
     {one_unit, law},
     "O-2: a share is below zero"},
    {"UPDATE orders SET unit = '0.4' WHERE order_id = 'O-2'", {one_unit, law}, "2.5 is not a whole number of units"},
    {"DELETE FROM shares WHERE order_id = 'O-2' AND account = 'B'",
     {one_unit, law, price},
     "B in M got 1 without a share"},
    {"UPDATE positions SET quantity = '387.48' WHERE symbol = 'USD' AND account = 'B' AND sleeve = 'M'",
     {cash_out, model_cash, account_cash},
     "M has 1,050.08 USD; it should be 1,050.07"},
    {"UPDATE positions SET quantity = iif(account = 'A', '637.40', '387.57') WHERE symbol = 'USD' AND sleeve = 'M' "
     "AND account <> 'C'",
     {account_cash},
     "A in M has 637.40 USD; it should be 637.50: 1,500.00 at the start - 936.71 bought + 75.03 sold - 0.82 "
     "commission"},
    {"UPDATE positions SET quantity = iif(sleeve = 'M', '638.50', '499.00') WHERE symbol = 'USD' AND account = 'A'",
     {model_cash, account_cash},
     "Independent has 699.00"},
    {"UPDATE trade_log SET quantity = '2001.00' WHERE seq = 1", {cash_out, model_cash, account_cash}, "went out"},
    {"UPDATE positions SET quantity = '6' WHERE symbol = 'XYZ' AND account = 'A'",
     {positions},
     "A in M holds 6 XYZ; it should be 5"},
    {"UPDATE positions SET cost = '562.04' WHERE symbol = 'XYZ' AND account = 'B'",
     {position_costs},
     "B in M carries its XYZ at 562.04; it should be 562.03"},
    {"UPDATE positions SET cost = '120.01' WHERE symbol = 'FND' AND account = 'A'",
     {position_costs},
     "A in M carries its FND at 120.01; it should be between 0 and 120.00"},
    {"UPDATE brought SET cost_minor = 5999 WHERE account = 'A'", {position_costs}, "between 0 and 59.99"},
    {"DELETE FROM positions WHERE symbol = 'FND' AND account = 'B'", {positions}, "B in M holds 0 FND"},
    {"UPDATE trade_log SET quantity = '4' WHERE seq = 7", {positions}},
    {"UPDATE trade_log SET seq = 16 WHERE seq = 15", {gaps}, "entry 15 was expected, 16 is there"},
    {"UPDATE trade_log SET seq = 7 WHERE seq = 8", {gaps}, "entry 8 was expected, 7 is there"},
    {"UPDATE trade_log SET price = '187.32' WHERE seq = 9", {log_fills}, "only in the fills: O-1, E-1"},
    {"UPDATE trade_log SET commission = '0.36' WHERE seq = 9", {log_fills}},
    {"UPDATE trade_log SET exchange = 'XNAS' WHERE seq = 15", {log_fills}},
    {"UPDATE trade_log SET kind = 'NOTE' WHERE seq = 15", {log_fills}, "only in the fills: O-2, E-4: SELL 2.5 FND"},
    {"INSERT INTO trade_log SELECT 16, kind, account, model, side, quantity, symbol, price, currency, commission, "
     "order_id, exec_id, broker, exchange FROM trade_log WHERE seq = 15",
     {log_fills},
     "only in the trade log"},
    {"UPDATE trade_log SET quantity = '4' WHERE seq = 12",
     {log_parts},
     "O-1, A in M: the log says 4 with commission 0.52"},
    {"UPDATE trade_log SET commission = '0.53' WHERE seq = 12", {log_parts}},
    {"UPDATE trade_log SET kind = 'NOTE' WHERE seq = 13", {log_parts}, "O-1, B in M: the log says 0"},
    {"UPDATE trade_log SET side = 'SELL' WHERE seq = 13", {log_parts}, "are not those of the order O-1"},
    {"UPDATE trade_log SET order_id = 'O-9' WHERE seq = 13", {log_parts}, "there is no order O-9"},
    {"UPDATE orders SET state = 'NEW' WHERE order_id = 'O-1'", {log_parts}, "no part of a finished order"},
    {"UPDATE orders SET state = 'EXPIRED' WHERE order_id = 'O-2'", {log_parts}, "O-2, A in M: the log says 0"},
    {"UPDATE fills SET exec_id = 'E-3' WHERE exec_id = 'E-4';"
     "UPDATE trade_log SET exec_id = 'E-3' WHERE exec_id = 'E-4'",
     {once},
     "E-3 of SIM on 20261120 is booked 2 times"},
    {"INSERT INTO breaks VALUES(1, 'over_fill', 'too much', 'open')", {breaks}, "break 1, over_fill: too much"},
};

TEST(Audit, PassesADeskThatIsRight) {
  const SmallDesk desk;
  const auto checks = audited(desk);
  EXPECT_EQ(failed(checks), std::set<std::string>{});
  EXPECT_EQ(checks.size(), 16U);
  for (const audit::Check& check : checks) EXPECT_FALSE(check.compared.empty()) << check.name;
  EXPECT_EQ(checks[0].compared, "2 orders, 12.5 units");
  EXPECT_EQ(checks[1].compared, "2 orders, 1,998.48 USD");
}

TEST(Audit, SeesEachTamperingInItsOwnChecks) {
  for (const Tampering& tampering : tamperings) {
    SmallDesk desk;
    desk.run(tampering.sql);
    const auto checks = audited(desk);
    EXPECT_EQ(failed(checks), tampering.fails) << tampering.sql;
    std::string all_told;
    for (const std::string& name : tampering.fails) all_told += told(checks, name);
    EXPECT_NE(all_told.find(tampering.tells), std::string::npos) << tampering.sql << "\n" << all_told;
  }
}

// A fill that came and was busted, and one that was corrected to what it is now.
const std::string changed_fills =
    "INSERT INTO fills VALUES('E-5', 'O-2', 'SIM', 'SELL', '0', 'FND', '50.10', 'USD', '0.00', 'XNYS', '20261120', 30);"
    "INSERT INTO trade_log VALUES"
    "(16, 'FILL', '', 'M', 'SELL', '1', 'FND', '50.10', 'USD', '0.10', 'O-2', 'E-5', 'SIM', 'XNYS'),"
    "(17, 'BUST', '', 'M', 'SELL', '-1', 'FND', '50.10', 'USD', '-0.10', 'O-2', 'E-5', 'SIM', 'XNAS'),"
    "(18, 'FILL', '', 'M', 'SELL', '0.5', 'FND', '49', 'USD', '0.00', 'O-2', 'E-6', 'SIM', 'XNYS'),"
    "(19, 'CORRECTION', '', 'M', 'SELL', '-0.5', 'FND', '49', 'USD', '0.00', 'O-2', 'E-6', 'SIM', 'XNYS'),"
    "(20, 'CORRECTION', '', 'M', 'SELL', '1.5', 'FND', '49.50', 'USD', '-0.20', 'O-2', 'E-6', 'SIM', 'XNYS'),"
    "(21, 'BUST', '', 'M', 'SELL', '-1.5', 'FND', '49.50', 'USD', '0.20', 'O-2', 'E-6', 'SIM', 'XNYS');";

TEST(Audit, FollowsBustsAndCorrectionsThroughTheLog) {
  SmallDesk desk;
  desk.run(changed_fills);
  EXPECT_EQ(failed(audited(desk)), std::set<std::string>{});
  for (const Tampering& tampering : std::vector<Tampering>{
           {"UPDATE fills SET commission = '0.1', quantity = '1' WHERE exec_id = 'E-5'", {}, "only in the fills"},
           {"UPDATE trade_log SET quantity = '-0.5' WHERE seq = 17", {}, "17: it takes back what did not count"},
           {"UPDATE trade_log SET commission = '0.10' WHERE seq = 17", {}, "17: it takes back what did not count"},
           {"UPDATE trade_log SET quantity = '1' WHERE seq = 17", {}, "17: it takes back what did not count"},
           {"UPDATE trade_log SET kind = 'NOTE' WHERE seq = 17", {}, "only in the trade log: O-2, E-5"},
           {"UPDATE trade_log SET price = '49.01' WHERE seq = 19", {}, "19: it takes back what did not count"},
           {"UPDATE trade_log SET kind = 'NOTE' WHERE seq = 19", {}, "20: a CORRECTION is one entry"},
           {"UPDATE trade_log SET kind = 'NOTE' WHERE seq = 20", {}, "21: a CORRECTION is one entry"},
           {"UPDATE trade_log SET exec_id = 'E-4' WHERE seq = 20", {}, "20: it corrects another fill"},
           {"UPDATE trade_log SET quantity = '-1' WHERE seq = 16", {}, "16: a fill of -1"}}) {
    SmallDesk tampered;
    tampered.run(changed_fills);
    tampered.run(tampering.sql);
    EXPECT_NE(told(audited(tampered), log_fills).find(tampering.tells), std::string::npos)
        << tampering.sql << "\n"
        << told(audited(tampered), log_fills);
  }
}

TEST(Audit, HasATamperingForEveryCheck) {
  std::set<std::string> names;
  for (const audit::Check& check : audited(SmallDesk())) names.insert(check.name);
  std::set<std::string> covered;
  for (const Tampering& tampering : tamperings) covered.insert(tampering.fails.begin(), tampering.fails.end());
  EXPECT_EQ(names, covered);
}

// One unit moved between two accounts that both stay within one unit: only the replay of the law can see it.
TEST(Audit, SeesAUnitThatWentToTheWrongAccount) {
  SmallDesk desk;
  desk.run("UPDATE parts SET quantity = iif(account = 'A', '4', '4') WHERE order_id = 'O-1' AND account <> 'C'");
  const auto checks = audited(desk);
  EXPECT_FALSE(failed(checks).contains(one_unit));
  EXPECT_EQ(told(checks, law), "O-1: A in M got 4, the law gives 5\nO-1: B in M got 4, the law gives 3\n");
}

// Account A has two parts of one order, in M and outside every model.
TEST(Audit, KnowsTwoPartsOfOneAccountByTheirModels) {
  SmallDesk desk;
  desk.run(
      "INSERT INTO orders VALUES('O-3', '', 'BUY', '3', 'XYZ', 'SIM', 'USD', 'FILLED', '3', '1');"
      "INSERT INTO fills VALUES('E-5', 'O-3', 'SIM', 'BUY', '3', 'XYZ', '10', 'USD', '0', 'XNAS', '20261120', 31);"
      "INSERT INTO shares VALUES('O-3', 'A', 'Independent', 1, 0), ('O-3', 'A', 'M', 2, 1);"
      "INSERT INTO parts VALUES('O-3', 'A', 'Independent', '1', '10.00', '0.00'), ('O-3', 'A', 'M', '2', '20.00', "
      "'0.00');"
      "INSERT INTO trade_log VALUES(16, 'FILL', '', '', 'BUY', '3', 'XYZ', '10', 'USD', '0', 'O-3', 'E-5', 'SIM', "
      "'XNAS'),"
      "(17, 'PART', 'A', 'Independent', 'BUY', '1', 'XYZ', '10', 'USD', '0', 'O-3', '', 'SIM', 'XNAS'),"
      "(18, 'PART', 'A', 'M', 'BUY', '2', 'XYZ', '10', 'USD', '0', 'O-3', '', 'SIM', 'XNAS');"
      "INSERT INTO positions VALUES('A', 'Independent', 'XYZ', '1', '10.00', 'USD');"
      "UPDATE positions SET quantity = '7', cost = '956.71' WHERE account = 'A' AND sleeve = 'M' AND symbol = 'XYZ';"
      "UPDATE positions SET quantity = '490.00' WHERE account = 'A' AND sleeve = 'Independent' AND symbol = 'USD';"
      "UPDATE positions SET quantity = '617.50' WHERE account = 'A' AND sleeve = 'M' AND symbol = 'USD'");
  EXPECT_EQ(failed(audited(desk)), std::set<std::string>{});
  desk.run("UPDATE parts SET model = iif(model = 'M', 'Independent', 'M') WHERE order_id = 'O-3'");
  const auto checks = audited(desk);
  EXPECT_EQ(failed(checks),
            (std::set<std::string>{one_unit, law, model_cash, account_cash, positions, position_costs, log_parts}));
  EXPECT_EQ(told(checks, law), "O-3: A in Independent got 2, the law gives 1\nO-3: A in M got 1, the law gives 2\n");
}

// C has sold 2 FND for 100.00 that it does not hold.
TEST(Audit, KnowsWhatAShortPositionCarries) {
  SmallDesk desk;
  desk.run(
      "INSERT INTO orders VALUES('O-3', 'M', 'SELL SHORT', '2', 'FND', 'SIM', 'USD', 'FILLED', '2', '0.5');"
      "INSERT INTO fills VALUES('E-5', 'O-3', 'SIM', 'SELL SHORT', '2', 'FND', '50', 'USD', '0', 'XNYS', '20261120', "
      "31);"
      "INSERT INTO shares VALUES('O-3', 'C', 'M', 1, 0);"
      "INSERT INTO parts VALUES('O-3', 'C', 'M', '2', '100.00', '0.00');"
      "INSERT INTO trade_log VALUES(16, 'FILL', '', 'M', 'SELL SHORT', '2', 'FND', '50', 'USD', '0', 'O-3', 'E-5', "
      "'SIM', 'XNYS'),"
      "(17, 'PART', 'C', 'M', 'SELL SHORT', '2', 'FND', '50', 'USD', '0', 'O-3', '', 'SIM', 'XNYS');"
      "INSERT INTO positions VALUES('C', 'M', 'FND', '-2', '-100.00', 'USD');"
      "UPDATE positions SET quantity = '125.10' WHERE account = 'C' AND sleeve = 'M' AND symbol = 'USD'");
  EXPECT_EQ(failed(audited(desk)), std::set<std::string>{});
  desk.run("UPDATE positions SET cost = '-99.99' WHERE symbol = 'FND' AND account = 'C'");
  const auto checks = audited(desk);
  EXPECT_EQ(failed(checks), std::set<std::string>{position_costs});
  EXPECT_EQ(told(checks, position_costs), "C in M carries its FND at -99.99; it should be -100.00\n");
  desk.run("UPDATE positions SET quantity = '2', cost = '-100.00' WHERE symbol = 'FND' AND account = 'C'");
  EXPECT_EQ(failed(audited(desk)), (std::set<std::string>{positions, position_costs}));
}

TEST(Audit, TakesABreakThatIsSettledForDone) {
  SmallDesk desk;
  desk.run("INSERT INTO breaks VALUES(1, 'over_fill', 'too much', 'settled')");
  EXPECT_EQ(failed(audited(desk, {})), std::set<std::string>{});
}

TEST(Audit, LeavesBreaksToPeopleWhenAsked) {
  SmallDesk desk;
  desk.run("INSERT INTO breaks VALUES(1, 'over_fill', 'too much', 'open')");
  EXPECT_EQ(failed(audited(desk, {.allow_breaks = true})), std::set<std::string>{});
}

TEST(Audit, KeepsTheFirstDifferencesAndCountsAll) {
  SmallDesk desk;
  desk.run("UPDATE trade_log SET price = '1.00' WHERE kind = 'FILL'");
  const auto checks = audited(desk);
  const auto check = std::find_if(checks.begin(), checks.end(), [](const auto& c) { return c.name == log_fills; });
  EXPECT_EQ(check->difference_count, 8U);
  EXPECT_EQ(check->differences.size(), audit::Check::differences_kept);
}

// Both numbers need more digits than a price has before the point.
TEST(Audit, KnowsALargeCommissionByItsNumber) {
  SmallDesk desk;
  desk.run("UPDATE fills SET commission = '9000000000000', quantity = '9000000000000' WHERE exec_id = 'E-1'");
  desk.run("UPDATE trade_log SET commission = '9000000000000.00', quantity = '9000000000000.0' WHERE exec_id = 'E-1'");
  EXPECT_EQ(told(audited(desk), log_fills), "");
}

TEST(Audit, SaysWhichValueCannotBeRead) {
  SmallDesk desk;
  desk.run("UPDATE fills SET price = '187.3x' WHERE exec_id = 'E-2'");
  auto database = audit::Database::open(desk.path());
  const auto checks = audit::audit_book(*database, {});
  ASSERT_FALSE(checks.has_value());
  EXPECT_EQ(checks.error().text(), desk.path() +
                                       ": view fills, row 2, column 7: '187.3x' is not a decimal number such "
                                       "as 187.50");
}

TEST(Audit, SaysWhichViewIsMissing) {
  SmallDesk desk;
  desk.run("DROP TABLE shares");
  auto database = audit::Database::open(desk.path());
  const auto checks = audit::audit_book(*database, {});
  ASSERT_FALSE(checks.has_value());
  EXPECT_EQ(checks.error().text(), desk.path() + ": view shares: no such table: shares");
}

TEST(Audit, RefusesWhatIsNotADatabaseOfOurs) {
  SmallDesk desk;
  desk.run("PRAGMA user_version = 99");
  EXPECT_NE(audit::Database::open(desk.path()).error().text().find("newer version"), std::string::npos);
  desk.run("PRAGMA application_id = 7");
  EXPECT_NE(audit::Database::open(desk.path()).error().text().find("not a database of Prorata's"), std::string::npos);
  EXPECT_FALSE(audit::Database::open(desk.path() + ".missing").has_value());
  std::ofstream(desk.path()) << "a text, and long enough for SQLite to look at it and see that it is none of its own";
  EXPECT_FALSE(audit::Database::open(desk.path()).has_value());
}

// A link in the place of the -shm file, which SQLite does not follow, is what a read-only file system is to it.
TEST(Audit, SaysWhatToDoWhereSqliteCanMakeNoFile) {
  SmallDesk desk;
  desk.run("PRAGMA journal_mode = WAL");
  const std::filesystem::path in_the_way = desk.path() + "-shm";
  std::filesystem::create_symlink("nowhere", in_the_way);
  const auto opened = audit::Database::open(desk.path());
  std::filesystem::remove(in_the_way);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().text().find("is the file system read-only? Copy the database"), std::string::npos)
      << opened.error().text();
}

std::set<std::string> differing(const SmallDesk& desk, const SmallDesk& other) {
  auto database = audit::Database::open(desk.path());
  auto against = audit::Database::open(other.path());
  const auto checks = audit::compare_books(*database, *against);
  if (!checks) throw std::runtime_error(checks.error().text());
  return failed(*checks);
}

TEST(Audit, ComparesTwoBooksRowByRow) {
  const SmallDesk desk;
  EXPECT_EQ(differing(desk, SmallDesk()), std::set<std::string>{});
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"positions", "UPDATE positions SET cost = '59.99' WHERE symbol = 'FND' AND account = 'A'"},
      {"parts", "DELETE FROM parts WHERE account = 'C'"},
      {"orders", "UPDATE orders SET state = 'FILLED' WHERE order_id = 'O-1'"},
      {"fills", "UPDATE fills SET trade_date = '20261121' WHERE exec_id = 'E-1'"},
      {"trade_log", "INSERT INTO trade_log SELECT * FROM trade_log WHERE seq = 1"},
  };
  for (const auto& [view, sql] : changes) {
    SmallDesk other;
    other.run(sql);
    EXPECT_EQ(differing(desk, other), std::set<std::string>{view + " equal in both databases"}) << sql;
    EXPECT_EQ(differing(other, desk), std::set<std::string>{view + " equal in both databases"}) << sql;
  }
}

}  // namespace
}  // namespace audit_test
