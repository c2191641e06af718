#pragma once

#include <filesystem>
#include <map>
#include <tl/expected.hpp>
#include <vector>

#include "files/log.hpp"
#include "files/toml.hpp"
#include "gateway/gateway.hpp"

namespace gateway {

// All that prorata-gateway is told, from one TOML file; README.md explains every key.
struct Config {
  GatewaySettings gateway;
  std::map<core::SessionName, files::Address> addresses;       // to dial, or to listen on
  std::map<core::SessionName, std::string> dictionary_places;  // "gateway.toml:14:14": where its dictionary is named
  std::vector<Event> desk;
  std::filesystem::path database;
  files::Address http;
  int http_readers = 2;                    // threads that read the database for people
  std::filesystem::path http_tokens;       // who may call the API; empty: whoever is on this machine
  std::filesystem::path http_certificate;  // of TLS; empty: without TLS
  std::filesystem::path http_key;
  int reconnect_ms = 1'000;           // between attempts to dial a broker
  std::filesystem::path log;          // JSON lines
  std::filesystem::path message_log;  // FIX as it crossed the wire, passwords blanked
  files::Level log_level = files::Level::info;
};

// Relative paths count from the folder of the file. Reads the desk's files too. Errors: everything that is wrong, each
// with file, line and what would be right.
[[nodiscard]] tl::expected<Config, files::Errors> read_config(const std::filesystem::path& path);

// "1 session, 50 accounts, 5 models, 21 instruments"
[[nodiscard]] std::string in_words(const Config& config);

}  // namespace gateway
