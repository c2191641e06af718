#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

// Texts with $names in them: $order, ${order} where letters follow, $55 (a field of the last message that was
// expected), $NEXT_OUT+2 for whole numbers, $$ for a dollar.
namespace simulator::certify {

// The value of a name or a number of a field. Error: why there is none.
using Lookup = std::function<core::Result<std::string>(const std::string& name)>;

// Errors: those of the lookup; arithmetic with what is no number.
[[nodiscard]] core::Result<std::string> filled(std::string_view text, const Lookup& lookup);
// The names that stand in it. Error: a $ that no name follows, ${ without }.
[[nodiscard]] core::Result<std::vector<std::string>> names_in(std::string_view text);
// A text that is filled in to `text` itself.
[[nodiscard]] std::string as_template(std::string_view text);

[[nodiscard]] bool is_name(std::string_view text);  // letters, digits and _, no digit in front

}  // namespace simulator::certify
