#include "fix/schedule.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace fix {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> weekday_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::optional<unsigned> parse_weekday(std::string_view text) {
  const auto* const found = std::find(weekday_names.begin(), weekday_names.end(), text);
  if (found == weekday_names.end()) return std::nullopt;
  return static_cast<unsigned>(found - weekday_names.begin());
}

std::optional<unsigned> parse_digits(std::string_view text, std::size_t count, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = text.size() == count && error == std::errc() && end == text.data() + text.size();
  return is_number && value <= most ? std::optional(value) : std::nullopt;
}

// "17:00" or "17:00:30"
std::optional<seconds> parse_time_of_day(std::string_view text) {
  const bool has_seconds = text.size() == 8;
  if ((!has_seconds && text.size() != 5) || text[2] != ':' || (has_seconds && text[5] != ':')) return std::nullopt;
  const auto hour = parse_digits(text.substr(0, 2), 2, 23);
  const auto minute = parse_digits(text.substr(3, 2), 2, 59);
  const auto second = has_seconds ? parse_digits(text.substr(6), 2, 59) : std::optional(0U);
  if (!hour || !minute || !second) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second);
}

// "2026-12-25"
std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4), 4, 9999);
  const auto month = parse_digits(text.substr(5, 2), 2, 12);
  const auto day = parse_digits(text.substr(8), 2, 31);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

// "17:00", or "Sun 17:00"
struct Edge {
  std::optional<unsigned> weekday;
  seconds time{};
};

core::Result<Edge> parse_edge(const std::string& key, std::string_view text) {
  Edge edge;
  const bool is_weekly = text.size() > 4 && text[3] == ' ';
  if (is_weekly) edge.weekday = parse_weekday(text.substr(0, 3));
  const auto time = parse_time_of_day(is_weekly ? text.substr(4) : text);
  if (!time || (is_weekly && !edge.weekday)) {
    return core::fail(key, "'" + std::string(text) + "' should be a local time from 00:00 to 23:59 such as 17:00, or " +
                               "a weekday and a time such as Sun 17:00");
  }
  edge.time = *time;
  return edge;
}

unsigned weekday_of(std::chrono::sys_days day) { return std::chrono::weekday(day).c_encoding(); }

std::string two_digits(long long number) { return (number < 10 ? "0" : "") + std::to_string(number); }

date::local_seconds for_zone(std::chrono::sys_seconds local) { return date::local_seconds(local.time_since_epoch()); }

}  // namespace

core::Result<Schedule> Schedule::parse(const ScheduleText& text) {
  Schedule schedule;
  schedule.zone_name_ = text.zone;
  try {
    schedule.zone_ = date::locate_zone(text.zone);
  } catch (const std::runtime_error&) {
    return core::fail("zone", "'" + text.zone + "' is not a time zone such as America/New_York");
  }
  const core::Result<Edge> opens = parse_edge("opens", text.opens);
  if (!opens) return tl::unexpected(opens.error());
  const core::Result<Edge> closes = parse_edge("closes", text.closes);
  if (!closes) return tl::unexpected(closes.error());
  if (opens->weekday.has_value() != closes->weekday.has_value()) {
    return core::fail("closes", "should have a weekday when opens has one, and only then");
  }
  schedule.opens_ = opens->time;
  schedule.closes_ = closes->time;
  schedule.is_weekly_ = opens->weekday.has_value();
  const bool is_before = closes->time <= opens->time;
  if (schedule.is_weekly_) {
    if (!text.days.empty()) return core::fail("days", "has no place beside a weekday in opens");
    const unsigned distance = (*closes->weekday + 7 - *opens->weekday) % 7;
    schedule.closes_after_ = days(distance == 0 && is_before ? 7 : distance);
    schedule.weekdays_ = {*opens->weekday};
  } else {
    schedule.closes_after_ = days(is_before ? 1 : 0);
    for (const std::string& day : text.days) {
      const auto weekday = parse_weekday(day);
      if (!weekday) return core::fail("days", "'" + day + "' should be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun");
      schedule.weekdays_.insert(*weekday);
    }
    if (text.days.empty()) schedule.weekdays_ = {0, 1, 2, 3, 4, 5, 6};
  }
  for (const std::string& holiday : text.holidays) {
    const auto day = parse_day(holiday);
    if (!day) return core::fail("holidays", "'" + holiday + "' should be a date such as 2026-12-25");
    schedule.holidays_.insert(*day);
  }
  return schedule;
}

core::Time Schedule::first_showing(LocalTime local) const {
  const date::local_info info = zone_->get_info(for_zone(local));
  if (info.result == date::local_info::nonexistent) return info.second.begin;
  return local - info.first.offset;
}

core::Time Schedule::last_showing_less(LocalTime local) const {
  const date::local_info info = zone_->get_info(for_zone(local));
  if (info.result == date::local_info::nonexistent) return info.second.begin;
  const core::Time first = local - info.first.offset;
  if (info.result == date::local_info::unique) return first;
  // The time that the clocks go back to: from its first showing on they show no less.
  const core::Time second = local - info.second.offset;
  return second == info.second.begin ? first : second;
}

Schedule::LocalTime Schedule::local_at(core::Time t) const {
  const auto second = std::chrono::floor<seconds>(t);
  return second + zone_->get_info(second).offset;
}

std::vector<Window> Schedule::opening_on(Day day) const {
  std::vector<Window> windows;
  if (!weekdays_.contains(weekday_of(day)) || (!is_weekly_ && holidays_.contains(day))) return windows;
  const Day last = day + closes_after_;
  core::Time from = first_showing(day + opens_);
  const core::Time until = last_showing_less(last + closes_);
  const auto add_up_to = [&](core::Time end) {
    if (from < std::min(end, until)) windows.push_back({from, std::min(end, until)});  // not one that the clocks skip
  };
  // The days around too: where midnight comes twice, their dates are shown inside the window.
  for (Day inside = day - days(1); is_weekly_ && inside <= last + days(1); inside += days(1)) {
    if (!holidays_.contains(inside)) continue;
    const Window cut{first_showing(inside), last_showing_less(inside + days(1))};
    if (cut.start >= cut.end) continue;  // a date that the clocks skip
    add_up_to(cut.start);
    from = std::max(from, cut.end);
  }
  add_up_to(until);
  return windows;
}

// A week before `t` is early enough for any window that `t` can lie in. Holidays are a finite list, so the search ends.
Window Schedule::window_at_or_after(core::Time t) const {
  std::optional<Window> found;
  for (Day day = std::chrono::floor<days>(local_at(t)) - days(9);; day += days(1)) {
    for (const Window& next : opening_on(day)) {
      if (found) found->end = std::min(found->end, next.start);
      if (found && found->end > t) return *found;
      if (next.end > t) found = next;
    }
  }
}

core::Time Schedule::next_change(core::Time t) const {
  const Window window = window_at_or_after(t);
  return window.start > t ? window.start : window.end;
}

std::string Schedule::local_text(core::Time t) const {
  const LocalTime local = local_at(t);
  const Day day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  std::string text = std::string(weekday_names[weekday_of(day)]) + " " + std::to_string(static_cast<int>(date.year())) +
                     "-" + two_digits(static_cast<unsigned>(date.month())) + "-" +
                     two_digits(static_cast<unsigned>(date.day())) + " " + two_digits(time.hours().count()) + ":" +
                     two_digits(time.minutes().count());
  if (time.seconds().count() != 0) text += ":" + two_digits(time.seconds().count());
  return text + " " + zone_name_;
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  return names;
}

}  // namespace fix
