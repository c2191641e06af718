#include <gtest/gtest.h>

#include "gateway/proof/proof.hpp"

namespace gateway {
namespace {

TEST(Task, MomentsAreUtcAndADateIsAllOfItsDay) {
  const auto moment = [](const std::string& text) {
    const auto task = read_task("replay", {{"as_of", text}});
    return task ? core::iso_text(*std::get<ReplayTask>(*task).as_of) : task.error().text();
  };
  EXPECT_EQ(moment("2026-11-20"), "2026-11-20T23:59:59.999999999Z");
  EXPECT_EQ(moment("2026-11-20T14:30"), "2026-11-20T14:30:00.000000000Z");
  EXPECT_EQ(moment("2026-11-20 14:30:05"), "2026-11-20T14:30:05.000000000Z");
  EXPECT_EQ(moment("2026-11-20T14:30:05.25Z"), "2026-11-20T14:30:05.250000000Z");
  for (const char* wrong : {"yesterday", "2026-11-2", "2026-13-01", "14:30", "2026-11-20T25:00", "Z", "2026-11-20T1"}) {
    EXPECT_NE(moment(wrong).find("as_of: should be a UTC time"), std::string::npos) << wrong << " " << moment(wrong);
  }
}

struct Bad {
  const char* name;
  std::map<std::string, std::string, std::less<>> parameters;
  const char* error;
};

TEST(Task, RefusesWhatItDoesNotKnow) {
  const std::string hash(64, 'a');
  for (const Bad& bad :
       std::vector<Bad>{{"dance", {}, "dance: is not a task; known are verify, replay, backup"},
                        {"verify", {{"file", "/x"}}, "file: is not known here"},
                        {"verify", {{"expect", "abc"}}, "expect: should be a hash of 64 hexadecimal digits"},
                        {"verify", {{"expect", "x:" + hash}}, "expect: should begin with the number of an entry"},
                        {"verify", {{"expect", "0:" + hash}}, "expect: should begin with the number of an entry"},
                        {"verify", {{"expect", ""}}, "expect: is empty"},
                        {"replay", {{"as_of_seq", "0"}}, "as_of_seq: should be the number of a journal entry"},
                        {"replay", {{"as_of_seq", "1"}, {"as_of", "2026-11-20"}}, "as_of_seq: does not go with as_of"},
                        {"replay", {{"account", "A1"}}, "as_of: is needed with account or model"},
                        {"backup", {{"file", "desk.db"}}, "file: should be an absolute path"},
                        {"backup", {}, "file: should be an absolute path"}}) {
    const auto task = read_task(bad.name, bad.parameters);
    ASSERT_FALSE(task.has_value()) << bad.error;
    EXPECT_EQ(task.error().text().substr(0, std::string(bad.error).size()), bad.error);
  }
}

}  // namespace
}  // namespace gateway
