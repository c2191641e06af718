#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "fix/session.hpp"

namespace gateway {

// What an operator can do when numbers do not fit, "; ..." with the command; "" of any other trouble.
[[nodiscard]] std::string way_out(const core::SessionName& session, std::string_view trouble);

// Passes on what sessions and the network log of themselves, and picks out what a person should know: why a session
// does not come about, and what goes wrong on one that has. One thread.
class SessionWatch final : public fix::MessageLog {
 public:
  using Told = std::function<void(const core::SessionName& session, const std::string& why)>;

  // `told` once for each cause until the next logon. Both must outlive the watch.
  SessionWatch(fix::MessageLog& log, Told told) : log_(log), told_(std::move(told)) {}

  void message(const core::SessionName& session, Direction direction, std::string_view bytes) override {
    log_.message(session, direction, bytes);
  }
  void event(const core::SessionName& session, fix::EventKind kind, std::string_view text) override;
  void logged_on(const core::SessionName& session);

  // The last trouble since the last logon; empty when there was none.
  [[nodiscard]] std::string trouble(const core::SessionName& session) const;

 private:
  struct Troubles {
    std::string last;
    std::set<std::string> causes;
  };
  fix::MessageLog& log_;
  Told told_;
  std::map<core::SessionName, Troubles> troubles_;
};

}  // namespace gateway
