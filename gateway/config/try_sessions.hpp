#pragma once

#include "gateway/config/config.hpp"

namespace gateway {

// Whether each session can be made as configured: its dictionary is read on the way. Errors name the line of the
// configuration that names it, or a session that numbers were given for and that is not there.
[[nodiscard]] core::Result<void> try_sessions(const Config& config);

}  // namespace gateway
