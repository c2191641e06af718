#pragma once

#include <string>

#include "fix/quickfix.hpp"

// Private to fix/.
namespace fix {

// The data dictionary of sessions of one version, read from its XML once a thread and shared by the sessions that are
// made there: reading it takes a hundred times longer than all else that makes a session. A file that was changed since
// is read again. Throws what QuickFIX throws for a file that is missing or broken.
[[nodiscard]] FIX::DataDictionaryProvider shared_dictionary(const std::string& begin_string, const std::string& path);

}  // namespace fix
