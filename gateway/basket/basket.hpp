#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/result.hpp"
#include "gateway/commands.hpp"

namespace gateway {

inline constexpr std::size_t max_basket_lines = 10'000;  // orders, without the header
inline constexpr std::size_t max_basket_errors = 100;    // the most that are told; a last one counts the others

// Reads a basket file: CSV with the columns that desks know, in any order and case.
//   Action     BUY or SELL                     required
//   Quantity   more than zero                  required
//   Symbol                                     required
//   SecType    the instrument's: STK, FUND, BOND, OPT, FUT, CASH; or empty
//   Exchange   the instrument's, or empty, or SMART, which counts as empty
//   Currency   the instrument's, or empty       in any case: usd
//   TimeInForce  DAY, GTC, IOC, FOK; empty: DAY
//   OrderType  MKT or LMT                      required
//   LmtPrice   for LMT, and only then
//   Model      the model's code                required
// Spaces around a cell do not count. Each request's place is "basket.csv:7". Errors: as Csv::parse; columns; each cell
// that is wrong, as "basket.csv:7: LmtPrice"; no orders at all. All of the basket is read or nothing.
[[nodiscard]] tl::expected<std::vector<OrderRequest>, std::vector<core::Error>> parse_basket(
    std::string_view text, const std::string& file_name);

}  // namespace gateway
