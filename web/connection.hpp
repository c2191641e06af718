#pragma once

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <optional>

#include "web/message.hpp"

// Between the plain values and Boost.Beast: one request in, one answer out. Whoever serves has the connections, their
// times and their number.
namespace web {

using RequestMessage = boost::beast::http::request<boost::beast::http::string_body>;
using ResponseMessage = boost::beast::http::response<boost::beast::http::string_body>;
using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

struct Limits {
  std::size_t header_bytes = 0;
  std::size_t body_bytes = 0;
};

[[nodiscard]] Request plain(const RequestMessage& message);
// `head`: the answer to a HEAD, without a body.
[[nodiscard]] ResponseMessage wire(Response response, unsigned version, bool keep_alive, bool head);
// Of a body whose end cannot be told, the rest would be taken for another request (RFC 9112, section 6.3).
[[nodiscard]] bool has_unknown_coding(const RequestMessage& message);
// The answer to a request that could not be read; nothing when there is nobody to answer.
[[nodiscard]] std::optional<Response> unreadable(const boost::system::error_code& error, const Limits& limits);

// A whole request, or why there is none. `parser` must be a new one.
template <class Stream, class Buffer>
boost::asio::awaitable<boost::system::error_code> read_request(Stream& stream, Buffer& buffer, Parser& parser,
                                                               Limits limits) {
  namespace http = boost::beast::http;
  constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser.body_limit(limits.body_bytes);
  auto [error, header_bytes] = co_await http::async_read_header(stream, buffer, parser, as_result);
  if (!error && has_unknown_coding(parser.get())) error = http::error::bad_transfer_encoding;
  if (!error && boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
    co_await http::async_write(stream, go_on, as_result);
  }
  if (error) co_return error;
  const auto [body_error, body_bytes] = co_await http::async_read(stream, buffer, parser, as_result);
  co_return body_error;
}

}  // namespace web
