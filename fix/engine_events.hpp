#pragma once

#include <string_view>

#include "fix/session.hpp"

namespace fix {

// The engine says what happens in words only. What belongs to the life of a session is known by how it begins; whatever
// else it says is trouble: of a text that nobody foresaw, somebody should know. Private to fix/.
[[nodiscard]] EventKind kind_of_engine_event(std::string_view text);

}  // namespace fix
