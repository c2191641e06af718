#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "web/message.hpp"

namespace web {

// Nobody answered.
struct Unanswered {
  std::string reason;
  bool was_sent = false;  // or a part of it: it may have been done all the same
};

// One request over a connection of its own, without TLS. Waits for the answer, a minute at most.
[[nodiscard]] tl::expected<Response, Unanswered> ask(const std::string& host, std::uint16_t port,
                                                     const Request& request);

// Text as it stands in a path or a query: all but letters, digits and -._~ percent-encoded (RFC 3986).
[[nodiscard]] std::string encoded(const std::string& text);

}  // namespace web
