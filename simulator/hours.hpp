#pragma once

#include <chrono>
#include <optional>

#include "core/time.hpp"
#include "fix/schedule.hpp"

namespace simulator {

// What an exchange does with orders at a time. In a call they gather for an auction, which ends it.
enum class Phase { closed, opening_call, continuous, closing_call, halted };

// The hours of trading. A day of trading is a window of the schedule: it begins with the call of the opening auction
// and ends with that of the closing one, and there is one auction of each even when its call has no length. In a window
// that is too short for both (holidays and clocks that change can do that) the opening call is cut.
struct HoursSettings {
  fix::ScheduleText text;
  fix::Schedule schedule;  // of the text
  std::chrono::seconds opening_call{0};
  std::chrono::seconds closing_call{0};
};

// Of a day of trading, without its calls.
[[nodiscard]] fix::Window continuous_part(const HoursSettings& hours, const fix::Window& day);

// Never Phase::halted. Of no hours at all: always continuous.
[[nodiscard]] Phase phase_at(const std::optional<HoursSettings>& hours, core::Time t);
// The first moment after `t` at which the phase changes.
[[nodiscard]] core::Time next_phase_change(const HoursSettings& hours, core::Time t);

}  // namespace simulator
