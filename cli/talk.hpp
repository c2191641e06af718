#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>

#include "cli/run.hpp"

namespace cli {

// One command's conversation with a gateway: asks, and tells the person what went wrong.
class Talk {
 public:
  Talk(const Command& command, Client& client, const World& world)
      : command_(command), client_(client), world_(world) {}

 protected:
  using Show = std::function<std::string(const boost::json::value&, const Screen&)>;

  // The good answer, or nothing when the failure has been told and exit_code_ says which it was.
  std::optional<boost::json::value> ask(const Request& request);
  // As ask(), of an answer that is no JSON, such as a file.
  std::optional<std::string> fetch(const std::string& target);
  // As ask(), but a gateway that does not answer, or not now, is asked until it does: it may be restarting. Nothing
  // when stopped, too.
  std::optional<boost::json::value> ask_patiently(const Request& request);
  // Prints an answer, as JSON if that is wanted.
  int tell(const boost::json::value& value, const Show& show);
  // Asks and tells.
  int read(const std::string& target, const Show& show);
  // As read(), of a list: the page that the command is for, and how to see the next when there is one.
  int read_page(std::string target, const Show& show);
  // With an idempotency key when it is `changing` something.
  [[nodiscard]] Request request(std::string method, std::string target, std::string body, const char* content_type,
                                bool changing) const;
  [[nodiscard]] Request post(std::string target, std::string body, const char* content_type, bool changing) const;

  const Command& command_;
  Client& client_;
  const World& world_;
  std::string body_;  // of the last answer, as it came
  int exit_code_ = 0;

 private:
  std::optional<boost::json::value> take(const Reply& reply);
};

}  // namespace cli
