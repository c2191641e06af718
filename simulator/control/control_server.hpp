#pragma once

#include <cstdint>
#include <memory>

#include "core/result.hpp"
#include "files/toml.hpp"
#include "simulator/control/control.hpp"

namespace boost::asio {
class io_context;
}

namespace simulator {

inline constexpr std::size_t max_control_body_bytes = 1U << 20U;  // a scenario file is the longest
inline constexpr std::size_t max_control_header_bytes = 16U << 10U;
inline constexpr std::size_t max_control_connections = 16;

// The control over HTTP/1.1, on the thread that runs the io_context, as all of the simulator is.
class ControlServer {
 public:
  // Listens at once. Errors: not an address of this machine; the port is in use or not allowed. What is handed in must
  // outlive the server.
  [[nodiscard]] static core::Result<std::unique_ptr<ControlServer>> start(boost::asio::io_context& io,
                                                                          const files::Address& address,
                                                                          Control& control);
  // Closes what is open; a request that is being read is not answered.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct State;
  ControlServer(std::shared_ptr<State> state, std::uint16_t port) : state_(std::move(state)), port_(port) {}

  std::shared_ptr<State> state_;
  std::uint16_t port_;
};

}  // namespace simulator
