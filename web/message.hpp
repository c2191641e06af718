#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

// An HTTP request and its answer as plain values, so that whoever decides about them sees no HTTP library.
namespace web {

struct Request {
  std::string method;  // "GET"
  std::string target;  // "/orders?state=open", still percent-encoded
  std::map<std::string, std::string, std::less<>>
      headers{};  // names in lower case; of a name given twice, both, with a comma
  std::string body{};

  // "" when there is none. `name` in lower case.
  [[nodiscard]] std::string header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::string allow{};         // the header Allow, of a 405
  int poll_for_ms = 0;         // nothing to tell yet: ask again until this long after the request came
  std::string authenticate{};  // the header WWW-Authenticate, of a 401 or 403
  std::string upgrade{};       // the header Upgrade, of a 426
  // Of a piece of an event stream: the number of its last change. Of a 101: that of the last change that the client
  // has; below zero: none.
  std::int64_t seq = 0;
};

// One thing wrong, as a problem document lists it.
struct ProblemEntry {
  std::string code;   // "unknown_model"
  std::string place;  // "basket.csv:7: Model"; may be empty
  std::string message;
};

// RFC 9457, with the member `errors`.
[[nodiscard]] Response problem(int status, std::string_view detail, const std::vector<ProblemEntry>& errors = {});
[[nodiscard]] Response problem(const std::vector<core::Error>& errors);  // 422, malformed

}  // namespace web
