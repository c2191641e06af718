#include <algorithm>
#include <map>

#include "tests/gateway/desk_day.hpp"

// Files in: what they say differently from the desk is carried out, all of it or nothing, and each error has its place.
namespace gateway {
namespace {

class Importing : public DeskDay {
 protected:
  using Lines = std::vector<std::vector<std::string>>;

  Answer import(FileKind kind, const Lines& lines, bool dry_run = false) {
    ImportFile file{.kind = kind, .rows = {}, .dry_run = dry_run};
    for (std::size_t i = 0; i < lines.size(); ++i) {
      FileRow& row = file.rows.emplace_back(FileRow{"f.csv:" + std::to_string(i + 2), lines[i]});
      row.cells.resize(columns_of(kind).size());
    }
    return world.carry_out(file);
  }
  // The changes in one line each; refusals as "! place | message".
  static std::string told(const Answer& answer) {
    std::string text;
    for (const Refusal& each : answer.refusals) text += "! " + each.place + " | " + each.message + "\n";
    for (const std::string& each : answer.changes) text += each + "\n";
    return text;
  }
};

TEST_F(Importing, OpensAndRenamesAccounts) {
  const Lines lines{{"A1", "Client", "USD"}, {"A2", "Client Two", "USD"}, {"A9", "Nine", "EUR"}};
  const std::string changes = "calls account A2 Client Two, not Client\nopens account A9 (Nine)\n";
  EXPECT_EQ(told(import(FileKind::accounts, lines, true)), changes);
  EXPECT_FALSE(world.state().find_account(core::AccountId("A9")).has_value());  // it was a dry run
  EXPECT_EQ(told(import(FileKind::accounts, lines)), changes);
  EXPECT_TRUE(world.state().find_account(core::AccountId("A9")).has_value());
  EXPECT_EQ(told(import(FileKind::accounts, lines)), "");  // nothing differs any more
}

TEST_F(Importing, DoesNothingOfAFileWithAnError) {
  EXPECT_EQ(
      told(import(FileKind::accounts,
                  {{"A8", "Eight", "USD"}, {"A1", "Client", "EUR"}, {"A8", "Again", "USD"}, {"", "Nobody", "XXX"}})),
      "! f.csv:3: Currency | is EUR; A1 is in USD, and that does not change\n"
      "! f.csv:4: Account | stands here a second time; the first is f.csv:2\n"
      "! f.csv:5: Account | is empty\n"
      "! f.csv:5: Currency | 'XXX' is not a currency code that is known here, such as USD\n"
      "opens account A8 (Eight)\n");
  EXPECT_FALSE(world.state().find_account(core::AccountId("A8")).has_value());
}

TEST_F(Importing, CreatesModelsAndSavesTargets) {
  const Lines lines{{"GROWTH", "Growth", "USD", "AAPL", "60"},
                    {"GROWTH", "Growth", "USD", "KO", "30"},
                    {"CASH", "Cash only", "USD", "", ""}};
  EXPECT_EQ(told(import(FileKind::models, lines)),
            "creates model CASH\ncreates model GROWTH\ntargets of GROWTH: AAPL 0 to 60, KO 0 to 30\n");
  EXPECT_EQ(told(import(FileKind::models, lines)), "");
  EXPECT_EQ(
      told(import(FileKind::models, {{"GROWTH", "More", "USD", "AAPL", "50"}, {"GROWTH", "More", "USD", "KO", "30"}})),
      "calls model GROWTH More\ntargets of GROWTH: AAPL 60 to 50\n");
  EXPECT_EQ(told(import(FileKind::models, {{"GROWTH", "More", "USD", "TSLA", "50"}})),
            "! f.csv:2: Percent: TSLA | there is no such instrument on this desk\n");
  EXPECT_EQ(told(import(FileKind::models, {{"GROWTH", "More", "USD", "", ""}})),
            "targets of GROWTH: AAPL 50 to 0, KO 30 to 0\n");
}

TEST_F(Importing, KeepsWhatInstrumentsAreOnceTheyWereTraded) {
  const std::vector<std::string> apple{"AAPL", "STK", "XNAS", "USD", "1",      "",
                                       "0.01", "",    "yes",  "",    "187.40", "2026-11-20"};
  EXPECT_EQ(told(import(FileKind::instruments, {apple})),
            "changes instrument AAPL: Tick 0 to 0.01, Shortable no to yes\n");
  EXPECT_EQ(told(import(FileKind::instruments, {apple})), "");
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(carry_out(invest("GROWTH", {{"A1", "30000.00"}})), "DONE");
  ASSERT_TRUE(world.buy(10, "AAPL", "GROWTH").refusals.empty());
  std::vector<std::string> other = apple;
  other[4] = "0.5";
  EXPECT_EQ(told(import(FileKind::instruments, {other})).substr(0, 76),
            "! f.csv:2: Unit | of AAPL cannot change: it is held, or was traded\nchanges i");
  other = apple;
  other[1] = "OPT";
  other[0] = "AAPL261218";
  EXPECT_EQ(
      told(import(FileKind::instruments, {other})),
      "! f.csv:2: Multiplier | is empty; options and futures have one, such as 100\nadds instrument AAPL261218\n");
}

TEST_F(Importing, BringsPositionsAndTakesNoUnits) {
  EXPECT_EQ(told(import(FileKind::positions, {{"A1", "Independent", "USD", "100500.00", "100500.00", "USD"},
                                              {"A2", "Independent", "KO", "40", "2000.00", "USD"}})),
            "books 500.00 USD for A1\nbrings 40 KO for A2\n");
  EXPECT_EQ(cash("A1", ""), 10'050'000);
  EXPECT_EQ(units("A2", "", "KO"), 40);
  EXPECT_EQ(told(import(FileKind::positions, {{"A2", "Independent", "KO", "30", "2000.00", "USD"}})),
            "! f.csv:2: Quantity | units and their cost only come by a file; the sleeve has 40 at 2000.00\n");
  EXPECT_EQ(told(import(FileKind::positions, {{"A2", "Independent", "KO", "50", "2500.00", "EUR"}})),
            "! f.csv:2: Currency | is EUR; KO trades in USD, and so is its cost\n");
  EXPECT_TRUE(world.state().book().balanced());
}

// What an export found stands in its last column: only what was edited counts, and only when nothing came between.
TEST_F(Importing, UndoesNothingThatCameAfterTheExport) {
  const auto line = [](const char* quantity, const char* was) {
    return Lines{{"A1", "Independent", "USD", quantity, quantity, "USD", was}};
  };
  const std::string before = core::Money{cash("A1", ""), core::Currency::of("USD")}.text();
  const std::string was = before + " " + before;
  ASSERT_EQ(refusal(world.carry_out(MoveClientCash{core::AccountId("A1"), "7777.00", "USD"})), "");
  const std::int64_t now = cash("A1", "");
  EXPECT_EQ(told(import(FileKind::positions, line(before.c_str(), was.c_str()))), "") << "it was not edited";
  EXPECT_EQ(told(import(FileKind::positions, line("5.00", was.c_str()))).substr(0, 30),
            "! f.csv:2: Quantity | was 1000");
  EXPECT_EQ(cash("A1", ""), now);
  const std::string is = core::Money{now, core::Currency::of("USD")}.text();
  EXPECT_EQ(told(import(FileKind::positions, line("5.00", (is + " " + is).c_str()))).substr(0, 6), "books ");
  EXPECT_EQ(cash("A1", ""), 500);

  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "50"}})), "");
  const auto targets_of = [](const char* percent, const char* version) {
    return Lines{{"GROWTH", "The GROWTH", "USD", "AAPL", percent, version}};
  };
  EXPECT_EQ(told(import(FileKind::models, targets_of("60", "1"))), "") << "as version 1 was";
  EXPECT_EQ(told(import(FileKind::models, targets_of("61", "1"))).substr(0, 24), "! f.csv:2: Version | was");
  EXPECT_EQ(told(import(FileKind::models, targets_of("61", "3"))).substr(0, 24), "! f.csv:2: Version | '3'");
  EXPECT_EQ(told(import(FileKind::models, targets_of("61", "2"))), "targets of GROWTH: AAPL 50 to 61\n");

  ASSERT_EQ(told(import(FileKind::groups, {{"FAMILY", "A1"}, {"FAMILY", "A2"}})).substr(0, 5), "group");
  EXPECT_EQ(told(import(FileKind::groups, {{"FAMILY", "A1", "A1"}})), "") << "not edited, and another was added since";
  EXPECT_EQ(told(import(FileKind::groups, {{"FAMILY", "A3", "A1"}})).substr(0, 22), "! f.csv:2: Group | was");
  EXPECT_EQ(told(import(FileKind::groups, {{"FAMILY", "A3", "A1 A2"}})).substr(0, 5), "group");
}

TEST_F(Importing, NamesTheLineOfATargetThatIsWrong) {
  EXPECT_EQ(told(import(FileKind::models, {{"NEW", "New", "USD", "AAPL", "60"}, {"NEW", "New", "USD", "NOPE", "20"}})),
            "! f.csv:3: Percent: NOPE | there is no such instrument on this desk\ncreates model NEW\n");
}

TEST_F(Importing, ReadsGroupsAndPrices) {
  EXPECT_EQ(told(import(FileKind::groups, {{"FAMILY", "A3"}, {"FAMILY", "A1"}})),
            "group FAMILY is 2 accounts, was 0\n");
  EXPECT_EQ(told(import(FileKind::groups, {{"FAMILY", "A3"}, {"FAMILY", "A1"}})), "");
  EXPECT_EQ(told(import(FileKind::groups, {{"FAMILY", "A7"}})).substr(0, 22), "! f.csv:2: Account | t");
  EXPECT_EQ(told(import(FileKind::prices, {{"AAPL", "188.00", ""}, {"KO", "62.10", ""}})),
            "price of AAPL: 187.4 to 188\nprice of KO: 62 to 62.1\n");
  EXPECT_EQ(
      told(import(FileKind::prices, {{"AAPL", "188.50", ""}, {"KO", "62.00", "2020-01-01T00:00:00Z"}})).substr(0, 61),
      "price of AAPL: 188 to 188.5\nleaves KO at 62.1, which is of 20");
  EXPECT_EQ(told(import(FileKind::prices, {{"AAPL", "-1", ""}, {"TSLA", "5", "2126-01-01T00:00:00Z"}})),
            "! f.csv:2: Price | is -1; it should be above zero\n"
            "! f.csv:3: Symbol | there is no instrument 'TSLA'\n"
            "! f.csv:3: Time | is still to come\n");
}

// The broker's prices are what an export shows, and so what an import is compared with.
TEST_F(Importing, AnUneditedExportOfPricesChangesNothing) {
  const Viewed shown = world.look({.view = ViewRequest::View::prices, .model = {}, .account = {}, .currency = {}});
  Lines lines;
  const auto at = [&](const auto& row, std::string_view column) {
    const auto place = std::find(shown.rows.columns.begin(), shown.rows.columns.end(), column);
    return row[static_cast<std::size_t>(place - shown.rows.columns.begin())].value_or("");
  };
  for (const auto& row : shown.rows.rows) lines.push_back({at(row, "symbol"), at(row, "price"), at(row, "time_utc")});
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(told(import(FileKind::prices, lines)), "");
}

}  // namespace
}  // namespace gateway
