#pragma once

#include <functional>
#include <string>

#include "files/toml.hpp"
#include "simulator/certify/referee.hpp"

// Carries a suite out over TCP.
namespace simulator::certify {

struct RunSettings {
  files::Address address;  // where to listen, or to dial when the referee does
  RefereeSettings referee;
  std::string driver;                                 // a command that is asked; empty: a person is
  std::function<void(const std::string& line)> tell;  // what happens, for whoever watches
  std::function<void(std::uint16_t port)> on_listening = {};
  std::function<bool()> stopped = {};  // asked now and then: whether to break off
};

// Returns when all cases are over, or it is stopped, or no client ever came. Error: the address cannot be listened at.
[[nodiscard]] core::Result<Outcome> run(const Suite& suite, const RunSettings& settings, const core::Clock& clock);

}  // namespace simulator::certify
