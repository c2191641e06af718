#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "files/text.hpp"
#include "simulator/certify/frame.hpp"

// A raw FIX log read back: those of `record`, of the exchange and of the gateway (fix/file_message_log.hpp).
namespace simulator::certify {

struct RecordedMessage {
  int line = 0;
  core::Time at;
  bool by_client = false;
  Fields message;
};

struct Recording {
  std::string file;
  std::string session;
  std::vector<std::vector<RecordedMessage>> connections;  // each from the client's Logon(A) on
};

inline constexpr std::size_t max_recording_bytes = 256U << 20U;

// `session`: the name in the log; empty when there is one only. Errors: every line that is no time, name, direction and
// whole message, with what is wrong with it; several sessions and none named; nobody can be told to be the client.
[[nodiscard]] tl::expected<Recording, files::Errors> parse_recording(std::string_view text, const std::string& file,
                                                                     const std::string& session = "");
[[nodiscard]] tl::expected<Recording, files::Errors> load_recording(const std::filesystem::path& path,
                                                                    const std::string& session = "");

}  // namespace simulator::certify
