#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "simulator/control/host.hpp"
#include "web/call.hpp"

namespace simulator {

// What a tester may look at, and do by hand, while the exchange runs: requests in, answers out, without a socket.
// README.md has the table of them. Whatever changes something is in the exchange's journal before it is answered.
// Throws what the exchange throws when its files cannot be written.
class Control {
 public:
  // Both must outlive it.
  Control(Host& host, const core::Clock& clock) : host_(host), clock_(clock) {}

  [[nodiscard]] web::Response handle(const web::Request& request);

 private:
  struct Route {
    std::string_view method;
    std::string_view path;  // "/orders/{id}/act"
    web::Response (Control::*answer)(const web::Call&);
  };
  [[nodiscard]] static std::span<const Route> routes();

  [[nodiscard]] web::Response get_orders(const web::Call& call);
  [[nodiscard]] web::Response get_order(const web::Call& call);
  [[nodiscard]] web::Response act_on_order(const web::Call& call);
  [[nodiscard]] web::Response get_symbols(const web::Call& call);
  [[nodiscard]] web::Response get_book(const web::Call& call);
  [[nodiscard]] web::Response set_halted(const web::Call& call);
  [[nodiscard]] web::Response get_sessions(const web::Call& call);
  [[nodiscard]] web::Response act_on_session(const web::Call& call);
  [[nodiscard]] web::Response get_scenarios(const web::Call& call);
  [[nodiscard]] web::Response load_scenarios(const web::Call& call);
  [[nodiscard]] web::Response set_seed(const web::Call& call);
  [[nodiscard]] web::Response get_time(const web::Call& call);
  [[nodiscard]] web::Response move_time(const web::Call& call);

  [[nodiscard]] const SeenSession* find(const std::vector<SeenSession>& sessions, const std::string& client) const;

  Host& host_;
  const core::Clock& clock_;
};

inline constexpr std::chrono::milliseconds max_move = std::chrono::hours(24);  // of one request

}  // namespace simulator
