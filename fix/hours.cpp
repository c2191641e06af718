#include "fix/hours.hpp"

#include <utility>

#include "fix/session.hpp"

namespace fix {

Hours::Hours(std::optional<Schedule> schedule, const core::Clock& clock)
    : schedule_(std::move(schedule)), clock_(clock) {}

std::optional<core::Time> Hours::closed_until() const {
  if (!schedule_) return std::nullopt;
  const core::Time now = clock_.now();
  const core::Time start = schedule_->window_at_or_after(now).start;
  return start > now ? std::optional(start) : std::nullopt;
}

bool begins_anew(const SessionSettings& settings, core::Time created, core::Time now) {
  if (!settings.schedule || !settings.reset_at_start) return false;
  return settings.schedule->window_at_or_after(now).start > settings.schedule->window_at_or_after(created).start;
}

void Hours::connected() {
  end_ = core::Time{};
  if (schedule_ && !closed_until()) end_ = schedule_->window_at_or_after(clock_.now()).end;
}

bool Hours::is_over() const { return schedule_ && clock_.now() >= end_; }

std::string Hours::next_opening() const {
  const core::Time now = clock_.now();
  const Window window = schedule_->window_at_or_after(now);
  return schedule_->local_text(window.start);
}

}  // namespace fix
