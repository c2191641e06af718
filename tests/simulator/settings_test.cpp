#include "simulator/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace simulator {
namespace {

const std::string small = R"([simulator]
comp_id = "SIM"
[[client]]
comp_id = "PRORATA"
[[symbol]]
name = "AAPL"
reference = "187.40"
exchange = "XNAS"
)";

std::string errors_of(const std::string& toml) {
  const auto settings = parse_settings(toml, "simulator.toml");
  std::string text;
  if (!settings) {
    for (const core::Error& error : settings.error()) text += error.text() + "\n";
  }
  return text;
}

TEST(Settings, TheShippedFilesAreGood) {
  const auto demo = load_settings("config/demo/simulator.toml");
  ASSERT_TRUE(demo.has_value()) << demo.error().front().text();
  EXPECT_EQ(demo->exchange.symbols.size(), 20U);
  EXPECT_EQ(demo->exchange.fees.per_unit.text(), "0.0035");
  EXPECT_EQ(demo->exchange.fill_latency.count(), 20);
  ASSERT_EQ(demo->clients.size(), 1U);
  EXPECT_EQ(demo->clients[0].comp_id, "PRORATA");
  const auto small_one = load_settings("config/simulator.toml");
  EXPECT_TRUE(small_one.has_value()) << small_one.error().front().text();
  const auto acceptance = load_settings("config/acceptance.toml");
  ASSERT_TRUE(acceptance.has_value()) << acceptance.error().front().text();
  ASSERT_EQ(acceptance->clients.size(), 3U);
  EXPECT_EQ(acceptance->clients[0].name, "TW");
  EXPECT_EQ(acceptance->clients[1].name, "TW-4.4");
  EXPECT_EQ(acceptance->clients[2].name, "TW-5.0SP2");
  for (const ClientSettings& client : acceptance->clients) {
    EXPECT_EQ(client.behaviour, Behaviour::echo);
    EXPECT_TRUE(client.strict && client.reset_on_logon);
  }
}

TEST(Settings, ReadWhatAClientIs) {
  const auto settings = parse_settings(small + R"([[client]]
comp_id = "OLD"
version = "4.2"
exchange_comp_id = "SIM42"
dictionary = "/some/FIX42.xml"
heartbeat = 10
reset_on_logon = true
[[client]]
comp_id = "*"
behaviour = "echo"
[[client]]
comp_id = "PRORATA"
exchange_comp_id = "OTHER"
)",
                                       "simulator.toml");
  ASSERT_TRUE(settings.has_value());
  ASSERT_EQ(settings->clients.size(), 4U);
  const ClientSettings& plain = settings->clients[0];
  EXPECT_EQ(plain.version, fix::Version::fix44);
  EXPECT_EQ(plain.exchange_comp_id, "SIM");
  EXPECT_EQ(plain.behaviour, Behaviour::exchange);
  EXPECT_FALSE(plain.strict || plain.reset_on_logon || plain.heartbeat_s);
  const ClientSettings& old = settings->clients[1];
  EXPECT_EQ(old.version, fix::Version::fix42);
  EXPECT_EQ(old.exchange_comp_id, "SIM42");
  EXPECT_EQ(old.dictionary, "/some/FIX42.xml");
  EXPECT_EQ(old.heartbeat_s, 10);
  EXPECT_TRUE(old.reset_on_logon);
  EXPECT_EQ(settings->clients[2].comp_id, anybody);
  EXPECT_EQ(settings->clients[3].name, "PRORATA-4.4");
}

TEST(Settings, HaveDefaultsForAllButNamesAndPrices) {
  const auto settings = parse_settings(small, "simulator.toml");
  ASSERT_TRUE(settings.has_value()) << errors_of(small);
  EXPECT_EQ(settings->listen.text(), "127.0.0.1:9880");
  EXPECT_EQ(settings->exchange.seed, 1U);
  EXPECT_EQ(settings->exchange.close_utc, std::nullopt);
  EXPECT_EQ(settings->exchange.symbols[0].tick.text(), "0.01");
  EXPECT_EQ(settings->exchange.symbols[0].daily_volume, std::nullopt);
}

TEST(Settings, ReadTheHoursOfTheSessions) {
  const std::string hours = "[schedule]\nzone = \"Europe/London\"\nopens = \"Sun 22:00\"\ncloses = \"Fri 22:00\"\n";
  const auto settings = parse_settings(small + hours, "simulator.toml");
  ASSERT_TRUE(settings.has_value()) << errors_of(small + hours);
  ASSERT_TRUE(settings->schedule);
  EXPECT_TRUE(settings->schedule->is_open(core::parse_iso("2026-11-18T03:00:00Z").value()));
  EXPECT_FALSE(settings->schedule->is_open(core::parse_iso("2026-11-21T03:00:00Z").value()));
  EXPECT_TRUE(settings->reset_at_start);
  EXPECT_EQ(errors_of(small + "[schedule]\nzone = \"Europe/Londn\"\nopens = \"08:00\"\ncloses = \"17:00\"\n"),
            "simulator.toml:10:8: key 'schedule.zone': 'Europe/Londn' is not a time zone such as America/New_York; did "
            "you mean 'Europe/London'?\n");
}

TEST(Settings, ReadTheClosingTime) {
  const auto at = [](const std::string& close) {
    return parse_settings("[simulator]\nclose = \"" + close + "\"\n" + small.substr(small.find("comp_id")), "s.toml");
  };
  EXPECT_EQ(at("21:30")->exchange.close_utc, std::chrono::minutes(21 * 60 + 30));
  EXPECT_EQ(at("00:00:07")->exchange.close_utc, std::chrono::seconds(7));
  for (const auto* wrong : {"24:00", "9:00", "21:00:00.5", "noon"}) EXPECT_FALSE(at(wrong).has_value()) << wrong;
}

TEST(Settings, ReadTheHoursOfTrading) {
  const std::string toml = small +
                           "band_percent = \"5\"\n[hours]\nzone = \"America/New_York\"\nopens = \"09:25\"\n"
                           "closes = \"16:05\"\ndays = [\"Fri\"]\nopening_call_s = 300\nclosing_call_s = 300\n";
  const auto settings = parse_settings(toml, "simulator.toml");
  ASSERT_TRUE(settings.has_value()) << errors_of(toml);
  const auto phase = [&](const char* time) {
    return phase_at(settings->exchange.hours, core::parse_iso(time).value());
  };
  EXPECT_EQ(phase("2026-11-20T14:24:59Z"), Phase::closed);
  EXPECT_EQ(phase("2026-11-20T14:25:00Z"), Phase::opening_call);
  EXPECT_EQ(phase("2026-11-20T14:30:00Z"), Phase::continuous);
  EXPECT_EQ(phase("2026-11-20T21:00:00Z"), Phase::closing_call);
  EXPECT_EQ(phase("2026-11-20T21:05:00Z"), Phase::closed);
  EXPECT_EQ(phase("2026-11-23T15:00:00Z"), Phase::closed);  // a Monday
  const auto band = band_of(settings->exchange.symbols[0]);
  ASSERT_TRUE(band);
  EXPECT_EQ(band->low.text() + " to " + band->high.text(), "178.03 to 196.77");
}

struct Wrong {
  std::string toml;
  std::string place;
  std::string says;
};

TEST(Settings, SayWhereAndWhatWouldBeRight) {
  const std::vector<Wrong> cases{
      {small + "tikc = \"0.01\"\n", "simulator.toml:9", "tikc"},
      {small + "tick = 0.01\n", "simulator.toml:9", ""},
      {small + "tick = \"0\"\n", "simulator.toml:9", "above zero"},
      {small + "tick = \"0.03\"\n", "simulator.toml:7", "whole number of ticks"},
      {small + "tick = \"10\"\n", "simulator.toml:7", ""},
      {small + "tick = \"3.748\"\nlot = \"0\"\n", "simulator.toml:10", "above zero"},
      {small + "currency = \"USDX\"\n", "simulator.toml:9", "USDX"},
      {small + "lot = \"7\"\n", "simulator.toml:9", "lots of 7"},
      {small + "daily_volume = \"0.5\"\n", "simulator.toml:9", "whole number of lots"},
      {small + "[[symbol]]\nname = \"AAPL\"\nreference = \"1\"\nexchange = \"XNAS\"\n", "simulator.toml:10", "AAPL"},
      {small + "[[client]]\ncomp_id = \"PRORATA\"\n", "simulator.toml:10", "PRORATA"},
      {small + "[[client]]\ncomp_id = \"A/B\"\n", "simulator.toml:10", "A/B"},
      {small + "[[client]]\ncomp_id = \"SIM\"\n", "simulator.toml:10", "another name"},
      {small + "[[client]]\ncomp_id = \"PRORATA-4.2\"\n[[client]]\ncomp_id = \"PRORATA-4.2-SIM\"\n"
               "[[client]]\ncomp_id = \"PRORATA\"\nversion = \"4.2\"\n",
       "simulator.toml:14", "which another client has"},
      {small + "[[client]]\ncomp_id = \"*\"\n", "simulator.toml:10", "behaviour = \"echo\""},
      {small + "[[client]]\ncomp_id = \"A\"\nversion = \"4.3\"\n", "simulator.toml:11", "5.0SP2"},
      {small + "[[client]]\ncomp_id = \"A\"\nheartbeat = 0\n", "simulator.toml:11", "1"},
      {small + "[rejects]\nper_mille = 1001\n", "simulator.toml:10", "1000"},
      {small + "[fees]\nper_unit = \"-1\"\n", "simulator.toml:10", "0"},
      {small + "[fees]\npercent = \"10.5\"\n", "simulator.toml:10", "10"},
      {small + "[fees]\nper_order_minimum = \"2\"\nper_order_maximum = \"1\"\n", "simulator.toml:11",
       "per_order_minimum"},
      {small + "fees = { per_unit = \"-1\" }\n", "simulator.toml:9", "0"},
      {small + "[fill_sizes]\nmin = \"10\"\nmax = \"9\"\n", "simulator.toml:11", "below min"},
      {small + "band_percent = \"100\"\n", "simulator.toml:9", "below"},
      {small + "[hours]\nzone = \"UTC\"\nopens = \"09:00\"\ncloses = \"17\"\n", "simulator.toml:12", "17"},
      {small + "[hours]\nzone = \"UTC\"\nopens = \"09:00\"\ncloses = \"17:00\"\nopening_call_s = -1\n",
       "simulator.toml:13", "0"},
      {small + "[any_symbol]\nreference = \"10\"\nname = \"X\"\nexchange = \"XNYS\"\n", "simulator.toml:11", "name"},
      {small + "[any_symbol]\nreference = \"10\"\n", "simulator.toml:9", "exchange"},
      {small + "prices = \"no/such.csv\"\n", "no/such.csv", ""},
      {small + "[vwap]\ncurve = [1, 0]\n", "simulator.toml:10", "from 1 to 1000"},
      {small + "[vwap]\ncurve = []\n", "simulator.toml:10", "1 to 96"},
      {small + "[vwap]\ncurve = [\"1\"]\n", "simulator.toml:10", "whole numbers"},
      {small + "[simulator]\n", "simulator.toml:9", ""},
      {"[simulator]\ncontrol = \"0.0.0.0:9881\"\n", "simulator.toml:2", "no address of this machine"},
      {"[simulator]\ncontrol = \"exchange.example:9881\"\n", "simulator.toml:2", "use 127.0.0.1:9881"},
      {"[simulator]\ncontrol = 9881\n", "simulator.toml:2", "control"},
      {"[simulator]\ncomp_id = \"SIM\"\n", "simulator.toml", "[[client]]"},
      {"[simulator\n", "simulator.toml:1", ""},
  };
  for (const Wrong& wrong : cases) {
    const std::string errors = errors_of(wrong.toml);
    EXPECT_NE(errors.find(wrong.place), std::string::npos) << wrong.toml << "told:\n" << errors;
    EXPECT_NE(errors.find(wrong.says), std::string::npos) << wrong.toml << "told:\n" << errors;
  }
}

TEST(Settings, ReadPricesFromAFile) {
  const std::string file = testing::TempDir() + "/prices.csv";
  const auto read = [&](const std::string& csv) {
    std::ofstream(file) << csv;
    return parse_settings(small + "tick = \"0.05\"\nprices = \"" + file + "\"\n", "simulator.toml");
  };
  const auto settings = read("Time,Price\n09:30:00,187.41\n09:30:01,187.53\n");
  ASSERT_TRUE(settings.has_value()) << settings.error().front().text();
  const std::vector<core::Price> prices = *settings->exchange.symbols[0].prices;
  ASSERT_EQ(prices.size(), 2U);
  EXPECT_EQ(prices[0].text(), "187.4") << "to the nearest tick";
  EXPECT_EQ(prices[1].text(), "187.55");
  const auto error = [&](const std::string& csv) {
    const auto wrong = read(csv);
    return wrong ? std::string() : wrong.error().front().text();
  };
  EXPECT_NE(error("Price\n187.40\nabc\n").find("prices.csv:3"), std::string::npos);
  EXPECT_NE(error("Price\n0.30\n").find("must be above 0.3"), std::string::npos) << error("Price\n0.30\n");
  EXPECT_NE(error("Price\n").find("has no prices"), std::string::npos);
  EXPECT_NE(error("Last\n1\n").find("Price"), std::string::npos);
}

TEST(Settings, AControlIsOfThisMachine) {
  EXPECT_FALSE(parse_settings(small, "simulator.toml").value().control.has_value());
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]"}) {
    const std::string toml = "[simulator]\ncontrol = \"" + host + ":9881\"\n" + small.substr(small.find('\n') + 1);
    const auto settings = parse_settings(toml, "simulator.toml");
    ASSERT_TRUE(settings.has_value()) << settings.error().front().text();
    EXPECT_EQ(settings->control->port, 9881);
  }
}

TEST(Settings, AMissingFileIsAnError) {
  const auto settings = load_settings("no/such/file.toml");
  ASSERT_FALSE(settings.has_value());
  EXPECT_NE(settings.error().front().text().find("no/such/file.toml"), std::string::npos);
}

}  // namespace
}  // namespace simulator
