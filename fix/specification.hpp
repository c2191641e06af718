#pragma once

#include <string_view>

#include "core/result.hpp"

// Private to fix/.
namespace fix {

inline constexpr std::size_t max_specification_bytes = 8U << 20U;
inline constexpr std::size_t max_specification_depth = 32;
inline constexpr std::size_t max_specification_size = 1'000'000;  // elements, with every component written out

// Whether QuickFIX survives reading the XML of a data dictionary. It follows components and groups by recursion, so one
// that holds itself would overflow the stack, and ones that hold each other many times over would take for ever; and it
// puts names into XPath as they are. Checks nothing else: QuickFIX tells what is missing. Errors: the line and what is
// wrong with it.
[[nodiscard]] core::Result<void> check_specification(std::string_view xml);

}  // namespace fix
