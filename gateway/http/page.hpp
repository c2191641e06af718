#pragma once

#include <string>
#include <tl/expected.hpp>

#include "gateway/http/call.hpp"

// Lists come in pages: ?limit=100&offset=200, answered with {"models":[...],"more":true}.
namespace gateway {

inline constexpr int max_rows = 10'000;
inline constexpr int max_offset = 1'000'000'000;

struct Page {
  int limit = 0;
  int offset = 0;
};
[[nodiscard]] tl::expected<Page, HttpResponse> page_of(const Call& call);

// At most `limit` of the rows. REQUIRES: one row more was asked for, to tell whether there are more.
[[nodiscard]] HttpResponse paged(const std::string& name, core::Result<Rows> rows, int limit);
// Of rows that are the page already.
[[nodiscard]] HttpResponse with_more(const std::string& name, const core::Result<Rows>& rows, bool more);

}  // namespace gateway
