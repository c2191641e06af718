#pragma once

#include <optional>
#include <string>
#include <utility>

#include "fix/session.hpp"

namespace fix {

// Hours as a table of a configuration says them: the same keys for the gateway and for the exchange. `Table` is
// files::Table, which this folder may not include; `nearest` is files::nearest. Errors are noted in the table, and
// nothing comes back.
template <class Table, class Nearest>
std::optional<std::pair<ScheduleText, Schedule>> read_hours(Table& table, Nearest nearest) {
  const ScheduleText text{.zone = table.text("zone"),
                          .opens = table.text("opens"),
                          .closes = table.text("closes"),
                          .days = table.texts("days"),
                          .holidays = table.texts("holidays")};
  if (text.zone.empty() || text.opens.empty() || text.closes.empty()) return std::nullopt;  // told already
  core::Result<Schedule> parsed = Schedule::parse(text);
  if (parsed) return std::pair(text, *std::move(parsed));
  const core::Error& error = parsed.error();
  const std::string close = error.place == "zone" ? nearest(text.zone, zone_names()) : "";
  table.refuse(error.place, error.message + (close.empty() ? "" : "; did you mean '" + close + "'?"));
  return std::nullopt;
}

// The hours of a session, into `schedule` and `reset_at_start`.
template <class Table, class Nearest>
void read_schedule(Table table, Nearest nearest, std::optional<Schedule>& schedule, bool& reset_at_start) {
  reset_at_start = table.boolean("reset_at_start", true);
  if (auto hours = read_hours(table, nearest)) schedule = std::move(hours->second);
}

}  // namespace fix
