#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "files/text.hpp"
#include "simulator/scenario/scenario.hpp"

// Scenario files: strict TOML. README.md has all keys.
namespace simulator {

// Of one scenario, repetitions written out: a file cannot keep the exchange busy for ever.
inline constexpr std::size_t max_steps = 10'000;

// All scenarios of these files, in their order. Errors name file, line and column, those of all files at once.
[[nodiscard]] tl::expected<std::vector<Scenario>, files::Errors> load_scenarios(
    const std::vector<std::filesystem::path>& paths);
// The same for text at hand; `name` stands where the path would.
[[nodiscard]] tl::expected<std::vector<Scenario>, files::Errors> parse_scenarios(std::string_view toml,
                                                                                 const std::string& name);
// One step as text(Step) writes it, that could stand at one of these places.
[[nodiscard]] core::Result<Step> parse_step(std::string_view toml, unsigned places);

}  // namespace simulator
