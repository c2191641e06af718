#include "gateway/basket/basket.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "files/csv.hpp"

namespace gateway {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view header =
    "Action,Quantity,Symbol,SecType,Exchange,Currency,TimeInForce,OrderType,LmtPrice,Model\n";

Texts told(const std::string& text) {
  const auto orders = parse_basket(text, "basket.csv");
  if (orders) return {"read"};
  Texts texts;
  for (const core::Error& error : orders.error()) texts.push_back(error.text());
  return texts;
}

TEST(Basket, ReadsTheHeaderThatDesksKnow) {
  const auto orders = parse_basket(std::string(header) +
                                       "BUY,1000,AAPL,STK,XNAS,USD,DAY,LMT,187.50,GROWTH\n"
                                       "SELL,12.5,MSFT,,,,GTC,MKT,,INCOME\n",
                                   "basket.csv");
  ASSERT_TRUE(orders.has_value());
  ASSERT_EQ(orders->size(), 2U);
  const OrderRequest& first = orders->at(0);
  EXPECT_EQ(first.side, core::Side::buy);
  EXPECT_EQ(first.quantity, core::Quantity::whole(1000));
  EXPECT_EQ(first.symbol.text(), "AAPL");
  EXPECT_EQ(first.type, core::OrderType::limit);
  EXPECT_EQ(first.limit->text(2), "187.50");
  EXPECT_EQ(first.time_in_force, core::TimeInForce::day);
  EXPECT_EQ(first.model.text(), "GROWTH");
  EXPECT_EQ(first.security_type, "STK");
  EXPECT_EQ(first.exchange, "XNAS");
  EXPECT_EQ(first.currency, core::Currency::of("USD"));
  EXPECT_EQ(first.place, "basket.csv:2");
  const OrderRequest& second = orders->at(1);
  EXPECT_EQ(second.side, core::Side::sell);
  EXPECT_EQ(second.quantity.text(), "12.5");
  EXPECT_EQ(second.type, core::OrderType::market);
  EXPECT_FALSE(second.limit.has_value());
  EXPECT_EQ(second.time_in_force, core::TimeInForce::good_till_cancel);
  EXPECT_FALSE(second.currency.has_value());
  EXPECT_EQ(second.place, "basket.csv:3");
}

// As other platforms write it: the broker routes the order.
TEST(Basket, TheExchangeSmartIsNoneGiven) {
  for (const char* smart : {"SMART", "smart", ""}) {
    const auto orders =
        parse_basket(std::string(header) + "BUY,1000,AAPL,STK," + smart + ",usd,DAY,LMT,187.50,GROWTH\n", "basket.csv");
    ASSERT_TRUE(orders.has_value()) << smart;
    EXPECT_EQ(orders->at(0).exchange, "");
    EXPECT_EQ(orders->at(0).currency, core::Currency::of("USD"));
  }
}

// A basket means the same whatever the order and case of its columns, byte order mark and line ends.
TEST(Basket, ColumnsMayStandInAnyOrderAndCase) {
  EXPECT_TRUE(rc::check([] {
    const Texts names{"Action",   "quantity",    "SYMBOL",    "SecType",  "Exchange",
                      "Currency", "TimeInForce", "ordertype", "LmtPrice", "Model"};
    const Texts cells{"buy", "300", "AAPL", "stk", "XNAS", "usd", "ioc", "lmt", " 1.5 ", "M1"};
    std::vector<std::size_t> order(names.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t i = order.size() - 1; i > 0; --i)
      std::swap(order[i], order[*rc::gen::inRange<std::size_t>(0, i + 1)]);
    Texts head;
    std::vector<Texts> rows(1);
    for (const std::size_t i : order) {
      head.push_back(names[i]);
      rows[0].push_back(cells[i]);
    }
    const auto orders = parse_basket(files::write_csv(head, rows), "b.csv");
    RC_ASSERT(orders.has_value());
    RC_ASSERT(orders->size() == 1U);
    RC_ASSERT(orders->front().quantity == core::Quantity::whole(300));
    RC_ASSERT(orders->front().limit->text() == "1.5");
    RC_ASSERT(orders->front().time_in_force == core::TimeInForce::immediate_or_cancel);
    RC_ASSERT(orders->front().model.text() == "M1");
  }));
}

struct BadLine {
  const char* line;
  const char* error;
};

class BasketLine : public testing::TestWithParam<BadLine> {};

TEST_P(BasketLine, IsRefusedWithItsPlace) {
  EXPECT_EQ(told(std::string(header) + "BUY,1,AAPL,STK,,,,MKT,,M\n" + GetParam().line + "\n"), Texts{GetParam().error});
}

INSTANTIATE_TEST_SUITE_P(
    Bad, BasketLine,
    testing::Values(
        BadLine{"HOLD,1,AAPL,STK,,,,MKT,,M", "basket.csv:3: Action: 'HOLD' must be BUY, SELL or SELL SHORT"},
        BadLine{",1,AAPL,STK,,,,MKT,,M", "basket.csv:3: Action: is empty; it must be BUY, SELL or SELL SHORT"},
        BadLine{"BUY,0,AAPL,STK,,,,MKT,,M",
                "basket.csv:3: Quantity: '0' must be more than zero; a sale is a SELL of a positive quantity"},
        BadLine{"SELL,-5,AAPL,STK,,,,MKT,,M",
                "basket.csv:3: Quantity: '-5' must be more than zero; a sale is a SELL of a positive quantity"},
        BadLine{"BUY,,AAPL,STK,,,,MKT,,M", "basket.csv:3: Quantity: is empty; it must be a number such as 1000"},
        BadLine{"BUY,ten,AAPL,STK,,,,MKT,,M", "basket.csv:3: Quantity: 'ten' is not a decimal number such as 187.50"},
        BadLine{"BUY,\"1,000\",AAPL,STK,,,,MKT,,M",
                "basket.csv:3: Quantity: '1,000' is not a decimal number such as 187.50"},
        BadLine{"BUY,99999999999999999999,AAPL,STK,,,,MKT,,M",
                "basket.csv:3: Quantity: '99999999999999999999' is too large; the largest is 9223372036854.775807"},
        BadLine{"BUY,1,,STK,,,,MKT,,M", "basket.csv:3: Symbol: is empty; it must be given"},
        BadLine{"BUY,1,ABCDEFGHIJABCDEFGHIJABCDEFGHIJABC,STK,,,,MKT,,M",
                "basket.csv:3: Symbol: 'ABCDEFGHIJABCDEFGHIJABCDEFGHIJABC' is longer than 32 bytes"},
        BadLine{"BUY,1,A\x01"
                "B,STK,,,,MKT,,M",
                "basket.csv:3: Symbol: 'A?B' holds characters that are not text"},
        BadLine{
            "BUY,1,AAPL,ETF,,,,MKT,,M",
            "basket.csv:3: SecType: 'ETF' is no security type; there are STK, FUND, BOND, OPT, FUT and CASH (forex)"},
        BadLine{"BUY,1,AAPL,STK,,DOLLARS,,MKT,,M",
                "basket.csv:3: Currency: 'DOLLARS' is not a currency code that is known here, such as USD"},
        BadLine{"BUY,1,AAPL,STK,,,WEEK,MKT,,M", "basket.csv:3: TimeInForce: 'WEEK' must be DAY, GTC, IOC or FOK"},
        BadLine{"BUY,1,AAPL,STK,,,,,,M", "basket.csv:3: OrderType: is empty; it must be MKT or LMT"},
        BadLine{"BUY,1,AAPL,STK,,,,MOC,,M",
                "basket.csv:3: OrderType: 'MOC' must be MKT or LMT; others are not offered yet"},
        BadLine{"BUY,1,AAPL,STK,,,,MKT,5,M",
                "basket.csv:3: LmtPrice: '5' must be empty for a market order (MKT); for a limit write LMT"},
        BadLine{"BUY,1,AAPL,STK,,,,LMT,,M",
                "basket.csv:3: LmtPrice: is empty; a limit order (LMT) needs a price such as 187.50"},
        BadLine{"BUY,1,AAPL,STK,,,,LMT,0.00,M", "basket.csv:3: LmtPrice: '0.00' must be more than zero"},
        BadLine{"BUY,1,AAPL,STK,,,,LMT,12345678901234567890,M",
                "basket.csv:3: LmtPrice: '12345678901234567890' is too large; the largest is 92233720368.54775807"},
        BadLine{"BUY,1,AAPL,STK,,,,LMT,1.123456789,M",
                "basket.csv:3: LmtPrice: '1.123456789' has more than 8 digits after the point"},
        BadLine{"BUY,9000000000000,AAPL,STK,,,,LMT,90000000000,M",
                "basket.csv:3: Quantity: times this price is more than 1000000000000, the most that is "
                "taken; check both"},
        BadLine{"BUY,1,AAPL,STK,,,,MKT,,", "basket.csv:3: Model: is empty; it must be given"},
        BadLine{"BUY,1,AAPL", "basket.csv:3: has 3 cells where the header has 10"}));

TEST(Basket, TellsEveryErrorOfEveryLine) {
  EXPECT_EQ(told("Action,Quantity,Symbol,OrderType,Model\nHOLD,0,,X,\nBUY,1,A,MKT,M\nBUY,x,A,MKT,M\n").size(), 6U);
}

TEST(Basket, TellsRowsOfAWrongLengthBesideTheErrorsOfTheOthers) {
  EXPECT_EQ(
      told("Action,Quantity,Symbol,OrderType,Model\nHOLD,1,A,MKT,M\nBUY,1\nBUY,1,A,MKT,M,,\nBUY,0,A,MKT,M\n"),
      (Texts{"basket.csv:3: has 2 cells where the header has 5", "basket.csv:4: has 7 cells where the header has 5",
             "basket.csv:2: Action: 'HOLD' must be BUY, SELL or SELL SHORT",
             "basket.csv:5: Quantity: '0' must be more than zero; a sale is a SELL of a positive quantity"}));
  EXPECT_EQ(told("Action,Quantity,Symbol,OrderType,Model\nHOLD,1,A,MKT,M\nBUY,\"1,A,MKT,M\n"),
            (Texts{"basket.csv:3:5: this quote is never closed",
                   "basket.csv:2: Action: 'HOLD' must be BUY, SELL or SELL SHORT"}));
}

TEST(Basket, TellsWrongColumns) {
  EXPECT_EQ(told("Action,Quantity,Symbol,OrderType,LimitPrice\nBUY,1,A,MKT,\n"),
            (Texts{"basket.csv:1:34: column 'LimitPrice' is not known; did you mean 'LmtPrice'?",
                   "basket.csv:1: column 'Model' is missing"}));
  EXPECT_EQ(
      told("Action,Quantity,Symbol,OrderType,Model,Account\nBUY,1,A,MKT,M,U1\n"),
      Texts{"basket.csv:1:40: column 'Account' is not known; known are Action, Quantity, Symbol, SecType, Exchange, "
            "Currency, TimeInForce, OrderType, LmtPrice, Model"});
}

TEST(Basket, RefusesABasketWithoutOrders) {
  EXPECT_EQ(told(""), Texts{"basket.csv: is empty; the first line names the columns"});
  EXPECT_EQ(told(std::string(header)), Texts{"basket.csv: holds no orders; each line after the header is one"});
}

TEST(Basket, TakesTenThousandLinesAndNoMore) {
  std::string text = "Action,Quantity,Symbol,OrderType,Model\n";
  for (std::size_t i = 0; i < max_basket_lines; ++i) text += "BUY,1,A,MKT,M\n";
  EXPECT_EQ(told(text), Texts{"read"});
  EXPECT_EQ(told(text + "BUY,1,A,MKT,M\n"),
            Texts{"basket.csv:10002: has more than 10000 rows, the most that are read"});
}

// Found by fuzzing: a header of many columns had an error for each.
TEST(Basket, CountsTheErrorsOfItsHeaderToo) {
  std::string text = "Action";
  for (std::size_t i = 0; i < max_basket_errors + 7; ++i) text += ",C" + std::to_string(i);
  EXPECT_EQ(told(text).size(), max_basket_errors + 1);
}

TEST(Basket, CountsTheErrorsThatItDoesNotTell) {
  std::string text = "Action,Quantity,Symbol,OrderType,Model\n";
  for (std::size_t i = 0; i < max_basket_errors + 7; ++i) text += "HOLD,1,A,MKT,M\n";
  const Texts texts = told(text);
  EXPECT_EQ(texts.size(), max_basket_errors + 1);
  EXPECT_EQ(texts.back(), "basket.csv: and 7 more errors");
}

}  // namespace
}  // namespace gateway
