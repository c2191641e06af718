#include "gateway/http/page.hpp"

#include <utility>

namespace gateway {

tl::expected<Page, HttpResponse> page_of(const Call& call) {
  const auto limit = call.number("limit", 1, max_rows, 1'000);
  if (!limit) return tl::unexpected(limit.error());
  const auto offset = call.number("offset", 0, max_offset, 0);
  if (!offset) return tl::unexpected(offset.error());
  return Page{static_cast<int>(*limit), static_cast<int>(*offset)};
}

HttpResponse paged(const std::string& name, core::Result<Rows> rows, int limit) {
  const bool more = rows && rows->rows.size() > static_cast<std::size_t>(limit);
  if (more) rows->rows.pop_back();
  return with_more(name, rows, more);
}

HttpResponse with_more(const std::string& name, const core::Result<Rows>& rows, bool more) {
  HttpResponse response = named(name, rows);
  if (rows) response.body.insert(response.body.size() - 1, more ? ",\"more\":true" : ",\"more\":false");
  return response;
}

}  // namespace gateway
