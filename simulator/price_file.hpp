#pragma once

#include <filesystem>
#include <vector>

#include "core/scaled.hpp"
#include "files/text.hpp"

namespace simulator {

inline constexpr std::size_t max_file_prices = 200'000;

// Prices that were once paid, one a row: a CSV file with the column Price, and perhaps Time, which is not looked at.
// Each to the nearest tick. REQUIRES: tick > 0. Errors: with file and line; a price that is not above `least` (the
// maker's lowest quote must stay above zero) or above `most`; no rows.
[[nodiscard]] tl::expected<std::vector<core::Price>, files::Errors> load_prices(const std::filesystem::path& file,
                                                                                core::Price tick, core::Price least,
                                                                                core::Price most);

}  // namespace simulator
