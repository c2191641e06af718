#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fix/network.hpp"

// Private to fix/.
namespace fix {

// Who may come to a listening port.
struct Visitors {
  std::vector<Expected> expected;
  Guests guests;
};

[[nodiscard]] Identity identity_in(std::string_view frame);
[[nodiscard]] std::string text_of(const Identity& identity);

// Whose Logon(A) the first message of a connection is; nullptr: `problem` says why it is nobody's.
[[nodiscard]] Peer* who_is(std::string_view frame, const Identity& identity, const Visitors& visitors,
                           std::string& problem);

}  // namespace fix
