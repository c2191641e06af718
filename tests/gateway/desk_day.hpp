#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "simulation/world.hpp"
#include "tests/gateway/two_models.hpp"

// A desk that runs models by command, for tests: three accounts with cash, AAPL and KO, a lively exchange.
namespace gateway {

[[nodiscard]] inline std::vector<Event> clients_of_a_desk() {
  std::vector<Event> events;
  const core::Currency usd = core::Currency::of("USD");
  for (const auto& [symbol, price] :
       std::vector<std::pair<std::string, std::string>>{{"AAPL", "187.40"}, {"KO", "62.00"}}) {
    events.emplace_back(InstrumentAdded{.symbol = core::Symbol(symbol),
                                        .security_type = "STK",
                                        .exchange = "XNAS",
                                        .currency = usd,
                                        .unit = core::Quantity::whole(1),
                                        .reference = *core::Price::parse(price),
                                        .reference_date = "2026-11-20"});
  }
  for (const char* account : {"A1", "A2", "A3"}) {
    events.emplace_back(AccountOpened{core::AccountId(account), "Client", usd});
    events.emplace_back(CashDeposited{core::AccountId(account), usd, 10'000'000});
  }
  events.emplace_back(DeskImported{"test"});
  return events;
}

class DeskDay : public testing::Test {
 protected:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  DeskDay() : DeskDay(clients_of_a_desk()) {}
  explicit DeskDay(std::vector<Event> desk) : world(std::move(desk), simulation::lively_exchange(7)) {}

  void SetUp() override { world.run_for(std::chrono::seconds(1)); }

  // The first refusal as "code | place | message"; "" when it was carried out.
  static std::string refusal(const Answer& answer) {
    if (answer.refusals.empty()) return "";
    const Refusal& first = answer.refusals[0];
    return std::string(text(first.code)) + " | " + first.place + " | " + first.message;
  }
  Answer create(const std::string& code) { return world.carry_out(CreateModel{code, "The " + code, "USD"}); }
  Answer targets(const std::string& model, const Pairs& pairs) {
    SaveTargets wish{core::ModelCode(model), {}, "test"};
    for (const auto& [symbol, percent] : pairs) wish.targets.push_back({symbol, percent});
    return world.carry_out(wish);
  }
  Propose asking(portfolio::Operation operation, const std::string& model, const Pairs& accounts = {}) {
    Propose wish;
    wish.operation = operation;
    wish.model = core::ModelCode(model);
    for (const auto& [account, amount] : accounts) wish.accounts.push_back({account, amount});
    return wish;
  }
  Answer invest(const std::string& model, const Pairs& accounts) {
    return world.carry_out(asking(portfolio::Operation::invest, model, accounts));
  }
  Answer transmit(const Answer& staged, std::vector<std::int64_t> places = {}) {
    return world.carry_out(TransmitProposal{staged.proposal, staged.hash, std::move(places), {}});
  }
  // To the end of its orders.
  std::string carry_out(const Answer& staged) {
    const Answer out = transmit(staged);
    if (!out.refusals.empty()) return refusal(out);
    world.run_for(std::chrono::seconds(20));
    return stage(staged.proposal);
  }
  std::string stage(const std::string& proposal) {
    return std::string(text(world.state().find_proposal(proposal)->stage));
  }
  std::int64_t cash(const char* account, const char* model) {
    const portfolio::Model* found = world.state().models().find(core::ModelCode(model));
    const alloc::GroupIndex group = found == nullptr ? alloc::Book::independent() : found->group;
    const auto slot = world.state().book().find_slot(group, *world.state().find_account(core::AccountId(account)));
    return slot ? world.state().book().cash(group, core::Currency::of("USD"), *slot) : 0;
  }
  std::int64_t units(const char* account, const char* model, const char* symbol) {
    return held(world.state(), account, model, symbol);
  }

  simulation::World world;
};

}  // namespace gateway
