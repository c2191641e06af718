#include "simulator/lasting_exchange.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/simulator/random_day.hpp"

namespace simulator {
namespace {

class LastingExchangeTest : public testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  void forget() const { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::unique_ptr<LastingExchange> open(core::Time now,
                                                      const ExchangeSettings& settings = exchange_settings()) const {
    auto opened = LastingExchange::open(settings, folder / "store", folder / "executions.csv", now);
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

// A random afternoon: requests, unreadable messages, and looks at what leaves.
using Act = std::function<void(LastingExchange&, std::vector<std::string>&)>;
void look(LastingExchange& exchange, core::Time now, std::vector<std::string>& left) {
  for (const Leaving& outgoing : exchange.advance(now)) {
    left.push_back(text(outgoing));
    exchange.sent(outgoing.client);
  }
}
std::vector<Act> draw_afternoon() {
  std::vector<Act> acts;
  for (const DayStep& step : random_day()) {
    acts.emplace_back([=](LastingExchange& exchange, auto&) { step.take(exchange); });
    if (*rc::gen::inRange(0, 3) == 0) {
      acts.emplace_back([=](LastingExchange& exchange, auto& left) { look(exchange, step.at, left); });
    }
    if (*rc::gen::inRange(0, 6) > 0) continue;
    acts.emplace_back([=](LastingExchange& exchange, auto&) {
      exchange.refuse("DESK",
                      {7, "D",
                       "8=FIX\x01"
                       "35=D\x01"
                       "11=Q\x01"
                       "55=KO\x01"
                       "54=1\x01",
                       "Price(44): odd"},
                      step.at);
    });
  }
  acts.emplace_back([](LastingExchange& exchange, auto& left) { look(exchange, time_of_day(16), left); });
  return acts;
}

TEST_F(LastingExchangeTest, TellsTheSameHoweverOftenItIsKilled) {
  EXPECT_TRUE(rc::check("killed between any two things that happen", [&] {
    const ExchangeSettings settings = random_settings();
    const std::vector<Act> acts = draw_afternoon();
    forget();
    std::vector<std::string> undisturbed;
    auto exchange = open(time_of_day(13), settings);
    for (const Act& act : acts) act(*exchange, undisturbed);
    const std::size_t executions = count_lines(folder / "executions.csv");
    forget();
    std::vector<std::string> disturbed;
    exchange = open(time_of_day(13), settings);
    for (const Act& act : acts) {
      // A later time at the start must not matter: the exchange began when it began.
      if (*rc::gen::inRange(0, 4) == 0) exchange.reset(), exchange = open(time_of_day(15), settings);
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
  std::vector<ExchangeSettings> others(5, exchange_settings());
  others[0].liquidity.levels += 1;
  others[1].fees.percent.raw += 1;
  others[2].symbols[0].band_percent = Percent::whole(5);
  others[3].hours = hours("14:00", "15:00", std::chrono::seconds(0), std::chrono::seconds(1));
  others[4].vwap.curve.back() += 1;
  for (const ExchangeSettings& other : others) {
    const auto opened = LastingExchange::open(other, folder / "store", {}, time_of_day(15));
    ASSERT_FALSE(opened.has_value());
    EXPECT_NE(opened.error().text().find("is of an exchange with other settings"), std::string::npos);
  }
}

}  // namespace
}  // namespace simulator
