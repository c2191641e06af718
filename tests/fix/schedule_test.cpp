#include "fix/schedule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <iterator>
#include <optional>

namespace fix {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

core::Time utc(const std::string& minute) { return core::parse_iso(minute + ":00Z").value(); }
std::string text(core::Time time) { return core::iso_text(time).substr(0, 16); }
std::string text(const Window& window) { return text(window.start) + " to " + text(window.end); }

Schedule daily(const std::string& zone, const std::string& opens, const std::string& closes,
               std::vector<std::string> weekdays = {}, std::vector<std::string> holidays = {}) {
  const auto schedule = Schedule::parse({zone, opens, closes, std::move(weekdays), std::move(holidays)});
  EXPECT_TRUE(schedule.has_value()) << schedule.error().text();
  return *schedule;
}
Schedule weekly(const std::string& zone, const std::string& opens, const std::string& closes,
                std::vector<std::string> holidays = {}) {
  return daily(zone, opens, closes, {}, std::move(holidays));
}
std::string window_at(const Schedule& schedule, const std::string& minute) {
  return text(schedule.window_at_or_after(utc(minute)));
}

// ---- examples

TEST(Schedule, ADeskDayInNewYorkFollowsItsClocks) {
  const Schedule schedule = daily("America/New_York", "08:00", "17:00", {"Mon", "Tue", "Wed", "Thu", "Fri"});
  EXPECT_EQ(window_at(schedule, "2026-11-20T15:00"), "2026-11-20T13:00 to 2026-11-20T22:00");
  EXPECT_TRUE(schedule.is_open(utc("2026-11-20T13:00")));
  EXPECT_FALSE(schedule.is_open(utc("2026-11-20T12:59")));
  EXPECT_TRUE(schedule.is_open(utc("2026-11-20T22:00") - std::chrono::nanoseconds(1)));
  EXPECT_FALSE(schedule.is_open(utc("2026-11-20T22:00")));
  // Friday's end: the next is Monday's.
  EXPECT_EQ(window_at(schedule, "2026-11-20T22:00"), "2026-11-23T13:00 to 2026-11-23T22:00");
  EXPECT_EQ(text(schedule.next_change(utc("2026-11-20T15:00"))), "2026-11-20T22:00");
  EXPECT_EQ(text(schedule.next_change(utc("2026-11-21T15:00"))), "2026-11-23T13:00");
  EXPECT_EQ(schedule.local_text(utc("2026-11-23T13:00")), "Mon 2026-11-23 08:00 America/New_York");
  // In summer an hour earlier.
  EXPECT_EQ(window_at(schedule, "2026-07-01T15:00"), "2026-07-01T12:00 to 2026-07-01T21:00");
}

TEST(Schedule, AWindowMayGoOverMidnight) {
  const Schedule schedule = daily("Asia/Tokyo", "20:00", "05:30", {"Mon", "Fri"});
  EXPECT_EQ(window_at(schedule, "2026-11-20T15:00"), "2026-11-20T11:00 to 2026-11-20T20:30");
  EXPECT_EQ(window_at(schedule, "2026-11-20T20:30"), "2026-11-23T11:00 to 2026-11-23T20:30");
}

TEST(Schedule, AWholeDayIsFollowedByTheNextAtOnce) {
  const Schedule schedule = daily("America/New_York", "17:00", "17:00");
  EXPECT_EQ(window_at(schedule, "2026-11-20T21:59"), "2026-11-19T22:00 to 2026-11-20T22:00");
  EXPECT_EQ(window_at(schedule, "2026-11-20T22:00"), "2026-11-20T22:00 to 2026-11-21T22:00");
  EXPECT_TRUE(schedule.is_open(utc("2026-11-20T22:00")));
}

TEST(Schedule, AWeekIsOneWindow) {
  const Schedule schedule = weekly("America/New_York", "Sun 17:00", "Fri 17:00");
  EXPECT_EQ(window_at(schedule, "2026-11-18T03:00"), "2026-11-15T22:00 to 2026-11-20T22:00");
  EXPECT_EQ(window_at(schedule, "2026-11-20T22:00"), "2026-11-22T22:00 to 2026-11-27T22:00");
  const Schedule whole = weekly("UTC", "Sun 17:00", "Sun 17:00");
  EXPECT_EQ(window_at(whole, "2026-11-18T03:00"), "2026-11-15T17:00 to 2026-11-22T17:00");
  EXPECT_EQ(window_at(whole, "2026-11-22T17:00"), "2026-11-22T17:00 to 2026-11-29T17:00");
}

TEST(Schedule, NothingOpensOnAHoliday) {
  const Schedule schedule = daily("America/New_York", "08:00", "17:00", {"Thu", "Fri"}, {"2026-11-26"});
  EXPECT_EQ(window_at(schedule, "2026-11-20T22:00"), "2026-11-27T13:00 to 2026-11-27T22:00");
  // What opened the evening before goes on.
  const Schedule night = daily("America/New_York", "18:00", "17:00", {}, {"2026-11-26"});
  EXPECT_EQ(window_at(night, "2026-11-26T15:00"), "2026-11-25T23:00 to 2026-11-26T22:00");
  EXPECT_EQ(window_at(night, "2026-11-26T22:00"), "2026-11-27T23:00 to 2026-11-28T22:00");
}

TEST(Schedule, AHolidayIsCutOutOfAWeek) {
  const Schedule schedule = weekly("America/New_York", "Sun 17:00", "Fri 17:00", {"2026-11-26", "2026-12-20"});
  EXPECT_EQ(window_at(schedule, "2026-11-24T00:00"), "2026-11-22T22:00 to 2026-11-26T05:00");
  EXPECT_EQ(window_at(schedule, "2026-11-26T05:00"), "2026-11-27T05:00 to 2026-11-27T22:00");
  EXPECT_EQ(window_at(schedule, "2026-12-20T23:00"), "2026-12-21T05:00 to 2026-12-25T22:00") << "of the opening day";
}

// Both Sundays of daylight saving, north and south: a day of 23 and one of 25 hours.
TEST(Schedule, KeepsLocalTimeOnBothSundaysOfDaylightSaving) {
  const Schedule new_york = daily("America/New_York", "17:00", "17:00");
  EXPECT_EQ(window_at(new_york, "2026-03-08T12:00"), "2026-03-07T22:00 to 2026-03-08T21:00");
  EXPECT_EQ(window_at(new_york, "2026-11-01T12:00"), "2026-10-31T21:00 to 2026-11-01T22:00");
  const Schedule london = daily("Europe/London", "00:00", "00:00");
  EXPECT_EQ(window_at(london, "2026-03-29T12:00"), "2026-03-29T00:00 to 2026-03-29T23:00");
  EXPECT_EQ(window_at(london, "2026-10-25T12:00"), "2026-10-24T23:00 to 2026-10-26T00:00");
  const Schedule sydney = daily("Australia/Sydney", "17:00", "17:00");
  EXPECT_EQ(window_at(sydney, "2026-10-04T00:00"), "2026-10-03T07:00 to 2026-10-04T06:00");
  EXPECT_EQ(window_at(sydney, "2026-04-05T00:00"), "2026-04-04T06:00 to 2026-04-05T07:00");
  const Schedule kolkata = daily("Asia/Kolkata", "17:00", "17:00");
  EXPECT_EQ(window_at(kolkata, "2026-03-29T00:00"), "2026-03-28T11:30 to 2026-03-29T11:30");
}

TEST(Schedule, ATimeThatClocksSkipIsTheMomentOfTheJump) {
  // 02:00 to 03:00 do not exist on 2026-03-08.
  EXPECT_EQ(window_at(daily("America/New_York", "02:30", "12:00"), "2026-03-08T12:00"),
            "2026-03-08T07:00 to 2026-03-08T16:00");
  EXPECT_EQ(window_at(daily("America/New_York", "00:00", "02:30"), "2026-03-08T06:00"),
            "2026-03-08T05:00 to 2026-03-08T07:00");
  EXPECT_EQ(window_at(daily("America/New_York", "02:10", "02:50"), "2026-03-08T06:00"),
            "2026-03-09T06:10 to 2026-03-09T06:50")
      << "nothing is left of that day's";
  // The island that skipped a whole day.
  EXPECT_EQ(window_at(daily("Pacific/Apia", "00:00", "00:00"), "2011-12-30T09:59"),
            "2011-12-29T10:00 to 2011-12-30T10:00");
  EXPECT_EQ(window_at(daily("Pacific/Apia", "00:00", "00:00"), "2011-12-30T10:00"),
            "2011-12-30T10:00 to 2011-12-31T10:00");
}

TEST(Schedule, OfATimeThatComesTwiceTheFirstOpensAndTheSecondCloses) {
  // 01:00 to 02:00 come twice on 2026-11-01, from 05:00 and from 06:00 UTC.
  EXPECT_EQ(window_at(daily("America/New_York", "01:30", "12:00"), "2026-11-01T12:00"),
            "2026-11-01T05:30 to 2026-11-01T17:00");
  EXPECT_EQ(window_at(daily("America/New_York", "00:00", "01:30"), "2026-11-01T05:00"),
            "2026-11-01T04:00 to 2026-11-01T06:30");
  // Where that would overlap, the next window begins.
  EXPECT_EQ(window_at(daily("America/New_York", "01:30", "01:30"), "2026-11-01T05:00"),
            "2026-10-31T05:30 to 2026-11-01T05:30");
  EXPECT_EQ(window_at(daily("America/New_York", "01:30", "01:30"), "2026-11-01T05:30"),
            "2026-11-01T05:30 to 2026-11-02T06:30");
}

TEST(Schedule, TheTimeThatClocksGoBackToIsClosedFromItsFirstShowingOn) {
  // At 02:00 clocks go back to 01:00: while the hour from 01:00 comes again, they show nothing less than 01:00.
  EXPECT_EQ(window_at(daily("America/New_York", "00:00", "01:00"), "2026-11-01T04:30"),
            "2026-11-01T04:00 to 2026-11-01T05:00");
  EXPECT_EQ(window_at(daily("Australia/Lord_Howe", "20:00", "01:30"), "2026-04-04T12:00"),
            "2026-04-04T09:00 to 2026-04-04T14:30");
}

TEST(Schedule, AHolidayWhoseMidnightComesTwiceIsClosedFromTheFirstToTheLast) {
  // At 01:00 clocks went back to 00:00 on 2000-10-29: midnight at 04:00 and at 05:00 UTC.
  const Schedule on_the_day = weekly("America/Havana", "Wed 17:00", "Tue 17:00", {"2000-10-29"});
  EXPECT_EQ(window_at(on_the_day, "2000-10-29T00:00"), "2000-10-25T21:00 to 2000-10-29T04:00");
  EXPECT_EQ(window_at(on_the_day, "2000-10-29T04:00"), "2000-10-30T05:00 to 2000-10-31T22:00");
  const Schedule the_day_before = weekly("America/Havana", "Wed 17:00", "Tue 17:00", {"2000-10-28"});
  EXPECT_EQ(window_at(the_day_before, "2000-10-28T12:00"), "2000-10-29T04:00 to 2000-10-31T22:00");
  // At 00:01 clocks went back to 23:01 of the day before on 2006-10-29: the 29th began twice, at 02:30 and 03:30 UTC.
  const Schedule first = weekly("America/St_Johns", "Wed 17:00", "Tue 17:00", {"2006-10-29"});
  EXPECT_EQ(window_at(first, "2006-10-28T00:00"), "2006-10-25T19:30 to 2006-10-29T02:30");
  const Schedule second = weekly("America/St_Johns", "Wed 17:00", "Tue 17:00", {"2006-10-28"});
  EXPECT_EQ(window_at(second, "2006-10-29T02:30"), "2006-10-29T03:30 to 2006-10-31T20:30");
  // Opening and closing on the days around a holiday does not open what shows its date.
  const Schedule opens_after = weekly("America/St_Johns", "Sun 00:00", "Tue 17:00", {"2006-10-28"});
  EXPECT_EQ(window_at(opens_after, "2006-10-29T02:30"), "2006-10-29T03:30 to 2006-10-31T20:30");
  const Schedule closes_before = weekly("America/St_Johns", "Wed 17:00", "Sat 23:30", {"2006-10-29"});
  EXPECT_EQ(window_at(closes_before, "2006-10-28T00:00"), "2006-10-25T19:30 to 2006-10-29T02:30");
}

TEST(Schedule, RefusesWithTheKeyAndWhatWouldBeRight) {
  const auto refused = [](ScheduleText text) {
    const auto schedule = Schedule::parse(text);
    return schedule ? std::string("taken") : schedule.error().text();
  };
  EXPECT_EQ(refused({"America/NewYork", "08:00", "17:00", {}, {}}),
            "zone: 'America/NewYork' is not a time zone such as America/New_York");
  EXPECT_EQ(refused({"", "08:00", "17:00", {}, {}}), "zone: '' is not a time zone such as America/New_York");
  for (const char* wrong :
       {"", "8:00", "24:00", "08:60", "08-00", "08:00:60", "Son 17:00", "Sun", "Sun  7:00", "+8:00"}) {
    EXPECT_EQ(
        refused({"UTC", wrong, "17:00", {}, {}}),
        "opens: '" + std::string(wrong) +
            "' should be a local time from 00:00 to 23:59 such as 17:00, or a weekday and a time such as Sun 17:00");
  }
  EXPECT_EQ(refused({"UTC", "Sun 08:00", "17:00", {}, {}}),
            "closes: should have a weekday when opens has one, and only then");
  EXPECT_EQ(refused({"UTC", "Sun 08:00", "Fri 17:00", {"Mon"}, {}}), "days: has no place beside a weekday in opens");
  EXPECT_EQ(refused({"UTC", "08:00", "17:00", {"Mon", "monday"}, {}}),
            "days: 'monday' should be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun");
  for (const char* wrong : {"2026-02-30", "2026-1-01", "26-01-01", "2026/01/01", ""}) {
    EXPECT_EQ(refused({"UTC", "08:00", "17:00", {}, {wrong}}),
              "holidays: '" + std::string(wrong) + "' should be a date such as 2026-12-25");
  }
  EXPECT_EQ(refused({"UTC", "08:00:30", "17:00", {}, {"2028-02-29"}}), "taken");
}

TEST(Schedule, KnowsTheZonesOfTheSystem) {
  const std::vector<std::string> names = zone_names();
  EXPECT_GT(names.size(), 400U);
  EXPECT_NE(std::ranges::find(names, "America/New_York"), names.end());
}

// ---- against the C library's clocks

// What clocks in a zone show, minute by minute, by localtime_r(): nothing of it is the code under test.
class Clocks {
 public:
  Clocks(const std::string& zone, core::Time from, int count) : from_(from) {
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
    for (int i = 0; i < count; ++i) {
      const std::time_t at = (std::chrono::floor<seconds>(from) + minutes(i)).time_since_epoch().count();
      std::tm local{};
      ::localtime_r(&at, &local);
      shown_.push_back(
          std::chrono::sys_days(std::chrono::year(local.tm_year + 1900) / (local.tm_mon + 1) / local.tm_mday) +
          hours(local.tm_hour) + minutes(local.tm_min));
    }
    ::unsetenv("TZ");
    ::tzset();
  }
  [[nodiscard]] std::size_t size() const { return shown_.size(); }
  [[nodiscard]] core::Time at(std::size_t i) const { return from_ + minutes(i); }
  [[nodiscard]] std::chrono::sys_days first_day() const { return std::chrono::floor<days>(shown_.front()); }
  [[nodiscard]] std::chrono::sys_days last_day() const { return std::chrono::floor<days>(shown_.back()); }
  // The index of the first minute that shows `local` or later.
  [[nodiscard]] std::size_t first(std::chrono::sys_seconds local) const {
    return static_cast<std::size_t>(std::ranges::find_if(shown_, [&](auto shown) { return shown >= local; }) -
                                    shown_.begin());
  }
  // The index behind the last minute that shows less than `local`.
  [[nodiscard]] std::size_t behind(std::chrono::sys_seconds local) const {
    const auto last = std::find_if(shown_.rbegin(), shown_.rend(), [&](auto shown) { return shown < local; });
    return static_cast<std::size_t>(last.base() - shown_.begin());
  }

 private:
  core::Time from_;
  std::vector<std::chrono::sys_seconds> shown_;
};

// The days of a year on which a zone's clocks change, by the C library too.
std::vector<std::chrono::sys_days> changes_of_clocks(const std::string& zone, int year) {
  ::setenv("TZ", zone.c_str(), 1);
  ::tzset();
  std::vector<std::chrono::sys_days> changes;
  std::optional<long> before;
  const std::chrono::sys_days first = std::chrono::year(year) / 1 / 1;
  for (auto day = first; day < first + days(365); day += days(1)) {
    const std::time_t noon = std::chrono::sys_seconds(day + hours(12)).time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&noon, &local);
    if (before && *before != local.tm_gmtoff) changes.push_back(day);
    before = local.tm_gmtoff;
  }
  ::unsetenv("TZ");
  ::tzset();
  return changes;
}

struct Drawn {
  std::string zone;
  bool is_weekly = false;
  std::chrono::minutes opens{};
  std::chrono::minutes closes{};
  unsigned opens_on = 0;
  unsigned closes_on = 0;
  std::vector<unsigned> weekdays;
  std::vector<std::chrono::sys_days> holidays;
  core::Time from;  // three weeks are looked at
};

constexpr const char* weekday_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr int minutes_looked_at = 21 * 24 * 60;

std::string clock_text(std::chrono::minutes time) {
  const std::string hour = std::to_string(100 + time.count() / 60).substr(1);
  return hour + ":" + std::to_string(100 + time.count() % 60).substr(1);
}

// Around a change of the clocks in most cases, and with times in the hours in which clocks change.
Drawn draw() {
  const auto time = [] {
    return std::chrono::minutes(*rc::gen::oneOf(rc::gen::inRange(0, 24 * 60), rc::gen::inRange(60, 180)));
  };
  Drawn drawn;
  drawn.zone = *rc::gen::element<std::string>("America/New_York", "Europe/London", "Australia/Sydney", "Asia/Tokyo",
                                              "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca",
                                              "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia");
  drawn.is_weekly = *rc::gen::arbitrary<bool>();
  drawn.opens = time();
  drawn.closes = *rc::gen::inRange(0, 4) == 0 ? drawn.opens : time();
  drawn.opens_on = *rc::gen::inRange(0U, 7U);
  drawn.closes_on = *rc::gen::inRange(0U, 7U);
  drawn.weekdays = *rc::gen::nonEmpty(rc::gen::unique<std::vector<unsigned>>(rc::gen::inRange(0U, 7U)));
  const int year = *rc::gen::inRange(2000, 2030);
  std::chrono::sys_days middle =
      std::chrono::sys_days(std::chrono::year(year) / 1 / 1) + days(*rc::gen::inRange(0, 365));
  const auto changes = changes_of_clocks(drawn.zone, year);
  if (!changes.empty() && *rc::gen::inRange(0, 4) > 0) {
    middle = *rc::gen::elementOf(changes) - days(*rc::gen::inRange(0, 2));
  }
  drawn.from = middle - days(10);
  for (const int distance : *rc::gen::container<std::vector<int>>(*rc::gen::inRange(0, 4), rc::gen::inRange(-5, 5))) {
    drawn.holidays.push_back(middle + days(distance));
  }
  return drawn;
}

Schedule schedule_of(const Drawn& drawn) {
  ScheduleText text;
  text.zone = drawn.zone;
  text.opens = clock_text(drawn.opens);
  text.closes = clock_text(drawn.closes);
  if (drawn.is_weekly) {
    text.opens = std::string(weekday_names[drawn.opens_on]) + " " + text.opens;
    text.closes = std::string(weekday_names[drawn.closes_on]) + " " + text.closes;
  } else {
    for (const unsigned weekday : drawn.weekdays) text.days.emplace_back(weekday_names[weekday]);
  }
  for (const auto day : drawn.holidays) text.holidays.push_back(core::iso_text(day).substr(0, 10));
  RC_LOG() << text.zone << " " << text.opens << " to " << text.closes << ", from " << core::iso_text(drawn.from)
           << '\n';
  for (const std::string& day : text.holidays) RC_LOG() << "holiday " << day << '\n';
  return Schedule::parse(text).value();
}

// For each minute the number of the window that it lies in, or 0, found by looking at clocks only.
std::vector<int> scan(const Drawn& drawn, const Clocks& clocks) {
  std::vector<int> windows(clocks.size(), 0);
  int number = 0;
  for (auto day = clocks.first_day(); day <= clocks.last_day(); day += days(1)) {
    const unsigned weekday = std::chrono::weekday(day).c_encoding();
    const bool is_holiday = std::ranges::count(drawn.holidays, day) > 0;
    if (drawn.is_weekly ? weekday != drawn.opens_on : is_holiday || std::ranges::count(drawn.weekdays, weekday) == 0) {
      continue;
    }
    days length{drawn.closes <= drawn.opens ? 1 : 0};
    if (drawn.is_weekly) {
      length = days((drawn.closes_on + 7 - drawn.opens_on) % 7);
      if (length == days(0) && drawn.closes <= drawn.opens) length = days(7);
    }
    const std::size_t end = clocks.behind(day + length + drawn.closes);
    ++number;
    bool was_cut = false;
    for (std::size_t i = clocks.first(day + drawn.opens); i < end; ++i) {
      // A later window takes the minutes of one that has not ended: they are overwritten.
      const bool cut = drawn.is_weekly && std::ranges::any_of(drawn.holidays, [&](auto holiday) {
                         return i >= clocks.first(holiday) && i < clocks.behind(holiday + days(1));
                       });
      if (!cut && was_cut) ++number;
      was_cut = cut;
      if (!cut) windows[i] = number;
    }
  }
  return windows;
}

TEST(Schedule, AgreesMinuteByMinuteWithClocks) {
  int checked = 0;
  EXPECT_TRUE(rc::check([&] {
    const Drawn drawn = draw();
    const Schedule schedule = schedule_of(drawn);
    const Clocks clocks(drawn.zone, drawn.from, minutes_looked_at);
    const std::vector<int> windows = scan(drawn, clocks);
    // Windows that reach over the ends of what was scanned are known in part only.
    const std::size_t margin = std::size_t{8} * 24 * 60;
    for (std::size_t i = margin; i + margin < clocks.size(); i += 1) {
      const Window window = schedule.window_at_or_after(clocks.at(i));
      const bool is_open = window.start <= clocks.at(i);
      RC_LOG() << (is_open == (windows[i] != 0) ? "" : "at " + core::iso_text(clocks.at(i)) + "\n");
      RC_ASSERT(is_open == (windows[i] != 0));
      const Window before = schedule.window_at_or_after(clocks.at(i - 1));
      if (is_open) RC_ASSERT((before == window) == (windows[i - 1] == windows[i] || windows[i - 1] == 0));
      ++checked;
    }
  }));
  std::cout << "minutes checked: " << checked << '\n';
}

TEST(Schedule, WindowsFollowEachOtherAndChangesAreWhereTheyBeginAndEnd) {
  int windows = 0;
  EXPECT_TRUE(rc::check([&] {
    const Drawn drawn = draw();
    const Schedule schedule = schedule_of(drawn);
    const std::chrono::nanoseconds instant(1);
    core::Time t = drawn.from + minutes(*rc::gen::inRange(0, minutes_looked_at));
    for (int i = 0; i < 20; ++i) {
      const Window window = schedule.window_at_or_after(t);
      RC_ASSERT(window.start < window.end);
      RC_ASSERT(window.end > t);
      // The same answer from anywhere inside, and from the start on.
      const auto inside = *rc::gen::inRange<std::int64_t>(0, (window.end - window.start).count());
      RC_ASSERT(schedule.window_at_or_after(window.start + std::chrono::nanoseconds(inside)) == window);
      RC_ASSERT(schedule.window_at_or_after(window.end - instant) == window);
      const Window next = schedule.window_at_or_after(window.end);
      RC_ASSERT(next.start >= window.end);
      const core::Time change = schedule.next_change(t);
      RC_ASSERT(change > t);
      RC_ASSERT(change == (window.start > t ? window.start : window.end));
      RC_ASSERT(schedule.next_change(change - instant) == change);
      RC_ASSERT(schedule.is_open(change - instant) != schedule.is_open(change) || next.start == change);
      t = change;
      ++windows;
    }
  }));
  std::cout << "changes checked: " << windows << '\n';
}

}  // namespace
}  // namespace fix
