#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "gateway/http/api.hpp"

namespace gateway {

struct HttpSettings {
  std::string address = "127.0.0.1";    // without TLS of this machine only: 127.x.x.x or ::1
  std::uint16_t port = 9780;            // 0: any free one
  std::filesystem::path certificate{};  // of TLS: the chain, PEM; empty: without TLS. With it there must be tokens
  std::filesystem::path key{};
  Access access{};                  // who may call
  int request_timeout_ms = 30'000;  // for a request to come in whole, to be answered by the engine, and to be sent
};

inline constexpr std::size_t max_http_body_bytes = 4U << 20U;
inline constexpr std::size_t max_http_header_bytes = 16U << 10U;
// When all are taken, a new one takes the place of whoever has waited longest without having sent a whole request.
inline constexpr std::size_t max_http_connections = 64;

// HTTP/1.1 on a thread of its own.
class HttpServer {
 public:
  // Errors: not an address of this machine, TLS without tokens, files of TLS that cannot be read, port in use or not
  // allowed. `port`, `reads` and `jobs` must outlive the server.
  [[nodiscard]] static core::Result<std::unique_ptr<HttpServer>> start(const HttpSettings& settings, CommandPort& port,
                                                                       Reads& reads, Explain explain, Jobs& jobs);
  // The files of TLS as start() reads them, for whoever only checks the settings.
  [[nodiscard]] static core::Result<void> try_tls(const HttpSettings& settings);
  // Ends the open connections and waits for the thread. Answers that come later go nowhere, safely.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  class Listener;
  explicit HttpServer(std::unique_ptr<Listener> listener);

  std::unique_ptr<Listener> listener_;
};

}  // namespace gateway
