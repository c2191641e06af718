#include "gateway/http/wire.hpp"

namespace gateway {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds drain_time{2'000};
constexpr std::size_t max_drained_bytes = 16U << 20U;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

core::Result<std::unique_ptr<asio::ssl::context>> tls_context(const std::filesystem::path& certificate,
                                                              const std::filesystem::path& key) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate.string(), error);
  if (error) {
    return core::fail(certificate.string(), "cannot be read as a certificate chain in PEM: " + error.message());
  }
  context->use_private_key_file(key.string(), asio::ssl::context::pem, error);
  if (error) {
    return core::fail(key.string(),
                      "cannot be read as the key in PEM of " + certificate.string() + ": " + error.message());
  }
  return context;
}

asio::awaitable<bool> Wire::begin() {
  if (!tls_) co_return true;
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_result);
  co_return !error;
}

asio::awaitable<void> Wire::end() {
  tcp().expires_after(drain_time);
  if (tls_) co_await tls_->async_shutdown(as_result);
  boost::system::error_code failed;
  tcp().socket().shutdown(asio::socket_base::shutdown_send, failed);
  if (failed) co_return;
  std::array<char, 16384> rest{};
  for (std::size_t drained = 0; drained < max_drained_bytes;) {
    const auto [error, bytes] = co_await tcp().async_read_some(asio::buffer(rest), as_result);
    if (error) break;
    drained += bytes;
  }
}

}  // namespace gateway
