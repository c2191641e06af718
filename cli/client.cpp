#include "cli/client.hpp"

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url.hpp>
#include <chrono>
#include <future>

namespace cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds connect_timeout{5};
constexpr std::chrono::seconds reply_timeout{60};
constexpr std::size_t max_reply_bytes = std::size_t{1} << 30U;

asio::awaitable<void> connect(beast::tcp_stream& stream, const std::string& address, const std::string& port) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto endpoints = co_await resolver.async_resolve(address, port, asio::use_awaitable);
  stream.expires_after(connect_timeout);
  co_await stream.async_connect(endpoints, asio::use_awaitable);
}

asio::awaitable<bool> shake_hands(beast::ssl_stream<beast::tcp_stream>& stream) {
  beast::get_lowest_layer(stream).expires_after(connect_timeout);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return true;
}

template <class Stream>
asio::awaitable<Reply> converse(Stream& stream, const http::request<http::string_body>& request) {
  beast::get_lowest_layer(stream).expires_after(reply_timeout);
  co_await http::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(max_reply_bytes);
  co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
  co_return Reply{static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
}

template <class T>
T run(asio::io_context& context, asio::awaitable<T> work) {
  std::future<T> result = asio::co_spawn(context, std::move(work), asio::use_future);
  context.restart();
  context.run();
  return result.get();
}

// Only a certificate for that name, by an issuer whom the system trusts.
void trust(asio::ssl::context& tls, beast::ssl_stream<beast::tcp_stream>& stream, const std::string& name) {
  SSL_set_min_proto_version(stream.native_handle(), TLS1_2_VERSION);
  tls.set_default_verify_paths();
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(name));
  boost::system::error_code is_name;
  (void)asio::ip::make_address(name, is_name);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), name.c_str());
}

}  // namespace

core::Result<HttpClient> HttpClient::to(const std::string& address, const std::string& token) {
  const std::string url = address.find("://") == std::string::npos ? "http://" + address : address;
  const auto parsed = boost::urls::parse_uri(url);
  const bool good = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") &&
                    !parsed->host_address().empty() &&
                    (parsed->encoded_path().empty() || parsed->encoded_path() == "/") && !parsed->has_query();
  if (!good) {
    return core::fail("--gateway", "'" + address + "' is not an address such as http://127.0.0.1:9780");
  }
  if (token.find_first_of(" \t\r\n") != std::string::npos) {
    return core::fail("PRORATA_TOKEN", "has spaces or line ends in it; a token has none");
  }
  const std::string name(parsed->host_address());
  const bool is_secure = parsed->scheme() == "https";
  if (!token.empty() && !is_secure && name != "localhost" && name != "::1" && name.rfind("127.", 0) != 0) {
    return core::fail("--gateway",
                      "'" + address +
                          "' is another machine, and all between could read the token: use https, or reach it "
                          "by a tunnel that ends on this machine, such as ssh -L");
  }
  HttpClient client;
  client.token_ = token;
  client.is_secure_ = is_secure;
  client.url_ = url;
  client.address_ = std::string(parsed->host_address());
  client.port_ = parsed->has_port() && !parsed->port().empty() ? std::string(parsed->port()) : is_secure ? "443" : "80";
  client.host_ = std::string(parsed->encoded_host_and_port());
  return client;
}

Answered HttpClient::ask(const Request& request) {
  asio::io_context context;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  beast::ssl_stream<beast::tcp_stream> stream(context, tls);
  try {
    run(context, connect(stream.next_layer(), address_, port_));
  } catch (const std::exception&) {
    return tl::unexpected(Unanswered{{url_,
                                      "no gateway answers there. Start prorata-gateway, or name another one with "
                                      "--gateway or PRORATA_GATEWAY."}});
  }
  if (is_secure_) {
    try {
      trust(tls, stream, address_);
      (void)run(context, shake_hands(stream));
    } catch (const boost::system::system_error& error) {
      return tl::unexpected(
          Unanswered{{url_, "no TLS with whom answers there (" + error.code().message() +
                                "). The certificate must be for this name, and its issuer trusted: the "
                                "system's, or those of the file that SSL_CERT_FILE names."}});
    }
  }
  http::request<http::string_body> message(http::string_to_verb(request.method), request.target, 11, request.body);
  message.set(http::field::host, host_);
  message.set(http::field::user_agent, "prorata");
  message.keep_alive(false);
  if (!token_.empty()) message.set(http::field::authorization, "Bearer " + token_);
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.prepare_payload();
  const auto gone = [this](const std::string& why) {
    return tl::unexpected(Unanswered{{url_, "the gateway went away before it answered (" + why + ")."}, true});
  };
  try {
    return is_secure_ ? run(context, converse(stream, message)) : run(context, converse(stream.next_layer(), message));
  } catch (const boost::system::system_error& error) {
    return gone(error.code().message());  // what() names Boost's source files too
  } catch (const std::exception& error) {
    return gone(error.what());
  }
}

core::Result<std::string> token_in(const std::string& text, const std::string& file) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  const std::size_t end = first == std::string::npos ? first : text.find_first_of(blank, first);
  if (first == std::string::npos || text.find_first_not_of(blank, std::min(end, text.size())) != std::string::npos) {
    return core::fail(file, "should hold a token and nothing else");
  }
  return text.substr(first, end == std::string::npos ? end : end - first);
}

}  // namespace cli
