#pragma once

#include <string>
#include <vector>

#include "cli/run.hpp"

namespace support {

// A person at a terminal, without the terminal: what is printed is kept, what is asked is answered.
struct Typing {
  std::string out;
  std::string err;
  std::vector<std::string> live;
  std::vector<int> slept_ms;
  bool yes = true;  // to every question
  std::function<bool()> stopped = [] { return false; };
  std::string basket = "Action\n";  // what in/b.csv and stdin hold
  // The work that --database asks for; the parameters come as "name=value;".
  std::function<core::Result<std::string>(const std::string& task, const std::string& parameters,
                                          const std::string& database)>
      offline;

  [[nodiscard]] int run(const cli::Command& command, cli::Client& client) {
    const cli::World world{
        .out = [this](const std::string& text) { out += text; },
        .err = [this](const std::string& text) { err += text; },
        .live = [this](const std::string& text) { live.push_back(text); },
        .confirm = [this](const std::string&) { return yes; },
        .read_file = [this](const std::string& path) -> core::Result<std::string> {
          if (path != "in/b.csv" && path != "-") return core::fail(path, "there is no such file");
          return basket;
        },
        .fresh_key = [] { return std::string("fresh"); },
        .sleep = [this](int milliseconds) { slept_ms.push_back(milliseconds); },
        .stopped = [this] { return stopped(); },
        .offline =
            [this](const std::string& task, const cli::Parameters& parameters, const std::string& database,
                   const std::function<bool(std::int64_t, std::int64_t)>& progress) {
              (void)progress(1, 4);
              std::string text;
              for (const auto& [name, value] : parameters) text += name + "=" + value + ";";
              return offline(task, text, database);
            },
        .user = "ann",
        .screen = {}};
    return cli::run(command, client, world);
  }
};

}  // namespace support
