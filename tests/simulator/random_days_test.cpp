#include <map>
#include <set>

#include "tests/simulator/random_day.hpp"

namespace simulator {
namespace {

using core::Quantity;
using core::Side;
using fix::ExecType;
using fix::OrdStatus;

std::vector<Outgoing> play(const ExchangeSettings& settings, const std::vector<DayStep>& day, bool often) {
  Exchange exchange(settings, "S", time_of_day(14));
  std::vector<Outgoing> all;
  const auto collect = [&](core::Time until) {
    for (Outgoing& one : exchange.advance(until)) all.push_back(std::move(one));
  };
  for (const DayStep& step : day) {
    while (often && exchange.next_due() && *exchange.next_due() < step.at) collect(*exchange.next_due());
    step.take(exchange);
  }
  collect(time_of_day(14, 1));
  exchange.end_of_day(time_of_day(14, 1));
  collect(time_of_day(15));
  return all;
}

TEST(RandomDays, SameSeedAndSameMessagesGiveTheSameReports) {
  EXPECT_TRUE(rc::check([] {
    const ExchangeSettings settings = random_settings();
    const std::vector<DayStep> day = random_day();
    const std::vector<Outgoing> all = play(settings, day, false);
    RC_ASSERT(all == play(settings, day, false));
    RC_ASSERT(lines(all) == lines(play(settings, day, true)));  // however often it is looked at
  }));
}

bool is_open(OrdStatus status) { return status == OrdStatus::new_order || status == OrdStatus::partially_filled; }

// Each order's reports tell one story that adds up, in the order in which they leave.
void check_story(const std::vector<fix::ExecutionReport>& reports) {
  Quantity filled;
  core::Notional notional = 0;
  bool over = false;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const fix::ExecutionReport& report = reports[i];
    if (i == 0) RC_ASSERT(report.exec_type == ExecType::new_order || report.exec_type == ExecType::rejected);
    if (i > 0) RC_ASSERT(report.exec_type != ExecType::new_order && report.exec_type != ExecType::rejected);
    if (report.exec_type != ExecType::order_status) RC_ASSERT(!over);
    if (report.exec_type == ExecType::trade) {
      RC_ASSERT(report.last_quantity.raw > 0 && report.last_price.raw > 0);
      filled += report.last_quantity;
      notional += core::notional(report.last_quantity, report.last_price);
      const bool whole = filled == *report.order_quantity;
      RC_ASSERT(report.ord_status == (whole ? OrdStatus::filled : OrdStatus::partially_filled));
      const bool is_buy = report.side == Side::buy;
      if (report.limit) RC_ASSERT((is_buy ? report.last_price <= *report.limit : report.last_price >= *report.limit));
    }
    RC_ASSERT(report.cumulative_quantity == filled);
    RC_ASSERT(report.leaves_quantity == (is_open(report.ord_status) ? *report.order_quantity - filled : Quantity{}));
    const core::Int128 off = notional - core::Int128{report.average_price.raw} * filled.raw;
    RC_ASSERT(off * 2 <= filled.raw && off * 2 >= -filled.raw);
    over = !is_open(report.ord_status);
  }
}

TEST(RandomDays, EveryStoryIsLegalAndAddsUp) {
  EXPECT_TRUE(rc::check([] {
    const ExchangeSettings settings = random_settings();
    std::map<std::pair<std::string, std::string>, std::vector<fix::ExecutionReport>> stories;
    std::set<std::string> exec_ids;
    core::Time last;
    for (const Outgoing& one : play(settings, random_day(), false)) {
      RC_ASSERT(one.due >= last);
      last = one.due;
      const auto* report = std::get_if<fix::ExecutionReport>(&one.message);
      if (!report) continue;
      RC_ASSERT(one.due >= report->transact_time);
      if (report->exec_type != ExecType::order_status) RC_ASSERT(exec_ids.insert(report->exec_id).second);
      stories[{one.client, report->order_id}].push_back(*report);
    }
    for (const auto& [key, reports] : stories) check_story(reports);
    RC_ASSERT(!stories.empty());
  }));
}

TEST(RandomDays, WhatClientsBuyOfEachOtherTheySellToEachOther) {
  EXPECT_TRUE(rc::check([] {
    const ExchangeSettings settings = random_settings();
    std::int64_t bought = 0;
    std::int64_t trades = 0;
    for (const Outgoing& one : play(settings, random_day(), false)) {
      const auto* report = std::get_if<fix::ExecutionReport>(&one.message);
      if (!report || report->symbol != core::Symbol("DRY")) continue;  // where the maker trades nothing
      const PriceBand band = band_of(settings.symbols[2]).value();
      if (report->last_quantity.raw > 0) RC_ASSERT(report->last_price >= band.low && report->last_price <= band.high);
      bought += report->side == Side::buy ? report->last_quantity.raw : -report->last_quantity.raw;
      if (report->exec_type == ExecType::trade) ++trades;
    }
    RC_ASSERT(bought == 0);
    RC_CLASSIFY(trades > 0, "with trades");
  }));
}

}  // namespace
}  // namespace simulator
