#include "simulator/certify/run.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <memory>

#include "simulator/certify/record.hpp"
#include "simulator/certify/replay.hpp"
#include "tests/simulator/certify_fixture.hpp"
#include "tests/support/test_folder.hpp"

// Real sockets: two suites certify each other, one dialling and one listening.
namespace simulator::certify {
namespace {

const std::string broker_text =
    "suite \"Broker\"\n"
    "case \"An order is filled\"\n"
    "logon\n"
    "ask \"Buy 100 AAPL\"\n"
    "expect 35=D|11=?order|38=100|58=~.*~\n"
    "send 35=8|11=$order|37=X1|17=E1-$ID|150=2|39=2\n"
    "expect logout\n"
    "expect close\n";
const std::string client_text =
    "suite \"Client\"\n"
    "set SENDER DESK\nset TARGET SIM\n"
    "case \"An order is filled\"\n"
    "logon\n"
    "send 35=D|11=A-$ID|38=100|58=\"two words\"\n"
    "expect 35=8|11=A-$ID|39=2\n"
    "logout\n";

RunSettings settings_for(std::uint16_t port, bool dials) {
  return {.address = {"127.0.0.1", port},
          .referee = {.dials = dials, .id = dials ? "C" : "B"},
          .tell = [](const std::string&) {}};
}

// A listening suite in a thread of its own.
class Listening {
 public:
  explicit Listening(const Suite& suite, RunSettings settings) {
    const auto told = std::make_shared<std::promise<std::uint16_t>>();
    settings.on_listening = [told](std::uint16_t it) { told->set_value(it); };
    outcome_ = std::async(std::launch::async,
                          [&suite, settings] { return run(suite, settings, core::SystemClock()).value(); });
    port = told->get_future().get();
  }
  Outcome outcome() { return outcome_.get(); }
  std::uint16_t port = 0;

 private:
  std::future<Outcome> outcome_;
};

std::string why(const Outcome& outcome) {
  std::string text;
  for (const CaseOutcome& each : outcome.cases) {
    for (const StepOutcome& step : each.steps) {
      for (const Difference& difference : step.differences)
        text += step.source + ": " + std::to_string(difference.tag) + " " + difference.text + "\n";
    }
  }
  return text;
}

TEST(Run, TwoSuitesCertifyEachOther) {
  const Suite broker = suite_in(broker_text);
  const Suite client = suite_in(client_text);
  Listening listening(broker, settings_for(0, false));
  const auto dialled = run(client, settings_for(listening.port, true), core::SystemClock());
  ASSERT_TRUE(dialled.has_value());
  EXPECT_EQ(why(*dialled), "");
  const Outcome heard = listening.outcome();
  EXPECT_EQ(why(heard), "");
  EXPECT_EQ(heard.passed(), 1U);
  EXPECT_TRUE(heard.client_came);
}

TEST(Run, ADriverIsAskedAndAnswers) {
  const support::TestFolder folder;
  const std::string said = folder / "said";
  const Suite broker = suite_in(
      "suite \"S\"\ncase \"C\"\nlogon\nask \"Buy 'it' $now\"\nexpect 35=D\nsend 35=8\ncheck \"yes\"\n"
      "case \"D\"\nlogon\ncheck \"no\"\n");
  RunSettings settings = settings_for(0, false);
  settings.referee.has_driver = true;
  settings.driver = "f() { echo \"$1\" >>" + said + "; test \"$1\" != no; }; f";
  Listening listening(broker, settings);
  const Suite client = suite_in(
      "suite \"S\"\nset SENDER DESK\nset TARGET SIM\ncase \"C\"\nlogon\nsend 35=D\nexpect 35=8\nexpect logout\nclose\n"
      "case \"D\"\nlogon\nexpect logout\nclose\n");
  const auto dialled = run(client, settings_for(listening.port, true), core::SystemClock());
  ASSERT_TRUE(dialled.has_value());
  const Outcome heard = listening.outcome();
  EXPECT_EQ(why(heard), "check \"no\": 0 the driver ended with exit code 1, asked: no\n");
  std::stringstream text;
  text << std::ifstream(said).rdbuf();
  EXPECT_EQ(text.str(), "Buy 'it' $now\nyes\nno\n");
}

TEST(Run, SaysThatThePortIsInUse) {
  const Suite broker = suite_in(broker_text);
  std::atomic<bool> stop = false;
  RunSettings settings = settings_for(0, false);
  settings.stopped = [&] { return stop.load(); };
  Listening listening(broker, settings);
  const auto second = run(broker, settings_for(listening.port, false), core::SystemClock());
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().text().find(std::to_string(listening.port)), std::string::npos);
  stop = true;
  EXPECT_FALSE(listening.outcome().client_came);
}

// A day is recorded between two suites, and either side is played from the log.
TEST(Record, IsPlayedAgainFromBothSides) {
  const support::TestFolder folder;
  const std::string log = folder / "day.log";
  const Suite broker = suite_in(broker_text);
  const Suite client = suite_in(client_text);
  {
    Listening listening(broker, settings_for(0, false));
    std::promise<std::uint16_t> told;
    std::atomic<bool> stop = false;
    const RecordSettings tap{.listen = {"127.0.0.1", 0},
                             .dial = {"127.0.0.1", listening.port},
                             .log = log,
                             .tell = [](const std::string&) {},
                             .on_listening = [&](std::uint16_t port) { told.set_value(port); },
                             .stopped = [&] { return stop.load(); }};
    auto recording = std::async(std::launch::async, [&] { return record(tap, core::SystemClock()); });
    const auto dialled = run(client, settings_for(told.get_future().get(), true), core::SystemClock());
    EXPECT_EQ(why(*dialled), "");
    EXPECT_EQ(why(listening.outcome()), "");
    stop = true;
    EXPECT_TRUE(recording.get().has_value());
  }
  const auto recording = load_recording(log);
  ASSERT_TRUE(recording.has_value()) << recording.error().front().text();
  ASSERT_EQ(recording->connections.size(), 1U);
  EXPECT_EQ(recording->connections[0].size(), 6U);
  const Suite as_broker = suite_of(*recording, {.side = Side::broker});
  const Suite as_client = suite_of(*recording, {.side = Side::client});
  Listening listening(as_broker, settings_for(0, false));
  RunSettings dialling = settings_for(listening.port, true);
  dialling.referee.goes_on = true;
  const auto dialled = run(as_client, dialling, core::SystemClock());
  ASSERT_TRUE(dialled.has_value());
  EXPECT_EQ(why(*dialled), "");
  EXPECT_EQ(why(listening.outcome()), "");
}

TEST(Record, SaysThatTheLogCannotBeWritten) {
  const auto done =
      record({.listen = {"127.0.0.1", 0}, .dial = {"127.0.0.1", 1}, .log = "no/such/folder/day.log", .tell = {}},
             core::SystemClock());
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().text().find("no/such/folder/day.log"), std::string::npos);
}

}  // namespace
}  // namespace simulator::certify
