#include "simulator/hours.hpp"

#include <algorithm>

namespace simulator {

fix::Window continuous_part(const HoursSettings& hours, const fix::Window& day) {
  const core::Time end = std::max(day.start, day.end - hours.closing_call);
  return {std::min(day.start + hours.opening_call, end), end};
}

Phase phase_at(const std::optional<HoursSettings>& hours, core::Time t) {
  if (!hours) return Phase::continuous;
  const fix::Window day = hours->schedule.window_at_or_after(t);
  const fix::Window part = continuous_part(*hours, day);
  if (t < day.start) return Phase::closed;
  if (t < part.start) return Phase::opening_call;
  return t < part.end ? Phase::continuous : Phase::closing_call;
}

core::Time next_phase_change(const HoursSettings& hours, core::Time t) {
  const fix::Window day = hours.schedule.window_at_or_after(t);
  const fix::Window part = continuous_part(hours, day);
  for (const core::Time change : {day.start, part.start, part.end}) {
    if (change > t) return change;
  }
  return day.end;
}

}  // namespace simulator
