#pragma once

#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <chrono>
#include <filesystem>
#include <memory>

#include "core/result.hpp"

namespace gateway {

// TLS 1.2 or later, with a certificate chain and its key, both PEM. Errors: which of the files is wrong, and how.
[[nodiscard]] core::Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(
    const std::filesystem::path& certificate, const std::filesystem::path& key);

// A connection to a client, over TLS or not: what Boost.Beast calls an AsyncStream.
class Wire {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using Tls = boost::beast::ssl_stream<boost::beast::tcp_stream>;

  // `tls` must outlive it; null: without TLS.
  Wire(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls) {
    if (tls == nullptr) {
      plain_ = std::make_unique<boost::beast::tcp_stream>(std::move(socket));
    } else {
      tls_ = std::make_unique<Tls>(std::move(socket), *tls);
    }
  }

  [[nodiscard]] executor_type get_executor() { return tcp().get_executor(); }
  [[nodiscard]] bool is_open() { return tcp().socket().is_open(); }
  void expires_after(std::chrono::milliseconds time) { tcp().expires_after(time); }
  void expires_never() { tcp().expires_never(); }
  void close() { tcp().close(); }

  // The handshake. False: it failed, or its time was up.
  [[nodiscard]] boost::asio::awaitable<bool> begin();
  // Says that nothing follows, and reads on for a moment: closing with bytes unread would take the answer away from the
  // client again (TCP reset).
  [[nodiscard]] boost::asio::awaitable<void> end();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& to) {
          if (tls_) return tls_->async_read_some(to, std::move(handler));
          plain_->async_read_some(to, std::move(handler));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (tls_) return tls_->async_write_some(from, std::move(handler));
          plain_->async_write_some(from, std::move(handler));
        },
        token, buffers);
  }

  // How Boost.Beast ends a WebSocket: nothing but TCP is left to be ended by then.
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, Wire& wire, Handler&& handler) {
    using boost::beast::websocket::async_teardown;
    async_teardown(role, wire.tcp().socket(), std::forward<Handler>(handler));
  }
  friend void beast_close_socket(Wire& wire) { wire.close(); }

 private:
  [[nodiscard]] boost::beast::tcp_stream& tcp() { return tls_ ? tls_->next_layer() : *plain_; }

  std::unique_ptr<boost::beast::tcp_stream> plain_;
  std::unique_ptr<Tls> tls_;  // one of both
};

}  // namespace gateway
