#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace core {

// UTC, to the nanosecond.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

// Where the present comes from. The real one is at the edge; tests and the simulation hand in their own.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return std::chrono::system_clock::now(); }
};

// 2026-11-21T07:36:07.123456789Z; always nine decimals, so that text sorts as time does.
[[nodiscard]] std::string iso_text(Time time);
[[nodiscard]] Result<Time> parse_iso(std::string_view text);

// FIX UTCTimestamp (FIX 5.0 SP2 vol. 1): 20261121-07:36:07.123456, fraction of 0 to 9 digits.
[[nodiscard]] std::string fix_timestamp(Time time);
[[nodiscard]] Result<Time> parse_fix_timestamp(std::string_view text);

// 20261121: the UTC date, as FIX writes dates.
[[nodiscard]] std::string fix_date(Time time);

}  // namespace core
