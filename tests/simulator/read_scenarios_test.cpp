#include "simulator/scenario/read_scenarios.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "simulator/scenario/verbs.hpp"
#include "simulator/settings.hpp"

namespace simulator {
namespace {

std::string errors_of(const std::string& toml) {
  const auto scenarios = parse_scenarios(toml, "s.toml");
  std::string text;
  if (!scenarios) {
    for (const core::Error& error : scenarios.error()) text += error.text() + "\n";
  }
  return text;
}

// One scenario with these steps in its third line, the first step in the fourth.
std::string with_steps(const std::string& steps, const std::string& more = "") {
  return "[[scenario]]\nname = \"x\"\nsteps = [\n" + steps + "\n]\n" + more;
}

Steps steps_of(const std::string& steps) {
  const auto scenarios = parse_scenarios(with_steps(steps), "s.toml");
  EXPECT_TRUE(scenarios.has_value()) << errors_of(with_steps(steps));
  return scenarios ? scenarios->front().steps : Steps{};
}

TEST(ReadScenarios, TakesAllThatAScenarioCanSay) {
  const auto scenarios = parse_scenarios(R"(
[[scenario]]
name = "all"
when = { symbol = "AAPL", quantity = { from = "100", to = "200.5" }, account = "A-1", client = "DESK", side = "sell", type = "stop_limit", from = "09:30", to = "16:00:30", nth = 2 }
steps = [ { do = "fill", after_ms = 50, quantity = "100", price = "187.40" }, { do = "bust", fill = 1 } ]
on_cancel = [ { do = "refuse", reason = 2, text = "no" } ]
on_replace = []
on_status = "unknown"
)",
                                         "s.toml");
  ASSERT_TRUE(scenarios.has_value()) << scenarios.error().front().text();
  const Scenario& all = scenarios->at(0);
  EXPECT_EQ(all.when.symbol.text(), "AAPL");
  EXPECT_EQ(all.when.least, core::Quantity::whole(100));
  EXPECT_EQ(all.when.most, core::Quantity::parse("200.5").value());
  EXPECT_EQ(all.when.account, "A-1");
  EXPECT_EQ(all.when.client, "DESK");
  EXPECT_EQ(all.when.side, core::Side::sell);
  EXPECT_EQ(all.when.type, core::OrderType::stop_limit);
  EXPECT_EQ(all.when.from, std::chrono::minutes(9 * 60 + 30));
  EXPECT_EQ(all.when.to, std::chrono::seconds(16 * 3600 + 30));
  EXPECT_EQ(all.when.nth, 2);
  ASSERT_EQ(all.steps.size(), 2U);
  EXPECT_EQ(all.steps[0].after.count(), 50);
  EXPECT_EQ(all.steps[1], (Step{.what = Do::bust, .fill = 1}));
  EXPECT_EQ(all.on_cancel, (Steps{{.what = Do::refuse, .reason = 2, .text = "no"}}));
  EXPECT_TRUE(all.on_replace.empty());
  EXPECT_EQ(all.on_status, OnStatus::unknown);
}

TEST(ReadScenarios, CancelsAreAcceptedWhenNothingElseIsSaid) {
  const auto scenarios = parse_scenarios(with_steps(""), "s.toml");
  ASSERT_TRUE(scenarios.has_value());
  EXPECT_EQ(scenarios->front().on_cancel, Steps{{.what = Do::accept}});
  EXPECT_EQ(scenarios->front().when, When{});
  EXPECT_TRUE(scenarios->front().steps.empty());
}

TEST(ReadScenarios, WritesRepetitionsOut) {
  const auto count = [](const std::string& steps) { return steps_of(steps).size(); };
  EXPECT_EQ(count("{ do = \"acknowledge\" }, { do = \"fill\" }, { do = \"again\", from = 2, times = 3 }"), 5U);
  EXPECT_EQ(count("{ do = \"fill\" }, { do = \"again\", times = 2 }, { do = \"again\", times = 2 }"), 9U);
  EXPECT_EQ(count("{ do = \"fill\" }, { do = \"again\", times = 9_999 }"), max_steps);
}

// What is written as text, for the journal, is read as the same.
TEST(ReadScenarios, StepsAreReadAsTheyAreWritten) {
  for (const Verb& verb : verbs()) {
    Step step{.what = verb.what, .after = std::chrono::milliseconds(5)};
    if (verb.has("quantity") || verb.has("by")) step.quantity = core::Quantity::parse("1.5").value();
    if (verb.has("price")) step.price = core::Price::parse("187.40").value();
    if (verb.has("fill")) step.fill = 3;
    if (verb.has("reason")) step.reason = 7;
    if (verb.has("order")) step.reversed = true;
    if (verb.has("account")) step.account = "C-1";
    if (verb.has("text")) step.text = "so \"said\" \\ he";
    if (!verb.number.key.empty()) step.count = 9;
    const auto read = parse_step(text(step), verb.places);
    ASSERT_TRUE(read.has_value()) << text(step) << ": " << read.error().text();
    EXPECT_EQ(*read, step) << text(step);
  }
  EXPECT_EQ(parse_step("{ do = \"fill\", percent = 5 }", place::order).value().percent, 5);
  EXPECT_FALSE(parse_step("{ do = \"fill\", percnt = 5 }", place::order).has_value());
  EXPECT_FALSE(parse_step("{ do = \"receive\" }", place::order).has_value());
  EXPECT_FALSE(parse_step("5 }", place::order).has_value());
}

struct Wrong {
  std::string toml;
  std::string place;
  std::string says;
};

void expect_told(const std::vector<Wrong>& cases) {
  for (const Wrong& wrong : cases) {
    const std::string errors = errors_of(wrong.toml);
    EXPECT_NE(errors.find(wrong.place), std::string::npos) << wrong.toml << "told:\n" << errors;
    EXPECT_NE(errors.find(wrong.says), std::string::npos) << wrong.toml << "told:\n" << errors;
  }
}

TEST(ReadScenarios, SayWhichKeysAreUnknownOrMissing) {
  expect_told({
      {"", "s.toml: ", "[[scenario]]"},
      {"[[scenario]]\nsteps = []\n", "s.toml:1", "'scenario[1].name': is missing"},
      {"[[scenario]]\nname = \"x\"\n", "s.toml:1", "'scenario[1].steps': is missing"},
      {with_steps("", "on_cancle = []\n"), "s.toml:6", "did you mean 'on_cancel'?"},
      {with_steps("{ do = \"fil\" }"), "s.toml:4", "did you mean 'fill'?"},
      {with_steps("{ do = \"fly\" }"), "s.toml:4", "is no step"},
      {with_steps("{ after_ms = 5 }"), "s.toml:4", "'scenario[1].steps[1].do': is missing"},
      {with_steps("{ do = \"fill\", qty = \"5\" }"), "s.toml:4:16", "is not known"},
      {with_steps("{ do = \"acknowledge\", price = \"5\" }"), "s.toml:4", "is not known"},
      {with_steps("{ do = \"bust\" }"), "s.toml:4", "fill': is missing"},
      {with_steps("{ do = \"gap\" }"), "s.toml:4", "messages': is missing"},
      {with_steps("{ do = \"over_fill\" }"), "s.toml:4", "how much more"},
      {with_steps("{ do = \"fill_unknown\" }"), "s.toml:4", "quantity': is missing"},
      {with_steps("", "when = { symbl = \"AAPL\" }\n"), "s.toml:6", "did you mean 'symbol'?"},
      {with_steps("", "when = { side = \"short\" }\n"), "s.toml:6", "buy"},
      {with_steps("", "on = \"fill\"\n"), "s.toml:6", "allocation"},
  });
}

TEST(ReadScenarios, SayWhatContradictsItself) {
  const std::string again = "{ do = \"fill\" }, { do = \"again\"";
  expect_told({
      {with_steps("{ do = \"fill\", quantity = \"5\", percent = 5 }"), "s.toml:4:42", "contradicts quantity"},
      {with_steps("{ do = \"fill\", quantity = \"0\" }"), "s.toml:4", "above zero"},
      {with_steps("{ do = \"fill\", percent = 101 }"), "s.toml:4", "100"},
      {with_steps("{ do = \"fill\" }, { do = \"correct\", fill = 1 }"), "s.toml:4", "another quantity or price"},
      {with_steps("{ do = \"replace\" }"), "s.toml:4", "another quantity or price"},
      {with_steps("{ do = \"bust\", fill = 1 }, { do = \"fill\" }"), "s.toml:4", "there can be no fill 1 yet"},
      {with_steps("{ do = \"fill\" },\n{ do = \"bust\", fill = 2 }"), "s.toml:5", "there can be no fill 2 yet"},
      {with_steps("{ do = \"repeat\" }"), "s.toml:4", "there can be no fill 1 yet"},
      {with_steps("", "on_cancel = [{ do = \"bust\", fill = 1 }]\n"), "s.toml:6", "there can be no fill 1 yet"},
      {with_steps("{ do = \"release\" }"), "s.toml:4", "nothing is held"},
      {with_steps("{ do = \"accept\" }"), "s.toml:4", "cannot stand in the steps of an order"},
      {with_steps("", "on_cancel = [{ do = \"market\" }]\n"), "s.toml:6", "cannot stand in on_cancel"},
      {with_steps("{ do = \"fill\" }", "on = \"logon\"\n"), "s.toml:4", "cannot stand in a scenario on a logon"},
      {with_steps("{ do = \"bust\", fill = 1 }", "on = \"allocation\"\n"), "s.toml:4", "on an allocation"},
      {with_steps("", "on = \"logon\"\non_cancel = []\n"), "s.toml:7", "is not known"},
      {with_steps("", "on = \"logon\"\nwhen = { symbol = \"AAPL\" }\n"), "s.toml:7", "is not known"},
      {with_steps("{ do = \"acknowledge\" }, { do = \"market\" }"), "s.toml:4", "as it came"},
      {with_steps("{ do = \"market\" }, { do = \"fill\" }"), "s.toml:4", "nothing can follow 'market'"},
      {with_steps("", "when = { from = \"10:00\", to = \"10:00\" }\n"), "s.toml:6", "no time fits"},
      {with_steps("", "when = { quantity = { from = \"5\", to = \"4\" } }\n"), "s.toml:6", "below `from`"},
      {with_steps("", "when = { quantity = {} }\n"), "s.toml:6", "needs `from`"},
      {with_steps("") + "[[scenario]]\nname = \"x\"\nwhen = { nth = 1 }\nsteps = []\n", "s.toml:7", "taken already"},
      {with_steps("") + "[[scenario]]\nname = \"y\"\nsteps = []\n", "s.toml:6", "this one never would"},
      {with_steps(again + " }"), "s.toml:4", "would go on for ever"},
      {with_steps(again + ", from = 2, times = 5 }"), "s.toml:4", "is this step itself, which would go on for ever"},
      {with_steps(again + ", from = 3, times = 5 }"), "s.toml:4", "out of range"},
      {with_steps(again + ", times = 10_000 }"), "s.toml:4", "makes more than 10000 steps"},
      {with_steps("{ do = \"fill\" }, { do = \"again\", times = 99 }, { do = \"again\", times = 100 }"), "s.toml:4",
       "makes more than 10000 steps"},
      {with_steps(again + ", times = 9_999 }", "on_cancel = [{ do = \"accept\" }]\n"), "s.toml:6",
       "makes more than 10000 steps"},
      {with_steps("{ do = \"cancel\", text = \"a\\u0001b\" }"), "s.toml:4", "control character"},
  });
}

class ScenariosOfSettings : public testing::Test {
 protected:
  ScenariosOfSettings() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    write("simulator.toml",
          "[simulator]\ncomp_id = \"SIM\"\nscenarios = [\"a.toml\", \"b.toml\"]\n[[client]]\ncomp_id = \"PRORATA\"\n"
          "[[symbol]]\nname = \"AAPL\"\nreference = \"187.40\"\nexchange = \"XNAS\"\n");
  }
  ~ScenariosOfSettings() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  [[nodiscard]] std::string errors() const {
    const auto settings = load_settings(folder / "simulator.toml");
    std::string text;
    if (!settings) {
      for (const core::Error& error : settings.error()) text += error.text() + "\n";
    }
    return text;
  }
  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "prorata_scenarios";
};

TEST_F(ScenariosOfSettings, AreReadFromTheFolderOfTheSettingsInTheirOrder) {
  write("a.toml", with_steps("", "when = { nth = 1 }"));
  write("b.toml", "[[scenario]]\nname = \"y\"\nsteps = []\n");
  const auto settings = load_settings(folder / "simulator.toml");
  ASSERT_TRUE(settings.has_value()) << errors();
  ASSERT_EQ(settings->scenarios.size(), 2U);
  EXPECT_EQ(settings->scenarios[1].name, "y");
}

TEST_F(ScenariosOfSettings, TellAllErrorsWithTheirFile) {
  write("a.toml", with_steps("{ do = \"fil\" }"));
  EXPECT_NE(errors().find("a.toml:4"), std::string::npos) << errors();
  EXPECT_NE(errors().find("b.toml"), std::string::npos) << errors();
  write("a.toml", with_steps(""));
  write("b.toml", with_steps(""));
  EXPECT_NE(errors().find("b.toml:2:8: key 'scenario[1].name': 'x' is taken already, at "), std::string::npos)
      << errors();
}

}  // namespace
}  // namespace simulator
