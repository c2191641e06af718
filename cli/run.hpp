#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "cli/client.hpp"
#include "cli/command.hpp"
#include "cli/table.hpp"

namespace cli {

using Parameters = std::map<std::string, std::string, std::less<>>;

// What the program touches besides the gateway; tests hand in their own.
struct World {
  std::function<void(const std::string&)> out;   // stdout
  std::function<void(const std::string&)> err;   // stderr
  std::function<void(const std::string&)> live;  // a line on stderr that the next one replaces; "" takes it away
  std::function<bool(const std::string& question)> confirm;  // y or n; true when nobody is there to be asked
  std::function<core::Result<std::string>(const std::string& path)> read_file;  // "-": stdin
  std::function<std::string()> fresh_key;
  std::function<void(int milliseconds)> sleep;
  std::function<bool()> stopped;  // Ctrl-C
  // Carries out verify, replay or backup on a database file, without a gateway. Error: what cannot be done, and why.
  std::function<core::Result<std::string>(const std::string& task, const Parameters& parameters,
                                          const std::string& database,
                                          const std::function<bool(std::int64_t done, std::int64_t total)>& progress)>
      offline;
  std::string user;
  Screen screen;
};

// Carries out a command; gives the exit code.
[[nodiscard]] int run(const Command& command, Client& client, const World& world);

}  // namespace cli
