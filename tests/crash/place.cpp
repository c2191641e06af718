#include "tests/crash/place.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "core/random.hpp"
#include "tests/crash/market.hpp"

namespace crash {

namespace {

constexpr int accounts = 24;

// A port of this machine that nobody has now.
std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool got = probe >= 0 && ::bind(probe, generic, size) == 0 && ::getsockname(probe, generic, &size) == 0;
  if (probe >= 0) ::close(probe);
  if (!got) throw std::runtime_error("no free port on this machine");
  return ntohs(address.sin_port);
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.flush();
  if (!file) throw std::runtime_error(path.string() + " cannot be written");
}

}  // namespace

Place::Place(std::filesystem::path folder, std::filesystem::path programs, std::uint64_t seed)
    : folder_(std::filesystem::absolute(folder)),
      programs_(std::move(programs)),
      http_port_(free_port()),
      fix_port_(free_port()) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  write_desk(seed);
  write_gateway_settings("gateway", "desk.db");
  write_simulator_settings(seed);
}

void Place::write_desk(std::uint64_t seed) const {
  core::Random random(seed);
  std::string accounts_csv = "Account,Name,Currency,Cash\n";
  std::string investments = "Account,Model,Amount\n";
  for (int i = 0; i < accounts; ++i) {
    const std::string account = fmt::format("C-{}", 1001 + i);
    accounts_csv += fmt::format("{},Client {},USD,3000000000.00\n", account, i);
    for (const std::string_view model : models) {
      if (random.below(4) == 0) continue;  // not every account is in every model
      investments += fmt::format("{},{},{}\n", account, model, 1'000'000 + random.below(900'000'000));
    }
  }
  std::string models_csv = "Model,Name,Currency\n";
  for (const std::string_view model : models) models_csv += fmt::format("{0},{0},USD\n", model);
  std::string instruments = "Symbol,SecType,Exchange,Currency,Unit,ReferencePrice,ReferenceDate\n";
  for (const Listed& listed : symbols) {
    instruments += fmt::format("{},STK,XNAS,USD,1,{}.00,2026-11-20\n", listed.name, listed.reference);
  }
  write(folder_ / "accounts.csv", accounts_csv);
  write(folder_ / "investments.csv", investments);
  write(folder_ / "models.csv", models_csv);
  write(folder_ / "instruments.csv", instruments);
}

void Place::write_gateway_settings(const std::string& name, const std::string& database) const {
  write(folder_ / (name + ".toml"),
        fmt::format(R"([desk]
database = "{}"
accounts = "accounts.csv"
instruments = "instruments.csv"
models = "models.csv"
investments = "investments.csv"
[[session]]
name = "SIM"
role = "dialling"
address = "127.0.0.1:{}"
sender_comp_id = "PRORATA"
target_comp_id = "SIM"
dictionary = "{}"
[network]
reconnect_ms = 20
[routing]
default_broker = "SIM"
[limits.USD]
max_order_quantity = "50000"
max_order_value = "50000000.00"
[http]
listen = "127.0.0.1:{}"
[log]
file = "{}.jsonl"
messages = "{}-fix.log"
level = "info"
)",
                    database, fix_port_, std::filesystem::absolute("fix-specs/FIX44.xml").string(),
                    name == "gateway" ? http_port_ : free_port(), name, name));
}

void Place::write_simulator_settings(std::uint64_t seed) const {
  std::string text =
      fmt::format(R"([simulator]
seed = {}
listen = "127.0.0.1:{}"
comp_id = "SIM"
dictionary = "{}"
store = "exchange"
log_dir = "exchange"
executions = "executions.csv"
step_ms = 40
latency_ms = {{ acknowledge = 1, fill = 3 }}
[fees]
per_unit = "0.0035"
per_fill_minimum = "0.35"
[rejects]
per_mille = 20
[fill_sizes]
min = "20"
max = "400"
[[client]]
comp_id = "PRORATA"
)",
                  seed % 1'000'000, fix_port_, std::filesystem::absolute("fix-specs/FIX44.xml").string());
  for (const Listed& listed : symbols) {
    if (listed.name == unknown_to_exchange) continue;
    text += fmt::format("[[symbol]]\nname = \"{}\"\nreference = \"{}.00\"\nexchange = \"XNAS\"\n", listed.name,
                        listed.reference);
  }
  write(folder_ / "simulator.toml", text);
}

Process Place::start_gateway(const std::string& name) const {
  return {{programs_ / "prorata-gateway", "--config", folder_ / (name + ".toml")}, folder_ / (name + ".out")};
}

Process Place::start_simulator() const {
  return {{programs_ / "prorata-simulator", "--config", folder_ / "simulator.toml"}, folder_ / "simulator.out"};
}

}  // namespace crash
