#include "simulator/lasting_exchange.hpp"

#include <rapidcheck.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

class LastingExchangeTest : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  void forget() const { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::unique_ptr<LastingExchange> open(core::Time now) const {
    auto opened = LastingExchange::open(exchange_settings(), folder / "store", folder / "executions.csv", now);
    EXPECT_TRUE(opened.has_value()) << opened.error().text();
    return *std::move(opened);
  }
  [[nodiscard]] std::string journal() const { return folder / "store" / "exchange.journal"; }

  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "prorata_lasting_exchange";
};

std::size_t count_lines(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string line;
  std::size_t count = 0;
  while (std::getline(in, line)) ++count;
  return count;
}

// A random afternoon: orders, cancels, questions, unreadable messages, and looks at what leaves.
using Act = std::function<void(LastingExchange&, std::vector<std::string>&)>;
std::vector<Act> draw_afternoon() {
  std::vector<Act> acts;
  std::vector<fix::NewOrderSingle> orders;
  core::Time now = time_of_day(14);
  const int steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    now += std::chrono::milliseconds(*rc::gen::inRange(0, 300));
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
      case 1: {
        const auto side = *rc::gen::element(core::Side::buy, core::Side::sell);
        const std::string_view limit = *rc::gen::element<std::string_view>("", "187.30", "187.50");
        orders.push_back(order(numbered('B', i), side, *rc::gen::inRange(1, 20'000), "AAPL", limit));
        orders.back().transact_time = now;
        orders.back().currency = core::Currency::of("USD");
        acts.emplace_back([=, o = orders.back()](auto& exchange, auto&) { exchange.receive("DESK", o, now); });
        break;
      }
      case 2:
        if (orders.empty()) break;
        acts.emplace_back([=, cancel = cancel_of(orders.back(), numbered('C', i))](auto& exchange, auto&) {
          exchange.receive("DESK", cancel, now);
        });
        break;
      case 3:
        if (orders.empty()) break;
        acts.emplace_back(
            [=, status = status_of(orders.front())](auto& exchange, auto&) { exchange.receive("DESK", status, now); });
        break;
      case 4:
        acts.emplace_back([=](auto& exchange, auto&) {
          exchange.refuse("DESK",
                          {i, "D",
                           "8=FIX\x01"
                           "35=D\x01"
                           "11=Q\x01"
                           "55=KO\x01"
                           "54=1\x01",
                           "Price(44): odd"},
                          now);
        });
        break;
      default:
        acts.emplace_back([=](LastingExchange& exchange, std::vector<std::string>& left) {
          for (const Leaving& outgoing : exchange.advance(now)) {
            left.push_back(text(outgoing));
            exchange.sent(outgoing.client);
          }
        });
    }
  }
  acts.emplace_back([=](LastingExchange& exchange, std::vector<std::string>& left) {
    for (const Leaving& outgoing : exchange.advance(now + std::chrono::minutes(1))) {
      left.push_back(text(outgoing));
      exchange.sent(outgoing.client);
    }
  });
  return acts;
}

TEST_F(LastingExchangeTest, TellsTheSameHoweverOftenItIsKilled) {
  EXPECT_TRUE(rc::check("killed between any two things that happen", [&] {
    const std::vector<Act> acts = draw_afternoon();
    forget();
    std::vector<std::string> undisturbed;
    auto exchange = open(time_of_day(13));
    for (const Act& act : acts) act(*exchange, undisturbed);
    const std::size_t executions = count_lines(folder / "executions.csv");
    forget();
    std::vector<std::string> disturbed;
    exchange = open(time_of_day(13));
    for (const Act& act : acts) {
      // A later time at the start must not matter: the exchange began when it began.
      if (*rc::gen::inRange(0, 4) == 0) exchange.reset(), exchange = open(time_of_day(15));
      act(*exchange, disturbed);
    }
    RC_ASSERT(disturbed == undisturbed);
    RC_ASSERT(count_lines(folder / "executions.csv") == executions);
    RC_CLASSIFY(executions > 1, "with trades");
  }));
}

TEST_F(LastingExchangeTest, RepeatsAReportThatWasHandedOutAndNotCalledSent) {
  auto exchange = open(time_of_day(13));
  exchange->receive("DESK", order("B1", core::Side::buy, 100, "AAPL"), time_of_day(14));
  const std::vector<std::string> first = lines(exchange->advance(time_of_day(15)));
  ASSERT_EQ(first.size(), 2U);
  exchange->sent("DESK");
  exchange.reset();
  const std::vector<std::string> again = lines(open(time_of_day(16))->advance(time_of_day(16)));
  EXPECT_EQ(again, std::vector<std::string>{first[1]});
  EXPECT_EQ(count_lines(folder / "executions.csv"), 2U);  // the header and one trade
}

TEST_F(LastingExchangeTest, DropsARecordThatWasCutOff) {
  auto exchange = open(time_of_day(13));
  exchange->receive("DESK", order("B1", core::Side::buy, 100, "AAPL"), time_of_day(14));
  const auto whole = std::filesystem::file_size(journal());
  exchange->receive("DESK", order("B2", core::Side::buy, 100, "AAPL"), time_of_day(14));
  const auto both = std::filesystem::file_size(journal());
  exchange.reset();
  std::stringstream content;
  content << std::ifstream(journal(), std::ios::binary).rdbuf();
  for (auto size = whole; size < both; ++size) {
    std::ofstream(journal(), std::ios::binary) << content.str().substr(0, size);
    exchange = open(time_of_day(15));
    EXPECT_EQ(std::filesystem::file_size(journal()), whole) << size;
    const auto reports = exchange->advance(time_of_day(16));
    EXPECT_EQ(reports_of(reports, "B1").size(), 2U);
    EXPECT_TRUE(reports_of(reports, "B2").empty());
  }
}

TEST_F(LastingExchangeTest, NamesTheByteWhereItsMemoryIsBroken) {
  open(time_of_day(13))->receive("DESK", order("B1", core::Side::buy, 100, "AAPL"), time_of_day(14));
  std::fstream(journal(), std::ios::in | std::ios::out).seekp(27) << "x";
  const auto opened = LastingExchange::open(exchange_settings(), folder / "store", {}, time_of_day(15));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().text(), journal() +
                                       ": is broken at byte 27; delete it, and the sessions' files beside it, "
                                       "to begin a new exchange");
}

TEST_F(LastingExchangeTest, RefusesOtherSettings) {
  (void)open(time_of_day(13));
  ExchangeSettings other = exchange_settings();
  other.liquidity.levels += 1;
  const auto opened = LastingExchange::open(other, folder / "store", {}, time_of_day(15));
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().text().find("is of an exchange with other settings"), std::string::npos);
}

}  // namespace
}  // namespace simulator
