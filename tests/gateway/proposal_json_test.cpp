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

TEST_F(ProposalInTheJournal, HasWhatItDidAndWhatWasAsked) {
  ASSERT_EQ(refusal(create("GROWTH")), "");
  ASSERT_EQ(refusal(targets("GROWTH", {{"AAPL", "60"}})), "");
  const Answer invested = invest("GROWTH", {{"A1", "50000.00"}});
  const Staged& staged = *world.state().find_proposal(invested.proposal);
  portfolio::Proposal content = *staged.content;
  content.cash_moves[0].when = portfolio::When::booked;
  content.cash_moves[0].stake = 3;
  content.orders[0].proposed = content.orders[0].legs;
  content.orders[0].has_gone = true;
  content.orders[0].legs[0].stake = 7;
  content.hash = portfolio::fingerprint(content);
  EXPECT_NE(content.hash, staged.content->hash);
  ProposalStaged event{"P-1", 2, "invest", std::make_shared<const portfolio::Proposal>(content), {"k", 7, "tester"}};
  event.asked = staged.asked;
  event.kept = {{{1, true}, {0, false}}};
  const std::string json = event_to_json(event);
  const auto read = event_from_json("proposal_staged", json);
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(event_to_json(*read), json);
  const auto& again = std::get<ProposalStaged>(*read);
  EXPECT_EQ(again.content->hash, content.hash);
  EXPECT_EQ(again.asked->accounts[0].amount, "50000.00");
  EXPECT_TRUE((*again.kept)[0].is_followed);
  EXPECT_EQ(event_to_json(ProposalSalesDone{"P-1", portfolio::MovesDue{{2, 50}}}),
            R"({"proposal":"P-1","moves":[[2,50]]})");
}

// Rows of older journals are shorter, and mean what they meant.
TEST_F(ProposalInTheJournal, OfAnOlderVersionIsAsItWas) {
  const std::string json =
      R"({"proposal":"P-1","version":1,"title":"","content":{"operation":"divest","cash_moves":[[0,1,0,500,"USD",)"
      R"("after sales"]],"unit_moves":[],"orders":[[0,"SELL","MKT",null,"DAY",0,[[0,1,1000000,1]]]],"stakes":)"
      R"([["GROWTH",0,-500]],"leaving":[["GROWTH",0]],"quotes":[["AAPL","USD",1000000,18740000000,0,"broker"]],)"
      R"("models":[],"sleeves":[],"warnings":[]}})";
  const auto read = event_from_json("proposal_staged", json);
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(event_to_json(*read), json);
  const auto& staged = std::get<ProposalStaged>(*read);
  EXPECT_EQ(staged.content->hash.text(), "b56e0bc2745fc8f25fc38ed984d279c6");
  EXPECT_EQ(staged.asked, nullptr);
  EXPECT_FALSE(staged.kept.has_value());
  EXPECT_EQ(event_to_json(ProposalSalesDone{"P-1"}), R"({"proposal":"P-1"})");
}

// An end that says nothing of moves took the cash of who left along, sold or not.
TEST(ProposalOfAnOlderJournal, EndsAsItDid) {
  const auto cash_after = [](std::optional<portfolio::MovesDue> moves) {
    State state;
    std::int64_t seq = 0;
    const auto happen = [&](Event event) { state.apply({++seq, core::Time{}, std::move(event)}); };
    for (Event& event : two_models()) happen(std::move(event));
    happen(HoldingBrought{core::AccountId("A2"), core::ModelCode("GROWTH"), core::Symbol("AAPL"),
                          core::Currency::of("USD"), core::Quantity::whole(1), 100});
    portfolio::Proposal content;
    content.operation = portfolio::Operation::divest;
    content.stakes.push_back({core::ModelCode("GROWTH"), *state.find_account(core::AccountId("A2")), -3'000'000});
    content.leaving.push_back({core::ModelCode("GROWTH"), *state.find_account(core::AccountId("A2"))});
    happen(ProposalStaged{"P-1", 1, "", std::make_shared<const portfolio::Proposal>(content), {}});
    happen(ProposalSaved{"P-1", {}});
    happen(ProposalEnded{"P-1", ProposalEnd::closed, {}, std::move(moves)});
    const alloc::GroupIndex group = state.models().find(core::ModelCode("GROWTH"))->group;
    const auto slot = state.book().find_slot(group, *state.find_account(core::AccountId("A2")));
    return state.book().cash(group, core::Currency::of("USD"), *slot);
  };
  EXPECT_EQ(cash_after(std::nullopt), 0);
  EXPECT_EQ(cash_after(portfolio::MovesDue{}), 3'000'000);
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
