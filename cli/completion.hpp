#pragma once

#include <string>

namespace CLI {
class App;
}

namespace cli {

// A script for bash or zsh that completes the commands and options of the program; it follows from the program's own
// description of them. To be sourced: eval "$(prorata completion bash)".
[[nodiscard]] std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace cli
