#include "simulator/settings.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/time.hpp"
#include "fix/read_schedule.hpp"
#include "simulator/price_file.hpp"
#include "simulator/scenario/read_scenarios.hpp"
#include "web/loopback.hpp"

namespace simulator {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t max_ms = 60'000;

milliseconds read_ms(files::Table& table, std::string_view key, std::int64_t least, milliseconds fallback) {
  return milliseconds(table.integer(key, least, max_ms, fallback.count()));
}

void read_simulator(files::Table table, Settings& settings) {
  ExchangeSettings& exchange = settings.exchange;
  exchange.seed = static_cast<std::uint64_t>(table.integer("seed", 0, std::numeric_limits<std::int64_t>::max(), 1));
  settings.listen = table.address("listen", settings.listen);
  if (table.has("control")) {
    settings.control = table.address("control");
    const auto good = check_control(*settings.control);
    if (!good && !settings.control->host.empty()) table.refuse("control", good.error().message);
  }
  settings.comp_id = table.word("comp_id");
  settings.dictionary = table.path("dictionary", settings.dictionary);
  settings.store = table.path("store", settings.store);
  settings.executions = table.path("executions", settings.executions);
  settings.log_dir = table.path("log_dir", settings.log_dir);
  if (std::optional<files::Table> latency = table.optional_table("latency_ms")) {
    exchange.acknowledge_latency = read_ms(*latency, "acknowledge", 0, exchange.acknowledge_latency);
    exchange.fill_latency = read_ms(*latency, "fill", 0, exchange.fill_latency);
  }
  exchange.step = read_ms(table, "step_ms", 1, exchange.step);
  exchange.close_utc = read_time_of_day(table, "close");
  settings.scenario_files = table.paths("scenarios");
}

std::optional<HoursSettings> read_trading_hours(files::Table table) {
  constexpr std::int64_t longest = 12 * 3'600;
  const std::chrono::seconds opening_call(table.integer("opening_call_s", 0, longest, 0));
  const std::chrono::seconds closing_call(table.integer("closing_call_s", 0, longest, 0));
  auto hours = fix::read_hours(table, &files::nearest);
  if (!hours) return std::nullopt;
  return HoursSettings{std::move(hours->first), std::move(hours->second), opening_call, closing_call};
}

VwapSettings read_vwap(files::Table table) {
  constexpr std::size_t most_parts = 96;
  VwapSettings vwap;
  vwap.slice = std::chrono::seconds(table.integer("slice_s", 1, 3'600, vwap.slice.count()));
  if (!table.has("curve")) return vwap;
  vwap.curve = table.integers("curve", 1, 1'000);
  if (vwap.curve.empty() || vwap.curve.size() > most_parts) table.refuse("curve", "must hold 1 to 96 whole numbers");
  return vwap;
}

// A fee from nothing up to `most`.
template <class Scaled>
Scaled read_fee(files::Table& table, std::string_view key, Scaled most) {
  const Scaled fee = table.decimal(key, Scaled{});
  if (fee.raw < 0 || fee > most) table.refuse(key, "must be from \"0\" to \"" + most.text() + "\"");
  return fee;
}

std::optional<core::Amount> read_maximum(files::Table& table, std::string_view key, std::string_view minimum_key,
                                         core::Amount minimum) {
  if (!table.has(key)) return std::nullopt;
  const core::Amount maximum = read_fee(table, key, max_fee);
  if (maximum < minimum) table.refuse(key, "must not be below " + std::string(minimum_key));
  return maximum;
}

FeeSettings read_fees(files::Table table) {
  FeeSettings fees;
  fees.per_unit = read_fee(table, "per_unit", max_fee_per_unit);
  fees.percent = read_fee(table, "percent", max_fee_percent);
  fees.per_order = read_fee(table, "per_order", max_fee);
  fees.per_fill_minimum = read_fee(table, "per_fill_minimum", max_fee);
  fees.per_fill_maximum = read_maximum(table, "per_fill_maximum", "per_fill_minimum", fees.per_fill_minimum);
  fees.per_order_minimum = read_fee(table, "per_order_minimum", max_fee);
  fees.per_order_maximum = read_maximum(table, "per_order_maximum", "per_order_minimum", fees.per_order_minimum);
  return fees;
}

void read_fill_sizes(files::Table table, LiquiditySettings& liquidity) {
  liquidity.min_size = table.decimal("min", liquidity.min_size);
  liquidity.max_size = table.decimal("max", liquidity.max_size);
  if (liquidity.min_size.raw <= 0) table.refuse("min", "must be above zero");
  if (liquidity.max_size > max_order_quantity) table.refuse("max", "must be at most " + max_order_quantity.text());
  if (liquidity.max_size < liquidity.min_size) table.refuse("max", "must not be below min");
}

void read_market(files::Table table, LiquiditySettings& liquidity) {
  liquidity.levels = static_cast<int>(table.integer("levels", 0, 50, liquidity.levels));
  liquidity.move_ticks = static_cast<int>(table.integer("move_ticks", 0, 1'000, liquidity.move_ticks));
  liquidity.band_ticks = static_cast<int>(table.integer("band_ticks", 0, 10'000, liquidity.band_ticks));
}

void check_prices(files::Table& table, const SymbolSettings& symbol, const LiquiditySettings& liquidity) {
  if (symbol.tick.raw <= 0 || symbol.tick > max_price) {
    table.refuse("tick", "must be above zero and at most \"" + max_price.text() + "\"");
  } else if (symbol.reference.raw % symbol.tick.raw != 0) {
    table.refuse("reference", symbol.reference.text() + " is not a whole number of ticks of " + symbol.tick.text());
  }
  // The lowest quote must stay above zero.
  const core::Int128 reach = core::Int128{liquidity.band_ticks + liquidity.levels} * symbol.tick.raw;
  if (symbol.reference > max_price) {
    table.refuse("reference", "must be at most \"" + max_price.text() + "\"");
  } else if (symbol.reference.raw <= reach) {
    table.refuse("reference", "must be above " + core::format_decimal(reach, core::Price::decimals) +
                                  ", as far as the market may move (band_ticks and levels)");
  }
}

void check_quantities(files::Table& table, const SymbolSettings& symbol, const LiquiditySettings& liquidity) {
  if (symbol.lot.raw <= 0) return table.refuse("lot", "must be above zero");
  if (liquidity.min_size.raw % symbol.lot.raw != 0 || liquidity.max_size.raw % symbol.lot.raw != 0) {
    table.refuse("lot", "min and max of [fill_sizes] are not whole numbers of lots of " + symbol.lot.text());
  }
  if (!symbol.daily_volume) return;
  if (symbol.daily_volume->raw < 0 || symbol.daily_volume->raw % symbol.lot.raw != 0) {
    table.refuse("daily_volume", "must be a whole number of lots of " + symbol.lot.text());
  }
}

void read_band(files::Table& table, SymbolSettings& symbol) {
  if (!table.has("band_percent")) return;
  symbol.band_percent = table.decimal<Percent>("band_percent");
  if (symbol.band_percent->raw <= 0 || *symbol.band_percent >= Percent::whole(100)) {
    table.refuse("band_percent", "must be above \"0\" and below \"100\"");
  }
}

// As far below the mid as the maker quotes.
core::Price reach_of(const SymbolSettings& symbol, int ticks) {
  return {static_cast<std::int64_t>(std::min<core::Int128>(core::Int128{ticks} * symbol.tick.raw, max_price.raw))};
}

void read_prices(files::Table& table, SymbolSettings& symbol, const LiquiditySettings& liquidity,
                 files::Errors& errors) {
  if (!table.has("prices")) return;
  const std::filesystem::path file = table.path("prices");
  if (symbol.tick.raw <= 0 || symbol.tick > max_price) return;  // told already
  auto prices = load_prices(file, symbol.tick, reach_of(symbol, liquidity.levels), max_price);
  if (prices) {
    symbol.prices = std::make_shared<const std::vector<core::Price>>(*std::move(prices));
  } else {
    errors.insert(errors.end(), prices.error().begin(), prices.error().end());
  }
}

SymbolSettings read_symbol(files::Table& table, core::Symbol name, const LiquiditySettings& liquidity,
                           files::Errors& errors) {
  const std::string code = table.text("currency", "USD");
  const core::Result<core::Currency> currency = core::Currency::parse(code);
  if (!currency) table.refuse("currency", currency.error().message);
  SymbolSettings symbol{.name = std::move(name),
                        .reference = table.decimal<core::Price>("reference"),
                        .tick = table.decimal<core::Price>("tick", *core::Price::parse("0.01")),
                        .lot = table.decimal<core::Quantity>("lot", core::Quantity::whole(1)),
                        .currency = currency.value_or(core::Currency::of("USD")),
                        .exchange = table.word("exchange")};
  if (table.has("daily_volume")) symbol.daily_volume = table.decimal<core::Quantity>("daily_volume");
  if (auto fees = table.optional_table("fees")) symbol.fees = read_fees(*fees);
  read_band(table, symbol);
  read_prices(table, symbol, liquidity, errors);
  check_prices(table, symbol, liquidity);
  check_quantities(table, symbol, liquidity);
  return symbol;
}

tl::expected<Settings, files::Errors> read(core::Result<files::Table> loaded) {
  if (!loaded) return tl::unexpected(files::Errors{loaded.error()});
  files::Table& root = *loaded;
  Settings settings;
  LiquiditySettings& liquidity = settings.exchange.liquidity;
  read_simulator(root.table("simulator"), settings);
  if (auto hours = root.optional_table("schedule")) {
    fix::read_schedule(*std::move(hours), &files::nearest, settings.schedule, settings.reset_at_start);
  }
  if (auto hours = root.optional_table("hours")) settings.exchange.hours = read_trading_hours(*std::move(hours));
  if (auto fees = root.optional_table("fees")) settings.exchange.fees = read_fees(*fees);
  if (auto vwap = root.optional_table("vwap")) settings.exchange.vwap = read_vwap(*std::move(vwap));
  if (auto rejects = root.optional_table("rejects")) {
    settings.exchange.reject_per_mille = static_cast<int>(rejects->integer("per_mille", 0, 1'000, 0));
  }
  if (auto sizes = root.optional_table("fill_sizes")) read_fill_sizes(*sizes, liquidity);
  if (auto market = root.optional_table("market")) read_market(*market, liquidity);
  settings.clients = read_clients(root, settings.comp_id);
  files::Errors bad_prices;
  for (files::Table symbol : root.tables("symbol", "name")) {
    settings.exchange.symbols.push_back(read_symbol(symbol, core::Symbol(symbol.word("name")), liquidity, bad_prices));
  }
  if (auto any = root.optional_table("any_symbol")) {
    settings.exchange.any_symbol = read_symbol(*any, core::Symbol("*"), liquidity, bad_prices);
  }
  if (settings.clients.empty()) root.refuse("client", "there must be one [[client]] with a comp_id at least");
  if (settings.exchange.symbols.empty() && !settings.exchange.any_symbol) {
    root.refuse("symbol", "there must be one [[symbol]] with name, reference and exchange at least, or [any_symbol]");
  }
  files::Errors errors = root.finish();
  errors.insert(errors.end(), bad_prices.begin(), bad_prices.end());
  auto scenarios = load_scenarios(settings.scenario_files);
  if (!scenarios) errors.insert(errors.end(), scenarios.error().begin(), scenarios.error().end());
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  settings.scenarios = *std::move(scenarios);
  return settings;
}

}  // namespace

core::Result<void> check_control(const files::Address& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  if (web::names_this_machine(is_v6 ? "[" + address.host + "]" : address.host)) return {};
  return core::fail("", "'" + address.text() + "' is no address of this machine; the control has no passwords: use " +
                            files::Address{"127.0.0.1", address.port}.text());
}

std::optional<std::chrono::seconds> read_time_of_day(files::Table& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  std::string text = table.text(key);
  if (text.size() == 5) text += ":00";
  const core::Result<core::Time> time = core::parse_fix_timestamp("20000101-" + text);
  if (time && text.size() == 8) {
    const auto of_day = *time - std::chrono::floor<std::chrono::days>(*time);
    return std::chrono::floor<std::chrono::seconds>(of_day);
  }
  table.refuse(key, "'" + text + "' is not a time of day in UTC, such as \"21:00\"");
  return std::nullopt;
}

std::optional<SymbolSettings> listing(const ExchangeSettings& settings, const core::Symbol& symbol) {
  constexpr std::size_t longest = 32;
  const auto is_it = [&](const SymbolSettings& each) { return each.name == symbol; };
  const auto found = std::find_if(settings.symbols.begin(), settings.symbols.end(), is_it);
  if (found != settings.symbols.end()) return *found;
  const std::string& text = symbol.text();
  const bool is_name = !text.empty() && text.size() <= longest &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!settings.any_symbol || !is_name) return std::nullopt;
  SymbolSettings made = *settings.any_symbol;
  made.name = symbol;
  return made;
}

std::optional<PriceBand> band_of(const SymbolSettings& symbol) {
  if (!symbol.band_percent) return std::nullopt;
  constexpr std::int64_t whole = Percent::whole(100).raw;
  const core::Int128 tick = symbol.tick.raw;
  const core::Int128 low = core::Int128{symbol.reference.raw} * (whole - symbol.band_percent->raw);
  const core::Int128 high = core::Int128{symbol.reference.raw} * (whole + symbol.band_percent->raw);
  return PriceBand{{static_cast<std::int64_t>((low + whole * tick - 1) / (whole * tick) * tick)},
                   {static_cast<std::int64_t>(high / (whole * tick) * tick)}};
}

tl::expected<Settings, files::Errors> load_settings(const std::filesystem::path& path) {
  return read(files::Table::load(path));
}

tl::expected<Settings, files::Errors> parse_settings(std::string_view toml, const std::string& name) {
  return read(files::Table::parse(toml, name));
}

}  // namespace simulator
