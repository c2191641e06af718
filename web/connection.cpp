#include "web/connection.hpp"

#include "files/text.hpp"

namespace web {

namespace beast = boost::beast;
namespace http = boost::beast::http;

Request plain(const RequestMessage& message) {
  Request request{std::string(message.method_string()), std::string(message.target()), {}, message.body()};
  for (const auto& field : message) {
    const auto [place, fresh] =
        request.headers.emplace(files::lower(std::string_view(field.name_string().data(), field.name_string().size())),
                                std::string(field.value()));
    if (!fresh) place->second += ", " + std::string(field.value());
  }
  return request;
}

ResponseMessage wire(Response response, unsigned version, bool keep_alive, bool head) {
  ResponseMessage message(static_cast<http::status>(response.status), version);
  message.set(http::field::server, "prorata");
  if (!response.upgrade.empty()) {
    message.set(http::field::upgrade, response.upgrade);
    message.set(http::field::connection, "upgrade");
  }
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  if (!response.allow.empty()) message.set(http::field::allow, response.allow);
  if (!response.authenticate.empty()) message.set(http::field::www_authenticate, response.authenticate);
  if (!head) message.body() = std::move(response.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

bool has_unknown_coding(const RequestMessage& message) {
  const auto coding = message.find(http::field::transfer_encoding);
  return coding != message.end() && !beast::iequals(coding->value(), "chunked");
}

std::optional<Response> unreadable(const boost::system::error_code& error, std::string_view target,
                                   const Limits& limits) {
  if (error == http::error::body_limit) {
    return problem(413, "The body is longer than " + std::to_string(limits.body_of(target)) + " bytes.");
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return problem(431, "The header is longer than " + std::to_string(limits.header_bytes) + " bytes.");
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  const bool bad_request = error.category() == http::make_error_code(http::error::bad_method).category();
  if (bad_request) return problem(400, "This is not HTTP/1.1: " + error.message() + ".");
  return std::nullopt;  // the connection is gone, or its time is up
}

}  // namespace web
