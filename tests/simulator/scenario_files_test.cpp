#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "simulator/scenario/read_scenarios.hpp"
#include "tests/simulator/player.hpp"

// Every file of config/scenarios/ against the real server: what is seen on the wire.
namespace simulator {
namespace {

const std::filesystem::path folder = "config/scenarios";

constexpr std::string_view allocation = "> J 70=A1 53=100 73=1 11=B1 78=2 79=C-1 80=60 79=C-2 80=40";

// The beginning of most plays: a logon, and an order for 100 AAPL at 187.40.
Play ordered(Play rest) {
  Play play{"connect", "< A 34=1", "> D 11=B1"};
  play.insert(play.end(), rest.begin(), rest.end());
  return play;
}

Play allocated(Play rest) {
  Play play{"connect", "< A 34=1", allocation};
  play.insert(play.end(), rest.begin(), rest.end());
  return play;
}

Play times(std::size_t count, std::string_view line, Play first, Play last) {
  first.insert(first.end(), count, line);
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

// Of orders that each differ in what they are chosen by.
Play choices() {
  return {"connect",
          "< A",
          "> D 11=B1 55=KO",
          "< 8 150=8 58=*time",
          "> D 11=B2 55=KO 44=40",
          "< 8 150=0 37=*O1",
          "> D 11=B3 55=KO 44=40",
          "< 8 150=8 58=*number",
          "> D 11=B4 1=BLOCKED",
          "< 8 150=8 58=*account",
          "> D 11=B5 55=TSLA",
          "< 8 150=8 58=*symbol",
          "> D 11=B6 38=701",
          "< 8 150=8 58=*quantity",
          "> D 11=B7 38=5500",
          "< 8 150=8 58=*quantities",
          "> D 11=B8 54=2 40=1",
          "< 8 150=8 58=*type",
          "> D 11=B9 38=6000 44=150",
          "< 8 150=0 37=*O2",
          "connect FUND",
          "< A",
          "> D 11=B1",
          "< 8 150=8 58=*session"};
}

std::map<std::string, Play> plays_of_orders() {
  return {
      {"acknowledge-late", ordered({"< 8 150=0 39=0 60=20261120-14:01:00.080000", "< 8 150=F 39=2 32=100 31=187.4"})},
      {"acknowledge-never", ordered({"> H 11=B1", "> F 41=B1 11=C1"})},
      {"reject", ordered({"< 8 150=8 39=8 103=3 58=*day 151=0"})},
      {"partial-fills",
       ordered({"< 8 150=0 39=0", "< 8 150=F 39=1 32=10 31=187.31 14=10 151=90",
                "< 8 150=F 39=1 32=25 31=187.32 14=35 151=65 60=20261120-14:01:00.040000",
                "< 8 150=F 39=1 32=50 31=187.33 14=85 151=15", "< 8 150=F 39=2 32=15 31=187.4 14=100 151=0"})},
      {"fill-races-cancel", ordered({"< 8 150=0 39=0", "> F 41=B1 11=C1", "< 8 150=F 39=1 32=40 11=B1 151=60",
                                     "< 8 150=4 39=4 11=C1 41=B1 14=40 151=0"})},
      {"cancel-too-late", ordered({"< 8 150=0 39=0", "> F 41=B1 11=C1", "< 8 150=6 39=6 11=C1 41=B1 151=100",
                                   "< 8 150=F 39=6 32=100 11=B1 151=0", "< 9 39=2 434=1 102=0 11=C1 41=B1"})},
      {"pending-states",
       ordered({"< 8 150=A 39=A 151=100", "< 8 150=0 39=0", "> G 41=B1 11=R1 38=80 44=187.50",
                "< 8 150=E 39=E 11=R1 41=B1", "< 8 150=5 39=0 11=R1 41=B1 38=80 44=187.5 151=80",
                "> F 41=R1 11=C1 38=80", "< 8 150=6 39=6 11=C1 41=R1", "< 8 150=4 39=4 11=C1 41=R1 151=0"})},
      {"cancel-refused",
       ordered({"< 8 150=0", "> F 41=B1 11=C1", "< 9 39=0 434=1 102=2 58=*runs", "> G 41=B1 11=R1 38=80",
                "< 8 150=E 39=E 11=R1 41=B1", "< 9 39=0 434=2 102=0 11=R1 41=B1 58=*executed"})},
      {"cancel-ignored", ordered({"< 8 150=0", "> F 41=B1 11=C1", "> G 41=B1 11=R1 38=80"})},
      {"status-unknown", ordered({"< 8 150=0", "> H 11=B1", "< 8 150=I 17=0 39=8 103=5 14=0"})},
      {"bust", ordered({"< 8 150=0", "< 8 150=F 39=1 17=*X2 32=50 14=50", "< 8 150=F 39=2 17=*X3 32=50 14=100",
                        "< 8 150=H 39=1 17=*X4 19=*X2 32=50 14=50 151=50 58=*trade"})},
      {"correct", ordered({"< 8 150=0", "< 8 150=F 17=*X2 32=50 31=187.4", "< 8 150=F 17=*X3 32=30 31=187.41 14=80",
                           "< 8 150=G 39=1 17=*X4 19=*X2 32=50 31=187.2 14=80 151=20",
                           "< 8 150=G 39=1 17=*X5 19=*X3 32=10 31=187.41 14=60 151=40"})},
      {"done-for-day", ordered({"< 8 150=0", "< 8 150=F 14=50", "< 8 150=3 39=3 14=50 151=0"})},
      {"unsolicited-cancel",
       ordered({"< 8 150=0", "< 8 150=4 39=4 11=B1 41! 151=0 58=*halted", "< 8 150=F 39=4 32=5 14=5 151=0"})},
      {"unsolicited-replace",
       ordered({"< 8 150=0", "< 8 150=5 39=0 11=B1 38=60 44=187 151=60", "< 8 150=F 39=2 32=60 31=187 14=60 151=0"})},
      {"restatement", ordered({"< 8 150=0", "< 8 150=D 39=0 378=5 38=80 151=80", "< 8 150=F 39=2 32=80 14=80 151=0"})},
      {"expire", ordered({"< 8 150=0", "< 8 150=F 14=50", "< 8 150=C 39=C 14=50 151=0"})},
      {"suspend-and-stop", ordered({"< 8 150=0 39=0", "< 8 150=9 39=9 151=100", "< 8 150=0 39=0 58=*again",
                                    "< 8 150=7 39=7 151=100", "< 8 150=F 39=2", "< 8 150=B 39=B 14=100 151=0"})},
      {"over-fill", ordered({"< 8 150=0", "< 8 150=F 39=2 32=150 14=150 151=0"})},
      {"fill-for-another-order", ordered({"< 8 150=0 11=B1 37=*S1", "> D 11=B2", "< 8 150=0 11=B2 37=*S2",
                                          "< 8 150=F 39=1 11=B1 37=*S1 32=10 14=10 151=90"})},
      {"fill-for-an-unknown-order", ordered({"< 8 150=0", "< 8 150=F 11=UNKNOWN-2 37=*U2 32=10 14=10"})},
      {"duplicate-same", ordered({"< 8 150=0", "< 8 34=3 150=F 17=*X2 32=50 31=187.4 14=50",
                                  "< 8 34=4 150=F 17=*X2 32=50 31=187.4 14=50 43! 97!"})},
      {"duplicate-other", ordered({"< 8 150=0", "< 8 150=F 17=*X2 32=50 31=187.4", "< 8 150=F 17=*X2 32=7 31=180"})},
      {"out-of-order",
       ordered({"< 8 150=F 39=2 17=*X3 14=100", "< 8 150=F 39=1 17=*X2 14=50", "< 8 150=0 39=0 17=*X1 14=0"})},
      {"many-fills", ordered(times(99, "< 8 150=F 39=1 32=1", {"< 8 150=0"}, {"< 8 150=F 39=2 32=1 14=100"}))},
      {"market-late",
       {"connect", "< A", "> D 11=B1 44=150", "< 8 150=0 37=*O1 60=20261120-14:01:00.080000", "> F 41=B1 11=C1",
        "< 8 150=4 37=*O1 11=C1"}},
      {"chosen", choices()},
  };
}

std::map<std::string, Play> plays_of_sessions() {
  return {
      {"poss-dup", ordered({"< 8 34=2 150=0 43!", "< 8 34=3 150=F 43!", "< 8 34=2 150=0 43=Y", "< 8 34=3 150=F 43=Y"})},
      {"poss-resend", ordered({"< 8 150=0", "< 8 34=3 150=F 17=*X2 97!", "< 8 34=4 150=F 17=*X2 97=Y"})},
      {"gap", ordered({"< 8 34=4 150=F 39=2", "> 2 7=2 16=0", "< 8 34=2 150=0 43=Y", "< 8 34=3 150=F 43=Y",
                       "< 8 34=4 150=F 43=Y"})},
      {"sequence-reset", ordered({"< 8 34=2 150=0", "< 4 34=3 36=13 123!", "< 8 34=13 150=F"})},
      {"reset-numbers", ordered({"< 8 150=0", "< closed", "connect", "< A 34=1 141=Y", "silence"})},
      {"resend-storm", ordered(times(20, "< 2 7=1 16=0", {"< 8 34=2 150=0"}, {"< 8 34=23 150=F"}))},
      {"garbage", ordered({"< 8 150=0", "< skipped", "< 8 150=F"})},
      {"wrong-checksum", ordered({"< skipped", "< 8 34=3 150=F"})},
      {"wrong-body-length", ordered({"< skipped", "< 8 34=3 150=F"})},
      {"wrong-comp-id", ordered({"< 8 49=NOBODY 150=0", "< 8 49=SIM 150=F"})},
      {"half-open", ordered({"< 8 150=0", "> 1 112=there", "silence"})},
      {"disconnect", ordered({"< 8 150=0", "< 8 34=3 150=F", "< closed", "connect", "< A 34=5", "> 2 7=4 16=0",
                              "< 8 34=4 150=F 43=Y 39=2", "< 4 34=5 123=Y 36=6", "< closed"})},
      {"logout", ordered({"< 8 150=0", "< 5 58=*moment", "> 5", "< closed", "connect", "< A", "< 8 150=F 39=2"})},
      {"slow-reading", ordered({"unread", "later", "< 8 150=0"})},
      {"heartbeats-stopped",
       {"connect", "< A", "> 1 112=there", "silence", "> D 11=B1", "< 8 150=0", "> 1 112=still", "silence"}},
      {"clock-skew", ordered({"< 8 150=0 52=+1h"})},
  };
}

std::map<std::string, Play> plays_of_allocations() {
  return {
      {"allocation-accepted", allocated({"< P 70=A1 87=0 60=20261120-14:01:00.000000"})},
      {"allocation-rejected", allocated({"< P 70=A1 87=3", "< P 70=A1 87=1 88=2 58=*another"})},
      {"allocation-account-rejected", allocated({"< P 70=A1 87=3", "< P 70=A1 87=2 78=1 79=C-2 776=0"})},
      {"allocation-received-only", allocated({"< P 70=A1 87=3"})},
      {"allocation-late",
       allocated({"< P 70=A1 87=3 60=20261120-14:01:00.020000", "< P 70=A1 87=0 60=20261120-14:01:00.100000"})},
      {"allocation-never", allocated({})},
      {"mixed",
       {"connect", "< A 34=1", "> D 11=B1 38=701", "< 8 34=2 150=0", "< 8 34=3 150=F 32=350", "< 8 34=5 150=H 14=351",
        "< closed", "connect", "< A 34=6", "< 2 34=7 7=1", "< 2 34=8 7=1", "> D 11=B2 44=150", "< 8 34=9 37=*O1",
        allocation, "< P 34=10 87=3", "< P 34=11 87=1 88=1 58=*busted"}},
  };
}

std::map<std::string, Play> all_plays() {
  std::map<std::string, Play> all = plays_of_orders();
  all.merge(plays_of_sessions());
  all.merge(plays_of_allocations());
  // Nothing else has come, where an answer to a question can show it.
  for (auto& [name, play] : all) {
    if (play.back() == "silence" || play.back() == "< closed") continue;
    play.insert(play.end(), {"> 1 112=the-end", "< 0 112=the-end"});
  }
  return all;
}

Settings settings_with(const std::string& name) {
  Settings settings;
  settings.listen.port = 0;
  settings.comp_id = "SIM";
  settings.clients = {{.comp_id = "PRORATA"}, {.comp_id = "FUND"}};
  settings.exchange = exchange_settings();
  auto scenarios = load_scenarios({folder / (name + ".toml")});
  EXPECT_TRUE(scenarios.has_value()) << scenarios.error().front().text();
  if (scenarios) settings.scenarios = *std::move(scenarios);
  return settings;
}

class ScenarioFile : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioFile, DoesOnTheWireWhatItSaysAndTheSameEachTime) {
  const Play play = all_plays().at(GetParam());
  std::string heard;
  for (int run = 0; run < 2; ++run) {
    Player player(settings_with(GetParam()));
    ASSERT_EQ(player.play(play), "");
    if (run == 0) heard = player.heard();
    EXPECT_EQ(player.heard(), heard);
  }
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& [name, play] : all_plays()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioFile, testing::ValuesIn(names()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// The files, the table that tells of them, and the plays above are of the same behaviours.
TEST(ScenarioFiles, AreAllPlayedAndToldOf) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path().stem().string());
  const std::vector<std::string> played = names();
  EXPECT_EQ(files, std::set<std::string>(played.begin(), played.end()));
  std::set<std::string> told;
  std::ifstream readme("simulator/README.md");
  bool within = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("#")) within = line == "## Scenarios that come with it";
    if (within && line.starts_with("| `")) told.insert(line.substr(3, line.find('`', 3) - 3));
  }
  EXPECT_EQ(told, files);
}

}  // namespace
}  // namespace simulator
