#pragma once

#include <string_view>

namespace fix {

// The XML of fix-specs/ as it was when this was built, of "FIX.4.2", "FIX.4.4", "FIX.5.0" (SP2) or "FIXT.1.1", so that
// a program needs no file beside it.
[[nodiscard]] std::string_view built_in_dictionary(std::string_view version);

}  // namespace fix
