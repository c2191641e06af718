#include <gtest/gtest.h>

#include <deque>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "tests/support/typing.hpp"

// Commands about models and proposals: from what a person types to what the gateway is asked, and what is shown of it.
namespace cli {
namespace {

class FakeClient final : public Client {
 public:
  Answered ask(const Request& request) override {
    asked.push_back(request);
    if (replies.empty())
      return tl::unexpected(Unanswered{{"http://127.0.0.1:9780", "no gateway answers there."}, false});
    const Reply reply = replies.front();
    replies.pop_front();
    return reply;
  }
  std::deque<Reply> replies;
  std::vector<Request> asked;
};

class DeskCommands : public testing::Test {
 protected:
  int type(std::vector<std::string> words) {
    const Parsed parsed = parse_command(std::move(words), [](std::string_view) { return std::nullopt; });
    if (!parsed.command) {
      person.out += parsed.text;
      return parsed.exit_code;
    }
    return person.run(*parsed.command, client);
  }
  // What was asked, as "METHOD TARGET BODY".
  [[nodiscard]] std::string asked(std::size_t i) const {
    const Request& request = client.asked.at(i);
    return request.method + " " + request.target + " " + request.body;
  }

  FakeClient client;
  support::Typing person;
};

constexpr const char* staged = R"({"proposal":"P-3","stage":"STAGED","hash":"0f","orders":[]})";
constexpr const char* shown =
    R"({"proposal":{"proposal":"P-3","stage":"STAGED","title":"invest in GROWTH, C-1","version":"1","hash":"0f",)"
    R"("submitted_by":"ann","why_held":""},"orders":[{"place":"1","side":"BUY","quantity":"10","symbol":"AAPL",)"
    R"("state":"STAGED","filled":"0"}],"warnings":[{"kind":"odd lot","message":"is odd","account":""}]})";
constexpr const char* sleeves =
    R"({"sleeves":[{"account":"C-1","sleeve":"GROWTH","value_before":"0.00","value_after":"99.00"}]})";
constexpr const char* moves =
    R"({"moves":[{"account":"C-1","from_sleeve":"Independent","to_sleeve":"GROWTH","symbol":"USD","quantity":"100.00"}]})";

TEST_F(DeskCommands, MakeAModelAndItsTargets) {
  client.replies = {{201, "{}"}, {200, "{}"}, {200, "{}"}, {200, "{}"}};
  EXPECT_EQ(type({"model", "create", "GROWTH", "Growth"}), done);
  EXPECT_EQ(asked(0), R"(POST /models {"code":"GROWTH","name":"Growth","currency":"USD"})");
  EXPECT_EQ(client.asked[0].headers.at("Idempotency-Key"), "fresh");
  EXPECT_EQ(type({"model", "rename", "GROWTH", "More growth"}), done);
  EXPECT_EQ(asked(1), R"(PATCH /models/GROWTH {"name":"More growth"})");
  EXPECT_EQ(type({"model", "targets", "GROWTH", "AAPL=60", "BRK.B=12.5", "--why", "spring"}), done);
  EXPECT_EQ(asked(2), R"(PUT /models/GROWTH/targets {"targets":[{"symbol":"AAPL","percent":"60"},)"
                      R"({"symbol":"BRK.B","percent":"12.5"}],"why":"spring"})");
  EXPECT_EQ(type({"model", "targets", "GROWTH", "--clear"}), done);
  EXPECT_EQ(asked(3), R"(PUT /models/GROWTH/targets {"targets":[]})");
  EXPECT_EQ(type({"model", "targets", "GROWTH"}), wrong_use);
  EXPECT_EQ(type({"model", "targets", "GROWTH", "AAPL"}), wrong_use);
  EXPECT_NE(person.err.find("'AAPL' should be such as AAPL=60"), std::string::npos);
  EXPECT_EQ(client.asked.size(), 4U);
}

TEST_F(DeskCommands, ProposeAndShowWhatItWouldDo) {
  client.replies = {{201, staged}, {200, shown}, {200, sleeves}, {200, moves}};
  EXPECT_EQ(type({"invest", "GROWTH", "C-1", "100", "FAMILY", "50.00", "--transfer-positions", "--limit-orders"}),
            done);
  EXPECT_EQ(asked(0), R"(POST /proposals {"operation":"invest","model":"GROWTH","accounts":[{"account":"C-1",)"
                      R"("amount":"100"},{"account":"FAMILY","amount":"50.00"}],"transfer_positions":true,)"
                      R"("order_type":"LMT"})");
  EXPECT_NE(person.out.find("P-3  STAGED  invest in GROWTH, C-1"), std::string::npos);
  EXPECT_NE(person.out.find("Warning: odd lot: is odd"), std::string::npos);
  EXPECT_NE(person.out.find("prorata proposal transmit P-3"), std::string::npos);
  EXPECT_EQ(type({"invest", "GROWTH", "C-1"}), wrong_use);
  EXPECT_EQ(client.asked.size(), 4U);
}

TEST_F(DeskCommands, NameEveryOperation) {
  client.replies = {{422, R"({"detail":"no"})"},
                    {422, R"({"detail":"no"})"},
                    {422, R"({"detail":"no"})"},
                    {422, R"({"detail":"no"})"},
                    {422, R"({"detail":"no"})"}};
  EXPECT_EQ(type({"rebalance", "GROWTH", "--leave-out", "C-7"}), refused);
  EXPECT_EQ(asked(0), R"(POST /proposals {"operation":"rebalance","model":"GROWTH","leave_out":["C-7"]})");
  EXPECT_EQ(type({"divest", "GROWTH", "C-1", "all", "--keep-model"}), refused);
  EXPECT_EQ(asked(1), R"(POST /proposals {"operation":"divest","model":"GROWTH","accounts":[{"account":"C-1",)"
                      R"("amount":"all"}],"keep_model":true})");
  EXPECT_EQ(type({"reallocate", "C-1", "GROWTH=50", "INCOME=30"}), refused);
  EXPECT_EQ(asked(2), R"(POST /proposals {"operation":"reallocate","accounts":[{"account":"C-1"}],"allocations":)"
                      R"([{"model":"GROWTH","percent":"50"},{"model":"INCOME","percent":"30"}]})");
  EXPECT_EQ(type({"withdraw", "GROWTH", "25"}), refused);
  EXPECT_EQ(asked(3), R"(POST /proposals {"operation":"withdraw","model":"GROWTH","percent":"25"})");
  EXPECT_EQ(type({"model", "delete", "GROWTH"}), refused);
  EXPECT_EQ(asked(4), R"(POST /proposals {"operation":"delete","model":"GROWTH"})");
}

TEST_F(DeskCommands, TransmitWhatWasLookedAtAndAskBefore) {
  client.replies = {{200, shown}};
  person.yes = false;
  EXPECT_EQ(type({"proposal", "transmit", "P-3"}), refused);
  ASSERT_EQ(client.asked.size(), 1U);  // it was looked at only
  person.yes = true;
  client.replies = {{200, shown}, {200, R"({"proposal":"P-3","stage":"WORKING","hash":"0f","orders":["O1"]})"}};
  EXPECT_EQ(type({"proposal", "transmit", "P-3", "--order", "2", "--broker", "SIM"}), done);
  EXPECT_EQ(asked(2), R"(POST /proposals/P-3/transmit {"hash":"0f","orders":[2],"broker":"SIM"})");
  EXPECT_EQ(person.out, "P-3 is WORKING, 1 order out.\n");
}

TEST_F(DeskCommands, EditOneOrder) {
  EXPECT_EQ(type({"proposal", "edit", "P-3", "--quantity", "5"}), wrong_use);  // of which order?
  client.replies = {{422, R"({"detail":"no"})"}};
  EXPECT_EQ(type({"proposal", "edit", "P-3", "--order", "2", "--quantity", "5", "--limit", "10.5", "--tif", "gtc"}),
            refused);
  EXPECT_EQ(asked(0), R"(POST /proposals/P-3/edit {"orders":[{"place":2,"quantity":"5","limit_price":"10.5",)"
                      R"("time_in_force":"GTC"}]})");
}

TEST_F(DeskCommands, ImportAFileAfterShowingWhatItChanges) {
  person.basket = "Account,Name,Currency\nC-9,Nine,USD\n";
  client.replies = {{200, R"x({"dry_run":true,"changes":["opens account C-9 (Nine)"]})x"},
                    {200, R"({"dry_run":false,"changes":[]})"}};
  person.yes = true;
  EXPECT_EQ(type({"import", "accounts", "in/b.csv"}), done);
  EXPECT_EQ(client.asked[0].target, "/files/accounts?name=b.csv&dry_run=true");
  EXPECT_EQ(client.asked[1].target, "/files/accounts?name=b.csv");
  EXPECT_EQ(client.asked[1].body, person.basket);
  EXPECT_EQ(person.out, "opens account C-9 (Nine)\n1 change.\nDone.\n");
}

TEST_F(DeskCommands, ExportAFileAsItCame) {
  client.replies = {{200, "Account,Name,Currency\nC-9,Nine,USD\n"}};
  EXPECT_EQ(type({"export", "accounts"}), done);
  EXPECT_EQ(person.out, "Account,Name,Currency\nC-9,Nine,USD\n");
}

TEST_F(DeskCommands, AreCompletedByBothShells) {
  for (const char* shell : {"bash", "zsh"}) {
    person.out.clear();
    EXPECT_EQ(type({"completion", shell}), done);
    EXPECT_NE(person.out.find("'proposal show') words='--account"), std::string::npos) << person.out;
    EXPECT_NE(person.out.find("names='proposals' ;;"), std::string::npos);
    EXPECT_NE(person.out.find("--tif) words='DAY GTC IOC FOK' names='' ;;"), std::string::npos) << person.out;
    EXPECT_EQ(person.out.find("names names"), std::string::npos) << "a command for the script itself is not offered";
    EXPECT_NE(person.out.find("complete -F _prorata prorata"), std::string::npos);
  }
}

TEST_F(DeskCommands, TellACompletionWhatThereIs) {
  client.replies = {{200, R"({"accounts":[{"account":"C-2"},{"account":"C-1"}],"more":false})"},
                    {200, R"({"groups":[{"account_group":"FAMILY"},{"account_group":"FAMILY"}],"more":false})"},
                    {200, R"({"models":[{"model":"GROWTH"}],"more":false})"}};
  EXPECT_EQ(type({"names", "models", "accounts"}), done);
  EXPECT_EQ(person.out, "C-1\nC-2\nFAMILY\nGROWTH\n");
  EXPECT_EQ(type({"names", "people"}), wrong_use);
}

}  // namespace
}  // namespace cli
