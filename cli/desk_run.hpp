#pragma once

#include "cli/run.hpp"

namespace cli {

// Carries out a command about models, proposals, accounts or prices; gives the exit code.
[[nodiscard]] int run_desk(const Command& command, Client& client, const World& world);

}  // namespace cli
