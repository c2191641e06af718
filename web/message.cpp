#include "web/message.hpp"

#include <boost/json.hpp>

#include "files/text.hpp"

namespace web {

namespace json = boost::json;

namespace {

// What may come from outside is cleaned: JSON must be UTF-8, and terminals obey control characters.
json::string clean(std::string_view text) { return json::string(files::cleaned(text)); }

std::string_view title(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Internal Server Error";
  }
}

}  // namespace

std::string Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Response problem(int status, std::string_view detail, const std::vector<ProblemEntry>& errors) {
  json::object document{
      {"type", "about:blank"}, {"title", title(status)}, {"status", status}, {"detail", clean(detail)}};
  json::array list;
  for (const ProblemEntry& entry : errors) {
    list.push_back(
        json::object{{"code", clean(entry.code)}, {"place", clean(entry.place)}, {"message", clean(entry.message)}});
  }
  document["errors"] = std::move(list);
  return {status, json::serialize(document), "application/problem+json", "", 0};
}

Response problem(const std::vector<core::Error>& errors) {
  std::vector<ProblemEntry> entries;
  for (const core::Error& error : errors) entries.push_back({"malformed", error.place, error.message});
  return problem(422, "Refused; nothing was done.", entries);
}

}  // namespace web
