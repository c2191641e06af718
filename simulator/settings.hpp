#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "files/toml.hpp"
#include "fix/schedule.hpp"
#include "simulator/client_settings.hpp"
#include "simulator/fees.hpp"
#include "simulator/hours.hpp"
#include "simulator/scenario/scenario.hpp"
#include "simulator/volume_curve.hpp"

// What the configuration file says. The table of all keys, with defaults and bounds, is in README.md.
namespace simulator {

struct SymbolSettings {
  core::Symbol name;
  core::Price reference;  // the maker's mid price walks around it; a whole number of ticks
  core::Price tick;       // prices of orders are whole numbers of it
  core::Quantity lot;     // quantities of orders are whole numbers of it
  core::Currency currency;
  std::string exchange;                                       // MIC, ISO 10383: LastMkt(30) of the fills
  std::optional<core::Quantity> daily_volume = std::nullopt;  // what the maker trades in a day; nothing: no bound
  std::optional<Percent> band_percent = std::nullopt;         // above 0; see PriceBand
  std::optional<FeeSettings> fees = std::nullopt;             // instead of those for all symbols
  std::shared_ptr<const std::vector<core::Price>>
      prices{};  // the maker's mid, move by move, then the last one; null: it walks
};

// Trades and limits stay between these, which are included.
struct PriceBand {
  core::Price low;
  core::Price high;

  friend bool operator==(const PriceBand&, const PriceBand&) = default;
};
// So many percent of the reference, which does not change; nothing: no band.
[[nodiscard]] std::optional<PriceBand> band_of(const SymbolSettings& symbol);

struct LiquiditySettings {
  core::Quantity min_size = core::Quantity::whole(100);  // of one quote of the maker
  core::Quantity max_size = core::Quantity::whole(8'000);
  int levels = 6;       // prices a side; 0: the maker does nothing
  int move_ticks = 2;   // the mid moves by at most this in a step
  int band_ticks = 25;  // and stays within this of the reference
};

struct ExchangeSettings {
  std::uint64_t seed = 1;
  std::chrono::milliseconds acknowledge_latency{2};
  std::chrono::milliseconds fill_latency{5};                     // from one fill of an order to the next
  std::chrono::milliseconds step{100};                           // between moves of the market while orders rest
  std::optional<std::chrono::seconds> close_utc = std::nullopt;  // time of day at which Day orders expire
  std::optional<HoursSettings> hours = std::nullopt;             // of trading; nothing: at all times
  VwapSettings vwap;
  int reject_per_mille = 0;  // of the new orders
  FeeSettings fees;
  LiquiditySettings liquidity;
  std::vector<SymbolSettings> symbols;
  std::optional<SymbolSettings> any_symbol = std::nullopt;  // what all others are like; nothing: they are not traded
};

// What is traded under a name; nothing: nothing is.
[[nodiscard]] std::optional<SymbolSettings> listing(const ExchangeSettings& settings, const core::Symbol& symbol);

struct Settings {
  files::Address listen{"127.0.0.1", 9880};
  std::optional<files::Address> control;  // nothing: there is none
  std::string comp_id;                    // ours
  std::vector<ClientSettings> clients;
  std::filesystem::path dictionary;  // of FIX 4.4, those of other versions beside it; empty: our own
  std::filesystem::path store;       // folder of what is kept over a restart: sessions and exchange; empty: nothing is
  std::filesystem::path executions;  // file with all trades; empty: none
  std::filesystem::path log_dir;     // empty: no log files
  ExchangeSettings exchange;
  std::vector<std::filesystem::path> scenario_files;
  std::vector<Scenario> scenarios;        // what those files hold; the first one that fits counts
  std::optional<fix::Schedule> schedule;  // of the sessions; nothing: always open
  bool reset_at_start = true;
};

inline constexpr std::size_t max_symbols = 10'000;
// Bounds that keep every sum and product within its type.
inline constexpr core::Quantity max_order_quantity = core::Quantity::whole(1'000'000'000);
inline constexpr core::Price max_price = core::Price::whole(1'000'000'000);

// Errors name file, line and column, and what would be right: all of them at once. Nothing is taken from a file with
// one.
[[nodiscard]] tl::expected<Settings, files::Errors> load_settings(const std::filesystem::path& path);
// The same for text at hand; `name` stands where the path would.
[[nodiscard]] tl::expected<Settings, files::Errors> parse_settings(std::string_view toml, const std::string& name);

// Error: it is not of this machine. Whoever reaches a control can do anything to the exchange; it has no passwords.
[[nodiscard]] core::Result<void> check_control(const files::Address& address);

// "21:00" or "21:00:00", of the day in UTC; nothing when it is not there.
[[nodiscard]] std::optional<std::chrono::seconds> read_time_of_day(files::Table& table, std::string_view key);

}  // namespace simulator
