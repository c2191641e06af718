#include "gateway/http/jobs.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/gateway_http/http_fixture.hpp"

// Breaks, and work that takes longer than a request.
namespace gateway {
namespace {

TEST_F(Http, TellsWhatCanBeDoneAboutBreaks) {
  const json::array all = get("/breaks").object().at("breaks").as_array();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("break_id").as_int64(), 3);
  EXPECT_EQ(all[0].at("advice").as_string(), advice(BreakKind::over_fill).data());
  EXPECT_EQ(all[1].at("advice").as_string(), advice(BreakKind::missing_fill).data());
  EXPECT_EQ(get("/breaks?state=open").object().at("breaks").as_array().size(), 1U);
  EXPECT_EQ(get("/breaks?state=closed").status, 400);
  EXPECT_EQ(get("/sessions").object().at("open_breaks").as_int64(), 1);
}

TEST_F(Http, SettlesABreak) {
  const Reply reply = post_json("/breaks/3/settle", R"({"reason":" withdrawn ","as":"resolved_with_broker"})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.body, R"({"break_id":3,"state":"settled","settled_as":"resolved_with_broker","settled_by":"http",)"
                        R"("reason":"withdrawn"})");
  ASSERT_EQ(engine_.settled().size(), 1U);
  EXPECT_EQ(engine_.settled()[0].caller.key, "k1");
  EXPECT_EQ(engine_.settled()[0].reason, "withdrawn");
}

TEST_F(Http, SettlesNothingWithoutAReasonOrAKey) {
  for (const auto& [body, place] :
       std::vector<std::pair<std::string, std::string>>{{"{}", "reason"},
                                                        {R"({"reason":"  "})", "reason"},
                                                        {R"({"reason":1})", "reason"},
                                                        {R"({"reason":"a\u0007"})", "reason"},
                                                        {R"({"reason":")" + std::string(1001, 'x') + "\"}", "reason"},
                                                        {R"({"reason":"x","as":"fine"})", "as"},
                                                        {R"({"reason":"x","why":"y"})", "why"}}) {
    const Reply reply = post_json("/breaks/3/settle", body);
    EXPECT_EQ(reply.status, 422) << body << reply.body;
    EXPECT_EQ(reply.first("place"), place) << body;
  }
  const std::string good = R"({"reason":"x"})";
  EXPECT_EQ(post_json("/breaks/3/settle", "x").status, 400);
  EXPECT_EQ(post("/breaks/3/settle", good, "Content-Type: application/json\r\n").status, 400);
  EXPECT_EQ(post("/breaks/3/settle", good, "Idempotency-Key: k\r\n").status, 415);
  EXPECT_EQ(post_json("/breaks/9/settle", good).status, 404);
  EXPECT_EQ(post_json("/breaks/three/settle", good).status, 404);
  EXPECT_EQ(
      post("/breaks/3/settle", good, "Content-Type: application/json\r\nIdempotency-Key: k\r\nProrata-User: late\r\n")
          .status,
      409);
  EXPECT_EQ(get("/breaks/3/settle").status, 405);
  EXPECT_TRUE(engine_.settled().empty());
}

TEST_F(Http, WorksOnOneJobAtATimeAndTellsHowFarItIs) {
  work_.hold();
  const Reply begun = post_json("/jobs/verify", "{}");
  EXPECT_EQ(begun.status, 202);
  const std::string job = "/jobs/" + std::to_string(begun.object().at("job").as_int64());
  json::object told;
  do told = get(job).object();
  while (told.at("done").as_int64() == 0);
  EXPECT_EQ(json::serialize(told), R"({"job":1,"name":"verify","state":"running","done":40,"total":100})");
  EXPECT_EQ(post_json("/jobs/replay", "{}").status, 503);
  work_.let_go();
  told = get(job + "?wait_ms=20000").object();
  EXPECT_EQ(told.at("state").as_string(), "finished");
  EXPECT_EQ(json::serialize(told.at("result")), R"({"holds":true,"entries":100})");
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(Http, JobsTakeParametersAndTellWhatFailed) {
  const auto result = [&](const std::string& target) {
    const Reply begun = post_json(target, "{}");
    EXPECT_EQ(begun.status, 202) << begun.body;
    return get("/jobs/" + std::to_string(begun.object().at("job").as_int64()) + "?wait_ms=20000").object();
  };
  EXPECT_EQ(json::serialize(result("/jobs/replay?as_of=2026-11-20&account=A%201").at("result")),
            R"({"holds":false,"account":"A 1"})");
  const json::object failed = result("/jobs/backup?file=/x.db");
  EXPECT_EQ(failed.at("state").as_string(), "failed");
  EXPECT_EQ(failed.at("error").as_string(), "/x.db: is there already");
  EXPECT_EQ(post_json("/jobs/backup?file=x.db", "{}").status, 400);
  EXPECT_EQ(post_json("/jobs/verify?x=1", "{}").status, 400);
  EXPECT_EQ(post_json("/jobs/dance", "{}").status, 404);
  EXPECT_EQ(post("/jobs/backup?file=/x.db", "", "").status, 415) << "a web page could send this";
  EXPECT_EQ(get("/jobs/99").status, 404);
  EXPECT_EQ(get("/jobs/x").status, 404);
}

TEST(Jobs, EndWithTheGateway) {
  FakeWork work;
  work.hold();
  Jobs jobs([&](const Task& task, const Progress& progress) { return work(task, progress); });
  ASSERT_TRUE(jobs.start("verify", VerifyTask{}).has_value());
  // The destructor stops what is under way, and returns.
}

}  // namespace
}  // namespace gateway
