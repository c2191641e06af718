#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/crash/process.hpp"

namespace crash {

// A desk and an exchange in a folder of their own, on ports of their own: settings, the programs, and where each keeps
// what.
class Place {
 public:
  // Makes the folder anew. `programs` is where prorata-gateway and prorata-simulator are. Throws std::runtime_error
  // when the folder or a port cannot be had.
  Place(std::filesystem::path folder, std::filesystem::path programs, std::uint64_t seed);

  [[nodiscard]] Process start_gateway() const { return start_gateway("gateway"); }
  // Another gateway, with the settings of the file `name`.toml.
  [[nodiscard]] Process start_gateway(const std::string& name) const;
  [[nodiscard]] Process start_simulator() const;
  // gateway.toml, with another path to the database and a free port, as `name`.toml.
  void write_gateway_settings(const std::string& name, const std::string& database) const;

  [[nodiscard]] std::string api() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  [[nodiscard]] std::string folder() const { return folder_; }
  [[nodiscard]] std::string database() const { return folder_ / "desk.db"; }
  [[nodiscard]] std::string gateway_messages() const { return folder_ / "gateway-fix.log"; }
  [[nodiscard]] std::string exchange_messages() const { return folder_ / "exchange" / "fix-messages.log"; }
  [[nodiscard]] std::string exchange_session() const { return folder_ / "exchange" / "PRORATA.fixstore"; }
  [[nodiscard]] std::string executions() const { return folder_ / "executions.csv"; }

 private:
  void write_desk(std::uint64_t seed) const;
  void write_simulator_settings(std::uint64_t seed) const;

  std::filesystem::path folder_;
  std::filesystem::path programs_;
  std::uint16_t http_port_;
  std::uint16_t fix_port_;
};

}  // namespace crash
