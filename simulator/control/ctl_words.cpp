#include "simulator/control/ctl_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "files/text.hpp"

namespace simulator {

namespace {

constexpr std::int64_t most_of_a_unit = 1'000'000'000;
constexpr auto units = std::to_array<std::pair<std::string_view, std::int64_t>>(
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}});

}  // namespace

core::Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto wrong =
      core::fail("", "'" + files::shown(text) + "' is no length of time, such as 90s, 1h30m, 250ms or 1d");
  std::int64_t total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc() || count < 0 || count > most_of_a_unit) return wrong;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view name = rest.substr(0, std::min(rest.find_first_of("0123456789"), rest.size()));
    const auto unit = std::find_if(units.begin(), units.end(), [&](const auto& each) { return each.first == name; });
    if (unit == units.end()) return wrong;
    rest.remove_prefix(name.size());
    total += count * unit->second;
  }
  if (total == 0) return wrong;
  return std::chrono::milliseconds(total);
}

std::string duration_text(std::chrono::milliseconds time) {
  std::int64_t left = time.count();
  std::string text = left < 0 ? "-" : "";
  left = std::max(left, -left);
  const bool is_nothing = left == 0;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    if (left >= unit->second) text += std::to_string(left / unit->second) + std::string(unit->first);
    left %= unit->second;
  }
  return is_nothing ? "0s" : text;
}

std::string step_toml(std::string_view text) {
  std::string step(files::trimmed(text));
  if (step.starts_with('{')) return step;
  const bool is_word = !step.empty() && std::all_of(step.begin(), step.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  return is_word ? "{ do = \"" + step + "\" }" : "{ " + step + " }";
}

}  // namespace simulator
