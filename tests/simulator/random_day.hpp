#pragma once

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "simulator/exchange_journal.hpp"
#include "tests/simulator/fixture.hpp"

// Days of all that an exchange can be asked, drawn by rapidcheck.
namespace simulator {

struct DayStep {
  core::Time at;
  std::string client;
  std::variant<fix::Message, Halted> what;

  // Of an Exchange or a LastingExchange.
  template <class AnyExchange>
  void take(AnyExchange& exchange) const {
    if (const auto* message = std::get_if<fix::Message>(&what)) return exchange.receive(client, *message, at);
    const auto& halted = std::get<Halted>(what);
    const auto done = halted.is_halted ? exchange.halt(halted.symbol, at) : exchange.resume(halted.symbol, at);
    RC_ASSERT(done.has_value());
  }
};

// With two days of trading, a minute apart, within which a random day lies.
inline ExchangeSettings random_settings() {
  ExchangeSettings settings = exchange_settings();
  settings.vwap.slice = std::chrono::seconds(*rc::gen::inRange(1, 4));
  settings.symbols[2].band_percent = Percent::parse("0.3").value();
  if (*rc::gen::inRange(0, 2) == 0) return settings;
  const std::chrono::seconds opening(*rc::gen::inRange(0, 4));
  const std::chrono::seconds closing(*rc::gen::inRange(0, 4));
  settings.hours = hours("14:00:02", "14:00:" + std::to_string(*rc::gen::inRange(10, 20)), opening, closing);
  return settings;
}

inline std::string random_price(std::int64_t cents) {
  const int reach = cents == 1'000 ? 4 : 30;  // nobody makes a market in DRY: clients are to meet there
  return core::format_decimal(cents + *rc::gen::inRange(-reach, reach + 1), 2);
}

inline fix::NewOrderSingle random_order(const std::string& id) {
  using core::TimeInForce;
  const std::string symbol = *rc::gen::element<std::string>("AAPL", "AAPL", "KO", "DRY", "DRY", "DRY", "TSLA");
  const std::int64_t cents = symbol == "KO" ? 6'200 : symbol == "DRY" ? 1'000 : 18'740;
  const auto side = *rc::gen::element(core::Side::buy, core::Side::sell);
  const std::string limit = *rc::gen::inRange(0, 4) == 0 ? "" : random_price(cents);
  auto request = *rc::gen::inRange(0, 5) == 0
                     ? stop_order(id, side, *rc::gen::inRange(1, 8'000), symbol, random_price(cents), limit)
                     : order(id, side, *rc::gen::inRange(1, 8'000), symbol, limit);
  request.time_in_force = *rc::gen::element(TimeInForce::day, TimeInForce::day, TimeInForce::good_till_cancel,
                                            TimeInForce::immediate_or_cancel, TimeInForce::fill_or_kill,
                                            TimeInForce::at_the_opening, TimeInForce::at_the_close);
  if (*rc::gen::inRange(0, 8) == 0) request.least = units(*rc::gen::inRange(1, 500));
  if (*rc::gen::inRange(0, 10) == 0) {
    request = order(id, side, *rc::gen::inRange(1, 8'000), symbol, limit);
    request.strategy = 1;
    request.begins = time_of_day(14) + std::chrono::seconds(*rc::gen::inRange(0, 20));
    request.ends = time_of_day(14) + std::chrono::seconds(*rc::gen::inRange(5, 30));
  }
  return request;
}

inline std::vector<DayStep> random_day() {
  std::vector<DayStep> day;
  std::vector<std::pair<std::string, fix::NewOrderSingle>> sent;
  core::Time now = time_of_day(14);
  const int count = *rc::gen::inRange(20, 80);
  for (int i = 0; i < count; ++i) {
    now += std::chrono::milliseconds(*rc::gen::inRange(0, 400));
    const int what = sent.empty() ? 9 : *rc::gen::inRange(0, 14);
    if (what >= 13) {
      const core::Symbol symbol(*rc::gen::element<std::string>("AAPL", "DRY"));
      day.push_back({now, "", Halted{symbol, now, *rc::gen::inRange(0, 3) == 0}});
      continue;
    }
    if (what == 0) {
      const fix::OrderMassCancelRequest all{.cl_ord_id = numbered('M', i)};
      day.push_back({now, *rc::gen::element<std::string>("DESK", "FUND", "BANK"), all});
      continue;
    }
    if (what <= 4) {
      const auto& [client, request] = sent[*rc::gen::inRange<std::size_t>(0, sent.size())];
      if (what == 1) day.push_back({now, client, cancel_of(request, numbered('C', i))});
      if (what == 2) day.push_back({now, client, status_of(request)});
      if (what <= 2) continue;
      auto replacement = replacement_of(request, numbered('R', i));
      replacement.order.quantity = units(*rc::gen::inRange(1, 8'000));
      if (replacement.order.limit && *rc::gen::inRange(0, 2) == 0) {
        replacement.order.limit->raw += *rc::gen::inRange(-5, 6) * price("0.01").raw;
      }
      day.push_back({now, client, replacement});
      continue;
    }
    const std::string client = *rc::gen::element<std::string>("DESK", "FUND", "BANK");
    auto request = random_order(numbered('B', *rc::gen::inRange(0, 20) == 0 ? 0 : i));
    request.transact_time = now;
    day.push_back({now, client, request});
    sent.emplace_back(client, request);
  }
  return day;
}

}  // namespace simulator
