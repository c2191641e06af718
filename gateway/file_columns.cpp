#include <array>

#include "gateway/desk_commands.hpp"

// The columns of the CSV files that people keep with other programs.
namespace gateway {

namespace {

constexpr std::array<FileColumn, 3> account_columns{{{"Account"}, {"Name"}, {"Currency"}}};
constexpr std::array<FileColumn, 3> group_columns{{{"Group"}, {"Account"}, {"Was", false}}};
constexpr std::array<FileColumn, 12> instrument_columns{{{"Symbol"},
                                                         {"SecType"},
                                                         {"Exchange"},
                                                         {"Currency"},
                                                         {"Unit"},
                                                         {"RoundLot", false},
                                                         {"Tick", false},
                                                         {"Multiplier", false},
                                                         {"Shortable", false},
                                                         {"LastTradingDate", false},
                                                         {"ReferencePrice", false},
                                                         {"ReferenceDate", false}}};
// Was and Version: what an export found, so that an import knows what was edited and what has changed since.
constexpr std::array<FileColumn, 6> model_columns{
    {{"Model"}, {"Name"}, {"Currency"}, {"Symbol"}, {"Percent"}, {"Version", false}}};
constexpr std::array<FileColumn, 7> position_columns{
    {{"Account"}, {"Sleeve"}, {"Symbol"}, {"Quantity"}, {"Cost"}, {"Currency"}, {"Was", false}}};
constexpr std::array<FileColumn, 3> price_columns{{{"Symbol"}, {"Price"}, {"Time", false}}};

}  // namespace

std::string_view text(FileKind kind) {
  switch (kind) {
    case FileKind::accounts: return "accounts";
    case FileKind::groups: return "groups";
    case FileKind::instruments: return "instruments";
    case FileKind::models: return "models";
    case FileKind::positions: return "positions";
    case FileKind::prices: return "prices";
  }
  return "";
}

std::span<const FileColumn> columns_of(FileKind kind) {
  switch (kind) {
    case FileKind::accounts: return account_columns;
    case FileKind::groups: return group_columns;
    case FileKind::instruments: return instrument_columns;
    case FileKind::models: return model_columns;
    case FileKind::positions: return position_columns;
    case FileKind::prices: return price_columns;
  }
  return {};
}

}  // namespace gateway
