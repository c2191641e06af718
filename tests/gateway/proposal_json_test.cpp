#include "gateway/journal/event_json.hpp"
#include "tests/gateway/desk_day.hpp"

// Proposals in the journal: what is written is read as the same again, and what does not fit is refused.
namespace gateway {
namespace {

using ProposalInTheJournal = DeskDay;

TEST_F(ProposalInTheJournal, IsReadAsItWasWritten) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}, {"KO", "30"}})), "");
  const Answer invested = invest("GROWTH", {{"A1", "50000.00"}, {"A2", "20.00"}});
  const Staged& staged = *world.state().find_proposal(invested.proposal);
  const ProposalStaged event{"P-1", 2, "invest, \"quoted\"", staged.content, {"k", 7, "tester"}};
  const std::string json = event_to_json(event);
  const auto read = event_from_json("proposal_staged", json);
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(event_to_json(*read), json);
  const auto& again = *std::get<ProposalStaged>(*read).content;
  EXPECT_EQ(again.hash, staged.content->hash);
  EXPECT_EQ(again.lines.size(), staged.content->lines.size());
}

TEST_F(ProposalInTheJournal, IsRefusedWhenItsRowsDoNotFit) {
  const std::string none =
      R"("cash_moves":[],"unit_moves":[],"orders":[],"stakes":[],"leaving":[],"quotes":[],"models":[])";
  const auto read = [&](const std::string& rest) {
    const auto event =
        event_from_json("proposal_staged",
                        R"({"proposal":"P-1","version":1,"title":"","content":{"operation":"invest",)" + rest + "}}");
    return event ? "" : event.error().text();
  };
  EXPECT_EQ(read(none + R"(,"sleeves":[],"warnings":[])"), "");
  EXPECT_NE(read(none + R"(,"sleeves":[])").find("'warnings'"), std::string::npos);
  EXPECT_NE(read(none + R"(,"sleeves":[[1]],"warnings":[])").find("'sleeves'"), std::string::npos);
  // A line of a quote that is not there.
  EXPECT_NE(
      read(none + R"(,"sleeves":[[0,0,"USD",1,1,1,null,null,0,0,[[3,1,1,0,0,0,0,0]]]],"warnings":[])").find("fit"),
      std::string::npos);
}

}  // namespace
}  // namespace gateway
