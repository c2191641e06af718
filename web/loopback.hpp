#pragma once

#include <optional>
#include <string_view>

#include "web/message.hpp"

namespace web {

// "127.0.0.1:9780", "localhost", "[::1]:9780", with a port or without. A page from elsewhere that reaches us by a name
// of its own (DNS rebinding) sends that name in the header Host.
[[nodiscard]] bool names_this_machine(std::string_view host);

// The answer to what a web page must not be able to do: reach us under another name, or send us something from its own
// origin. A page that has come by another name has no token, so with tokens any name will do.
[[nodiscard]] std::optional<Response> foreign(const Request& request, bool any_name);

}  // namespace web
