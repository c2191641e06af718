#include "gateway/engine/price_requests.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace gateway {
namespace {

const core::SessionName sim{"SIM"};

// A broker that refuses a request on account of any symbol that it does not trade.
class Asking : public testing::Test {
 protected:
  std::set<std::string> traded{"A", "B", "C", "D", "E", "F", "G"};
  std::vector<fix::MarketDataRequest> sent;
  std::set<std::string> given, refused;
  PriceRequests requests;
  PriceRequests::Send send = [this](const fix::MarketDataRequest& request) {
    sent.push_back(request);
    return core::Result<int>(static_cast<int>(sent.size()));
  };
  std::size_t answered = 0;

  static std::vector<core::Symbol> symbols(const std::string& letters) {
    std::vector<core::Symbol> all;
    for (const char letter : letters) all.emplace_back(std::string(1, letter));
    return all;
  }
  void let_broker_answer() {
    for (; answered < sent.size(); ++answered) {
      const fix::MarketDataRequest request = sent[answered];
      bool is_good = true;
      for (const core::Symbol& symbol : request.symbols) is_good = is_good && traded.contains(symbol.text());
      if (is_good) {
        for (const core::Symbol& symbol : request.symbols) EXPECT_TRUE(given.insert(symbol.text()).second);
      } else if (const core::Symbol none = requests.refused(sim, request.request_id, send); !none.text().empty()) {
        refused.insert(none.text());
      }
    }
  }
};

TEST_F(Asking, OneUnknownSymbolTakesNoPriceFromTheOthers) {
  requests.begin(sim, symbols("ABXCDEYFG"), send);
  let_broker_answer();
  EXPECT_EQ(given, traded);
  EXPECT_EQ(refused, (std::set<std::string>{"X", "Y"}));
  EXPECT_LE(sent.size(), 17U);
  std::set<std::string> ids;
  for (const fix::MarketDataRequest& request : sent) EXPECT_TRUE(ids.insert(request.request_id).second);
}

TEST_F(Asking, WhatNeverCameIsAskedForAgain) {
  requests.begin(sim, symbols("AB"), send);
  requests.add(sim, symbols("C"), send);
  requests.missed(sim, 2, 0, send);
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[2].symbols, symbols("C"));
  requests.missed(sim, 1, 2, send);
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[3].symbols, symbols("AB"));
  requests.missed(sim, 1, 2, send);  // the answer to the last one is under way
  EXPECT_EQ(sent.size(), 4U);
}

TEST_F(Asking, NothingIsKeptOfTheSessionBefore) {
  requests.begin(sim, symbols("AX"), send);
  requests.begin(sim, symbols("AB"), send);
  EXPECT_EQ(requests.refused(sim, sent[0].request_id, send).text(), "");
  EXPECT_EQ(requests.refused(sim, "PRICES-99", send).text(), "");
  EXPECT_EQ(sent.size(), 2U);
  requests.begin(sim, {}, send);
  EXPECT_EQ(sent.size(), 2U);
}

}  // namespace
}  // namespace gateway
