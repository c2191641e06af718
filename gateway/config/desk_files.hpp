#pragma once

#include <filesystem>
#include <tl/expected.hpp>
#include <vector>

#include "files/text.hpp"
#include "gateway/journal/event.hpp"

namespace gateway {

// Where a desk that is new to Prorata describes itself; CSV with a header, columns in any order.
struct DeskFiles {
  std::filesystem::path accounts;     // Account, Name, Currency, Cash
  std::filesystem::path instruments;  // Symbol, SecType, Exchange, Currency, Unit, ReferencePrice, ReferenceDate
  std::filesystem::path models;       // Model, Name, Currency
  std::filesystem::path investments;  // Account, Model, Amount: taken from the account's cash
  std::filesystem::path holdings;     // Account, Model, Symbol, Quantity, Cost; empty path: none
};

// The events that set the desk up, in an order in which they can be applied. All of the files or nothing.
// Errors name file, line and column: what Csv tells, names, investments and holdings given twice, names not
// known or not printable, amounts that are not above zero,
// more invested than the account has, currencies that differ, quantities that are no whole number of the unit.
[[nodiscard]] tl::expected<std::vector<Event>, files::Errors> read_desk(const DeskFiles& desk);

}  // namespace gateway
