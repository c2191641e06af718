#include "core/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace core {

namespace {

struct Civil {
  int year, month, day, hour, minute, second;
  long nanosecond;
};

Civil civil(Time time) {
  using namespace std::chrono;
  const auto day_point = floor<days>(time);
  const year_month_day date{day_point};
  const hh_mm_ss<nanoseconds> clock{time - day_point};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<long>(clock.subseconds().count())};
}

// Reads fixed-width digits and literal characters from the front of `text`.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool number(std::size_t width, int& value) {
    if (rest_.size() < width) return false;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return false;
    }
    std::from_chars(rest_.data(), rest_.data() + width, value);
    rest_.remove_prefix(width);
    return true;
  }
  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A point and one to nine digits, or nothing.
  bool fraction(long& nanosecond) {
    nanosecond = 0;
    if (!literal('.')) return true;
    int digits = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && digits < 9) {
      nanosecond = nanosecond * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) return false;
    for (; digits < 9; ++digits) nanosecond *= 10;
    return true;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool assemble(const Civil& c, Time& time) {
  using namespace std::chrono;
  const year_month_day date{year{c.year}, month{static_cast<unsigned>(c.month)}, day{static_cast<unsigned>(c.day)}};
  // A leap second (60) is allowed by FIX and falls on the next second; that of the last year would be a time that
  // nothing reads back. int64 nanoseconds end in the year 2262.
  if (!date.ok() || c.year < 1970 || c.year > 2261 || c.hour > 23 || c.minute > 59 || c.second > 60) return false;
  time = sys_days{date} + hours{c.hour} + minutes{c.minute} + seconds{c.second} + nanoseconds{c.nanosecond};
  return time < sys_days{year{2262} / January / 1};
}

Error bad_time(std::string_view text, const char* example) {
  return {"", "'" + std::string(text.substr(0, 40)) + "' is not a time such as " + example};
}

}  // namespace

std::string iso_text(Time time) {
  const Civil c = civil(time);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ", c.year, c.month, c.day, c.hour,
                c.minute, c.second, c.nanosecond);
  return buffer.data();
}

Result<Time> parse_iso(std::string_view text) {
  Reader in(text);
  Civil c{};
  Time time;
  const bool read = in.number(4, c.year) && in.literal('-') && in.number(2, c.month) && in.literal('-') &&
                    in.number(2, c.day) && in.literal('T') && in.number(2, c.hour) && in.literal(':') &&
                    in.number(2, c.minute) && in.literal(':') && in.number(2, c.second) && in.fraction(c.nanosecond) &&
                    in.literal('Z') && in.at_end();
  if (!read || !assemble(c, time)) return tl::unexpected(bad_time(text, "2026-11-21T07:36:07.5Z"));
  return time;
}

std::string fix_timestamp(Time time) {
  const Civil c = civil(time);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d%02d%02d-%02d:%02d:%02d.%06ld", c.year, c.month, c.day, c.hour,
                c.minute, c.second, c.nanosecond / 1000);
  return buffer.data();
}

Result<Time> parse_fix_timestamp(std::string_view text) {
  Reader in(text);
  Civil c{};
  Time time;
  const bool read = in.number(4, c.year) && in.number(2, c.month) && in.number(2, c.day) && in.literal('-') &&
                    in.number(2, c.hour) && in.literal(':') && in.number(2, c.minute) && in.literal(':') &&
                    in.number(2, c.second) && in.fraction(c.nanosecond) && in.at_end();
  if (!read || !assemble(c, time)) return tl::unexpected(bad_time(text, "20261121-07:36:07.500"));
  return time;
}

// Without printf: an exchange writes one into each report. Years of int64 nanoseconds have four digits.
std::string fix_date(Time time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  const int month = static_cast<int>(static_cast<unsigned>(date.month()));
  const int day = static_cast<int>(static_cast<unsigned>(date.day()));
  return std::to_string((static_cast<int>(date.year()) * 100 + month) * 100 + day);
}

}  // namespace core
