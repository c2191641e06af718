#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>

#include "core/result.hpp"
#include "web/client.hpp"

namespace cli {

struct Request {
  std::string method = "GET";
  std::string target;  // percent-encoded
  std::string body;
  std::map<std::string, std::string> headers;
};

struct Reply {
  int status = 0;
  std::string body;
  [[nodiscard]] bool good() const { return status >= 200 && status < 300; }
};

// Nobody answered, and what to do about it.
struct Unanswered {
  core::Error error;
  bool was_sent = false;  // or a part of it: the gateway may have done it all the same
};
using Answered = tl::expected<Reply, Unanswered>;

// One request over a connection of its own.
class Client {
 public:
  virtual ~Client() = default;
  [[nodiscard]] virtual Answered ask(const Request& request) = 0;
};

class HttpClient final : public Client {
 public:
  // The token goes with every request; empty: none. Errors: not a URL such as http://127.0.0.1:9780 or
  // https://desk.example; no token, or one that others could read on its way.
  [[nodiscard]] static core::Result<HttpClient> to(const std::string& address, const std::string& token = "");
  [[nodiscard]] Answered ask(const Request& request) override;

 private:
  std::string url_;
  std::string host_;  // for the header Host
  std::string address_;
  std::string port_;
  std::string token_;
  bool is_secure_ = false;
};

// The token of a file: its only word. Errors: what read_file tells; no word, or several.
[[nodiscard]] core::Result<std::string> token_in(const std::string& text, const std::string& file);

using web::encoded;  // text as it stands in a path or a query

}  // namespace cli
