#include "tests/crash/books.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace crash {
namespace {

// Two orders with three executions: every side knows the same.
struct Day {
  ExchangeBook exchange{.trades = {{"E1", "one"}, {"E2", "two"}, {"E3", "three"}},
                        .arrived = {{"O1", 1}, {"O2", 1}},
                        .numbers = {9, 5},
                        .faults = {}};
  DeskBook desk{.trades = {{"E1", "one"}, {"E2", "two"}, {"E3", "three"}},
                .doubled = {},
                .orders = {{"O1", "k1", "FILLED"}, {"O2", "k2", "NEW"}},
                .breaks = {},
                .numbers = {5, 9}};
  std::deque<Command> commands{command("k1", Command::State::done, "O1"), command("k2", Command::State::done, "O2"),
                               command("k3", Command::State::refused, "")};

  static Command command(const std::string& key, Command::State state, const std::string& order) {
    return {.key = key, .request = {}, .is_order = true, .state = state, .order = order, .answer = {}};
  }
  [[nodiscard]] Differences compared() const { return differences(exchange, desk, commands); }
};

std::string all(const Differences& found) {
  std::string text;
  for (const auto* list : {&found.lost, &found.doubled, &found.orders, &found.breaks, &found.open}) {
    for (const std::string& one : *list) text += one + "\n";
  }
  return text;
}

TEST(Differences, AreNoneWhenAllSidesKnowTheSame) { EXPECT_TRUE(Day().compared().none()) << all(Day().compared()); }

TEST(Differences, AreFoundOneByOne) {
  struct Case {
    std::function<void(Day&)> spoil;
    std::string found;
  };
  const std::vector<Case> cases = {
      {[](Day& day) { day.desk.trades.erase("E2"); }, "E2 is not booked: two\n"},
      {[](Day& day) { day.desk.trades["E2"] = "too"; }, "E2 is booked as too, and was two\n"},
      {[](Day& day) { day.desk.doubled.emplace_back("E3"); }, "E3 is booked twice\n"},
      {[](Day& day) { day.desk.trades["E4"] = "four"; }, "E4 was never made: four\n"},
      {[](Day& day) { day.exchange.arrived["O1"] = 2; }, "O1 reached the exchange 2 times\n"},
      {[](Day& day) {
         day.desk.orders.push_back({"O3", "k1", "NEW"});
       },
       "k1 was entered twice: as O1 and O3\n2 orders were acknowledged, 3 are there\n"},
      {[](Day& day) { day.desk.orders.pop_back(); },
       "k2 was acknowledged as O2 and is not there\n2 orders were acknowledged, 1 are there\n"},
      {[](Day& day) { day.commands[1].order = "O7"; }, "k2 was acknowledged as O7 and is O2\n"},
      {[](Day& day) {
         day.desk.orders.push_back({"O3", "k3", "NEW"});
       },
       "k3 was refused, and is there as O3\n2 orders were acknowledged, 3 are there\n"},
      {[](Day& day) {
         day.desk.orders.push_back({"O3", "nobody", "NEW"});
       },
       "2 orders were acknowledged, 3 are there\n"},
      {[](Day& day) { day.desk.orders[1].state = "UNCERTAIN"; }, "O2 is UNCERTAIN\n"},
      {[](Day& day) { day.commands[2].state = Command::State::unknown; }, "k3 has no answer\n"},
      {[](Day& day) { day.desk.breaks.emplace_back("over_fill"); }, "over_fill\n"},
      {[](Day& day) { day.exchange.faults.emplace_back("odd"); }, "odd\n"},
      {[](Day& day) { day.desk.numbers.next_target = 8; },
       "the desk sends 5 next and expects 8; the exchange expects 5 and sends 9\n"},
      {[](Day& day) { day.exchange.numbers.next_target = 6; },
       "the desk sends 5 next and expects 9; the exchange expects 6 and sends 9\n"},
  };
  for (const Case& one : cases) {
    Day day;
    one.spoil(day);
    EXPECT_EQ(all(day.compared()), one.found);
  }
}

TEST(Tail, HandsOutWholeLinesOnce) {
  const std::string path = std::filesystem::path(testing::TempDir()) / "prorata-tail";
  std::ofstream file(path, std::ios::trunc);
  Tail tail(path);
  file << "one\ntw" << std::flush;
  EXPECT_EQ(tail.take(), "one\n");
  EXPECT_EQ(tail.take(), "");
  file << "o\nthree\n" << std::flush;
  EXPECT_EQ(tail.take(), "two\nthree\n");
  std::filesystem::remove(path);
}

TEST(ExchangeReader, ReadsWhatTheExchangeWrites) {
  const Place place(std::filesystem::path(testing::TempDir()) / "prorata-exchange-reader", PRORATA_PROGRAMS, 1);
  std::filesystem::create_directories(std::filesystem::path(place.exchange_messages()).parent_path());
  std::ofstream(place.executions()) << "time_utc,client,and so on\n"
                                       "2026,PRORATA,O1,X1,E1,BUY,100,AAPL,187.40,USD,0.35,XNAS\n";
  std::ofstream(place.exchange_messages()) << "2026 PRORATA < 8=FIX.4.4|35=D|34=2|11=O1|55=AAPL|10=1|\n"
                                              "2026 PRORATA > 8=FIX.4.4|35=8|34=2|11=O1|10=1|\n"
                                              "2026 PRORATA < 8=FIX.4.4|35=D|34=3|43=Y|11=O1|10=1|\n";
  std::ofstream(place.exchange_session()) << "prorata fix store 1\nN 1 1 2026\nS 1 4\nN 9\n\nN 2 3 2026\n";
  ExchangeReader reader(place);
  reader.update();
  reader.update();
  EXPECT_EQ(reader.book().trades, (Trades{{"E1", "O1: BUY 100 AAPL at 187.4 USD, fee 0.35, XNAS"}}));
  EXPECT_EQ(reader.book().arrived, (std::unordered_map<std::string, int>{{"O1", 2}}));
  EXPECT_EQ(reader.book().numbers.next_sender, 2);
  EXPECT_EQ(reader.book().numbers.next_target, 3);
  EXPECT_TRUE(reader.book().faults.empty());
  std::filesystem::remove_all(place.folder());
}

}  // namespace
}  // namespace crash
