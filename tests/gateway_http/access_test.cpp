#include "gateway/http/access.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "cli/exit_code.hpp"
#include "cli/run.hpp"
#include "tests/gateway_http/http_fixture.hpp"
#include "tests/support/typing.hpp"

// Who may call, over the wire.
namespace gateway {
namespace {

class SetClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return *core::parse_iso("2026-11-24T12:00:00Z") + later.load(); }
  std::atomic<std::chrono::hours> later{std::chrono::hours(0)};
};

SetClock& clock_of_tests() {
  static SetClock clock;
  return clock;
}

Access three_and_an_old_one() {
  const auto expires = *core::parse_iso("2026-11-25T00:00:00Z");
  return Access({{"vera", Role::viewer, std::nullopt, hash_of("viewer-secret")},
                 {"tom", Role::trader, std::nullopt, hash_of("trader-secret")},
                 {"ada", Role::admin, std::nullopt, hash_of("admin-secret")},
                 {"olga", Role::admin, expires, hash_of("old-secret")}},
                clock_of_tests());
}

class HttpWithTokens : public Http {
 protected:
  HttpWithTokens() : Http(30'000, three_and_an_old_one()) { clock_of_tests().later = std::chrono::hours(0); }

  Reply send(const std::string& method, const std::string& target, const std::string& authorization,
             const std::string& body = "{}", const std::string& more = "") {
    return raw(method + " " + target + " HTTP/1.1\r\nConnection: close\r\nHost: desk.example:9780\r\n" +
               "Content-Type: application/json\r\nIdempotency-Key: k1\r\nProrata-User: mallory\r\n" +
               (authorization.empty() ? "" : "Authorization: " + authorization + "\r\n") + more +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  static std::string detail(const Reply& reply) { return std::string(reply.object().at("detail").as_string()); }
};

TEST_F(HttpWithTokens, AskForOne) {
  for (const char* path : {"/orders", "/health", "/log", "/nothing", "/", "/jobs/1", "/views/models", "/%zz"}) {
    const Reply reply = send("GET", path, "");
    EXPECT_EQ(reply.status, 401) << path;
    EXPECT_NE(reply.head.find("WWW-Authenticate: Bearer realm=\"prorata\"\r\n"), std::string::npos) << reply.head;
    EXPECT_EQ(detail(reply), "A token is needed: send the header Authorization: Bearer TOKEN.");
    EXPECT_EQ(reply.first("code") + " " + reply.first("place"), "token_missing Authorization");
  }
  EXPECT_EQ(send("POST", "/orders", "", good_order).status, 401);
  EXPECT_TRUE(engine_.entered().empty());
}

TEST_F(HttpWithTokens, TellWhyOneDoesNotCount) {
  for (const char* wrong : {"Bearer", "Basic dmVyYTp2aWV3ZXI=", "viewer-secret", "Token viewer-secret"}) {
    const Reply reply = send("GET", "/orders", wrong);
    EXPECT_EQ(reply.status, 401) << wrong;
    EXPECT_EQ(detail(reply), "The header Authorization must be: Bearer TOKEN.") << wrong;
  }
  for (const char* unknown : {"Bearer viewer-secres", "Bearer viewer-secret, Bearer admin-secret", "Bearer  ",
                              "Bearer vera", "Bearer VIEWER-SECRET"}) {
    const Reply reply = send("GET", "/orders", unknown);
    EXPECT_EQ(reply.status, 401) << unknown;
    if (std::string(unknown) == "Bearer  ") continue;  // the wire drops the spaces
    EXPECT_EQ(detail(reply), "This token is not known here.") << unknown;
    EXPECT_EQ(reply.first("code"), "token_unknown");
    EXPECT_NE(reply.head.find("error=\"invalid_token\""), std::string::npos);
  }
  EXPECT_EQ(send("GET", "/orders", "Bearer viewer-secret", "", "Authorization: Bearer admin-secret\r\n").status, 401);
  EXPECT_EQ(send("GET", "/orders", "Bearer old-secret").status, 200);
  clock_of_tests().later = std::chrono::hours(12);
  const Reply old = send("GET", "/orders", "Bearer old-secret");
  EXPECT_EQ(old.status, 401);
  EXPECT_EQ(detail(old), "The token of olga expired on 2026-11-25; ask for a new one.");
  EXPECT_EQ(old.first("code"), "token_expired");
}

TEST_F(HttpWithTokens, NameWhoSubmitted) {
  EXPECT_EQ(send("POST", "/orders", "bearer trader-secret", good_order).status, 201);
  EXPECT_EQ(engine_.entered().at(0).caller.who, "tom") << "whatever Prorata-User says";
  EXPECT_EQ(send("PATCH", "/models/G", "Bearer admin-secret", R"({"name":"x"})").status, 200);
  EXPECT_EQ(engine_.wishes().at(0).caller.who, "ada");
}

TEST_F(HttpWithTokens, HaveRoles) {
  struct Act {
    const char* method;
    const char* target;
    Role needed;
  };
  const std::vector<std::pair<Role, std::string>> tokens{{Role::viewer, "Bearer viewer-secret"},
                                                         {Role::trader, "Bearer trader-secret"},
                                                         {Role::admin, "Bearer admin-secret"}};
  for (const Act& act : std::vector<Act>{{"GET", "/orders", Role::viewer},
                                         {"GET", "/models/M", Role::viewer},
                                         {"GET", "/jobs/1", Role::viewer},
                                         {"POST", "/orders", Role::trader},
                                         {"POST", "/orders?dry_run=true", Role::trader},
                                         {"POST", "/orders/P1/cancel", Role::trader},
                                         {"POST", "/baskets", Role::trader},
                                         {"POST", "/breaks/3/settle", Role::trader},
                                         {"POST", "/proposals", Role::trader},
                                         {"POST", "/proposals/P-1/transmit", Role::trader},
                                         {"POST", "/accounts/C-1/cash", Role::trader},
                                         {"POST", "/prices", Role::trader},
                                         {"POST", "/jobs/verify", Role::trader},
                                         {"POST", "/jobs/replay", Role::trader},
                                         {"POST", "/jobs/backup", Role::admin},
                                         {"POST", "/models", Role::admin},
                                         {"PATCH", "/models/M", Role::admin},
                                         {"PUT", "/models/M/targets", Role::admin},
                                         {"PUT", "/groups/g", Role::admin},
                                         {"DELETE", "/groups/g", Role::admin},
                                         {"POST", "/nothing", Role::viewer},
                                         {"DELETE", "/models/M", Role::viewer}}) {
    for (const auto& [role, token] : tokens) {
      const Reply reply = send(act.method, act.target, token, R"({"a":)");  // never understood: nothing is done
      if (role >= act.needed) {
        EXPECT_NE(reply.status, 403) << act.method << " " << act.target << " " << text(role);
        EXPECT_NE(reply.status, 401);
        continue;
      }
      EXPECT_EQ(reply.status, 403) << act.method << " " << act.target << " " << text(role);
      EXPECT_TRUE(detail(reply).starts_with("This is for the role " + std::string(text(act.needed)))) << reply.body;
      EXPECT_NE(reply.head.find("error=\"insufficient_scope\""), std::string::npos);
    }
  }
  EXPECT_EQ(detail(send("POST", "/orders", "Bearer viewer-secret", good_order)),
            "This is for the role trader or admin; the token of vera has the role viewer.");
}

TEST_F(HttpWithTokens, LetNoPageOfAnotherOriginIn) {
  const std::string token = "Bearer admin-secret";
  EXPECT_EQ(send("GET", "/orders", token, "", "Origin: https://evil.example\r\n").status, 403);
  EXPECT_EQ(send("GET", "/orders", token, "", "Origin: null\r\n").status, 403);
  EXPECT_EQ(send("GET", "/orders", token, "", "Origin: https://desk.example:9780\r\n").status, 200);
  EXPECT_EQ(send("GET", "/orders", token, "", "Origin: http://127.0.0.1:5173\r\n").status, 200);
}

TEST_F(HttpWithTokens, AreTakenFromTheCommandLine) {
  const auto type = [this](const std::optional<std::string>& token, const std::vector<std::string>& arguments) {
    const std::string address = "http://127.0.0.1:" + std::to_string(server_->port());
    const cli::Parsed parsed = cli::parse_command(arguments, [&](std::string_view name) {
      return name == "PRORATA_TOKEN" ? token : std::optional<std::string>(address);
    });
    auto client = cli::HttpClient::to(parsed.command->gateway, parsed.command->token);
    support::Typing person;
    const int code = person.run(*parsed.command, *client);
    return std::to_string(code) + " " + person.err;
  };
  EXPECT_EQ(type("viewer-secret", {"orders"}), "0 ");
  EXPECT_EQ(type(std::nullopt, {"orders"}),
            "1 A token is needed: send the header Authorization: Bearer TOKEN.\n"
            "Put the token into a file and name it with --token-file, or set PRORATA_TOKEN.\n");
  EXPECT_EQ(type("other", {"orders"}), "1 This token is not known here.\nIt came from PRORATA_TOKEN.\n");
  EXPECT_EQ(type("viewer-secret", {"cancel", "P1"}),
            "1 This is for the role trader or admin; the token of vera has the role viewer.\n");
}

TEST(TokenOfTheCommandLine, IsTheOnlyWordOfItsFile) {
  EXPECT_EQ(*cli::token_in("abc\n", "t"), "abc");
  EXPECT_EQ(*cli::token_in(" \nabc", "t"), "abc");
  for (const char* wrong : {"", "\n", "abc def", "abc\ndef\n"}) {
    EXPECT_EQ(cli::token_in(wrong, "t.txt").error().text(), "t.txt: should hold a token and nothing else");
  }
}

TEST(TokenOfTheCommandLine, LeavesThisMachineForNobody) {
  EXPECT_TRUE(cli::HttpClient::to("http://localhost:1", "abc").has_value());
  EXPECT_TRUE(cli::HttpClient::to("http://[::1]:1", "abc").has_value());
  EXPECT_TRUE(cli::HttpClient::to("http://desk.example:1").has_value());
  for (const char* far : {"http://desk.example:1", "http://10.0.0.1:1", "http://localhost.example"}) {
    const auto client = cli::HttpClient::to(far, "abc");
    ASSERT_FALSE(client.has_value()) << far;
    EXPECT_NE(client.error().text().find("could read the token"), std::string::npos);
  }
  EXPECT_FALSE(cli::HttpClient::to("http://localhost:1", "a\r\nX: y").has_value());
}

}  // namespace
}  // namespace gateway
