#pragma once

#include "cli/run.hpp"

namespace cli {

// verify, replay and backup: a job of the gateway, or with --database done here. Gives the exit code.
[[nodiscard]] int prove(const Command& command, Client& client, const World& world);

}  // namespace cli
