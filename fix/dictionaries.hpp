#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "fix/quickfix.hpp"
#include "fix/unexpected.hpp"

// Private to fix/.
namespace fix {

// Error: what is wrong with the XML, with its line where we saw it ourselves.
[[nodiscard]] core::Result<std::shared_ptr<FIX::DataDictionary>> parse_dictionary(const std::string& xml);

// The data dictionary of sessions of one version, read from its XML once a thread and shared by the sessions that are
// made there: reading it takes a hundred times longer than all else that makes a session. A file that was changed since
// is read again. Errors: the file cannot be read, and why; those of parse_dictionary.
[[nodiscard]] core::Result<FIX::DataDictionaryProvider> shared_dictionary(const std::string& begin_string,
                                                                          const std::string& path);

}  // namespace fix
