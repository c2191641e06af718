#include "simulator/market_data.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/simulator/fixture.hpp"

namespace simulator {
namespace {

using Type = fix::MarketDataEntryType;
using Subscription = fix::MarketDataSubscription;

const std::string desk = "DESK";

fix::MarketDataRequest request_of(std::string id, Subscription subscription, std::vector<core::Symbol> symbols,
                                  bool incremental = false, int depth = 0) {
  return {.request_id = std::move(id),
          .subscription = subscription,
          .depth = depth,
          .incremental = incremental,
          .entry_types = {Type::bid, Type::offer, Type::trade},
          .symbols = std::move(symbols)};
}

const core::Symbol aapl("AAPL");

class MarketDataTest : public testing::Test {
 protected:
  std::vector<fix::Message> ask(const fix::MarketDataRequest& request) { return data.request(desk, request, exchange); }
  [[nodiscard]] char reject_reason(const fix::MarketDataRequest& request) {
    const auto answers = ask(request);
    return answers.size() == 1 ? std::get<fix::MarketDataReject>(answers[0]).reason.value_or(' ') : ' ';
  }

  Exchange exchange{exchange_settings(), "S", time_of_day(14)};
  MarketData data;
};

TEST_F(MarketDataTest, ShowsBeforeTheFirstOrderWhatThatOrderWillFind) {
  const auto answers = ask(request_of("M1", Subscription::snapshot, {aapl}));
  ASSERT_EQ(answers.size(), 1U);
  const auto& snapshot = std::get<fix::MarketDataSnapshot>(answers[0]);
  const auto best = std::find_if(snapshot.entries.begin(), snapshot.entries.end(),
                                 [](const auto& entry) { return entry.type == Type::offer; });
  ASSERT_NE(best, snapshot.entries.end());
  exchange.receive(desk, order("B1", core::Side::buy, 1, "AAPL"), time_of_day(15));
  const auto reports = reports_of(exchange.advance(time_of_day(16)), "B1");
  EXPECT_EQ(reports.back().last_price, *best->price);
  EXPECT_TRUE(data.updates(exchange).empty());  // a snapshot alone is no subscription
}

TEST_F(MarketDataTest, RefusesWhatItCannotTell) {
  EXPECT_EQ(reject_reason(request_of("M1", Subscription::subscribe, {aapl, core::Symbol("TSLA")})), '0');
  EXPECT_EQ(ask(request_of("M1", Subscription::subscribe, {aapl})).size(), 1U);  // the refused one left nothing behind
  EXPECT_EQ(reject_reason(request_of("M1", Subscription::subscribe, {aapl})), '1');
  EXPECT_EQ(reject_reason(request_of("M2", Subscription::unsubscribe, {aapl})), '1');
  auto odd = request_of("M3", Subscription::snapshot, {aapl});
  odd.entry_types = {static_cast<Type>('7')};
  EXPECT_EQ(reject_reason(odd), '8');
}

TEST_F(MarketDataTest, EndsASubscriptionWhenAskedAndWithItsSession) {
  static_cast<void>(ask(request_of("M1", Subscription::subscribe, {aapl})));
  static_cast<void>(ask(request_of("M2", Subscription::subscribe, {aapl}, true)));
  exchange.receive(desk, order("B1", core::Side::buy, 100, "AAPL"), time_of_day(15));
  EXPECT_EQ(data.updates(exchange).size(), 2U);
  EXPECT_TRUE(data.updates(exchange).empty());
  EXPECT_TRUE(ask(request_of("M1", Subscription::unsubscribe, {aapl})).empty());
  exchange.receive(desk, order("B2", core::Side::buy, 100, "AAPL"), time_of_day(15, 1));
  EXPECT_EQ(data.updates(exchange).size(), 1U);
  data.forget(desk);
  exchange.receive(desk, order("B3", core::Side::buy, 100, "AAPL"), time_of_day(15, 2));
  EXPECT_TRUE(data.updates(exchange).empty());
}

// Increments applied one after the other give the picture that a fresh snapshot shows.
TEST(MarketData, IncrementsAddUpToTheSnapshot) {
  EXPECT_TRUE(rc::check([] {
    Exchange exchange(exchange_settings(), "S", time_of_day(14));
    MarketData data;
    using Place = std::pair<Type, core::Price>;
    std::map<Place, core::Quantity> book;
    const int depth = *rc::gen::inRange(0, 5);
    const auto first = data.request(desk, request_of("M1", Subscription::subscribe, {aapl}, true, depth), exchange);
    for (const auto& entry : std::get<fix::MarketDataSnapshot>(first.at(0)).entries) {
      book[{entry.type, *entry.price}] = *entry.size;
    }
    const int orders = *rc::gen::inRange(1, 12);
    for (int i = 0; i < orders; ++i) {
      const auto side = *rc::gen::element(core::Side::buy, core::Side::sell);
      const std::string limit = *rc::gen::element<std::string>("", "187.30", "187.40", "187.50");
      exchange.receive(desk, order(numbered('B', i), side, *rc::gen::inRange(1, 9'000), "AAPL", limit),
                       time_of_day(15, i));
      static_cast<void>(exchange.advance(time_of_day(15, i, 500)));
      for (const auto& [client, update] : data.updates(exchange)) {
        for (const auto& entry : std::get<fix::MarketDataIncrement>(update).entries) {
          RC_ASSERT(entry.symbol == aapl);
          if (entry.type == Type::trade) continue;
          if (entry.action == fix::MarketDataAction::remove) {
            RC_ASSERT(book.erase({entry.type, *entry.price}) == 1U);
          } else {
            const bool is_new = !book.contains({entry.type, *entry.price});
            RC_ASSERT(is_new == (entry.action == fix::MarketDataAction::add));
            book[{entry.type, *entry.price}] = *entry.size;
          }
        }
      }
    }
    std::map<Place, core::Quantity> fresh;
    const Picture picture = exchange.picture(aapl, depth).value();
    for (const PriceLevel& level : picture.bids) fresh[{Type::bid, level.price}] = level.quantity;
    for (const PriceLevel& level : picture.offers) fresh[{Type::offer, level.price}] = level.quantity;
    RC_ASSERT(book == fresh);
  }));
}

}  // namespace
}  // namespace simulator
