#pragma once

#include <functional>
#include <string>

#include "core/time.hpp"
#include "files/toml.hpp"

// A tap between a client and a broker.
namespace simulator::certify {

struct RecordSettings {
  files::Address listen;  // where the client connects
  files::Address dial;    // the broker
  std::string log;
  std::function<void(const std::string& line)> tell;  // what happens, for whoever watches
  std::function<void(std::uint16_t port)> on_listening = {};
  std::function<bool()> stopped = {};  // asked now and then: whether to end
};

// The name of the session in the log; > is what the client says, < what the broker does.
inline constexpr std::string_view tap_name = "tap";

// Passes the bytes of one connection after the other on as they are, both ways, and appends the messages in them to the
// log (fix/file_message_log.hpp; passwords blanked). Returns when it is stopped. Errors: the log cannot be opened, the
// address cannot be listened at.
[[nodiscard]] core::Result<void> record(const RecordSettings& settings, const core::Clock& clock);

}  // namespace simulator::certify
