#include "gateway/config/config.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "fix/read_schedule.hpp"
#include "gateway/config/desk_files.hpp"

namespace gateway {

namespace {

Limits read_limits(files::Table root) {
  Limits limits;
  files::Table table = root.table("limits");
  for (const std::string& code : table.keys()) {
    const core::Result<core::Currency> currency = core::Currency::parse(code);
    if (!currency) {
      table.refuse(code, currency.error().message);
      continue;
    }
    files::Table limit = table.table(code);
    const auto quantity = limit.decimal<core::Quantity>("max_order_quantity");
    if (quantity.raw < 0) limit.refuse("max_order_quantity", "should not be below zero");
    const std::string text = limit.text("max_order_value");
    const core::Result<core::Money> value = core::Money::parse(text, *currency);
    if (!text.empty() && !value) limit.refuse("max_order_value", value.error().message);
    if (value && (value->minor < 0 || value->minor > max_amount_minor)) {
      limit.refuse("max_order_value", "should be between 0 and " + core::Money{max_amount_minor, *currency}.text());
    }
    limits.emplace(*currency, OrderLimit{quantity, value.value_or(core::Money{0, *currency})});
  }
  return limits;
}

// The path of a file that must be there, so that a missing one is told with the line that asked for it.
std::filesystem::path existing_file(files::Table& table, std::string_view key) {
  const std::filesystem::path path = table.path(key);
  if (path.empty()) return path;  // told already
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    const bool unknown = error && error != std::errc::no_such_file_or_directory;
    table.refuse(
        key, unknown ? path.string() + " cannot be reached: " + error.message() : "there is no file " + path.string());
  } else if (std::filesystem::is_directory(status)) {
    table.refuse(key, path.string() + " is a folder; a file is needed");
  }
  return path;
}

// The path of a database that is there or will be made.
std::filesystem::path database_file(files::Table& table, std::string_view key) {
  const std::filesystem::path path = table.path(key);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    table.refuse(key, path.string() + " is a folder; a file is needed");
  }
  if (!std::filesystem::is_regular_file(path, ignored)) return path;
  constexpr std::string_view begins = "SQLite format 3";
  std::array<char, begins.size()> front{};
  std::ifstream file(path, std::ios::binary);
  file.read(front.data(), front.size());
  // An empty one may become a database; whether one that cannot be read is ours is told when it is opened.
  if (file.gcount() > 0 && std::string_view(front.data(), front.size()) != begins) {
    table.refuse(key, path.string() + " is no SQLite database; name another file, which is made");
  }
  return path;
}

// Whether both would listen on one port of this machine.
bool is_same_port(const files::Address& one, const files::Address& other) {
  const auto is_any = [](const std::string& host) { return host == "0.0.0.0" || host == "::"; };
  return one.port != 0 && one.port == other.port && (one.host == other.host || is_any(one.host) || is_any(other.host));
}

void read_sessions(files::Table root, Config& config) {
  std::set<std::string> identities;
  for (files::Table table : root.tables("session", "name")) {
    BrokerSettings broker;
    fix::SessionSettings& session = broker.session;
    session.name = core::SessionName(table.word("name"));
    (void)table.one_of("begin_string", {"FIX.4.4"}, "FIX.4.4");  // the only one so far
    session.sender_comp_id = table.word("sender_comp_id");
    session.target_comp_id = table.word("target_comp_id");
    session.role =
        table.one_of("role", {"dialling", "listening"}) == "listening" ? fix::Role::listening : fix::Role::dialling;
    session.heartbeat_s = static_cast<int>(table.integer("heartbeat_s", 1, 3600, 30));
    session.dictionary = existing_file(table, "dictionary").string();
    if (table.boolean("market_data", false)) config.gateway.engine.market_data.insert(session.name);
    if (auto hours = table.optional_table("schedule")) {
      fix::read_schedule(*std::move(hours), &files::nearest, session.schedule, session.reset_at_start);
    }
    const files::Address address = table.address("address");
    broker.address = address.text();
    config.dictionary_places.emplace(session.name, table.place("dictionary"));
    if (session.role == fix::Role::dialling && !address.host.empty() && address.port == 0) {
      table.refuse("address", "has port 0, which nobody can dial; it should be the broker's");
    }
    if (!session.sender_comp_id.empty() && session.sender_comp_id == session.target_comp_id) {
      table.refuse("target_comp_id", "'" + files::shown(session.target_comp_id) +
                                         "' is sender_comp_id too; it should be the name by which the broker goes");
    }
    if (!identities.insert(session.sender_comp_id + " " + session.target_comp_id).second) {
      table.refuse("target_comp_id", "another session has the same sender_comp_id and target_comp_id");
    }
    config.addresses.emplace(session.name, address);
    config.gateway.brokers.push_back(std::move(broker));
  }
  if (config.gateway.brokers.empty()) root.refuse("", "there is no [[session]]: a gateway has at least one");
}

void read_routing(files::Table root, Config& config) {
  files::Table routing = root.table("routing");
  EngineSettings& engine = config.gateway.engine;
  engine.default_broker = core::SessionName(routing.text("default_broker"));
  if (!engine.default_broker.empty() && !config.addresses.contains(engine.default_broker)) {
    routing.refuse("default_broker", "there is no [[session]] with the name '" + engine.default_broker.text() + "'");
  }
}

// A decimal in quotes, such as "0.005", zero or more; the fallback when it is not there.
template <class Scaled>
Scaled not_below_zero(files::Table& table, std::string_view key, Scaled fallback) {
  if (!table.has(key)) return fallback;
  const core::Result<Scaled> read = Scaled::parse(table.text(key));
  if (read && read->raw >= 0) return *read;
  table.refuse(key, "should be a number in quotes, zero or more, such as \"0.005\"");
  return fallback;
}

// What proposals reckon with; all of it has a default.
void read_models(files::Table models, ModelRules& rules) {
  rules.fees.per_unit = not_below_zero(models, "fee_per_unit", rules.fees.per_unit);
  rules.fees.minimum = not_below_zero(models, "fee_minimum", rules.fees.minimum);
  rules.rules.price_age_max = std::chrono::minutes(models.integer("price_age_max_min", 1, 1'000'000, 24 * 60));
  rules.price_tolerance = not_below_zero(models, "price_tolerance_percent", rules.price_tolerance);
  const core::Currency two_digits = core::Currency::of("USD");
  const core::Result<core::Money> least =
      core::Money::parse(models.has("minimum_trade") ? models.text("minimum_trade") : "0", two_digits);
  if (!least || least->minor < 0) models.refuse("minimum_trade", "should be an amount in quotes, such as \"100.00\"");
  if (least) rules.rules.minimum_trade = least->minor;
}

DeskFiles read_desk_paths(files::Table desk, Config& config) {
  config.database = database_file(desk, "database");
  return {.accounts = existing_file(desk, "accounts"),
          .instruments = existing_file(desk, "instruments"),
          .models = existing_file(desk, "models"),
          .investments = existing_file(desk, "investments"),
          .holdings = desk.has("holdings") ? existing_file(desk, "holdings") : std::filesystem::path()};
}

void read_log(files::Table log, Config& config) {
  config.log = log.path("file");
  config.message_log = log.path("messages");
  // A log line in the middle of the database would be the end of it.
  if (config.log == config.database || config.log == config.message_log) {
    log.refuse("file", "is the path of another file of this gateway");
  }
  if (config.message_log == config.database) log.refuse("messages", "is the path of the database");
  const std::string level = log.one_of("level", {"debug", "info", "warning", "error"}, "info");
  config.log_level = level == "debug"     ? files::Level::debug
                     : level == "warning" ? files::Level::warning
                     : level == "error"   ? files::Level::error
                                          : files::Level::info;
}

// Without TLS anybody between could read what crosses the wire, tokens too.
bool is_loopback(const std::string& host) { return host == "::1" || host.rfind("127.", 0) == 0; }

void read_http(files::Table http, Config& config) {
  config.http = http.address("listen");
  config.http_readers = static_cast<int>(http.integer("readers", 1, 16, config.http_readers));
  if (http.has("tokens")) config.http_tokens = existing_file(http, "tokens");
  const bool has_tls = http.has("certificate") || http.has("key");
  if (has_tls) {
    config.http_certificate = existing_file(http, "certificate");
    config.http_key = existing_file(http, "key");
    if (config.http_tokens.empty()) http.refuse("certificate", "needs http.tokens: TLS alone would let anybody in");
  }
  if (!has_tls && !config.http.host.empty() && !is_loopback(config.http.host)) {
    http.refuse("listen",
                "should be an address of this machine only, such as 127.0.0.1:9780; others need certificate, key and "
                "tokens");
  }
  for (const BrokerSettings& broker : config.gateway.brokers) {
    if (broker.session.role != fix::Role::listening) continue;
    if (is_same_port(config.addresses.at(broker.session.name), config.http)) {
      http.refuse("listen", "is where the session " + broker.session.name.text() + " listens; choose another port");
    }
  }
}

}  // namespace

tl::expected<Config, files::Errors> read_config(const std::filesystem::path& path) {
  core::Result<files::Table> root = files::Table::load(path);
  if (!root) return tl::unexpected(files::Errors{root.error()});
  Config config;
  const DeskFiles desk_files = read_desk_paths(root->table("desk"), config);
  read_sessions(*root, config);
  read_routing(*root, config);
  if (auto network = root->optional_table("network")) {
    config.reconnect_ms = static_cast<int>(network->integer("reconnect_ms", 10, 600'000, config.reconnect_ms));
  }
  config.gateway.engine.limits = read_limits(*root);
  if (auto models = root->optional_table("models")) read_models(*std::move(models), config.gateway.engine.models);
  read_http(root->table("http"), config);
  read_log(root->table("log"), config);
  if (files::Errors errors = root->finish(); !errors.empty()) return tl::unexpected(std::move(errors));

  auto desk = read_desk(desk_files);
  if (!desk) return tl::unexpected(std::move(desk.error()));
  config.desk = std::move(*desk);
  return config;
}

std::string in_words(const Config& config) {
  std::string text;
  const auto add = [&](std::size_t count, const char* what) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  const auto count = [&](const auto& is) {
    return static_cast<std::size_t>(std::count_if(config.desk.begin(), config.desk.end(), is));
  };
  add(config.gateway.brokers.size(), "session");
  add(count([](const Event& event) { return std::holds_alternative<AccountOpened>(event); }), "account");
  add(count([](const Event& event) { return std::holds_alternative<ModelCreated>(event); }), "model");
  add(count([](const Event& event) { return std::holds_alternative<InstrumentAdded>(event); }), "instrument");
  return text;
}

}  // namespace gateway
