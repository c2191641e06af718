#include "cli/command.hpp"

#include <gtest/gtest.h>

#include "cli/exit_code.hpp"

namespace cli {
namespace {

Parsed parse(std::vector<std::string> arguments, std::optional<std::string> gateway = {}) {
  return parse_command(std::move(arguments),
                       [&](std::string_view name) { return name == "PRORATA_GATEWAY" ? gateway : std::nullopt; });
}

Command good(std::vector<std::string> arguments) {
  Parsed parsed = parse(std::move(arguments));
  EXPECT_TRUE(parsed.command.has_value()) << parsed.text;
  return parsed.command.value_or(Command{});
}

TEST(CommandLine, ReadsAnOrder) {
  const Command command = good({"order", "buy", "1000", "AAPL", "--model", "GROWTH", "--limit", "187.50", "--tif",
                                "ioc", "--broker", "SIM", "--dry-run"});
  EXPECT_EQ(command.verb, Verb::enter_order);
  EXPECT_EQ(command.side, "BUY");
  EXPECT_EQ(command.quantity, "1000");
  EXPECT_EQ(command.symbol, "AAPL");
  EXPECT_EQ(command.model, "GROWTH");
  EXPECT_EQ(command.limit, "187.50");
  EXPECT_EQ(command.time_in_force, "IOC");
  EXPECT_EQ(command.broker, "SIM");
  EXPECT_TRUE(command.dry_run);
  EXPECT_EQ(good({"order", "sell", "1", "A", "--model", "M"}).side, "SELL");
  EXPECT_EQ(good({"order", "buy", "30", "A", "--parts", "p.csv"}).parts, "p.csv");
  EXPECT_EQ(good({"order", "buy", "30", "A", "--parts", "-", "--model", "M"}).model, "M");
}

TEST(CommandLine, ReadsTheOtherCommands) {
  EXPECT_EQ(good({"cancel", "P1"}).order, "P1");
  EXPECT_EQ(good({"order", "cancel", "P1"}).verb, Verb::cancel);
  EXPECT_EQ(good({"order", "show", "P1"}).verb, Verb::show_order);
  const Command basket = good({"basket", "send", "b.csv", "--yes", "--wait", "--key", "k"});
  EXPECT_EQ(basket.verb, Verb::send_basket);
  EXPECT_EQ(basket.file, "b.csv");
  EXPECT_TRUE(basket.yes && basket.wait && !basket.dry_run);
  EXPECT_EQ(basket.key, "k");
  const Command orders = good({"orders", "--open", "--model", "M"});
  EXPECT_TRUE(orders.verb == Verb::orders && orders.open_only && orders.model == "M");
  const Command log = good({"log", "--follow", "--after", "12"});
  EXPECT_TRUE(log.verb == Verb::log && log.follow && log.after == 12);
  EXPECT_EQ(good({"positions", "--account", "U1"}).account, "U1");
  EXPECT_EQ(good({"positions", "--model", "M"}).model, "M");
  EXPECT_EQ(good({"breaks"}).verb, Verb::breaks);
  EXPECT_EQ(good({"sessions"}).verb, Verb::sessions);
  EXPECT_EQ(good({"explain", "E1"}).exec, "E1");
}

TEST(CommandLine, NamesTheWordThatIsNoCommand) {
  const Parsed top = parse({"nonsense"});
  EXPECT_EQ(top.exit_code, wrong_use);
  EXPECT_EQ(top.text, "'nonsense' is no command here.\nRun with --help for more information.\n");
  EXPECT_EQ(parse({"order", "by", "5"}).text, "'by' is no command here.\nRun with --help for more information.\n");
  EXPECT_NE(parse({"order"}).text.find("subcommand is required"), std::string::npos) << parse({"order"}).text;
}

TEST(CommandLine, ABreaksNumberIsANumber) {
  EXPECT_EQ(parse({"break", "settle", "x", "--reason", "y"}).exit_code, wrong_use);
  EXPECT_EQ(parse({"breaks", "settle", "-1", "--reason", "y"}).exit_code, wrong_use);
  EXPECT_EQ(good({"break", "settle", "3", "--reason", "y"}).break_number, "3");
}

TEST(CommandLine, TakesGlobalOptionsBeforeAndAfterTheCommand) {
  EXPECT_EQ(good({"orders", "--limit", "5"}).at_most, "5");
  EXPECT_FALSE(parse({"backup", ""}).command.has_value());
  EXPECT_FALSE(parse({"log", "--after", "999999999999999999999"}).command.has_value());
  EXPECT_TRUE(good({"--json", "orders"}).json);
  EXPECT_TRUE(good({"orders", "--json"}).json);
  EXPECT_TRUE(good({"order", "show", "P1", "--json"}).json);
  EXPECT_EQ(good({"basket", "send", "b.csv", "--gateway", "http://localhost:1"}).gateway, "http://localhost:1");
}

TEST(CommandLine, TakesTheGatewayFromTheEnvironmentUnlessToldOtherwise) {
  EXPECT_EQ(parse({"orders"}).command->gateway, "http://127.0.0.1:9780");
  EXPECT_EQ(parse({"orders"}, "http://localhost:7").command->gateway, "http://localhost:7");
  EXPECT_EQ(parse({"orders", "--gateway", "http://localhost:8"}, "http://localhost:7").command->gateway,
            "http://localhost:8");
}

TEST(CommandLine, TellsWhatAfterMustBe) {
  EXPECT_NE(parse({"log", "--after", "-1"}).text.find("--after: must be a whole number"), std::string::npos);
}

TEST(CommandLine, TakesADashForStdin) { EXPECT_EQ(good({"basket", "send", "-", "--yes"}).file, "-"); }

TEST(CommandLine, SettlesABreakInEitherWord) {
  for (const char* word : {"break", "breaks"}) {
    const Command command = good({word, "settle", "3", "--reason", "with drawn", "--as", "booked_by_hand"});
    EXPECT_EQ(command.verb, Verb::settle_break);
    EXPECT_EQ(command.break_number, "3");
    EXPECT_EQ(command.reason, "with drawn");
    EXPECT_EQ(command.settled_as, "booked_by_hand");
  }
  EXPECT_EQ(good({"break", "settle", "3", "--reason", "x"}).settled_as, "acknowledged");
  EXPECT_EQ(good({"breaks"}).verb, Verb::breaks);
  EXPECT_TRUE(good({"breaks", "--open"}).open_only);
}

TEST(CommandLine, TakesADatabaseInsteadOfAGateway) {
  EXPECT_EQ(good({"verify", "--database", "desk.db", "--expect", "3:aa"}).expect, "3:aa");
  const Command replay = good({"replay", "--database", "desk.db", "--as-of", "2026-11-20", "--model", "M"});
  EXPECT_EQ(replay.verb, Verb::replay);
  EXPECT_EQ(replay.database, "desk.db");
  EXPECT_EQ(replay.as_of, "2026-11-20");
  EXPECT_EQ(good({"backup", "b.db"}).file, "b.db");
}

TEST(CommandLine, RefusesWrongUse) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"nothing"},
                                             {"order"},
                                             {"order", "buy"},
                                             {"order", "buy", "1", "A"},
                                             {"order", "buy", "1", "A", "--model", "M", "--tif", "WEEK"},
                                             {"order", "buy", "1", "A", "B", "--model", "M"},
                                             {"order", "buy", "1", "A", "--model", "M", "--unknown"},
                                             {"basket", "send"},
                                             {"positions"},
                                             {"positions", "--account", "A", "--model", "M"},
                                             {"log", "--after", "-1"},
                                             {"log", "--after", "x"},
                                             {"cancel"},
                                             {"explain"},
                                             {"break"},
                                             {"break", "settle"},
                                             {"break", "settle", "3"},
                                             {"breaks", "settle", "--reason", "x"},
                                             {"break", "settle", "3", "--reason", "x", "--as", "fine"},
                                             {"backup"},
                                             {"verify", "desk.db"},
                                             {"replay", "--as-of"}}) {
    const Parsed parsed = parse(arguments);
    EXPECT_FALSE(parsed.command.has_value());
    EXPECT_EQ(parsed.exit_code, wrong_use);
    EXPECT_NE(parsed.text, "");
  }
}

TEST(CommandLine, HelpOfEveryCommandHasAnExample) {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{{"order"},
                                                                                       {"order", "buy"},
                                                                                       {"order", "sell"},
                                                                                       {"order", "show"},
                                                                                       {"order", "cancel"},
                                                                                       {"cancel"},
                                                                                       {"basket"},
                                                                                       {"basket", "send"},
                                                                                       {"orders"},
                                                                                       {"log"},
                                                                                       {"positions"},
                                                                                       {"breaks"},
                                                                                       {"break"},
                                                                                       {"break", "settle"},
                                                                                       {"verify"},
                                                                                       {"replay"},
                                                                                       {"backup"},
                                                                                       {"sessions"},
                                                                                       {"explain"}}) {
    std::vector<std::string> arguments = command;
    arguments.emplace_back("--help");
    const Parsed parsed = parse(arguments);
    EXPECT_EQ(parsed.exit_code, done);
    std::string name = "prorata";
    for (const std::string& word : command) name += " " + word;
    EXPECT_NE(parsed.text.find("Example:\n  prorata "), std::string::npos) << name << "\n" << parsed.text;
    const std::string example = command.back() == "cancel" ? "prorata cancel" : name;
    EXPECT_NE(parsed.text.find("  " + example), std::string::npos) << parsed.text;
  }
}

TEST(CommandLine, TakesItsTokenFromAFileOrTheEnvironmentOnly) {
  const auto environment = [](std::string_view name) {
    return name == "PRORATA_TOKEN" ? std::optional<std::string>("secret") : std::nullopt;
  };
  EXPECT_EQ(parse_command({"orders"}, environment).command->token, "secret");
  EXPECT_EQ(parse_command({"orders", "--token-file", "t.txt"}, environment).command->token_file, "t.txt");
  EXPECT_FALSE(parse_command({"orders", "--token", "secret"}, environment).command) << "other people see arguments";
}

}  // namespace
}  // namespace cli
