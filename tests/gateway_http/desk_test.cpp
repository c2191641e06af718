#include <gtest/gtest.h>

#include "cli/exit_code.hpp"
#include "cli/run.hpp"
#include "gateway/http/server.hpp"
#include "tests/gateway_http/fakes.hpp"
#include "tests/support/typing.hpp"

// The desk's command line against the real server over loopback.
namespace gateway {
namespace {

class Desk : public testing::Test {
 protected:
  Desk() : server_(*HttpServer::start({.port = 0}, engine_, reads_, no_fill, jobs_)) {}

  static core::Result<Explanation> no_fill(const FillName&) { return Explanation{}; }

  int type(const std::vector<std::string>& arguments) {
    const cli::Parsed parsed = cli::parse_command(arguments, [&](std::string_view) {
      return std::optional<std::string>("http://127.0.0.1:" + std::to_string(server_->port()));
    });
    EXPECT_TRUE(parsed.command.has_value()) << parsed.text;
    auto client = cli::HttpClient::to(parsed.command->gateway);
    EXPECT_TRUE(client.has_value());
    support::Typing person;
    person.basket = basket_;
    person.offline = [](const std::string&, const std::string&, const std::string&) { return core::fail("", ""); };
    const int code = person.run(*parsed.command, *client);
    printed_ = person.out + person.err;
    return code;
  }

  FakeEngine engine_;
  FakeDatabase database_;
  FakeReads reads_{database_};
  FakeWork work_;
  Jobs jobs_{[this](const Task& task, const Progress& progress) { return work_(task, progress); }};
  std::unique_ptr<HttpServer> server_;
  std::string basket_ = "Action,Quantity,Symbol,OrderType,Model\nBUY,7,AAPL,MKT,GROWTH\n";
  std::string printed_;
};

TEST_F(Desk, EntersAnOrder) {
  EXPECT_EQ(type({"order", "buy", "1000", "AAPL", "--model", "GROWTH", "--limit", "187.50"}), cli::done) << printed_;
  ASSERT_EQ(engine_.entered().size(), 1U);
  EXPECT_EQ(engine_.entered()[0].caller.who, "ann");
  EXPECT_EQ(engine_.entered()[0].orders.at(0).limit->text(2), "187.50");
  EXPECT_NE(printed_.find("BUY 100.00 USD in 1 order\n"), std::string::npos) << printed_;
}

TEST_F(Desk, SeesWhyAnOrderIsRefused) {
  EXPECT_EQ(type({"order", "sell", "0", "AAPL", "--model", "GROWTH"}), cli::refused);
  EXPECT_EQ(printed_,
            "Refused; nothing was done.\n"
            "  quantity: '0' must be more than zero; a sale is a SELL of a positive quantity\n");
}

TEST_F(Desk, SendsABasketAfterItsPreview) {
  EXPECT_EQ(type({"basket", "send", "in/b.csv"}), cli::done) << printed_;
  ASSERT_EQ(engine_.entered().size(), 2U);
  EXPECT_TRUE(engine_.entered()[0].dry_run);
  EXPECT_FALSE(engine_.entered()[1].dry_run);
  EXPECT_EQ(engine_.entered()[1].orders.at(0).place, "b.csv:2");
}

TEST_F(Desk, SeesTheCellOfABasketThatIsWrong) {
  basket_ = "Action,Quantity,Symbol,OrderType,Model\nBUY,7,AAPL,LMT,GROWTH\n";
  EXPECT_EQ(type({"basket", "send", "in/b.csv", "--dry-run"}), cli::refused);
  EXPECT_NE(printed_.find("b.csv:2: LmtPrice: is empty"), std::string::npos) << printed_;
}

TEST_F(Desk, ReadsWhatIsThere) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"orders"},
                                                  {"order", "show", "P1"},
                                                  {"log"},
                                                  {"positions", "--account", "U1"},
                                                  {"positions", "--model", "M"},
                                                  {"sessions"},
                                                  {"breaks", "--open"},
                                                  {"verify"},
                                                  {"break", "settle", "3", "--reason", "withdrawn"},
                                                  {"breaks", "settle", "3", "--reason", "withdrawn"},
                                                  {"cancel", "P1"},
                                                  {"orders", "--json"}}) {
    EXPECT_EQ(type(command), cli::done) << command[0] << printed_;
    EXPECT_NE(printed_, "");
  }
  EXPECT_EQ(type({"explain", "E9"}), cli::refused);
  database_.broken = true;
  EXPECT_EQ(type({"breaks"}), cli::refused);
}

TEST_F(Desk, HearsWhatDoesNotHoldAndWhatFailed) {
  EXPECT_EQ(type({"replay"}), cli::does_not_hold) << printed_;
  EXPECT_EQ(type({"backup", "/x.db"}), cli::refused);
  EXPECT_EQ(printed_, "/x.db: is there already\n");
  EXPECT_EQ(type({"break", "settle", "9", "--reason", "?"}), cli::refused);
  EXPECT_EQ(printed_, "Refused; nothing was done.\n  9: no such break (unknown_break)\n");
}

}  // namespace
}  // namespace gateway
