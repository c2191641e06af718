#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace simulator {

// "90s", "1h30m", "250ms", "1d". Errors say what would be right.
[[nodiscard]] core::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "1h30m", "0s"
[[nodiscard]] std::string duration_text(std::chrono::milliseconds time);

// A step as a person types it, as a table of TOML: disconnect, do = "gap", messages = 2, or with the braces.
[[nodiscard]] std::string step_toml(std::string_view text);

}  // namespace simulator
