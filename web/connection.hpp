#pragma once

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

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
  // Of what is sent to a path that begins so, instead; empty: none.
  std::string_view files_at{};
  std::size_t file_bytes = 0;

  [[nodiscard]] std::size_t body_of(std::string_view target) const {
    return !files_at.empty() && target.starts_with(files_at) ? file_bytes : body_bytes;
  }
};

[[nodiscard]] Request plain(const RequestMessage& message);
// `head`: the answer to a HEAD, without a body.
[[nodiscard]] ResponseMessage wire(Response response, unsigned version, bool keep_alive, bool head);
// Of a body whose end cannot be told, the rest would be taken for another request (RFC 9112, section 6.3).
[[nodiscard]] bool has_unknown_coding(const RequestMessage& message);
// The answer to a request that could not be read; nothing when there is nobody to answer.
[[nodiscard]] std::optional<Response> unreadable(const boost::system::error_code& error, std::string_view target,
                                                 const Limits& limits);

// A whole request, or why there is none. `parser` must be a new one.
template <class Stream, class Buffer>
boost::asio::awaitable<boost::system::error_code> read_request(Stream& stream, Buffer& buffer, Parser& parser,
                                                               Limits limits) {
  namespace http = boost::beast::http;
  constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser.body_limit(std::max(limits.body_bytes, limits.file_bytes));  // which of the two, the header tells
  auto [error, header_bytes] = co_await http::async_read_header(stream, buffer, parser, as_result);
  const std::size_t most = limits.body_of({parser.get().target().data(), parser.get().target().size()});
  if (!error && parser.content_length().value_or(0) > most) error = http::error::body_limit;
  if (!error) parser.body_limit(most);
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
