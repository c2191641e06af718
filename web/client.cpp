#include "web/client.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/url.hpp>
#include <chrono>
#include <future>

#include "web/connection.hpp"

namespace web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds connect_timeout{5};
constexpr std::chrono::seconds answer_timeout{60};
constexpr std::size_t max_answer_bytes = std::size_t{256} << 20U;

asio::awaitable<Response> converse(const std::string& host, std::uint16_t port, const RequestMessage& message,
                                   bool& connected) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const auto endpoints = co_await resolver.async_resolve(host, std::to_string(port), asio::use_awaitable);
  beast::tcp_stream stream(executor);
  stream.expires_after(connect_timeout);
  co_await stream.async_connect(endpoints, asio::use_awaitable);
  connected = true;
  stream.expires_after(answer_timeout);
  co_await http::async_write(stream, message, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(max_answer_bytes);
  co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
  Response response;
  response.status = static_cast<int>(parser.get().result_int());
  response.content_type = std::string(parser.get()[http::field::content_type]);
  response.body = std::move(parser.get().body());
  co_return response;
}

}  // namespace

tl::expected<Response, Unanswered> ask(const std::string& host, std::uint16_t port, const Request& request) {
  RequestMessage message(http::string_to_verb(request.method), request.target, 11, request.body);
  const bool is_v6 = host.find(':') != std::string::npos;
  message.set(http::field::host, (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port));
  message.set(http::field::user_agent, "prorata");
  message.keep_alive(false);
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.prepare_payload();
  asio::io_context context;
  bool connected = false;
  auto answer = asio::co_spawn(context, converse(host, port, message, connected), asio::use_future);
  context.run();
  try {
    return answer.get();
  } catch (const boost::system::system_error& error) {  // its what() names Boost's source files too
    return tl::unexpected(Unanswered{error.code().message(), connected});
  } catch (const std::exception& error) {
    return tl::unexpected(Unanswered{error.what(), connected});
  }
}

std::string encoded(const std::string& text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

}  // namespace web
