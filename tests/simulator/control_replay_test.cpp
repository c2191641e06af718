#include <fstream>
#include <functional>

#include "tests/simulator/control_fixture.hpp"
#include "tests/support/test_folder.hpp"

// A restart with a store comes to the same exchange, whatever a person did before.
namespace simulator {
namespace {

using std::chrono::milliseconds;

// All that can be seen of an exchange.
std::string picture(House& house) {
  std::string all =
      house.get("/orders").body + house.get("/symbols").body + house.get("/scenarios").body + house.get("/time").body;
  for (const char* symbol : {"AAPL", "KO", "DRY"}) all += house.get(std::string("/books/") + symbol).body;
  for (const SeenOrder& order : house.host.exchange().scripted().orders()) {
    all += house.get("/orders/" + order.order->order_id).body;
  }
  return all;
}

struct Act {
  std::string name;
  std::function<void(House&)> take;
};

Act post(const std::string& target, const std::string& body, const std::string& type = "application/json") {
  return {target + " " + body, [=](House& house) {
            const Answer answer = house.ask("POST", target, body, type);
            EXPECT_EQ(answer.status, 200) << target << " " << body << ": " << answer.body;
          }};
}
// For the latest order.
Act act(const std::string& step) {
  return {step, [=](House& house) {
            const Answer answer = house.act(house.latest(), step);
            EXPECT_EQ(answer.status, 200) << step << ": " << answer.body;
          }};
}
Act enter(const fix::NewOrderSingle& order) {
  return {"enter " + order.cl_ord_id, [=](House& house) { house.enter(order); }};
}
Act wait(milliseconds time) {
  return {"wait", [=](House& house) { house.let_pass(time); }};
}

std::vector<Act> a_day_by_hand() {
  const char* const scenarios = R"([[scenario]]
name = "slow"
when = { quantity = "300" }
steps = [{ do = "acknowledge", after_ms = 40 }, { do = "fill", percent = 50, after_ms = 90000 }]
)";
  return {enter(order("B1", core::Side::buy, 200, "AAPL", "150.00")),
          wait(milliseconds(7)),
          act(R"({"do":"fill","quantity":"80","price":"149.50"})"),
          act(R"({"do":"fill","quantity":"20","after_ms":50})"),
          act(R"({"do":"bust","fill":1,"text":"a \"wrong\" \\ side"})"),
          wait(milliseconds(60)),
          act(R"({"do":"correct","fill":2,"price":"149.90"})"),
          post("/scenarios?name=slow%20ones.toml", scenarios, "application/toml"),
          enter(order("B2", core::Side::buy, 300, "KO", "62.00")),
          enter(order("B3", core::Side::sell, 2'000, "AAPL", "187.60")),
          {"seed",
           [](House& house) { EXPECT_EQ(house.ask("PUT", "/seed", R"({"seed":9223372036854775807})").status, 200); }},
          wait(milliseconds(350)),
          post("/symbols/AAPL/halt", ""),
          enter(order("B4", core::Side::buy, 100, "AAPL")),
          post("/time", R"({"advance_ms":60000})"),
          post("/symbols/AAPL/resume", ""),
          post("/sessions/DESK/act", R"({"do":"gap","messages":2})"),
          enter(order("B5", core::Side::buy, 300, "AAPL")),
          wait(milliseconds(500)),
          act(R"({"do":"hold"})"),
          act(R"({"do":"over_fill","by":"5","price":"187.00"})"),
          act(R"({"do":"release"})"),
          post("/time", R"({"advance_ms":45000})"),
          enter(order("B6", core::Side::buy, 50, "DRY", "9.00")),
          act(R"({"do":"reject","reason":3,"text":"beyond"})"),
          wait(std::chrono::seconds(5))};
}

TEST(ControlReplay, ARestartAfterEachKindOfActChangesNothing) {
  const support::TestFolder folder;
  StandingClock one_clock;
  StandingClock other_clock;
  House undisturbed(one_clock, {});
  House restarted(other_clock, folder.path() / "store");
  for (const Act& each : a_day_by_hand()) {
    each.take(undisturbed);
    each.take(restarted);
    restarted.host.restart();
    restarted.host.go_on();  // as a server does when it starts
    ASSERT_EQ(picture(restarted), picture(undisturbed)) << each.name;
    ASSERT_EQ(restarted.host.left, undisturbed.host.left) << each.name;
  }
  EXPECT_GT(undisturbed.host.left.size(), 15U);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ControlReplay, GoesOnWithAJournalOfTheVersionBefore) {
  const support::TestFolder folder;
  StandingClock clock;
  House house(clock, folder.path() / "store");
  house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
  const std::filesystem::path journal = folder.path() / "store" / "exchange.journal";
  std::string content = content_of(journal);
  const std::size_t version = content.find('\n') - 1;
  ASSERT_EQ(content.at(version), '3');
  content[version] = '2';
  std::ofstream(journal, std::ios::binary) << content;
  house.host.restart();
  EXPECT_EQ(house.act(house.latest(), R"({"do":"fill"})").at("state"), "filled");
  house.host.restart();
  house.host.go_on();
  EXPECT_EQ(house.get("/orders/" + house.latest()).at("state"), "filled");
}

TEST(ControlReplay, SaysWhichJournalsItCannotGoOnWith) {
  const support::TestFolder folder;
  const std::filesystem::path store = folder.path() / "store";
  const auto problem = [&](const std::string& content) {
    std::ofstream(store / "exchange.journal", std::ios::binary) << content;
    const auto opened = LastingExchange::open(exchange_settings(), store, {}, time_of_day(13));
    return opened ? "" : opened.error().text();
  };
  StandingClock clock;
  { const House house(clock, store); }
  const std::string content = content_of(store / "exchange.journal");
  EXPECT_NE(problem("prorata exchange journal 1\n").find("neither 'prorata exchange journal 3' nor"),
            std::string::npos);
  const std::string bad = std::string("loaded\x01") + "5\x01t.toml\x01" + "[[scenario]]\nname = 5\nsteps = []\n";
  const std::string refused = problem(content + std::to_string(bad.size()) + " " + bad + "\n");
  EXPECT_NE(refused.find("cannot be gone on with: t.toml:2:8: key 'scenario[1].name': is"), std::string::npos)
      << refused;
}

}  // namespace
}  // namespace simulator
