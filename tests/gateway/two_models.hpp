#pragma once

#include <string>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/engine/state.hpp"

// A desk of two models in which the same accounts have invested, for tests of orders that are split over both.
namespace gateway {

// GROWTH: A1 50,000 and A2 30,000 dollars; INCOME: A2 20,000 and A3 40,000; outside of them 10,000 each. AAPL and KO.
[[nodiscard]] inline std::vector<Event> two_models() {
  const core::Currency usd = core::Currency::of("USD");
  std::vector<Event> events;
  for (const char* symbol : {"AAPL", "KO"}) {
    events.emplace_back(InstrumentAdded{.symbol = core::Symbol(symbol),
                                        .security_type = "STK",
                                        .exchange = "XNAS",
                                        .currency = usd,
                                        .unit = core::Quantity::whole(1),
                                        .reference = *core::Price::parse(symbol[0] == 'A' ? "187.50" : "62.00"),
                                        .reference_date = "2026-11-20"});
  }
  for (const char* account : {"A1", "A2", "A3"}) {
    events.emplace_back(AccountOpened{core::AccountId(account), "Client", usd});
    events.emplace_back(CashDeposited{core::AccountId(account), usd, 1'000'000});
  }
  for (const char* model : {"GROWTH", "INCOME"}) events.emplace_back(ModelCreated{core::ModelCode(model), model, usd});
  const auto invest = [&](const char* account, const char* model, std::int64_t dollars) {
    events.emplace_back(CashDeposited{core::AccountId(account), usd, dollars * 100});
    events.emplace_back(CashInvested{core::AccountId(account), core::ModelCode(model), usd, dollars * 100});
  };
  invest("A1", "GROWTH", 50'000);
  invest("A2", "GROWTH", 30'000);
  invest("A2", "INCOME", 20'000);
  invest("A3", "INCOME", 40'000);
  events.emplace_back(DeskImported{"test"});
  return events;
}

struct Asked {
  const char* account;
  const char* model;  // "": Independent
  std::int64_t units;
};

// Of AAPL at 187.50, from "parts.csv".
[[nodiscard]] inline OrderRequest with_parts(core::Side side, const std::vector<Asked>& parts) {
  OrderRequest request{.side = side,
                       .symbol = core::Symbol("AAPL"),
                       .type = core::OrderType::limit,
                       .limit = *core::Price::parse("187.50"),
                       .currency = std::nullopt,
                       .place = "parts.csv"};
  if (side == core::Side::sell) request.type = core::OrderType::market, request.limit.reset();
  for (const Asked& asked : parts) {
    const core::Quantity quantity = core::Quantity::whole(asked.units);
    request.parts.push_back({core::AccountId(asked.account), core::ModelCode(asked.model), quantity});
    request.quantity = request.quantity + quantity;
  }
  return request;
}

// Whole units of a sleeve.
[[nodiscard]] inline std::int64_t held(const State& state, const char* account, const char* model, const char* symbol) {
  const portfolio::Model* found = state.models().find(core::ModelCode(model));
  const alloc::GroupIndex group = found == nullptr ? alloc::Book::independent() : found->group;
  const auto slot = state.book().find_slot(group, *state.find_account(core::AccountId(account)));
  return state.book().holding(group, core::Symbol(symbol), *slot).quantity.raw / core::Quantity::one().raw;
}

}  // namespace gateway
