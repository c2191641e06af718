#include "gateway/config/config.hpp"
#include "gateway/config/try_sessions.hpp"
#include "tests/support/test_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gateway {
namespace {

// A desk in a folder of its own, good until a test spoils one of its files.
class ConfigFiles : public testing::Test {
 protected:
  void SetUp() override {
    write("FIX44.xml", "<fix/>\n");
    write("accounts.csv", "Account,Name,Currency,Cash\nC-1,Ada Byron,USD,1000.00\nC-2,Karl Weiss,USD,500\n");
    write("instruments.csv",
          "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate\n"
          "AAPL,STK,XNAS,USD,1,187.40,2026-11-20\nKO,STK,XNYS,USD,1,,\n");
    write("models.csv", "Model,Name,Currency\nGROWTH,Growth,USD\n");
    write("investments.csv", "Account,Model,Amount\nC-1,GROWTH,600\nC-2,GROWTH,400.50\n");
    write("holdings.csv", "Account,Model,Symbol,Quantity,Cost\nC-1,GROWTH,AAPL,3,500.00\n");
    toml = R"([desk]
database = "desk.db"
accounts = "accounts.csv"
instruments = "instruments.csv"
models = "models.csv"
investments = "investments.csv"
holdings = "holdings.csv"
[[session]]
name = "SIM"
role = "dialling"
address = "127.0.0.1:9880"
sender_comp_id = "PRORATA"
target_comp_id = "SIM"
dictionary = "FIX44.xml"
[routing]
default_broker = "SIM"
[limits.USD]
max_order_quantity = "50000"
max_order_value = "5000000.00"
[http]
listen = "127.0.0.1:9780"
[log]
file = "gateway.jsonl"
messages = "fix.log"
)";
  }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder / name) << text; }
  void replace(const std::string& from, const std::string& to) {
    const std::size_t at = toml.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    toml.replace(at, from.size(), to);
  }
  // All errors, one a line, without the folder.
  std::string errors() {
    write("gateway.toml", toml);
    const auto config = read_config(folder / "gateway.toml");
    if (config) return "";
    std::string text;
    for (const core::Error& error : config.error()) text += error.text() + "\n";
    for (std::size_t at; (at = text.find(folder.string() + "/")) != std::string::npos;) {
      text.erase(at, folder.string().size() + 1);
    }
    return text;
  }

  support::TestFolder scratch;
  std::filesystem::path folder = scratch.path();
  std::string toml;
};

TEST_F(ConfigFiles, ReadsAGoodDesk) {
  write("gateway.toml", toml);
  const auto config = read_config(folder / "gateway.toml");
  ASSERT_TRUE(config.has_value()) << config.error().at(0).text();
  EXPECT_EQ(config->gateway.brokers.at(0).session.name.text(), "SIM");
  EXPECT_EQ(config->gateway.engine.limits.at(core::Currency::of("USD")).max_value.text(), "5000000.00");
  EXPECT_EQ(config->database, folder / "desk.db");
  EXPECT_EQ(config->desk.size(), 2U + 2U + 2U + 1U + 2U + 1U + 1U) << "accounts, cash, instruments, model, ...";
}

TEST_F(ConfigFiles, ReadsEveryKindOfInstrument) {
  write("instruments.csv",
        "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate,RoundLot,Tick,Multiplier,Shortable,"
        "LastTradingDate\n"
        "AAPL,STK,XNAS,USD,1,187.40,2026-11-20,100,0.01,,yes,\nVFIAX,FUND,XOFF,USD,0.000001,512.37,2026-11-20,,,,no,\n"
        "T 4.25 11/34,BOND,XOFF,USD,1000,98.75,2026-11-20,100000,,,,2034-11-14\n"
        "C200,OPT,XCBO,USD,1,12.45,2026-11-20,,0.05,100,,2027-01-15\nMES,FUT,XCME,USD,1,,,,0.25,0.5,,2026-12-18\n"
        "EUR.USD,CASH,XXXX,USD,0.01,1.08012,2026-11-20,,0.00001,,,\n");
  write("gateway.toml", toml);
  const auto config = read_config(folder / "gateway.toml");
  ASSERT_TRUE(config.has_value()) << config.error().at(0).text();
  std::string read;
  for (const Event& event : config->desk) {
    const auto* added = std::get_if<InstrumentAdded>(&event);
    if (added == nullptr) continue;
    read += added->symbol.text() + " " + added->security_type + " " + added->unit.text() + " " +
            added->round_lot.text() + " " + added->tick.text() + " " + added->multiplier.text() +
            (added->is_shortable ? " yes " : " no ") + added->last_trading_date + "\n";
  }
  EXPECT_EQ(read,
            "AAPL STK 1 100 0.01 1 yes \nVFIAX FUND 0.000001 0 0 1 no \n"
            "T 4.25 11/34 BOND 1000 100000 0 1 no 2034-11-14\nC200 OPT 1 0 0.05 100 no 2027-01-15\n"
            "MES FUT 1 0 0.25 0.5 no 2026-12-18\nEUR.USD CASH 0.01 0 0.00001 1 no \n");
}

TEST_F(ConfigFiles, TellsAllErrorsAtOnceWithTheirLines) {
  replace("sender_comp_id", "sender_compid");
  replace("listen = \"127.0.0.1:9780\"", "listen = 9780");
  const std::string text = errors();
  EXPECT_NE(text.find("gateway.toml:12"), std::string::npos) << text;
  EXPECT_NE(text.find("sender_comp_id"), std::string::npos) << text;
  EXPECT_NE(text.find("gateway.toml:21"), std::string::npos) << text;
}

TEST_F(ConfigFiles, ReadsHowOftenToDial) {
  write("gateway.toml", toml);
  EXPECT_EQ(read_config(folder / "gateway.toml")->reconnect_ms, 1'000);
  write("gateway.toml", toml + "[network]\nreconnect_ms = 50\n");
  EXPECT_EQ(read_config(folder / "gateway.toml")->reconnect_ms, 50);
  EXPECT_EQ(read_config(folder / "gateway.toml")->http_readers, 2);
}

TEST_F(ConfigFiles, ReadsTheHoursOfASession) {
  const auto session = [&] {
    write("gateway.toml", toml);
    const auto config = read_config(folder / "gateway.toml");
    EXPECT_TRUE(config.has_value());
    return config->gateway.brokers.at(0).session;
  };
  EXPECT_FALSE(session().schedule);
  replace("[routing]", R"([session.schedule]
zone = "America/New_York"
opens = "08:00"
closes = "17:00"
days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
holidays = ["2026-11-26"]
[routing])");
  ASSERT_TRUE(session().schedule);
  EXPECT_TRUE(session().reset_at_start);
  EXPECT_EQ(session().schedule->next_change(core::parse_iso("2026-11-25T22:00:00Z").value()),
            core::parse_iso("2026-11-27T13:00:00Z").value());
  replace("zone =", "reset_at_start = false\nzone =");
  EXPECT_FALSE(session().reset_at_start);
}

TEST_F(ConfigFiles, SaysWhatIsWrongWithTheHoursOfASession) {
  replace("[routing]", R"([session.schedule]
zone = "America/NewYork"
opens = "08:00"
close = "17:00"
[routing])");
  EXPECT_EQ(errors(),
            "gateway.toml:15:1: key 'session[1].schedule.closes': is missing\n"
            "gateway.toml:18:1: key 'session[1].schedule.close': is not known; did you mean 'closes'?\n");
  replace("close =", "closes =");
  EXPECT_EQ(errors(),
            "gateway.toml:16:8: key 'session[1].schedule.zone': 'America/NewYork' is not a time zone such as "
            "America/New_York; did you mean 'America/New_York'?\n");
  replace("NewYork", "New_York");
  replace("17:00", "Fri 17:00");
  EXPECT_EQ(errors(),
            "gateway.toml:18:10: key 'session[1].schedule.closes': should have a weekday when opens has one, and only "
            "then\n");
}

TEST_F(ConfigFiles, RefusesTwoSessionsOfOneName) {
  const std::size_t from = toml.find("[[session]]");
  const std::size_t to = toml.find("[routing]");
  toml.insert(to, toml.substr(from, to - from));
  const std::string text = errors();
  EXPECT_NE(text.find("'SIM' is taken already, in line 9"), std::string::npos) << text;
  EXPECT_NE(text.find("another session has the same sender_comp_id and target_comp_id"), std::string::npos) << text;
}

TEST_F(ConfigFiles, RefusesASessionWithItself) {
  replace("target_comp_id = \"SIM\"", "target_comp_id = \"PRORATA\"");
  EXPECT_EQ(errors(),
            "gateway.toml:13:18: key 'session[1].target_comp_id': 'PRORATA' is sender_comp_id too; it should be the "
            "name by which the "
            "broker goes\n");
}

// They would put fields of their own into every message.
TEST_F(ConfigFiles, RefusesNamesThatAreNoPlainWords) {
  replace("sender_comp_id = \"PRORATA\"", "sender_comp_id = \"PRO\\u000158=X\"");
  replace("target_comp_id = \"SIM\"", "target_comp_id = \"A B\"");
  replace("name = \"SIM\"", "name = \"" + std::string(33, 'x') + "\"");
  EXPECT_EQ(
      errors(),
      "gateway.toml:9:8: key 'session[1].name': is longer than 32 characters\n"
      "gateway.toml:12:18: key 'session[1].sender_comp_id': 'PRO?58=X' has other characters than letters, digits, "
      "point, dash and underscore\n"
      "gateway.toml:13:18: key 'session[1].target_comp_id': 'A B' has other characters than letters, digits, "
      "point, dash and underscore\n"
      "gateway.toml:16:18: key 'routing.default_broker': there is no [[session]] with the name 'SIM'\n");
}

TEST_F(ConfigFiles, RefusesAnApiBeyondThisMachine) {
  replace("127.0.0.1:9780", "0.0.0.0:9780");
  EXPECT_NE(errors().find("should be an address of this machine only"), std::string::npos);
}

TEST_F(ConfigFiles, TakesAnApiBeyondThisMachineWithTlsAndTokens) {
  for (const char* file : {"tokens.toml", "chain.pem", "key.pem"}) write(file, "read elsewhere");
  replace("[log]", "certificate = \"chain.pem\"\n[log]");
  EXPECT_EQ(errors(),
            "gateway.toml:20:1: key 'http.key': is missing\n"
            "gateway.toml:22:15: key 'http.certificate': needs http.tokens: TLS alone would let anybody in\n");
  replace("127.0.0.1:9780", "0.0.0.0:9780");
  replace("[log]", "key = \"key.pem\"\ntokens = \"tokens.toml\"\n[log]");
  EXPECT_EQ(errors(), "");
  const auto config = read_config(folder / "gateway.toml");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->http_tokens, folder / "tokens.toml");
  EXPECT_EQ(config->http_certificate, folder / "chain.pem");
  EXPECT_EQ(config->http_key, folder / "key.pem");
  std::filesystem::remove(folder / "tokens.toml");
  EXPECT_EQ(errors(), "gateway.toml:24:10: key 'http.tokens': there is no file tokens.toml\n");
}

TEST_F(ConfigFiles, RefusesOneFileForTwoThings) {
  replace("gateway.jsonl", "desk.db");
  EXPECT_NE(errors().find("is the path of another file of this gateway"), std::string::npos);
}

TEST_F(ConfigFiles, RefusesADatabaseThatCannotBeOne) {
  std::filesystem::create_directories(folder / "desk.db");
  EXPECT_EQ(errors(), "gateway.toml:2:12: key 'desk.database': desk.db is a folder; a file is needed\n");
  std::filesystem::remove(folder / "desk.db");
  replace("\"desk.db\"", "\"models.csv\"");
  EXPECT_EQ(errors(),
            "gateway.toml:2:12: key 'desk.database': models.csv is no SQLite database; name another file, which is "
            "made\n");
  replace("\"models.csv\"", "\"desk.db\"");
  write("desk.db", "");
  EXPECT_EQ(errors(), "");
  write("desk.db", "SQLite format 3 and more");
  EXPECT_EQ(errors(), "");
}

TEST_F(ConfigFiles, RefusesPortsThatCannotBe) {
  replace("127.0.0.1:9880", "127.0.0.1:0");
  EXPECT_EQ(errors(),
            "gateway.toml:11:11: key 'session[1].address': has port 0, which nobody can dial; it should be the "
            "broker's\n");
  replace("\"dialling\"", "\"listening\"");
  EXPECT_EQ(errors(), "");
  replace("127.0.0.1:0", "0.0.0.0:9780");
  EXPECT_EQ(errors(), "gateway.toml:21:10: key 'http.listen': is where the session SIM listens; choose another port\n");
}

TEST_F(ConfigFiles, ABrokenDictionaryIsToldWithTheLineThatNamesIt) {
  write("gateway.toml", toml);
  const auto config = read_config(folder / "gateway.toml");
  ASSERT_TRUE(config.has_value());
  const auto tried = try_sessions(*config);
  ASSERT_FALSE(tried.has_value());
  EXPECT_EQ(tried.error().place, (folder / "gateway.toml").string() + ":14:14");
  EXPECT_NE(tried.error().message.find("session SIM"), std::string::npos) << tried.error().message;
}

TEST_F(ConfigFiles, SaysInWordsWhatWasRead) {
  write("gateway.toml", toml);
  EXPECT_EQ(in_words(*read_config(folder / "gateway.toml")), "1 session, 2 accounts, 1 model, 2 instruments");
}

TEST_F(ConfigFiles, RefusesADefaultBrokerThatIsNoSession) {
  replace("default_broker = \"SIM\"", "default_broker = \"NYX\"");
  EXPECT_NE(errors().find("there is no [[session]] with the name 'NYX'"), std::string::npos);
}

TEST_F(ConfigFiles, RefusesLimitsThatAreNoMoney) {
  replace("5000000.00", "5000000.005");
  EXPECT_NE(errors().find("more than 2 digits after the point"), std::string::npos);
  replace("5000000.005", "-5");
  EXPECT_NE(errors().find("should be between 0 and"), std::string::npos);
  replace("[limits.USD]", "[limits.USQ]");
  EXPECT_NE(errors().find("'USQ' is not a currency code"), std::string::npos);
}

TEST_F(ConfigFiles, NamesTheFilesThatAreMissing) {
  std::filesystem::remove(folder / "models.csv");
  EXPECT_EQ(errors(), "gateway.toml:5:10: key 'desk.models': there is no file models.csv\n");
  std::filesystem::remove(folder / "FIX44.xml");
  std::filesystem::remove(folder / "holdings.csv");
  std::filesystem::create_directories(folder / "holdings.csv");
  EXPECT_EQ(errors(),
            "gateway.toml:5:10: key 'desk.models': there is no file models.csv\n"
            "gateway.toml:7:12: key 'desk.holdings': holdings.csv is a folder; a file is needed\n"
            "gateway.toml:14:14: key 'session[1].dictionary': there is no file FIX44.xml\n");
}

// What a file that cannot be read would have named is not missed in the others.
TEST_F(ConfigFiles, TellsAnUnreadableFileOnce) {
  write("accounts.csv", "Account,Name,Currency,Cash\nC-1,\"Ada,USD,1000.00\n");
  EXPECT_EQ(errors(), "accounts.csv:2:5: this quote is never closed\n");
  write("models.csv", "Model,Name\nGROWTH,Growth\n");
  EXPECT_EQ(errors(),
            "accounts.csv:2:5: this quote is never closed\n"
            "models.csv:1: column 'Currency' is missing\n");
}

TEST_F(ConfigFiles, TellsARowOfAWrongLengthBesideTheOthersErrors) {
  write("accounts.csv", "Account,Name,Currency,Cash\nC-1,Ada Byron,USD\nC-2,Karl Weiss,DOL,500\n");
  const std::string text = errors();
  EXPECT_NE(text.find("accounts.csv:2: has 3 cells where the header has 4\n"), std::string::npos) << text;
  EXPECT_NE(text.find("accounts.csv:3: Currency: 'DOL' is not a currency code"), std::string::npos) << text;
  EXPECT_EQ(text.find("there is no account"), std::string::npos) << text;
}

struct Spoiled {
  std::string file;
  std::string text;
  std::string error;
};

class SpoiledDesk : public ConfigFiles, public testing::WithParamInterface<Spoiled> {};

TEST_P(SpoiledDesk, IsRefusedWithItsPlace) {
  write(GetParam().file, GetParam().text);
  EXPECT_NE(errors().find(GetParam().error), std::string::npos) << errors();
}

Spoiled spoiled_instrument(const std::string& row, const std::string& error) {
  return {"instruments.csv",
          "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate,RoundLot,Tick,Multiplier,Shortable,"
          "LastTradingDate\nAAPL2,STK,XNAS,USD,1,187.40,2026-11-20,100,0.01,,yes,\n" +
              row + "\n",
          "instruments.csv:3: " + error};
}

INSTANTIATE_TEST_SUITE_P(
    Desk, SpoiledDesk,
    testing::Values(
        Spoiled{"accounts.csv", "Account,Name,Currency,Cash\nC-1,A,USD,1000\nC-2,B,USD,500\nC-1,C,USD,1\n",
                "accounts.csv:4: Account: 'C-1' stands here a second time; the first is in line 2\n"},
        Spoiled{"accounts.csv", "Account,Name,Currency,Cash\nC-1,A,USD,1000\nC-2,B,DOL,500\n",
                "accounts.csv:3: Currency: 'DOL' is not a currency code"},
        Spoiled{"accounts.csv", "Account,Name,Currency,Cash\nC-1,A,USD,1000\nC-2,B,USD,-1\n",
                "accounts.csv:3: Cash: is below zero"},
        Spoiled{"accounts.csv", "Account,Name,Cash\nC-1,A,1000\n", "Currency"},
        Spoiled{"instruments.csv",
                "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate\nAAPL,STK,XNAS,USD,0,1,\n",
                "instruments.csv:2: Unit: is 0; it should be above zero"},
        Spoiled{"instruments.csv",
                "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate\nAAPL,ETF,XNAS,USD,1,1,\n",
                "instruments.csv:2: SecType: 'ETF' is no security type; there are STK, FUND, BOND, OPT, FUT and CASH "
                "(forex)"},
        spoiled_instrument("C200,OPT,XCBO,USD,1,2.45,2026-11-20,,,,,",
                           "Multiplier: is empty; options and futures have one, such as 100"),
        spoiled_instrument("C200,OPT,XCBO,USD,1,2.45,2026-11-20,,,0,,", "Multiplier: is 0; it should be above zero"),
        spoiled_instrument("AAPL,STK,XNAS,USD,1,187.40,2026-11-20,,,1,,",
                           "Multiplier: is for options and futures (OPT, FUT); leave it empty"),
        spoiled_instrument("AAPL,STK,XNAS,USD,1,187.40,2026-11-20,-100,,,,",
                           "RoundLot: is -100; it should be above zero"),
        spoiled_instrument("T45,BOND,XOFF,USD,1000,98.75,2026-11-20,2500,,,,",
                           "RoundLot: is not a whole number of units of 1000"),
        spoiled_instrument("AAPL,STK,XNAS,USD,1,187.40,2026-11-20,,0,,,", "Tick: is 0; it should be above zero"),
        spoiled_instrument("AAPL,STK,XNAS,USD,1,187.40,2026-11-20,,0.25,,,",
                           "ReferencePrice: is not a whole number of ticks of 0.25"),
        spoiled_instrument("AAPL,STK,XNAS,USD,1,187.40,2026-11-20,,,,maybe,", "Shortable: 'maybe' must be yes or no"),
        spoiled_instrument("ES,FUT,XCME,USD,1,5900.25,2026-11-20,,0.25,50,,2026-13-18",
                           "LastTradingDate: '2026-13-18' is not a date such as 2026-11-20"),
        spoiled_instrument("EURUSD,CASH,XXXX,USD,0.01,1.08,2026-11-20,,,,,",
                           "Symbol: 'EURUSD' is not a pair of two currencies, such as EUR.USD"),
        spoiled_instrument("EUR.EUR,CASH,XXXX,EUR,0.01,1,2026-11-20,,,,,",
                           "Symbol: 'EUR.EUR' is not a pair of two currencies, such as EUR.USD"),
        spoiled_instrument("EUR.USD,CASH,XXXX,EUR,0.01,1.08,2026-11-20,,,,,",
                           "Currency: is EUR; EUR.USD is paid in USD"),
        Spoiled{"instruments.csv",
                "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate\nAAPL,STK,XNAS,USD,1,1,soon\n",
                "instruments.csv:2: ReferenceDate: 'soon' is not a date such as 2026-11-20"},
        Spoiled{"models.csv", "Model,Name,Currency\nGROWTH,G,USD\nIndependent,I,USD\n",
                "models.csv:3: Model: 'Independent' is what accounts hold outside every model"},
        Spoiled{"investments.csv", "Account,Model,Amount\nC-1,GROWTH,1000.01\n",
                "investments.csv:2: Amount: is more than the 1000.00 that the account has left"},
        Spoiled{"investments.csv", "Account,Model,Amount\nC-1,GROWTH,1\n\nC-2,GROWTH,1\nC-1,GROWTH,2\n",
                "investments.csv:5: Account: 'C-1' with the model 'GROWTH' stands here a second time; the first is in "
                "line 2\n"},
        Spoiled{
            "holdings.csv",
            "Account,Model,Symbol,Quantity,Cost\nC-1,GROWTH,AAPL,3,500\nC-2,GROWTH,AAPL,3,500\nC-1,GROWTH,AAPL,1,1\n",
            "holdings.csv:4: Symbol: 'AAPL' of 'C-1' in 'GROWTH' stands here a second time; the first is in line 2\n"},
        Spoiled{"accounts.csv",
                "Account,Name,Currency,Cash\nC-1,A,USD,1000\nC-2,B,USD,500\n"
                "C1234567890123456789012345678901234567890123456789012345678901234,X,USD,1\n",
                "accounts.csv:4: Account: 'C123456789012345678901234567890123456789...' is longer than 64 bytes"},
        Spoiled{"accounts.csv", "Account,Name,Currency,Cash\nC-1,A,USD,1000\nC-2,B,USD,500\nC\x01,X,USD,1\n",
                "accounts.csv:4: Account: 'C?' holds characters that are not text"},
        Spoiled{"accounts.csv", "Account,Name,Currency,Cash\nC-1,A,USD,1000\nC-2,B\x1b[2J,USD,500\n",
                "accounts.csv:3: Name: 'B?[2J' holds characters that are not text"},
        Spoiled{
            "instruments.csv",
            "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate\nAAPL,STK,NASDAQ EXCH,USD,1,1,\n",
            "instruments.csv:2: Exchange: 'NASDAQ EXCH' is not a MIC of four capital letters or digits (ISO 10383), "
            "such as XNAS"},
        Spoiled{"investments.csv", "Account,Model,Amount\nC-9,GROWTH,600\n",
                "investments.csv:2: Account: there is no account 'C-9'"},
        Spoiled{"investments.csv", "Account,Model,Amount\nC-1,GROWHT,600\n",
                "investments.csv:2: Model: there is no model 'GROWHT'"},
        Spoiled{"investments.csv", "Account,Model,Amount\nC-1,GROWTH,0\n",
                "investments.csv:2: Amount: should be above zero"},
        Spoiled{"holdings.csv", "Account,Model,Symbol,Quantity,Cost\nC-1,GROWTH,AAPL,0.5,1\n",
                "holdings.csv:2: Quantity: is not a whole number of units of 1"},
        Spoiled{"holdings.csv", "Account,Model,Symbol,Quantity,Cost\nC-1,GROWTH,APPL,5,1\n",
                "holdings.csv:2: Symbol: there is no instrument 'APPL'"}));

}  // namespace
}  // namespace gateway
