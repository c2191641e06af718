#include "simulator/control/ctl.hpp"

#include <CLI/CLI.hpp>

#include "simulator/control/ctl_words.hpp"
#include "tests/simulator/control_fixture.hpp"

// The command in front of a control without a socket.
namespace simulator {
namespace {

class CtlTest : public testing::Test {
 protected:
  // Types it, and returns the exit code.
  int type(std::vector<std::string> words) {
    out.clear();
    err.clear();
    CLI::App app("test");
    Ctl ctl(app, {.ask = [this](const files::Address& at, const web::Request& request) { return ask(at, request); },
                  .read_file = [this](const std::string& path) -> core::Result<std::string> {
                    if (path == "bust.toml") return file;
                    return core::fail(path, "does not exist");
                  },
                  .out = [this](const std::string& text) { out += text; },
                  .err = [this](const std::string& text) { err += text; }});
    words.insert(words.begin(), "ctl");
    std::reverse(words.begin(), words.end());
    try {
      app.parse(words);
    } catch (const CLI::ParseError& error) {
      return app.exit(error, help, help) == 0 ? ctl_exit::done : ctl_exit::wrong_use;
    }
    return ctl.run().value();
  }
  tl::expected<web::Response, web::Unanswered> ask(const files::Address& at, web::Request request) {
    asked_at = at.text();
    if (gone) return tl::unexpected(*gone);
    request.headers["host"] = at.text();
    if (const auto type = request.headers.find("Content-Type"); type != request.headers.end()) {
      request.headers["content-type"] = type->second;
    }
    return house.control.handle(request);
  }
  [[nodiscard]] std::string enter() {
    house.enter(order("B1", core::Side::buy, 200, "AAPL", "150.00"));
    return house.latest();
  }

  StandingClock clock;
  House house{clock, {}};
  std::string file = "[[scenario]]\nname = \"one\"\nsteps = [{ do = \"acknowledge\" }]\n";
  std::string out, err, asked_at;
  std::ostringstream help;
  std::optional<web::Unanswered> gone;
};

TEST_F(CtlTest, ShowsTables) {
  EXPECT_EQ(type({"orders"}), ctl_exit::done);
  EXPECT_EQ(out, "No orders.\n");
  EXPECT_EQ(asked_at, "127.0.0.1:9881");
  const std::string id = enter();
  ASSERT_EQ(type({"orders", "--open", "--client", "DESK", "--control", "127.0.0.1:7000"}), ctl_exit::done);
  EXPECT_EQ(asked_at, "127.0.0.1:7000");
  EXPECT_NE(out.find("ORDER"), std::string::npos);
  EXPECT_NE(out.find(id), std::string::npos);
  EXPECT_EQ(type({"order", id}), ctl_exit::done);
  EXPECT_NE(out.find("No fills."), std::string::npos);
  EXPECT_EQ(type({"book", "AAPL"}), ctl_exit::done);
  EXPECT_NE(out.find(id + " 200"), std::string::npos) << out;
  EXPECT_EQ(type({"symbols"}), ctl_exit::done);
  EXPECT_EQ(type({"scenarios"}), ctl_exit::done);
  EXPECT_EQ(type({"sessions", "--json"}), ctl_exit::done);
  EXPECT_EQ(out, house.get("/sessions").body + "\n");
  EXPECT_EQ(type({"time"}), ctl_exit::done);
  EXPECT_EQ(out, "In the exchange it is 2026-11-20 14:00:00 UTC, as on the clock.\n");
}

TEST_F(CtlTest, ActsByHand) {
  const std::string id = enter();
  const std::vector<std::vector<std::string>> lines{{"fill", id, "100", "--price", "149.50"},
                                                    {"fill", id, "50"},
                                                    {"bust", id, "1", "--text", "wrong side"},
                                                    {"correct", id, "2", "--price", "149.90"},
                                                    {"act", id, "done_for_day"},
                                                    {"act", id, "do = \"over_fill\", by = \"50\""},
                                                    {"reject", id, "--reason", "3"},
                                                    {"halt", "AAPL"},
                                                    {"resume", "AAPL"},
                                                    {"drop", "DESK"},
                                                    {"session", "DESK", "{ do = \"gap\", messages = 2 }"},
                                                    {"seed", "7"},
                                                    {"scenario", "bust.toml"},
                                                    {"advance", "1m30s"}};
  for (const auto& line : lines) EXPECT_EQ(type(line), ctl_exit::done) << line.front() << " " << err;
  EXPECT_EQ(out, "In the exchange it is 2026-11-20 14:01:30 UTC, 1m30s ahead of the clock.\n");
  EXPECT_EQ(house.get("/orders/" + id).at("state"), "rejected");
  EXPECT_EQ(house.get("/orders/" + id).at("filled"), "250");
  EXPECT_EQ(house.get("/scenarios").object().at("scenarios").as_array().size(), 1U);
}

TEST_F(CtlTest, SaysWhatIsWrong) {
  EXPECT_EQ(type({"fill", "X-O1"}), ctl_exit::refused);
  EXPECT_EQ(err,
            "prorata-simulator: There is no order 'X-O1'; GET /orders lists them.\n"
            "  order: is not known\n");
  file = "[[scenario]]\nname = \"one\"\nsteps = [{ do = \"fil\" }]\n";
  EXPECT_EQ(type({"scenario", "bust.toml"}), ctl_exit::refused);
  EXPECT_NE(err.find("bust.toml:3:17: key 'scenario[1].steps[1].do': 'fil' is no step"), std::string::npos) << err;
  EXPECT_EQ(type({"scenario", "none.toml"}), ctl_exit::wrong_use);
  EXPECT_EQ(err, "prorata-simulator: none.toml: does not exist\n");
  EXPECT_EQ(type({"advance", "5"}), ctl_exit::wrong_use);
  EXPECT_EQ(err, "prorata-simulator: '5' is no length of time, such as 90s, 1h30m, 250ms or 1d\n");
  EXPECT_EQ(type({"advance", "25h"}), ctl_exit::wrong_use);
  EXPECT_EQ(type({"bust", "X-O1"}), ctl_exit::wrong_use);
  EXPECT_EQ(type({"orders", "--control", "nowhere"}), ctl_exit::wrong_use);
  EXPECT_EQ(type({}), ctl_exit::wrong_use);
  EXPECT_EQ(type({"ordrs"}), ctl_exit::wrong_use);
  EXPECT_EQ(type({"fill", "--help"}), ctl_exit::done);
  EXPECT_NE(help.str().find("Example: prorata-simulator ctl fill"), std::string::npos);
  gone = web::Unanswered{"Connection refused", false};
  EXPECT_EQ(type({"orders"}), ctl_exit::not_reachable);
  gone = web::Unanswered{"End of file", true};
  EXPECT_EQ(type({"halt", "AAPL"}), ctl_exit::not_known);
}

TEST(CtlWords, ReadLengthsOfTime) {
  EXPECT_EQ(parse_duration("90s").value().count(), 90'000);
  EXPECT_EQ(parse_duration("1h30m").value().count(), 5'400'000);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms").value().count(), 93'784'005);
  for (const char* wrong : {"", "5", "s", "0s", "-5s", "5 s", "5x", "1.5h", "99999999999s", "5s5"}) {
    EXPECT_FALSE(parse_duration(wrong).has_value()) << wrong;
  }
}

TEST(CtlWords, WriteLengthsOfTime) {
  for (const char* text : {"90s", "1h30m", "1d2h3m4s5ms", "250ms"}) {
    const auto time = parse_duration(text).value();
    EXPECT_EQ(parse_duration(duration_text(time)).value(), time);
  }
  EXPECT_EQ(duration_text(std::chrono::milliseconds(93'784'005)), "1d2h3m4s5ms");
  EXPECT_EQ(duration_text(std::chrono::milliseconds(0)), "0s");
}

TEST(CtlWords, WriteStepsAsTables) {
  EXPECT_EQ(step_toml("logout"), "{ do = \"logout\" }");
  EXPECT_EQ(step_toml(" do = \"gap\", messages = 2 "), "{ do = \"gap\", messages = 2 }");
  EXPECT_EQ(step_toml("{ do = \"fill\" }"), "{ do = \"fill\" }");
}

}  // namespace
}  // namespace simulator
