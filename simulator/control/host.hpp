#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "simulator/lasting_exchange.hpp"

namespace simulator {

// A client's session, as a person sees it.
struct SeenSession {
  std::string client;  // its name in the exchange
  std::string version;
  std::string comp_id;
  std::string exchange_comp_id;
  bool is_echo = false;  // it reaches no exchange
  bool is_connected = false;
  bool is_logged_on = false;
  int next_sender = 1;  // MsgSeqNum(34) of our next message, and of the client's
  int next_target = 1;
  std::size_t waiting = 0;  // messages and steps for its next logon
};

// What a control needs of whoever runs the exchange.
class Host {
 public:
  virtual ~Host() = default;
  [[nodiscard]] virtual LastingExchange& exchange() = 0;
  [[nodiscard]] virtual std::vector<SeenSession> sessions() const = 0;
  // Lets happen, and leave, what is due.
  virtual void go_on() = 0;
};

}  // namespace simulator
