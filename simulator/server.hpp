#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/time.hpp"
#include "files/log.hpp"
#include "fix/session.hpp"
#include "simulator/settings.hpp"

namespace boost::asio {
class io_context;
}

namespace simulator {

// The exchange behind its port: FIX sessions in front of the pure Exchange, a timer that lets it go on, and the control
// when the settings have one. Reports for a
// client that is away wait until it logs on. One thread: the one that runs the io_context.
class Server {
 public:
  // Listens at once. Errors: the dictionary, the store or the port. What is handed in must outlive the server.
  [[nodiscard]] static core::Result<std::unique_ptr<Server>> start(boost::asio::io_context& io,
                                                                   const Settings& settings, fix::MessageLog& messages,
                                                                   files::Log& log, const core::Clock& clock);
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint16_t control_port() const;  // 0: there is no control

  // Logs every client out, closes everything within about a second, and then calls `stopped`.
  void stop(std::function<void()> stopped);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace simulator
