#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"
#include "portfolio/desk.hpp"
#include "portfolio/proposal.hpp"

// Whether the sleeves of a proposal can pay for its purchases.
namespace portfolio {

// A sleeve whose purchases cost more than it has for them.
struct Shortfall {
  alloc::GroupIndex group{};
  alloc::AccountIndex account{};
  core::Money missing{0, core::Currency::of("USD")};  // > 0
};
// "its purchases cost 12.00 USD more than it has in GROWTH, sales included"; begins with these words.
inline constexpr std::string_view shortfall_words = "its purchases cost ";
[[nodiscard]] std::string text(const Shortfall& shortfall, const Desk& desk);

// By group and account. What a sleeve has is its free cash as previewed, what moves into and out of it, and what all
// sales of the proposal bring it at the quotes, less fees; a purchase costs its limit, or its quote, and its fee.
// `places`: of the purchases that count, among Proposal::orders; without it all that have not gone out.
[[nodiscard]] std::vector<Shortfall> shortfalls(const Proposal& proposal, const Desk& desk,
                                                std::optional<std::span<const std::size_t>> places = std::nullopt);

}  // namespace portfolio
